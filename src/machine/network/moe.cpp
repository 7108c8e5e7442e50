#include "machine/network/moe.h"

#include <algorithm>

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

}  // namespace orrery::network
