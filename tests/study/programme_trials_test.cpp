// Trials, overrides and stacking: the same programme said in two ways gives the same bits.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <regex>

#include "base/files.h"
#include "study/kind.h"
#include "support/answers.h"
#include "support/folders.h"
#include "support/world.h"

namespace orrery::study {
namespace {

using namespace programme;
using programme::Input;

/// The trials of a plan's outputs.
Trials trials_of(const Plan& plan, int count, std::uint64_t seed) {
  const Trial trial = [&](Draws draws, std::span<double> outputs) {
    const std::vector<double> values = output_values(plan, simulate(plan, draws));
    std::copy(values.begin(), values.end(), outputs.begin());
  };
  return run_trials(plan.inputs, outputs_of(plan).size(), trial, {count, seed, 1});
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// A world whose catalog defaults may be uncertain, and two uncertain inputs of its own.
std::string uncertain(const World& w) {
  std::string text = w.text();
  const size_t at = text.find("installation_rate");
  text.replace(at, text.find('\n', at) - at,
               "installation_rate = { low = \"20 chips/day\", mode = \"60 chips/day\", high = \"300 chips/day\" }");
  return text + "[operation]\nload = { p10 = 0.6, p50 = 0.75, p90 = 0.85 }\n";
}

/// Every input of a plan as a constant at its median.
Plan certain(Plan plan) {
  for (Input& input : plan.inputs) input.distribution = Distribution::constant(input.distribution.median());
  return plan;
}

RC_GTEST_PROP(Trials, ConstantInputsEqualTheRunWithoutTrials, ()) {
  const Plan plan = certain(plan_of(uncertain(draw_world())));
  const std::vector<double> once = output_values(plan, simulate(plan));
  const Trials trials = trials_of(plan, 3, 7);
  for (size_t o = 0; o < once.size(); ++o)
    for (const double x : trials.values[o]) RC_ASSERT(same_bits(x, once[o]));
}

RC_GTEST_PROP(Trials, AnotherEntityLeavesTheDraws, ()) {
  World w = draw_world();
  const Plan before = plan_of(uncertain(w));
  const std::string more = uncertain(w) +
                           "[order.zz]\nsite = \"s0\"\nchips = \"50 x h100-sxm\"\n[site.zz]\nlocation = \"memphis\"\n" +
                           "[run.zz]\non = \"s0\"\ncompute = \"1e20 FLOP\"\nchips = 1\n";
  const Plan after = plan_of(more);
  const Trials a = trials_of(before, 20, 3), b = trials_of(after, 20, 3);
  for (size_t i = 0; i < before.inputs.size(); ++i) {
    bool found = false;
    for (size_t j = 0; j < after.inputs.size(); ++j)
      if (after.inputs[j].name == before.inputs[i].name) {
        found = true;
        RC_ASSERT(a.draws[i] == b.draws[j]);
      }
    RC_ASSERT(found);
  }
}

RC_GTEST_PROP(Trials, DrawsStayWithinTheirRange, ()) {
  const Plan plan = plan_of(uncertain(draw_world()) + "[milestone.x]\nusable = 10\n");
  const Trials t = trials_of(plan, 200, static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000)));
  for (size_t i = 0; i < plan.inputs.size(); ++i)
    for (const double x : t.draws[i]) {
      RC_ASSERT(x >= plan.inputs[i].distribution.lowest());
      RC_ASSERT(x <= plan.inputs[i].distribution.highest());
    }
}

TEST(Defaults, AGeneratorOfDefaultSizeCoversItsReserve) {
  const Plan plan = plan_of(
      "start = 2024-01-01\nend = 2028-12-31\n[site.a]\nlocation = \"memphis\"\n[site.a.power.own]\nkind = "
      "\"gas-turbine-mobile\"\n"
      "[order.x]\nchips = \"1000 x h100-sxm\"\n");
  const Trials t = trials_of(plan, 200, 1);
  for (const double day : t.values[0]) EXPECT_TRUE(std::isfinite(day));
}

/// The text of a scenario without its observations.
std::string without_observations(const std::string& text) {
  std::string out;
  bool within = false;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] == '[') within = line.starts_with("[observation");
    if (!within) out += line + '\n';
  }
  return out;
}

