// What is written as TOML reads back as the same tree, and a saved scenario says what was asked.
#include "scenario/write.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace orrery::scenario {
namespace {

namespace d = dimension;

const Form toy = {"toy",
                  "a toy",
                  "two sections and a list",
                  {"toy"},
                  {{"", "the top", {text("toy", "its mark", ""), date("start", "a day", "")}, {"order", "commitment"}},
                   {"order.*",
                    "an order",
                    {amount("rate", d::none, "how fast", "1"), of(KeyType::date_or_event, "first", "a day", "")}},
                   {"commitment.*", "a commitment", {amount("amount", d::money, "how much", "0")}, {}, true}}};
const std::vector<const Form*> forms = {&toy};

struct Folder {
  std::string path = testing::TempDir() + "orrery-write-" + std::to_string(getpid());
  Folder() { std::filesystem::create_directories(path + "/deep"); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path + '/' + name) << text;
    return path + '/' + name;
  }
};

const char* base = R"(toy = "t"
start = 2024-05-01

[order.first]
rate = { p10 = 1, p50 = 2.5, p90 = 4, basis = "assumed", note = "a \"guess\"" }
first = "when toy"

[order.second]
rate = 3

[[commitment]]
amount = "$1B"

[[commitment]]
amount = "$2B"
)";

TEST(Write, ATreeReadsBackAsItself) {
  const Node tree = parse_document(base, "base.toml");
  const std::string text = toml_of(tree, toy);
  EXPECT_EQ(text, base);
  const std::string odd = "[order.\"odd \\\"name\"]\n\"a.b\" = [1, 2.0, { c = true }, []]\n\n[other]\nd = {}\n";
  EXPECT_EQ(toml_of(parse_document(odd, "odd.toml"), toy),
            "other = { d = {} }\n\n" + odd.substr(0, odd.find("\n\n") + 1));
  EXPECT_EQ(toml_of(parse_document(text, "again.toml"), toy), text);
}

TEST(Write, TheHashIsOfWhatIsSaidNotOfHow) {
  const auto hash = [](const std::string& text) { return hash_of(parse_scenario(text, "a.toml", {}, forms)); };
  const std::string one = hash("toy = \"t\"\n[order.a]\nrate = 3\n");
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(one, hash("# a comment\norder = { a = { rate = 3 } }\n\ntoy = 't'\n"));
  EXPECT_NE(one, hash("toy = \"t\"\n[order.a]\nrate = 4\n"));
  EXPECT_NE(one, hash("toy = \"t\"\n[order.b]\nrate = 3\n"));
  EXPECT_NE(one, hash("toy = \"t\"\n[order.a]\nrate = \"3\"\n"));
}

/// What a scenario comes to.
std::string said(const std::string& text, const std::string& path) {
  return hash_of(read_scenario_text(text, path, forms));
}

TEST(Write, ChangesStandOnTheirBase) {
  const Folder folder;
  const std::string file = folder.write("base.toml", base);
  const auto text = [&](const std::vector<std::string>& set, const std::string& name = "new.toml") {
    const std::string path = folder.path + '/' + name, out = based_text(file, set, path, forms);
    EXPECT_EQ(said(out, path), hash_of(read_scenario(file, set, forms)));
    return out;
  };
  EXPECT_EQ(text({}), "base = \"base.toml\"\n");
  EXPECT_EQ(text({"start=2024-06-01"}), "base = \"base.toml\"\nstart = 2024-06-01\n");
  EXPECT_EQ(text({"start=+31 days"}), "base = \"base.toml\"\nstart = 2024-06-01\n");
  EXPECT_EQ(text({"order.second.rate=x2"}), "base = \"base.toml\"\n\n[order.second]\nrate = 6\n");
}

TEST(Write, WhatABaseAndChangesCannotSayIsWrittenWhole) {
  const Folder folder;
  const std::string file = folder.write("base.toml", base);
  const std::string path = folder.path + "/base.toml";  // on itself
  const std::vector<std::string> set = {"order.first.rate=7"};
  const std::string out = based_text(file, set, path, forms);
  EXPECT_EQ(out.find("base ="), std::string::npos);
  EXPECT_EQ(said(out, path), hash_of(read_scenario(file, set, forms)));
  const std::string row = based_text(file, {"commitment[1].amount=$3B"}, folder.path + "/row.toml", forms);
  EXPECT_EQ(said(row, folder.path + "/row.toml"), hash_of(read_scenario(file, {"commitment[1].amount=$3B"}, forms)));
  const std::string gone = based_text(file, {"order.first=false"}, folder.path + "/gone.toml", forms);
  EXPECT_EQ(said(gone, folder.path + "/gone.toml"), hash_of(read_scenario(file, {"order.first=false"}, forms)));
  EXPECT_EQ(whole_text(file, {}, forms), base);
  EXPECT_THROW(based_text(file, {"order.first.speed=7"}, path, forms), Error);
}

TEST(Write, ABaseElsewhereIsNamedFromAnywhere) {
  const Folder folder;
  const std::string file = folder.write("base.toml", base);
  const std::string path = folder.path + "/deep/new.toml";
  const std::string out = based_text(file, {"start=2024-06-01"}, path, forms);
  EXPECT_TRUE(out.starts_with("base = \"/")) << out;
  EXPECT_EQ(said(out, path), hash_of(read_scenario(file, {"start=2024-06-01"}, forms)));
}

RC_GTEST_PROP(Write, AnyTextReadsBack, ()) {
  std::string text;
  for (const int c : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 127))) text += static_cast<char>(c);
  RC_ASSERT(parse_document("a = " + toml_text(text), "a.toml").find("a")->text == text);
}

RC_GTEST_PROP(Write, AnyNumberReadsBack, ()) {
  Node root, node;
  node.kind = Node::Kind::number;
  node.whole = *rc::gen::arbitrary<bool>();
  node.number = node.whole ? *rc::gen::inRange(-1'000'000'000, 1'000'000'000) : *rc::gen::arbitrary<double>();
  RC_PRE(std::isfinite(node.number));
  root.members.emplace_back("n", node);
  const Node again = *parse_document(toml_of(root, toy), "a.toml").find("n");
  RC_ASSERT(again.whole == node.whole);
  RC_ASSERT(again.number == node.number);
}

}  // namespace
}  // namespace orrery::scenario
