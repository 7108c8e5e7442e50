// A month's delay costs what the same plan with its sites a month late is worth less, in every trial.
#include "programme/delay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "programme/simulate.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

/// A site whose delay is drawn, to a day that is given.
std::string late_site(const std::string& end, int least_days) {
  return "start = 2026-01-01\nend = " + end + "\nchips = \"4096 x h100-sxm\"\n[site.memphis]\ndelay = { low = \"" +
         std::to_string(least_days) + " days\", high = \"" + std::to_string(least_days + 90) + " days\" }\n";
}

TEST(Delay, IsThatOfTheSitesInEveryTrial) {
  // Two delays that are drawn a month apart, both to 31 days after the end.
  const Plan plan = plan_of(late_site("2030-01-01", 0)), now = plan_of(late_site("2030-02-01", 0));
  const MonthLate month(plan);
  ASSERT_EQ(month.delays.size(), 1u);
  std::vector<double> draws;
  for (const Input& input : plan.inputs) draws.push_back(input.distribution.quantile(0.3));
  Plan late = now;
  late.sites[0].delay.input = -1;
  for (const double days : {0.0, 11.0, 90.0}) {
    draws[month.delays[0]] = days * 86400;
    late.sites[0].delay.median = Time(days * 86400) + mean_month;
    const double lost = simulate(now, draws).net_present_value - simulate(late, draws).net_present_value;
    EXPECT_NEAR(month.cost(draws).net_present_value, lost, 1e-6 * std::fabs(lost)) << days;
    EXPECT_GT(lost, 0) << days;
  }
}

TEST(Delay, OfManyDrawsIsThatOfEachOnAnyNumberOfThreads) {
  const Plan plan = plan_of(late_site("2030-01-01", 0));
  const MonthLate month(plan);
  std::vector<std::vector<double>> draws;
  for (const Input& input : plan.inputs) {
    draws.emplace_back();
    for (const double p : {0.1, 0.5, 0.9, 0.2}) draws.back().push_back(input.distribution.quantile(p));
  }
  const std::vector<double> one = month.costs(draws, 3, 1);
  ASSERT_EQ(one.size(), 3u);
  EXPECT_EQ(one, month.costs(draws, 3, 3));
  for (std::size_t k = 0; k < one.size(); ++k) {
    std::vector<double> of_trial;
    for (const std::vector<double>& input : draws) of_trial.push_back(input[k]);
    EXPECT_EQ(one[k], month.cost(of_trial).net_present_value) << k;
  }
  EXPECT_NE(one[0], one[2]);
}

}  // namespace
}  // namespace orrery::programme
