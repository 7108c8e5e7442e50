#include "site/power/firm.h"

#include <cmath>

namespace orrery::site {

FirmPower firm_power(const std::vector<PowerSupply>& supplies, double swing_reserve) {
  FirmPower power;
  Curve grid, generation, storage;
  for (const PowerSupply& supply : supplies) {
    Curve rated = Curve::ramp(supply.day, supply.rate_per_day, supply.capacity);
    if (std::isfinite(supply.until)) rated = rated.until(supply.until);
    if (supply.kept) rated = minimum(rated, *supply.kept);
    power.available.push_back(rated.scaled(supply.availability));
    power.rated.push_back(std::move(rated));
    Curve& sum = supply.role == SupplyRole::grid ? grid : supply.role == SupplyRole::storage ? storage : generation;
    sum = sum + power.available.back();
  }
  power.firm = grid + generation - positive_part(generation.scaled(swing_reserve) - storage);
  return power;
}

}  // namespace orrery::site
