// Where reading is confined nothing outside the folders is read, whatever leads there, on any thread.
#include "base/confinement.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;

struct Folders {
  fs::path root = fs::path(testing::TempDir()) / ("orrery-confined-" + std::to_string(getpid()));
  Folders() {
    fs::create_directories(root / "in/deep");
    fs::create_directories(root / "in/.hidden");
    fs::create_directories(root / "inside-by-name");
    for (const char* file : {"in/a.txt", "in/deep/b.txt", "in/.hidden/c.txt", "out.txt", "inside-by-name/d.txt"})
      std::ofstream(root / file) << file;
    fs::create_symlink(root / "in/a.txt", root / "in/to-a");
    fs::create_symlink(root / "out.txt", root / "in/to-out");
    fs::create_symlink(root, root / "in/up");
    fs::create_symlink("nowhere", root / "in/to-nowhere");
    mkfifo((root / "in/pipe").c_str(), 0600);
  }
  ~Folders() { fs::remove_all(root); }
  std::string path(const char* name) const { return (root / name).string(); }
};

std::string problem(const std::string& path) {
  try {
    read_file(path);
    return "";
  } catch (const Error& error) {
    return error.problem();
  }
}

TEST(Confinement, ReadsBelowItsFoldersAlone) {
  const Folders f;
  const Confinement within({f.path("in")});
  const Confined confined(&within);
  for (const char* name : {"in/a.txt", "in/deep/b.txt", "in/to-a", "in/deep/../a.txt", "in/up/in/a.txt"})
    EXPECT_EQ(problem(f.path(name)), "") << name;
  const std::string outside = "is outside the folders that may be read here";
  for (const char* name : {"out.txt", "in/to-out", "in/../out.txt", "in/up/out.txt", "inside-by-name/d.txt",
                           "missing.txt", "in/.hidden/c.txt", "in/up/missing.txt"})
    EXPECT_EQ(problem(f.path(name)), outside) << name;
  for (const char* path : {"/dev/zero", "/proc/self/environ", "/dev/stdin", "/etc/passwd", "out.txt", ""})
    EXPECT_EQ(problem(path), outside) << path;
  EXPECT_EQ(problem(f.path("in/pipe")), "is not a plain file");
  EXPECT_EQ(problem(f.path("in/deep")), "is a folder, not a file");
  EXPECT_EQ(problem(f.path("in/missing.txt")), "cannot be read: No such file or directory");
  EXPECT_TRUE(is_readable_file(f.path("in/a.txt")));
  EXPECT_FALSE(is_readable_file(f.path("in/pipe")));
  EXPECT_FALSE(is_readable_file(f.path("out.txt")));
  EXPECT_THROW(check_may_read(f.path("out.txt")), Error);
}

TEST(Confinement, LastsAsLongAsItsScopeAndHoldsOnWorkersToo) {
  const Folders f;
  {
    const Confinement within({f.path("in")});
    const Confined confined(&within);
    std::vector<std::string> problems(8);
    parallel_for(8, 4, 1, [&](std::size_t i, std::size_t, int) {
      usleep(5000);
      problems[i] = problem(f.path(i % 2 ? "out.txt" : "in/a.txt"));
    });
    for (std::size_t i = 0; i < problems.size(); ++i) EXPECT_EQ(problems[i].empty(), i % 2 == 0);
  }
  EXPECT_EQ(problem(f.path("out.txt")), "");
  EXPECT_EQ(confinement(), nullptr);
  EXPECT_THROW(Confinement({f.path("missing")}), Error);
  EXPECT_THROW(Confinement({f.path("out.txt")}), Error);
}

TEST(Confinement, KnowsWhatWasReadAndWhetherItChanged) {
  const Folders f;
  const Confinement within({f.path("in")});
  {
    const Confined confined(&within);
    read_file(f.path("in/to-a")), read_file(f.path("in/a.txt")), read_file(f.path("in/deep/b.txt"));
  }
  const std::vector<FileState> files = within.files();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_TRUE(unchanged(files));
  std::ofstream(f.path("in/a.txt")) << "longer than before";
  EXPECT_NE(state_of(files[0].path), files[0]);
  EXPECT_FALSE(unchanged(files));
  fs::remove(f.path("in/deep/b.txt"));
  EXPECT_NE(state_of(files[1].path), files[1]);
}

TEST(Confinement, KnowsWhichFoldersWereListedAndWhatWasNotThere) {
  const Folders f;
  const auto looked_for = [&](const char* name) {
    const Confinement within({f.path("in")});
    const Confined confined(&within);
    is_readable_file(f.path(name));
    return within.files();
  };
  const std::vector<FileState> folder = looked_for("in/deep"), missing = looked_for("in/later.txt"),
                               link = looked_for("in/to-a");
  EXPECT_TRUE(unchanged(folder) && unchanged(missing) && unchanged(link));
  std::ofstream(f.path("in/deep/added.txt")) << "more";
  EXPECT_FALSE(unchanged(folder));
  std::ofstream(f.path("in/later.txt")) << "there";
  EXPECT_FALSE(unchanged(missing));
  fs::remove(f.path("in/to-a"));
  fs::create_symlink(f.path("in/deep/b.txt"), f.path("in/to-a"));
  EXPECT_FALSE(unchanged(link));
}

TEST(Confinement, SeesRelativePathsFromItsFolder) {
  const Folders f;
  const Confinement within({f.path("in")}, f.path("in/deep"));
  const Confined confined(&within);
  EXPECT_EQ(problem("b.txt"), "");
  EXPECT_EQ(problem("../a.txt"), "");
  EXPECT_NE(problem("../../out.txt"), "");
}

}  // namespace
}  // namespace orrery
