// Goodput of a long training run: the share of wall time that becomes progress while accelerators fail. Failures are a
// Poisson process whose rate grows with the number of accelerators; what each of them costs is decided by the mechanism
// that the run recovers by.
#pragma once
#include "base/amount.h"

namespace orrery::operations {

using FailureRate = Quantity<dimension::none - dimension::chips - dimension::time>;

/// What a failure costs under a mechanism: the phases of the stall, through which every accelerator waits, then what
/// only the failed domain waits.
struct Recovery {
  Time detect = Time(0);   ///< from the failure to its notice
  Time replace = Time(0);  ///< the job stopped, what failed found and replaced, 1,024 accelerators started
  Time replace_doubling =
      Time(0);                   ///< what each doubling of the accelerators adds to that, and each halving takes away
  Time communicators = Time(0);  ///< set up on 16,384 accelerators
  double communicators_growth = 1;  ///< the exponent of their number
  Time load = Time(0);              ///< of the state
  Time warm_up = Time(0);           ///< first steps slower than the others
  bool from_checkpoint = true;      ///< goes back to the last checkpoint on storage; else state is that of a peer
  double blocking = 0;              ///< share of time that keeping state in peers' memory blocks, 0 to 1
  Time out = Time(0);               ///< time that a failed domain stays out after the stall, the others at work
  Chips domain = Chips(0);          ///< accelerators of a domain; 0: the run knows none
};

/// The same with all phases and the time out so much longer: sites differ.
Recovery scaled(Recovery recovery, double times);

/// A stall, s, in its phases.
struct Stall {
  double detect = 0, replace = 0, communicators = 0, load = 0, warm_up = 0;
  double total() const { return detect + replace + communicators + load + warm_up; }
};

/// The stall after one failure of a run on so many accelerators.
Stall stall(Chips accelerators, const Recovery& recovery);

/// What decides goodput besides the size of the run.
struct Reliability {
  FailureRate failure_rate = FailureRate(0);  ///< interruptions per accelerator and time
  Recovery recovery = {};
  Time write = Time(0);     ///< time a checkpoint on storage blocks the run
  Time interval = Time(0);  ///< between checkpoints on storage; 0: the one that wastes least
  double other = 0;  ///< share of time lost that does not grow with size: people, hangs, roll-backs, tails; 0 to 1
};

/// Mean time between failures of a run on this many accelerators; infinite for a failure rate of zero.
Time mean_time_between_failures(Chips accelerators, const Reliability& reliability);

/// The interval between checkpoints that wastes least: Daly's higher-order estimate (Daly, "A higher order estimate of
/// the optimum checkpoint interval", FGCS 22, 2006, eq. 37), which for short writes is Young's sqrt(2 write MTBF).
Time checkpoint_interval(Time mtbf, Time write);

/// Goodput in its parts, shares of wall time whose sum is 1.
struct GoodputParts {
  double progress = 1;     ///< the goodput
  double other = 0;        ///< what does not grow with size
  Stall stall;             ///< phases, as shares
  double replay = 0;       ///< work done again since the last checkpoint
  double checkpoints = 0;  ///< blocked by writing them, or by keeping state with peers
  double out = 0;          ///< failed domains waiting while the others work
};

/// Share of wall time that is progress, and where the rest goes. With M the mean time between failures, L the stall,
/// C the interval between checkpoints and w their writing, T the time that one of K domains is out:
///
///   (1 - other) exp(-L/M) x { C / (M (exp((C + w)/M) - 1))   from a checkpoint on storage (Daly 2006, eq. 20)
///                           { 1 - blocking                    from a peer
///                         x 1 / (1 + T / (M K))
///
/// exp(-L/M), for a failure within a stall starts it anew. Domains fail apart from each other, each for T at a time, so
/// the last factor is the share of them at work (alternating renewal).
GoodputParts goodput_parts(Chips accelerators, const Reliability& reliability);
double goodput(Chips accelerators, const Reliability& reliability);

/// The number of accelerators on which accelerators x goodput is largest, where each is as fast on any number; at most
/// 1e9, also without failures. By golden-section search on the logarithm.
Chips largest_useful(const Reliability& reliability);

}  // namespace orrery::operations
