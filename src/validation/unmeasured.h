// Products of chips that were measured, priced as if nobody had: by datasheet and unmeasured-kernels alone.
#pragma once
#include "base/csv.h"
#include "silicon/chip/unmeasured.h"
#include "validation/measured_kernels.h"

namespace orrery::validation {

/// Why a row is none of those that are priced so: no product of a number format, one launched on its own from a
/// framework, or of a chip without kernels of its own; empty where it is one.
std::string not_unmeasured(const MeasuredKernel& kernel);

/// The chip of a row as if nobody had measured it, with such kernels.
silicon::Accelerator as_unmeasured(const Facts& facts, const silicon::Accelerator& chip,
                                   const silicon::UnmeasuredKernels& kernels);

/// The constants of the catalog for GPUs.
silicon::UnmeasuredKernels unmeasured_kernels(const Facts& facts);

/// Predicts the products of a table with the columns of measurements/kernels.csv, s; groups name the chip. Throws Error
/// for a missing column or a cell that is no number.
Score validate_unmeasured(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
