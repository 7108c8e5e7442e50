#include "study/energy_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/units.h"
#include "catalog/bounds.h"
#include "money/series.h"
#include "site/power/supply_facts.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension per_energy = d::money - d::energy, per_power = d::money - d::power;
constexpr double most_per_power_year = bounds::most_per_power_year / bounds::year;

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(' ');
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(' ') + 1 - from);
}

/// Something that may be built: its name, its entry in the catalog, and its section, which may be missing.
struct Part {
  std::string name;
  const catalog::Entry* entry = nullptr;
  View view;

  bool stores() const { return entry->at("role").text == "storage"; }
  bool by_weather() const { return entry->name == "solar" || entry->name == "wind"; }
};

/// Sizes that a list such as "gas-turbine = 50 MW, battery = 200 MWh" gives, by source.
struct Sizes {
  std::map<std::string, double> power, energy;
};

class SourceReader {
 public:
  SourceReader(Reader& reader, const View& energy, const SupplyBasis& basis)
      : reader_(reader), energy_(energy), basis_(basis), catalog_(reader.catalog()) {}

  SupplySources read() {
    find_parts();
    fixed_ = read_sizes("fix"), most_ = read_sizes("most"), stands_ = read_sizes("stands");
    std::vector<std::string> store_titles;
    for (const Part& part : parts_) {
      const std::string& title = part.name == part.entry->name ? part.entry->title : part.name;
      if (part.stores()) {
        add_store(part);
        store_titles.push_back(title);
      } else {
        add_source(part);
        out_.titles.push_back(title);
      }
    }
    out_.titles.insert(out_.titles.end(), store_titles.begin(), store_titles.end());
    if (out_.sources.empty())
      throw Error(energy_.place("sources"), energy_.key_path("sources"), "holds nothing that gives energy",
                  "add a source");
    for (const catalog::Entry& entry : catalog_.entries("power")) {
      const Part part{entry.name, &entry, {nullptr, "energy.source." + entry.name}};
      if (part.by_weather()) continue;
      // What is no part of the answer leaves no settings.
      const std::size_t settings = reader_.settings.size();
      if (part.stores()) {
        out_.candidate_stores.push_back(store_of(part));
      } else {
        out_.candidates.push_back(source_of(part));
        pay_contract(part, out_.candidates.back());
      }
      reader_.settings.resize(settings);
    }
    return std::move(out_);
  }

 private:
  void find_parts();
  void add_part(const std::string& name, const catalog::Entry& entry, const View& view, std::string_view key);
  Sizes read_sizes(std::string_view key);
  site::SupplySource source_of(const Part& part);
  void add_source(const Part& part);
  site::SupplyStore store_of(const Part& part);
  void add_store(const Part& part);
  void read_operation(const Part& part, site::SupplySource& source);
  void pay_contract(const Part& part, site::SupplySource& source);
  void curtail(const Part& part, site::SupplySource& source);
  void share_grid(const Part& part, site::SupplySource& source);
  double lead_time(const Part& part);
  site::SupplyTimes times_of(const Part& part, bool rented);
  int quarter_of(const View& view, std::string_view key, bool up);

