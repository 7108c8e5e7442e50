// Energy of a site by the hour, joined to a forecast: curves by month over the state of its supply and its load
// (site/power/hourly_curves.h), asked at the days of a trial, and what energy that lacks takes of its accelerators.
#pragma once
#include <array>

#include "programme/simulate.h"
#include "site/power/hourly_curves.h"

namespace orrery::programme {

/// A site's supply at the medians of a plan, by the hour.
struct SiteHours {
  site::HourlyCurves curves;
  std::array<double, 12> overhead;  ///< by month: PUE - 1 over that of the year
  std::array<double, 12> water;     ///< by month: water per IT energy over that of the year

  SiteHours(site::HourlySupply supply, double highest, std::shared_ptr<site::DispatchedYears> years)
      : curves(std::move(supply), highest, std::move(years)) {
    overhead.fill(1), water.fill(1);
  }
};

/// Gives each site with weather its curves: the blocks at their median sizes, prices and availabilities.
void join_hours(Plan& plan);

/// Fills the energy of a site that has curves, and takes from its usable accelerators in each month the share of its
/// energy that is not served. Each month is cut where a block comes or leaves and where the load jumps; between two
/// cuts the mean of what stands of each block, and the mean load, say the state. Money and emissions are those of the
/// draws; which block serves first is said by the medians.
void forecast_hours(const Plan& plan, const Site& site, Draws draws, SiteForecast& forecast);

/// The capacity of a site were there energy in every hour.
site::Capacity with_all_energy(const SiteForecast& forecast);

/// $ that the energy of a block costs in a month.
double energy_cost(const SiteForecast& forecast, std::size_t month, std::size_t block);

}  // namespace orrery::programme
