#include "machine/training/across_sites.h"

#include "base/error.h"
#include "base/units.h"
#include "machine/network/campus.h"

namespace orrery::training {

namespace {

double total_parameters(const model::Architecture& architecture) {
  const model::ParameterCount count = model::parameters(architecture);
  return count.total + count.mtp;
}

}  // namespace

double exchange_between_sites(const Posed& posed, const SiteLines& lines) {
  const double n = lines.sites;
  if (n < 2) return 0;
  const double bytes = total_parameters(posed.job.model) * posed.machine.framework->gradient_bytes;
  return 2 * (n - 1) / n * bytes / lines.rate.value() + 2 * (n - 1) * network::propagation(lines.distance.value());
}

PoolSpeed across_sites(PoolSpeed speed, const SiteLines& lines, const Hardware& hardware,
                       const catalog::Catalog& catalog) {
  const Posed posed = pose(speed.question, hardware, catalog);
  const double replicas =
      speed.question.accelerators / (speed.best.layout.tp * speed.best.layout.cp * speed.best.layout.pp);
  if (replicas < lines.sites)
    throw Error({}, "on",
                "spans " + format_count(lines.sites) + " sites, but the fastest layout holds " +
                    format_count(replicas) + " replicas of the model",
                "train on fewer sites, or with more accelerators");
  const double exchange = exchange_between_sites(posed, lines);
  const double tokens = posed.job.global_batch * posed.job.sequence;
  const auto slower = [&](double tokens_per_second) { return tokens / (tokens / tokens_per_second + exchange); };
  StepEstimate& step = speed.best.estimate;
  step.step = step.step + Time(exchange);
  step.tokens_per_second = slower(step.tokens_per_second);
  for (PoolSpeed::Size& size : speed.sizes) size.each = slower(size.each * size.accelerators) / size.accelerators;
  return speed;
}

}  // namespace orrery::training
