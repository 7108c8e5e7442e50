// One question about one network: what it is made of, how a collective runs on it, what rates traffic gets.
#pragma once
#include <optional>
#include <string>

#include "machine/network/network.h"
#include "machine/network/packet.h"

namespace orrery::network {

struct Question {
  std::uint32_t ranks = 0;  ///< 0: the network's own number
  std::optional<Collective> collective;
  double bytes = 1 << 30;      ///< of the collective, or of each message of traffic
  std::string traffic;         ///< "permutation", "ring", "all-to-all", "incast", or pairs as text
  std::string traffic_file;    ///< name for messages where traffic is the text of a file
  std::uint32_t senders = 32;  ///< of an incast
  double fail = 0;             ///< share of the links between switches that are down
  bool packets = false;        ///< packet level instead of flow level
  PacketSettings packet;       ///< its settings; its routing and seed also hold for the flow level
};

/// When the flows of a pattern end, s from their common start.
struct CompletionTimes {
  double mean = 0, p50 = 0, p99 = 0, max = 0;
};

/// Rates of traffic at flow level, or times at packet level.
struct TrafficAnswer {
  double flows = 0;
  double mean = 0, least = 0;  ///< B/s of a flow, flow level
  double line = 0;             ///< B/s of a NIC
  bool folded = false;         ///< solved by classes
  std::size_t classes = 0;
  Certificate certificate;
  std::string bottleneck;  ///< kind of link that binds the slowest flow
  std::size_t cut_off = 0;
  std::optional<CompletionTimes> completion;  ///< flow level, of up to 20,000 flows on links that are all up
  std::optional<PacketResult> packets;
};

struct Study {
  Network network;
  Question question;
  std::uint64_t links = 0, failed = 0;
  std::optional<Bill> bill;  ///< of a Clos with named parts
  std::string bill_problem;  ///< why there is none
  std::optional<CollectiveEstimate> collective;
  Time collective_bound;
  double bus_bandwidth = 0;  ///< B/s, as nccl-tests counts it
  std::string bound_by;      ///< "scale-up", "scale-out within a leaf", ...
  std::optional<TrafficAnswer> traffic;
  std::optional<Bandwidth> all_to_all;  ///< of a torus, per accelerator
};

/// Answers a question. Throws Error for an unknown network, pattern or group, and as the models do.
Study study(const catalog::Catalog& catalog, std::string_view network, const Question& question);

}  // namespace orrery::network
