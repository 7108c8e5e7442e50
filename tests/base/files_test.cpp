// Files are whole or not there, alone and several together.
#include "base/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"

namespace orrery {
namespace {

TEST(Files, AreWholeOrNotThere) {
  const std::string folder = testing::TempDir() + "orrery-files";
  std::filesystem::create_directories(folder);
  StagedFiles files;
  files.add(folder + "/a.txt", "whole");
  EXPECT_THROW(read_file(folder + "/a.txt"), Error);
  files.commit();
  EXPECT_EQ(read_file(folder + "/a.txt"), "whole");
  EXPECT_THROW(files.add(folder + "/missing/a.txt", "x"), Error);
  EXPECT_THROW(read_file(folder + "/nothing"), Error);
  EXPECT_THROW(read_file(folder), Error);
  EXPECT_THROW(read_file(folder + "/a.txt", 3), Error);
  std::filesystem::remove_all(folder);
}

TEST(Files, AFolderAppearsWithItsFilesOrNotAtAll) {
  const std::string folder = testing::TempDir() + "orrery-staged";
  {
    StagedFiles files;
    files.add_folder(folder + "/deep", {{"a.txt", "one"}, {"b.txt", "two"}});
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
  StagedFiles files;
  files.add_folder(folder + "/deep", {{"a.txt", "one"}, {"b.txt", "two"}});
  files.commit();
  EXPECT_EQ(read_file(folder + "/deep/a.txt") + read_file(folder + "/deep/b.txt"), "onetwo");
  std::filesystem::remove_all(folder);
}

TEST(Files, NothingThatStandsUnderATemporaryNameIsWrittenThrough) {
  const std::string folder = testing::TempDir() + "orrery-planted";
  std::filesystem::create_directories(folder);
  {
    StagedFiles files;
    files.add(folder + "/other.txt", "kept");
    files.commit();
    std::filesystem::create_symlink(folder + "/other.txt", folder + "/a.txt.partial-" + std::to_string(getpid()));
    files.add(folder + "/a.txt", "new");
    files.commit();
  }
  EXPECT_EQ(read_file(folder + "/other.txt"), "kept");
  EXPECT_EQ(read_file(folder + "/a.txt"), "new");
  // Two such names are never the same.
  StagedFiles one, two;
  one.add(folder + "/a.txt", "one"), two.add(folder + "/a.txt", "two");
  two.commit(), one.commit();
  EXPECT_EQ(read_file(folder + "/a.txt"), "one");
  std::filesystem::remove_all(folder);
}

TEST(Files, NoPlaceIsWrittenTwice) {
  const std::string folder = testing::TempDir() + "orrery-twice";
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink("a.txt", folder + "/b.txt");
  {
    StagedFiles files;
    files.add(folder + "/a.txt", "one");
    files.commit();
    files.add(folder + "/a.txt", "two");
    EXPECT_THROW(files.add(folder + "/b.txt", "three"), Error);
  }
  EXPECT_EQ(read_file(folder + "/a.txt"), "one");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace orrery
