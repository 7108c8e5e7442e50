#include "machine/network/flow_against_packet.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::network {

std::vector<double> flow_level_completion(const Topology& t, const std::vector<Message>& messages,
                                          const PacketSettings& s, double most_work) {
  std::vector<Pair> pairs;
  std::vector<double> bytes, start;
  for (const Message& m : messages) {
    pairs.push_back({m.from, m.to});
    bytes.push_back(m.bytes + std::max(1.0, std::ceil(m.bytes / s.payload)) * s.header);
    start.push_back(m.start);
  }
  // A message reaches its bottleneck one way's latency after its start: there every hop but the first stores the packet
  // whole (the first is in the flow's own bytes). The news of its end is a header's way back.
  std::vector<double> back(messages.size(), 0);
  Path path;
  for (std::size_t f = 0; f < messages.size(); ++f) {
    path.clear();
    route(t, pairs[f].from, pairs[f].to, 0, path);
    const double latency = path_latency(t, path);
    start[f] += latency;
    back[f] = latency;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const double c = capacity(t, path[i]);
      if (i > 0) start[f] += (s.payload + s.header) / c;
      back[f] += s.header / c;
    }
  }
  const bool spray = s.routing == Routing::spray;
  const RoutedTraffic routed = spray ? route_spray(t, pairs) : route_ecmp(t, pairs, s.seed);
  const FlowProblem& p = routed.problem;
  std::vector<double> done = completion_times(p, bytes, start, most_work);
  if (done.empty()) return done;
  const std::vector<double> rates = spray ? max_min_rates(p) : std::vector<double>();
  std::vector<double> load(p.capacity.size(), 0);
  if (spray)
    for (std::size_t f = 0; f < p.flows(); ++f)
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i)
        load[p.links[i]] += rates[f] * (p.weight.empty() ? 1 : p.weight[i]);
  for (std::size_t f = 0; f < done.size(); ++f) {
    done[f] += back[f] - messages[f].start;
    const Clos* clos = std::get_if<Clos>(&t.shape);
    if (!spray || clos == nullptr || pairs[f].from == pairs[f].to) continue;
    const double line = clos->bandwidth[1] * clos->w[1];
    if (rates[f] < 0.99 * line) continue;  // some link is short: its queue stands and loses no time
    if (rates[f] > 1.01 * line) continue;  // within a scale-up domain: one path, nothing to spray over
    double brim = 0;
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
      const bool shared = routed.in_network(p.links[i]) >= 2 * clos->subtrees(0);  // above the hosts' own links
      if (shared && load[p.links[i]] >= 0.95 * p.capacity[p.links[i]]) brim += 1;
    }
    const double packets = messages[f].bytes / s.payload;
    done[f] += std::sqrt(2 * brim * packets / std::numbers::pi) * (s.payload + s.header) / line;
  }
  return done;
}

}  // namespace orrery::network
