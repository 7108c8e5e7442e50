// What the packet level keeps while it runs: packets that are their own events, the flows that send them, and whose
// turn it is at a host.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "machine/network/congestion.h"
#include "machine/network/effort.h"

namespace orrery::network::packets {

inline constexpr std::uint32_t none = 0xffffffffu;

enum class Kind : std::uint8_t {
  data,
  acknowledgement,
  nack,
  credit,
  host,
  receiver,
  start,
  timeout,
  notification,
  flush
};

/// A packet in flight, or another thing that happens: its own event.
struct Packet {
  std::uint64_t time = 0, order = 0;  ///< ps
  std::uint64_t sent = 0;             ///< ps
  std::uint32_t next = none, flow = 0, number = 0, bytes = 0;
  std::uint32_t entropy = 0;
  Kind kind = Kind::data;
  std::uint8_t hop = 0, hops = 0;
  bool marked = false, trimmed = false, ask = false;  ///< ask: acknowledge at once
  std::array<LinkId, most_hops> links{};
};

struct Flow {
  Host from = 0, to = 0;
  std::uint32_t packets = 0, last_bytes = 0, next = 0, acknowledged = 0, received = 0;
  double bytes_in_flight = 0;
  Nscc window;
  Dcqcn rate;
  std::uint64_t next_send = 0;  ///< ps, DCQCN
  std::uint64_t start = 0, progress = 0;
  std::uint32_t credits = 0, uncredited = 0;
  std::uint32_t unacknowledged = 0;  ///< packets received since the last acknowledgement
  double unacknowledged_bytes = 0;
  std::uint64_t last_notification = 0;
  std::uint32_t rotor = 0, stride = 1;
  std::uint64_t control_latency = 0;              ///< ps
  double per_byte = 0;                            ///< ps per byte at its host
  std::uint64_t last_sent = 0, last_arrival = 0;  ///< of the last packet that arrived unacknowledged
  bool known = false, done = false, flushing = false;
  std::vector<std::uint64_t> arrived, skip;  ///< bits: packets the receiver has; entropies to pass over once
  std::vector<std::uint32_t> again;          ///< packets to send again
};

/// The flows of each host in turn, as rings: the last of a host's, and the next of each flow.
struct Turns {
  std::vector<std::uint32_t> last, next;

  void add(Host host, std::uint32_t flow) {
    next[flow] = last[host] == none ? flow : next[last[host]];
    if (last[host] != none) next[last[host]] = flow;
    last[host] = flow;
  }
};

}  // namespace orrery::network::packets
