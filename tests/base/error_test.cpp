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

TEST(Error, ShowsWhatATerminalWouldObeyAsEscapes) {
  const std::vector<std::pair<std::string, std::string>> shown = {
      {"plain, Zürich 東京", "plain, Zürich 東京"},
      {"\x1b[2J\n\x7f", "\\x1b[2J\\x0a\\x7f"},
      {"a\xc2\x9b"
       "b",
       "a\\x9b"
       "b"},  // a control of Latin-1
      {"gpu\xe2\x80\xae"
       "exe",
       "gpu\\u202e"
       "exe"},                                           // turns the direction
      {"a\xe2\x80\x8b\xef\xbb\xbf", "a\\u200b\\ufeff"},  // shows nothing
      {"cut \xe2\x80", "cut \\xe2\\x80"},                // no UTF-8
      {"\xc0\xaf\xed\xa0\x80\xf5", "\\xc0\\xaf\\xed\\xa0\\x80\\xf5"}};
  for (const auto& [text, expected] : shown) {
    EXPECT_EQ(printable(text), expected);
    EXPECT_EQ(in_quotes(text), "'" + expected + "'");
    EXPECT_EQ(Error({text}, text, text, text).message(),
              expected + ": " + expected + ": " + expected + "; " + expected);
  }
  EXPECT_EQ(in_quotes(std::string(59, 'a') + "é"), "'" + std::string(59, 'a') + "...'");
}

TEST(Error, NeverSuggestsWhatWasTyped) {
  EXPECT_EQ(suggest("--trials", {"--trials"}, "look"), "look");
  EXPECT_EQ(suggest("--trials", {"--trials", "--trial"}, "look"), "did you mean '--trial'?");
}

}  // namespace
}  // namespace orrery
