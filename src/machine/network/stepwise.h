// Collectives that name their partner of every step: recursive halving and doubling (Rabenseifner 2004; Thakur,
// Rabenseifner and Gropp, IJHPCA 2005, 3.3) over the tiers of a level, and rings along all dimensions of a torus at
// once (bucket algorithm: Barnett et al. 1993; Sack and Gropp 2012). NCCL has neither; MPI libraries and TPUs do.
#pragma once
#include "machine/network/collective.h"
#include "machine/network/torus.h"

namespace orrery::network {

/// Of so many ranks, each `stride` accelerators from the next. Reduce-scatter by halving: in step i every rank sends
/// bytes / 2^i to the partner ranks / 2^i away, so that the most bytes go farthest; all-gather by doubling is its
/// mirror, all-reduce both. Ranks beyond a power of two first hand their vector to another, and get the result back.
/// Steps use the Simple protocol and the span that reaches their partner. Throws Error for other collectives, no ranks,
/// or negative bytes.
Time recursive_time(const Level& level, Collective collective, Data bytes, int ranks, double stride = 1);

/// Reduce-scatter, all-gather or all-reduce (both) of all accelerators of a plain torus: the vector is cut in two parts
/// per dimension, one for each direction, and part c runs its rings along dimension c first, then the next, so that
/// every link is busy in every phase. Throws Error for other collectives, a twisted torus, or negative bytes.
Time torus_time(const Torus& torus, Collective collective, Data bytes);

}  // namespace orrery::network
