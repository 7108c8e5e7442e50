#include "machine/training/validation.h"

#include "base/error.h"

namespace orrery::training {

Score validate_training(const CsvTable& table, const Hardware& hardware,
                        const std::vector<model::Architecture>& models) {
  table.require({"model", "accelerator", "n_accelerators", "seq_len", "global_batch"},
                "give a table with the columns of measurements/training.csv");
  std::vector<ScoredRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const MeasuredRun run = read_run(table, i, hardware, models);
    ScoredRow row;
    row.id = run.id, row.group = run.group, row.measured = run.measured, row.skipped = run.skipped;
    if (row.skipped.empty()) {
      try {
        model::check(run.job.model);
        row.predicted = evaluate(run.job, run.machine, run.layout).step.value();
      } catch (const Error& e) {
        row.skipped = e.problem();
      }
    }
    rows.push_back(std::move(row));
  }
  return summarise(std::move(rows));
}

}  // namespace orrery::training
