// What is asked of an electric load, read from [load], the catalog and rules.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scenario/reader.h"
#include "site/load/job_load.h"
#include "site/load/means.h"
#include "site/power/chain.h"
#include "study/kind.h"

namespace orrery::study {

/// The keys of [load].
std::vector<scenario::Key> load_keys();

/// A stage of the chain with what is said beside its method.
struct ChainStage {
  site::Stage stage;
  std::string title, redundancy, lead_time;  ///< lead_time: "60 weeks to 128 weeks", empty where none is known
};

/// What is asked, with its uncertain values.
struct LoadQuestion {
  std::string chip_title, server;  ///< server: its title; empty where none is known
  double accelerators = 0, per_server = 0, per_rack = 0;
  Power computing, it_power;  ///< of one accelerator: TDP; IT power with all that serves it
  Power rated;                ///< its share of its server's or rack's rating
  std::optional<Power> server_rated, server_highest;
  scenario::Uncertain<Power> waiting, training, standing;  ///< of one accelerator
  scenario::UncertainNumber psu_efficiency, pue;
  double burn_in = 0;  ///< share of the rating
  double serving_peak = 0, serving_trough = 0, serving_hour = 0;
  double duty = 0;
  Time period;
  site::LoadLimits limits;  ///< but for the amplitude
  double amplitude = 0;     ///< that is allowed, per the step's swing
  double rack_energy = 0;   ///< J/accelerator
  double power_price = 0;   ///< $/J
  site::StorageFacts rack, battery;
  std::vector<ChainStage> chain;

  site::AcceleratorLoad load(Draws draws) const;
  site::SwingingLoad swings(Draws draws) const;
  /// With the amplitude in W.
  site::LoadLimits limits_of(const site::SwingingLoad& load) const;
};

/// Throws Error.
LoadQuestion read_load(scenario::Reader& reader);

}  // namespace orrery::study
