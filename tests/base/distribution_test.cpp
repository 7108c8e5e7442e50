#include "base/distribution.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace orrery {
namespace {

using Kind = Distribution::Kind;

double mean_of(const Distribution& d) {
  double sum = 0;
  constexpr int n = 20000;
  for (int i = 0; i < n; ++i) sum += d.quantile((i + 0.5) / n);
  return sum / n;
}

TEST(Distribution, ScaledDrawsAreTheDrawsTimesTheFactor) {
  using Kind = Distribution::Kind;
  for (const Distribution& d :
       {Distribution::constant(3), Distribution{Kind::uniform, 1, 2, 0, {}}, Distribution{Kind::pert, 1, 2, 4, {}},
        Distribution{Kind::normal, 5, 1, 0, {}}, Distribution{Kind::lognormal, 5, 0.4, 0, {}},
        Distribution{Kind::percentiles, 1, 2, 5, {}}, Distribution{Kind::empirical, 0, 0, 0, {1, 2, 7}}})
    for (const double p : {0.05, 0.5, 0.9}) EXPECT_NEAR(d.scaled(7).quantile(p), 7 * d.quantile(p), 1e-9);
}

TEST(Distribution, KnownQuantiles) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-12);
  EXPECT_NEAR(beta_quantile(0.5, 2, 2), 0.5, 1e-12);
  EXPECT_NEAR(beta_quantile(0.3, 1, 1), 0.3, 1e-12);
  EXPECT_NEAR(beta_quantile(0.25, 2, 1), 0.5, 1e-12);  // CDF x^2
  EXPECT_NEAR((Distribution{Kind::triangular, 0, 1, 4, {}}.quantile(0.25)), 1, 1e-12);
  EXPECT_NEAR((Distribution{Kind::empirical, 0, 0, 0, {1, 2, 4}}.quantile(0.75)), 3, 1e-12);
}

TEST(Distribution, PertHasItsMean) {
  EXPECT_NEAR(mean_of({Kind::pert, 10, 20, 60, {}}), (10 + 80 + 60) / 6.0, 0.01);
}

TEST(Distribution, PercentilesAreMet) {
  const Distribution d{Kind::percentiles, 30, 45, 90, {}};
  EXPECT_NEAR(d.quantile(0.1), 30, 1e-9);
  EXPECT_NEAR(d.quantile(0.5), 45, 1e-9);
  EXPECT_NEAR(d.quantile(0.9), 90, 1e-9);
  EXPECT_GT(d.quantile(1e-6), 0);
  const Distribution crossing{Kind::percentiles, -5, 2, 20, {}};
  EXPECT_NEAR(crossing.quantile(0.1), -5, 1e-9);
  EXPECT_NEAR(crossing.quantile(0.9), 20, 1e-9);
}

TEST(Distribution, RefusesWhatIsNone) {
  EXPECT_THROW((Distribution{Kind::percentiles, 5, 4, 9, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::triangular, 5, 4, 9, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::uniform, 5, 4, 0, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::normal, 5, -1, 0, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::lognormal, 0, 1, 0, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::lognormal, 1, 1, 1, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::lognormal, 1, 1, -0.1, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::empirical, 0, 0, 0, {}}.check()), Error);
  EXPECT_THROW((Distribution{Kind::uniform, 0, NAN, 0, {}}.check()), Error);
}

RC_GTEST_PROP(Distribution, QuantilesRiseInsideTheirBounds, ()) {
  const double a = *rc::gen::inRange(1, 1000), b = a + *rc::gen::inRange(0, 1000), c = b + *rc::gen::inRange(0, 1000);
  const Kind kind = *rc::gen::element(Kind::uniform, Kind::triangular, Kind::pert, Kind::percentiles);
  const Distribution d{kind, a, b, c, {}};
  d.check();
  double last = -1e300;
  for (double p = 0.001; p < 1; p += 0.0119) {
    const double q = d.quantile(p);
    RC_ASSERT(q >= last - 1e-9 * std::abs(last));
    if (kind == Kind::triangular || kind == Kind::pert) RC_ASSERT(q >= a - 1e-9 && q <= c + 1e-9 * c);
    last = q;
  }
}