TEST(Observations, AreNeverInputs) {
  for (const char* name : {"colossus-1", "oracle-hoppers"}) {
    const std::string text = read_file(source_folder() + "/scenarios/" + name + ".toml"),
                      bare = without_observations(text);
    ASSERT_NE(text, bare);
    const Plan with = plan_of(text), without = plan_of(bare);
    ASSERT_FALSE(with.observations.empty());
    ASSERT_TRUE(without.observations.empty());
    const Trials a = trials_of(with, 50, 1), b = trials_of(without, 50, 1);
    EXPECT_EQ(a.draws, b.draws);
    const std::vector<programme::Output> had = outputs_of(with), left = outputs_of(without);
    for (size_t o = 0; o < left.size(); ++o) {
      EXPECT_EQ(had[o].name, left[o].name);
      EXPECT_EQ(a.values[o], b.values[o]) << left[o].name;
    }
    const Forecast f = simulate(with), g = simulate(without);
    ASSERT_EQ(f.ledger.entries.size(), g.ledger.entries.size());
    for (size_t i = 0; i < f.ledger.entries.size(); ++i)
      EXPECT_EQ(f.ledger.entries[i].amount.value(), g.ledger.entries[i].amount.value());
  }
}

RC_GTEST_PROP(Overrides, EqualEditingTheFile, ()) {
  World w = draw_world();
  const std::string text = w.text();
  const int lead = *rc::gen::inRange(0, 200), burn_in = *rc::gen::inRange(0, 30);
  const Plan set = plan_of(
      text, {fmt::format("order.o0.lead_time={} days", lead), fmt::format("site.s0.burn_in=\"{} days\"", burn_in),
             "lease.extra={ direction = \"paid\", price = \"$1M/month\" }"});
  w.orders[0].lead = lead, w.sites[0].burn_in = burn_in;
  const Plan edited = plan_of(w.text() + "[lease.extra]\ndirection = \"paid\"\nprice = \"$1M/month\"\n");
  const std::vector<double> a = output_values(set, simulate(set)), b = output_values(edited, simulate(edited));
  RC_ASSERT(a == b);
}

RC_GTEST_PROP(Stacking, EqualsMergingByHand, ()) {
  namespace fs = std::filesystem;
  World w = draw_world();
  const fs::path folder = fs::temp_directory_path() / ("orrery-stack-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "base.toml")
      << uncertain(w) << "[event.low]\nsite = \"s0\"\nlimit = \"power\"\nchange = \"-1 kW\"\nfrom = 2024-06-01\n";
  const int lead = *rc::gen::inRange(0, 200);
  // A value that is a distribution is replaced whole; a section is joined, even where its name is that of a
  // distribution's key.
  std::ofstream(folder / "over.toml")
      << "base = \"base.toml\"\n[order.o0]\nlead_time = \"" << lead
      << " days\"\n[operation]\nload = { low = 0.5, high = 0.7 }\n[event.low]\nduration = \"5 days\"\n";
  const Plan stacked = make_plan(read_scenario((folder / "over.toml").string()), facts());
  w.orders[0].lead = lead;
  std::string merged = uncertain(w);
  const std::string old = "load = { p10 = 0.6, p50 = 0.75, p90 = 0.85 }";
  merged.replace(merged.find(old), old.size(), "load = { low = 0.5, high = 0.7 }");
  const Plan by_hand = plan_of(
      merged +
      "[event.low]\nsite = \"s0\"\nlimit = \"power\"\nchange = \"-1 kW\"\nfrom = 2024-06-01\nduration = \"5 days\"\n");
  const Trials a = trials_of(stacked, 5, 1), b = trials_of(by_hand, 5, 1);
  fs::remove_all(folder);
  RC_ASSERT(a.values == b.values);
}

TEST(ProgrammeTrials, RunsOnOneKindOfChipAreFastOrSlowTogether) {
  const Answer a = answer_of_text(
      "start = 2024-04-24\n[rental.r]\nchips = \"1024 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
      "[rental.q]\nchips = \"512 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
      "[run.a]\nmodel = \"llama-3-8b\"\ntokens = \"1T tokens\"\non = \"r\"\n"
      "[run.b]\nmodel = \"llama-3.1-70b\"\ntokens = \"1T tokens\"\non = \"q\"\n",
      "two.toml", {200, 1});
  std::vector<const std::vector<double>*> speeds;
  for (std::size_t i = 0; i < a.study.inputs.size(); ++i)
    if (a.study.inputs[i].name.find("achieved") != std::string::npos) speeds.push_back(&a.trials.draws[i]);
  ASSERT_EQ(speeds.size(), 2u);
  for (std::size_t k = 1; k < 200; ++k)
    EXPECT_EQ((*speeds[0])[k] > (*speeds[0])[k - 1], (*speeds[1])[k] > (*speeds[1])[k - 1]) << k;
}

}  // namespace
}  // namespace orrery::study
