// A source of wafers: nothing made from nothing, money that adds up.
#include "silicon/wafer_supply.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/error.h"

namespace orrery::silicon {
namespace {

constexpr double year = 365.25 * 86400;

ChipProduct product() {
  ChipProduct p;
  p.die_area = 814e-6, p.part_cost = 3000, p.price = 10000;
  return p;
}
WaferSource source() {
  WaferSource s;
  s.lead_time = year, s.ramp_time = year / 2, s.cycle_time = 16 * supply_step_time, s.wafer_cost = 6000, s.capex = 1e9;
  s.defects_first = 3000, s.defects_mature = 1000, s.halving = year / 2;
  return s;
}
const std::vector<double> wide(5 * supply_steps_in_year, 1e12);

RC_GTEST_PROP(WaferSupply, DiesAreTheStartsOfACycleTimeBeforeTimesTheGoodOnes, ()) {
  WaferSource s = source();
  const int lag = *rc::gen::inRange(0, 40);
  s.cycle_time = lag * supply_step_time;
  s.lead_time = *rc::gen::inRange(0, 150) * supply_step_time;
  s.ramp_time = *rc::gen::inRange(0, 100) * supply_step_time;
  const double limit = *rc::gen::inRange(0, 20000), capacity = *rc::gen::inRange(0, 40000) / (year / 12);
  const std::vector<double> packaging(5 * supply_steps_in_year, limit);
  const auto steps = run_source(product(), s, capacity, packaging);
  for (int i = 0; i < static_cast<int>(steps.size()); ++i) {
    const double good = good_per_wafer(product(), s, (i + 0.5) * supply_step_time);
    const double started = i >= lag ? steps[static_cast<size_t>(i - lag)].starts : 0;
    RC_ASSERT(std::abs(steps[static_cast<size_t>(i)].dies - started * good) <= 1e-9 * (1 + started * good));
    RC_ASSERT(steps[static_cast<size_t>(i)].dies <= limit * (1 + 1e-12));
    RC_ASSERT(steps[static_cast<size_t>(i)].starts <= capacity * supply_step_time * (1 + 1e-12));
    if (i * supply_step_time + supply_step_time < s.lead_time) RC_ASSERT(steps[static_cast<size_t>(i)].starts == 0);
  }
}

TEST(WaferSupply, TheMoneyIsCapexWafersPartsAndSales) {
  WaferSource s = source();
  s.upfront = 5e6, s.fixed_cost = 2;
  const double capacity = 0.01;
  const auto steps = run_source(product(), s, capacity, wide);
  double cash = 0, starts = 0, dies = 0;
  for (const SupplyStep& x : steps) cash += x.cash, starts += x.starts, dies += x.dies;
  const double spent = 5e6 + 1e9 * capacity + 2 * 4 * year + 6000 * starts + 3000 * dies;
  EXPECT_NEAR(cash, 10000 * dies - spent, 1e-6 * spent);
  EXPECT_GT(dies, 0);
}

TEST(WaferSupply, TakeOrPayCostsWhatIsNotStarted) {
  WaferSource s = source();
  const std::vector<double> none(5 * supply_steps_in_year, 0.0);
  EXPECT_NEAR(low_point(run_source(product(), s, 0.01, none)), -1e7, 1);
  s.minimum = 1;
  EXPECT_LT(low_point(run_source(product(), s, 0.01, none)), -1e7 - 6000 * 0.01 * 3 * year);
  s.minimum = 1.1;
  EXPECT_THROW(run_source(product(), s, 0.01, none), Error);
}

TEST(WaferSupply, TheMoneyBuysWhatItsLowPointCovers) {
  const WaferSource s = source();
  const double capacity = affordable(product(), s, 1e7, 1, wide);
  EXPECT_NEAR(low_point(run_source(product(), s, capacity, wide)), -1e7, 100);
  EXPECT_DOUBLE_EQ(affordable(product(), s, 1e12, 1, wide), 1);
  EXPECT_EQ(affordable(product(), s, 0, 1, wide), 0);
  EXPECT_THROW(run_source(product(), s, -1, wide), Error);
}

TEST(WaferSupply, PresentValueOfASteadyFlow) {
  std::vector<SupplyStep> steps(supply_steps_in_year);
  for (SupplyStep& x : steps) x.cash = 1.0 / supply_steps_in_year;
  EXPECT_NEAR(present_value(steps, 0), 1, 1e-12);
  EXPECT_NEAR(present_value(steps, 0.1), (1 - 1 / 1.1) / std::log(1.1), 1e-5);
}

TEST(WaferSupply, NothingIsSoldBeforeTheAcceleratorIsBroughtUp) {
  ChipProduct p = product();
  p.price = 10000, p.part_cost = 0, p.design_time = year;
  const WaferSource s = source();  // its lead time is a year too
  const auto first_sale = [&](const std::vector<SupplyStep>& steps) {
    std::size_t i = 0;
    while (steps[i].dies <= 0) ++i;
    return i;
  };
  const auto at_once = run_source(p, s, 1000 / (year / 12), wide);
  p.bring_up = 36 * supply_step_time;
  const auto brought_up = run_source(p, s, 1000 / (year / 12), wide);
  EXPECT_EQ(first_sale(brought_up), first_sale(at_once) + 36);
  // Learning starts with what is sold, so the plan is the same, later.
  EXPECT_NEAR(brought_up[first_sale(brought_up) + 10].dies, at_once[first_sale(at_once) + 10].dies, 1e-6);
  p.bring_up = -1;
  EXPECT_THROW(run_source(p, s, 1, wide), Error);
}

}  // namespace
}  // namespace orrery::silicon
