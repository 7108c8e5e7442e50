#include "machine/training/job_fabric.h"

#include <algorithm>

#include "base/error.h"
#include "machine/network/network.h"

namespace orrery::training {

JobFabric job_fabric(const catalog::Catalog& catalog, std::string_view name, double accelerators, double fail,
                     std::uint64_t seed, RingOrder order, const Standing& on) {
  const auto ranks = static_cast<std::uint32_t>(std::max(accelerators, on.accelerators));
  network::Network n = network::make_network(catalog, name, 0, on.per_domain, on.chip);
  if (!std::holds_alternative<network::Clos>(n.topology.shape)) {
    std::string trees;
    for (const catalog::Entry& e : catalog.entries("networks"))
      if (const catalog::Figure* f = e.find("topology"); f != nullptr && f->text == "clos")
        trees += (trees.empty() ? "" : ", ") + e.name;
    throw Error({}, "network", n.name + " is no switched tree, and training is modelled on those",
                "take one of " + trees);
  }
  // A tree is described by its switches and tapers, so it grows with the job; its own size is the least.
  if (n.ranks < ranks) n = network::make_network(catalog, name, ranks, on.per_domain, on.chip);
  JobFabric f;
  f.name = n.name;
  f.order = order;
  f.domain = n.fabric.domain;
  f.bandwidth = n.fabric.scale_out.bandwidth;
  f.tiers = n.fabric.scale_out.spans;
  f.links = static_cast<double>(network::links(n.topology));
  if (fail > 0) {
    const network::Failures failures = network::random_failures(n.topology, fail, seed);
    f.failed = static_cast<double>(failures.count);
    f.tiers = network::with_failures(n, failures).scale_out.spans;
  }
  return f;
}

TierShare tier_share(const JobFabric& f, double ranks, double stride) {
  return tier_share(f, ranks, stride, f.order);
}

TierShare tier_share(const JobFabric& f, double ranks, double stride, RingOrder order) {
  TierShare s;
  const double reach = ranks * stride, domain = f.domain;
  if (reach <= domain) return s;
  double inner = domain;  // accelerators below one subtree of the tier before
  for (std::size_t i = 0; i < f.tiers.size(); ++i) {
    const network::Span& span = f.tiers[i];
    double ring = span.bandwidth_share;
    // Of a subtree's accelerators only those at the edge of their group's ring send up: one for every rank beside it.
    if (order == RingOrder::by_tier) ring *= std::max(inner / std::max(stride, domain), 1.0);
    s.tier = static_cast<int>(i) + 1;
    if (s.ring == 1) s.ring_tier = s.tier;
    if (ring < s.ring) s.ring = ring, s.ring_tier = s.tier;
    const double beyond = std::clamp((reach - inner) / (reach - domain), 0.0, 1.0);
    const double exchange = beyond > 0 ? span.bandwidth_share / beyond : 1;
    if (s.exchange == 1) s.exchange_tier = s.tier;
    if (exchange < s.exchange) s.exchange = exchange, s.exchange_tier = s.tier;
    s.latency = span.latency;
    if (reach <= span.ranks) break;
    inner = std::max(inner, span.ranks);
  }
  return s;
}

}  // namespace orrery::training
