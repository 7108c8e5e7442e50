// What owned computing costs: the yearly cost of a gigawatt of IT. Capital is charged as the annuity over its life less
// the residual value (capital recovery, Brealey, Myers and Allen, chapter 6).
#pragma once
#include <cstdint>
#include <optional>

#include "base/distribution.h"
#include "catalog/catalog.h"
#include "money/contracts/cloud.h"

namespace orrery::money {

using MoneyPerPower = Quantity<dimension::money - dimension::power>;
using MoneyPerPowerTime = Quantity<dimension::money - dimension::power - dimension::time>;

/// What an owner pays for a unit of IT power. All amounts per watt of IT.
struct OwnerCostInputs {
  MoneyPerPower compute, building;  ///< accelerators, servers and network; building with its plant
  MoneyPerPowerTime running;        ///< energy, staff, repair
  Time it_life, building_life;
  double residual = 0;  ///< of compute at the end of its life
  double rate = 0;      ///< cost of capital a year
};

struct OwnerCost {
  MoneyPerPowerTime compute, building, running, total;
};
/// The yearly cost as three annuities. Throws Error for a life that is not above zero or a rate at or below -100 %.
OwnerCost owner_cost(const OwnerCostInputs& inputs);
/// The life of IT at which the owner's cost falls to a price, years; nothing when even an endless life costs more, 0
/// when any life costs less.
std::optional<Time> break_even_life(const OwnerCostInputs& inputs, MoneyPerPowerTime price);

/// The same inputs as distributions, for a band.
struct UncertainOwnerCost {
  Distribution compute, building, upkeep, energy, it_life, building_life, residual, rate;  ///< in base units
  OwnerCostInputs median() const;
};
/// Reads an entry of the catalog's prices: compute, building, opex, energy, it_life, facility_life, discount_rate, and
/// residual where it is given. Throws Error naming what is missing.
UncertainOwnerCost read_owner_cost(const catalog::Entry& prices);
/// A rent stated for a whole contract, per unit of power and time: total / (power x term).
MoneyPerPowerTime rent_of_power(Money total, Power power, Time term);
/// The rent of an entry of the catalog's contracts, per unit of IT power: of its power, or of its facility_power over
/// pue. Throws Error naming what is missing.
MoneyPerPowerTime rent_of_it_power(const catalog::Entry& contract);
/// A rent stated by the month for a number of accelerators, per accelerator and time.
MoneyPerChipTime rent_of_chip(Quantity<dimension::money - dimension::time> rent, Chips chips);

}  // namespace orrery::money
