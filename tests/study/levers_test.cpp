// Levers: what a step brings is what two runs by hand differ by, and what only two together bring is named.
#include "study/levers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/files.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

Answer asked(const std::string& text, const std::vector<std::string>& set, const Sampling& sampling) {
  return answer_of_text(text, "test.toml", sampling, set);
}

std::string shipped(const char* name) {
  return read_file(source_folder() + "/scenarios/" + name + ".toml");
}

/// The P50, or the median, of an output.
double value_of(const Answer& a, const std::string& output) {
  for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
    if (a.study.outputs[i].name == output) return a.trials.spread(i).p50;
  ADD_FAILURE() << output;
  return 0;
}

/// The rows of the levers' table hold what a run with each differs by from one without; the lowest row that is looked
/// at, and how many were.
void expect_by_hand(const std::string& text, Sampling sampling, std::size_t every) {
  sampling.levers = true;
  const Answer base = asked(text, {}, sampling);
  sampling.levers = false;
  const Table& levers = table_of(base.document, "levers");
  ASSERT_GE(levers.rows.size(), 10u);
  std::size_t looked = 0;
  for (std::size_t row = 0; row < levers.rows.size(); row += every, ++looked) {
    const std::string set = text_at(levers, row, "set"), milestone = text_at(levers, row, "milestone");
    const Answer by_hand = asked(text, {set}, sampling);
    const double before = value_of(base, milestone), after = value_of(by_hand, milestone);
    const Value& days = cell_at(levers, row, "days").value;
    if (const auto* number = std::get_if<double>(&days)) {
      EXPECT_EQ(*number, whole_day(before) - whole_day(after)) << set << ' ' << milestone;
      EXPECT_NEAR(number_at(levers, row, "dollars"),
                  value_of(by_hand, "net present value") - value_of(base, "net present value"), 1)
          << set;
    } else if (milestone == "net present value") {
      EXPECT_NEAR(number_at(levers, row, "dollars"), after - before, 1) << set;
    } else if (std::isfinite(before)) {  // a cost: less is better
      EXPECT_NEAR(number_at(levers, row, "dollars"), before - after, 1e-9 * before) << set << ' ' << milestone;
    } else {  // a date that is reached with it only
      EXPECT_EQ(text_at(levers, row, "date"), date_text(by_hand.study, after)) << set << ' ' << milestone;
    }
  }
  EXPECT_GE(looked, 10u);
}

/// The days that a lever brings to a milestone; 0 where it is not among them.
double days_of(const Answer& a, const std::string& set, const std::string& milestone) {
  const Table& levers = table_of(a.document, "levers");
  for (std::size_t row = 0; row < levers.rows.size(); ++row)
    if (text_at(levers, row, "set") == set && text_at(levers, row, "milestone") == milestone)
      return number_at(levers, row, "days");
  return 0;
}

// A hall and a grid connection that both come after 200 days; accelerators are there.
const char* const both_late = R"(
start = 2026-01-01
horizon = "2 years"
[site.a]
location = "memphis"
burn_in = "0 days"
installation_rate = "100000 chips/day"
[site.a.building.hall]
date = 2026-07-20
[site.a.power.grid]
date = 2026-07-20
[order.first]
chips = "1000 x h100-sxm"
lead_time = "10 days"
network_lead_time = "10 days"
)";

}  // namespace

TEST(Levers, EqualTwoRunsByHand) {
  expect_by_hand(shipped("meta-350k"), {}, 7);
}

TEST(Levers, EqualTwoRunsByHandWithTheSameDraws) {
  expect_by_hand(shipped("three-keys"), {24, 3}, 2);
}

TEST(Levers, OfDeliveriesStandAboveBurnIn) {
  Sampling sampling;
  sampling.levers = true;
  const Answer a = asked(shipped("meta-350k"), {}, sampling);
  const double rate = days_of(a, "order.of-2024.rate=x1.2", "350,000 usable");
  const double burn_in = days_of(a, "site.fleet.burn_in=less 14 days", "350,000 usable");
  EXPECT_NEAR(rate, 54, 5);
  EXPECT_NEAR(burn_in, 7, 1);
  // The best of the last milestone is the rate at which they come.
  const Table& levers = table_of(a.document, "levers");
  for (std::size_t row = 0; row < levers.rows.size(); ++row)
    if (text_at(levers, row, "milestone") == "350,000 usable") {
      EXPECT_EQ(text_at(levers, row, "key"), "order.of-2024.rate");
      break;
    }
}

