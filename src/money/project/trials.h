// Monte Carlo over a project: some of its inputs are distributions, each trial is one pro forma. A trial's draws depend
// on the seed, the input's name and the trial alone, so that any order and any number of threads give the same bits.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/distribution.h"
#include "money/project/single_owner.h"

namespace orrery::money {

/// What a trial may vary. factor inputs multiply the project's own figure; the others replace it.
enum class Varied {
  installed_cost_factor,  ///< on installed_cost
  units_factor,           ///< on every year's units, sold and bought
  price_factor,           ///< on the price
  operating_cost_factor,  ///< on fixed, per-unit, per-capacity and fuel cost
  interest_rate,          ///< of the debt
  inflation,              ///< of the pro forma (growth figures follow)
  real_discount,
};
inline constexpr std::size_t varied_inputs = 7;
/// "units_factor"; also the name of its random stream.
std::string varied_name(Varied input);

struct VariedInput {
  Varied input = Varied::units_factor;
  Distribution value;
};

/// The three results of a trial: $, a fraction (NaN when there is none), $.
struct TrialResult {
  double npv = 0, irr = 0, debt = 0;
};

/// One trial after another on one project, without allocating after the first.
class ProjectTrials {
 public:
  /// Checks the project and the distributions. Throws Error.
  ProjectTrials(SingleOwner project, std::vector<VariedInput> uncertain, std::uint64_t seed);
  TrialResult run(std::uint64_t trial);

 private:
  SingleOwner base_, drawn_;
  std::vector<VariedInput> uncertain_;
  std::vector<std::uint64_t> streams_;
  std::uint64_t seed_;
  SingleOwnerWorkspace workspace_;
};

}  // namespace orrery::money
