#include "machine/network/moe.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::network {
namespace {

double element_bytes(const ExpertTraffic& t) {
  return t.bytes + (t.bytes < 2 ? 4.0 / 128 : 0);
}

/// Share of the peers that are outside a rank's domain.
double outside(const Fabric& f, const Group& g) {
  const double local = std::min({g.per_domain, g.ranks, f.domain});
  return g.ranks > 0 ? 1 - local / g.ranks : 0;
}

void check(const ExpertTraffic& t) {
  if (!(t.tokens >= 0 && t.hidden > 0 && t.top_k > 0 && t.bytes > 0 && t.skew >= 1))
    throw Error({}, "experts", "traffic is not positive",
                "give tokens, hidden, top_k, bytes above zero and a skew of 1 or more");
}

}  // namespace

Data low_latency_bytes(const ExpertTraffic& t) {
  return Data(t.tokens * t.top_k * t.hidden * element_bytes(t));
}

Time low_latency_time(const Fabric& f, const ExpertExchange& x, const ExpertTraffic& t, const Group& g) {
  check(t);
  const double wire = low_latency_bytes(t).value() * t.skew / (f.scale_out.bandwidth / g.streams * x.low_latency);
  return Time(wire * (1 + x.low_latency_spread * outside(f, g)));
}

Bandwidth normal_bandwidth(const Fabric& f, const ExpertExchange& x, const Group& g) {
  return g.ranks > std::min(g.per_domain, f.domain) ? Bandwidth(f.scale_out.bandwidth / g.streams * x.normal_scale_out)
                                                    : Bandwidth(f.scale_up.bandwidth * x.normal_scale_up);
}

double distinct(double of, double top_k) {
  return of * (1 - std::pow(1 - 1 / of, top_k));
}

Time hierarchical_exchange_time(const Fabric& f, Data bytes, double copies, const Group& g) {
  if (g.ranks <= 1 || !(bytes.value() > 0)) return Time(0);
  const double n = g.ranks, local = std::min(g.per_domain, g.ranks), domains = std::ceil(n / local);
  const double reached = distinct(domains, copies) * (domains - 1) / domains;  // without its own
  const Level &up = f.scale_up, &out = f.scale_out;
  const double inside = local > 1 ? bytes.value() * (n - 1) / n / (up.bandwidth * up.exchange_efficiency) : 0;
  const double between =
      domains > 1 ? bytes.value() / copies * reached / (out.bandwidth / g.streams * out.exchange_efficiency) : 0;
  const double latency =
      f.launch + (local > 1 ? up.hop[0] : 0) + (domains > 1 ? (out.hop[0] + g.hop) * std::log2(domains + 1) : 0);
  return Time(latency + std::max(inside, between));
}

}  // namespace orrery::network