  /// An amount of the part's section, else of its entry in the catalog by the median, else `otherwise`.
  double value(const Part& part, std::string_view key, Dimension dimension, double otherwise,
               std::string_view figure = {}) {
    const catalog::Figure* usual = part.entry->find(figure.empty() ? key : figure);
    if (!part.view.gives(key) && !usual) return otherwise;
    std::optional<Fallback> fact;
    if (usual) {
      fact = from_catalog(*part.entry, *usual);
      fact->value = Distribution::constant(part.entry->number(figure.empty() ? key : figure)),
      fact->place += ", median";
    }
    return reader_.constant_of(part.view, key, dimension, fact);
  }
  double number(const Part& part, std::string_view key, double otherwise) {
    return value(part, key, d::none, otherwise);
  }
  /// Dollars of a year for one of capital.
  double recovery(const Part& part) {
    const double life = value(part, "life", d::time, basis_.life);
    return money::capital_recovery_factor(basis_.discount, life / year_length.value());
  }
  static double size(const std::map<std::string, double>& of, const std::string& name, double otherwise) {
    const auto found = of.find(name);
    return found == of.end() ? otherwise : found->second;
  }
  /// What a section says of its size, else what a list of [energy] does.
  double size(const Part& part, std::string_view key, const std::map<std::string, double>& list, Dimension dimension,
              double otherwise) {
    const double listed = size(list, part.name, otherwise);
    return part.view.gives(key) ? reader_.constant_of(part.view, key, dimension) : listed;
  }
  void record_constants(std::initializer_list<const char*> keys) {
    const catalog::Entry& e = catalog_.entry("supply", "default");
    for (const char* key : keys) {
      const Fallback fact = from_catalog(e, e.at(key));
      Setting setting;
      setting.path = std::string("energy.supply.") + key, setting.value = e.at(key).value_text();
      setting.origin = fact.origin, setting.place = fact.place + ", median", setting.note = fact.note;
      if (fact.provenance) setting.has_provenance = true, setting.provenance = *fact.provenance;
      reader_.settings.push_back(std::move(setting));
    }
  }

  Reader& reader_;
  const View& energy_;
  const SupplyBasis& basis_;
  const catalog::Catalog& catalog_;
  std::vector<Part> parts_;
  Sizes fixed_, most_, stands_;
  SupplySources out_;
};

void SourceReader::add_part(const std::string& name, const catalog::Entry& entry, const View& view,
                            std::string_view key) {
  const Part part{name, &entry, view};
  for (const Part& other : parts_)
    if (other.name == name)
      throw Error(energy_.place(key), energy_.key_path(key), name + " stands twice", "leave one of the two out");
  if (part.by_weather() && !basis_.weather)
    throw Error(energy_.place(key), energy_.key_path(key), name + " needs weather by the hour",
                "give a file of it as weather, or leave it out");
  needs(view, {"serves", "until", "term"}, basis_.path_start.has_value(), "a path", "add from = \"2027-Q1\"");
  if (part.stores())
    needs(view,
          {"energy_price", "prices", "contract", "fuel_price", "emissions", "curtailed", "curtailed_to", "system",
           "system_limit", "demand_charge", "sold", "permit", "ramp", "units", "unit", "no_load", "least_load",
           "start_cost", "heat_loss"},
          false, "a source", "leave it out of storage");
  else
    needs(view, {"storage_most", "storage_fix", "storage_stands", "storage_capex"}, false, "storage",
          "leave it out of a source");
  parts_.push_back(part);
}

/// The sections, and what the list names beside them.
void SourceReader::find_parts() {
  const View all = energy_.below("source");
  std::map<std::string, View> sections;
  for (const auto& [name, view] : energy_.group("source")) sections.emplace(name, view);
  std::vector<std::string> names = reader_.texts(energy_, "sources");
  if (names.empty() && sections.empty()) {
    names = {"grid", "gas-turbine", "reciprocating", "combined-cycle", "battery"};
    if (basis_.weather) names.insert(names.end() - 1, {"solar", "wind"});
    out_.usual = true;
    reader_.record(
        "energy.sources", fmt::format("{}", fmt::join(names, ", ")), Origin::rule,
        basis_.weather ? "what is built most" : "what is built most, without sun and wind: no weather is given");
  }
  for (const std::string& written : names) {
    const std::string name = trimmed(written);
    if (const auto section = sections.find(name); section != sections.end() && section->second.gives("kind")) continue;
    const catalog::Entry& entry = catalog_.entry("power", name, energy_.place("sources"), energy_.key_path("sources"));
    const auto section = sections.find(entry.name);
    add_part(entry.name, entry, section != sections.end() ? section->second : View{nullptr, all.key_path(entry.name)},
             "sources");
  }
  for (const auto& [name, view] : energy_.group("source")) {
    if (std::any_of(parts_.begin(), parts_.end(), [&, n = name](const Part& p) { return p.name == n; })) continue;
    const catalog::Entry& entry = view.gives("kind") ? reader_.entry(view, "kind", "power", "", "")
                                                     : catalog_.entry("power", name, view.place(), view.path);
    add_part(name, entry, view, "source");
  }
}

