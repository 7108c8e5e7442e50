// Durations learned from other sites: known answers, censoring, groups, and refusals.
#include "site/duration.h"

#include <gtest/gtest.h>

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
  EXPECT_NEAR(predict_duration(m, {0}, "").p50, 700, 25);
  EXPECT_NEAR(predict_duration(m, {1}, "").p50, 350, 20);
  EXPECT_NEAR(m.residual_deviation, 0.3, 0.02);
  const Spread s = predict_duration(m, {0}, "");
  EXPECT_NEAR(std::log(s.p90 / s.p50), 1.2816 * 0.3, 0.03);
  EXPECT_NEAR(s.p50 * s.p50, s.p10 * s.p90, 1e-6 * s.p50 * s.p50);
}

TEST(Duration, ACaseThatIsNotDoneLengthensWhatOneLeftOutWouldNot) {
  std::vector<DurationCase> cases = drawn(400, 0.3);
  for (DurationCase& c : cases)
    if (c.days > 700) c.days = 700, c.done = false;  // watched for 700 days
  const double censored = predict_duration(fit_durations(cases), {0}, "").p50;
  std::erase_if(cases, [](const DurationCase& c) { return !c.done; });
  const double without = predict_duration(fit_durations(cases), {0}, "").p50;
  EXPECT_NEAR(censored, 700, 45);
  EXPECT_LT(without, censored - 50);
}

TEST(Duration, AGroupIsBelievedMoreTheMoreOfItIsSeen) {
  std::vector<DurationCase> cases = drawn(60, 0.2);
  for (size_t i = 0; i < cases.size(); ++i) cases[i].group = "g" + std::to_string(i % 6);
  for (DurationCase& c : cases)
    if (c.group == "g3") c.days *= 1.6;
  cases.push_back({{0}, "once", 700 * 1.6, true});
  const DurationModel m = fit_durations(cases);
  const double usual = predict_duration(m, {0}, "new").p50;
  const double often = predict_duration(m, {0}, "g3").p50, once = predict_duration(m, {0}, "once").p50;
  EXPECT_GT(often, once);
  EXPECT_GT(once, usual);
  const Spread unseen = predict_duration(m, {0}, "new"), seen = predict_duration(m, {0}, "g3");
  EXPECT_GT(unseen.p90 / unseen.p10, seen.p90 / seen.p10);
}

TEST(Duration, ScalesWithTheUnitOfTime) {
  std::vector<DurationCase> cases = drawn(50, 0.3);
  const double days = predict_duration(fit_durations(cases), {0}, "").p50;
  for (DurationCase& c : cases) c.days *= 24;
  EXPECT_NEAR(predict_duration(fit_durations(cases), {0}, "").p50, 24 * days, 1e-6 * days);
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
