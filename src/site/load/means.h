// Means to bring the swings of a training load within a utility's limits, and what each leaves, loses and costs:
// storage in the racks, a battery at the site, accelerators that burn power while they wait.
#pragma once
#include <vector>

#include "site/load/spectrum.h"

namespace orrery::site {

/// What a utility allows at the connection.
struct LoadLimits {
  Ramp ramp;               ///< of the grid's power
  Frequency low, high;     ///< the band that is watched
  Power amplitude;         ///< of a harmonic within it
  Power short_circuit;     ///< of the connection
  double reactance_ratio;  ///< its reactance over its resistance
  std::vector<FlickerPoint> curve;
};

/// A load that swings: its steps, and the whole job when it starts and stops.
struct SwingingLoad {
  SquareWave steps;
  Power job;
};

/// Storage as it is bought.
struct StorageFacts {
  double power_price = 0;   ///< $/W
  double energy_price = 0;  ///< $/J
  double yearly = 0;        ///< share of the capital a year that recovers it
  double upkeep = 0;        ///< $/W/year
  double efficiency = 1;    ///< out over in
  Time least;               ///< energy is at least the power for so long
};

/// What one means does.
struct MeansOutcome {
  StorageNeed storage;     ///< installed
  Ramp ramp;               ///< of the grid that is left, at worst; infinite where the load's edges reach it
  Power amplitude;         ///< the largest harmonic in the band that is left
  double flicker = 0;      ///< the change of voltage by steps that is left, over what is borne (Pst where it is near 1)
  Power lost;              ///< mean, while the job runs
  double capital = 0;      ///< $
  double yearly_cost = 0;  ///< $/year with the energy lost
  bool meets_ramp = false, meets_band = false, meets_flicker = false;
  bool meets() const { return meets_ramp && meets_band && meets_flicker; }
};

/// Nothing: steps and edges reach the grid as they are.
MeansOutcome no_means(const SwingingLoad& load, const LoadLimits& limits);

/// Storage in the racks of so much energy, which works as a filter of first order: tau = E / dP of the swing that it
/// cushions, for the steps and for the job's edges alike, and the grid's ramp is at most dP / tau.
MeansOutcome rack_storage(const SwingingLoad& load, const LoadLimits& limits, Energy energy, const StorageFacts& facts,
                          double price_per_joule);

/// The least such storage that meets the limits of ramp and band; flicker comes with them or is told.
Energy rack_storage_needed(const SwingingLoad& load, const LoadLimits& limits);

/// A battery at the site that holds the grid flat through the steps and lets it follow the job's edges by the ramp
/// limit, causally: sized in power by the larger swing, in energy by the larger need, at least `facts.least` of power.
MeansOutcome battery(const SwingingLoad& load, const LoadLimits& limits, const StorageFacts& facts,
                     double price_per_joule);

/// Accelerators that draw full power while they wait, and ramp up before a job's start and down after its stop by
/// burning: no swing is left. It burns (1 - D) dP of the steps all the time; dP^2 / 2R at an edge is not counted.
MeansOutcome floor(const SwingingLoad& load, const LoadLimits& limits, double price_per_joule);

}  // namespace orrery::site
