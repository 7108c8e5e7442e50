// How far off a predicted step may be: P10 and P90 from the errors of predictions of runs that were left out of the
// fit. The share of a step that is overhead, and whether chip and software were ever measured, decide the width.
#pragma once
#include "catalog/catalog.h"
#include "machine/training/step.h"

namespace orrery::training {

/// The rule of the catalog's bands/training: ln sigma = base + overhead x share of overhead in the step + the terms
/// that apply. P10 = predicted x exp(-below sigma), P90 = predicted x exp(above sigma).
struct BandRule {
  double base = 0, overhead = 0;
  double mixture = 0;  ///< of a mixture of experts on a chip and software that are known
  double unseen = 0;   ///< where chip or framework generation has no fitted run
  double lora = 0;     ///< of LoRA on a chip and software that are known
  double below = 0, above = 0;
};
/// Throws Error where the catalog has no bands/training.
BandRule read_band_rule(const catalog::Catalog& catalog);

/// The share of a step that is traffic, launches, bubble and fixed costs.
double overhead_of(const Breakdown& breakdown);

/// Factors on a predicted step time.
struct StepBand {
  double p10 = 1, p90 = 1;
};
/// The band of an estimate (evaluate's, of this job on this machine); with the chip's own sigma where one is stated.
StepBand step_band(const BandRule& rule, const Job& job, const Machine& machine, const StepEstimate& estimate);

/// A speed of which this is the median, off by the band of its step time.
Distribution speed_within(double median, const StepBand& band);

}  // namespace orrery::training
