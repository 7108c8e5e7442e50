// Firm power of a site: what its supplies carry at all times. Days are counted from the programme's start.
#pragma once
#include <optional>
#include <vector>

#include "base/amount.h"
#include "base/curve.h"

namespace orrery::site {

enum class SupplyRole { grid, generation, storage };

/// A block of electricity supply that serves from a day until another, which may be infinite.
struct PowerSupply {
  SupplyRole role = SupplyRole::grid;
  double capacity = 0;             ///< W rated, at the facility's terminals
  double day = 0;                  ///< on which the first of it serves
  double rate_per_day = infinity;  ///< W energised per day; infinite is all at once
  double until = infinity;         ///< the day on which it leaves
  double availability = 1;         ///< share of the rating that counts
  std::optional<Curve> kept = {};  ///< W of the rating that stays, where parts of it leave before
};

/// Curves in W over days.
struct FirmPower {
  std::vector<Curve> rated;      ///< by supply: energised
  std::vector<Curve> available;  ///< by supply: the share of it that counts
  Curve firm;                    ///< what can be relied on
};

/// Training load swings by tens of MW within a second, faster than generators follow, so generation on the site keeps a
/// share (swing_reserve, 0 to 1) back unless storage covers it: grid + generation - max(0, reserve x generation -
/// storage). Storage adds nothing else.
FirmPower firm_power(const std::vector<PowerSupply>& supplies, double swing_reserve);

}  // namespace orrery::site
