// The areas of a die's blocks, fitted to dies whose area is published: least squares of logarithms with what other
// sources say of each block as a prior, by Gauss and Newton's method. Few dies decide many blocks: the priors carry it.
#pragma once
#include <array>
#include <vector>

#include "catalog/catalog.h"
#include "silicon/chip/design.h"

namespace orrery::validation {

/// What other sources say of the blocks: medians in m2 of a unit as silicon::BlockAreas has them (shares of the
/// networks), and standard deviations of their logarithms.
struct BlockAnchors {
  silicon::BlockAreas areas;
  std::array<double, silicon::blocks> spread{};
  double spread_gpu = 0, spread_systolic = 0;
};

/// The anchors of catalog kind blocks. Throws Error for a block without.
BlockAnchors read_anchors(const catalog::Catalog& catalog);

/// A die whose area is known.
struct KnownDie {
  silicon::Die die;
  double area = 0;  ///< m2
};

/// Standard deviation of the logarithm of a die's area over that of its content: how densely dies are drawn.
inline constexpr double drawn_spread = 0.15;

/// The most likely areas of the blocks.
silicon::BlockAreas fit_blocks(const BlockAnchors& anchors, const std::vector<KnownDie>& dies);

}  // namespace orrery::validation
