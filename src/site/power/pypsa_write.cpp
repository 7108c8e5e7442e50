#include "site/power/pypsa_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, mwh = 3.6e9, tonne = 1e3;
constexpr const char* bus = "electricity";
constexpr std::size_t year_hours = 8760;

/// A file of rows.
class Sheet {
 public:
  explicit Sheet(std::vector<std::string> header) { row(header); }
  void row(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) text_ += (i > 0 ? "," : "") + csv_field(cells[i]);
    text_ += '\n';
    ++rows_;
  }
  bool empty() const { return rows_ == 1; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int rows_ = 0;
};

/// The shortest text that reads back as the same number.
std::string number(double x) {
  return fmt::format("{}", x);
}

/// "2025-07-01 13:00:00": 29 February is left out.
std::string hour_label(std::size_t hour) {
  const int year = 2025 + static_cast<int>(hour / year_hours);
  const int day = static_cast<int>(hour % year_hours / 24);
  Date date{make_date(year, 1, 1).days + day};
  if (date.days >= make_date(year, 2, 28).days + 1 &&
      make_date(year + 1, 1, 1).days - make_date(year, 1, 1).days == 366)
    ++date.days;
  return fmt::format("{} {:02}:00:00", date.text(), hour % 24);
}

/// Series of an attribute, a column for each component that has one.
struct SeriesFile {
  std::vector<std::pair<std::string, const std::vector<double>*>> columns = {};

  std::string text(std::size_t hours) const {
    std::vector<std::string> cells = {"snapshot"};
    for (const auto& [name, values] : columns) cells.push_back(name);
    Sheet sheet(cells);
    for (std::size_t h = 0; h < hours; ++h) {
      cells = {hour_label(h)};
      for (const auto& [name, values] : columns) cells.push_back(number((*values)[h]));
      sheet.row(cells);
    }
    return sheet.text();
  }
};

/// A size of a component, in its unit: what is least and most of it, what a unit costs a year, what was found.
struct Size {
  double least = 0, most = infinity, cost = 0, found = 0;

  std::vector<std::string> cells() const { return {"True", number(least), number(most), number(cost), number(found)}; }
};

class Writing {
 public:
  Writing(const SupplyQuestion& question, const SupplyYear& year) : q_(question), y_(year), hours_(q_.load.size()) {
    highest_ = *std::max_element(q_.load.begin(), q_.load.end());
    for (const SupplySource& s : q_.sources)
      for (const double x : s.variable.values()) paid_ = paid_ || x < 0;
  }

  std::map<std::string, std::string> files(const std::string& name) {
    check();
    std::map<std::string, std::string> out;
    for (const double x : q_.load) load_.push_back(x / mw);
    load_series_.columns = {{"load", &load_}};
    costs_.reserve(q_.sources.size());  // columns of prices point into it
    buses_.row({bus, "AC"});
    for (std::size_t i = 0; i < q_.sources.size(); ++i) add_source(i);
    for (std::size_t i = 0; i < q_.stores.size(); ++i) add_store(i);
    add_lacks();
    Sheet network({"name", "_multi_invest", "pypsa_version", "srid"}), loads({"name", "bus", "carrier"});
    network.row({name, "0", "1.1.2", "4326"}), loads.row({"load", bus, ""});
    out["network.csv"] = network.text(), out["loads.csv"] = loads.text();
    out["meta.json"] = "{\"currency\": \"USD\"}\n";
    out["snapshots.csv"] = snapshots();
    if (std::isfinite(q_.co2_intensity)) limit("co2", "co2_emissions", q_.co2_intensity * energy() / tonne);
    for (const auto& [file, sheet] : {std::pair{"buses", &buses_},
                                      {"carriers", &carriers_},
                                      {"generators", &generators_},
                                      {"stores", &stores_},
                                      {"links", &links_},
                                      {"global_constraints", &limits_}})
      if (!sheet->empty()) out[file + std::string(".csv")] = sheet->text();
    for (const auto& [file, series] : {std::pair{"loads-p_set", &load_series_},
                                       {"generators-p_max_pu", &shares_},
                                       {"generators-marginal_cost", &prices_}})
      if (!series->columns.empty()) out[file + std::string(".csv")] = series->text(hours_);
    return out;
  }

