// Questions asked backwards: what is found agrees with a scan, does it when it is put back, and is the least that does.
#include "study/solve.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/date.h"
#include "support/answers.h"
#include "support/folders.h"
#include "support/refusal.h"

namespace orrery::study {
namespace {

// A kind of study whose one output is any table of numbers, so that a search can be held to all of them.

std::vector<double> steps;  // of the property that runs
constexpr int refused_above = 1000;

const scenario::Form& steps_form() {
  static const scenario::Form form{"steps",
                                   "a table of steps",
                                   "a table of steps",
                                   {"steps"},
                                   {{"", "The steps.", {}, {"steps"}},
                                    {"steps", "Which.", {scenario::whole("x", "which step", "0", 0, refused_above)}}}};
  return form;
}

Study read_steps(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  scenario::Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto x = static_cast<std::size_t>(reader.whole(reader.root().below("steps"), "x", 0, "the first"));
  if (x >= steps.size()) throw Error(reader.root().place(), "steps.x", "is beyond the table", "give less");
  study.outputs = {{"height", dimension::none}};
  study.trial = [y = steps[x]](Draws, std::span<double> outputs) { outputs[0] = y; };
  study.answer = [](const Trials&) { return Document{}; };
  return finished_study(std::move(study), reader);
}

const Kind steps_kind{steps_form, read_steps};

Question at_most(const std::string& vary, const std::string& what) {
  Question q;
  q.vary = {vary}, q.goals.at_most = {what};
  return q;
}

Solution solve_steps(int stands, int low, int high, double most) {
  const std::vector<const scenario::Form*> forms = {&steps_form()};
  const scenario::Scenario scenario =
      scenario::parse_scenario(fmt::format("[steps]\nx = {}\n", stands), "steps.toml", {}, forms);
  return solve(scenario, facts(), {&steps_kind, 1},
               at_most(fmt::format("steps.x={}..{}", low, high), fmt::format("height={}", most)));
}

/// The nearest step from low to high of at most so much; -1 when there is none.
int nearest_by_hand(int stands, int low, int high, double most) {
  int best = -1;
  for (int x = low; x <= high; ++x)
    if (steps[static_cast<std::size_t>(x)] <= most && (best < 0 || std::abs(x - stands) < std::abs(best - stands)))
      best = x;
  return best;
}

RC_GTEST_PROP(Solve, FindsTheNearestOfAnyTableItLooksAtWhole, ()) {
  const int size = *rc::gen::inRange(3, 64);
  steps.clear();
  for (int i = 0; i < size; ++i) steps.push_back(*rc::gen::inRange(0, 12));
  const int low = *rc::gen::inRange(0, size - 1), high = *rc::gen::inRange(low + 1, size);
  const int stands = *rc::gen::inRange(0, size), most = *rc::gen::inRange(-1, 12);
  const Solution s = solve_steps(stands, low, high, most);
  if (steps[static_cast<std::size_t>(stands)] <= most) {
    RC_ASSERT(s.stands.holds);
    RC_ASSERT(s.found.empty());
    return;
  }
  const int by_hand = nearest_by_hand(stands, low, high, most);
  RC_ASSERT(s.found.empty() == (by_hand < 0));
  if (by_hand < 0) return;
  const int found = low + static_cast<int>(*s.found[0].at[0]);
  RC_ASSERT(std::abs(found - stands) == std::abs(by_hand - stands));
  RC_ASSERT(s.found[0].tried.holds);
}

RC_GTEST_PROP(Solve, BisectsWhatRisesOrFallsToItsLastStep, ()) {
  const int size = *rc::gen::inRange(300, 1000);
  steps.clear();
  double height = 0;
  const bool falls = *rc::gen::arbitrary<bool>();
  for (int i = 0; i < size; ++i) steps.push_back(height += *rc::gen::inRange(0, 3) * (falls ? -1 : 1));
  const int stands = *rc::gen::inRange(0, size), most = *rc::gen::inRange(-1000, 1000);
  const Solution s = solve_steps(stands, 0, size - 1, most);
  if (s.stands.holds) return;
  RC_ASSERT(s.monotone);
  const int by_hand = nearest_by_hand(stands, 0, size - 1, most);
  RC_ASSERT(s.found.empty() == (by_hand < 0));
  if (by_hand < 0) {
    RC_ASSERT(s.best.has_value());
    return;
  }
  RC_ASSERT(static_cast<int>(*s.found[0].at[0]) == by_hand);
  RC_ASSERT(s.beside.has_value());
  RC_ASSERT(std::abs(static_cast<int>(*s.beside->at[0]) - by_hand) == 1);
  RC_ASSERT(!s.beside->tried.holds);
  RC_ASSERT(s.runs < 100);
}

TEST(Solve, WhatIsRefusedDoesNotDoIt) {
  steps.assign(100, 5);
  for (std::size_t i = 50; i < 100; ++i) steps[i] = 1;
  const Solution s = solve_steps(10, 0, 900, 1);  // beyond 99 all are refused
  ASSERT_EQ(s.found.size(), 1u);
  EXPECT_EQ(*s.found[0].at[0], 50u);
  EXPECT_TRUE(says(refusal([] { solve_steps(10, 200, 900, 1); }), "has no value that can be read"));
}

TEST(Solve, LooksAboutTheBestOfAScanThatMissesAPeak) {
  // Low between two values of the scan alone, and falling towards it from both sides.
  steps.assign(1001, 0);
  for (int x = 0; x <= 1000; ++x) steps[static_cast<std::size_t>(x)] = 10 + std::abs(x - 403);
  steps[100] = 5000;  // so that it is not monotone from the first
  const Solution s = solve_steps(900, 0, 1000, 10);
  EXPECT_FALSE(s.monotone);
  ASSERT_EQ(s.found.size(), 1u);
  EXPECT_EQ(*s.found[0].at[0], 403u);
  EXPECT_TRUE(solve_steps(900, 0, 1000, 9).found.empty());
}

/// All paragraphs of an answer.
std::string text_of(const Solution& s) {
  std::string out;
  for (const Block& block : document_of(s).blocks)
    if (const auto* paragraph = std::get_if<Paragraph>(&block)) out += paragraph->text;
  return out;
}

TEST(Solve, OfWhatComesAsNearNamesTheLeastChange) {
  steps.assign(1001, 7);
  for (std::size_t x = 700; x <= 1000; ++x) steps[x] = 9;
  const Solution level = solve_steps(800, 0, 900, 1);  // what stands falls short by more
  ASSERT_TRUE(level.best.has_value());
  EXPECT_GE(*level.best->at[0], 680u);
  EXPECT_FALSE(level.stands_best);
  const Solution as_near = solve_steps(300, 0, 900, 1);
  EXPECT_TRUE(as_near.stands_best);
  EXPECT_TRUE(says(text_of(as_near), "None comes nearer than what stands: height 7."));
  EXPECT_FALSE(says(text_of(as_near), "The nearest is"));
  EXPECT_TRUE(
      says(text_of(solve_steps(650, 750, 900, 1)), "It is height 9 at every value. As it stands (650) it is 7."));
}

TEST(Solve, SaysHowManyValuesCouldBeRead) {
  steps.assign(20, 5);
  const std::string text = text_of(solve_steps(3, 0, 1000, 1));
  EXPECT_TRUE(says(text, "None of the ")) << text;
  EXPECT_FALSE(says(text, "The answer is no")) << text;
  EXPECT_TRUE(says(text, "at every value that could be read (")) << text;
  EXPECT_TRUE(says(text, "is beyond the table")) << text;
  // Where they turn it is said of those that were tried alone.
  steps.assign(1001, 5);
  steps[500] = 6;
  EXPECT_TRUE(says(text_of(solve_steps(3, 0, 1000, 1)), "that were tried does it."));
  steps[500] = 5;
  EXPECT_TRUE(says(text_of(solve_steps(3, 0, 1000, 1)), "The answer is no: no steps.x from 0 to 1000 does it."));
}

TEST(Solve, RefusesToBeSurerThanItsTrials) {
  Question q;
  q.vary = {"order.first.rate=x1..x2"}, q.goals.capital = "$1M", q.sure = 0.999, q.trials = 200;
  const scenario::Scenario scenario =
      scenario::read_scenario(source_folder() + "/scenarios/colossus-1.toml", {}, forms_of(kinds()));
  EXPECT_TRUE(says(refusal([&] { solve(scenario, facts(), kinds(), q); }), "write --trials 1000 or more"));
}

TEST(Goals, AValueIsToldApartFromTheLimit) {
  Goal goal;
  goal.kind = Goal::Kind::at_most, goal.limit = 805e6, goal.dimension = dimension::money;
  EXPECT_EQ(goal.text(805e6, {}), "$805M");
  EXPECT_EQ(goal.text(812.3456e6, {}), "$812.35M");
  EXPECT_EQ(goal.text(805.003e6, {}), "$805.003M");
  EXPECT_EQ(goal.text(804.998e6, {}), "$804.998M");
  EXPECT_EQ(goal.text(805.00001e6, {}), "just over $805M");
  EXPECT_EQ(goal.text(804.99999e6, {}), "just under $805M");
  goal.limit = 8.41234e6;
  EXPECT_EQ(goal.wanted(), " at most $8.41234M");
  EXPECT_EQ(goal.text(8.41231e6, {}), "$8.41231M");
}

// A site on a bridge, with a run, that says everything the questions below turn.
const char* const small_world = R"(
start   = 2025-01-06
horizon = "30 months"
[site.memphis]
installation_rate = "600 chips/day"
burn_in           = "5 days"
[site.memphis.building.hall]
class = "rented-hall"
date  = 2025-02-01
[site.memphis.power.turbines]
kind      = "gas-turbine-mobile"
capacity  = "14 MW"
lead_time = "30 days"
rate      = "2 MW/week"
[site.memphis.power.substation]
kind     = "grid"
capacity = "40 MW"
date     = 2026-06-01
[site.memphis.cooling.plant]
kind = "air-chillers"
date = 2025-02-01
[order.first]
chips     = "16000 x h100-sxm"
lead_time = { low = "60 days", mode = "90 days", high = "150 days" }
rate      = "60 chips/day"
network_lead_time = "60 days"
[run.pretraining]
compute  = "6e24 FLOP"
achieved = "400 TFLOP/s"
minimum  = 256
[value]
accelerator_hour = "$2/chip/h"
)";

scenario::Scenario world(const std::vector<std::string>& overrides = {}) {
  return scenario::parse_scenario(small_world, "world.toml", overrides, forms_of(kinds()));
}
scenario::Scenario shipped(const std::string& name, const std::vector<std::string>& overrides = {}) {
  return scenario::read_scenario(source_folder() + "/scenarios/" + name + ".toml", overrides, forms_of(kinds()));
}

struct Asked {
  std::string file;  ///< empty: the small world
  std::vector<std::string> set;
  std::string vary;
  GoalTexts goals;
  std::optional<double> sure = {};
  bool done = true;      ///< something does it
  bool monotone = true;  ///< the output is, over the range
};

scenario::Scenario scenario_of(const Asked& asked, std::vector<std::string> more = {}) {
  more.insert(more.begin(), asked.set.begin(), asked.set.end());
  return asked.file.empty() ? world(more) : shipped(asked.file, more);
}

Solution solution_of(const Asked& asked, int threads = 0) {
  Question q;
  q.vary = {asked.vary}, q.goals = asked.goals, q.sure = asked.sure, q.trials = 60, q.threads = threads;
  return solve(scenario_of(asked), facts(), kinds(), q);
}

GoalTexts by(const std::string& what, const std::string& day) {
  GoalTexts g;
  g.until = {what}, g.by = {day};
  return g;
}
GoalTexts capital(const std::string& most) {
  GoalTexts g;
  g.capital = most;
  return g;
}
GoalTexts least(const std::string& of) {
  GoalTexts g;
  g.at_least = {of};
  return g;
}
GoalTexts most(const std::string& of) {
  GoalTexts g;
  g.at_most = {of};
  return g;
}
GoalTexts both(GoalTexts a, const GoalTexts& b) {
  a.capital = b.capital;
  return a;
}

/// Whether a study, read from the start as `orrery run` does, has what was asked for: the goal's own words aside.
bool has(const Asked& asked, const Solution& s, const Study& study) {
  const Trials trials = run_trials(study.inputs, study.outputs.size(), study.trial, {asked.sure ? 60 : 0, 1, 1});
  for (const Goal& goal : s.goals) {
    bool found = false;
    for (std::size_t o = 0; o < study.outputs.size(); ++o) {
      if (study.outputs[o].name != goal.output || !study.outputs[o].compared) continue;
      const double share = !asked.sure ? 0.5 : goal.kind == Goal::Kind::at_least ? 1 - *asked.sure : *asked.sure;
      const double value = quantile(trials.values[o], share);
      found = true;
      if (goal.kind == Goal::Kind::by) {
        if (!std::isfinite(value) || date_text(study, value) > Date{static_cast<int>(goal.limit)}.text()) return false;
      } else if (goal.kind == Goal::Kind::at_most ? value > goal.limit : value < goal.limit) {
        return false;
      }
    }
    if (!found) return false;
  }
  return true;
}

std::vector<std::string> with_goals(const Solution& s, const std::string& set) {
  std::vector<std::string> out = {set};
  for (const Goal& goal : s.goals)
    if (!goal.set.empty()) out.push_back(goal.set);
  return out;
}

void expect_agreement(const Asked& asked) {
  SCOPED_TRACE(asked.file + " " + asked.vary);
  const Solution s = solution_of(asked);
  ASSERT_FALSE(s.stands.holds);
  EXPECT_EQ(s.monotone, asked.monotone);
  const Range& range = s.ranges[0];
  const double origin = range.in_force.value_or(range.position(0));

  // The scan: 200 values over the range, each read by itself.
  const scenario::Scenario scenario = scenario_of(asked);
  const auto kind =
      std::find_if(kinds().begin(), kinds().end(), [&](const Kind& k) { return &k.form() == scenario.form; });
  const Study base = kind->read(scenario, facts());
  std::optional<double> nearest;
  const double last = static_cast<double>(range.size() - 1);
  for (int i = 0; i < 200; ++i) {
    const auto at = static_cast<std::size_t>(std::llround(i * last / 199));
    try {
      const scenario::Scenario changed = changed_scenario(scenario, with_goals(s, range.key + "=" + range.text(at)));
      const Study study = kind->read_again ? kind->read_again(base, changed, facts()) : kind->read(changed, facts());
      const double distance = std::fabs(range.position(at) - origin);
      if (has(asked, s, study) && (!nearest || distance < *nearest)) nearest = distance;
    } catch (const Error&) {
      // What is refused does not do it.
    }
  }
  EXPECT_EQ(nearest.has_value(), asked.done);
  ASSERT_EQ(s.found.size(), asked.done ? 1u : 0u);
  if (!asked.done) {
    EXPECT_TRUE(s.best.has_value());
    EXPECT_EQ(document_of(s).status, 1);
    return;
  }
  const std::size_t at = *s.found[0].at[0];
  const double step = (range.position(range.size() - 1) - range.position(0)) / 199;
  const double distance = std::fabs(range.position(at) - origin);
  EXPECT_LE(distance, *nearest + 1e-9 * step) << "the scan finds a lesser change";
  EXPECT_GE(distance, *nearest - step - std::fabs(range.position(1) - range.position(0)));

  // Put back it does it; a step less does not.
  const std::string set = range.key + "=" + range.text(at);
  EXPECT_TRUE(has(asked, s, kind->read(scenario_of(asked, with_goals(s, set)), facts()))) << set;
  ASSERT_TRUE(s.beside.has_value());
  const std::string less = range.key + "=" + range.text(*s.beside->at[0]);
  EXPECT_EQ(std::llabs(static_cast<long long>(*s.beside->at[0]) - static_cast<long long>(at)), 1);
  EXPECT_FALSE(has(asked, s, kind->read(scenario_of(asked, with_goals(s, less)), facts()))) << less;
}

TEST(Solve, AgreesWithAScanInASmallWorld) {
  const std::string rate = "order.first.rate=30 chips/day..400 chips/day";
  const std::string substation = "site.memphis.power.substation.date=";
  expect_agreement({"", {}, rate, by("6k usable", "2025-06-15")});
  expect_agreement({"", {}, substation + "2025-03-01..2026-12-01", by("16,000 usable", "2026-04-01")});
  expect_agreement({"", {}, substation + "-400 days..+30 days", by("16 MW", "2026-02-01")});
  expect_agreement({"", {}, "order.first.chips=4000..20000", capital("$600M")});
  expect_agreement({"", {}, "site.memphis.power.turbines.capacity=5 MW..40 MW", by("12k usable", "2025-12-01")});
  expect_agreement({"", {}, "order.first.lead_time=x0.2..x2", by("2,000 usable", "2025-05-15"), 0.9});
  expect_agreement({"", {}, "order.first.price=$5k/chip..$40k/chip", least("net present value=$100M")});
  expect_agreement({"", {}, "run.pretraining.compute=1e24 FLOP..1e25 FLOP", by("pretraining", "2025-06-15")});
  expect_agreement({"", {}, "site.memphis.burn_in=0 days..20 days", by("15k usable", "2025-09-01"), {}, false});
  // More accelerators are sooner so many, and cost more: both at once hold in between, which no sample need meet.
  expect_agreement({"",
                    {"order.first.rate=400 chips/day"},
                    "site.memphis.power.turbines.capacity=5 MW..60 MW",
                    both(by("12k usable", "2025-12-01"), capital("$640M"))});
}

TEST(Solve, ScansWhatIsNotMonotone) {
  // A failure of any accelerator stops all: past a thousand or so, more of them finish later.
  expect_agreement({"",
                    {"operation.failure_rate=0.05/chip/day", "operation.restart=20 min",
                     "site.memphis.power.turbines.capacity=60 MW", "site.memphis.power.turbines.rate=150 MW/week",
                     "site.memphis.power.turbines.lead_time=1 days", "order.first.rate=16000 chips/day",
                     "run.pretraining.compute=1e24 FLOP", "run.pretraining.minimum=16"},
                    "run.pretraining.chips=300..8000",
                    by("pretraining", "2025-07-15"),
                    {},
                    true,
                    false});
}

TEST(Solve, AgreesWithAScanOfShippedScenarios) {
  expect_agreement(
      {"meta-350k", {}, "order.of-2024.rate=300 chips/day..1200 chips/day", by("350k usable", "2024-12-31")});
  expect_agreement({"colossus-1", {}, "order.gb200.ordered=-120 days..+60 days", by("340 MW of IT", "2025-06-20")});
  expect_agreement({"gpu-market", {}, "supply.2023-Q4=x0.5..x5", most("2024-Q1 rent=$4/chip/h")});
  expect_agreement({"finance/gpu-cloud",
                    {},
                    "project.price=$2/chip/h..$4/chip/h",
                    least("project: net present value after tax=$100M")});
}

TEST(Solve, WhatWasSearchedBeforeChangesNoAnswer) {
  const Kind& kind = kinds()[0];
  const std::vector<std::string> model = {"run.pretraining={ model = \"llama-3.1-8b\", tokens = \"1T tokens\" }",
                                          "order.first.chips=3000 x h100-sxm"};
  const Study base = kind.read(world(model), facts());
  for (const char* chips : {"2000", "1024", "1900", "3000", "777", "1536"}) {
    std::vector<std::string> all = model;
    all.push_back(std::string("run.pretraining.chips=") + chips);
    const Study again = kind.read_again(base, world(all), facts()), fresh = kind.read(world(all), facts());
    std::vector<double> one(again.outputs.size()), other(fresh.outputs.size());
    again.trial({}, one), fresh.trial({}, other);
    EXPECT_EQ(one, other) << chips;
  }
}

TEST(Solve, SaysWhenItHoldsAlready) {
  const Solution s =
      solution_of({"", {}, "order.first.rate=30 chips/day..400 chips/day", by("2k usable", "2026-12-31")});
  EXPECT_TRUE(s.stands.holds);
  EXPECT_TRUE(s.found.empty());
  EXPECT_EQ(s.runs, 1);
  EXPECT_EQ(document_of(s).status, 0);
}

TEST(Solve, TheSameOnAnyNumberOfThreads) {
  const Asked asked{"", {}, "order.first.lead_time=x0.2..x2", by("2,000 usable", "2025-05-15"), 0.9};
  const Solution one = solution_of(asked, 1), many = solution_of(asked, 7);
  ASSERT_EQ(one.tried.size(), many.tried.size());
  for (std::size_t i = 0; i < one.tried.size(); ++i) {
    EXPECT_EQ(one.tried[i].at, many.tried[i].at);
    EXPECT_EQ(one.tried[i].tried.values, many.tried[i].tried.values);
  }
}

TEST(Solve, TheFrontOfTwoKeysHoldsNothingThatAnotherBeats) {
  Question q;
  q.vary = {"order.first.rate=30 chips/day..400 chips/day", "order.first.lead_time=x0.2..x1"};
  q.goals = by("6k usable", "2025-06-15");
  const Solution s = solve(world(), facts(), kinds(), q);
  ASSERT_GT(s.found.size(), 3u);
  std::vector<std::pair<double, double>> moved;
  for (const Change& c : s.found) {
    EXPECT_TRUE(c.tried.holds);
    moved.emplace_back(c.at[0] ? s.ranges[0].position(*c.at[0]) - *s.ranges[0].in_force : 0,
                       c.at[1] ? 1 - s.ranges[1].position(*c.at[1]) : 0);
  }
  for (std::size_t i = 1; i < moved.size(); ++i) {
    EXPECT_GT(moved[i].first, moved[i - 1].first);
    EXPECT_LT(moved[i].second, moved[i - 1].second);
  }
  EXPECT_EQ(moved.back().second, 0) << "the first key alone does it at last";
}

TEST(Ranges, EveryValueIsReadBackAsItIsPrinted) {
  const scenario::Scenario scenario = world();
  const Study study = kinds()[0].read(scenario, facts());
  for (const char* text :
       {"order.first.rate=30 chips/day..400 chips/day", "order.first.rate=30.5 chips/day..0.4k chips/day",
        "order.first.price=$5k/chip..$0.04M/chip", "site.memphis.burn_in=36 h..2 weeks",
        "site.memphis.power.turbines.capacity=900 kW..1.2 MW", "run.pretraining.compute=1e23 FLOP..3e25 FLOP",
        "operation.load=20%..80%", "order.first.chips=1..100000", "site.memphis.power.substation.date=-9 days..+9 days",
        "order.first.delay=-30 days..30 days", "order.first.lead_time=-30 days..+9 days",
        "order.first.lead_time=less 60 days..less 10 days", "order.first.lead_time=-30.123 days..-9.987 days",
        "site.memphis.power.turbines.lead_time=less 7 days..+0 days",
        "site.memphis.power.substation.date=less 60 days..+0 days", "order.first.lead_time=x0.25..x1.75"}) {
    const Range range = read_range(text, scenario, study);
    ASSERT_GE(range.size(), 2u) << text;
    double before = -infinity;
    for (std::size_t i = 0; i < range.size(); i += std::max<std::size_t>(1, range.size() / 50)) {
      EXPECT_GT(range.position(i), before) << text;
      before = range.position(i);
      EXPECT_NO_THROW(changed_scenario(scenario, {range.key + "=" + range.text(i)})) << text << ": " << range.text(i);
    }
    EXPECT_EQ(range.nearest(range.position(range.size() / 2)), range.size() / 2) << text;
  }
}

TEST(Ranges, KeepWholeWhatIsWhole) {
  const scenario::Scenario scenario = world();
  const Study study = kinds()[0].read(scenario, facts());
  const Range chips = read_range("order.first.chips=5000..6000", scenario, study);
  EXPECT_EQ(chips.size(), 1001u);
  EXPECT_EQ(chips.text(345), "5345 x h100-sxm");
  EXPECT_EQ(chips.in_force, 16000);
  const Range days = read_range("order.first.lead_time=10 days..300 days", scenario, study);
  EXPECT_EQ(days.size(), 291u);
  EXPECT_EQ(days.text(7), "17 days");
  EXPECT_EQ(read_range("run.pretraining.minimum=100..200", scenario, study).text(1), "101");
}

TEST(Ranges, AShiftMakesADurationShorterAndADateEarlier) {
  const scenario::Scenario scenario = world();
  const Study study = kinds()[0].read(scenario, facts());
  const Range shorter = read_range("site.memphis.power.turbines.lead_time=-300 days..+300 days", scenario, study);
  EXPECT_EQ(shorter.text(0), "less 300 days");
  EXPECT_EQ(shorter.position(0), -300);
  EXPECT_EQ(shorter.text(shorter.nearest(0)), "+0 days");
  EXPECT_EQ(shorter.text(shorter.size() - 1), "+300 days");
  EXPECT_EQ(shorter.in_force, 0);
  EXPECT_EQ(read_range("site.memphis.power.substation.date=less 60 days..+0 days", scenario, study).text(0),
            "-60 days");
  const Range own = read_range("order.first.delay=-30 days..-10 days", scenario, study);  // which may be below 0
  EXPECT_EQ(own.text(0), "-30 days");
}

TEST(Ranges, ADayThatHangsOnAnEventStandsWhereItFalls) {
  const scenario::Scenario scenario = world({"order.first.ordered=when building.hall opens + 31 days"});
  const Study study = kinds()[0].read(scenario, facts());
  const Range range = read_range("order.first.ordered=2025-01-06..2025-06-01", scenario, study);
  ASSERT_TRUE(range.in_force.has_value());
  EXPECT_EQ(*range.in_force, parse_date("2025-02-16").days);
  EXPECT_TRUE(range.stands.ends_with("opens + 31 days: 2025-02-16")) << range.stands;
}

}  // namespace
}  // namespace orrery::study
