// How far off a predicted kernel time may be: P10 and P90 from the errors of predictions that were left out of the fit
// (chip, kernel or rows; docs/calibration.md). A log-linear rule: the share of the launch in the time, how well the
// kernel's own rows are explained, and what of chip and kernel was never measured decide the width.
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "catalog/band.h"
#include "silicon/chip/operator_kernels.h"

namespace orrery::silicon {

/// What is known of a prediction beside its time.
struct KernelCertainty {
  KernelKind kind = KernelKind::latent;
  double launch = 0;              ///< share of launch in the predicted time
  double spread = 0.1;            ///< mean absolute log error of the kernel in its fit
  bool chip_measured = true;      ///< the kernel was measured on the chip itself
  bool relative_measured = true;  ///< or on a chip whose constants stand for it
  bool kernel_known = true;       ///< the kernel was measured anywhere
  bool long_running = false;      ///< the predicted time is 50 us or more
};

/// The terms of the rule, in the order of the keys of bands/kernels.
inline constexpr std::array<std::string_view, 13> kernel_band_keys = {
    "launch",    "spread",     "pooled",  "relative", "unseen", "unknown", "product",
    "attention", "dispatched", "mixture", "sparse",   "state",  "long"};
using KernelBandTerms = std::array<double, kernel_band_keys.size()>;
KernelBandTerms kernel_band_terms(const KernelCertainty& certainty);

/// The rule bands/kernels, and the spreads of kernels whose constants stand in catalog/kernels.
struct KernelBandRule : catalog::BandRule {
  std::map<std::string, double, std::less<>> spreads;

  /// The spread of such a kernel, called as kernel_group does; a usual one where it was not measured.
  double spread_of(std::string_view group) const;
};
/// How bands/kernels call the kernels of catalog/kernels: "h100-sxm gemm fp8 long".
std::string kernel_group(std::string_view chip, std::string_view kernel, bool long_running);
/// Throws Error where the catalog has no bands/kernels or that lacks a key.
KernelBandRule read_kernel_band(const catalog::Catalog& catalog);

/// Times from which a kernel counts as long, s.
inline constexpr double long_kernel = 50e-6;

/// What is known of an operator's kernel that takes the given time, s.
KernelCertainty certainty_of(const KnownKernel& known, double time);

}  // namespace orrery::silicon