Sizes SourceReader::read_sizes(std::string_view key) {
  Sizes out;
  for (const std::string& item : reader_.texts(energy_, key)) {
    const auto refuse = [&](const std::string& problem) {
      throw Error(energy_.place(key), energy_.key_path(key), in_quotes(item) + ' ' + problem,
                  "write a source and its size: \"gas-turbine = 50 MW\", of storage \"battery = 200 MWh\" too");
    };
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) refuse("is no size of a source");
    std::string name = trimmed(item.substr(0, equals));
    const auto named = [&] {
      return std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.name == name; });
    };
    if (named() == parts_.end()) name = catalog_.entry("power", name, energy_.place(key), energy_.key_path(key)).name;
    if (named() == parts_.end()) refuse("is of no source that is asked for");
    const AnyAmount amount =
        at(energy_.place(key), energy_.key_path(key), [&] { return parse_amount(trimmed(item.substr(equals + 1))); });
    if (amount.dimension != d::power && amount.dimension != d::energy) refuse("is neither power nor energy");
    if (amount.value < 0 || amount.value > 1e18) refuse("is no size that can be built");
    if (amount.dimension == d::energy && !named()->stores())
      throw Error(energy_.place(key), energy_.key_path(key), name + " has a size in energy, and is no storage",
                  "give its power");
    if (!(amount.dimension == d::power ? out.power : out.energy).emplace(name, amount.value).second)
      refuse("gives a size a second time");
  }
  return out;
}

/// Its cost and what it gives, of the section and the catalog.
site::SupplySource SourceReader::source_of(const Part& part) {
  site::SupplySource s;
  s.name = part.name;
  const double year = year_length.value(), available = number(part, "availability", 1);
  s.available = available;
  if (part.view.gives("fixed")) s.fixed = reader_.constant_of(part.view, "fixed", per_energy) * year;
  else
    s.fixed = (value(part, "fixed", per_energy, 0, "fixed_opex") + value(part, "fixed", per_energy, 0, "lease")) * year;
  const bool grid = part.entry->at("role").text == "grid";
  const double price =
      grid && !part.view.gives("energy_price") ? basis_.grid_price : value(part, "energy_price", per_energy, 0);
  s.capital = value(part, "capex", per_power, 0) * recovery(part), s.variable = price;
  if (part.view.gives("fuel_price") || part.entry->find("fuel_price"))
    s.fuel = value(part, "fuel_price", per_energy, 0) / number(part, "efficiency", 1);
  if (grid && basis_.grid_emissions && !part.view.gives("emissions")) s.emissions = *basis_.grid_emissions;
  else s.emissions = value(part, "emissions", d::mass - d::energy, 0);
  return s;
}

/// Of a contract all that can be had is paid, taken or not, in place of investment.
void SourceReader::pay_contract(const Part& part, site::SupplySource& s) {
  const catalog::Figure* usual = part.entry->find("contract");
  const bool by_kind = usual && usual->boolean;
  if (!(part.view.gives("contract") ? reader_.boolean(part.view, "contract", by_kind, "") : by_kind)) return;
  double mean = 0;
  for (const double share : s.available.values()) mean += share / static_cast<double>(s.available.size());
  s.fixed += s.variable.at(0) * mean * 8760 * 3600, s.variable = 0, s.capital = 0;
}

