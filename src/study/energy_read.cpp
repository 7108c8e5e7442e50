#include "study/energy_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/units.h"
#include "money/series.h"
#include "site/power/supply_facts.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension per_energy = d::money - d::energy, co2_per_energy = d::mass - d::energy;

/// Sizes that a list such as "gas-turbine = 50 MW, battery = 200 MWh" gives, by source.
struct Sizes {
  std::map<std::string, double> power, energy;
};

const catalog::Entry& supply_named(const catalog::Catalog& catalog, const View& view, std::string_view key,
                                   const std::string& name) {
  return catalog.entry("power", name, view.place(key), view.key_path(key));
}

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(' ');
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(' ') + 1 - from);
}

Sizes read_sizes(Reader& reader, const View& view, std::string_view key, const std::vector<std::string>& asked) {
  Sizes out;
  for (const std::string& item : reader.texts(view, key)) {
    const auto refuse = [&](const std::string& problem) {
      throw Error(view.place(key), view.key_path(key), in_quotes(item) + ' ' + problem,
                  "write a source and its size: \"gas-turbine = 50 MW\", of storage \"battery = 200 MWh\" too");
    };
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) refuse("is no size of a source");
    const std::string& name = supply_named(reader.catalog(), view, key, trimmed(item.substr(0, equals))).name;
    if (std::find(asked.begin(), asked.end(), name) == asked.end()) refuse("is of no source that is asked for");
    const AnyAmount size =
        at(view.place(key), view.key_path(key), [&] { return parse_amount(trimmed(item.substr(equals + 1))); });
    if (size.dimension != d::power && size.dimension != d::energy) refuse("is neither power nor energy");
    if (size.value < 0 || size.value > 1e18) refuse("is no size that can be built");
    if (!(size.dimension == d::power ? out.power : out.energy).emplace(name, size.value).second)
      refuse("gives a size a second time");
  }
  return out;
}

/// $ per J by hour of the file of prices.
site::Series read_prices(const View& view, std::size_t hours) {
  return at(view.place("prices"), view.key_path("prices"),
            [&] { return site::Series(site::read_hourly_prices(path_of(*view.find("prices")), hours)); });
}

/// Dollars of a year for one of capital.
double recovery(const catalog::Entry& entry, double discount, double usual_life) {
  return money::capital_recovery_factor(discount, entry.number("life", usual_life) / year_length.value());
}

/// A kind of plant by the catalog's medians.
site::SupplySource source_of(const catalog::Entry& e, double discount, double usual_life) {
  site::SupplySource s;
  s.name = e.name;
  const double year = year_length.value(), available = e.number("availability", 1);
  s.available = available;
  s.fixed = (e.number("fixed_opex") + e.number("lease")) * year;
  const catalog::Figure* contract = e.find("contract");
  if (contract && contract->boolean) {
    // Paid for all that could be had, taken or not.
    s.fixed += e.number("energy_price") * available * 8760 * 3600;
  } else {
    s.capital = e.number("capex") * recovery(e, discount, usual_life);
    s.variable = e.number("energy_price");
  }
  if (e.find("fuel_price")) s.fuel = e.number("fuel_price") / e.number("efficiency", 1);
  s.emissions = e.number("emissions");
  return s;
}

site::SupplyStore store_of(const catalog::Entry& e, double discount, double usual_life) {
  site::SupplyStore s;
  s.name = e.name;
  const double yearly = recovery(e, discount, usual_life);
  s.power_capital = e.number("capex") * yearly, s.energy_capital = e.number("storage_capex") * yearly;
  s.fixed = e.number("fixed_opex") * year_length.value();
  s.efficiency = e.number("efficiency", 1), s.available = e.number("availability", 1);
  return s;
}

/// Figures of an entry as medians, each with its origin.
void record(Reader& reader, const catalog::Entry& e, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const catalog::Figure* figure = e.find(key);
    if (!figure) continue;
    const Fallback fact = from_catalog(e, *figure);
    Setting setting;
    setting.path = "energy." + (e.kind == "supply" ? std::string("supply") : e.name) + '.' + key;
    setting.value = figure->value_text();
    setting.origin = fact.origin, setting.place = fact.place + ", median", setting.note = fact.note;
    if (fact.provenance) setting.has_provenance = true, setting.provenance = *fact.provenance;
    reader.settings.push_back(std::move(setting));
  }
}

std::vector<std::string> usual_sources(bool weather) {
  std::vector<std::string> out = {"grid", "gas-turbine", "reciprocating", "combined-cycle", "battery"};
  if (weather) out.insert(out.end() - 1, {"solar", "wind"});
  return out;
}

bool by_weather(const std::string& name) {
  return name == "solar" || name == "wind";
}

