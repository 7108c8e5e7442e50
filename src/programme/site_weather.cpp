#include "programme/site_weather.h"

#include <numeric>

#include "base/disk_cache.h"
#include "base/error.h"
#include "site/power/supply_facts.h"

namespace orrery::programme {
namespace {

using namespace scenario;

/// A file as it is now, which may be read.
FileState state_now(const std::string& path) {
  return state_of(confinement() ? confinement()->resolved(path) : path);
}

/// The file's weather, read anew where it has changed.
std::shared_ptr<HoursAsked::Read> weather_of(const std::string& path, HoursAsked& asked) {
  const FileState state = state_now(path);
  const std::lock_guard lock(asked.mutex);
  std::shared_ptr<HoursAsked::Read>& read = asked.files[path];
  if (!read || read->state != state) {
    auto anew = std::make_shared<HoursAsked::Read>();
    anew->state = state, anew->weather = site::read_weather(path);
    read = std::move(anew);
  }
  return read;
}

HoursAsked::Prices prices_of(const std::string& path, std::size_t hours, HoursAsked& asked) {
  FileState state = state_now(path);
  const std::lock_guard lock(asked.mutex);
  HoursAsked::Prices& read = asked.prices[{path, hours}];
  if (!read.shape || read.state != state) {
    std::vector<double> prices = site::read_hourly_prices(path, hours);
    const double mean = std::accumulate(prices.begin(), prices.end(), 0.0) / static_cast<double>(prices.size());
    if (!(mean > 0))
      throw Error({path}, "", "has a mean price that is not above 0", "give prices of energy that is paid for");
    for (double& price : prices) price /= mean;
    read = {std::move(state), std::make_shared<const std::vector<double>>(std::move(prices)), mean};
  }
  return read;
}

}  // namespace

HoursAsked::HoursAsked() : years(std::make_shared<site::DispatchedYears>(cache_folder())) {}

std::shared_ptr<const SiteWeather> read_site_weather(Reader& reader, const View& view, const catalog::Entry& location,
                                                     HoursAsked& asked) {
  needs(view, {"prices", "cooling_plant"}, view.gives("weather"), "weather", "add weather = \"FILE\"");
  if (!view.gives("weather")) return nullptr;
  auto out = std::make_shared<SiteWeather>();
  reader.text(view, "weather", "", "");
  out->years = asked.years;
  out->read = at(view.place("weather"), view.key_path("weather"),
                 [&] { return weather_of(path_of(*view.find("weather")), asked); });
  if (location.find("latitude") && location.find("longitude"))
    out->latitude = location.number("latitude"), out->longitude = location.number("longitude");
  const catalog::Entry& usual = reader.catalog().entry("supply", "default");
  out->sun = site::solar_facts(usual), out->wind = site::wind_facts(usual);
  out->lost_load_price = usual.number("value_of_lost_load");
  if (view.gives("prices")) {
    reader.text(view, "prices", "", "");
    const HoursAsked::Prices prices = at(view.place("prices"), view.key_path("prices"), [&] {
      return prices_of(path_of(*view.find("prices")), out->read->weather.hours(), asked);
    });
    out->price_shape = prices.shape, out->mean_price = prices.mean;
  }
  if (view.gives("cooling_plant")) {
    const catalog::Entry& plant = reader.entry(view, "cooling_plant", "cooling-plants", "", "");
    out->plant = plant.name;
    out->climate = at(view.place("weather"), view.key_path("weather"), [&] {
      const std::lock_guard lock(out->read->mutex);
      std::shared_ptr<const site::CoolingYear>& year = out->read->climates[plant.name];
      if (!year)
        year = std::make_shared<const site::CoolingYear>(
            site::cooling_year(site::cooling_plant_facts(plant), out->read->weather));
      return year;
    });
  }
  return out;
}

site::Hours weather_share(const SiteWeather& w, const std::string& kind) {
  const std::lock_guard lock(w.read->mutex);
  const site::Weather& weather = w.read->weather;
  const bool placed = weather.latitude && weather.longitude;
  site::Hours& share = w.read->shares[placed || !w.latitude ? kind
                                                            : kind + ' ' + std::to_string(*w.latitude) + ' ' +
                                                                  std::to_string(*w.longitude)];
  if (share) return share;
  std::vector<double> values;
  if (kind == "wind") {
    values = site::wind_shares(w.wind, weather);
  } else if (placed || !w.latitude) {
    values = site::solar_shares(w.sun, weather);
  } else {
    site::Weather here = weather;
    here.latitude = w.latitude, here.longitude = w.longitude;
    values = site::solar_shares(w.sun, here);
  }
  share = std::make_shared<const std::vector<double>>(std::move(values));
  return share;
}

site::Hours load_shape(const SiteWeather& w, double annual) {
  if (!w.climate || w.climate->mean_pue <= 1) return nullptr;
  const std::lock_guard lock(w.read->mutex);
  site::Hours& shape = w.read->loads[{w.plant, annual}];
  if (shape) return shape;
  std::vector<double> values;
  values.reserve(w.climate->pue.size());
  for (const double pue : w.climate->pue)
    values.push_back((1 + (annual - 1) * (pue - 1) / (w.climate->mean_pue - 1)) / annual);
  shape = std::make_shared<const std::vector<double>>(std::move(values));
  return shape;
}

}  // namespace orrery::programme
