// Published training runs as the model sees them: a row of measurements/training.csv becomes a job, a machine and a
// layout; what the publisher did not print is inferred by stated rules that never look at the measured time.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "machine/training/step.h"

namespace orrery::training {

/// A row as a question. skipped is the reason where it cannot be asked.
struct MeasuredRun {
  std::string id, group, system;
  double measured = 0;  ///< s
  Job job;
  Machine machine;
  Layout layout;
  std::vector<std::string> inferred;  ///< fields that were not printed, with the rule's result
  std::string skipped;
};

/// Reads a row. models are known architectures by which a name stands in for missing shapes. Throws Error only for a
/// cell that is no number.
MeasuredRun read_run(const CsvTable& table, std::size_t row, const Hardware& hardware,
                     const std::vector<model::Architecture>& models);

/// The layout the rules choose: of the candidates left open, the fastest by this model among those that fit memory (the
/// least memory when none fits). Fields that are not open keep their value.
struct OpenFields {
  bool tp = false, pp = false, cp = false, vp = false, ep = false, micro_batch = false, recompute = false;
};
Layout infer_layout(const Job&, const Machine&, const Layout& known, const OpenFields& open);

}  // namespace orrery::training
