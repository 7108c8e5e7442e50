// Hindsight: how far a forecast was from what happened, in days, accelerators, MW and dollars.
#pragma once
#include <optional>
#include <vector>

#include "base/spread.h"
#include "programme/outputs.h"
#include "programme/plan.h"

namespace orrery::programme {

/// One observation against the forecast, on its date or on its level.
struct Score {
  int observation = 0;
  bool on_date = false;
  double observed = 0;  ///< days since start, or the level in base units
  Spread forecast;
  std::optional<double>
      error;  ///< P50 less observed, 0 on the right side of a bound; none: the forecast never gets there
  std::optional<bool> inside;  ///< within P10 to P90, or a bound not beyond them; none without trials
};

/// Every observation against the outputs it is compared with; spreads by output. trials: whether there were any.
std::vector<Score> score(const Plan& plan, const std::vector<Output>& outputs, const std::vector<Spread>& spreads,
                         bool trials);

}  // namespace orrery::programme
