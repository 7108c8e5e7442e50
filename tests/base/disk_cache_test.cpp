// What is kept in files comes back as it was, or not at all.
#include "base/disk_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/confinement.h"
#include "base/files.h"

namespace orrery {
namespace {

TEST(DiskCache, KeepsWhatIsWholeAlone) {
  const std::string folder = testing::TempDir() + "orrery-cache/deep", file = folder + "/abc";
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(cached(folder, "abc"));
  cache(folder, "abc", "1.5 2\n3");
  EXPECT_EQ(cached(folder, "abc"), "1.5 2\n3");
  const std::string whole = read_file(file);
  const auto is_refused = [&](const std::string& text) {
    std::ofstream(file, std::ios::trunc | std::ios::binary) << text;
    return !cached(folder, "abc");
  };
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_TRUE(is_refused(whole.substr(0, size))) << size;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string other = whole;
    other[i] ^= 1;
    EXPECT_TRUE(is_refused(other)) << i;
  }
  EXPECT_TRUE(is_refused(whole + ' '));
  EXPECT_FALSE(is_refused(whole));
  // The file of another name.
  std::filesystem::copy_file(file, folder + "/def");
  EXPECT_FALSE(cached(folder, "def"));
  std::filesystem::remove_all(folder);
}

TEST(DiskCache, IsNoErrorWhereNothingCanBeKept) {
  cache("", "abc", "text");
  EXPECT_FALSE(cached("", "abc"));
  const std::string file = testing::TempDir() + "orrery-no-folder";
  std::ofstream(file) << "a file";
  cache(file, "abc", "text");
  cache(file + "/below", "abc", "text");
  EXPECT_FALSE(cached(file, "abc"));
  std::filesystem::remove(file);
}

TEST(DiskCache, IsReadWhereReadingIsConfined) {
  const std::string folder = testing::TempDir() + "orrery-cache-confined", other = testing::TempDir() + "orrery-served";
  std::filesystem::create_directories(other);
  cache(folder, "abc", "text");
  const Confinement within({other});
  const Confined here(&within);
  EXPECT_EQ(cached(folder, "abc"), "text");
  EXPECT_TRUE(within.files().empty());
  std::filesystem::remove_all(folder), std::filesystem::remove_all(other);
}

}  // namespace
}  // namespace orrery
