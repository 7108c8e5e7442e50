// Quantiles, spreads, rank correlation and error summaries against their definitions.
#include "base/spread.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

RC_GTEST_PROP(Spread, QuantileAndRankCorrelationAgainstBruteForce, ()) {
  const auto halves = rc::gen::map(rc::gen::inRange(-20, 20), [](int i) { return i * 0.5; });
  const auto a = *rc::gen::container<std::vector<double>>(25, halves);
  const auto b = *rc::gen::container<std::vector<double>>(25, halves);
  const double p = *rc::gen::inRange(0, 101) / 100.0;
  std::vector<double> sorted = a;
  std::sort(sorted.begin(), sorted.end());
  const double at = p * 24;
  const size_t low = static_cast<size_t>(at);
  const double want = low >= 24 ? sorted[24] : sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]);
  RC_ASSERT(std::fabs(quantile(a, p) - want) < 1e-12);
  const Spread spread = spread_of(a);
  RC_ASSERT(std::fabs(spread.p10 - quantile(a, 0.1)) < 1e-12 && std::fabs(spread.p50 - quantile(a, 0.5)) < 1e-12 &&
            std::fabs(spread.p90 - quantile(a, 0.9)) < 1e-12);
  // A rank is one more than the number of smaller values, plus half of the equal ones.
  auto rank = [](const std::vector<double>& v, double x) {
    double r = 0;
    for (const double y : v) r += y < x ? 1 : y == x ? 0.5 : 0;
    return r;
  };
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = rank(a, a[i]), y = rank(b, b[i]);
    sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
  }
  const double n = 25, va = saa - sa * sa / n, vb = sbb - sb * sb / n;
  const double r = va > 0 && vb > 0 ? (sab - sa * sb / n) / std::sqrt(va * vb) : 0;
  RC_ASSERT(std::fabs(correlation_of_ranks(ranks(a), ranks(b)) - r) < 1e-9);
}

TEST(Spread, IsTheThreeQuantilesAndInfiniteAmongInfinities) {
  const std::vector<double> values = {3, infinite, 1, 2, 5, 4, 8, 7, 6, infinite, infinite};
  const Spread s = spread_of(values);
  EXPECT_EQ(s.p10, 2);
  EXPECT_EQ(s.p50, 6);
  EXPECT_EQ(s.p90, infinite);
  EXPECT_EQ(s.p10, quantile(values, 0.1));
  EXPECT_EQ(quantile(values, 0.7), 8);          // falls on a number
  EXPECT_EQ(quantile(values, 0.71), infinite);  // between a number and an infinity
  EXPECT_EQ(quantile({-infinite, -infinite, 0}, 0.25), -infinite);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_EQ(quantile({7}, 0.9), 7);
}

TEST(Spread, ErrorsAreSummarisedByTheirSizeAndTheirSign) {
  const ErrorSummary s = summary_of_errors({-0.1, 0.2, -0.3, 0.4, -0.5});
  EXPECT_DOUBLE_EQ(s.median, 0.3);
  EXPECT_DOUBLE_EQ(s.mean, 0.3);
  EXPECT_DOUBLE_EQ(s.p90, 0.46);
  EXPECT_DOUBLE_EQ(s.bias, -0.1);
  EXPECT_EQ(summary_of_errors({}).p90, 0);
}

}  // namespace
}  // namespace orrery
