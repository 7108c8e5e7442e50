// A site's question of supply (supply.h) as a linear programme (energy_problem.h), in MW, MWh and $.
//
// Sources and stores are capacities; of a path each can be built in each quarter that its lead time leaves, and what is
// rented for a term in each. Beside the balance of the hours there are, where they are asked for,
//
//   ramps        x(t) - x(t - 1) between -r K and r K                     a state each
//   part load    least r(t) <= x(t) <= r(t) <= a(t) K; starts s(t) >= r(t) - r(t - 1); fuel (n r + (1 - n) x)
//   reserve      sum over what is firm of (a K - x) + what stores can add >= share of the load, and >= the largest
//   unit,
//                K / n at its best hour, of the sources of which one of n may be lost; at part load r stands for a K
//   peaks        x(t) <= the month's peak, which is paid
//   clean        sum over what emits of x <= (1 - share) x load, a year
//
// What stores can add is their power less what they give, and what they hold over an hour.
#pragma once
#include <vector>

#include "site/power/energy_problem.h"
#include "site/power/supply.h"

namespace orrery::site {

/// What a lack of reserve costs over what a lack of energy does: where both lack energy is served first.
inline constexpr double reserve_share = 0.5;

/// Where the parts of a question stand in its programme; -1: not there.
struct SupplyProgramme {
  /// What a source or a store builds: column of the problem, and the quarter from which it serves (0 without times).
  struct Built {
    int column = 0, quarter = 0, until = -1;
  };
  EnergyProblem problem;
  std::vector<std::vector<Built>> source, power, energy;  ///< by source; by store
  std::vector<int> source_flow, running, started, sold;   ///< by source
  std::vector<int> charge, discharge, held;               ///< by store
  int unserved = -1, beyond = -1, shed = -1, reserve_short = -1;
  std::vector<int> quarter_of_period;  ///< 0 without times
  std::vector<double> worth;           ///< by quarter: $ at the start for $ then; 1 without times
};

/// Throws Error for what supply_year and supply_path refuse.
SupplyProgramme supply_programme(const SupplyQuestion& question);

/// What is given of a source or store in a quarter, W and J: what stands, and what is built whatever is chosen (fixed
/// sizes, what is decided).
struct GivenSize {
  double standing = 0, built = 0;
  double standing_storage = 0, built_storage = 0;
};
GivenSize given_in(const SupplyQuestion& question, bool store, std::size_t index, int quarter);

/// W or J of the parts of a source or a store that stand in a quarter, beside what is given.
double built_in(const std::vector<SupplyProgramme::Built>& parts, const std::vector<double>& built, int quarter);

}  // namespace orrery::site