/// Hours in which a connection gives less: the dearest, else the hottest.
void SourceReader::curtail(const Part& part, site::SupplySource& s) {
  needs(part.view, {"curtailed_to"}, part.view.gives("curtailed"), "curtailed", "add curtailed = \"44 hours\"");
  if (!part.view.gives("curtailed")) return;
  const double hours = reader_.constant_of(part.view, "curtailed", d::time) / 3600;
  const double left = reader_.constant_number(part.view, "curtailed_to", from_rule(0, "nothing is left"));
  const bool priced = s.variable.size() > 1;
  if (!priced && !basis_.weather)
    throw Error(part.view.place("curtailed"), part.view.key_path("curtailed"),
                "does not say which hours, without prices or weather",
                "give prices (the dearest hours are curtailed) or weather (the hottest)");
  const std::vector<double>& by = priced ? s.variable.values() : basis_.weather->dry_bulb;
  std::vector<std::size_t> order(basis_.hours);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return by[a] > by[b]; });
  std::vector<double> shares(basis_.hours);
  for (std::size_t t = 0; t < shares.size(); ++t) shares[t] = s.available.at(static_cast<int>(t));
  double rest = hours * static_cast<double>(basis_.hours) / 8760;
  for (const std::size_t t : order) {
    const double of_hour = std::min(1.0, rest);
    if (of_hour <= 0) break;
    shares[t] *= 1 - of_hour * (1 - left), rest -= of_hour;
  }
  s.available = site::Series(std::move(shares));
  reader_.record(part.view.key_path("curtailed_hours"), priced ? "the dearest" : "the hottest", Origin::rule,
                 priced ? "grids are short where prices are high" : "grids are short where it is hot");
}

/// What a grid's own load leaves to a connection of a given size in each hour.
void SourceReader::share_grid(const Part& part, site::SupplySource& s) {
  const View& v = part.view;
  needs(v, {"system_limit"}, v.gives("system"), "system", "add system = \"FILE\"");
  if (!v.gives("system")) return;
  const double size = s.standing + s.least;
  if (!(size > 0) || !out_.room.empty())
    throw Error(v.place("system"), v.key_path("system"),
                size > 0 ? "is given for a second source" : "says nothing of a connection whose size is open",
                size > 0 ? "give it for one" : "add stands or fix");
  reader_.text(v, "system", "", "");
  std::vector<double> room = at(v.place("system"), v.key_path("system"),
                                [&] { return site::read_hourly_load(path_of(*v.find("system")), basis_.hours); });
  const double highest = *std::max_element(room.begin(), room.end());
  const double limit = reader_.constant_of(v, "system_limit", d::power, from_rule(highest, "its highest hour"));
  std::vector<double> shares;
  for (std::size_t t = 0; t < room.size(); ++t) {
    room[t] = std::max(0.0, limit - room[t]);
    shares.push_back(s.available.at(static_cast<int>(t)) * std::min(1.0, room[t] / size));
  }
  s.available = site::Series(std::move(shares));
  out_.room = std::move(room), out_.wait = lead_time(part);
  for (const double price : s.variable.values()) out_.room_price += price / static_cast<double>(s.variable.size());
}

/// Loss of a unit, part load, ramps, peaks, sales, permits, heat.
void SourceReader::read_operation(const Part& part, site::SupplySource& s) {
  const View& v = part.view;
  if (v.gives("units")) s.units = reader_.whole(v, "units");
  else if (basis_.n_minus_1 && part.entry->find("unit"))
    s.units = std::max(1, static_cast<int>(std::lround(basis_.load / value(part, "unit", d::power, 1))));
  const auto operation = [&](std::string_view key, Dimension dimension) {
    return basis_.part_load || v.gives(key) ? value(part, key, dimension, 0) : 0;
  };
  s.no_load = operation("no_load", d::none), s.least_load = operation("least_load", d::none);
  s.start_cost = operation("start_cost", per_power);
  if (v.gives("ramp")) s.ramp = reader_.constant_of(v, "ramp", d::frequency) * 3600;
  if (v.gives("demand_charge"))
    s.demand_charge = reader_.constant_of(v, "demand_charge", per_energy) * year_length.value() / 12;
  if (v.gives("sold")) s.sold = reader_.constant_of(v, "sold", per_energy);
  if (v.gives("permit")) s.most_energy = reader_.constant_of(v, "permit", d::energy);
  if (const double loss = basis_.weather ? number(part, "heat_loss", 0) : 0; loss > 0) {
    std::vector<double> shares(basis_.hours);
    for (std::size_t t = 0; t < shares.size(); ++t)
      shares[t] = s.available.at(static_cast<int>(t)) *
                  std::max(0.0, 1 - loss * std::max(0.0, basis_.weather->dry_bulb[t] - 15));
    s.available = site::Series(std::move(shares));
  }
}

