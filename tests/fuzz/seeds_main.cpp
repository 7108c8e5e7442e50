// Every seed through its target, without libFuzzer, so that the suite keeps what fuzzing once found:
//   fuzz_seeds NAME FILE_OR_FOLDER...             each file as it is, and what is said to it
//   fuzz_seeds NAME --mutate N FILE_OR_FOLDER...  and N mutations of it; the last input stands in fuzz_last_NAME, one
//                                                 that takes over 5 s in fuzz_slow_NAME
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "fuzz/check.h"
#include "fuzz/target.h"

int main(int count, char** arguments) {
  namespace fs = std::filesystem;
  using namespace orrery::fuzz;
  const Target* target = count > 2 ? find_target(arguments[1]) : nullptr;
  if (!target) {
    std::fprintf(stderr, "usage: fuzz_seeds TARGET [--mutate N] FILE_OR_FOLDER...; the targets are");
    for (const Target& t : targets()) std::fprintf(stderr, " %s", std::string(t.name).c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  const bool mutates = std::strcmp(arguments[2], "--mutate") == 0 && count > 4;
  const long mutations = mutates ? std::strtol(arguments[3], nullptr, 10) : 0;
  std::vector<fs::path> files;
  for (int i = mutates ? 4 : 2; i < count; ++i)
    if (fs::is_directory(arguments[i])) {
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(arguments[i]))
        if (entry.is_regular_file()) files.push_back(entry.path());
    } else {
      files.emplace_back(arguments[i]);
    }
  std::sort(files.begin(), files.end());
  static const Vocabulary none;
  for (const fs::path& file : files) {
    std::stringstream in;
    in << std::ifstream(file, std::ios::binary).rdbuf();
    std::fprintf(stderr, "%s\n", file.c_str());
    refusals_told = true;
    target->feed(in.str());
    refusals_told = false;
    std::string text = in.str();
    for (long n = 0; n < mutations; ++n) {
      // Some in a row, then from the seed again.
      text = mutated(n % 12 == 0 ? in.str() : text, target->vocabulary ? target->vocabulary() : none, 65536,
                     static_cast<std::uint64_t>(n));
      std::ofstream("fuzz_last_" + std::string(target->name), std::ios::binary) << text;
      const std::clock_t from = std::clock();
      target->feed(text);
      const double seconds = static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
      if (seconds < 5) continue;
      std::fprintf(stderr, "slow: %.1f s, mutation %ld\n", seconds, n);
      std::ofstream("fuzz_slow_" + std::string(target->name), std::ios::binary) << text;
    }
  }
  if (files.empty()) std::fprintf(stderr, "no seeds of %s\n", arguments[1]);
  return files.empty() ? 1 : 0;
}
