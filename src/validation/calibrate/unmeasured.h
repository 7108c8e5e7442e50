// What products of chips that nobody has measured reach of a datasheet, from those that were.
#pragma once
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// Fits the GPUs' entry of unmeasured-kernels on the products of measured chips, each chip weighing the same: mean
/// absolute logarithm of predicted over measured times. leave_out "chip": each chip is predicted by constants fitted on
/// the others. Throws Error for another leave_out and where no row can be fitted.
Calibrated calibrate_unmeasured(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
