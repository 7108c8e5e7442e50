// The reader and the look-ups: every defect of a file gives one message with file, line, key and remedy.
#include "catalog/catalog.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/facts.h"

namespace orrery::catalog {
namespace {

const std::string head = "basis = \"spec\"\nsource = \"sheet\"\ndate = \"2024-09\"\n";

Error error_of(const std::string& toml, const char* kind = "chips") {
  try {
    read_entries(toml, kind, "x.toml");
  } catch (const Error& error) {
    return error;
  }
  return Error({}, "", "no error", "");
}

TEST(ReadEntries, KeepsValueBasisSourceDateAndNote) {
  const auto entries =
      read_entries(head +
                       "[a-1]\ntitle = \"A\"\naliases = [\"a\"]\nvendor = { value = \"V\", basis = \"vendor\" }\n"
                       "date = 2025-01-02\nhbm = \"80 GB\"\n"
                       "price = { low = \"$20k/chip\", high = \"$30k/chip\", basis = \"reported\", "
                       "source = \"press\", date = \"2026\", note = \"two sources\" }\n",
                   "chips", "x.toml");
  ASSERT_EQ(entries.size(), 1u);
  const Entry& a = entries[0];
  EXPECT_EQ(a.title, "A");
  EXPECT_EQ(a.at("vendor").text, "V");
  EXPECT_EQ(a.at("vendor").provenance.basis, Basis::vendor);
  EXPECT_EQ(a.at("hbm").amount.a, 80e9);
  EXPECT_EQ(a.at("hbm").provenance.date, "2025-01-02");  // the entry's default, written before or after it
  EXPECT_EQ(a.at("hbm").provenance.source, "sheet");
  EXPECT_EQ(a.at("hbm").place.line, 9);
  EXPECT_EQ(a.at("price").provenance.source, "press");
  EXPECT_EQ(a.at("price").note, "two sources");
  EXPECT_EQ(a.at("price").amount.median(), 25000);
  EXPECT_EQ(a.find("tdp"), nullptr);
  EXPECT_THROW(a.at("tdp"), Error);
}

struct Defect {
  const char *name, *kind, *toml;
  int line;
  const char *key, *problem, *remedy;
};
class Defects : public ::testing::TestWithParam<Defect> {};

// Line numbers count from the first line of the head, which has three lines, unless the text brings its own.
TEST_P(Defects, GiveOneMessage) {
  const Defect& d = GetParam();
  const std::string toml = std::string(d.toml).starts_with("#") ? d.toml : head + d.toml;
  const Error error = error_of(toml, d.kind);
  EXPECT_EQ(error.place().file, "x.toml") << error.message();
  EXPECT_EQ(error.place().line, d.line) << error.message();
  EXPECT_EQ(error.key(), d.key) << error.message();
  EXPECT_NE(error.problem().find(d.problem), std::string::npos) << error.message();
  EXPECT_NE(error.remedy().find(d.remedy), std::string::npos) << error.message();
  EXPECT_EQ(error.message().find('\n'), std::string::npos) << error.message();
}

const Defect defects[] = {
    {"UnknownKey", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\nbf16_dens = \"1 TFLOP/s\"\n", 7, "a.bf16_dens",
     "is not a key of chips", "'bf16_dense'"},
    {"WrongDimension", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\nhbm = \"80 GB/s\"\n", 7, "a.hbm", "data rate",
     "GiB"},
    {"NoUnit", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\ntdp = 700\n", 7, "a.tdp", "no unit", "MW"},
    {"Negative", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\ntdp = \"-7 W\"\n", 7, "a.tdp", "below 1 mW",
     "at least 1 mW"},
    {"NoBasis", "chips", "# none\nsource = \"s\"\ndate = \"2024\"\n[a]\ntitle = \"A\"\nvendor = \"V\"\n", 6, "a.vendor",
     "has no basis", "at the head of the file"},
    {"NoSource", "chips", "# none\nbasis = \"spec\"\ndate = \"2024\"\n[a]\ntitle = \"A\"\nvendor = \"V\"\n", 6,
     "a.vendor", "has no source", "give source"},
    {"NoDate", "chips", "# none\nbasis = \"spec\"\nsource = \"s\"\n[a]\ntitle = \"A\"\nvendor = \"V\"\n", 6, "a.vendor",
     "has no date", "give date"},
    {"WrongBasis", "chips", "[a]\ntitle = \"A\"\nvendor = { value = \"V\", basis = \"assume\" }\n", 6, "a.vendor.basis",
     "is not a basis", "'assumed'"},
    {"WrongDate", "chips", "[a]\ntitle = \"A\"\nvendor = { value = \"V\", date = \"2024-13\" }\n", 6, "a.vendor.date",
     "is not a date", "2024-09"},
    {"DateAsNumber", "chips", "# none\ndate = 2024\n", 2, "date", "a number", "\"2024\""},
    {"EmptySource", "chips", "[a]\ntitle = \"A\"\nvendor = { value = \"V\", source = \" \" }\n", 6, "a.vendor.source",
     "is empty", "leave the key out"},
    {"EmptyTitle", "chips", "[a]\ntitle = \"\"\nvendor = \"V\"\n", 5, "a.title", "is empty", "write what it is"},
    {"NoTitle", "chips", "[a]\nvendor = \"V\"\n", 4, "a", "has no title", "add title"},
    {"RequiredMissing", "chips", "[a]\ntitle = \"A\"\n", 4, "a", "has no vendor", "who sells it"},
    {"AliasTwice", "chips",
     "[a]\ntitle = \"A\"\nvendor = \"V\"\n[b]\ntitle = \"B\"\nvendor = \"V\"\naliases = [\"a\"]\n", 10, "b.aliases",
     "is already a name", "own names"},
    {"NameOfAnAlias", "chips",
     "[a]\ntitle = \"A\"\nvendor = \"V\"\naliases = [\"b\"]\n[b]\ntitle = \"B\"\nvendor = \"V\"\n", 8, "b",
     "already an alias", "own name"},
    {"NameTwice", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\n[a]\ntitle = \"B\"\n", 7, "", "not TOML", "once"},
    {"BadName", "chips", "[A_1]\ntitle = \"A\"\n", 4, "A_1", "is not a name", "lower-case"},
    {"BadAlias", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\naliases = [\"A 1\"]\n", 7, "a.aliases", "is not a name",
     "lower-case"},
    {"AliasesNoList", "chips", "[a]\ntitle = \"A\"\naliases = \"b\"\n", 6, "a.aliases", "not a list", "[\"a\", \"b\"]"},
    {"StrayKeyOfFile", "chips", "sorce = \"x\"\n", 4, "sorce", "neither a default nor an entry", "'source'"},
    {"EntryNoTable", "chips", "a = 1\n", 4, "a", "neither a default nor an entry", "sections"},
    {"UnknownKeyOfFigure", "chips", "[a]\ntitle = \"A\"\nvendor = { value = \"V\", bases = \"spec\" }\n", 6,
     "a.vendor.bases", "is not a key of a figure", "'basis'"},
    {"UnknownKeyOfAmount", "chips", "[a]\ntitle = \"A\"\nvendor = \"V\"\ntdp = { value = \"7 W\", nota = \"n\" }\n", 7,
     "a.tdp.nota", "is not a key of this distribution", "'note'"},
    {"FigureWithoutValue", "chips", "[a]\ntitle = \"A\"\nvendor = { basis = \"spec\" }\n", 6, "a.vendor",
     "has no value", "value ="},
    {"P10OverP90", "chips",
     "[a]\ntitle = \"A\"\nvendor = \"V\"\ntdp = { p10 = \"9 W\", p50 = \"7 W\", p90 = \"5 W\" }\n", 7, "a.tdp", "", ""},
    {"TextIsNumber", "chips", "[a]\ntitle = \"A\"\nvendor = 7\n", 6, "a.vendor", "not text", "quotes"},
    {"BooleanIsText", "models", "[a]\ntitle = \"A\"\nparams_total = 1e9\ngated_mlp = \"yes\"\n", 7, "a.gated_mlp",
     "not true or false", "true or false"},
    {"PartUnknownKey", "construction", "[a]\ntitle = \"A\"\n[a.task.b]\nduraton = \"3 days\"\n", 7, "a.task.b.duraton",
     "is not a key of task", "'duration'"},
    {"PartWithoutDuration", "construction", "[a]\ntitle = \"A\"\n[a.task.b]\ntitle = \"B\"\n", 6, "a.task.b",
     "has no duration", "how long"},
    {"PartAfterNobody", "construction",
     "[a]\ntitle = \"A\"\n[a.task.shell]\nduration = \"3 days\"\nafter = [\"shel\"]\n", 8, "a.task.shell.after",
     "is not a task", "'shell'"},
    {"PartsInACircle", "construction",
     "[a]\ntitle = \"A\"\n[a.task.b]\nduration = \"3 days\"\nafter = [\"c\"]\n[a.task.c]\nduration = \"3 days\"\nafter "
     "= "
     "[\"b\"]\n",
     6, "a.task.b", "circle", "after"},
    {"PartsNoTable", "construction", "[a]\ntitle = \"A\"\ntask = 3\n", 6, "a.task", "not a table", "sections"},
};

INSTANTIATE_TEST_SUITE_P(Catalog, Defects, ::testing::ValuesIn(defects),
                         [](const auto& info) { return info.param.name; });

TEST(Basis, ReadsItsSevenNames) {
  for (const char* name : {"spec", "vendor", "reported", "observed", "derived", "assumed", "projected"})
    EXPECT_EQ(basis_name(parse_basis(name)), name);
  EXPECT_THROW(parse_basis("guessed"), Error);
}

/// A catalog folder that lives as long as the test.
struct Folder {
  static inline int made = 0;
  std::string path = (std::filesystem::temp_directory_path() /
                      ("orrery-catalog-" + std::to_string(getpid()) + '-' + std::to_string(made++)))
                         .string();
  Folder() { std::filesystem::create_directories(path + "/chips"); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& file, const std::string& text) const { std::ofstream(path + "/chips/" + file) << text; }
};

TEST(Catalog, FindsNamesAndAliasesAndAnswersTypos) {
  const Folder folder;
  folder.write("b.toml", head + "[h100-sxm]\ntitle = \"H\"\nvendor = \"V\"\naliases = [\"h100\"]\n");
  folder.write("a.toml", head + "[mi300x]\ntitle = \"M\"\nvendor = \"V\"\n");
  const Catalog catalog(folder.path);
  ASSERT_EQ(catalog.entries("chips").size(), 2u);
  EXPECT_EQ(catalog.entries("chips")[0].name, "h100-sxm");
  EXPECT_EQ(catalog.entry("chips", "h100").name, "h100-sxm");
  try {
    catalog.entry("chips", "h10-sxm", {"s.toml", 3, 9}, "chips");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.place().text(), "s.toml:3:9");
    EXPECT_EQ(error.key(), "chips");
    EXPECT_NE(error.remedy().find("'h100-sxm'"), std::string::npos) << error.message();
  }
  try {
    catalog.entries("chip");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.remedy().find("'chips'"), std::string::npos) << error.message();
  }
  EXPECT_THROW(catalog.entries("sites"), Error);  // the folder is not there
  EXPECT_THROW(Catalog(folder.path + "/none"), Error);
}

TEST(Catalog, RefusesANameThatTwoFilesShare) {
  const Folder folder;
  folder.write("a.toml", head + "[h100]\ntitle = \"H\"\nvendor = \"V\"\n");
  folder.write("b.toml", head + "[other]\ntitle = \"H\"\nvendor = \"V\"\naliases = [\"h100\"]\n");
  const Catalog catalog(folder.path);
  try {
    catalog.entries("chips");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.place().file.find("b.toml"), std::string::npos) << error.message();
    EXPECT_NE(error.problem().find("a.toml:4"), std::string::npos) << error.message();
  }
}

TEST(Catalog, OnesOwnFactsCorrectShippedOnesFigureByFigure) {
  const Folder shipped, own;
  shipped.write("a.toml", head +
                              "[h100-sxm]\ntitle = \"H\"\nvendor = \"V\"\naliases = [\"h100\"]\nhbm = \"80 GB\"\n"
                              "tdp = \"700 W\"\n");
  own.write("mine.toml", head +
                             "[h100]\nbasis = \"observed\"\ntdp = \"650 W\"\n"
                             "[my-chip]\ntitle = \"M\"\nvendor = \"Me\"\n");
  Catalog catalog(shipped.path);
  catalog.add(own.path);
  ASSERT_EQ(catalog.entries("chips").size(), 2u);
  const Entry& h100 = catalog.entry("chips", "h100-sxm");
  EXPECT_EQ(h100.number("tdp"), 650);
  EXPECT_EQ(h100.at("tdp").provenance.basis, Basis::observed);
  EXPECT_EQ(h100.number("hbm"), 80e9);  // what one's own leaves out stays
  EXPECT_EQ(h100.title, "H");
  EXPECT_EQ(catalog.entry("chips", "my-chip").at("vendor").text, "Me");
  catalog.add(own.path + "/chips/mine.toml");  // a file that was added is not read again
  own.write("other.toml", head + "[my-chip]\nhbm = \"1 GB\"\n");
  EXPECT_THROW(catalog.add(own.path), Error);  // two of one's own
  EXPECT_EQ(catalog.entry("chips", "my-chip").find("hbm"), nullptr);
}

TEST(Catalog, ACopyOfTheShippedFactsChangesNothing) {
  Catalog catalog(facts().folder());
  const Folder copy;
  std::filesystem::copy(facts().folder(), copy.path, std::filesystem::copy_options::recursive);
  catalog.add(copy.path);
  for (const KindSchema& kind : schema()) {
    const std::vector<Entry>&entries = catalog.entries(kind.kind), &before = facts().entries(kind.kind);
    ASSERT_EQ(entries.size(), before.size()) << kind.kind;
    for (size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(entries[i].name, before[i].name);
      EXPECT_EQ(entries[i].aliases, before[i].aliases);
      ASSERT_EQ(entries[i].figures.size(), before[i].figures.size());
      EXPECT_EQ(entries[i].parts.size(), before[i].parts.size());
      for (size_t f = 0; f < before[i].figures.size(); ++f)
        EXPECT_EQ(entries[i].figures[f].value_text(), before[i].figures[f].value_text());
    }
  }
}

}  // namespace
}  // namespace orrery::catalog
