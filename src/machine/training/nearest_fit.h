// The cheapest change of a layout that makes it fit memory: one key changed, or two, or three.
#pragma once
#include <optional>

#include "machine/training/search.h"

namespace orrery::training {

struct NearestFit {
  RankedLayout ranked;
  std::vector<std::string> changes;  ///< as --layout takes them: "recompute=full"
};

/// Of the legal layouts that fit and differ from this one in the fewest keys, the fastest. Nothing when three changes
/// do not do. Keys that are changed: recomputation (of all layers, or a part of them), sharding, micro-batch, degrees
/// of parallelism doubled, offload.
std::optional<NearestFit> nearest_fit(const Job&, const Machine&, const Layout&);

}  // namespace orrery::training
