// A chip as it is built: dies on a wafer, laws of yield, harvest, area by blocks, cost that adds up, power and clock.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "base/error.h"
#include "silicon/chip/assembly.h"
#include "silicon/chip/block_area.h"
#include "silicon/chip/chip_cost.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/design_file.h"
#include "silicon/chip/harvest.h"
#include "support/facts.h"

namespace orrery::silicon {
namespace {

const Date june = make_date(2026, 6, 27);

Design design(const char* name) {
  return design_of(facts(), facts().entry("chips", name), june);
}

std::vector<const catalog::Entry*> designed() {
  std::vector<const catalog::Entry*> out;
  for (const catalog::Entry& chip : facts().entries("chips"))
    if (has_design(chip)) out.push_back(&chip);
  return out;
}

double uniform(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1001) / 1000.0;
}

TEST(WholeDies, KnownGridsAndTheClosedForm) {
  // A square whose diagonal is the wafer's diameter stands on it once; four of half its side too.
  const double side = 0.3 / std::numbers::sqrt2;
  EXPECT_EQ(whole_dies(side * 0.999, side * 0.999, 0.3, 0, 0), 1);
  EXPECT_EQ(whole_dies(side * 0.499, side * 0.499, 0.3, 0, 0), 4);
  EXPECT_EQ(whole_dies(0.31, 0.01, 0.3, 0, 0), 0);
  // The 50 to 60 dies of 840 mm2 that a picture shows are not all whole ones that count: the grid gives a few more.
  const double reticle = whole_dies(26e-3, 814e-6 / 26e-3, 0.3, 3e-3, 1e-4);
  EXPECT_GE(reticle, 60);
  EXPECT_LE(reticle, 68);
  EXPECT_THROW(whole_dies(0, 1e-2, 0.3, 0, 0), Error);
  EXPECT_THROW(whole_dies(1e-2, 1e-2, 0.3, 0.2, 0), Error);
}

RC_GTEST_PROP(WholeDies, AreNoMoreThanTheAreaHoldsAndNearTheClosedForm, ()) {
  const double width = uniform(5e-3, 26e-3), height = uniform(5e-3, 33e-3), edge = uniform(0, 5e-3),
               scribe = uniform(0, 2e-4);
  const double n = whole_dies(width, height, 0.3, edge, scribe);
  const double usable = std::numbers::pi * std::pow(0.15 - edge, 2);
  RC_ASSERT(n * (width + scribe) * (height + scribe) <= usable);
  const double closed = gross_dies((width + scribe) * (height + scribe), 0.3 - 2 * edge);
  RC_ASSERT(n >= 0.9 * closed - 3);
  RC_ASSERT(n <= 1.15 * closed + 8);
  RC_ASSERT(whole_dies(width * 1.1, height * 1.1, 0.3, edge, scribe) <= n);
}

TEST(YieldLaw, IsOrderedAsDefectsCluster) {
  // At one expected defect: exp(-1), (1 - 1/e)^2, 1/2; Stapper's lies between Poisson's and Seeds'.
  const auto at_one = [](YieldLaw law, double k = 3) { return die_yield(law, 1e-4, 1e4, k); };
  EXPECT_NEAR(at_one(YieldLaw::poisson), std::exp(-1), 1e-12);
  EXPECT_NEAR(at_one(YieldLaw::murphy), std::pow(1 - std::exp(-1), 2), 1e-12);
  EXPECT_NEAR(at_one(YieldLaw::seeds), 0.5, 1e-12);
  EXPECT_GT(at_one(YieldLaw::negative_binomial), at_one(YieldLaw::poisson));
  EXPECT_LT(at_one(YieldLaw::negative_binomial), at_one(YieldLaw::seeds));
  EXPECT_NEAR(die_yield(YieldLaw::murphy, 0, 1e4, 3), 1, 1e-12);
  EXPECT_EQ(parse_yield_law("murphy"), YieldLaw::murphy);
  EXPECT_THROW(parse_yield_law("murphys"), Error);
}

RC_GTEST_PROP(Harvest, WithoutSparesIsTheYieldOfTheWholeDie, ()) {
  const double area = uniform(1e-5, 9e-4), density = uniform(100, 3000), clustering = uniform(1.5, 20);
  for (const YieldLaw law : {YieldLaw::poisson, YieldLaw::murphy, YieldLaw::seeds, YieldLaw::negative_binomial}) {
    const double whole = die_yield(law, area, density, clustering);
    RC_ASSERT(std::fabs(harvested_yield({{}, area, 0}, law, density, clustering) - whole) < 2e-4);
    // Cores that are all needed are as the rest.
    const SparedDie cores{{{20, 20, area / 40}}, area / 2, 0};
    RC_ASSERT(std::fabs(harvested_yield(cores, law, density, clustering) - whole) < 2e-4);
  }
}

RC_GTEST_PROP(Harvest, EverySpareAndRepairHelpsAndDefectsHurt, ()) {
  const double core = uniform(1e-6, 2e-5), rest = uniform(0, 3e-4), density = uniform(100, 3000);
  double last = 0;
  for (double spares = 0; spares <= 4; ++spares) {
    const SparedDie die{{{40, 40 - spares, core}}, rest, 0.2};
    const double now = harvested_yield(die, YieldLaw::negative_binomial, density, 4);
    RC_ASSERT(now >= last - 1e-12);
    RC_ASSERT(now <= 1 + 1e-12);
    RC_ASSERT(harvested_yield(die, YieldLaw::negative_binomial, density * 1.2, 4) <= now + 1e-12);
    last = now;
  }
}

TEST(Harvest, OneCoreOfTwoByHand) {
  // Poisson: both good or one bad: 1 - (1 - e^-x)^2 at x = 0.5.
  const double bad = 1 - std::exp(-0.5);
  EXPECT_NEAR(harvested_yield({{{2, 1, 0.5e-4}}, 0, 0}, YieldLaw::poisson, 1e4, 1), 1 - bad * bad, 1e-12);
  EXPECT_THROW(harvested_yield({{{2, 3, 1e-4}}, 0, 0}, YieldLaw::poisson, 1e4, 1), Error);
}

TEST(Harvest, ThePublishedYieldOfH100) {
  // The press has 80 to 85 %; the model 0.80 to 0.90 from 0.15 to 0.07 defects per cm2.
  Design h100 = design("h100-sxm");
  double last = 1;
  for (const double per_cm2 : {0.07, 0.10, 0.15}) {
    h100.dies[0].process.defect_density = per_cm2 * 1e4;
    const ChipCost cost = chip_cost(h100, YieldLaw::negative_binomial);
    EXPECT_GE(cost.dies[0].yield, 0.785) << per_cm2;
    EXPECT_LE(cost.dies[0].yield, 0.925) << per_cm2;
    EXPECT_LT(cost.dies[0].yield, last);
    EXPECT_GT(cost.dies[0].unharvested_price, 1.3 * cost.dies[0].price);
    last = cost.dies[0].yield;
  }
}

TEST(BlockArea, ScalesWithProcessAndCounts) {
  Die die;
  die.cores = 10, die.products = 1000, die.lanes = 64, die.scratchpad = 5e6, die.process = {};
  BlockAreas areas = design("h100-sxm").areas;
  areas.error = 1;
  const double in_n7 = content_area(die, areas);
  die.process.logic = 0.5, die.process.sram = 0.5, die.process.analog = 0.5;
  EXPECT_NEAR(content_area(die, areas), 0.5 * in_n7, 1e-15);
  die.process = {};
  die.cores *= 2, die.scratchpad *= 2;
  EXPECT_NEAR(content_area(die, areas), 2 * in_n7, 1e-15);
  EXPECT_NEAR(core_area(die, areas, 1e-4) * die.cores, 1e-4, 1e-15);  // nothing stands outside its cores
}

TEST(ChipCost, AddsUpForEveryDesignOfTheCatalog) {
  const auto all = designed();
  EXPECT_GE(all.size(), 14u);
  for (const catalog::Entry* chip : all) {
    SCOPED_TRACE(chip->name);
    const Design d = design_of(facts(), *chip, june);
    EXPECT_NO_THROW(check_design(d, die_areas(d)));
    const ChipCost c = chip_cost(d, YieldLaw::negative_binomial);
    EXPECT_NEAR(c.total, c.logic + c.memory + c.package + c.loss + c.test, 1e-9 * c.total);
    // The lines of each depth add up to their parent.
    double first = 0, second = 0, logic = 0;
    for (std::size_t i = 1; i < c.tree.size(); ++i)
      if (c.tree[i].depth == 1) first += c.tree[i].dollars;
    for (std::size_t i = 2; c.tree[i].depth == 2; ++i) second += c.tree[i].dollars;
    logic = c.tree[1].dollars;
    EXPECT_NEAR(first, c.total, 1e-9 * c.total);
    EXPECT_NEAR(second, logic, 1e-9 * c.total);
    for (const DieCost& die : c.dies) EXPECT_GE(die.yield, die.unharvested - 1e-9);
  }
}

TEST(ChipCost, TwoChipletsOnAnInterposerAsChipletActuaryHasThem) {
  // Two 400 mm2 dies in N5 on a silicon interposer by the formulas and parameters of Feng and Ma (DAC 2022).
  const double scribe = 0.2, edge = 5, d0 = 0.0011, wafer = 16988, clustering = 10;
  const auto on_wafer = [&](double area) {
    const double a = area + 2 * scribe * std::sqrt(area) + scribe * scribe, r = 150 - edge;
    return std::numbers::pi * r * r / a - std::numbers::pi * 2 * r / std::sqrt(2 * a);
  };
  const double good = std::pow(1 + d0 * 400 / clustering, -clustering), die = wafer / on_wafer(400) / good;
  const double silicon = 800 * 1.1, y1 = std::pow(1 + 0.0006 * silicon / 6, -6.0), y2 = 0.95 * 0.95, y3 = 0.99;
  const double interposer = 1937 / on_wafer(silicon), substrate = silicon * 4 * 0.005;
  const double theirs =
      2 * die / (y2 * y3) + interposer / (y1 * y2 * y3) + substrate / y3;  // bumps left out on both sides

  Design d = design("h100-sxm");
  d.dies.resize(1);
  Die& chiplet = d.dies[0];
  chiplet = {};
  chiplet.name = "chiplet", chiplet.count = 2, chiplet.published = 400e-6, chiplet.process.wafer_price = wafer;
  chiplet.process.defect_density = d0 * 1e6;
  d.memory = {};
  d.making.edge = edge * 1e-3, d.making.scribe = scribe * 1e-3, d.making.clustering = clustering;
  d.making.repaired = 0, d.making.binning = 1, d.making.coverage = 1, d.making.test = 0;
  d.assembly = {};
  d.assembly.wafer_price = 1937 / y1, d.assembly.area_factor = 1.1, d.assembly.substrate = substrate;
  d.assembly.yield = y3, d.assembly.part_yield = 0.95;
  const ChipCost ours = chip_cost(d, YieldLaw::negative_binomial);
  EXPECT_NEAR(ours.dies[0].yield, good, 1e-4);
  // Counted on the grid, a wafer gives a few more dies than by their closed form.
  EXPECT_NEAR(ours.total / theirs, 1, 0.06);
  EXPECT_LT(ours.total, theirs * 1.01);
}

TEST(ChipCost, InterposersOfAWaferAsPublished) {
  // redplanx.com: 29 of H100 and 16 of B200.
  const Design h100 = design("h100-sxm"), b200 = design("b200-sxm");
  EXPECT_NEAR(interposers_on_wafer(h100, die_areas(h100)), 29, 1);
  EXPECT_NEAR(interposers_on_wafer(b200, die_areas(b200)), 16, 1);
}

TEST(ChipCost, MovesWithThePriceOfMemory) {
  const catalog::Entry& b200 = facts().entry("chips", "b200-sxm");
  const auto price = [&](int year, int month) {
    return design_of(facts(), b200, make_date(year, month, 1)).memory.price * 1e9;
  };
  EXPECT_NEAR(price(2025, 11), 12.7, 1e-9);
  EXPECT_NEAR(price(2026, 6), 15.25, 1e-9);
  EXPECT_GT(price(2026, 3), price(2025, 11));
  EXPECT_LT(price(2026, 3), price(2026, 6));
  EXPECT_NEAR(price(2027, 6), price(2026, 6), 1e-12);  // nothing is known of later
}

TEST(ChipCost, ANeedForAVolume) {
  const Design d = design("b200-sxm");
  const ChipCost c = chip_cost(d, YieldLaw::negative_binomial);
  const VolumeNeed one = need_of(d, c, 1000), two = need_of(d, c, 2000);
  EXPECT_NEAR(two.wafers[0], 2 * one.wafers[0], 1e-9);
  EXPECT_NEAR(one.wafers[0] * c.dies[0].per_wafer * c.assembly, 2000, 1e-6);  // two dies a chip
  EXPECT_NEAR(one.packaging_wafers * c.interposers * c.assembly, 1000, 1e-6);
}

TEST(BreakEven, AsByHand) {
  EXPECT_NEAR(break_even(0.6e9, 35e3, 15e3, 1), 30e3, 1e-6);
  EXPECT_NEAR(break_even(0.6e9, 35e3, 20e3, 1), 40e3, 1e-6);
  EXPECT_NEAR(break_even(0.6e9, 35e3, 15e3, 0.7), 63158, 1);
  EXPECT_NEAR(break_even(0.6e9, 35e3, 20e3, 0.7), 133333, 1);
  // A tenth more or less speed, both ways.
  EXPECT_NEAR(break_even(0.6e9, 35e3, 20e3, 0.77), 86331, 1);
  EXPECT_NEAR(break_even(0.6e9, 35e3, 20e3, 0.63), 292683, 1);
  EXPECT_TRUE(std::isinf(break_even(0.6e9, 35e3, 30e3, 0.7)));
}

TEST(ChipPower, MeetsItsLimitOrRunsAtItsHighestClock) {
  for (const char* name : {"a100-sxm-80gb", "h100-sxm", "b200-sxm", "mi300x", "mi325x"}) {
    const Design d = design(name);
    const ChipPower p = power_at_limit(d, die_areas(d));
    EXPECT_LE(p.total(), d.power.tdp * (1 + 1e-9)) << name;
    if (p.clock < 0.9999 * d.power.clock) EXPECT_NEAR(p.total(), d.power.tdp, 1e-3) << name;
    EXPECT_NEAR(p.sustained / (d.power.peak * d.power.matrix_busy), p.clock / d.power.clock, 1e-9) << name;
  }
}

TEST(ChipPower, ClocksThatAmdPublishes) {
  // 1,207 MHz of MI300X at 750 W, 1,447 MHz of MI325X at 1,000 W (MAF of ROCm): one silicon, one energy an operation.
  const Design mi300x = design("mi300x"), mi325x = design("mi325x");
  EXPECT_NEAR(power_at_limit(mi300x, die_areas(mi300x)).clock, 1207e6, 0.04 * 1207e6);
  EXPECT_NEAR(power_at_limit(mi325x, die_areas(mi325x)).clock, 1447e6, 0.04 * 1447e6);
}

RC_GTEST_PROP(ChipPower, RisesWithTheLimitAndFallsWithTheEnergy, ()) {
  static const Design b200 = design("b200-sxm");
  Design d = b200;
  d.power.tdp = uniform(500, 1500);
  const std::vector<double> areas = die_areas(d);
  const double clock = power_at_limit(d, areas).clock;
  Design more = d, worse = d;
  more.power.tdp *= 1.1, worse.power.energy *= 1.1;
  RC_ASSERT(power_at_limit(more, areas).clock >= clock);
  RC_ASSERT(power_at_limit(worse, areas).clock <= clock);
}

TEST(CheckDesign, RefusesWhatCannotBeBuilt) {
  const auto problem = [](Design d) {
    try {
      check_design(d, die_areas(d));
    } catch (const Error& e) {
      return e.key() + ": " + e.problem() + "; " + e.remedy();
    }
    return std::string();
  };
  Design d = design("h100-sxm");
  EXPECT_EQ(problem(d), "");
  Design large = d;
  large.dies[0].published = 900e-6;
  EXPECT_NE(problem(large).find("beyond the reticle of 26 x 33 mm; 858 mm2 would fit"), std::string::npos)
      << problem(large);
  Design crowded = d;
  crowded.dies[0].memory_interfaces = 12;
  EXPECT_NE(problem(crowded).find("10 would fit"), std::string::npos) << problem(crowded);
  Design cold = d;
  cold.power.tdp = 100;
  EXPECT_NE(problem(cold).find("leak"), std::string::npos) << problem(cold);
  Design wide = d;
  wide.memory.sites = 30;
  EXPECT_NE(problem(wide).find("beyond the 2831 mm2"), std::string::npos) << problem(wide);
  Design spent = d;
  spent.dies[0].cores_used = 200;
  EXPECT_NE(problem(spent).find("of 144 that are built"), std::string::npos) << problem(spent);
}

}  // namespace
}  // namespace orrery::silicon
