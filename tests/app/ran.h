// The program run in an empty folder: what it printed and wrote. ORRERY_PROGRAM names it.
#pragma once
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

namespace orrery {

struct Ran {
  int status = 0;
  std::string out, files;  ///< standard output and error; names and sizes of the files it wrote
};

/// Runs the program with arguments as a shell takes them.
inline Ran ran(const std::string& arguments) {
  namespace fs = std::filesystem;
  const char* program = std::getenv("ORRERY_PROGRAM");
  const fs::path folder = fs::temp_directory_path() / ("orrery-options-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  FILE* pipe = popen(
      ("cd " + folder.string() + " && " + (program ? program : "orrery") + ' ' + arguments + " 2>&1").c_str(), "r");
  Ran ran;
  std::array<char, 65536> buffer{};
  for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) ran.out.append(buffer.data(), n);
  ran.status = WEXITSTATUS(pclose(pipe));
  std::map<std::string, std::uintmax_t> files;
  for (const auto& file : fs::recursive_directory_iterator(folder))
    if (file.is_regular_file()) files[fs::relative(file.path(), folder).string()] = file.file_size();
  for (const auto& [name, size] : files) ran.files += name + ' ' + std::to_string(size) + '\n';
  fs::remove_all(folder);
  return ran;
}

}  // namespace orrery