TEST(Levers, PairsOfWhichEitherAloneBringsNothing) {
  Sampling sampling;
  sampling.levers = true;
  const Answer a = asked(both_late, {}, sampling);
  EXPECT_EQ(days_of(a, "site.a.building.hall.date=less 7 days", "1,000 usable"), 0);
  EXPECT_EQ(days_of(a, "site.a.power.grid.date=less 7 days", "1,000 usable"), 0);
  const Table& pairs = table_of(a.document, "lever_pairs");
  bool found = false;
  for (std::size_t row = 0; row < pairs.rows.size(); ++row) {
    const std::set<std::string> keys = {text_at(pairs, row, "key"), text_at(pairs, row, "with_key")};
    if (text_at(pairs, row, "milestone") != "1,000 usable") continue;
    found = found || keys == std::set<std::string>{"site.a.building.hall.date", "site.a.power.grid.date"};
    EXPECT_EQ(number_at(pairs, row, "days"), 7);
    EXPECT_EQ(number_at(pairs, row, "days_alone"), 0);
  }
  EXPECT_TRUE(found);
}

TEST(Levers, AreNoneWhereAnotherMilestoneIsNeverReached) {
  // A smaller hall or connection is cheaper, and 100,000 are never usable then.
  Sampling sampling;
  sampling.levers = true;
  const Answer a = asked(shipped("three-keys"), {}, sampling);
  const double base = value_of(a, "100,000 usable");
  ASSERT_TRUE(std::isfinite(base));
  const Table& levers = table_of(a.document, "levers");
  ASSERT_FALSE(levers.rows.empty());
  std::set<std::string> sets;
  for (std::size_t row = 0; row < levers.rows.size(); ++row) {
    const std::string set = text_at(levers, row, "set");
    if (sets.insert(set).second)
      EXPECT_LE(value_of(asked(shipped("three-keys"), {set}, {}), "100,000 usable"), base) << set;
  }
  EXPECT_EQ(sets.count("site.memphis.building.hall.it_capacity=x0.9"), 0u);
  EXPECT_TRUE(std::isinf(
      value_of(asked(shipped("three-keys"), {"site.memphis.building.hall.it_capacity=x0.9"}, {}), "100,000 usable")));
}

TEST(Levers, OfWhatEarnsNothingHaveNoWorth) {
  const char* const in_watts =
      "start = 2026-01-01\nhorizon = \"4 years\"\n[site.a]\nlocation = \"memphis\"\n"
      "it_load = \"100 MW\"\n";
  Sampling sampling;
  sampling.levers = true;
  const Answer a = asked(in_watts, {}, sampling);
  EXPECT_LT(a.study.worth, 0);
  const Table& levers = table_of(a.document, "levers");
  for (std::size_t row = 0; row < levers.rows.size(); ++row)
    EXPECT_NE(text_at(levers, row, "milestone"), "net present value");
}

TEST(Levers, DoNotDependOnTheNumberOfThreads) {
  Sampling one{20, 5, 1}, two{20, 5, 2};
  one.levers = two.levers = true;
  const Answer a = asked(shipped("three-keys"), {}, one), b = asked(shipped("three-keys"), {}, two);
  const Table &first = table_of(a.document, "levers"), &second = table_of(b.document, "levers");
  ASSERT_EQ(first.rows.size(), second.rows.size());
  ASSERT_FALSE(first.rows.empty());
  for (std::size_t row = 0; row < first.rows.size(); ++row) {
    EXPECT_EQ(text_at(first, row, "set"), text_at(second, row, "set"));
    EXPECT_EQ(number_at(first, row, "dollars"), number_at(second, row, "dollars"));
  }
}

TEST(Levers, AFactorOnWhatTheTrainingModelSaysIsTheLeverOfARun) {
  const Answer base = asked(shipped("meta-350k"), {}, {}),
               faster = asked(shipped("meta-350k"), {"run.llama-3-1-405b.achieved=x1.25"}, {});
  const double start = value_of(base, "llama-3-1-405b starts");
  EXPECT_EQ(value_of(faster, "llama-3-1-405b starts"), start);
  EXPECT_NEAR(
      (value_of(base, "llama-3-1-405b finishes") - start) / (value_of(faster, "llama-3-1-405b finishes") - start), 1.25,
      1e-6);
}

TEST(Levers, AChangeOfALeadTimeLeavesTheTimeToInstallAsItIs) {
  // Turbines are under way for so long and then put up: three days less of the one are three days in all.
  const std::string text = shipped("colossus-1");
  const auto day = [&](const std::vector<std::string>& set) {
    const Answer a = asked(text, set, {});
    return value_of(a, "25,000 usable");
  };
  const double base = day({});
  EXPECT_NEAR(base - day({"site.memphis.power.turbines.lead_time=less 3 days"}), 3, 0.6);
}

}  // namespace orrery::study
