// How far off a predicted step may be: P10 and P90 from the errors of predictions of runs that were left out of the
// fit. The share of a step that is overhead, and whether chip and software were ever measured, decide the width.
#pragma once
#include <array>

#include "catalog/band.h"
#include "machine/training/step.h"

namespace orrery::training {

/// The terms of the rule bands/training: the share of the step that is traffic, launches, bubble and fixed costs;
/// whether the model is a mixture; whether no run of the chip or of the framework's generation was fitted; whether the
/// task is LoRA. What is known of mixtures and LoRA says nothing where chip or software is new.
inline constexpr std::array<std::string_view, 4> step_band_keys = {"overhead", "mixture", "unseen", "lora"};
std::array<double, step_band_keys.size()> step_band_terms(const Job& job, const StepEstimate& estimate, bool unseen);

/// Throws Error where the catalog has no bands/training.
catalog::BandRule read_step_band(const catalog::Catalog& catalog);

/// The band of an estimate (evaluate's, of this job on this machine in this layout); with the chip's own sigma where
/// one is stated. Of a chip that nobody measured, what its constants may be comes on top: the step in the same layout
/// with each at its P10 and P90, the logarithms of the changes added in squares (errors to first order).
catalog::Band step_band(const catalog::BandRule& rule, const Job& job, const Machine& machine, const Layout& layout,
                        const StepEstimate& estimate);

/// A speed of which this is the median, off by the band of its step time.
Distribution speed_within(double median, const catalog::Band& band);

}  // namespace orrery::training
