// Reading N bytes takes at most 20 N and 64 MiB more, whatever they are, and what is wrong is said in one line.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "support/program.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;

/// As many of the parts as make so many bytes.
std::string repeated(const std::string& part, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + part.size());
  while (out.size() < bytes) out += part;
  return out;
}

/// Lines that a counter makes different.
std::string numbered(const std::function<std::string(int)>& line, std::size_t bytes) {
  std::string out;
  for (int i = 0; out.size() < bytes; ++i) out += line(i);
  return out;
}

struct Hostile {
  std::string name;
  std::function<std::string()> text;   ///< made when it is needed: a process begins with the memory of its parent
  std::vector<std::string> arguments;  ///< before the file's name
};
std::vector<Hostile> hostile() {
  constexpr std::size_t mega = 1u << 20;
  const std::vector<std::string> table = {"validate", "training", "--data"}, sam = {"finance", "--sam"},
                                 model = {"train", "--model"}, scenario = {"run"};
  std::string header = "model";
  for (int i = 0; i < 40; ++i) header += ",c" + std::to_string(i);
  const auto repeat = [](std::string part, std::size_t bytes, std::string before = "", std::string after = "") {
    return [=] { return before + repeated(part, bytes) + after; };
  };
  const auto number = [](std::string before, std::string after, std::size_t bytes, std::string first = "") {
    return [=] { return first + numbered([&](int i) { return before + std::to_string(i) + after; }, bytes); };
  };
  return {{"short-rows.csv", repeat("1,2,3\n", 2 * mega, header + "\n"), table},
          {"commas.csv", repeat(",", 30 * mega), table},
          {"rows.csv", repeat("1,\n", 30 * mega, "model,b\n"), table},
          {"beyond.csv", repeat("1,2\n", 40 * mega), table},
          {"zeros.csv", repeat(std::string(1, '\0'), 30 * mega), table},
          {"cut.csv", repeat("1,2\n", mega, "model,b\n\""), table},
          {"deep.json", repeat("[", 15 * mega), model},
          {"deep-pairs.json", repeat("{\"a\":", 4 * mega), model},
          {"deep-whole.json", repeat("[", 100'000, "{\"a\":", std::string(100'000, ']') + "}"), model},
          {"lists.json", repeat("[],", 15 * mega, "[", "[]]"), model},
          {"sam-deep.json", repeat("[", 60 * mega), sam},
          {"sam-lists.json", repeat("[],", 60 * mega, "[", "[]]"), sam},
          {"sam-numbers.json", repeat("0,", 7 * mega, "{\"gen\":[", "0]}"), sam},
          {"sam-names.json", number("\"", "\":0,", 30 * mega, "{"), sam},
          {"values.toml", repeat("1,", mega - 100, "a=[", "]"), scenario},
          {"lists.toml", repeat("[],", mega - 100, "a=[", "]"), scenario},
          {"keys.toml", number("k", "=1\n", mega - 100), scenario},
          {"tables.toml", number("[t", ".b.c.d.e.f.g.h]\n", mega - 100), scenario},
          {"rows.toml", repeat("[[a]]\n", mega - 100), scenario}};
}

// The sanitizer takes memory of its own: there only what is said of the files is held to.
#ifdef __SANITIZE_ADDRESS__
constexpr bool own_memory = false;
#else
constexpr bool own_memory = true;
#endif

TEST(Memory, ReadingTakesAFewTimesTheFile) {
  const fs::path folder = fs::temp_directory_path() / ("orrery-memory-" + std::to_string(getpid()));
  fs::create_directories(folder);
  for (const Hostile& h : hostile()) {
    SCOPED_TRACE(h.name);
    std::size_t bytes = 0;
    {
      const std::string text = h.text();
      bytes = text.size();
      std::ofstream(folder / h.name) << text;
    }
    std::vector<std::string> arguments = h.arguments;
    arguments.push_back(h.name);
    const Ended ended = run_program(arguments, folder.string());
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_NE(ended.err.find(h.name), std::string::npos) << ended.err;
    if (own_memory) {
      EXPECT_LE(ended.peak_kilobytes, 64 * 1024 + 20 * static_cast<long>(bytes / 1024)) << ended.err;
      EXPECT_LE(ended.peak_kilobytes, 200 * 1024) << ended.err;
    }
    fs::remove(folder / h.name);
  }
  const Ended endless = run_program({"validate", "training", "--data", "/dev/zero"}, folder.string());
  EXPECT_EQ(endless.status, 2);
  if (own_memory) {
    EXPECT_LE(endless.peak_kilobytes, 200 * 1024);
  }
  fs::remove_all(folder);
}

/// Tables by place and day, and by milestone and place, grow as the product of the two.
TEST(Memory, AnswersAboutManyPlacesAreBounded) {
  if (!own_memory) GTEST_SKIP() << "the sanitizer takes memory of its own";
  const fs::path folder = fs::temp_directory_path() / ("orrery-places-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream power(folder / "power.toml"), rentals(folder / "rentals.toml");
  const std::string first = "start = 2024-01-01\nchips = \"100000 x h100-sxm\"\n";
  power << first << "horizon = \"10 years\"\n[site.memphis]\n";
  rentals << first << "site = \"memphis\"\nhorizon = \"39 years\"\n";
  for (int i = 0; i < 900; ++i) {
    power << "[site.memphis.power.p" << i << "]\ncapacity = \"200 kW\"\ndate = " << 2024 + i / 96 << '-'
          << (i / 8 % 12 < 9 ? "0" : "") << i / 8 % 12 + 1 << '-' << 10 + i % 8 << '\n';
    rentals << "[rental.r" << i << "]\nchips = \"100 x h100-sxm\"\nprice = \"$2/chip/h\"\n";
  }
  power.close(), rentals.close();
  for (const char* name : {"power.toml", "rentals.toml"}) {
    const Ended ended = run_program({"run", name, "--json", "-o", "out"}, folder.string());
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_LE(ended.peak_kilobytes, 500 * 1024) << name;
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace orrery