void SourceReader::add_source(const Part& part) {
  site::SupplySource s = source_of(part);
  const View& v = part.view;
  const bool listed_prices = part.entry->name == "grid" && energy_.gives("prices") && !v.gives("energy_price");
  if (v.gives("prices") || listed_prices) {
    const View& of = v.gives("prices") ? v : energy_;
    reader_.text(of, "prices", "", "");
    s.variable = at(of.place("prices"), of.key_path("prices"),
                    [&] { return site::Series(site::read_hourly_prices(path_of(*of.find("prices")), basis_.hours)); });
  }
  if (part.by_weather()) {
    const bool sun = part.entry->name == "solar";
    const catalog::Entry& usual = catalog_.entry("supply", "default");
    s.available = at(energy_.place("weather"), energy_.key_path("weather"), [&] {
      return sun ? site::solar_shares(site::solar_facts(usual), *basis_.weather)
                 : site::wind_shares(site::wind_facts(usual), *basis_.weather);
    });
    if (sun)
      record_constants(
          {"tracking_angle", "albedo", "cell_temperature", "temperature_loss", "solar_losses", "panels_per_inverter"});
    else record_constants({"hub_height", "measured_height", "shear", "cut_in", "rated_wind", "cut_out", "wind_losses"});
  }
  s.weather = part.by_weather();
  s.standing = size(part, "stands", stands_.power, d::power, 0), s.least = size(part, "fix", fixed_.power, d::power, 0);
  share_grid(part, s);
  curtail(part, s);
  read_operation(part, s);
  pay_contract(part, s);
  const bool is_fixed = v.gives("fix") || fixed_.power.contains(part.name);
  s.most = is_fixed ? s.least : size(part, "most", most_.power, d::power, infinity);
  if (part.name == "grid" && energy_.gives("grid_limit")) {
    const double limit = reader_.constant<Power>(energy_, "grid_limit").value();
    if (s.least + s.standing > limit)
      throw Error(energy_.place("grid_limit"), energy_.key_path("grid_limit"), "is below the grid that is given",
                  "give a higher limit, or less grid");
    s.most = std::min(s.most, limit - s.standing);
  }
  if (s.sold) {
    const std::vector<double>& prices = s.variable.values();
    if (*s.sold > *std::min_element(prices.begin(), prices.end()) + s.fuel)
      throw Error(v.place("sold"), v.key_path("sold"), "is more than energy costs there",
                  "lower it: else energy would be bought to be sold");
    if (!std::isfinite(s.most))
      throw Error(v.place("sold"), v.key_path("sold"), "could be built without end", "give the most of its power");
  }
  if (basis_.path_start) out_.source_times.push_back(times_of(part, part.entry->find("lease") != nullptr));
  out_.sources.push_back(std::move(s));
}

/// What storage costs and loses, without sizes.
site::SupplyStore SourceReader::store_of(const Part& part) {
  site::SupplyStore s;
  s.name = part.name;
  const double yearly = recovery(part);
  s.power_capital = value(part, "capex", per_power, 0) * yearly;
  s.energy_capital = value(part, "storage_capex", per_energy, 0) * yearly;
  s.fixed = value(part, "fixed", per_energy, 0, "fixed_opex") * year_length.value();
  s.efficiency = number(part, "efficiency", 1), s.available = number(part, "availability", 1);
  return s;
}