/// The load by hour, and what the weather makes of it.
std::optional<site::Weather> read_load(Reader& reader, const View& view, const catalog::Entry* place,
                                       EnergyQuestion& q) {
  q.power = reader.constant<Power>(view, "load", from_rule(100e6, "a hall of 100 MW")).value();
  std::optional<site::Weather> weather;
  if (view.gives("weather")) {
    reader.text(view, "weather", "", "");
    weather = at(view.place("weather"), view.key_path("weather"),
                 [&] { return site::read_weather(path_of(*view.find("weather"))); });
    if (place && place->find("latitude") && (!weather->latitude || !weather->longitude))
      weather->latitude = place->number("latitude"), weather->longitude = place->number("longitude");
    q.weather = true;
  }
  needs(view, {"cooling"}, weather.has_value(), "weather", "add weather = \"FILE\"");
  q.supply.load.assign(weather ? weather->hours() : site::hours_of_year, q.power);
  if (view.gives("cooling")) {
    const catalog::Entry& plant = reader.entry(view, "cooling", "cooling-plants", "", "");
    q.cooling = plant.title;
    q.climate = site::cooling_year(site::cooling_plant_facts(plant), *weather);
    for (std::size_t t = 0; t < q.supply.load.size(); ++t) q.supply.load[t] *= q.climate->pue[t];
  }
  return weather;
}

}  // namespace

std::vector<Key> energy_keys() {
  return {
      asked(
          certain(written_in("MW", amount("load", d::power, "of the facility; with cooling, of its IT", "100 MW", 1)))),
      text("site", "an entry of the catalog's sites: its price of grid energy and CO2 of the grid", "none"),
      text("weather", "a file of hourly weather: EPW, TMY3, PSM3, SRW or CSV", "none: no sun, no wind"),
      text("cooling", "an entry of the catalog's cooling-plants: load is IT, times the PUE of each hour",
           "none: load is the facility's"),
      of(KeyType::texts, "sources", "what may be built, entries of the catalog's power",
         "grid, gas-turbine, reciprocating, combined-cycle, battery; with weather solar and wind"),
      asked(certain(amount("grid_limit", d::power, "of the connection, at most", "none"))),
      asked(certain(amount("grid_price", per_energy, "of grid energy", "the site's, else prices/default", -1e5 / 3.6e9,
                           1e5 / 3.6e9))),
      text("prices", "a CSV of a price for each hour, $/MWh, in place of grid_price", "none"),
      written_in("$/t", asked(certain(amount("co2_price", d::money - d::mass, "of CO2", "$0/t", 0, 10)))),
      asked(certain(amount("co2", co2_per_energy, "at most, over the year's load", "none"))),
      asked(certain(amount("flexible", d::none, "share of the year's energy that the load does without", "0", 0, 1))),
      asked(certain(amount("flexible_price", per_energy, "what that costs", "supply/default"))),
      asked(certain(amount("reliability", d::none, "share of the year's energy that must be served",
                           "none: the value of lost load decides", 0, 1))),
      asked(
          certain(amount("value_of_lost_load", per_energy, "what energy that is not served costs", "supply/default"))),
      of(KeyType::texts, "fix", "sizes that are built, no more and no less: \"battery = 0 MW\"", "none"),
      of(KeyType::texts, "most", "sizes that may be built at most", "none"),
      of(KeyType::texts, "stands", "sizes that stand, their capital spent", "none"),
      asked(
          certain(amount("discount", d::frequency, "rate of a year at which capital is paid back", "prices/default")))};
}

