#include "machine/training/network_limit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "machine/training/communication.h"

namespace orrery::training {

NetworkLimit network_limit(const Job& job, const Machine& machine, const Layout& layout, const StepEstimate& estimate) {
  if (machine.fabric == nullptr) throw Error({}, "fabric", "is not given", "name a network of the catalog");
  const Breakdown& b = estimate.breakdown;
  const auto tiers = [&](double ranks, double stride) { return rank_group(machine, ranks, stride).tiers; };
  NetworkLimit limit;
  JobFabric full = *machine.fabric;
  for (network::Span& tier : full.tiers) tier.bandwidth_share = 1;
  Machine unbound = machine;
  unbound.fabric = &full;
  limit.step_on_full_fabric = evaluate(job, unbound, layout).step;
  double most = -1;
  const auto offer = [&](const char* collective, double open, const TierShare& t, bool exchange) {
    if (t.tier == 0 || open <= most) return;
    most = open;
    limit.collective = collective;
    limit.tier = exchange ? t.exchange_tier : t.ring_tier;
    limit.share = exchange ? t.exchange : t.ring;
    limit.open = Time(open);
  };
  if (layout.tp > 1) offer("tensor-parallel all-reduce", b.tensor, tiers(layout.tp, 1), false);
  if (layout.cp > 1) offer("context-parallel all-gather", b.context, tiers(layout.cp, layout.tp), false);
  if (layout.ep > 1) offer("expert all-to-all", b.expert, tiers(layout.ep, 1), true);
  const double dp = data_parallel(machine, layout) * layout.cp;
  const char* data = layout.sharding == Sharding::none   ? "data-parallel all-reduce"
                     : layout.sharding == Sharding::full ? "sharded parameters' all-gather"
                                                         : "data-parallel reduce-scatter";
  if (dp > 1) offer(data, b.data, tiers(dp, layout.tp), false);
  // Handing on is part of the bubble: what a narrower tier makes of it is what the step is longer by.
  if (layout.pp > 1) {
    const TierShare t = stage_group(machine, layout.pp, machine.accelerators / layout.pp).tiers;
    offer("pipeline send", t.ring < 1 ? (estimate.step - limit.step_on_full_fabric).value() : 0, t, false);
  }
  return limit;
}

std::string limit_text(const JobFabric& fabric, const NetworkLimit& limit) {
  if (limit.collective.empty()) return "no traffic leaves the scale-up domains";
  const std::string where = fmt::format("{} on tier {}, ", limit.collective, limit.tier);
  if (limit.share > 0.9999) return where + "at a card's full rate";
  if (fabric.failed > 0) return where + fmt::format("{:.0f} % of a card's rate left", 100 * limit.share);
  return where + fmt::format("{:.3g}:1 oversubscribed", 1 / limit.share);
}

}  // namespace orrery::training
