// Power and water of a cooling plant by the hour, from the weather, and the heat that it removes when the weather is
// hotter than it was built for. Steady-state energy balances: the share of the heat that compressors must lift, at a
// share of Carnot's coefficient of performance, beside fans, pumps and the losses of the electrical chain
// (docs/climate.md has the equations). Constants are the catalog's (cooling-plants), assumed and not fitted.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "site/weather/weather.h"

namespace orrery::site {

/// Ways to reject heat.
enum class HeatRejection {
  evaporative_air,  ///< outside air, evaporation and compressors as it gets hot
  dry_cooler,       ///< direct liquid cooling on dry coolers, part of the heat by air
  tower,            ///< chillers and cooling towers with a water-side economiser
  air_chiller,      ///< air-cooled chillers
};

/// Constants of a plant; temperatures in degrees Celsius, differences in K, powers per power of IT.
struct CoolingPlantFacts {
  HeatRejection rejection = HeatRejection::tower;
  double electrical = 0;       ///< losses of the electrical chain, light and what else is no cooling
  double fans = 0, pumps = 0;  ///< fans at design of a dry cooler, else at all times
  double carnot = 0;           ///< coefficient of performance over Carnot's
  double approach = 0;         ///< condensing temperature above the air's dry bulb, of towers the wet bulb
  double supply = 0;           ///< of the air or the chilled water; of a dry cooler the warmest water to its plates
  double rise = 0;             ///< by which heat warms that air; over which compressors come in
  double effectiveness = 0;    ///< of evaporation, share of the wet-bulb depression
  double air_share = 0;        ///< of direct liquid cooling: heat that goes into the room's air
  double air_supply = 0;       ///< of it: chilled water for that air
  double air_fans = 0;         ///< of it: fans of the room, per power that is cooled by air
  double economiser = 0;       ///< water without compressors is so much warmer than the ambient wet or dry bulb
  double evaporator = 0;       ///< the refrigerant boils so much below the supply
  double water = 0;            ///< m3 per J of heat that is evaporated away, with blow-down
  double derating = 0;         ///< share of the capacity lost per K above the design temperature
  double water_factor = 1;     ///< measured water lies within a factor of so much, eight times in ten

  /// The capacity goes by the wet bulb.
  bool by_wet_bulb() const { return rejection == HeatRejection::tower || rejection == HeatRejection::evaporative_air; }
};

/// An entry of the catalog's cooling-plants. Throws Error for a rejection that is none of the four.
CoolingPlantFacts cooling_plant_facts(const catalog::Entry& entry);

/// One hour at full load.
struct CoolingHour {
  double pue = 1;    ///< facility power per IT power
  double water = 0;  ///< m3 per J of IT energy
};
/// For a dry and a wet bulb in degrees Celsius.
CoolingHour cooling_hour(const CoolingPlantFacts& plant, double dry_bulb, double wet_bulb);

/// The share of the IT power at its design temperature that a plant carries (0 to 1): falls by its derating per K above
/// it. Temperature and design are dry or wet bulbs as by_wet_bulb says. Assumed: no published plant says it.
double carried_share(const CoolingPlantFacts& plant, double temperature, double design);

/// The hours of a weather file, and what they come to for a constant IT load.
struct CoolingYear {
  std::vector<double> pue;      ///< by hour
  std::vector<double> water;    ///< by hour, m3 per J of IT energy
  std::vector<double> carried;  ///< by hour: share of the design IT power that can be cooled
  double design = 0;            ///< temperature exceeded in 0.4 % of the hours, dry or wet bulb by the plant
  double mean_pue = 0;          ///< over all hours
  double design_pue = 0;        ///< exceeded in 0.4 % of the hours
  double mean_water = 0;        ///< m3 per J of IT energy
  std::array<double, 12> month_pue{}, month_water{};  ///< means by month, over the years of the file
};

/// Every hour of the weather, for a plant designed for the given temperature; without one (NaN), for the temperature
/// that this weather exceeds in 0.4 % of its hours (ASHRAE's 0.4 % design). Throws Error as wet_bulb does.
CoolingYear cooling_year(const CoolingPlantFacts& plant, const Weather& weather, double design);
CoolingYear cooling_year(const CoolingPlantFacts& plant, const Weather& weather);

}  // namespace orrery::site
