// What every kind of study has because it is a kind: the same bytes on any number of threads, overrides, comparison,
// provenance; and what a new one costs.
#include <gtest/gtest.h>

#include "base/files.h"
#include "support/answers.h"

namespace orrery::study {
namespace {

/// A shipped scenario of each kind.
std::string shipped_of(const Kind& kind) {
  for (const char* name : {"colossus-1", "gpu-market", "chip-factories", "finance/own-lease-cloud", "training",
                           "network", "operations", "load", "energy", "chip"}) {
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
    answer_of_text("start = 2024-01-01\nchips = \"10 x h100-sxm\"\n[supply]\n", "two.toml");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("supply: makes this a market, and chips makes it a scenario"), std::string::npos)
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

}  // namespace
}  // namespace orrery::study
