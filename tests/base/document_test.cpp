#include "base/document.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/date.h"
#include "base/table.h"

namespace orrery {
namespace {

std::string message_of(const std::string& toml) {
  try {
    parse_document(toml, "x.toml");
    return "";
  } catch (const Error& error) {
    return error.message();
  }
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

TEST(Document, FilesAreWholeOrNotThere) {
  const std::string folder = testing::TempDir() + "orrery-document";
  std::filesystem::create_directories(folder);
  write_file(folder + "/a.txt", "whole");
  EXPECT_EQ(read_file(folder + "/a.txt"), "whole");
  EXPECT_THROW(write_file(folder + "/missing/a.txt", "x"), Error);
  EXPECT_THROW(read_file(folder + "/nothing"), Error);
  EXPECT_THROW(read_file(folder), Error);
  EXPECT_THROW(read_file(folder + "/a.txt", 3), Error);
  std::filesystem::remove_all(folder);
}

TEST(Date, ReadsAndCounts) {
  EXPECT_EQ(parse_date("2024-09-02") - parse_date("2024-04-24"), 131);
  EXPECT_EQ(parse_date("2024-12-31") + 1, parse_date("2025-01-01"));
  EXPECT_EQ(next_month(parse_date("2024-01-31")).text(), "2024-02-01");
  EXPECT_EQ(quarter_name(parse_date("2024-04-24")), "2024-Q2");
  for (const char* bad :
       {"2024-13-01", "2024-02-30", "24-01-01", "2024-1-1", "2024-01-01x", "", "1850-01-01", "2024/01/01"})
    EXPECT_THROW(parse_date(bad), Error) << bad;
}

TEST(Nearest, FindsTypos) {
  EXPECT_EQ(nearest("h100-sxn", {"h100-sxm", "h200-sxm", "tpu-v4"}).front(), "h100-sxm");
  EXPECT_TRUE(nearest("zzzzzz", {"h100-sxm"}).empty());
  EXPECT_EQ(suggest("stat", {"start", "site"}, "x"), "did you mean 'start'?");
}

TEST(Table, AlignsColumns) {
  const TextTable table{{"name", "n"}, {false, true}, {{"a", "1"}, {"long", "22"}}};
  EXPECT_EQ(table.text(0), "name   n\n----  --\na      1\nlong  22\n");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

}  // namespace
}  // namespace orrery
