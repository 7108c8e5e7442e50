// Energy, water and emissions of a site by month: the load served by the cheapest supply first.
#pragma once
#include <vector>

#include "base/curve.h"

namespace orrery::site {

/// A supply of energy. Price and emissions per joule at the site's terminals.
struct EnergySource {
  Curve capacity;         ///< W available
  double price = 0;       ///< $/J
  double emissions = 0;   ///< kg CO2 per J
  bool variable = false;  ///< sun or wind: gives what there is, and no more
};

/// What a site uses in one month.
struct EnergyMonth {
  double it = 0;                  ///< J used by IT equipment
  double facility = 0;            ///< J used by the facility
  std::vector<double> by_source;  ///< J from each source
  std::vector<double> peaks;      ///< W, the highest taken from each source
  double unserved = 0;            ///< J of the facility's that no source gives
  double cost = 0;                ///< $
  double emissions = 0;           ///< kg CO2
  double water = 0;               ///< m3
  // By the hour alone:
  std::vector<double> given = {};  ///< J that storage gives, by source
  std::vector<double> paid = {};   ///< $ by source
  double curtailed = 0;            ///< J of sun and wind that nobody takes
  double stored = 0;               ///< J that storage takes in less what it gives: lost, or kept for another month
};

/// The integral of it_power x share over [from, to), which is piecewise constant: W x days.
double weighted_load(const Curve& it_power, const Curve& share, double from, double to);

/// Energy of one month [from, to) in days. it_power is the drawn IT power in W; pue is facility energy per IT energy
/// over the year; water_per_it in m3 per J of IT energy (both piecewise constant). Sources serve in order of price,
/// each up to its capacity in the month, the dearest of those that are not variable up to half as much again, as where
/// a load is drawn above its rating; what is left is unserved. The prices are those of one joule more: rent and fixed
/// cost are owed whether a source runs or not. peak is the facility's highest power of the month in W; the cheapest
/// sources serve it first as well.
EnergyMonth energy_of_month(const Curve& it_power, const Curve& pue, const std::vector<EnergySource>& sources,
                            const Curve& water_per_it, double peak, double from, double to);

}  // namespace orrery::site
