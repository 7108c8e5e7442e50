#include "machine/training/communication.h"

#include <algorithm>
#include <cmath>

#include "machine/network/moe.h"

namespace orrery::training {

using network::Collective;
using network::Group;

namespace {

int domain_of(const Machine& m) {
  return m.domain > 0 ? m.domain : m.accelerator->domain;
}

/// The rate of a card as the fabric's constants have it over that of this machine.
double slower_card(const Machine& m) {
  const double usual = m.accelerator->network.scale_out.bandwidth;
  if (m.nic > 0) return usual / m.nic;
  return m.fabric != nullptr ? usual / m.fabric->bandwidth : 1;
}

double seconds(const Machine& m, Collective collective, double bytes, const Group& group) {
  if (group.ranks <= 1 || bytes <= 0) return 0;
  return network::collective_time(m.accelerator->network, collective, Data(bytes), group).value();
}

}  // namespace

RankGroup rank_group(const Machine& m, double ranks, double stride, double share) {
  RankGroup g;
  const double whole = std::ceil(ranks - 1e-9);
  Group& ring = g.ring;
  ring.ranks = static_cast<int>(whole);
  ring.domain = domain_of(m);
  ring.per_domain = static_cast<int>(std::clamp(std::floor(ring.domain / stride), 1.0, std::max(whole, 1.0)));
  ring.streams = slower_card(m) / share;
  g.exchange = ring;
  if (m.fabric != nullptr && ranks > 1) {
    g.tiers = tier_share(*m.fabric, ranks, stride);
    ring.streams /= g.tiers.ring;
    g.exchange.streams /= g.tiers.exchange;
    ring.hop = g.exchange.hop = g.tiers.latency;
  }
  return g;
}

double all_gather_time(const Machine& m, const RankGroup& g, double bytes) {
  return seconds(m, Collective::all_gather, bytes, g.ring);
}

double reduce_scatter_time(const Machine& m, const RankGroup& g, double bytes) {
  return seconds(m, Collective::reduce_scatter, bytes, g.ring);
}

double all_reduce_time(const Machine& m, const RankGroup& g, double bytes) {
  return seconds(m, Collective::all_reduce, bytes, g.ring);
}

double all_to_all_time(const Machine& m, const RankGroup& g, double bytes) {
  return seconds(m, Collective::all_to_all, bytes, g.exchange);
}

double expert_exchange_time(const Machine& m, const RankGroup& g, double bytes, double copies) {
  return network::hierarchical_exchange_time(m.accelerator->network, Data(bytes), copies, g.exchange).value();
}

RankGroup stage_group(const Machine& m, double stages, double stride) {
  RankGroup g = rank_group(m, 2, stride);
  if (2 * stride > domain_of(m)) g.exchange.per_domain = 1;
  if (m.fabric == nullptr) return g;
  g.tiers = tier_share(*m.fabric, stages, stride, RingOrder::by_tier);
  g.exchange.streams = slower_card(m) / g.tiers.ring;
  g.exchange.hop = g.tiers.latency;
  return g;
}

double send_time(const Machine& m, double stages, double stride, double bytes) {
  const RankGroup g = stage_group(m, stages, stride);
  return seconds(m, Collective::send_recv, bytes, g.exchange);
}

}  // namespace orrery::training
