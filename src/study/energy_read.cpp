#include "study/energy_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/units.h"
#include "catalog/bounds.h"
#include "site/power/supply_path.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension per_energy = d::money - d::energy, co2_per_energy = d::mass - d::energy;

/// The quarters of a path and the share of the highest load in each.
struct Quarters {
  Date start;
  std::vector<double> shares;
};

std::optional<Quarters> read_quarters(Reader& reader, const View& view, EnergyQuestion& q) {
  const View loads = view.below("load");
  const bool by_quarter = loads.table && loads.table->kind == Node::Kind::table;
  std::vector<std::pair<Date, double>> steps;
  if (by_quarter) {
    for (const auto& [name, node] : loads.table->members)
      steps.emplace_back(parse_quarter(name), reader.constant_of(loads, name, d::power));
    if (steps.empty()) throw Error(loads.place(), loads.path, "has no quarter", "write 2027-Q1 = \"100 MW\"");
    std::sort(steps.begin(), steps.end());
    for (const auto& step : steps) q.power = std::max(q.power, step.second);
    if (!(q.power > 0)) throw Error(loads.place(), loads.path, "is 0 in every quarter", "give a load to serve");
  }
  needs(view, {"years", "slips"}, by_quarter || view.gives("from"), "a path", "add from = \"2027-Q1\"");
  if (!by_quarter && !view.gives("from")) return std::nullopt;
  Quarters out;
  out.start = view.gives("from") ? at(view.place("from"), view.key_path("from"),
                                      [&] { return parse_quarter(reader.text(view, "from")); })
                                 : steps.front().first;
  const int years = reader.whole(view, "years", 5, "what is planned ahead");
  double now = by_quarter ? 0 : 1;
  for (int k = 0; k < 4 * years; ++k) {
    for (const auto& [quarter, power] : steps)
      if (quarter <= add_months(out.start, 3 * k)) now = power / q.power;
    out.shares.push_back(now);
  }
  if (*std::max_element(out.shares.begin(), out.shares.end()) <= 0)
    throw Error(loads.place(), loads.path, "begins after the path ends", "give more years, or an earlier quarter");
  return out;
}

/// The load by hour, and what the weather makes of it.
std::optional<site::Weather> read_load(Reader& reader, const View& view, const catalog::Entry* place,
                                       EnergyQuestion& q) {
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

std::vector<SupplySlip> read_slips(Reader& reader, const View& view, const SupplySources& sources) {
  std::vector<SupplySlip> out;
  for (const std::string& item : reader.texts(view, "slips")) {
    const auto refuse = [&](const std::string& problem) {
      throw Error(view.place("slips"), view.key_path("slips"), in_quotes(item) + ' ' + problem,
                  "write a source and by how much it comes late: \"grid = 12 months\"");
    };
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) refuse("is no slip of a source");
    const std::size_t end = item.find_last_not_of(' ', equals - (equals > 0 ? 1 : 0));
    const std::size_t from = item.find_first_not_of(' ');
    const std::string name = equals == 0 || end == std::string::npos ? "" : item.substr(from, end - from + 1);
    SupplySlip slip;
    slip.source = source_named(sources, name);
    if (slip.source == sources.sources.size()) refuse("is of no source that is asked for, or of storage");
    const std::size_t amount = item.find_first_not_of(' ', equals + 1);
    const AnyAmount late = at(view.place("slips"), view.key_path("slips"),
                              [&] { return parse_amount(amount == std::string::npos ? "" : item.substr(amount)); });
    if (late.dimension != d::time || late.value <= 0 || late.value > 20 * year_length.value())
      refuse("is no time by which something is late");
    slip.quarters = static_cast<int>(std::ceil(late.value / (year_length.value() / 4) - 1e-6));
    out.push_back(slip);
  }
  return out;
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
      asked(certain(amount("grid_price", per_energy, "of grid energy", "the site's, else prices/default",
                           -bounds::most_of(per_energy)))),
      text("prices", "a CSV of a price for each hour, $/MWh, in place of grid_price", "none"),
      written_in("$/t", asked(certain(amount("co2_price", d::money - d::mass, "of CO2", "$0/t", 0, 10)))),
      asked(certain(amount("co2", co2_per_energy, "at most, over the year's load", "none"))),
      asked(certain(amount("flexible", d::none, "share of the year's energy that the load does without", "0", 0, 1))),
      asked(certain(amount("flexible_price", per_energy, "what that costs", "supply/default"))),
      asked(certain(amount("reliability", d::none, "share of the year's energy that must be served",
                           "none: the value of lost load decides", 0, 1))),
      asked(
          certain(amount("value_of_lost_load", per_energy, "what energy that is not served costs", "supply/default"))),
      asked(certain(
          amount("clean", d::none, "share of the load, at least, hour by hour from what emits nothing", "0", 0, 1))),
      asked(certain(
          amount("reserve", d::none, "share of the load that other plant could take over in each hour", "0", 0, 1))),
      of(KeyType::boolean, "n_minus_1", "the loss of a unit of each kind is carried by the others", "false"),
      of(KeyType::boolean, "part_load", "least load, fuel at no load and starts are followed", "false"),
      of(KeyType::texts, "fix", "sizes that are built, no more and no less: \"battery = 0 MW\"", "none"),
      of(KeyType::texts, "most", "sizes that may be built at most", "none"),
      of(KeyType::texts, "stands", "sizes that stand, their capital spent", "none"),
      text("from", "the quarter in which a path begins, \"2027-Q1\": what is built when, as lead times let it",
           "that of energy.load, else no path"),
      scenario::whole("years", "of the path", "5", 1, 10),
      of(KeyType::texts, "slips", "on a path, services that come late, each asked by itself: \"grid = 12 months\"",
         "none"),
      asked(
          certain(amount("discount", d::frequency, "rate of a year at which capital is paid back", "prices/default")))};
}

