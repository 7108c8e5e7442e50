// The continuous ranked probability score: closed forms against the integral they stand for, and what makes it proper.
#include "base/crps.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"

namespace orrery {
namespace {

constexpr int steps = 40000;

/// The integral of (share(x) - [y <= x])^2 from low to high, by the midpoints of many steps.
double integral(const std::function<double(double)>& share, double y, double low, double high) {
  const double step = (high - low) / steps;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double x = low + (i + 0.5) * step;
    sum += std::pow(share(x) - (x >= y ? 1 : 0), 2) * step;
  }
  return sum;
}

double share_of(const NormalForecast& f, double x) {
  if (x < f.from) return 0;
  const double before = normal_share_below((f.from - f.mean) / f.deviation);
  return (normal_share_below((x - f.mean) / f.deviation) - before) / (1 - before);
}

RC_GTEST_PROP(Crps, ClosedFormsAreTheIntegral, ()) {
  NormalForecast f;
  f.mean = 0.01 * *rc::gen::inRange(-300, 300);
  f.deviation = 0.01 * *rc::gen::inRange(20, 200);
  const double y = f.mean + 0.01 * f.deviation * *rc::gen::inRange(-300, 300);
  if (*rc::gen::arbitrary<bool>()) f.from = f.mean + 0.01 * f.deviation * *rc::gen::inRange(-300, 150);
  const double low = std::min(f.mean - 9 * f.deviation, y), high = f.mean + 9 * f.deviation;
  const auto share = [&](double x) { return share_of(f, x); };
  RC_ASSERT(std::fabs(crps(f, y) - integral(share, y, low, high)) < 2e-3);
  // What is settled of one that is open: the same integral, stopped at the wait, before which nothing has come.
  RC_ASSERT(std::fabs(crps_open(f, y) - integral(share, high, low, std::max(y, low + 1e-9))) < 2e-3);
}

RC_GTEST_PROP(Crps, QuantilesOfACutForecastAreThoseOfItsShare, ()) {
  NormalForecast f{1, 0.4};
  f.from = 0.01 * *rc::gen::inRange(0, 200);
  const double p = 0.01 * *rc::gen::inRange(1, 100);
  RC_ASSERT(std::fabs(share_of(f, f.quantile(p)) - p) < 1e-6);
  RC_ASSERT(f.quantile(p) >= f.from);
}

RC_GTEST_PROP(Crps, ALognormalWithZerosIsTheIntegralToo, ()) {
  const double zero = 0.01 * *rc::gen::inRange(0, 90);
  const Distribution d{Distribution::Kind::lognormal, 100, 0.01 * *rc::gen::inRange(10, 80), zero, {}};
  const double y = *rc::gen::inRange(-50, 500);
  const auto share = [&](double x) {
    return x < 0 ? 0 : zero + (1 - zero) * normal_share_below(std::log(x / d.a) / d.b);
  };
  const double high = std::max(d.a * std::exp(7 * d.b), y + 1);
  RC_ASSERT(std::fabs(crps(d, y) - integral(share, y, -60, high)) < 2 * (high + 60) / steps + 0.05);
}

TEST(Crps, OfACertainForecastIsItsError) {
  EXPECT_NEAR(crps(NormalForecast{5, 1e-9}, 7), 2, 1e-6);
  EXPECT_NEAR(crps(Distribution{Distribution::Kind::lognormal, 90, 0, 0, {}}, 60), 30, 1e-9);
  EXPECT_THROW(crps(Distribution::constant(3), 1), Error);
}

TEST(Crps, TheRightForecastScoresBestOnAverage) {
  const auto mean_score = [](double mean, double deviation) {
    double sum = 0;
    for (int i = 1; i < 2000; ++i) sum += crps(NormalForecast{mean, deviation}, normal_quantile(i / 2000.0));
    return sum;
  };
  const double right = mean_score(0, 1);
  for (const auto& [mean, deviation] : {std::pair{0.2, 1.0}, {-0.2, 1.0}, {0.0, 0.7}, {0.0, 1.4}})
    EXPECT_LT(right, mean_score(mean, deviation));
}

TEST(Crps, AWaitThatRulesAForecastOutLeavesTheWait) {
  const NormalForecast f{0, 1, 9};
  EXPECT_EQ(f.quantile(0.5), 9);
  EXPECT_EQ(crps(f, 10), 1);
  EXPECT_EQ(crps_open(f, 10), 1);
  EXPECT_EQ(crps_open(f, 8), 0);
}

}  // namespace
}  // namespace orrery
