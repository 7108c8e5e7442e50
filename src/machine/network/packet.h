// Packets one by one: store-and-forward switches with output queues, ECN marking, trimming, and three senders: a window
// after UEC's NSCC (Ultra Ethernet Consortium, specification 1.0, 2025), DCQCN (Zhu et al., SIGCOMM 2015) and credits
// from the receiver (EQDS, Olteanu et al., NSDI 2022). It exists to show where the flow level is right and where not.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "machine/network/traffic.h"

namespace orrery::network {

enum class Sender { nscc, dcqcn, credit };

/// How packets are sent and switched. Zeros are replaced from the network: a queue of one bandwidth-delay product,
/// marking from 20 % to 80 % of it, a first window of 1.5 products.
struct PacketSettings {
  Sender sender = Sender::nscc;
  Routing routing = Routing::spray;
  std::uint32_t payload = 4096, header = 64;      ///< B
  double queue = 0, mark_low = 0, mark_high = 0;  ///< B of an output queue: capacity, no marking below, all above
  double window = 0;                              ///< B, first congestion window
  bool trimming = true;                           ///< else what overflows is lost and found by a timer
  std::uint32_t acks_every = 4;                   ///< packets per acknowledgement; a marked one is acknowledged at once
  std::uint32_t entropies = 256;                  ///< values a spraying sender cycles through
  double timeout = 100e-6;                        ///< s without news before a sender without trimming sends again
  std::uint64_t seed = 1;
  double until = 10;  ///< s; flows not done by then have no completion time
};

/// A message.
struct Message {
  Host from = 0, to = 0;
  double bytes = 0;
  double start = 0;  ///< s
};

struct PacketResult {
  std::vector<double> completion;  ///< s from each message's start until its last acknowledgement; infinity if not done
  std::uint64_t packets = 0, retransmitted = 0, trimmed = 0, dropped = 0, marked = 0, events = 0;
  std::uint64_t steps = 0;                     ///< of work: events, looks at a host's flows, moments without events
  double mean = 0, p50 = 0, p99 = 0, max = 0;  ///< s, of the completions
  std::size_t unfinished = 0;
};

/// Simulates the messages on a topology. One event per hop: a queue is the moment its link falls free, so that a
/// packet's departure is known when it arrives; a packet record is its own event, taken from a pool and kept in a
/// calendar queue (Brown, CACM 1988) in the order of time, then of creation. Control packets (acknowledgements, trimmed
/// headers, credits) have strict priority; acknowledgements and credits travel in one event with the latency of their
/// path. Pauses (PFC) are not modelled: with DCQCN queues are as long as they get. Throws Error for a host outside the
/// topology or settings that send nothing.
PacketResult simulate_packets(const Topology& topology, const std::vector<Message>& messages,
                              const PacketSettings& settings);

/// The latency there and back of a full packet and its acknowledgement over the longest shortest path of a Clos
/// (others: of the messages' paths), s.
double base_round_trip(const Topology& topology, const std::vector<Message>& messages, const PacketSettings& settings);

}  // namespace orrery::network
