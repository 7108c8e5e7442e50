// Files that may be compressed.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/gzip.h"

namespace orrery {
namespace {

/// "hello\n" as gzip -n writes it.
const std::string hello(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06\x00\x00\x00", 26);

std::string refused(const std::string& text, std::size_t limit) {
  try {
    gunzip(text, limit);
  } catch (const Error& error) {
    return error.problem();
  }
  return "no error";
}

TEST(Gzip, IsUncompressed) {
  EXPECT_EQ(gunzip(hello, 100), "hello\n");
  EXPECT_EQ(gunzip(hello + hello, 100), "hello\nhello\n");
}

TEST(Gzip, SaysWhatIsWrong) {
  for (size_t cut = 0; cut < hello.size(); ++cut)
    EXPECT_EQ(refused(hello.substr(0, cut), 100), "is no whole gzip file") << cut;
  std::string broken = hello;
  broken[20] ^= 1;
  EXPECT_EQ(refused(broken, 100), "is no whole gzip file");
  EXPECT_EQ(refused(hello, 3), "is larger than 0 MiB uncompressed");
}

}  // namespace
}  // namespace orrery