RC_GTEST_PROP(Distribution, AShareOfZerosLeavesTheRestAsItWas, ()) {
  const double zero = 0.01 * *rc::gen::inRange(0, 100), sigma = 0.01 * *rc::gen::inRange(0, 150);
  const Distribution whole{Kind::lognormal, 90, sigma, 0, {}}, some{Kind::lognormal, 90, sigma, zero, {}};
  some.check();
  for (double p = 0.013; p < 1; p += 0.031) {
    RC_ASSERT(p > zero || some.quantile(p) == 0);
    RC_ASSERT(std::fabs(some.quantile(zero + (1 - zero) * p) - whole.quantile(p)) <= 1e-6 * whole.quantile(p));
    RC_ASSERT(std::fabs(some.scaled(3).quantile(p) - 3 * some.quantile(p)) <= 1e-9 * whole.highest());
    if (zero > 0) RC_ASSERT_THROWS_AS(some.shifted(10), Error);  // what is on time is not late by so much
    else RC_ASSERT(some.shifted(10).quantile(p) >= some.quantile(p));
    RC_ASSERT(some.lowest() <= some.draw(p) && some.draw(p) <= some.highest());
  }
  RC_ASSERT(zero < 0.002 || some.lowest() == 0);
}

RC_GTEST_PROP(Distribution, SamplersDrawWhatTheDistributionDoes, ()) {
  const double a = *rc::gen::inRange(-50, 50), b = a + *rc::gen::inRange(0, 100), c = b + *rc::gen::inRange(0, 100);
  const Kind kind = *rc::gen::element(Kind::uniform, Kind::triangular, Kind::pert, Kind::normal);
  const Distribution d = kind == Kind::uniform  ? Distribution{kind, a, c, 0, {}}
                         : kind == Kind::normal ? Distribution{kind, a, c - a, 0, {}}
                                                : Distribution{kind, a, b, c, {}};
  Sampler::Tables tables;
  const Sampler other(d, tables), sampler(d, tables);  // the second takes what the first made
  for (int i = 1; i < 2000; ++i) {
    const double u = i / 2000.0;
    RC_ASSERT(std::fabs(sampler.draw(u) - d.draw(u)) <= 1e-11 * (c - a) + 1e-300);
    RC_ASSERT(sampler.draw(u) >= d.lowest() && sampler.draw(u) <= d.highest());
  }
  for (const double u : {1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12}) RC_ASSERT(sampler.draw(u) == d.draw(u));
}

TEST(Random, StreamsDependOnNameTrialAndSeedOnly) {
  const auto name = stream_of("site.memphis.building.hall");
  EXPECT_EQ(uniform(7, name, 12), uniform(7, name, 12));
  EXPECT_NE(uniform(7, name, 12), uniform(7, name, 13));
  EXPECT_NE(uniform(7, name, 12), uniform(8, name, 12));
  EXPECT_NE(uniform(7, name, 12), uniform(7, stream_of("order.first"), 12));
  EXPECT_NE(uniform(7, name, 12, 0), uniform(7, name, 12, 1));
  // Frozen: a change of the generator or of its key changes every forecast, and must be seen.
  EXPECT_DOUBLE_EQ(uniform(1, stream_of("a"), 0), uniform(1, 0xaf63dc4c8601ec8cu, 0));
}

TEST(Random, IsUniform) {
  double sum = 0, squares = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double u = uniform(1, stream_of("x"), i);
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u, squares += u * u;
  }
  EXPECT_NEAR(sum / n, 0.5, 0.005);
  EXPECT_NEAR(squares / n, 1.0 / 3, 0.005);
}

}  // namespace
}  // namespace orrery
