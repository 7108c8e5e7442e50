// Libraries that bring collectives of their own: all-reduces of serving software inside a domain, and the exchange of
// tokens with their experts by DeepEP and by TensorRT-LLM over NVLink. An entry of role "library" holds the constants
// of one library, kernel and generation of chips; `like` names the one whose constants hold where it says nothing.
#pragma once
#include <string_view>

#include "machine/network/fabrics.h"

namespace orrery::network {

/// The entry of role library that stands for what a benchmark prints: its `matches` is part of the library's name, its
/// `chips` name the device and its `releases` begin the version, where it has any; the longest match, then the closest
/// chip, then the longest release wins. Null where none stands for it.
const catalog::Entry* library_called(const catalog::Catalog& catalog, std::string_view name, std::string_view release,
                                     std::string_view gpu);

/// An all-reduce of a serving library inside a domain: one-shot (each rank reads all others) or two-shot (scatter, then
/// gather), never slower than handing the message to NCCL, never faster than the host issues kernels.
struct CustomAllReduce {
  double launch = 0.5;          ///< of the fabric's launch
  double peer = 0;              ///< s for each other rank
  double barrier = 1e-6;        ///< s more of two-shot
  double one_shot = 0.3;        ///< share of bandwidth
  double two_shot = 0.5;        ///< share of bandwidth
  double handover = 0;          ///< s more where NCCL takes over
  double slowdown = 1;          ///< time of NCCL called by the library over that of NCCL's own benchmark
  bool issued_by_host = false;  ///< eager mode: the issue time is the least
  double issue = 0;             ///< s; 0: the fabric's own
};
CustomAllReduce read_custom(const catalog::Entry& whole);

/// Time of a custom all-reduce; issue (s) is the fabric's. Throws Error as collective_time does.
Time custom_all_reduce_time(const Fabric& fabric, const CustomAllReduce& custom, double issue, Data bytes, int ranks);

/// One kernel that exchanges tokens with their experts: what it pays at all, and what bounds it, joined by a power
/// mean: links of the domain, the cores that copy, the NIC.
struct Exchange {
  double launch = 10e-6;      ///< s
  double rank = 0;            ///< s for each doubling of the ranks
  double expert = 0;          ///< s for each expert
  double token = 0;           ///< s of a core for each token
  double core_rate = 0;       ///< B/s that one core moves; 0: cores bound nothing
  double cores = 0;           ///< cores at most, one to an expert; 0: as many as the call gives
  double share = 0.5;         ///< of the scale-up bandwidth
  double far_launch = 0;      ///< s more where ranks are on several servers
  double far_node = 0;        ///< s for each doubling of the servers
  double far_share = 0.8;     ///< of the NIC
  double overlap = 2;         ///< exponent that joins the bounds; large: the slowest alone
  bool every_copy = false;    ///< a token goes to each of its experts, not once to each rank and server
  double ranks_per_node = 8;  ///< where a benchmark tells its servers and not its ranks
};
Exchange read_exchange(const catalog::Entry& whole);

/// What is exchanged.
struct ExchangeShape {
  double tokens = 128;  ///< per rank
  double hidden = 7168;
  double top_k = 8;
  double experts = 256;
  double bytes = 2;  ///< per element, scales included
  double ranks = 8, nodes = 1;
  double cores = 0;  ///< that the call gives to the kernel; 0: its own choice
};

/// Time of the kernel. Throws Error for a shape that is not positive.
Time exchange_time(const Fabric& fabric, const Exchange& kernel, const ExchangeShape& shape);

}  // namespace orrery::network
