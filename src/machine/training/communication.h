// The collectives of a training job, asked of the network room's one model: groups of ranks that stand so many
// accelerators apart, on the fabric of the job's chips with what the machine says otherwise (its domain, its cards, the
// tiers of its fabric).
#pragma once
#include "machine/network/collective.h"
#include "machine/training/layout.h"

namespace orrery::training {

/// A group as collectives see it: for rings and trees, and for exchanges, to which the tiers of a fabric leave other
/// shares of the cards.
struct RankGroup {
  network::Group ring, exchange;
  TierShare tiers = {};  ///< of the machine's fabric, where it has one
};

/// The group of so many ranks that stand `stride` accelerators apart; not whole numbers are rounded up. share: of the
/// cards' rate.
RankGroup rank_group(const Machine& machine, double ranks, double stride, double share = 1);

/// Seconds to gather `bytes` (the whole result) from a group.
double all_gather_time(const Machine&, const RankGroup&, double bytes);
/// Seconds to reduce `bytes` over a group and leave each rank its part.
double reduce_scatter_time(const Machine&, const RankGroup&, double bytes);
/// Seconds to reduce `bytes` over a group and leave the result with everyone.
double all_reduce_time(const Machine&, const RankGroup&, double bytes);
/// Seconds for each rank to send `bytes` in all, evenly, to all of the group.
double all_to_all_time(const Machine&, const RankGroup&, double bytes);
/// Seconds of an expert dispatch or return: as all_to_all_time, but a token that goes to several experts of one domain
/// crosses the network once. copies is the number of experts of a token.
double expert_exchange_time(const Machine&, const RankGroup&, double bytes, double copies);
/// Two neighbouring stages of a pipeline, `stride` accelerators apart: stages stand one after the other over the
/// network, so that of a subtree only the stage at its edge sends up, and the boundary that crosses the widest tier
/// paces the pipeline.
RankGroup stage_group(const Machine& machine, double stages, double stride);
/// Seconds to hand `bytes` to the next of so many stages.
double send_time(const Machine&, double stages, double stride, double bytes);

}  // namespace orrery::training
