// The area of a die from what is built on it: counts of blocks times the area of each, scaled by process with logic,
// SRAM and interfaces apart, and a share for the network and the gaps between them. Areas of blocks are those of other
// sources fitted to dies whose area is published (docs/chip.md); a new die is off by some 18 %.
#pragma once
#include "silicon/chip/design.h"

namespace orrery::silicon {

/// The name of a block in the catalog ("tensor-product"); "network" for the network, whose shares are two entries.
const char* block_name(Block block);

/// What the catalog states a block's area for, in base units: 1e6 B, 1,000 products or lanes, 1 Tb/s, or one.
double block_unit(Block block);

/// How many units of each block stand on a die; none of network.
std::array<double, blocks> block_counts(const Die& die);

/// m2 of each block of a die in its process, network included. Their sum is the area of its content.
std::array<double, blocks> block_areas(const Die& die, const BlockAreas& areas);

/// m2 of all blocks; 0 for a dummy.
double content_area(const Die& die, const BlockAreas& areas);

/// The area a die is made with: the published one, else that of its content, and at least `least` (what stands on it).
double made_area(const Die& die, const BlockAreas& areas, double least = 0);

/// The area of every die of a design, m2 of one: a die is no smaller than the share of those bonded on it.
std::vector<double> die_areas(const Design& design);

/// m2 of one core of a die made with an area: its part of products, lanes, control and scratchpads with the network
/// among them, scaled as the whole die is to that area. 0 where there are none.
double core_area(const Die& die, const BlockAreas& areas, double made);

/// m2 of an interface of memory with its controller and its part of the last-level cache, scaled likewise.
double partition_area(const Die& die, const BlockAreas& areas, double made);

/// m2 of what is designed once: one core, one interface and all that is there but once, scaled likewise.
double unique_area(const Die& die, const BlockAreas& areas, double made);

}  // namespace orrery::silicon
