// What `orrery show` says of the catalog.
#include <gtest/gtest.h>

#include "report/document.h"
#include "study/describe.h"
#include "support/facts.h"

namespace orrery::report {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string show_catalog(const catalog::Catalog& catalog, const std::vector<std::string>& words, bool schema,
                         bool json) {
  const auto [kind, document] = study::describe_catalog(catalog, words, schema);
  return json ? json_of(document, kind) : text_of(document, study::Detail::explained);
}

TEST(Show, ListsKindsNamesAndEntries) {
  const std::string kinds = show_catalog(facts(), {}, false, false);
  for (const catalog::KindSchema& kind : catalog::schema()) EXPECT_TRUE(has(kinds, std::string(kind.kind)));
  EXPECT_TRUE(has(show_catalog(facts(), {"chips"}, false, false), "h100-sxm"));
  const std::string entry = show_catalog(facts(), {"h100"}, false, false);
  EXPECT_EQ(entry, show_catalog(facts(), {"chips", "h100-sxm"}, false, false));
  EXPECT_TRUE(has(entry, "989.4 TFLOP/s")) << entry;
  EXPECT_TRUE(has(entry, "assumed"));
  EXPECT_TRUE(has(entry, "[1] "));
  EXPECT_TRUE(has(show_catalog(facts(), {"retrofit"}, false, false), "task commissioning"));
}

TEST(Show, AnEntryOfSeveralKindsIsShownInEach) {
  const std::string text = show_catalog(facts(), {"gb200"}, false, false);
  for (const char* kind : {"chips", "published-speeds"}) EXPECT_TRUE(has(text, std::string("(") + kind + ")")) << kind;
}

TEST(Show, SchemaNamesEveryKey) {
  const std::string all = show_catalog(facts(), {}, true, false);
  for (const catalog::KindSchema& kind : catalog::schema())
    for (const catalog::KeySchema& key : kind.keys) EXPECT_TRUE(has(all, std::string(key.meaning))) << key.key;
  EXPECT_TRUE(has(show_catalog(facts(), {"construction"}, true, true), "\"groups\""));
}

TEST(Show, JsonHoldsValueBasisSourceAndDate) {
  const std::string json = show_catalog(facts(), {"chips", "h100"}, false, true);
  for (const char* part : {"\"bf16_dense\"", "\"value\": 989400000000000.0", "\"basis\": \"spec\"", "\"source\"",
                           "\"date\"", "\"p10\"", "\"unit\": \"operation rate\""})
    EXPECT_TRUE(has(json, part)) << part << '\n' << json;
  EXPECT_TRUE(has(show_catalog(facts(), {}, false, true), "\"entries\": "));
  EXPECT_TRUE(has(show_catalog(facts(), {"chips"}, false, true), "\"aliases\""));
}

TEST(Show, AnswersTyposWithTheNearestNames) {
  auto remedy = [](const std::vector<std::string>& words, bool schema) {
    try {
      show_catalog(facts(), words, schema, false);
    } catch (const Error& error) {
      return error.remedy();
    }
    return std::string("none");
  };
  EXPECT_TRUE(has(remedy({"h10-sxm"}, false), "'h100-sxm'"));
  EXPECT_TRUE(has(remedy({"chipps"}, false), "'chips'"));
  EXPECT_TRUE(has(remedy({"chips", "h10-sxm"}, false), "'h100-sxm'"));
  EXPECT_TRUE(has(remedy({"chps"}, true), "'chips'"));
  EXPECT_TRUE(has(remedy({"chips", "h100", "x"}, false), "name a kind"));
}

}  // namespace
}  // namespace orrery::report
