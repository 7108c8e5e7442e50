#include "machine/training/band.h"

#include <algorithm>
#include <cmath>

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

catalog::Band step_band(const catalog::BandRule& rule, const Job& job, const Machine& machine, const Layout& layout,
                        const StepEstimate& estimate) {
  const Accelerator& chip = *machine.accelerator;
  if (chip.band > 0) return rule.band_of_sigma(chip.band);
  const bool unseen = !chip.trained || !machine.framework->fitted;
  catalog::Band band = rule.band(step_band_terms(job, estimate, unseen));
  if (chip.ranges.empty()) return band;
  double below = std::pow(std::log(band.p10), 2), above = std::pow(std::log(band.p90), 2);
  Accelerator other = chip;
  Machine on_other = machine;
  on_other.accelerator = &other;
  const auto change = [&](const silicon::Accelerator& constants) {
    static_cast<silicon::Accelerator&>(other) = constants;
    return std::log(evaluate(job, on_other, layout).step / estimate.step);
  };
  for (const silicon::ChipRange& range : chip.ranges) {
    const auto [faster, slower] = std::minmax({change(range.low), change(range.high), 0.0});
    below += faster * faster, above += slower * slower;
  }
  return {std::exp(-std::sqrt(below)), std::exp(std::sqrt(above))};
}

Distribution speed_within(double median, const catalog::Band& band) {
  return {Distribution::Kind::percentiles, median / band.p90, median, median / band.p10, {}};
}

}  // namespace orrery::training
