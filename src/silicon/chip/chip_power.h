// The power of a chip in a large product, by block, and the clock that a power limit leaves it:
// P = leakage + memory traffic + F e V(x)^2 at x of the highest clock, F the rate that the matrix units keep at it and
// V the voltage over the highest, a line through V(0) (docs/chip.md). The energy of an operation holds the SRAM and the
// network that feed it. Calibrated on one point of a chip it meets others of the same silicon to 1 to 4 %; across
// processes it is off by 20 to 50 %.
#pragma once
#include "silicon/chip/design.h"

namespace orrery::silicon {

/// Watts in a large bf16 product at a clock.
struct ChipPower {
  double clock = 0;      ///< Hz
  double sustained = 0;  ///< bf16 FLOP/s
  double leakage = 0, memory = 0, matrix = 0;
  double total() const { return leakage + memory + matrix; }
};

/// Whether clock, peak, energy and power limit are known.
bool has_power(const Design& design);

/// At a share of the highest clock, 0 to 1.
ChipPower power_at(const Design& design, const std::vector<double>& areas, double share);

/// At the highest clock that its power limit allows, by bisection: none where leakage and memory take it all. Throws
/// Error where it lacks clock, peak, energy or a power limit.
ChipPower power_at_limit(const Design& design, const std::vector<double>& areas);

}  // namespace orrery::silicon
