// The grouped products of a mixture of experts on one rank: which experts get how many tokens, and what their products
// ask of a chip. Skewed routing follows the power law that benchmarks draw from (NVIDIA's aiconfigurator, collector of
// its mixture tables): an expert's share is a draw from x^-exponent between 1 and 0.8 x tokens (0.01 and 2 where tokens
// are fewer than experts), and the rank that is timed is the one with most tokens.
#pragma once
#include <vector>

#include "silicon/chip/tiles.h"

namespace orrery::silicon {

/// The shape of a mixture layer and its layout. All sizes at least 1.
struct MixtureShape {
  double tokens = 1;   ///< of all ranks that share the experts
  double hidden = 1;   ///< width of the residual stream
  double inter = 1;    ///< width of an expert, whole
  double top_k = 1;    ///< experts a token goes to
  double experts = 1;  ///< of the layer
  double tensor = 1;   ///< ranks that split an expert
  double ranks = 1;    ///< ranks that share the experts
  double skew = 0;     ///< exponent of the power law of the experts' loads; 0: balanced
  bool gated = true;   ///< two products in and one out; otherwise one and one
  double slots = 0;    ///< places for experts, where popular ones stand twice (then the ranks are balanced); 0: experts
};

/// Tokens of each expert of the busiest rank that has any.
std::vector<double> expert_loads(const MixtureShape& shape);

/// What the products of the busiest rank, their permutation and their activation ask of a chip.
OperatorWork grouped_products(const MixtureShape& shape, const OperatorChip& chip);

}  // namespace orrery::silicon
