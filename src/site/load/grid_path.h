// Load and grid power as straight pieces of time, and the storage between them followed exactly: between two corners
// the power of the storage is a straight line and its content a parabola, so no time step is chosen.
#pragma once
#include <vector>

#include "site/load/storage.h"

namespace orrery::site {

/// Straight between its points; two points at one time are a jump. Times rise.
struct PowerPoint {
  double time = 0;   ///< s
  double power = 0;  ///< W
};
using PowerPath = std::vector<PowerPoint>;

/// Periods of a wave from the rising edge at 0 on: between 0 and its swing.
PowerPath wave_path(const SquareWave& wave, int periods);

/// A load at rest that rises by `swing` at `rise`, falls at `fall`, and ends at `end`.
PowerPath job_path(Power swing, Time rise, Time fall, Time end);

/// A grid that follows a load of steps and knows of each only when it happens: it moves towards the load by at most
/// `limit` and starts at the load's first value.
PowerPath follow(const PowerPath& load, Ramp limit);

/// A grid that knows a wave: its mean is the load's and its ramps lie as through_steps() says. Of the whole of
/// `periods`.
PowerPath schedule(const SquareWave& wave, Ramp limit, int periods);

/// A grid whose ramps lie around the edges of job_path, which must be more than swing / limit apart.
PowerPath schedule(Power swing, Time rise, Time fall, Time end, Ramp limit);

/// Where a scheduled grid turns within the shorter part of a wave, as it cannot pass between the load's levels there:
/// seen from the longer part's level it is at `top` (W from the shorter part's level), and leaves it for `half` s
/// before and after the middle of the shorter part.
struct Turn {
  double top = 0, half = 0;
};
Turn turn_within_steps(const SquareWave& wave, Ramp limit);

/// What storage does between a load and a grid.
struct StorageRun {
  Power highest;      ///< in or out
  Energy range;       ///< fullest less emptiest
  Energy net;         ///< content at the end less that at the beginning
  Ramp steepest;      ///< of the grid's straight pieces
  PowerPath content;  ///< J (as power's field) at the corners and where it turns
};

/// Both paths cover the same time. Losses are not counted: they are the means' (means.h).
StorageRun storage_between(const PowerPath& load, const PowerPath& grid);

}  // namespace orrery::site