void SourceReader::add_store(const Part& part) {
  site::SupplyStore s = store_of(part);
  const View& v = part.view;
  s.standing_power = size(part, "stands", stands_.power, d::power, 0);
  s.standing_energy = size(part, "storage_stands", stands_.energy, d::energy, 0);
  s.least_power = size(part, "fix", fixed_.power, d::power, 0);
  s.least_energy = size(part, "storage_fix", fixed_.energy, d::energy, 0);
  const auto most = [&](const char* fix, const char* key, const Sizes& given, bool power) {
    const auto& fixed = power ? given.power : given.energy;
    if (v.gives(fix) || fixed.contains(part.name)) return power ? s.least_power : s.least_energy;
    return size(part, key, power ? most_.power : most_.energy, power ? d::power : d::energy, infinity);
  };
  s.most_power = most("fix", "most", fixed_, true), s.most_energy = most("storage_fix", "storage_most", fixed_, false);
  if (basis_.path_start) out_.store_times.push_back(times_of(part, false));
  out_.stores.push_back(std::move(s));
}

/// The quarter of a path in which a date of a section lies, from 0; `up`: that which begins on it or after.
int SourceReader::quarter_of(const View& view, std::string_view key, bool up) {
  const Date date = reader_.date(view, key);
  const int months = months_between(*basis_.path_start, date);
  int quarter = months >= 0 ? months / 3 : -1;
  if (up && (months % 3 != 0 || date.day() > 1)) ++quarter;
  return std::max(0, quarter);
}

/// From order to service, s: of the section, else of the kind's equipment.
double SourceReader::lead_time(const Part& part) {
  const View& v = part.view;
  if (v.gives("lead_time")) return reader_.constant_of(v, "lead_time", d::time);
  const catalog::Figure* equipment = part.entry->find("equipment");
  if (!equipment) return 0;
  const catalog::Entry& e = catalog_.entry("equipment", equipment->text, equipment->place, part.name + ".equipment");
  const double lead = e.number("lead_time") + e.number("install_time");
  const Fallback fact = from_catalog(e, e.at("lead_time"));
  Setting setting;
  setting.path = v.key_path("lead_time"), setting.value = format_amount(lead, d::time);
  setting.origin = fact.origin, setting.place = fact.place + " and install_time, medians", setting.note = fact.note;
  if (fact.provenance) setting.has_provenance = true, setting.provenance = *fact.provenance;
  reader_.settings.push_back(std::move(setting));
  return lead;
}

site::SupplyTimes SourceReader::times_of(const Part& part, bool rented) {
  const View& v = part.view;
  site::SupplyTimes out;
  const double quarter = year_length.value() / 4, lead = lead_time(part);
  out.lead = static_cast<int>(std::ceil(lead / quarter - 1e-6));
  out.first = v.gives("serves") ? quarter_of(v, "serves", true) : out.lead;
  if (v.gives("until")) out.until = quarter_of(v, "until", false);
  if (v.gives("term") || rented) {
    const double term = reader_.constant_of(v, "term", d::time, from_rule(year_length.value(), "rented by the year"));
    out.term = std::max(1, static_cast<int>(std::lround(term / quarter)));
  }
  return out;
}

}  // namespace

