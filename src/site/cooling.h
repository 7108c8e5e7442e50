// Cooling of a site over time: how much heat its plants remove, and the PUE and water use of those in service.
#pragma once
#include <vector>

#include "base/amount.h"
#include "base/curve.h"

namespace orrery::site {

/// A cooling plant that serves from a day until another, which may be infinite; days since the programme's start.
struct CoolingPlant {
  double capacity = 0;  ///< W of IT heat
  double day = 0;
  double until = infinity;
  double pue = 1;           ///< facility power per IT power at peak
  double pue_annual = 1;    ///< facility energy per IT energy over the year
  double water_per_it = 0;  ///< m3 per J of IT energy
};

/// Curves over days; all but the limit are the mean of the plants in service, weighted by capacity, and before the
/// first of them serves are as on its first day. Without plants PUE is 1 and no water is used.
struct Cooling {
  Curve limit;  ///< W of IT heat that can be removed
  Curve pue{1}, pue_annual{1};
  Curve water_per_it;  ///< m3 per J of IT energy
};

Cooling mixed_cooling(const std::vector<CoolingPlant>& plants);

/// Facility power at peak in W for IT power in W under a PUE that is piecewise constant.
Curve facility_power(const Curve& it_power, const Curve& pue);

}  // namespace orrery::site
