// What a chip costs: dies from wafers by yield, memory, interposer and substrate, what is lost when parts are put
// together (Feng and Ma, Chiplet Actuary, DAC 2022), test; and what is paid once to have it. All in dollars.
#pragma once
#include <string>
#include <vector>

#include "silicon/chip/design.h"
#include "silicon/chip/die.h"
#include "silicon/chip/harvest.h"

namespace orrery::silicon {

/// A die's yield and price.
struct DieCost {
  double area = 0, content = 0;  ///< m2 as made; of what stands on it
  double on_wafer = 0;           ///< whole dies of a wafer
  double yield = 1;              ///< share that can be sold, cores and interfaces harvested
  double unharvested = 1;        ///< share without a defect
  double per_wafer = 0;          ///< that can be sold and are fast enough
  double price = 0;              ///< $ of one
  double unharvested_price = 0;  ///< $ of one if only those without a defect were sold
};

/// A line of the tree: its parent is the last line above it with a smaller depth.
struct CostLine {
  std::string name;
  int depth = 0;
  double dollars = 0;
};

/// What one chip costs and what goes into it.
struct ChipCost {
  std::vector<DieCost> dies;  ///< as the design's
  double logic = 0, memory = 0, package = 0, loss = 0, test = 0, total = 0;
  double escaped = 1;          ///< share of packages without a bad die that its test did not find
  double assembly = 1;         ///< share of packages that work
  double interposers = 0;      ///< of a wafer; 0: there are none
  std::vector<CostLine> tree;  ///< total first
};

/// What stands on a die as its yield sees it: cores and memory partitions with their spares, and the rest.
SparedDie spared(const Die& die, const BlockAreas& areas, double made, double repaired);

/// What check_design refuses is not asked. Throws Error for a die or an interposer of which a wafer gives none.
ChipCost chip_cost(const Design& design, YieldLaw law);

/// What is paid once: every die's design by the area that is drawn once and its masks, the package, licences, software.
struct OnceCost {
  double design = 0, masks = 0, package = 0, ip = 0, software = 0;
  double total() const { return design + masks + package + ip + software; }
};
OnceCost once_cost(const Design& design, const std::vector<double>& areas);

/// What so many chips take.
struct VolumeNeed {
  std::vector<double> wafers;  ///< started, by die of the design
  double packaging_wafers = 0;
  double memory = 0;  ///< B
};
VolumeNeed need_of(const Design& design, const ChipCost& cost, double chips);

/// Chips from which a design of one's own is cheaper than buying: what is paid once, over what a chip saves. speed is
/// its speed over the merchant's on the work; a chip of the merchant's costs `merchant`, one's own `own`, both in $.
/// Infinite where it saves nothing.
double break_even(double once, double merchant, double own, double speed);

}  // namespace orrery::silicon