std::vector<Key> energy_source_keys() {
  const auto certainly = [](Key key) { return asked(certain(key)); };
  return {
      text("kind", "an entry of the catalog's power", "the section's name"),
      certainly(amount("most", d::power, "that may be built", "no limit")),
      certainly(amount("fix", d::power, "that is built, no more and no less", "none")),
      certainly(amount("stands", d::power, "that stands, its capital spent", "0 MW")),
      certainly(amount("storage_most", d::energy, "storage: energy that may be built", "no limit")),
      certainly(amount("storage_fix", d::energy, "storage: energy that is built", "none")),
      certainly(amount("storage_stands", d::energy, "storage: energy that stands", "0 MWh")),
      certain(amount("capex", per_power, "investment per rated power", "the kind's in the catalog")),
      certain(amount("storage_capex", per_energy, "storage: investment per energy", "the kind's in the catalog", 0,
                     bounds::most_storage_price)),
      certain(written_in("$/kW/year", amount("fixed", per_energy, "rent and fixed operation per rated power and time",
                                             "the kind's in the catalog", 0, most_per_power_year))),
      certain(amount("energy_price", per_energy, "price of its energy, without fuel",
                     "energy.grid_price for grid, else the kind's", -bounds::most_of(per_energy))),
      text("prices", "a CSV of a price for each hour, $/MWh, in place of energy_price", "none"),
      of(KeyType::boolean, "contract", "energy_price is paid for all that could be had, in place of capex",
         "the kind's in the catalog"),
      certain(amount("fuel_price", per_energy, "fuel per heat", "the kind's in the catalog")),
      certain(amount("efficiency", d::none, "electricity per fuel; storage: out per in", "the kind's in the catalog",
                     0.01, 1)),
      certain(amount("emissions", d::mass - d::energy, "CO2 per energy", "the site's for grid, else the kind's")),
      certain(
          amount("availability", d::none, "share of the rating that can be had", "the kind's in the catalog", 0, 1)),
      certain(amount("life", d::time, "economic life", "the kind's in the catalog", 86400)),
      certainly(written_in("hours", amount("curtailed", d::time,
                                           "of a year, in which it gives less: in the dearest hours, else the hottest",
                                           "0 hours", 0, 8760 * 3600.0))),
      certainly(amount("curtailed_to", d::none, "share of the rating that is left in those hours", "0", 0, 1)),
      text("system", "a CSV of the grid's own load by hour, MW: what that leaves below its limit can be had",
           "none: all of its power"),
      certainly(amount("system_limit", d::power, "of that load and this one together", "the file's highest hour")),
      certain(
          written_in("$/kW/year", amount("demand_charge", per_energy, "per highest power drawn in each month and time",
                                         "0", 0, most_per_power_year))),
      certain(amount("sold", per_energy, "what energy given back earns", "none is")),
      certainly(amount("permit", d::energy, "of a year, at most", "no limit")),
      certain(written_in(
          "/h", amount("ramp", d::frequency, "share of the rating by which it moves in an hour", "any", 1e-6, 1))),
      scenario::whole("units", "equal units, the loss of one of which the others carry",
                      "none; with n_minus_1 by the kind's unit", 1, 1e6),
      certain(amount("unit", d::power, "size of a unit, with n_minus_1", "the kind's in the catalog", 1)),
      certain(amount("no_load", d::none, "share of the fuel at full output that is burnt at none",
                     "0; with part_load the kind's", 0, 0.9)),
      certain(amount("least_load", d::none, "share of what runs that it gives at least", "0; with part_load the kind's",
                     0, 1)),
      certain(amount("start_cost", per_power, "per power started", "0; with part_load the kind's")),
      certain(amount("heat_loss", d::none, "share of the rating lost per K above 15 C, with weather",
                     "the kind's in the catalog", 0, 0.05)),
      of(KeyType::date, "serves", "on a path: the day from which it can serve", "the start and its lead time"),
      of(KeyType::date, "until", "on a path: the day on which it is gone", "it stays"),
      certainly(
          amount("lead_time", d::time, "on a path: from order to service", "the kind's equipment in the catalog")),
      certainly(amount("term", d::time, "on a path: for which it is rented at a time",
                       "rented kinds: 1 year; else owned", 86400 * 30.0)),
  };
}

SupplySources read_supply_sources(Reader& reader, const View& energy, const SupplyBasis& basis) {
  return SourceReader(reader, energy, basis).read();
}

std::size_t source_named(const SupplySources& sources, const std::string& name) {
  const auto found = std::find_if(sources.sources.begin(), sources.sources.end(),
                                  [&](const site::SupplySource& s) { return s.name == name; });
  return static_cast<std::size_t>(found - sources.sources.begin());
}

}  // namespace orrery::study
