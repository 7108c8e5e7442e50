#include "machine/network/packet_state.h"

#include <algorithm>

#include "machine/network/packet.h"

namespace orrery::network {

double base_round_trip(const Topology& t, const std::vector<Message>& messages, const PacketSettings& s) {
  if (const Clos* c = std::get_if<Clos>(&t.shape)) {
    double sum = 0;
    for (size_t l = 1; l <= static_cast<size_t>(c->tiers); ++l)
      sum += 4 * c->hop + 2.0 * (s.payload + 2.0 * s.header) / c->bandwidth[l];
    return sum;
  }
  double longest = 0;
  for (const Message& m : messages) {
    Path path;
    route(t, m.from, m.to, 0, path);
    double there = 2 * path_latency(t, path);
    for (LinkId l : path) there += (s.payload + 2.0 * s.header) / capacity(t, l);
    longest = std::max(longest, there);
  }
  return longest;
}

}  // namespace orrery::network
