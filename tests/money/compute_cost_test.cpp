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
  const MoneyPerPowerTime rent =
      rent_of_power(Money(oracle.at("total").amount.a), Power(oracle.at("facility_power").amount.a),
                    Time(oracle.at("term").amount.a));
  EXPECT_NEAR(billions_a_gigawatt_year(rent), 13.3, 0.05);
  // 300 / 5 / (4.5 / 1.4) of IT.
  EXPECT_NEAR(billions_a_gigawatt_year(rent_of_it_power(oracle)), 18.67, 0.01);
  const catalog::Entry& colossus = facts().entry("contracts", "anthropic-colossus");
  const MoneyPerChipTime chip = rent_of_chip(Quantity<dimension::money - dimension::time>(colossus.at("rent").amount.a),
                                             Chips(colossus.at("chips").amount.a));
  EXPECT_NEAR((chip * Chips(1) * mean_month).value(), 3850, 10);
}

TEST(OwnerCost, owning_for_the_break_even_life_costs_the_lease) {
  const MoneyPerPowerTime lease(13.33e9 / 1e9 / year_length.value());
  OwnerCostInputs inputs = read_owner_cost(facts().entry("prices", "owner-band")).median();
  const std::optional<Time> life = break_even_life(inputs, lease);
  ASSERT_TRUE(life);
  inputs.it_life = *life;
  EXPECT_NEAR(owner_cost(inputs).total / lease, 1, 1e-9);
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
