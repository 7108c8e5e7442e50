// Making the constants of kernels again from the measured tables: those of operators by kernel (catalog kind operators)
// and the rule of the bands of all kernels (bands/kernels), from errors of what was left out.
#pragma once
#include <string>
#include <vector>

#include "silicon/chip/kernel_band.h"
#include "validation/calibrate/bands.h"
#include "validation/calibrate/calibration.h"
#include "validation/calibrate/operator_fit.h"

namespace orrery::validation {

/// Refits the operators of kernels_moe_mla.csv and kernels_sparse_linear.csv in the folder of measurements, and the
/// bands of kernels on rows, kernels and chips left out. Its document shows errors in the fit; of a third of the rows
/// by the others; with leave_out = "chip" of each chip by the others in place of the constants. Throws Error for a
/// table that is missing or cannot be read, and for another leave_out.
Calibrated calibrate_kernels(const Facts& facts, const CalibrateOptions& options);

/// Every measured operator that can be fitted; suspect rows are not.
struct OperatorRows {
  std::vector<OperatorSample> samples;
  std::vector<const silicon::Accelerator*> chips;  ///< of the samples
  std::vector<bool> sparse;                        ///< of the samples: from kernels_sparse_linear.csv
};
OperatorRows read_operator_rows(const Facts& facts, const silicon::OperatorKernels& kernels, const std::string& folder);

/// One prediction of a sample by constants that may not have seen it.
struct OperatorError {
  std::size_t sample = 0;
  double error = 0;  ///< ln(predicted / measured)
  silicon::KernelCertainty certainty;
};
enum class LeftOutBy { nothing, rows, kernel, chip };
/// Errors of all samples in the fit, of a third of the rows, of kernels in four parts, or of each chip in turn.
std::vector<OperatorError> operator_errors(const OperatorRows& rows, const silicon::OperatorKernels& kernels,
                                           LeftOutBy by);

}  // namespace orrery::validation
