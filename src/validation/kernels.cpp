// Scores the kernel model on measured products, attention and operators: one row, one kernel; what is not modelled is
// counted with its reason. Tables with the columns of measurements/kernels.csv or of measurements/operators.csv.
#include <utility>

#include "silicon/chip/kernel_band.h"
#include "validation/communication_kernels.h"
#include "validation/kernels.h"
#include "validation/measured_kernels.h"
#include "validation/operators.h"

namespace orrery::validation {

using namespace training;

namespace {

/// Puts a prediction into a row, with its band.
void put(Row& row, double time, const silicon::KernelBandRule& rule, const silicon::KernelCertainty& certainty) {
  const catalog::Band band = rule.band(kernel_band_terms(certainty));
  row.predicted = time;
  row.band = {time * band.p10, time * band.p90};
}

Row predict(MeasuredKernel kernel, const silicon::KernelBandRule& rule) {
  Row row = std::move(kernel.row);
  if (!row.skipped.empty()) return row;
  const silicon::Accelerator& chip = *kernel.chip;
  const double time = kernel_time(kernel, chip);
  const std::string group = silicon::kernel_group(chip.name, kernel.name, time >= silicon::long_kernel);
  put(row, time, rule, certainty_of(kernel, chip, time, rule.spread_of(group)));
  return row;
}

void predict_operator(Row& row, const silicon::KernelBandRule& rule, const silicon::OperatorKernels& kernels,
                      const MeasuredOperator& measured) {
  const silicon::KnownKernel known = kernels.find(measured.operation, measured.kernel, *measured.chip);
  const double time = operator_time(known.constants, measured.work);
  put(row, time, rule, certainty_of(known, time));
}

}  // namespace

Score validate_kernels(const CsvTable& table, const Facts& facts) {
  if (table.column("table") >= 0 && !table.empty() && is_communication(table.cell(0, "table")))
    return validate_communication(table, facts);
  const silicon::KernelBandRule rule = silicon::read_kernel_band(facts.catalog);
  Score score;
  if (has_operators(table)) {
    table.require({"id", "table", "gpu", "framework", "version", "kernel_source", "op_name", "dtype", "latency_ms"},
                  "give a table with the columns of measurements/kernels_moe_mla.csv");
    const silicon::OperatorKernels kernels(facts.catalog);
    for (std::size_t i = 0; i < table.size(); ++i) {
      const MeasuredOperator measured = read_operator(table, i, facts, kernels);
      Row row = row_of(measured, table, i);
      if (row.skipped.empty()) predict_operator(row, rule, kernels, measured);
      if (row.skipped.empty() && !measured.suspect.empty()) {
        row.group = "suspect";
        row.skipped = "suspect: " + measured.suspect;
      }
      score.rows.push_back(std::move(row));
    }
    return score;
  }
  const bool operators = table.column("op") >= 0 && table.column("kernel") < 0;
  if (operators)
    table.require({"device", "op", "shape", "value", "unit"}, "give a table of device, op, shape, value, unit");
  else
    table.require(
        {"kernel", "gpu_type", "dtype", "latency_ms"},
        "give a table of id, kernel, gpu_type, dtype, m, n, k, batch, seq, heads, kv_heads, head_dim, causal, "
        "latency_ms");
  for (std::size_t i = 0; i < table.size(); ++i)
    score.rows.push_back(predict(operators ? read_dispatched(table, i, facts) : read_kernel(table, i, facts), rule));
  return score;
}

}  // namespace orrery::validation
