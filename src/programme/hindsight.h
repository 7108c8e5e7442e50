// Hindsight: how far a forecast was from what happened, in days, accelerators, MW and dollars.
#pragma once
#include <optional>
#include <vector>

#include "programme/plan.h"
#include "programme/trials.h"

namespace orrery::programme {

/// P10, P50 and P90 of an output; all the same without trials.
struct Spread {
  double p10 = 0, p50 = 0, p90 = 0;
};

/// The spread of every output of the plan: from the trials, or the single forecast where there are none.
std::vector<Spread> spreads(const Plan& plan, const Forecast& forecast, const Trials* trials);

/// One observation against the forecast, on its date or on its level.
struct Score {
  int observation = 0;
  bool on_date = false;
  double observed = 0;            ///< days since start, or the level in base units
  Spread forecast;
  std::optional<double> error;    ///< P50 less observed; none when the forecast never gets there
  std::optional<bool> inside;     ///< within P10 to P90; none without trials
};

std::vector<Score> score(const Plan& plan, const std::vector<Output>& outputs, const std::vector<Spread>& spreads, bool trials);

}  // namespace orrery::programme
