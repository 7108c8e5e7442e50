#include "site/cooling_plant/hourly.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/spread.h"

namespace orrery::site {
namespace {

constexpr double freezing = 273.15;
constexpr double least_cop = 2, most_cop = 12;  ///< of machines that are sold, whatever the lift
constexpr double design_share = 0.996;          ///< ASHRAE's 0.4 % design hour

/// Coefficient of performance between an evaporating and a condensing temperature.
double cop(double carnot, double condensing, double evaporating) {
  if (condensing <= evaporating) return most_cop;
  return std::clamp(carnot * (evaporating + freezing) / (condensing - evaporating), least_cop, most_cop);
}

CoolingHour evaporative_air(const CoolingPlantFacts& p, double dry_bulb, double wet_bulb) {
  CoolingHour hour{1 + p.electrical + p.fans, 0};
  if (dry_bulb <= p.supply) return hour;
  const double evaporated = std::max(dry_bulb - p.effectiveness * (dry_bulb - wet_bulb), p.supply);
  const double lifted = std::min(1.0, (evaporated - p.supply) / p.rise);
  hour.pue += lifted / cop(p.carnot, dry_bulb + p.approach, p.supply - p.evaporator);
  hour.water = p.water * (dry_bulb - evaporated) / p.rise;
  return hour;
}

CoolingHour dry_cooler(const CoolingPlantFacts& p, double dry_bulb) {
  // Fans by the cube law would fall further; coolers are kept in a band of speeds. At design the air is `rise` below
  // the warmest water plus its own rise of 5 K.
  const double design = p.supply + 5;
  const double ratio = p.rise / std::max(0.5, design - dry_bulb);
  const double fans = p.fans * std::clamp(ratio * ratio, 0.15, 4.0);
  constexpr double trimmed_over = 10, chilled_over = 8;  ///< K over which compressors come in
  const double trim = std::clamp((dry_bulb - p.supply) / trimmed_over, 0.0, 1.0);
  const double chilled = std::clamp((dry_bulb - p.air_supply + p.economiser) / chilled_over, 0.0, 1.0);
  return {1 + p.electrical + p.pumps + fans +
              (1 - p.air_share) * trim / cop(p.carnot, dry_bulb + p.approach, p.supply) +
              p.air_share * (p.air_fans + chilled / cop(p.carnot, dry_bulb + p.approach, p.air_supply)),
          0};
}

CoolingHour tower(const CoolingPlantFacts& p, double wet_bulb) {
  const double lifted = std::clamp((wet_bulb - p.supply + p.economiser) / p.rise, 0.0, 1.0);
  const double compressors = lifted / cop(p.carnot, wet_bulb + p.approach, p.supply - p.evaporator);
  return {1 + p.electrical + p.fans + p.pumps + compressors, p.water * (1 + compressors)};
}

CoolingHour air_chiller(const CoolingPlantFacts& p, double dry_bulb) {
  return {1 + p.electrical + p.fans + p.pumps + 1 / cop(p.carnot, dry_bulb + p.approach, p.supply - p.evaporator), 0};
}

}  // namespace

CoolingPlantFacts cooling_plant_facts(const catalog::Entry& entry) {
  constexpr std::pair<const char*, HeatRejection> ways[] = {{"evaporative-air", HeatRejection::evaporative_air},
                                                            {"dry-cooler", HeatRejection::dry_cooler},
                                                            {"tower", HeatRejection::tower},
                                                            {"air-chiller", HeatRejection::air_chiller}};
  CoolingPlantFacts p;
  const catalog::Figure& said = entry.at("rejection");
  std::vector<std::string> names;
  const auto* way = std::find_if(std::begin(ways), std::end(ways), [&](const auto& w) { return said.text == w.first; });
  for (const auto& w : ways) names.push_back(w.first);
  if (way == std::end(ways))
    throw Error(said.place, entry.name + ".rejection", in_quotes(said.text) + " is no way to reject heat",
                suggest(said.text, names, "write evaporative-air, dry-cooler, tower or air-chiller"));
  p.rejection = way->second;
  p.electrical = entry.number("electrical");
  p.fans = entry.number("fans"), p.pumps = entry.number("pumps");
  p.carnot = entry.number("carnot", 0.5), p.approach = entry.number("approach");
  p.supply = entry.number("supply"), p.rise = entry.number("rise", 1);
  p.effectiveness = entry.number("effectiveness");
  p.air_share = entry.number("air_share"), p.air_supply = entry.number("air_supply");
  p.air_fans = entry.number("air_fans");
  p.economiser = entry.number("economiser"), p.evaporator = entry.number("evaporator");
  p.water = entry.number("water"), p.derating = entry.number("derating");
  p.water_factor = entry.number("water_factor", 1);
  return p;
}

CoolingHour cooling_hour(const CoolingPlantFacts& plant, double dry_bulb, double wet_bulb) {
  switch (plant.rejection) {
    case HeatRejection::evaporative_air:
      return evaporative_air(plant, dry_bulb, wet_bulb);
    case HeatRejection::dry_cooler:
      return dry_cooler(plant, dry_bulb);
    case HeatRejection::tower:
      return tower(plant, wet_bulb);
    case HeatRejection::air_chiller:
      return air_chiller(plant, dry_bulb);
  }
  return {};
}

double carried_share(const CoolingPlantFacts& plant, double temperature, double design) {
  return std::clamp(1 - plant.derating * std::max(0.0, temperature - design), 0.0, 1.0);
}

CoolingYear cooling_year(const CoolingPlantFacts& plant, const Weather& weather) {
  return cooling_year(plant, weather, std::numeric_limits<double>::quiet_NaN());
}

CoolingYear cooling_year(const CoolingPlantFacts& plant, const Weather& weather, double design) {
  // Plants that go by the dry bulb alone need no humidity.
  const std::vector<double> wet = plant.by_wet_bulb() ? wet_bulb(weather) : weather.dry_bulb;
  CoolingYear year;
  year.design = std::isfinite(design) ? design : quantile(wet, design_share);
  const std::size_t hours = weather.hours();
  year.pue.reserve(hours), year.water.reserve(hours), year.carried.reserve(hours);
  for (std::size_t i = 0; i < hours; ++i) {
    const CoolingHour hour = cooling_hour(plant, weather.dry_bulb[i], wet[i]);
    year.pue.push_back(hour.pue), year.water.push_back(hour.water);
    year.carried.push_back(carried_share(plant, wet[i], year.design));
  }
  constexpr std::size_t days_of_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::size_t hour = 0;
  for (std::size_t month = 0; month < 12; ++month) {
    const std::size_t count = days_of_month[month] * 24, years = hours / hours_of_year;
    for (std::size_t y = 0; y < years; ++y)
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = y * hours_of_year + hour + i;
        year.month_pue[month] += year.pue[at], year.month_water[month] += year.water[at];
      }
    year.mean_pue += year.month_pue[month], year.mean_water += year.month_water[month];
    const auto n = static_cast<double>(count * years);
    year.month_pue[month] /= n, year.month_water[month] /= n;
    hour += count;
  }
  year.mean_pue /= static_cast<double>(hours), year.mean_water /= static_cast<double>(hours);
  year.design_pue = quantile(year.pue, design_share);
  return year;
}

}  // namespace orrery::site
