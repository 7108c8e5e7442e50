// Published costs of computing reproduced from their inputs, and the limits of the formulas behind them.
#include "money/contracts/compute_cost.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <iostream>

#include "base/error.h"
#include "base/units.h"
#include "support/facts.h"

namespace {

using namespace orrery;
using namespace orrery::money;

/// B$ a year for a gigawatt.
double billions_a_gigawatt_year(MoneyPerPowerTime cost) {
  return (cost * Power(1e9) * year_length).value() / 1e9;
}

}  // namespace

TEST(OwnerCost, a_gigawatt_year_from_published_inputs) {
  const UncertainOwnerCost epoch = read_owner_cost(facts().entry("prices", "owner-gb200"));
  OwnerCostInputs inputs = epoch.median();
  const struct { double life, published; } rows[] = {{3, 12}, {5, 8.5}, {7, 7}};
  for (const auto& row : rows) {
    inputs.it_life = year_length * row.life;
    const double cost = billions_a_gigawatt_year(owner_cost(inputs).total);
    std::cout << "IT life of " << row.life << " years: " << cost << " B$/GW-year, published " << row.published << "\n";
    EXPECT_NEAR(cost / row.published, 1, 0.05) << row.life;
  }
  // At 1 GW and five years: 38 B$ of capital, 0.9 of running cost, as published.
  EXPECT_NEAR((inputs.compute + inputs.building).value() * 1e9, 38e9, 0.2e9);
  EXPECT_NEAR(billions_a_gigawatt_year(inputs.running), 0.9, 1e-9);
}

TEST(OwnerCost, rents_from_their_terms) {
  const catalog::Entry& oracle = facts().entry("contracts", "openai-oracle");
  const MoneyPerPowerTime rent = rent_of_power(Money(oracle.at("total").amount.a), Power(oracle.at("power").amount.a),
                                               Time(oracle.at("term").amount.a));
  EXPECT_NEAR(billions_a_gigawatt_year(rent), 13.3, 0.05);
  const catalog::Entry& colossus = facts().entry("contracts", "anthropic-colossus");
  const MoneyPerChipTime chip = rent_of_chip(Quantity<dimension::money - dimension::time>(colossus.at("rent").amount.a),
                                             Chips(colossus.at("chips").amount.a));
  EXPECT_NEAR((chip * Chips(1) * mean_month).value(), 3850, 10);
}

TEST(OwnerCost, break_even_against_the_lease_with_its_band) {
  const UncertainOwnerCost band = read_owner_cost(facts().entry("prices", "owner-band"));
  const MoneyPerPowerTime lease(13.33e9 / 1e9 / year_length.value());
  const OwnerCostBand result = owner_cost_band(band, lease, 5000, 1);
  auto billions = [](double cost) { return billions_a_gigawatt_year(MoneyPerPowerTime(cost)); };
  std::cout << "owner P10 " << billions(result.total.p10) << ", P50 " << billions(result.total.p50) << ", P90 "
            << billions(result.total.p90) << " B$/GW-year; cheaper than the lease in " << 100 * result.share_below_price
            << " % of trials\n";
  EXPECT_LT(result.total.p10, result.total.p50);
  EXPECT_LT(result.total.p50, result.total.p90);
  EXPECT_GT(result.share_below_price, 0.5);
  EXPECT_EQ(result.never, 0u);
  EXPECT_LT(result.break_even_life.p10, result.break_even_life.p90);
  std::cout << "break-even IT life P10 " << result.break_even_life.p10 / year_length.value() << ", P90 "
            << result.break_even_life.p90 / year_length.value() << " years\n";
  // The life at which owning and leasing cost the same: owning at that life costs exactly the lease.
  OwnerCostInputs inputs = band.median();
  const std::optional<Time> life = break_even_life(inputs, lease);
  ASSERT_TRUE(life);
  std::cout << "break-even IT life " << *life / year_length << " years\n";
  inputs.it_life = *life;
  EXPECT_NEAR(owner_cost(inputs).total / lease, 1, 1e-9);
  // The same trials again give the same bits.
  EXPECT_EQ(owner_cost_band(band, lease, 200, 7).total.p50, owner_cost_band(band, lease, 200, 7).total.p50);
}

