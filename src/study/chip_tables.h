// The tables of a chip's answer: dies, blocks, cost, what is paid once, power, roofline, operators, floorplan.
#pragma once
#include <vector>

#include "study/chip_read.h"
#include "study/document.h"

namespace orrery::study {

/// Outputs of a chip's trials, before those by die, line of the cost tree and operator.
enum class ChipOutput { total, once, content, yield, power, clock, sustained, own_price, break_even };
inline constexpr std::size_t chip_outputs = 9;

/// Where the outputs of a trial stand: the fixed ones, then three a die (price, yield, content), the lines of the cost
/// tree, the parts of what is paid once, the operators.
struct ChipOutputs {
  std::size_t dies = 0, lines = 0, operators = 0;
  static constexpr std::size_t a_die = 3, once_parts = 5;

  static std::size_t of(ChipOutput output) { return static_cast<std::size_t>(output); }
  std::size_t die(std::size_t i, std::size_t which) const { return chip_outputs + a_die * i + which; }
  std::size_t line(std::size_t i) const { return chip_outputs + a_die * dies + i; }
  std::size_t once(std::size_t i) const { return line(lines) + i; }
  std::size_t op(std::size_t i) const { return once(once_parts) + i; }
  std::size_t size() const { return op(operators); }
};

/// The answer's numbers at the medians, and the spread of each output.
struct ChipResult {
  const ChipQuestion& q;
  const silicon::Design& design;
  const silicon::ChipCost& cost;
  const std::vector<double>& areas;
  const silicon::OnceCost& once;
  ChipOutputs outputs;
  const Trials& trials;

  Spread spread(std::size_t output) const { return trials.spread(output); }
};

Table dies_table(const ChipResult& r);
Table blocks_table(const ChipResult& r);
Table cost_table(const ChipResult& r);
Table once_table(const ChipResult& r);
Table volume_table(const ChipResult& r);
Table power_table(const silicon::ChipPower& power);
Table operators_table(const ChipResult& r, const silicon::Accelerator& chip);
/// What the datasheet allows by intensity, and what is sustained under the power limit where that is known.
Table roofline_table(const ChipResult& r, const silicon::Accelerator& chip, const silicon::ChipPower* power);
/// Rectangles of the package, mm from its lower left corner.
Table floorplan_table(const ChipResult& r);

}  // namespace orrery::study
