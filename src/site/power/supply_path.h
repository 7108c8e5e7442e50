// What powers a site through years of quarters that come one after the other: what to build when, as lead times let it,
// how all hours run, and what is lost until then. Costs are those of the years of the path: capital as an annuity of
// the quarters in which a plant stands, so that what is left of its life after them costs nothing and is worth nothing.
// Everything is known ahead; once something slips what was ordered before is fixed, and the rest is asked again.
#pragma once
#include <string>
#include <vector>

#include "site/power/supply.h"

namespace orrery::site {

/// A quarter of a path.
struct SupplyQuarter {
  SupplySpan span;              ///< over the quarter, in money of its day
  std::vector<double> power;    ///< W that stand, by source, then by store
  std::vector<double> storage;  ///< J, by store
  SupplyCost cost;              ///< with capital, fixed cost and demand charges
  double highest_lack = 0;      ///< W
  int hours_lacking = 0;
};

struct SupplyPath {
  bool proven = false;
  double gap = 0;
  int iterations = 0;
  double objective = 0;  ///< $ at the start: cost, lost load and load that gave way at their prices
  double cost = 0;       ///< $ at the start, without those
  std::vector<SupplyQuarter> quarters;
  std::vector<SupplyDecision> decisions;                   ///< by quarter
  double load = 0, lost = 0, gave_way = 0, emissions = 0;  ///< J, kg over the path
  double served_worth = 0;                                 ///< J served, each at what a dollar then is worth
  SupplyHours hours;
  std::vector<double> price;  ///< $/J by hour, of its day: marginal cost of load
};

/// A question of a year, or of several years one after the other and then again, over the quarters of a path: times
/// without their hours, and the share of the load by quarter. Throws Error for a question of no whole years.
SupplyQuestion over_quarters(const SupplyQuestion& year, SupplyPathTimes times, const std::vector<double>& load_shares);

/// The least cost of a question with times. Throws Error as supply_year does; GivenUp as least_cost does.
SupplyPath supply_path(const SupplyQuestion& question);

/// The question once a source's service has slipped by so many quarters and this is known from the quarter on in which
/// it should have served first: what was ordered before then is built, the source's own parts that much later; the rest
/// is open again, as lead times let it. Of a source of the path that is not built nothing changes.
SupplyQuestion after_slip(const SupplyQuestion& question, const SupplyPath& planned, std::size_t source, int quarters);

}  // namespace orrery::site
