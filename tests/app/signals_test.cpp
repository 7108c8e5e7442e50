// Whatever ends the program, what it writes is there whole or not at all. ORRERY_KILLS says how often it is tried.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "support/folders.h"
#include "support/program.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;

/// A question with files that it writes into "out" below the folder that it runs in.
struct Question {
  const char* name;
  std::vector<std::string> arguments;
};
std::vector<Question> questions() {
  const std::string scenarios = source_folder() + "/scenarios/", three = scenarios + "three-keys.toml";
  return {{"folder", {"run", three, "--json", "-o", "out"}},
          {"csv", {"run", three, "--json", "--csv", "out/deep/csv"}},
          {"workbook", {"finance", scenarios + "finance/gpu-cloud.toml", "--json", "--xlsx", "out/book.xlsx"}},
          {"trace", {"run", three, "--json", "--trace", "out/trace.json", "--svg", "out/picture.svg"}},
          {"training trace", {"train", "--on", "64 x h100-sxm", "--model", "llama-3.1-8b", "--trace", "out/t.json"}}};
}

/// The folder that one question runs in, with what was there before.
class Place {
 public:
  explicit Place(bool out_is_there)
      : path_(fs::temp_directory_path() / ("orrery-signals-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    if (out_is_there) fs::create_directories(path_ / "out");
  }
  ~Place() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }

  /// Names below it, folders too, and what files hold.
  std::map<std::string, std::string> holds() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      std::stringstream text;
      if (entry.is_regular_file()) text << std::ifstream(entry.path()).rdbuf();
      out[fs::relative(entry.path(), path_).string()] = text.str();
    }
    return out;
  }

 private:
  fs::path path_;
};

bool needs_folder(const Question& question) {
  return question.arguments[0] != "run" || question.arguments[3] == "--trace";
}

TEST(Signals, LeaveFilesWholeOrNone) {
  const char* often = std::getenv("ORRERY_KILLS");
  const int kills = often ? std::atoi(often) : 60;
  std::mt19937 random(static_cast<unsigned>(often ? std::random_device{}() : 1));
  constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
  std::map<std::string, int> ends;  // how often there was nothing, everything
  for (const Question& question : questions()) {
    SCOPED_TRACE(question.name);
    std::map<std::string, std::string> nothing, everything;
    double seconds = 0;
    {
      const Place place(needs_folder(question));
      nothing = place.holds();
      const auto start = std::chrono::steady_clock::now();
      const Ended whole = run_program(question.arguments, place.path());
      ASSERT_EQ(whole.status, 0) << whole.err;
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      everything = place.holds();
      ASSERT_GT(everything.size(), nothing.size());
    }
    for (int i = 0; i < kills / static_cast<int>(questions().size()); ++i) {
      const Place place(needs_folder(question));
      Program program(question.arguments, place.path());
      // Any time in a run and a little beyond; in half of them a full pipe holds it where its files are made.
      const bool held = i % 2 == 0;
      const double after = std::uniform_real_distribution(0.0, 1.3 * seconds)(random);
      std::this_thread::sleep_for(std::chrono::duration<double>(after));
      if (!held) program.hang_up();
      const int signal = signals[random() % std::size(signals)];
      program.send(signal);
      const Ended ended = program.end();
      const std::map<std::string, std::string> held_now = place.holds();
      const bool none = held_now == nothing;
      EXPECT_TRUE(none || held_now == everything)
          << "by signal " << signal << " after " << after << " s: " << held_now.size() << " of " << everything.size();
      if (!none) {
        EXPECT_NE(ended.status, 2);
      }
      ++ends[none ? "nothing" : "everything"];
    }
  }
  RecordProperty("nothing", ends["nothing"]);
  RecordProperty("everything", ends["everything"]);
  if (often) std::printf("%d times nothing, %d times everything\n", ends["nothing"], ends["everything"]);
}

TEST(Signals, AReaderThatLeavesEndsItQuietly) {
  const Question folder = questions()[0];
  const Place place(false);
  Program program(folder.arguments, place.path());
  program.hang_up();
  const Ended ended = program.end();
  EXPECT_EQ(ended.signal, SIGPIPE);
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(place.holds().empty());
}

TEST(Signals, AFileThatMayNotGrowIsRefusedInALine) {
  for (const Question& question : questions()) {
    SCOPED_TRACE(question.name);
    const Place place(needs_folder(question));
    const std::map<std::string, std::string> before = place.holds();
    const Ended ended = Program(question.arguments, place.path(), 1024).end();
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_EQ(place.holds(), before);
  }
}

TEST(Signals, TheSameWorkbookIsTheSameBytesLater) {
  const Question book = questions()[2];
  std::map<std::string, std::string> first;
  for (int i = 0; i < 2; ++i) {
    const Place place(true);
    ASSERT_EQ(run_program(book.arguments, place.path()).status, 0);
    if (i == 0) first = place.holds(), std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    else EXPECT_EQ(place.holds(), first);
  }
}

}  // namespace
}  // namespace orrery
