// Rows of measured operators of today's models (tables of NVIDIA's aiconfigurator): which operator and kernel a row
// times, and what its shape asks of the chip.
#pragma once
#include <string>

#include "base/csv.h"
#include "silicon/chip/operator_kernels.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// One measured operator.
struct MeasuredOperator {
  std::string id;
  std::string operation;  ///< as the catalog's operators call it; empty where skipped says why
  silicon::KernelName kernel;
  const silicon::Accelerator* chip = nullptr;
  silicon::OperatorWork work;
  double measured = 0;  ///< s
  std::string skipped;  ///< why it is not modelled; empty where it is
  std::string suspect;  ///< what the table holds against the row
  bool sparse = false;  ///< of the table of sparse and linear attention
};

/// A table with the columns of kernels_moe_mla.csv.
bool has_operators(const CsvTable& table);

/// Reads one row. Throws Error for a cell that is no number.
MeasuredOperator read_operator(const CsvTable& table, std::size_t row, const Facts& facts,
                               const silicon::OperatorKernels& kernels);

/// The same as an unpredicted row: id, group, measured, reason.
Row row_of(const MeasuredOperator& measured, const CsvTable& table, std::size_t row);

}  // namespace orrery::validation
