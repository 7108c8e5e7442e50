// What accelerators swing by, and what each means against it leaves and costs.
#include "site/load/means.h"

#include "site/load/job_load.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6;

LoadLimits limits_of(double ramp) {
  return {Ramp(ramp),
          Frequency(0.1),
          Frequency(2),
          Power(mw),
          Power(5e9),
          10,
          {{Frequency(0.325), 0.00894}, {Frequency(8.8), 0.0029}}};
}

TEST(JobLoad, SwingsAsWorkedByHand) {
  // 24,576 H100: 700 to 300 W at supplies of 95 %; nodes of eight at 7.752 and 2 kW.
  const JobSwing h100 = job_swing({Power(700), Power(300), 0.95, Power(1275), Power(969), Power(250)}, Chips(24576));
  EXPECT_NEAR(h100.step.value() / mw, 10.35, 0.01);
  EXPECT_NEAR(h100.job.value() / mw, 17.67, 0.01);
  const JobSwing gb200 =
      job_swing({Power(1200), Power(450), 0.95, Power(1350), Power(1446.75), Power(250)}, Chips(100000));
  EXPECT_NEAR(gb200.step.value() / mw, 78.9, 0.1);
  EXPECT_NEAR(gb200.job.value() / mw, 119.7, 0.1);
}

TEST(JobLoad, ServingHasItsPeakAtItsHour) {
  const auto day = serving_day(Power(4), Power(10), 15);
  EXPECT_DOUBLE_EQ(day[15].value(), 10);
  EXPECT_DOUBLE_EQ(day[3].value(), 4);
  double mean = 0;
  for (const Power p : day) mean += p.value() / 24;
  EXPECT_NEAR(mean, 7, 1e-12);
}

RC_GTEST_PROP(LoadMeans, RackStorageThatIsNeededMeetsRampAndBand, ()) {
  const SwingingLoad load{
      {Power(*rc::gen::inRange(1, 300) * mw), *rc::gen::inRange(5, 95) / 100.0, Time(*rc::gen::inRange(1, 300) * 0.1)},
      Power(*rc::gen::inRange(1, 300) * mw)};
  const LoadLimits limits = limits_of(*rc::gen::inRange(1, 200) * 0.1 * mw);
  const Energy needed = rack_storage_needed(load, limits);
  const MeansOutcome enough = rack_storage(load, limits, needed, {}, 0);
  RC_ASSERT(enough.meets_ramp && enough.meets_band);
  // What it moves is no more than what it holds, or than flat storage would move.
  const StorageFacts half{0, 0, 0, 0, 0.5, Time(0)};
  const Energy moved = rack_storage(load, limits, needed, half, 0).lost * load.steps.period * 2;
  RC_ASSERT(moved.value() <= std::min(needed, hold_flat(load.steps).energy).value() * (1 + 1e-9));
  // More of it leaves less.
  const MeansOutcome more = rack_storage(load, limits, needed * 1.5, {}, 0);
  RC_ASSERT(more.ramp <= enough.ramp && more.amplitude <= enough.amplitude && more.flicker <= enough.flicker);
}

TEST(LoadMeans, CostWhatTheyHoldAndLose) {
  const SwingingLoad load{{Power(10 * mw), 0.75, Time(10)}, Power(18 * mw)};
  const LoadLimits limits = limits_of(mw);
  const double per_joule = 60 / 3.6e9;
  const MeansOutcome none = no_means(load, limits);
  EXPECT_FALSE(none.meets_ramp);
  EXPECT_TRUE(none.meets_flicker);
  const StorageFacts facts{0.5, 165 / 3.6e6, 0.15, 0.01, 0.9, Time(1800)};
  const MeansOutcome held = battery(load, limits, facts, per_joule);
  EXPECT_TRUE(held.meets());
  EXPECT_DOUBLE_EQ(held.storage.power.value(), 18 * mw);
  EXPECT_DOUBLE_EQ(held.storage.energy.value(), 18 * mw * 1800);  // more than 18^2 / 2 + 18.75 MJ
  EXPECT_NEAR(held.capital, 9e6 + 9000 * 165, 1e-3);
  EXPECT_NEAR(held.lost.value(), 0.1875 * 10 * mw * 0.1, 1e-6);  // D (1 - D) dP, a tenth of it
  EXPECT_NEAR(held.yearly_cost, held.capital * 0.15 + 18 * mw * 0.01 + 0.1875 * 8766 * 60, 1);
  const MeansOutcome burnt = floor(load, limits, per_joule);
  EXPECT_TRUE(burnt.meets());
  EXPECT_NEAR(burnt.yearly_cost, 2.5 * 8766 * 60, 1);
}

}  // namespace
}  // namespace orrery::site
