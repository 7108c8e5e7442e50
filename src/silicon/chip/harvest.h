// The share of dies that can be sold when some of their cores and memory interfaces may be bad. Defects follow a gamma
// distribution of density from die to die (Stapper 1983), so that at one density the parts of a die fail apart, and a
// die is good where no group of like parts has more bad ones than spares (Koren and Koren, Proc. IEEE 86, 1998).
#pragma once
#include <vector>

#include "silicon/chip/die.h"

namespace orrery::silicon {

/// Like parts of a die, of which some must work.
struct SparedParts {
  double number = 0, needed = 0;  ///< whole, needed <= number
  double area = 0;                ///< m2 of one
};

/// What a die is to its yield.
struct SparedDie {
  std::vector<SparedParts> parts;
  double rest = 0;      ///< m2 where every defect kills that does harm
  double repaired = 0;  ///< share of the defects of the rest that does none
};

/// Share of dies that can be sold at a mean density of defects per m2 that is spread over dies as a law has it;
/// clustering is the negative binomial's alone. Without spares and repairs it is die_yield of the whole area. Throws
/// Error for negative areas or densities and for parts of which more are needed than there are.
double harvested_yield(const SparedDie& die, YieldLaw law, double density, double clustering);

}  // namespace orrery::silicon
