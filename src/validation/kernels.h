// Times of measured kernels beside the kernel model: matrix products, attention, operators launched one by one.
#pragma once
#include "base/csv.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Predicts the latency of every row of a table with the columns of measurements/kernels.csv, s; groups name the chip,
/// kernel, precision and whether the kernel runs 50 us or longer. A table with the columns of
/// measurements/operators.csv (device, op, shape, value, unit) is known by its header, and so is one like
/// measurements/kernels_moe_mla.csv (table, op_name, kernel_source), whose suspect rows stand in a group of their own
/// and are not counted. Every prediction has its band. Throws Error for a missing column or a cell that is no number.
Score validate_kernels(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
