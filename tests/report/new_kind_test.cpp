// What a new kind of study costs, one file and one row, and what it has at once: overrides, trials, facts, comparison,
// schema, text, JSON and CSV. The page's tests open what it answers: a kind that the page has no view of.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <nlohmann/json.hpp>

#include "report/document.h"
#include "study/describe.h"
#include "support/answers.h"

namespace orrery::study {
namespace {

const scenario::Form& lemonade_form() {
  static const scenario::Form form{"lemonade",
                                   "a lemonade stand",
                                   "a stand that sells cups",
                                   {"lemonade"},
                                   {{"", "The stand.", {}, {"lemonade"}},
                                    {"lemonade",
                                     "What it sells.",
                                     {scenario::amount("cups", dimension::none, "cups sold", "must be given", 0, 1e6),
                                      scenario::amount("price", dimension::money, "of a cup", "\"$1\"", 0, 100)}}}};
  return form;
}

Study read_lemonade(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  scenario::Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const scenario::View view = reader.root().below("lemonade");
  const scenario::UncertainNumber cups = reader.number(view, "cups"),
                                  price = reader.value(view, "price", scenario::from_rule(1, "a dollar"));
  study.outputs = {{"takings", dimension::money, false, true, true}};
  study.trial = [=](Draws draws, std::span<double> outputs) { outputs[0] = cups.in(draws)*price.in(draws); };
  study.answer = [title = study.title](const Trials& trials) {
    Document out;
    out.say(title + "\nCups are sold in summer alone.\n");
    const Spread takings = trials.spread(0);
    out.add(Scalar{amount_column("takings", "takings", dimension::money), takings});
    // Each of three months brings its share.
    Table months{"months",
                 "By month",
                 {text_column("month", "month"), amount_column("takings", "takings", dimension::money),
                  text_column("note", "note")}};
    const std::pair<const char*, double> shares[] = {{"2026-06", 0.25}, {"2026-07", 0.5}, {"2026-08", 0.25}};
    for (const auto& [month, share] : shares)
      months.rows.push_back({month, Spread{takings.p10 * share, takings.p50 * share, takings.p90 * share},
                             share > 0.3 ? "school is out" : ""});
    out.add(std::move(months));
    return out;
  };
  return finished_study(std::move(study), reader);
}

const Kind toy[] = {{lemonade_form, read_lemonade}};

TEST(NewKind, HasOverridesTrialsFactsAndComparison) {
  const std::string text = "title = \"Corner\"\n[lemonade]\ncups = { low = 50, high = 150 }\n";
  const Answer a = answer_of_text(text, "stand.toml", {200, 1}, {}, toy);
  const Answer b = answer_of_text(text, "stand.toml", {200, 1}, {"lemonade.price=$2"}, toy);
  EXPECT_NEAR(a.trials.spread(0).p50, 100, 10);
  EXPECT_DOUBLE_EQ(b.trials.spread(0).p50, 2 * a.trials.spread(0).p50);
  EXPECT_EQ(table_of(a.document, "facts").rows.size(), 3u);
  EXPECT_EQ(text_at(table_of(a.document, "facts"), 2, "origin"), "default");
  EXPECT_EQ(compare(b, a).blocks.size(), 3u);
  EXPECT_EQ(table_of(describe_kinds(toy), "kinds").rows.size(), 1u);
  EXPECT_FALSE(describe_keys(forms_of(toy)).blocks.empty());
  EXPECT_THROW(answer_of_text("[lemonade]\ncups = 1\nprise = \"$1\"\n", "stand.toml", {}, {}, toy), Error);
}

TEST(NewKind, IsRendered) {
  const std::string text = "title = \"Corner\"\n[lemonade]\ncups = { low = 50, high = 150 }\n";
  const Answer a = answer_of_text(text, "stand.toml", {200, 1}, {}, toy);
  const std::string shown = report::text_of(a.document, Detail::explained);
  EXPECT_NE(shown.find("takings"), std::string::npos) << shown;
  EXPECT_NE(shown.find("lemonade.cups"), std::string::npos) << "drivers and sources";
  const auto json = nlohmann::json::parse(report::json_of(a, &a));
  EXPECT_EQ(json["schema"], "orrery");
  EXPECT_EQ(json["kind"], "lemonade");
  EXPECT_EQ(json["takings"]["p50"], a.trials.spread(0).p50);
  EXPECT_EQ(json["against"]["takings"], json["takings"]);
  EXPECT_EQ(json["facts"].size(), 3u);
  EXPECT_EQ(json["months"][1]["takings"]["p90"], a.trials.spread(0).p90 / 2);
  EXPECT_EQ(json["sentences"][0], "Corner\nCups are sold in summer alone.\n");
  if (const char* file = std::getenv("ORRERY_TOY_JSON")) std::ofstream(file) << report::json_of(a);
  EXPECT_EQ(report::csv_of(a.document).at("facts.csv").substr(0, 9), "key,value");
  const std::string schema = report::text_of(describe_keys(forms_of(toy)));
  EXPECT_NE(schema.find("[lemonade]"), std::string::npos) << schema;
  EXPECT_NE(report::text_of(resolved(a.study)).find("lemonade.price"), std::string::npos);
}

}  // namespace
}  // namespace orrery::study
