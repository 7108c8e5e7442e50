// The time of one operator of today's models by a roofline in parts (Williams et al. 2009): an operator is a few parts,
// each so much arithmetic, so much traffic and a chain of steps that cannot overlap; each part runs at a share of the
// datasheet, and what its three limits say is joined by a p-norm. The work follows from the shape (operators on
// grouped products, latent, sparse and linear attention say how); the shares are fitted by kernel
// (docs/calibration.md).
#pragma once
#include <array>
#include <cstddef>

namespace orrery::silicon {

/// The parts an operator may have.
enum class OperatorPart { products, attention, selection, traffic };
inline constexpr std::size_t operator_parts = 4;

/// What one part asks of a chip at the speeds of its datasheet.
struct PartWork {
  double compute = 0;  ///< s of the matrix units at peak, with what tiles and waves waste
  double memory = 0;   ///< s of the memory at the datasheet's bandwidth
  double steps = 0;    ///< steps one after another of the busiest core
};

/// What an operator asks of a chip.
struct OperatorWork {
  std::array<PartWork, operator_parts> parts;
  PartWork& operator[](OperatorPart part) { return parts[static_cast<std::size_t>(part)]; }
  const PartWork& operator[](OperatorPart part) const { return parts[static_cast<std::size_t>(part)]; }

  /// s that no chip of this datasheet stays below if it reads everything once: the largest of the parts' limits.
  double bound() const;
};

/// How a kernel does one part: times over the datasheet's, so 1 is perfect.
struct PartConstants {
  double compute = 1.5;  ///< time of the arithmetic over that at peak
  double memory = 1.4;   ///< time of the traffic over that at the datasheet's bandwidth; below 1: it stays in the cache
  double step = 1e-7;    ///< s of a step
};

/// What decides the speed of one kernel of an operator on one accelerator.
struct OperatorConstants {
  double launch = 1e-5;  ///< s: launches and host work that nothing hides
  double overlap = 2;    ///< exponent of the p-norm that joins a part's limits; large: perfect overlap
  std::array<PartConstants, operator_parts> parts;
};

/// Seconds of an operator: launch + sum over parts of |(compute, memory, steps)| in the p-norm.
double operator_time(const OperatorConstants& constants, const OperatorWork& work);

}  // namespace orrery::silicon
