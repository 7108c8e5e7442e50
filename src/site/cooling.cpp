#include "site/cooling.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

/// The mean of a property of the plants in service, weighted by capacity, over the days on which one comes or leaves.
Curve weighted_mean(const std::vector<CoolingPlant>& plants, const std::vector<double>& days,
                    double CoolingPlant::*property, double otherwise) {
  std::vector<Curve::Knot> knots;
  for (const double day : days) {
    double capacity = 0, sum = 0;
    for (const CoolingPlant& plant : plants)
      if (plant.day <= day && day < plant.until) capacity += plant.capacity, sum += plant.capacity * plant.*property;
    if (capacity > 0) knots.push_back({day, sum / capacity, 0});
  }
  return knots.empty() ? Curve(otherwise) : Curve::from(knots.front().value, knots);
}

}  // namespace

Cooling mixed_cooling(const std::vector<CoolingPlant>& plants) {
  Cooling cooling;
  std::vector<double> days;
  for (const CoolingPlant& plant : plants) {
    Curve curve = Curve::step(plant.day, plant.capacity);
    days.push_back(plant.day);
    if (std::isfinite(plant.until)) curve = curve.until(plant.until), days.push_back(plant.until);
    cooling.limit = cooling.limit + curve;
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  cooling.pue = weighted_mean(plants, days, &CoolingPlant::pue, 1);
  cooling.pue_annual = weighted_mean(plants, days, &CoolingPlant::pue_annual, 1);
  cooling.water_per_it = weighted_mean(plants, days, &CoolingPlant::water_per_it, 0);
  return cooling;
}

Curve facility_power(const Curve& it_power, const Curve& pue) {
  std::vector<Curve::Knot> inverse = pue.knots();
  for (Curve::Knot& k : inverse) k.value = 1 / k.value;
  return divided_by_steps(it_power, Curve::from(1 / pue.before(), inverse));
}

}  // namespace orrery::site
