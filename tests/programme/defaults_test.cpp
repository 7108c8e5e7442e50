// Defaults that are made of other values: rules that follow them, never ones that take hold at a point.
#include <gtest/gtest.h>

#include "support/world.h"

namespace orrery::programme {
namespace {

/// What an accelerator, its server and its network cost together, at the medians.
double cost_at(const std::string& chip, double price) {
  const Plan plan = plan_of("start = 2024-04-24\nchips = \"1000 x " + chip + "\"\nsite = \"memphis\"\n",
                            {fmt::format("order.first.price=\"${}/chip\"", price)});
  const Order& order = plan.orders.front();
  return (order.price.median + order.server_price.median + order.network_price.median).value();
}

}  // namespace

TEST(Defaults, APriceOfOnesOwnChangesNothingButThePrice) {
  for (const char* chip : {"h100-sxm", "gb200", "b200", "mi300x"}) {
    const double without = cost_at(chip, 0);
    for (const double price : {1e-9, 1e3, 1e4, 2e4, 3.07e4, 3.08e4, 4e4, 6e4, 1e5})
      EXPECT_NEAR(cost_at(chip, price), without + price, 1e-6) << chip << " at " << price;
  }
}

// Of an accelerator whose price nobody knows, the server costs a share of the price that is given.
TEST(Defaults, ADearerAcceleratorNeverMakesTheRestCheaper) {
  for (const char* chip : {"tpu-v5p", "a100-sxm-80gb", "trainium2"}) {
    double before = cost_at(chip, 0);
    for (double price = 1e3; price < 1e5; price += 5e3) {
      EXPECT_GE(cost_at(chip, price), before) << chip << " at " << price;
      EXPECT_NEAR(cost_at(chip, price), cost_at(chip, price * (1 + 1e-9)), 1e-3) << chip << " at " << price;
      before = cost_at(chip, price);
    }
  }
}

TEST(Defaults, AYearsMeanPueFollowsThatAtPeak) {
  const auto annual = [](double pue) {
    const Plan plan = plan_of("start = 2024-04-24\nchips = \"1000 x h100-sxm\"\nsite = \"memphis\"\n",
                              {fmt::format("site.memphis.cooling.c.pue={}", pue)});
    return plan.sites.front().cooling.front().pue_annual.median;
  };
  double before = 1;
  for (double pue = 1; pue < 1.6; pue += 0.01) {
    EXPECT_LE(annual(pue), pue + 1e-12);
    EXPECT_GE(annual(pue), before - 1e-12);
    EXPECT_LE(annual(pue) - before, 0.01 + 1e-12);
    before = annual(pue);
  }
}

}  // namespace orrery::programme
