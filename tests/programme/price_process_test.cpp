// Prices that move at random: by hand at the medians, what follows them, and how far they spread.
#include "programme/price_process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/distribution.h"
#include "base/random.h"
#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

const std::string process =
    "[process.p]\nlevel = 0.8\nfalls = \"0.2/year\"\nreversion = \"1.2/year\"\nvolatility = 0.3\n";

/// 1,000 accelerators rented for two years from the start on, at 1 $/h.
const std::string rented =
    "start = 2025-01-01\nend = 2026-12-31\nslips = false\n[rental.r]\nchips = \"1000 x h100-sxm\"\n"
    "price = \"$1/chip/h\"\n[money]\ndiscount_rate = \"0%/year\"\n";

double rentals(const Forecast& f) {
  double sum = 0;
  for (const money::Entry& e : f.ledger.entries)
    if (e.line == money::Line::rentals) sum -= e.amount.value();
  return sum;
}

}  // namespace

TEST(PriceProcess, AtTheMediansByHand) {
  const Plan plan = plan_of(rented + process);
  const std::vector<double> path = price_path(plan, plan.processes.at(0), {});
  ASSERT_EQ(path.size(), 8u);
  EXPECT_EQ(path[0], 1);
  // The distance of the logarithm from the level's goes to -f/k, and the level falls.
  const double k = 1.2, f = 0.2, h = 0.25;
  double distance = -std::log(0.8);
  for (std::size_t q = 1; q < path.size(); ++q) {
    distance = f / k + (distance - f / k) * std::exp(-k * h);
    EXPECT_NEAR(path[q], 0.8 * std::exp(-f * h * static_cast<double>(q) + distance), 1e-9) << q;
  }
}

TEST(PriceProcess, WhatFollowsIsMultipliedByIt) {
  const Plan plan = plan_of(rented + process, {"rental.r.follows=p"});
  const Forecast f = simulate(plan);
  double due = 0;
  for (std::size_t m = 0; m + 1 < plan.months.size(); ++m)
    due += 24000.0 * (std::min(plan.months[m + 1], plan.end) - plan.months[m]) * f.price_indices[0][m];
  EXPECT_NEAR(rentals(f), due, 1e-6 * due);
  EXPECT_NEAR(rentals(simulate(plan_of(rented + process))), 24000.0 * 729, 1);
  // A quarter of a year is 91.3 days, and a month has the index of its first day.
  EXPECT_EQ(f.price_indices[0][3], f.price_indices[0][2]);
  EXPECT_LT(f.price_indices[0][4], f.price_indices[0][3]);
}

TEST(PriceProcess, SpreadsAsItsStationaryDistribution) {
  const Plan plan = plan_of(rented + process);
  std::vector<double> scores;
  std::vector<double> draws(plan.inputs.size());
  for (std::uint64_t trial = 0; trial < 4000; ++trial) {
    for (std::size_t i = 0; i < draws.size(); ++i)
      draws[i] = plan.inputs[i].distribution.draw(uniform(1, stream_of(plan.inputs[i].key()), trial));
    scores.push_back(std::log(price_path(plan, plan.processes[0], draws).back()));
  }
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / 4000;
  double square = 0;
  for (const double x : scores) square += (x - mean) * (x - mean);
  // Of 1.75 years of 1.2 a year.
  EXPECT_NEAR(std::sqrt(square / 4000), 0.3 * std::sqrt((1 - std::exp(-2 * 1.2 * 1.75)) / 2.4), 0.005);
}

TEST(PriceProcess, WhatCannotBe) {
  EXPECT_TRUE(says(refusal([] { plan_of(rented + process, {"rental.r.follows=q"}); }), "no process of this scenario"));
  EXPECT_TRUE(says(refusal([] { plan_of(rented + "[process.p]\nvolatility = 0.3\n"); }), "reversion"));
  EXPECT_TRUE(says(refusal([] { plan_of(rented + process, {"process.p.volatility=-1"}); }), "volatility"));
}

}  // namespace orrery::programme