EnergyQuestion read_energy(Reader& reader) {
  const View view = reader.root().below("energy");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry &usual = catalog.entry("supply", "default"), &prices = catalog.entry("prices", "default");
  EnergyQuestion q;
  const catalog::Entry* place = nullptr;
  if (view.gives("site")) place = &reader.entry(view, "site", "sites", "", ""), q.place = place->title;
  const std::optional<site::Weather> weather = read_load(reader, view, place, q);
  site::SupplyQuestion& s = q.supply;
  const auto median_of = [](const catalog::Entry& entry, const char* key) {
    Fallback fact = from_catalog(entry, entry.at(key));
    fact.value = Distribution::constant(entry.number(key)), fact.place += ", median";
    return fact;
  };
  const double discount =
      reader.constant_of(view, "discount", d::frequency, median_of(prices, "discount_rate")) * year_length.value();
  const catalog::Entry& pricing = place && place->find("power_price") ? *place : prices;
  const double price = reader.constant_of(view, "grid_price", per_energy, median_of(pricing, "power_price"));
  s.co2_price = reader.constant_of(view, "co2_price", d::money - d::mass, from_rule(0, "no price of CO2"));
  s.co2_intensity = reader.constant_of(view, "co2", co2_per_energy, from_rule(infinity, "no cap of CO2"));
  s.shed_share = reader.constant_number(view, "flexible", from_rule(0, "the load gives way to nothing"));
  needs(view, {"flexible_price"}, s.shed_share > 0, "flexible", "add flexible = \"2%\"");
  s.shed_price = reader.constant_of(view, "flexible_price", per_energy, median_of(usual, "flexible_price"));
  s.unserved_price = reader.constant_of(view, "value_of_lost_load", per_energy, median_of(usual, "value_of_lost_load"));
  if (view.gives("prices")) reader.text(view, "prices", "", "");
  if (view.gives("reliability")) s.unserved_share = 1 - reader.constant_number(view, "reliability");
  std::vector<std::string> names = reader.texts(view, "sources");
  if (names.empty()) {
    names = usual_sources(q.weather), q.usual_sources = true;
    reader.record("energy.sources", fmt::format("{}", fmt::join(names, ", ")), Origin::rule,
                  q.weather ? "what is built most" : "what is built most, without sun and wind: no weather is given");
  }
  std::vector<const catalog::Entry*> entries;
  for (std::string& name : names) {
    name = trimmed(name);
    const catalog::Entry& entry = supply_named(catalog, view, "sources", name);
    name = entry.name;
    if (std::find(entries.begin(), entries.end(), &entry) != entries.end())
      throw Error(view.place("sources"), view.key_path("sources"), name + " stands twice", "leave one of the two out");
    if (by_weather(name) && !q.weather)
      throw Error(view.place("sources"), view.key_path("sources"), name + " needs weather by the hour",
                  "give a file of it as weather, or leave it out");
    entries.push_back(&entry);
  }
  const auto has_grid = std::find(names.begin(), names.end(), "grid") != names.end();
  needs(view, {"grid_limit", "grid_price", "prices"}, has_grid, "the grid among the sources", "add grid to sources");
  const Sizes fixed = read_sizes(reader, view, "fix", names), most = read_sizes(reader, view, "most", names);
  const Sizes stands = read_sizes(reader, view, "stands", names);
  const auto size = [](const std::map<std::string, double>& of, const std::string& name, double otherwise) {
    const auto found = of.find(name);
    return found == of.end() ? otherwise : found->second;
  };
  const double life = usual.number("life");
  std::vector<std::string> store_titles;
  const auto make = [&](const catalog::Entry& entry) {
    site::SupplySource source = source_of(entry, discount, life);
    if (entry.name != "grid") return source;
    source.variable = view.gives("prices") ? read_prices(view, s.load.size()) : site::Series(price);
    if (place && place->find("grid_emissions")) source.emissions = place->number("grid_emissions");
    return source;
  };
  for (const catalog::Entry* entry : entries) {
    const std::string& name = entry->name;
    record(reader, *entry,
           {"capex", "storage_capex", "fixed_opex", "lease", "energy_price", "fuel_price", "efficiency", "emissions",
            "availability", "life"});
    if (name == "solar")
      record(
          reader, usual,
          {"tracking_angle", "albedo", "cell_temperature", "temperature_loss", "solar_losses", "panels_per_inverter"});
    if (name == "wind")
      record(reader, usual,
             {"hub_height", "measured_height", "shear", "cut_in", "rated_wind", "cut_out", "wind_losses"});
    if (entry->at("role").text == "storage") {
      site::SupplyStore store = store_of(*entry, discount, life);
      store.standing_power = size(stands.power, name, 0), store.standing_energy = size(stands.energy, name, 0);
      store.least_power = size(fixed.power, name, 0), store.least_energy = size(fixed.energy, name, 0);
      store.most_power = size(fixed.power, name, size(most.power, name, infinity));
      store.most_energy = size(fixed.energy, name, size(most.energy, name, infinity));
      s.stores.push_back(std::move(store));
      store_titles.push_back(entry->title);
      continue;
    }
    for (const auto& [key, sizes] : {std::pair{"fix", &fixed}, {"most", &most}, {"stands", &stands}})
      if (sizes->energy.contains(name))
        throw Error(view.place(key), view.key_path(key), name + " has a size in energy, and is no storage",
                    "give its power");
    site::SupplySource source = make(*entry);
    if (name == "solar")
      source.available = at(view.place("weather"), view.key_path("weather"),
                            [&] { return site::solar_shares(site::solar_facts(usual), *weather); });
    if (name == "wind")
      source.available = at(view.place("weather"), view.key_path("weather"),
                            [&] { return site::wind_shares(site::wind_facts(usual), *weather); });
    source.weather = by_weather(name);
    source.standing = size(stands.power, name, 0), source.least = size(fixed.power, name, 0);
    source.most = size(fixed.power, name, size(most.power, name, infinity));
    if (name == "grid" && view.gives("grid_limit")) {
      const double limit = reader.constant<Power>(view, "grid_limit").value();
      if (source.least + source.standing > limit)
        throw Error(view.place("grid_limit"), view.key_path("grid_limit"), "is below the grid that is given",
                    "give a higher limit, or less grid");
      source.most = std::min(source.most, limit - source.standing);
    }
    q.titles.push_back(entry->title);
    s.sources.push_back(std::move(source));
  }
  q.titles.insert(q.titles.end(), store_titles.begin(), store_titles.end());
  if (s.sources.empty())
    throw Error(view.place("sources"), view.key_path("sources"), "holds nothing that gives energy", "add a source");
  for (const catalog::Entry& entry : catalog.entries("power"))
    if (entry.at("role").text != "storage" && !by_weather(entry.name)) q.candidates.push_back(make(entry));
  return q;
}

}  // namespace orrery::study
