// One question about one network: what it is made of, how a collective runs on it, what rates traffic gets.
#pragma once
#include <optional>
#include <string>

#include "machine/network/band.h"
#include "machine/network/network.h"
#include "machine/network/packet.h"

namespace orrery::network {

struct NetworkQuestion {
  std::uint32_t ranks = 0;       ///< 0: the network's own number
  std::string chip;              ///< accelerator that stands on it; empty: as the network was laid out
  std::uint32_t per_domain = 0;  ///< accelerators of a scale-up domain that take part; 0: all
  std::optional<Collective> collective;
  double bytes = 1 << 30;      ///< of the collective, or of each message of traffic
  std::string traffic;         ///< "permutation", "ring", "all-to-all", "incast", or pairs as text
  std::string traffic_file;    ///< name for messages where traffic is the text of a file
  std::uint32_t senders = 32;  ///< of an incast
  std::uint32_t jobs = 1;      ///< of equal size on the ranks, each with this traffic among its own
  Placement placement = Placement::packed;
  double fail = 0;                ///< share of the links between switches that are down
  int fail_switch = 0;            ///< tier of a tree one of whose switches is down; 0: none
  std::uint32_t fail_planes = 0;  ///< planes of a tree that are down
  bool detour = false;            ///< routes of a dragonfly go by way of a random third group
  bool flow_level = true, packet_level = false;
  PacketSettings packet;  ///< of the packet level; its routing and seed also hold for the flow level
};

/// When the flows of a pattern end, s from their common start.
struct CompletionTimes {
  double mean = 0, p50 = 0, p99 = 0, max = 0;
};

/// B/s of a job's slowest flow, which paces each step of a collective, and of its mean one: with the network to itself,
/// and beside the other jobs.
struct JobRates {
  double least_alone = 0, mean_alone = 0, least = 0, mean = 0;
  double slowdown() const { return least > 0 ? least_alone / least : 0; }
};

/// Rates of traffic at flow level, times at packet level.
struct TrafficAnswer {
  double flows = 0;
  double mean = 0, least = 0;  ///< B/s of a flow, flow level
  TrafficBand band;            ///< on the mean: what senders make of it
  double line = 0;             ///< B/s of a NIC
  bool folded = false;         ///< solved by classes
  std::size_t classes = 0;
  Certificate certificate;
  std::string bottleneck;  ///< kind of link that binds the slowest flow
  std::size_t cut_off = 0;
  std::vector<JobRates> jobs;                 ///< flow level, where there are several
  std::optional<CompletionTimes> completion;  ///< flow level, of up to 20,000 flows on links that are all up
  bool changes_too_often = false;             ///< rates, for the times to be followed
  std::optional<PacketResult> packets;
};

struct NetworkAnswer {
  Network network;
  NetworkQuestion question;
  std::uint64_t links = 0, failed = 0;
  std::optional<Bill> bill;  ///< of a Clos with named parts
  std::string bill_problem;  ///< why there is none
  std::optional<CollectiveEstimate> collective;
  std::pair<double, double> collective_band;  ///< s, P10 and P90 of its time
  Time collective_bound;
  double bus_bandwidth = 0;  ///< B/s, as nccl-tests counts it
  std::string bound_by;      ///< "scale-up", "scale-out, tier 2", "the links", "latency"
  std::optional<TrafficAnswer> traffic;
  std::optional<Bandwidth> all_to_all;  ///< of a torus, per accelerator
};

/// Throws Error for an unknown network, pattern or group, for failures and routes that the network has not, and as the
/// models do.
NetworkAnswer answer(const catalog::Catalog& catalog, std::string_view network, const NetworkQuestion& question);

}  // namespace orrery::network
