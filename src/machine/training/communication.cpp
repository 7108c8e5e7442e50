#include "machine/training/communication.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

GroupShape group_shape(const Machine& machine, double ranks, double stride) {
  const double domain = machine.domain > 0 ? machine.domain : machine.accelerator->domain;
  GroupShape g{ranks, std::clamp(std::floor(domain / stride), 1.0, ranks)};
  if (machine.fabric != nullptr && ranks > 1) g.tiers = tier_share(*machine.fabric, ranks, stride);
  return g;
}

Links links(const Machine& machine) {
  Links l{machine.accelerator->scale_up, machine.accelerator->scale_out};
  if (machine.fabric != nullptr) l.out.bandwidth = machine.fabric->bandwidth;
  if (machine.nic > 0) l.out.bandwidth = machine.nic;
  return l;
}

namespace {

/// Steps of a ring inside the domain and of a tree between domains: long rings are replaced by trees.
double steps(double ranks, double ring_limit) {
  return ranks <= 1 ? 0 : std::min(ranks - 1, ring_limit * std::log2(ranks));
}

}  // namespace

double all_gather_time(const Links& l, const GroupShape& g, double bytes) {
  if (g.ranks <= 1 || bytes <= 0) return 0;
  const double domains = std::ceil(g.ranks / g.local);
  const double inside = g.local > 1 ? bytes * (g.local - 1) / g.local / (l.up.bandwidth * l.up.efficiency) : 0;
  double time = inside + steps(g.local, 4) * l.up.hop;
  if (domains > 1) {
    // Every card of a domain carries its share; both levels work at once.
    const double between =
        bytes * (domains - 1) / domains / (l.out.bandwidth * l.out.efficiency * g.local * g.tiers.ring);
    time = std::max(inside, between) + steps(g.local, 4) * l.up.hop + steps(domains, 8) * (l.out.hop + g.tiers.latency);
  }
  return time;
}

double all_reduce_time(const Links& l, const GroupShape& g, double bytes) {
  return 2 * all_gather_time(l, g, bytes);
}

double all_to_all_time(const Links& l, const GroupShape& g, double bytes) {
  if (g.ranks <= 1 || bytes <= 0) return 0;
  const double outside = (g.ranks - g.local) / g.ranks, inside = (g.local - 1) / g.ranks;
  const double up = bytes * inside / (l.up.bandwidth * l.up.efficiency);
  const double out = bytes * outside / (l.out.bandwidth * l.out.efficiency * g.tiers.exchange);
  return std::max(up, out) + l.up.hop +
         (outside > 0 ? (l.out.hop + g.tiers.latency) * std::log2(g.ranks / g.local + 1) : 0);
}

double expert_exchange_time(const Links& l, const GroupShape& g, double bytes, double copies) {
  if (g.ranks <= 1 || bytes <= 0) return 0;
  const double domains = std::ceil(g.ranks / g.local);
  const double token = bytes / copies;
  // Distinct domains that a token's experts fall into, without its own.
  const double reached = domains * (1 - std::pow(1 - 1 / domains, copies)) * (domains - 1) / domains;
  const double up = bytes * (g.ranks - 1) / g.ranks * (g.local > 1 ? 1 : 0) / (l.up.bandwidth * l.up.efficiency);
  const double out = token * reached / (l.out.bandwidth * l.out.efficiency * g.tiers.exchange);
  return std::max(up, out) + l.up.hop + (domains > 1 ? (l.out.hop + g.tiers.latency) * std::log2(domains + 1) : 0);
}

double send_time(const Links& l, bool beyond, double bytes, const TierShare& tiers) {
  if (!beyond) return l.up.hop + bytes / (l.up.bandwidth * l.up.efficiency);
  return l.out.hop + tiers.latency + bytes / (l.out.bandwidth * l.out.efficiency * tiers.exchange);
}

}  // namespace orrery::training
