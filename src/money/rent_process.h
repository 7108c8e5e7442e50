// The rent of an accelerator as a random process: its logarithm goes back to that of a level that falls as newer
// generations do the same work for less. The one-factor model of Schwartz, "The stochastic behavior of commodity
// prices", Journal of Finance 52 (1997), equations 1 to 4, with a level that moves.
#pragma once
#include <vector>

namespace orrery::money {

/// Rents in any one unit; times in s.
struct RentProcess {
  double level = 0;       ///< at the start
  double falls = 0;       ///< by which the logarithm of the level falls, per s
  double reversion = 0;   ///< share of the distance from the level that is gone, per s; above 0
  double volatility = 0;  ///< standard deviation that a year brings the logarithm, were there no reversion
};

/// The rent at the end of each step of a path. Of the distance y of its logarithm from the level's, a step of length h
/// makes f/k + (y - f/k) exp(-k h) + s sqrt((1 - exp(-2 k h)) / 2 k) z, which is exact at any length. shocks: z of each
/// step, standard normal. Throws Error for a rent or a level that is not above 0, for a reversion that is not, and for
/// a negative volatility.
std::vector<double> rent_path(const RentProcess& process, double rent, double step, const std::vector<double>& shocks);

}  // namespace orrery::money
