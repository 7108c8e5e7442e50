// What load a connection carries that gives way in the hours in which its grid is short: the room that a system's load
// leaves below its limit in each hour, and the largest flat load that is cut by no more than a share of its energy
// (the reckoning of Norris et al., "Rethinking Load Growth", Duke University 2025, for one system).
#pragma once
#include <vector>

namespace orrery::site {

struct FlexibleLoad {
  double share = 0;        ///< of its energy that it may be cut by
  double load = 0;         ///< W, flat
  double served = 0;       ///< J over the hours, each of an hour
  double hours = 0;        ///< in which it is cut
  double longest = 0;      ///< hours one after the other
  double largest_cut = 0;  ///< share of the load
};

/// The largest load for a share from 0 to below 1. room: W by hour, not below 0. Throws Error for another share and for
/// no hours.
FlexibleLoad flexible_load(const std::vector<double>& room, double share);

}  // namespace orrery::site
