#include "machine/training/band.h"

namespace orrery::training {

std::array<double, step_band_keys.size()> step_band_terms(const Job& job, const StepEstimate& estimate, bool unseen) {
  const Breakdown& b = estimate.breakdown;
  const double overhead = (b.tensor + b.context + b.expert + b.host + b.bubble + b.data + b.fixed) / b.sum();
  return {overhead, !unseen && job.model.mixture() ? 1.0 : 0.0, unseen ? 1.0 : 0.0,
          !unseen && job.task == Task::lora ? 1.0 : 0.0};
}

catalog::BandRule read_step_band(const catalog::Catalog& catalog) {
  return catalog::read_band_rule(catalog, "training", step_band_keys);
}

catalog::Band step_band(const catalog::BandRule& rule, const Job& job, const Machine& machine,
                        const StepEstimate& estimate) {
  if (machine.accelerator->band > 0) return rule.band_of_sigma(machine.accelerator->band);
  const bool unseen = !machine.accelerator->trained || !machine.framework->fitted;
  return rule.band(step_band_terms(job, estimate, unseen));
}

Distribution speed_within(double median, const catalog::Band& band) {
  return {Distribution::Kind::percentiles, median / band.p90, median, median / band.p10, {}};
}

}  // namespace orrery::training
