// Files are whole or not there, alone and several together.
#include "base/files.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace orrery
