// Making the constants of matrix products, attention and operators launched one by one again from kernels.csv and
// operators.csv: by chip and part, the least mean absolute log error of its rows, those of 50 us and longer weighing
// 2.5 times, by the subplex method (minimise in calibrate/collectives).
#pragma once
#include <string>
#include <vector>

#include "validation/calibrate/calibration.h"
#include "validation/measured_kernels.h"

namespace orrery::validation {

/// A part of a chip's constants and the kernels that were measured of it.
struct ProductPart {
  const silicon::Accelerator* chip = nullptr;
  const catalog::Entry* stated = nullptr;  ///< the part as the catalog has it
  KernelPart part;
  std::vector<const MeasuredKernel*> rows;
};
/// The parts that chips' entries of kind kernels state and that have rows, in the catalog's order.
std::vector<ProductPart> parts_of(const Facts& facts, const std::vector<MeasuredKernel>& kernels);

/// The chip with the constants of the part refitted on the rows. Every constant that the part states moves from where
/// start has it, but counts (most_splits, least, heads), those at 0, and those that no row tells; the factor of a
/// release is the weighted median of its rows over the constants, where it is not 1, the release that the others are
/// measured by. Constants keep the bounds of the catalog's schema. Deterministic.
silicon::Accelerator fit_part(const ProductPart& part, const silicon::Accelerator& start,
                              const std::vector<const MeasuredKernel*>& rows);

/// The constants of a part, as the catalog states them and as they are of a fitted chip.
std::vector<Constant> constants_of_part(const ProductPart& part, const silicon::Accelerator& fitted);

/// The relative whose constants stand for a chip that was left out: of those with rows in the same group of parts one
/// of its generation, else the next slower in bf16, else the next faster; null where no other has.
const silicon::Accelerator* kin_of(const ProductPart& part, const std::vector<ProductPart>& parts);

/// Refits the parts that have rows in kernels.csv and operators.csv in the folder of measurements. Its document shows
/// by chip and part the mean and P90 of absolute errors as shipped, refitted, and of a half of the rows by a fit to the
/// other half that starts from a relative's constants; with leave_out "chip" each chip by the shipped constants of its
/// kin. Throws Error for a table that is missing or cannot be read, and for another leave_out.
Calibrated calibrate_products(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
