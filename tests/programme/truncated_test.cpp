// A scenario cut off anywhere, as by a full disk or a broken download, is read whole or refused in one line that names
// the file; nothing else can happen.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "catalog/catalog.h"
#include "programme/read.h"
#include "support/folders.h"

namespace orrery::programme {
namespace {

TEST(Truncated, ShippedScenariosAreReadOrRefused) {
  const std::string source = source_folder();
  const catalog::Catalog catalog(source + "/catalog");
  for (const char* name : {"three-keys", "colossus-1"}) {
    const std::string text = read_file(source + "/scenarios/" + name + ".toml");
    int read = 0, refused = 0;
    for (size_t size = 0; size <= text.size(); ++size) {
      try {
        read_plan(parse_scenario(text.substr(0, size), "cut.toml"), catalog);
        ++read;
      } catch (const Error& error) {
        ++refused;
        EXPECT_TRUE(error.message().starts_with("cut.toml")) << size << ": " << error.message();
        EXPECT_FALSE(error.remedy().empty()) << size << ": " << error.message();
        EXPECT_EQ(error.message().find('\n'), std::string::npos) << size;
      }
    }
    EXPECT_GT(read, 0) << name;
    EXPECT_GT(refused, 0) << name;
  }
}

}  // namespace
}  // namespace orrery::programme