 private:
  void check() const {
    if (!y_.feasible)
      throw Error({}, "PyPSA", "would find nothing that holds the reliability asked for",
                  "ask for less, or let more be built");
    const auto refuse = [](bool is, const char* what) {
      if (is)
        throw Error({}, "PyPSA", fmt::format("is not given {}: no form for it is written here", what),
                    "leave that out");
    };
    refuse(q_.times.has_value(), "a path of quarters");
    refuse(q_.reserve > 0, "a reserve"), refuse(q_.clean_share > 0, "a share of clean energy");
    for (const SupplySource& s : q_.sources) {
      refuse(s.units > 0, "the loss of a unit"), refuse(s.part_load(), "part load");
      refuse(s.ramp < 1, "ramps"), refuse(s.demand_charge > 0, "charges on peaks");
      refuse(s.sold.has_value(), "energy that is sold"), refuse(std::isfinite(s.most_energy), "a permit");
    }
    if (paid_ && !q_.stores.empty())
      throw Error({}, "PyPSA", "has no form for storage of a power and an energy of their own where prices are below 0",
                  "leave storage or those prices out");
  }

  double years() const { return static_cast<double>(hours_) / year_hours; }
  /// J a year.
  double energy() const {
    double sum = 0;
    for (const double x : q_.load) sum += x * 3600;
    return sum / years();
  }
  /// W of a source or store that can be meant, as in supply.cpp.
  double end() const { return 100 * highest_; }

  std::string snapshots() const {
    Sheet sheet({"", "snapshot", "objective", "stores", "generators"});
    const std::string weight = number(1 / years());
    for (std::size_t h = 0; h < hours_; ++h) sheet.row({std::to_string(h), hour_label(h), weight, "1", weight});
    return sheet.text();
  }

  void limit(const char* name, const char* attribute, double most) {
    limits_.row({name, "primary_energy", attribute, "<=", number(most)});
  }

  void add_source(std::size_t i) {
    const SupplySource& s = q_.sources[i];
    if (s.standing + s.least <= 0 && s.most <= 0) return;
    carriers_.row({s.name, number(s.emissions * mwh / tonne), "0", "0"});
    const double most = paid_ ? std::min(s.most, std::max(s.least, end())) : s.most;
    const Size stands{s.standing / mw, s.standing / mw, s.fixed * mw, s.standing / mw};
    const Size built{s.least / mw, most / mw, (s.capital + s.fixed) * mw, (y_.sources[i].power - s.standing) / mw};
    std::vector<double>& cost = costs_.emplace_back();
    for (const double x : s.variable.values()) cost.push_back((x + s.fuel + s.emissions * q_.co2_price) * mwh);
    const auto add = [&](const std::string& name, const Size& size) {
      std::vector<std::string> cells = {name, bus, s.name, "0"};
      for (std::string& cell : size.cells()) cells.push_back(std::move(cell));
      const bool by_hour = s.available.size() > 1;
      cells.push_back(by_hour ? "1" : number(s.available.at(0)));
      cells.push_back(cost.size() > 1 ? "0" : number(cost.front()));
      generators_.row(cells);
      if (by_hour) shares_.columns.emplace_back(name, &s.available.values());
      if (cost.size() > 1) prices_.columns.emplace_back(name, &cost);
    };
    if (s.standing > 0) add(s.name + " standing", stands);
    if (s.most > 0) add(s.name, built);
  }

