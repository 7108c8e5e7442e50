// Chip-factory files: a raise, an accelerator, what packaging is to be had, and ways to its wafers (build, buy,
// contract) held side by side. `orrery run` knows them by [factory].
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/distribution.h"
#include "base/document.h"
#include "base/spread.h"
#include "silicon/wafer_supply.h"

namespace orrery::programme {

/// A value of the file, with where it comes from.
struct FactoryInput {
  std::string path;  ///< "option.buy.capex"; the name of its stream of draws
  Distribution value;
  Dimension dimension;
  std::string basis, source;
};

/// What one draw of the inputs gives, in SI units.
struct FactoryOption {
  silicon::WaferSource source;
  double capex = 0, capex_for = 1;   ///< $ and the wafers/s that they pay for
  double planned = 0, smallest = 0;  ///< wafers/s: to be built if the raise covers it; below the other none is
};
struct FactoryDraw {
  silicon::ChipProduct product;
  double raise = 0;               ///< $
  double share = 0;               ///< of the packaging that is to be had
  double per_wafer = 0;           ///< accelerators from a packaging wafer
  std::vector<double> packaging;  ///< wafers/s at the ends of the quarters given
  std::vector<FactoryOption> options;
};

struct FactoryQuestion {
  std::string file, title, description;
  Date start;
  int years = 10;
  double rate = 0;  ///< discount rate per year
  std::vector<FactoryInput> inputs;
  std::vector<Date> packaging_dates;        ///< ends of the quarters given
  std::vector<std::string> options, notes;  ///< names, and a line about each
};

/// Reads a chip-factory file. Throws Error for unknown or missing keys, values out of range or without a basis.
FactoryQuestion read_factory(const Node& root, const std::string& file);

/// The inputs of a trial; a negative trial stands for the medians.
FactoryDraw draw_factory(const FactoryQuestion& question, int trial, std::uint64_t seed);

/// What one option comes to in the trials, or at the medians.
struct FactoryResult {
  double built = 0;                          ///< share of the trials in which the raise covers the smallest line
  Spread affordable;                  ///< wafers/s that the raise covers, at most ten times what is planned
  Spread capacity;                    ///< wafers/s built or contracted
  Spread first;                       ///< days from the start to the first good die, infinite for never
  Spread low;                         ///< $, the most that the plan is out of pocket
  Spread die_cost;                    ///< $ spent on all but parts, per good die; infinite where none is made
  Spread cost;                        ///< $ spent in all, per accelerator; infinite where none is made
  Spread surplus;                     ///< accelerators over the owner's own use
  Spread made;                        ///< accelerators
  Spread value;                       ///< $, net present value
  std::vector<Spread> by_year, cash;  ///< accelerators in a year; cumulative $ at its end
  std::string binding;                       ///< what binds in most trials
  double binding_share = 1;                  ///< share of the trials in which it does
};

/// One result for each option. Sequential in trials: the same for a seed wherever it runs.
std::vector<FactoryResult> forecast_factory(const FactoryQuestion& question, int trials, std::uint64_t seed);

}  // namespace orrery::programme
