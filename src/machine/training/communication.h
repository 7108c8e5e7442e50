// The time of a collective on a group of accelerators, latency and bandwidth: rings inside a scale-up domain, rings
// over all network cards of a domain between domains, trees where latency decides (Thakur et al. 2005; Hockney 1994).
#pragma once
#include "machine/training/layout.h"

namespace orrery::training {

/// A group as collectives see it: how many ranks, and how many of them share a scale-up domain.
struct GroupShape {
  double ranks = 1;
  double local = 1;
  TierShare tiers = {};  ///< of the machine's fabric, where it has one
};

/// The group of so many ranks that stand `stride` accelerators apart.
GroupShape group_shape(const Machine& machine, double ranks, double stride);

/// Both links of a machine, with its overrides and its fabric's card applied.
struct Links {
  silicon::Link up, out;
};
Links links(const Machine& machine);

/// Seconds to gather `bytes` (the whole result) from, or reduce and scatter them over, a group.
double all_gather_time(const Links&, const GroupShape&, double bytes);
/// Seconds to reduce `bytes` over a group and leave the result with everyone.
double all_reduce_time(const Links&, const GroupShape&, double bytes);
/// Seconds for each rank to send `bytes` in all, evenly, to the others of the group.
double all_to_all_time(const Links&, const GroupShape&, double bytes);
/// Seconds of an expert dispatch or return: as all_to_all_time, but a token that goes to several experts of one domain
/// crosses the network once (hierarchical dispatch, as DeepEP does). copies is the number of experts of a token.
double expert_exchange_time(const Links&, const GroupShape&, double bytes, double copies);
/// Seconds to hand `bytes` to a neighbour, in the domain or beyond it over these tiers.
double send_time(const Links&, bool beyond, double bytes, const TierShare& tiers = {});

}  // namespace orrery::training
