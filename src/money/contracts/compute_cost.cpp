#include "money/contracts/compute_cost.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "money/series.h"

namespace orrery::money {

namespace {

double years(Time time) {
  return time / year_length;
}

// Yearly annuity on capital of 1 that leaves a residual, per second.
double annuity(double rate, Time life, double residual) {
  const double factor = capital_recovery_factor(rate, years(life));
  const double kept = residual * std::pow(1 + rate, -years(life));
  return factor * (1 - kept) / year_length.value();
}

}  // namespace

OwnerCost owner_cost(const OwnerCostInputs& inputs) {
  if (!(inputs.it_life > Time(0)) || !(inputs.building_life > Time(0)))
    throw Error({}, "it_life", "a life is not above zero", "give years of use");
  if (!(inputs.rate > -1)) throw Error({}, "discount_rate", "the rate is -100 % or less", "give a rate above -100 %");
  OwnerCost cost;
  cost.compute = MoneyPerPowerTime(inputs.compute.value() * annuity(inputs.rate, inputs.it_life, inputs.residual));
  cost.building = MoneyPerPowerTime(inputs.building.value() * annuity(inputs.rate, inputs.building_life, 0));
  cost.running = inputs.running;
  cost.total = cost.compute + cost.building + cost.running;
  return cost;
}

std::optional<Time> break_even_life(const OwnerCostInputs& inputs, MoneyPerPowerTime price) {
  auto total_at = [&](double life) {
    OwnerCostInputs changed = inputs;
    changed.it_life = year_length * life;
    return owner_cost(changed).total;
  };
  double low = 0.01, high = 200;
  if (total_at(high) > price) return std::nullopt;
  if (total_at(low) < price) return Time(0);
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (total_at(middle) > price ? low : high) = middle;
  }
  return year_length * (0.5 * (low + high));
}

OwnerCostInputs UncertainOwnerCost::median() const {
  OwnerCostInputs inputs;
  inputs.compute = MoneyPerPower(compute.median());
  inputs.building = MoneyPerPower(building.median());
  inputs.running = MoneyPerPowerTime(upkeep.median() + energy.median());
  inputs.it_life = Time(it_life.median());
  inputs.building_life = Time(building_life.median());
  inputs.residual = residual.median();
  inputs.rate = rate.median();
  return inputs;
}

UncertainOwnerCost read_owner_cost(const catalog::Entry& prices) {
  UncertainOwnerCost cost;
  cost.compute = prices.at("compute").amount;
  cost.building = prices.at("building").amount;
  cost.upkeep = prices.at("opex").amount;
  cost.energy = prices.at("energy").amount;
  cost.it_life = prices.at("it_life").amount;
  cost.building_life = prices.at("facility_life").amount;
  cost.residual = prices.find("residual") ? prices.at("residual").amount : Distribution::constant(0);
  // Rates of the catalog are per second; compounding is by year.
  cost.rate = prices.at("discount_rate").amount;
  for (double* parameter : {&cost.rate.a, &cost.rate.b, &cost.rate.c}) *parameter *= year_length.value();
  for (double& value : cost.rate.values) value *= year_length.value();
  return cost;
}

MoneyPerPowerTime rent_of_power(Money total, Power power, Time term) {
  return total / power / term;
}

MoneyPerPowerTime rent_of_it_power(const catalog::Entry& contract) {
  const bool of_facility = !contract.find("power") && contract.find("facility_power");
  const double power = of_facility ? contract.number("facility_power") / contract.at("pue").amount.median()
                                   : contract.at("power").amount.median();
  return rent_of_power(Money(contract.at("total").amount.median()), Power(power),
                       Time(contract.at("term").amount.median()));
}

MoneyPerChipTime rent_of_chip(Quantity<dimension::money - dimension::time> rent, Chips chips) {
  return rent / chips;
}

}  // namespace orrery::money
