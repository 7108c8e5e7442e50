// Errors get the place they lack; names are compared as people write them.
#include "base/error.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/refusal.h"

namespace orrery {
namespace {

TEST(Nearest, FindsTypos) {
  EXPECT_EQ(nearest("h100-sxn", {"h100-sxm", "h200-sxm", "tpu-v4"}).front(), "h100-sxm");
  EXPECT_TRUE(nearest("zzzzzz", {"h100-sxm"}).empty());
  EXPECT_EQ(suggest("stat", {"start", "site"}, "x"), "did you mean 'start'?");
}

TEST(Error, GetsThePlaceItLacksAndKeepsTheOneItHas) {
  const auto message = [](const Error& error, const std::string& key) {
    return refusal([&] { at({"x.toml", 3, 1}, key, [&] { throw error; }); });
  };
  EXPECT_EQ(message(Error({}, "inner", "is wrong", "mend it"), "outer"), "x.toml:3:1: outer: is wrong; mend it");
  EXPECT_EQ(message(Error({}, "inner", "is wrong", "mend it"), ""), "x.toml:3:1: inner: is wrong; mend it");
  EXPECT_EQ(message(Error({"y.toml", 7, 0}, "inner", "is wrong", "mend it"), "outer"),
            "y.toml:7: inner: is wrong; mend it");
  EXPECT_EQ(at({}, "", [] { return 5; }), 5);
}

TEST(Text, NamesFoldToLettersAndDigits) {
  EXPECT_EQ(folded("NVIDIA H100-SXM_80 GB"), "nvidiah100sxm80gb");
  EXPECT_EQ(folded("\xc3\x9c-"), "");
  EXPECT_EQ(lower_case("Tesla V100-\xc3\x9c"), "tesla v100-\xc3\x9c");
}

}  // namespace
}  // namespace orrery