std::vector<Key> energy_load_keys() {
  return {each(NameForm::quarter,
               certain(written_in(
                   "MW", amount("*", d::power, "load from this quarter on, in place of energy.load", "none", 0))))};
}

EnergyQuestion read_energy(Reader& reader) {
  const View view = reader.root().below("energy");
  const catalog::Catalog& catalog = reader.catalog();
  const catalog::Entry &usual = catalog.entry("supply", "default"), &prices = catalog.entry("prices", "default");
  EnergyQuestion q;
  const catalog::Entry* place = nullptr;
  if (view.gives("site")) place = &reader.entry(view, "site", "sites", "", ""), q.place = place->title;
  const std::optional<Quarters> quarters = read_quarters(reader, view, q);
  if (q.power <= 0) q.power = reader.constant<Power>(view, "load", from_rule(100e6, "a hall of 100 MW")).value();
  const std::optional<site::Weather> weather = read_load(reader, view, place, q);
  site::SupplyQuestion& s = q.supply;
  const auto median_of = [](const catalog::Entry& entry, const char* key) {
    Fallback fact = from_catalog(entry, entry.at(key));
    fact.value = Distribution::constant(entry.number(key)), fact.place += ", median";
    return fact;
  };
  SupplyBasis basis;
  basis.load = *std::max_element(s.load.begin(), s.load.end()), basis.hours = s.load.size();
  basis.discount =
      reader.constant_of(view, "discount", d::frequency, median_of(prices, "discount_rate")) * year_length.value();
  basis.life = usual.number("life");
  const catalog::Entry& pricing = place && place->find("power_price") ? *place : prices;
  basis.grid_price = reader.constant_of(view, "grid_price", per_energy, median_of(pricing, "power_price"));
  if (place && place->find("grid_emissions")) basis.grid_emissions = place->number("grid_emissions");
  if (weather) basis.weather = &*weather;
  s.co2_price = reader.constant_of(view, "co2_price", d::money - d::mass, from_rule(0, "no price of CO2"));
  s.co2_intensity = reader.constant_of(view, "co2", co2_per_energy, from_rule(infinity, "no cap of CO2"));
  s.shed_share = reader.constant_number(view, "flexible", from_rule(0, "the load gives way to nothing"));
  needs(view, {"flexible_price"}, s.shed_share > 0, "flexible", "add flexible = \"2%\"");
  s.shed_price = reader.constant_of(view, "flexible_price", per_energy, median_of(usual, "flexible_price"));
  s.unserved_price = reader.constant_of(view, "value_of_lost_load", per_energy, median_of(usual, "value_of_lost_load"));
  if (view.gives("clean")) s.clean_share = reader.constant_number(view, "clean");
  if (view.gives("reserve")) s.reserve = reader.constant_number(view, "reserve");
  basis.n_minus_1 = view.gives("n_minus_1") && reader.boolean(view, "n_minus_1", false, "");
  basis.part_load = view.gives("part_load") && reader.boolean(view, "part_load", false, "");
  if (view.gives("reliability")) {
    if (quarters)
      throw Error(view.place("reliability"), view.key_path("reliability"), "cannot be held before anything is built",
                  "leave it out: on a path the value of lost load decides");
    s.unserved_share = 1 - reader.constant_number(view, "reliability");
  }
  if (quarters) basis.path_start = quarters->start, basis.quarters = static_cast<int>(quarters->shares.size());
  SupplySources sources = read_supply_sources(reader, view, basis);
  const bool has_grid = source_named(sources, "grid") < sources.sources.size();
  needs(view, {"grid_limit", "prices"}, has_grid, "the grid among the sources", "add grid to sources");
  if (quarters) q.slips = read_slips(reader, view, sources);
  s.sources = std::move(sources.sources), s.stores = std::move(sources.stores);
  q.titles = std::move(sources.titles), q.candidates = std::move(sources.candidates);
  q.candidate_stores = std::move(sources.candidate_stores);
  q.usual_sources = sources.usual;
  q.room = std::move(sources.room), q.wait = sources.wait, q.room_price = sources.room_price;
  if (quarters) {
    site::SupplyPathTimes times;
    times.discount = basis.discount, times.first_quarter = (quarters->start.month() - 1) / 3;
    times.sources = std::move(sources.source_times), times.stores = std::move(sources.store_times);
    q.path_start = quarters->start;
    s = site::over_quarters(s, std::move(times), quarters->shares);
  }
  return q;
}

}  // namespace orrery::study
