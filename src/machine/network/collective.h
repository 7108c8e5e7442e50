// Time of a collective on a group of accelerators: a latency-bandwidth model of the algorithms NCCL chooses among
// (ring, tree, NVLS and SHARP in-network reduction, direct exchange) with the protocols LL, LL128 and Simple, over one
// scale-up domain or several joined by a tapered scale-out network. docs/network.md has the equations and the errors.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"

namespace orrery::network {

/// What the group does. Bytes are counted as by nccl-tests: the whole vector of one rank for all_reduce, broadcast and
/// send_recv; the gathered result for all_gather; the input for reduce_scatter; the send buffer of one rank, its own
/// part included, for all_to_all.
enum class Collective { all_reduce, all_gather, reduce_scatter, all_to_all, broadcast, send_recv };
inline constexpr int collectives = 6;
enum class Algorithm { ring, tree, in_network, direct, torus_rings };
enum class Protocol { ll, ll128, simple };
inline constexpr int protocols = 3;

std::string_view name(Collective);
std::string_view name(Algorithm);
std::string_view name(Protocol);
/// Reads "all-reduce", "all_reduce", "alltoall", "sendrecv", ... Throws Error with the nearest names.
Collective parse_collective(std::string_view text);

/// A span of a level: groups of up to `ranks` accelerators have `bandwidth_share` of its bandwidth (a PCIe pair below
/// one bridge, four below one socket; one over the oversubscription of a pod, failures included), each message paying
/// `latency` on top of the level's hop.
struct Span {
  double ranks = 0;
  double bandwidth_share = 1;
  double latency = 0;  ///< s
};

/// What one level of the machine (inside a scale-up domain, or between domains) gives to a collective: plain SI
/// doubles.
struct Level {
  double bandwidth = 0;                        ///< B/s per accelerator and direction, as sold
  std::array<double, protocols> hop{};         ///< s per step of a ring or tree, by protocol
  std::array<double, protocols> efficiency{};  ///< share of bandwidth that a long message reaches, by protocol
  double start = 0;                            ///< s once per Simple message: filling its buffers
  double copy = 0;                             ///< cost of a rank's own part in a ring, as a share of a step's transfer
  double tree_hop = 0;                         ///< s per level of the tree with Simple: filling its pipeline
  double tree_efficiency = 0;                  ///< share of bandwidth of the double binary tree
  double in_network_efficiency = 0;            ///< share of bandwidth of NVLS or SHARP; 0: the level has neither
  double in_network_latency = 0;               ///< s for an all-reduce in the network, beyond the launch
  double exchange_latency = 0;                 ///< s per long all-to-all or send, beyond the launch
  double exchange_peer = 0;                    ///< s per peer of an all-to-all
  double exchange_efficiency = 0;              ///< share of bandwidth that a long all-to-all or send reaches
  double exchange_copy = 0;                    ///< as copy, for an all-to-all
  std::vector<Span> spans;                     ///< from small to large; empty: the same at any distance
  int dimensions = 0;  ///< of a torus: a ring of each dimension after the other, fewer steps than one ring of all
};

/// The network of a machine as a collective sees it.
struct Fabric {
  std::string name;
  int domain = 8;        ///< accelerators of one scale-up domain
  double launch = 5e-6;  ///< s from the call to the first byte: kernel launch and synchronisation
  Level scale_up, scale_out;
  /// Mean absolute log error of the constants on the runs they were fitted to; 0: nobody measured this level.
  double scale_up_spread = 0, scale_out_spread = 0;
};

/// A group of ranks: how many in all, and how many of them share a scale-up domain (at least 1; every domain but the
/// last holds as many). A tensor-parallel group of 8 on an 8-GPU server is {8, 8}; a data-parallel group of one rank
/// from each of 128 servers is {128, 1}. streams is how many such groups of one accelerator share its NIC at once; what
/// else leaves a part of the NIC's rate (a slower card, a tier of switches) divides that likewise.
struct Group {
  int ranks = 1;
  int per_domain = 1;
  double streams = 1;
  int domain = 0;  ///< accelerators of a scale-up domain; 0: as the fabric
  double hop = 0;  ///< s more per step between domains
};

/// How a collective runs, and what its time is made of.
struct CollectiveEstimate {
  Time time, latency, transfer;  ///< time = latency + transfer
  Algorithm algorithm = Algorithm::ring;
  Protocol protocol = Protocol::simple;
  bool scale_out = false;  ///< the scale-out level bounds the transfer
  int span = -1;           ///< index of the bounding level's span that the group reaches across, -1 when it has none
};

/// The fastest way the library would choose for this size. Throws Error for a group that cannot be (no ranks, more
/// ranks in a domain than the fabric has) and for negative bytes. About 100 ns.
CollectiveEstimate estimate_collective(const Fabric& fabric, Collective collective, Data bytes, const Group& group);

/// estimate_collective(...).time.
Time collective_time(const Fabric& fabric, Collective collective, Data bytes, const Group& group);

/// The least time any method can take: what each accelerator must send or receive over its raw links, with no latency;
/// in-network reduction halves the all-reduce's share where the level has it.
Time collective_bound(const Fabric& fabric, Collective collective, Data bytes, const Group& group);

/// A fabric of the given raw bandwidths with the constants of the field where nothing was measured: NVLink-like
/// scale-up, RDMA scale-out. domain is the number of accelerators of one scale-up domain.
Fabric plain_fabric(std::string name, int domain, Bandwidth scale_up, Bandwidth scale_out);

}  // namespace orrery::network
