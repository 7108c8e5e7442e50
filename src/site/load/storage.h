// Storage that stands between a load which swings and a grid that may only follow slowly: how much power and energy it
// must have, in closed form. A load that swings is a square wave: the steps of a training job, which compute at full
// power and then wait for each other, and the job's own start and stop.
#pragma once
#include "base/amount.h"

namespace orrery::site {

using Ramp = Quantity<dimension::power - dimension::time>;  ///< W/s

/// Power that is `swing` above its lower level for the share `duty` of each period (0 to 1), and at that level for the
/// rest.
struct SquareWave {
  Power swing;
  double duty = 0;
  Time period;
};

/// What storage must be able to do.
struct StorageNeed {
  Power power;    ///< in or out
  Energy energy;  ///< from its fullest to its emptiest
};

/// The grid delivers the wave's mean: P = max(D, 1 - D) dP, E = D (1 - D) T dP.
StorageNeed hold_flat(const SquareWave& wave);

/// A rise and a fall of the load far from each other, on a grid that changes by at most `limit` (above 0). Causal, the
/// grid sets out when the load has changed: P = dP, E = dP^2 / 2R. Known ahead, its ramp lies around the edge:
/// P = dP / 2, E = dP^2 / 4R, half of it each for a rise and a fall from the same rest.
StorageNeed at_edge(Power swing, Ramp limit, bool known_ahead);

/// A wave that is known ahead, on a grid that changes by at most `limit` (0 or more). With m = min(D, 1 - D):
///   R >= dP / mT                 ramps around each edge:           E = dP^2 / 4R
///   4 m dP / T <= R < dP / mT    the grid turns within the shorter part: E = m T dP (1 - sqrt(R m T / dP) / 2)^2
///   R < 4 m dP / T               a triangle without rest:          E = D (1 - D) T (dP - R T / 4)
/// which is hold_flat at R = 0, and never above the lesser of hold_flat and at_edge. The three meet where they change.
StorageNeed through_steps(const SquareWave& wave, Ramp limit);

/// Storage that works as a filter of first order and leaves the share `amplitude` (above 0, at most 1) of a swing at
/// this frequency: tau = sqrt(a^-2 - 1) / (2 pi f), E = tau dP, P = dP.
StorageNeed low_pass(Power swing, Frequency frequency, double amplitude);

}  // namespace orrery::site
