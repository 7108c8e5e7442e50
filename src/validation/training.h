// Published training runs as the model sees them: a row of measurements/training.csv becomes a job, a machine and a
// layout; what the publisher did not print is inferred by stated rules that never look at the measured time. Their step
// times, predicted.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "machine/training/step.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// A row as a question. row.skipped is the reason where it cannot be asked.
struct MeasuredRun {
  Row row;  ///< measured in s, not predicted yet
  training::Job job;
  training::Machine machine;
  training::Layout layout;
  std::vector<std::string> inferred;  ///< fields that were not printed, with the rule's result
  double printed_flops = 0;           ///< model FLOP/s per accelerator where no step time is printed
};

/// Reads a row. By their names the catalog's models stand in for what a row does not print of a shape. A row without a
/// step time is skipped, unless it prints model FLOP/s and rates are asked for. Throws Error only for a cell that is no
/// number.
MeasuredRun read_run(const CsvTable& table, std::size_t row, const Facts& facts, bool rates = false);

/// Predicts the step time of every row of a table with the columns of measurements/training.csv, s. Throws Error for a
/// missing column or a cell that is no number.
Score validate_training(const CsvTable& table, const Facts& facts);

/// The layout the rules choose: of the candidates left open, the fastest by this model among those that fit memory (the
/// least memory when none fits). Fields that are not open keep their value.
struct OpenFields {
  bool tp = false, pp = false, cp = false, vp = false, ep = false, micro_batch = false, recompute = false;
};
training::Layout infer_layout(const training::Job&, const training::Machine&, const training::Layout& known,
                              const OpenFields& open);

}  // namespace orrery::validation
