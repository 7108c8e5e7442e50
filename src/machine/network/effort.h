// What is followed of traffic: work and memory, counted before it is begun, so that every answer comes within seconds
// and a gigabyte. Bounds are counts, never times: the same question is answered, or refused, on any machine.
#pragma once
#include <functional>

#include "machine/network/packet.h"

namespace orrery::network {

inline constexpr double most_bytes = 8e8;              ///< B of memory that a question's traffic takes
inline constexpr std::uint64_t most_steps = 10000000;  ///< packet level: events; one to four million a second
inline constexpr std::size_t most_hops = 12;           ///< packet level: links of a path

/// Cut to its first two digits: a size that is named and, typed back, is not over what it was computed from.
double rounded_down(double n);

/// The share of the messages' packets that is followed, counted beforehand: 1 where all are. A packet and hop is an
/// event, and so is the packet's leaving of its host. message_bytes: B of memory for a message. Throws Error for more
/// memory than is taken.
double share_of_packets(const Topology& topology, const std::vector<Message>& messages, const PacketSettings& settings,
                        double message_bytes);

/// Throws Error: of these messages' packets only a share is followed. It names that share of their size and number.
[[noreturn]] void refuse_packets(const std::vector<Message>& messages, const PacketSettings& settings, double share);

/// Throws Error for links of a network that are more than can be drawn to fail one by one.
void check_failures(const Topology& topology);

/// How many flows like some of a pattern are followed at flow level; infinite for none.
double flows_that_fit(const std::vector<Pair>& some,
                      const std::function<RoutedTraffic(const std::vector<Pair>&)>& route);

/// Throws Error: of so many flows only those of `fit` of the unit ("ranks", "senders", "pairs") are followed.
[[noreturn]] void refuse_flows(double flows, double fit, const std::string& unit);

}  // namespace orrery::network
