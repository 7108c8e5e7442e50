// Fitting the constants of operators' kernels to measured times, group within group: an operator, its software, kernel,
// formats, chip and release. Each group starts from the constants around it and leaves them only as far as its rows ask
// (maximum a posteriori with normal priors on logarithms, the shrinkage of hierarchical models: Gelman and Hill 2007);
// a group whose own constants explain its rows hardly better has none. Absolute log errors are made least by iterated
// reweighting (Holland and Welsch 1977) in Levenberg and Marquardt's method (Marquardt 1963).
#pragma once
#include <array>
#include <string>
#include <vector>

#include "silicon/chip/operator_kernels.h"

namespace orrery::validation {

/// One measured operator as the fit sees it.
struct OperatorSample {
  std::string operation;
  silicon::KernelName kernel;
  std::string chip;
  silicon::OperatorWork work;  ///< as on the reference chip: traffic and steps restated
  double measured = 0;         ///< s
};

/// Work of a chip as the fit compares it between chips: what restated() does to constants is done to the work.
silicon::OperatorWork restated_work(silicon::OperatorWork work, const silicon::OperatorKernels::Operation& operation,
                                    double memory_bandwidth, double core_peak);

/// The constants of every operator that has samples; its reference and exponents stay as they are. The same bits on any
/// number of threads (0: one for each core).
silicon::OperatorKernels fit_operators(const silicon::OperatorKernels& before,
                                       const std::vector<const OperatorSample*>& samples, int threads = 0);

}  // namespace orrery::validation
