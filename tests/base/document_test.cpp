#include "base/document.h"

#include <gtest/gtest.h>

#include "support/refusal.h"

namespace orrery {
namespace {

std::string message_of(const std::string& toml) {
  return refusal([&] { parse_document(toml, "x.toml"); });
}

TEST(Document, KeepsPlaces) {
  const Node root = parse_document("a = 1\n[b]\nc = \"two\"\nd = 2024-04-24\n", "x.toml");
  ASSERT_NE(root.find("b"), nullptr);
  const Node* c = root.find("b")->find("c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->place.text(), "x.toml:3:1");
  EXPECT_EQ(root.find("b")->find("d")->date.text(), "2024-04-24");
  EXPECT_TRUE(root.find("a")->whole);
}

TEST(Document, RefusesMoreValuesThanAnyFileHolds) {
  std::string list = "a = [";
  for (int i = 0; i < 250'000; ++i) list += "1,";
  EXPECT_EQ(message_of(list + "]").find("x.toml:1:200003: there are more values"), 0u) << message_of(list + "]");
  EXPECT_EQ(message_of("a = \"" + std::string(250'000, ',') + "\" # " + std::string(250'000, '=')), "");
}

TEST(Document, RefusesBadText) {
  // The parser fails its own assertions on the first two.
  EXPECT_EQ(message_of("a = 1\n[\x03]\n").find("x.toml:2:2: not TOML: a control character"), 0u);
  EXPECT_EQ(message_of("a\xca\xa0 = 1\n").find("x.toml:1:2: not TOML: a character that is not ASCII"), 0u);
  EXPECT_EQ(message_of("# \xca\xa0\na = \"\xca\xa0 \\\" \xca\xa0\" # '\xca\xa0\n\"\xca\xa0\" = 2\n"), "");
  EXPECT_EQ(message_of("a = \"\"\"\xca\xa0\n\"\" \xca\xa0\"\"\"\"\"\nb = '''\xca\xa0\n\\'''\nc = ''\n"), "");
  EXPECT_EQ(message_of("a = 0xs\"b\xca\x90").find("x.toml:1:8: not TOML: a quote in the middle"), 0u);
  EXPECT_EQ(message_of("a.\"b\" = [\"c\", 'd', {\"e\" = 'f'}, \n \"g\"]\n\"h\" = \"\"\n"), "");
  EXPECT_EQ(message_of("a = ''\xca\xa0\n").find("x.toml:1:7: not TOML"), 0u);
  EXPECT_NE(message_of("a = 1\na = 2\n").find("x.toml:2"), std::string::npos) << message_of("a = 1\na = 2\n");
  EXPECT_NE(message_of("a = 1\na = 2\n").find("may be written once"), std::string::npos);
  EXPECT_NE(message_of("a = ").find("not TOML"), std::string::npos);
  EXPECT_NE(message_of("a = nan").find("not finite"), std::string::npos);
  EXPECT_NE(message_of("a = inf").find("not finite"), std::string::npos);
  EXPECT_NE(message_of("a = 12:30:00").find("time of day"), std::string::npos);
  EXPECT_NE(message_of("a = \"\xff\xfe\"").find("x.toml"), std::string::npos);
  EXPECT_NE(message_of("a = " + std::string(100, '[') + std::string(100, ']')).find("x.toml"), std::string::npos);
  EXPECT_NE(message_of("a = 2024-02-30").find("x.toml"), std::string::npos);
}

TEST(Document, ReadsValuesFromTheCommandLine) {
  EXPECT_EQ(parse_value("2024-05-01", {}).kind, Node::Kind::date);
  EXPECT_EQ(parse_value("5", {}).number, 5);
  EXPECT_EQ(parse_value("memphis", {}).text, "memphis");
  EXPECT_EQ(parse_value("35 MW", {}).text, "35 MW");
  EXPECT_EQ(parse_value("{p10 = 1, p50 = 2, p90 = 3}", {}).members.size(), 3u);
  EXPECT_EQ(parse_value("1\nb = 2", {}).kind, Node::Kind::text);
}

}  // namespace
}  // namespace orrery
