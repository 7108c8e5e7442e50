// The weather of a site and what is read with it: prices by the hour, how PUE and water go through the year, what sun
// and wind give. With it the site's energy is found by the hour (hourly_energy.h).
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/confinement.h"
#include "scenario/reader.h"
#include "site/cooling_plant/hourly.h"
#include "site/power/hourly_curves.h"
#include "site/power/renewables.h"
#include "site/weather/weather.h"

namespace orrery::programme {

/// What was read and dispatched of sites with weather, so that plans that differ elsewhere do not do it again. Of one
/// catalog; safe to use from several threads.
struct HoursAsked {
  HoursAsked();
  /// A file of weather, as it was when it was read.
  struct Read {
    FileState state;
    site::Weather weather;
    std::mutex mutex;                           ///< held while what follows is read or added to
    std::map<std::string, site::Hours> shares;  ///< of sun and wind, by kind and where the weather is from
    std::map<std::string, std::shared_ptr<const site::CoolingYear>> climates;  ///< by cooling plant
    std::map<std::pair<std::string, double>, site::Hours> loads;               ///< by plant and PUE of the year
  };
  std::mutex mutex;  ///< held while what follows is read or added to
  std::map<std::string, std::shared_ptr<Read>> files;
  /// A file of prices for so many hours, likewise: over their mean, and that, $/J.
  struct Prices {
    FileState state;
    site::Hours shape;
    double mean = 0;
  };
  std::map<std::pair<std::string, std::size_t>, Prices> prices;
  std::shared_ptr<site::DispatchedYears> years;
};

struct SiteWeather {
  std::shared_ptr<HoursAsked::Read> read;
  std::optional<double> latitude, longitude;  ///< where the file does not say them
  site::SolarFacts sun;
  site::WindFacts wind;
  std::string plant;                                 ///< for cooling; empty: none is named
  std::shared_ptr<const site::CoolingYear> climate;  ///< of it, else null
  site::Hours price_shape;                           ///< over the mean price; null: no prices are given
  double mean_price = 0;                             ///< $/J
  double lost_load_price = 0;                        ///< $/J
  std::shared_ptr<site::DispatchedYears> years;
};

/// Blocks that a site with weather may have.
inline constexpr std::size_t most_hourly_blocks = 64;

/// weather, prices and cooling_plant of a site; null where it names no weather. Throws Error.
std::shared_ptr<const SiteWeather> read_site_weather(scenario::Reader& reader, const scenario::View& site,
                                                     const catalog::Entry& location, HoursAsked& asked);

/// What "solar" or "wind" gives by the hour, as shares of its rating. Throws Error (without a place) where the weather
/// lacks what it needs.
site::Hours weather_share(const SiteWeather& weather, const std::string& kind);

/// The load by hour over its mean where a cooling plant is named: its PUE follows the weather around the annual one of
/// the site. Null without.
site::Hours load_shape(const SiteWeather& weather, double annual_pue);

}  // namespace orrery::programme
