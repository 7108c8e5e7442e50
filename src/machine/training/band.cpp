#include "machine/training/band.h"

#include <cmath>

namespace orrery::training {

BandRule read_band_rule(const catalog::Catalog& catalog) {
  const catalog::Entry& entry = catalog.entry("bands", "training");
  const auto figure = [&](const char* key) { return entry.at(key).amount.median(); };
  return {figure("base"), figure("overhead"), figure("mixture"), figure("unseen"),
          figure("lora"), figure("below"),    figure("above")};
}

double overhead_of(const Breakdown& b) {
  return (b.tensor + b.context + b.expert + b.host + b.bubble + b.data + b.fixed) / b.sum();
}

StepBand step_band(const BandRule& rule, const Job& job, const Machine& machine, const StepEstimate& estimate) {
  double log_sigma = rule.base + rule.overhead * overhead_of(estimate.breakdown);
  if (!machine.accelerator->trained || !machine.framework->fitted) {
    log_sigma += rule.unseen;
  } else {
    if (job.model.experts > 0) log_sigma += rule.mixture;
    if (job.task == Task::lora) log_sigma += rule.lora;
  }
  const double stated = machine.accelerator->band, sigma = stated > 0 ? stated : std::exp(log_sigma);
  return {std::exp(-rule.below * sigma), std::exp(rule.above * sigma)};
}

Distribution speed_within(double median, const StepBand& band) {
  return {Distribution::Kind::percentiles, median / band.p90, median, median / band.p10, {}};
}

}  // namespace orrery::training
