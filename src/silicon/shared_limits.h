// Products that share what limits them in a period, as wafers, packaging or memory stacks: progressive filling, which
// is max-min fair (Bertsekas and Gallager, Data Networks, 2nd ed. 1992, section 6.5.2).
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/amount.h"

namespace orrery::silicon {

/// A product as it stands on the limits of one period.
struct LimitedProduct {
  std::string name;
  double weight = 1;          ///< accelerators that it gets for each one of a product of weight 1
  std::vector<double> uses;   ///< by limit: how much of it an accelerator takes
  double planned = infinity;  ///< accelerators, at most
};

/// What comes of the limits.
struct LimitedOutput {
  std::vector<double> made;                         ///< by product, accelerators
  std::vector<std::optional<std::size_t>> held_by;  ///< by product: the limit that held it; none where its plan did
};

/// All products rise together, each in proportion to its weight, until one is at its plan or a limit is used up; what
/// uses that limit stays where it is, the rest goes on. No limit is passed, and whoever is below its plan uses one that
/// is used up. Throws Error for negative amounts, for as many uses as there are no limits, and for a product that
/// neither a limit nor a plan holds.
LimitedOutput share_limits(const std::vector<double>& limits, const std::vector<LimitedProduct>& products);

}  // namespace orrery::silicon
