// Goodput of a long training run: the share of wall time that becomes progress when accelerators fail and the run
// returns to its last checkpoint. Failures are a Poisson process whose rate grows with the number of accelerators.
#pragma once
#include "base/amount.h"

namespace orrery::operations {

/// What decides goodput besides the size of the run.
struct Reliability {
  Quantity<dimension::none - dimension::chips - dimension::time> failure_rate;  ///< interruptions per accelerator and s
  Time restart;  ///< from the failure to the first new step: detection, rescheduling, loading
  Time write;    ///< time a checkpoint blocks the run
};

/// Mean time between failures of a run on this many accelerators; infinite for a failure rate of zero.
Time mean_time_between_failures(Chips accelerators, const Reliability& reliability);

/// The interval between checkpoints that wastes least: Daly's higher-order estimate (Daly, "A higher order estimate of
/// the optimum checkpoint interval", FGCS 22, 2006, eq. 37), which for short writes is Young's sqrt(2 write MTBF).
Time checkpoint_interval(Time mtbf, Time write);

/// Share of wall time that is progress, 0 to 1: interval / expected wall time of one interval with its checkpoint under
/// exponential failures (Daly 2006, eq. 20): wall = M exp(R/M) (exp((interval + write)/M) - 1).
double goodput(Chips accelerators, const Reliability& reliability);

}  // namespace orrery::operations
