// Durations learned from other sites: known answers, censoring, classes of spread, and refusals.
#include "site/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/distribution.h"
#include "base/error.h"
#include "base/random.h"

namespace orrery::site {
namespace {

/// Lognormal cases around 700 days, half as long with the feature.
std::vector<DurationCase> drawn(int count, double deviation) {
  std::vector<DurationCase> cases;
  for (int i = 0; i < count; ++i) {
    const double x = i % 4 == 0 ? 1 : 0;
    const double z = normal_quantile(uniform(7, stream_of("duration"), static_cast<std::uint64_t>(i)));
    cases.push_back({{x}, "", 700 * std::pow(0.5, x) * std::exp(deviation * z), true});
  }
  return cases;
}

TEST(Duration, FindsTheMediansAndTheSpreadOfLognormalCases) {
  const DurationModel m = fit_durations(drawn(2000, 0.3));
  EXPECT_NEAR(predict_duration(m, {0}, "").spread().p50, 700, 25);
  EXPECT_NEAR(predict_duration(m, {1}, "").spread().p50, 350, 20);
  EXPECT_NEAR(m.deviation, 0.3, 0.02);
  const Spread s = predict_duration(m, {0}, "").spread();
  EXPECT_NEAR(std::log(s.p90 / s.p50), 1.2816 * 0.3, 0.03);
  EXPECT_NEAR(s.p50 * s.p50, s.p10 * s.p90, 1e-6 * s.p50 * s.p50);
}

TEST(Duration, ACaseThatIsNotDoneLengthensWhatOneLeftOutWouldNot) {
  std::vector<DurationCase> cases = drawn(400, 0.3);
  for (DurationCase& c : cases)
    if (c.days > 700) c.days = 700, c.done = false;  // watched for 700 days
  const double censored = predict_duration(fit_durations(cases), {0}, "").spread().p50;
  std::erase_if(cases, [](const DurationCase& c) { return !c.done; });
  const double without = predict_duration(fit_durations(cases), {0}, "").spread().p50;
  EXPECT_NEAR(censored, 700, 45);
  EXPECT_LT(without, censored - 50);
}

TEST(Duration, AClassHasASpreadOfItsOwnTheMoreTheMoreOfItIsSeen) {
  std::vector<DurationCase> cases = drawn(400, 0.3);
  const auto with = [&](int count) {
    std::vector<DurationCase> all = cases;
    for (int i = 0; i < count; ++i) {
      const double z = normal_quantile(uniform(8, stream_of("wide"), static_cast<std::uint64_t>(i)));
      all.push_back({{0}, "wide", 700 * std::exp(0.9 * z), true});
    }
    return fit_durations(all);
  };
  const DurationModel few = with(6), many = with(400);
  EXPECT_NEAR(few.deviations[0], 0.3, 0.03);  // the class "" is by name the first
  EXPECT_NEAR(many.deviations[0], 0.3, 0.03);
  EXPECT_NEAR(many.deviations[1], 0.9, 0.08);
  EXPECT_GT(few.deviations[1], 0.35);
  EXPECT_LT(few.deviations[1], many.deviations[1]);
  EXPECT_GT(predict_duration(many, {0}, "wide").spread().p90, predict_duration(many, {0}, "").spread().p90);
  // Of a class that was not seen there is only what all cases say.
  EXPECT_NEAR(predict_duration(many, {0}, "new").log_days.deviation, many.deviation, 0.01);
}

RC_GTEST_PROP(Duration, WhatHasWaitedLongerTakesLongerAndNeverLessThanItsWait, ()) {
  static const DurationModel m = fit_durations(drawn(60, 0.3));
  const double waited = *rc::gen::inRange(1, 3000), longer = waited + *rc::gen::inRange(1, 500);
  const Spread early = predict_duration(m, {0}, "", waited).spread(),
               late = predict_duration(m, {0}, "", longer).spread();
  RC_ASSERT(early.p10 >= waited * (1 - 1e-12));
  RC_ASSERT(early.p10 <= early.p50);
  RC_ASSERT(early.p50 <= early.p90);
  RC_ASSERT(late.p10 >= early.p10);
  RC_ASSERT(late.p90 >= early.p90 * (1 - 1e-9));
}

TEST(Duration, ScalesWithTheUnitOfTime) {
  std::vector<DurationCase> cases = drawn(50, 0.3);
  const double days = predict_duration(fit_durations(cases), {0}, "").spread().p50;
  for (DurationCase& c : cases) c.days *= 24;
  EXPECT_NEAR(predict_duration(fit_durations(cases), {0}, "").spread().p50, 24 * days, 1e-6 * days);
}

TEST(Duration, RefusesWhatItCannotLearnFrom) {
  EXPECT_THROW(fit_durations(drawn(4, 0.3)), Error);
  std::vector<DurationCase> cases = drawn(10, 0.3);
  cases[3].days = 0;
  EXPECT_THROW(fit_durations(cases), Error);
  cases[3].days = 1;
  cases[4].features = {1, 2};
  EXPECT_THROW(fit_durations(cases), Error);
  EXPECT_THROW(predict_duration(fit_durations(drawn(10, 0.3)), {}, ""), Error);
}

}  // namespace
}  // namespace orrery::site