  void add_store(std::size_t i) {
    const SupplyStore& s = q_.stores[i];
    if (s.standing_power + s.most_power <= 0 || s.standing_energy + s.most_energy <= 0) return;
    const std::string terminal = s.name + " terminal";
    carriers_.row({s.name, "0", "0", "0"});
    buses_.row({terminal, "AC"}), buses_.row({s.name, s.name});
    const auto link = [&](const std::string& name, const char* from, const std::string& to, double share,
                          const Size& size) {
      std::vector<std::string> cells = {name, from, to, s.name, "1", "0"};
      for (std::string& cell : size.cells()) cells.push_back(std::move(cell));
      cells.push_back(number(-share)), cells.push_back(number(share));
      links_.row(cells);
    };
    const double power = y_.stores[i].power - s.standing_power, energy = y_.stores[i].storage - s.standing_energy;
    if (s.standing_power > 0)
      link(s.name + " power standing", bus, terminal, s.available,
           {s.standing_power / mw, s.standing_power / mw, s.fixed * mw, s.standing_power / mw});
    if (s.most_power > 0)
      link(s.name + " power", bus, terminal, s.available,
           {s.least_power / mw, s.most_power / mw, (s.power_capital + s.fixed) * mw, power / mw});
    // Never full: they carry what the power lets through, before losses or after.
    const double way = std::sqrt(s.efficiency);
    const double through =
        std::max(s.standing_power + std::max(s.least_power, power), std::min(s.standing_power + s.most_power, end())) /
        mw / way;
    for (const auto& [what, from, to] : {std::tuple{" charge", terminal, s.name}, {" discharge", s.name, terminal}})
      links_.row({s.name + what, from, to, s.name, number(way), number(through), "False", "0", "inf", "0",
                  number(through), "0", "1"});
    if (s.standing_energy > 0)
      stores_.row({s.name + " standing", s.name, s.name, number(s.standing_energy / mwh), "False", "0", "inf", "0",
                   number(s.standing_energy / mwh), "True"});
    if (s.most_energy > 0) {
      std::vector<std::string> cells = {s.name, s.name, s.name, "0"};
      const Size size{s.least_energy / mwh, s.most_energy / mwh, s.energy_capital * mwh, energy / mwh};
      for (std::string& cell : size.cells()) cells.push_back(std::move(cell));
      cells.push_back("True");
      stores_.row(cells);
    }
  }

  /// Load that is not served and that gives way, as generators that can take its place.
  void add_lacks() {
    for (const double x : q_.load) lacks_.push_back(x / highest_);
    const auto add = [&](const char* name, double price, double share) {
      const std::string size = number(highest_ / mw);
      generators_.row({name, bus, name, size, "False", "0", "inf", "0", size, "1", number(price * mwh)});
      shares_.columns.emplace_back(name, &lacks_);
      const bool unserved = name == std::string("unserved");
      carriers_.row({name, "0", unserved ? "1" : "0", unserved ? "0" : "1"});
      if (std::isfinite(share)) limit(name, unserved ? "unserved" : "given_up", share * energy() / mwh);
    };
    if (q_.shed_share > 0) add("given up", q_.shed_price, q_.shed_share);
    if (q_.unserved_share > 0) add("unserved", q_.unserved_price, q_.unserved_share);
  }

  const SupplyQuestion& q_;
  const SupplyYear& y_;
  std::size_t hours_;
  double highest_ = 0;
  bool paid_ = false;  ///< prices are below 0
  std::vector<double> load_, lacks_;
  std::vector<std::vector<double>> costs_;
  SeriesFile load_series_, shares_, prices_;
  Sheet buses_ = Sheet({"name", "carrier"});
  Sheet carriers_ = Sheet({"name", "co2_emissions", "unserved", "given_up"});
  Sheet generators_ = Sheet({"name", "bus", "carrier", "p_nom", "p_nom_extendable", "p_nom_min", "p_nom_max",
                             "capital_cost", "p_nom_opt", "p_max_pu", "marginal_cost"});
  Sheet stores_ = Sheet({"name", "bus", "carrier", "e_nom", "e_nom_extendable", "e_nom_min", "e_nom_max",
                         "capital_cost", "e_nom_opt", "e_cyclic"});
  Sheet links_ = Sheet({"name", "bus0", "bus1", "carrier", "efficiency", "p_nom", "p_nom_extendable", "p_nom_min",
                        "p_nom_max", "capital_cost", "p_nom_opt", "p_min_pu", "p_max_pu"});
  Sheet limits_ = Sheet({"name", "type", "carrier_attribute", "sense", "constant"});
};

}  // namespace

std::map<std::string, std::string> pypsa_files(const SupplyQuestion& question, const SupplyYear& year,
                                               const std::string& name) {
  return Writing(question, year).files(name);
}

}  // namespace orrery::site
