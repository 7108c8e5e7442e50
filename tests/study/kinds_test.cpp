// What every kind of study has because it is a kind: the same bytes on any number of threads, overrides, comparison,
// provenance; and what a new one costs.
#include <gtest/gtest.h>

#include "base/files.h"
#include "study/describe.h"
#include "support/answers.h"

namespace orrery::study {
namespace {

/// A shipped scenario of each kind.
std::string shipped_of(const Kind& kind) {
  for (const char* name :
       {"colossus-1", "gpu-market", "chip-factories", "finance/own-lease-cloud", "training", "network"}) {
    const std::string file = source_folder() + "/scenarios/" + name + ".toml";
    try {
      if (scenario::read_scenario(file, {}, forms_of(kinds())).form == &kind.form()) return file;
    } catch (const Error&) {
    }
  }
  ADD_FAILURE() << "no shipped scenario of kind " << kind.form().name;
  return "";
}

Answer answer_of_file(const std::string& file, const Sampling& sampling,
                      const std::vector<std::string>& overrides = {}) {
  return answer(scenario::read_scenario(file, overrides, forms_of(kinds())), facts(), kinds(), sampling);
}

TEST(Kinds, TheSameBitsOnAnyNumberOfThreads) {
  for (const Kind& kind : kinds()) {
    const std::string file = shipped_of(kind);
    const Answer one = answer_of_file(file, {60, 5, 1});
    for (const int threads : {2, 7}) {
      const Answer other = answer_of_file(file, {60, 5, threads});
      EXPECT_EQ(one.trials.values, other.trials.values) << file;
      EXPECT_EQ(one.trials.draws, other.trials.draws) << file;
    }
  }
}

TEST(Kinds, HaveTheirOwnMarksAndDescribeEveryKey) {
  std::vector<std::string_view> marks;
  for (const Kind& kind : kinds()) {
    const scenario::Form& form = kind.form();
    EXPECT_FALSE(form.marks.empty());
    for (const std::string_view mark : form.marks) {
      EXPECT_EQ(std::count(marks.begin(), marks.end(), mark), 0) << mark << " marks two kinds";
      marks.push_back(mark);
    }
    for (const scenario::Section& section : form.sections) {
      EXPECT_FALSE(section.meaning.empty()) << section.path;
      for (const scenario::Key& key : section.keys) {
        EXPECT_FALSE(key.meaning.empty()) << section.path << '.' << key.name;
        EXPECT_FALSE(key.default_value.empty()) << section.path << '.' << key.name;
      }
    }
  }
}

TEST(Kinds, AFileOfTwoKindsNamesBoth) {
  try {
    answer_of_text("start = 2024-01-01\nchips = \"10 x h100-sxm\"\n[market]\n", "two.toml");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("market: makes this a market, and chips makes it a scenario"), std::string::npos)
        << error.message();
  }
}

TEST(Trials, NoDrawLeavesTheRangeThatWasChecked) {
  std::string text = read_file(source_folder() + "/scenarios/gpu-market.toml");
  const size_t at = text.find("\"2023-Q1\" = {"), end = text.find('\n', at);
  text.replace(at, end - at,
               "\"2023-Q1\" = { mean = \"100000 chips\", sd = \"32000 chips\", basis = \"assumed\", note = \"wide\" }");
  const Answer a = answer_of_text(text, "wide.toml", {5000, 1});
  for (const double x : a.trials.draws.front()) EXPECT_GE(x, 0);
}

// A new kind: two keys, one file, one row.

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
  study.answer = [](const Trials& trials) {
    Document out;
    out.add(Scalar{amount_column("takings", "takings", dimension::money), trials.spread(0)});
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

}  // namespace
}  // namespace orrery::study
