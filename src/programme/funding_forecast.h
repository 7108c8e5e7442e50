// What the forecast says of money as a limit: what is asked for, what there is, what waits. How it comes about:
// programme/funding.h.
#pragma once
#include <vector>

#include "base/curve.h"

namespace orrery::programme {

/// Money by month from Funding::first on, $; items are Funding::items and, last, what the payer pays beside them.
struct FundingForecast {
  std::vector<double> money;               ///< that comes in
  std::vector<std::vector<double>> asked;  ///< [item][month]: were there money for all of it on its day
  std::vector<std::vector<double>> paid;   ///< [item][month]: of what starts
  std::vector<double> waits;               ///< by item, days; infinite: it does not start within the forecast
  std::vector<double> starts;              ///< by item, the day of its first payment; infinite: none
  /// Usable accelerators by site, then by rental, were there money for all of it.
  std::vector<Curve> asked_usable;
};

}  // namespace orrery::programme
