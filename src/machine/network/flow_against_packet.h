// The same messages at flow level and at packet level: how far the cheap answer is from the dear one.
#pragma once
#include "machine/network/packet.h"

namespace orrery::network {

/// Completion of each message at flow level, s from its start: max-min fair rates that follow every start and end, plus
/// the round trip of the first packet, plus what spraying at full load costs. There the links of a tier are loaded to
/// the brim and the packets that a link gets are a random walk around its share: over h such hops and m packets per
/// link the excess has variance h m, so the last packet waits sqrt(2 h m / pi) packet times on average (the mean of a
/// half-normal). Headers are counted as the packet level counts them. Nothing where completion_times() gives up.
std::vector<double> flow_level_completion(const Topology& topology, const std::vector<Message>& messages,
                                          const PacketSettings& settings, double most_work = 1e300);

}  // namespace orrery::network