TEST(OwnerCost, limits) {
  OwnerCostInputs inputs;
  inputs.compute = MoneyPerPower(10);
  inputs.it_life = inputs.building_life = year_length * 5;
  EXPECT_NEAR((owner_cost(inputs).total * year_length).value(), 2, 1e-12);  // straight line at a rate of nought
  inputs.residual = 1;
  EXPECT_NEAR(owner_cost(inputs).total.value(), 0, 1e-18);  // what keeps its value costs nothing without interest
  inputs.rate = 0.1;
  EXPECT_NEAR((owner_cost(inputs).total * year_length).value(), 1, 1e-12);  // and its interest with
  inputs.it_life = Time(0);
  EXPECT_THROW(owner_cost(inputs), Error);
}

TEST(ComputeCost, hours_flops_and_tokens) {
  const MoneyPerChipTime paid(parse_amount_of("$2/chip/h", MoneyPerChipTime::dimension()));
  EXPECT_NEAR(cost_of_used_chip(paid, 0.5) / paid, 2, 1e-15);
  // $2 an hour at 400 TFLOP/s is 1.44e18 FLOP: 1.39e-18 $ a FLOP; at 1,000 tokens a second 0.556 $ a million.
  EXPECT_NEAR(cost_of_training(paid, Quantity<dimension::compute_rate - dimension::chips>(400e12)).value(),
              2 / (400e12 * 3600), 1e-30);
  EXPECT_NEAR(
      cost_of_tokens(paid, Quantity<dimension::tokens - dimension::time - dimension::chips>(1000)).value() * 1e6,
      2 / (1000 * 3600.0) * 1e6, 1e-12);
  EXPECT_THROW(cost_of_used_chip(paid, 0), Error);
  EXPECT_THROW(cost_of_used_chip(paid, 1.1), Error);
}

TEST(AgeingChip, worth_falls_to_nought_at_the_end_of_its_life) {
  AgeingChip chip;
  chip.price = Money(30000);
  chip.rent = MoneyPerChipTime(2.0 / 3600);
  chip.running = MoneyPerChipTime(0.4 / 3600);
  chip.longest_life = year_length * 10;
  const Time life = economic_life(chip);
  // 2 x 0.75^t = 0.4 at t = ln 5 / ln(4/3) = 5.6 years.
  EXPECT_NEAR(life / year_length, std::log(5) / std::log(4.0 / 3), 1e-12);
  EXPECT_EQ(residual_value(chip, life), Money(0));
  EXPECT_EQ(residual_value(chip, life + year_length), Money(0));
  for (int year = 0; year < 5; ++year)
    EXPECT_GT(residual_value(chip, year_length * year), residual_value(chip, year_length * (year + 1)));
  // Without cheaper chips and interest the worth is what is left to earn.
  chip.price_fall = 0;
  chip.rate = 0;
  EXPECT_NEAR(residual_value(chip, year_length * 4).value(), 1.6 * 24 * 365.25 * 6, 1e-6);
}

RC_GTEST_PROP(OwnerCost, falls_with_life_and_rises_with_the_rate, ()) {
  OwnerCostInputs inputs;
  inputs.compute = MoneyPerPower(*rc::gen::inRange(1, 60));
  inputs.building = MoneyPerPower(*rc::gen::inRange(1, 30));
  inputs.it_life = year_length * *rc::gen::inRange(1, 12);
  inputs.building_life = year_length * *rc::gen::inRange(5, 40);
  inputs.rate = *rc::gen::inRange(0, 20) / 100.0;
  const double base = owner_cost(inputs).total.value();
  OwnerCostInputs longer = inputs, dearer = inputs;
  longer.it_life = longer.it_life + year_length;
  dearer.rate += 0.01;
  RC_ASSERT(owner_cost(longer).total.value() < base);
  RC_ASSERT(owner_cost(dearer).total.value() > base);
}
