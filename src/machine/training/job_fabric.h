// A fabric of the network room as the collectives of a training job see it: what every tier of switches leaves of an
// accelerator's network card to a group that reaches across it. The shares are those of network::Fabric's spans, which
// are max-min fair rates where every accelerator of the network sends across a tier at once, whichever job it works
// for: jobs that share a network share it by their accelerators. Failures lower them.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "machine/network/collective.h"

namespace orrery::training {

/// How the ranks of a group follow each other over the network.
enum class RingOrder {
  any,     ///< in any order, as a scheduler blind to the tiers places servers: each step crosses the widest tier
  by_tier  ///< subtree by subtree: of a ring only the edges of a subtree cross its links
};

struct JobFabric {
  std::string name;
  int domain = 8;        ///< accelerators of one scale-up domain
  double bandwidth = 0;  ///< B/s per accelerator and direction between domains, as sold
  /// By tier, the leaves first: accelerators that one subtree reaches, share of the bandwidth, s of latency more.
  std::vector<network::Span> tiers;
  RingOrder order = RingOrder::any;
  double failed = 0;  ///< links between switches that are down, of `links`
  double links = 0;
};

/// What stands on a network beside the job: what it was built for.
struct Standing {
  std::string chip;              ///< whose scale-up domains; empty: those the network was laid out for
  std::uint32_t per_domain = 0;  ///< accelerators of a domain that are there or belong together; 0: all
  double accelerators = 0;       ///< that the network joins; the job's, and its own number, are the least
};

/// The fabric of a "networks" entry for a job. fail: share of its links between switches that are down, drawn by the
/// seed. Throws Error for an unknown name, accelerators that do not fit it, a job over the fabric's size, a network
/// that is no switched tree, or failures that cut part of it off.
JobFabric job_fabric(const catalog::Catalog& catalog, std::string_view name, double accelerators, double fail = 0,
                     std::uint64_t seed = 1, RingOrder order = RingOrder::any, const Standing& standing = {});

/// What is left to a group of so many ranks, `stride` accelerators apart.
struct TierShare {
  int tier = 0;           ///< the widest it reaches, the leaves are 1; 0: none
  double ring = 1;        ///< share of the card's bandwidth for rings and trees
  double exchange = 1;    ///< the same for all-to-all, of what leaves the domain
  int ring_tier = 0;      ///< what bounds `ring`: the widest tier where none does
  int exchange_tier = 0;  ///< what bounds `exchange`, likewise
  double latency = 0;     ///< s more per step
};
TierShare tier_share(const JobFabric& fabric, double ranks, double stride);
/// The same for ranks in this order.
TierShare tier_share(const JobFabric& fabric, double ranks, double stride, RingOrder order);

}  // namespace orrery::training
