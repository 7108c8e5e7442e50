#include "site/power/pypsa.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "base/csv.h"
#include "base/error.h"

namespace orrery::site {
namespace {

namespace fs = std::filesystem;

/// A component's table; without its file it has no rows.
class Components {
 public:
  Components(const std::string& folder, const std::string& name) : name_(name) {
    const std::string path = folder + "/" + name + ".csv";
    if (!fs::exists(path)) return;
    table_ = read_csv(path);
    if (!table_.header.empty() && table_.header.front().empty()) table_.header.front() = "name";
    if (table_.column("name") < 0)
      throw Error({path, 1, 0}, "name", "is no column", "give a folder as PyPSA's export_to_csv_folder writes it");
  }
  std::size_t size() const { return table_.size(); }
  std::string text(std::size_t row, const char* column) const { return table_.cell(row, column); }
  double number(std::size_t row, const char* column, double fallback) const {
    const std::string cell = table_.cell(row, column);
    if (cell == "inf") return infinity;
    return table_.number(row, column, fallback);
  }
  bool flag(std::size_t row, const char* column, bool fallback) const {
    const std::string cell = table_.cell(row, column);
    if (cell.empty()) return fallback;
    if (cell == "True" || cell == "true" || cell == "1" || cell == "1.0") return true;
    if (cell == "False" || cell == "false" || cell == "0" || cell == "0.0") return false;
    refuse(row, column, "is neither True nor False", "give one of the two");
  }
  [[noreturn]] void refuse(std::size_t row, const std::string& column, const std::string& problem,
                           const std::string& remedy) const {
    throw Error({table_.name, table_.line(row), 0}, name_ + "." + column, problem, remedy);
  }
  /// Refuses what an attribute that is not among these says beside its default.
  void only(const std::set<std::string>& known) const {
    static const std::map<std::string, std::string> harmless = {
        {"carrier", ""},   {"control", ""},    {"type", ""},        {"unit", ""},     {"location", ""},
        {"generator", ""}, {"v_nom", ""},      {"sub_network", ""}, {"color", ""},    {"x", ""},
        {"y", ""},         {"build_year", ""}, {"country", ""},     {"lifetime", ""}, {"nice_name", ""},
        {"p_nom_opt", ""}, {"e_nom_opt", ""}};
    static const std::map<std::string, double> defaults = {{"sign", 1},
                                                           {"p_min_pu", 0},
                                                           {"e_min_pu", 0},
                                                           {"q_set", 0},
                                                           {"p_nom_min", 0},
                                                           {"e_nom_min", 0},
                                                           {"p_nom_mod", 0},
                                                           {"e_nom_mod", 0},
                                                           {"start_up_cost", 0},
                                                           {"shut_down_cost", 0},
                                                           {"stand_by_cost", 0},
                                                           {"ramp_limit_start_up", 1},
                                                           {"ramp_limit_shut_down", 1},
                                                           {"inflow", 0},
                                                           {"active", 1}};
    for (std::size_t c = 0; c < table_.header.size(); ++c) {
      const std::string& column = table_.header[c];
      if (known.contains(column) || harmless.contains(column)) continue;
      const auto usual = defaults.find(column);
      for (std::size_t row = 0; row < size(); ++row) {
        const std::string cell(table_.at(row, c));
        if (cell.empty() || cell == "False" || cell == "nan") continue;
        if (usual != defaults.end() &&
            (cell == "True" ? 1 : table_.number(row, column, usual->second)) == usual->second)
          continue;
        refuse(row, column, "is an attribute that this reader does not know", "leave it at PyPSA's default");
      }
    }
  }

 private:
  std::string name_;
  CsvTable table_;
};

/// Series of a component's attribute, a column for each that has one.
class SeriesOf {
 public:
  SeriesOf(const std::string& folder, const std::string& file) {
    const std::string path = folder + "/" + file + ".csv";
    if (fs::exists(path)) table_ = read_csv(path);
  }
  std::size_t size() const { return table_.size(); }
  std::optional<Series> of(const std::string& name, std::size_t steps) const {
    const int column = table_.column(name);
    if (column < 0) return std::nullopt;
    if (table_.size() != steps)
      throw Error({table_.name, 1, 0}, name, fmt::format("has {} steps where others have {}", table_.size(), steps),
                  "give each series the same steps");
    std::vector<double> values;
    for (std::size_t row = 0; row < table_.size(); ++row) {
      values.push_back(table_.number(row, name, std::nan("")));
      if (std::isnan(values.back()))
        throw Error({table_.name, table_.line(row), 0}, name, "is empty", "give a number for each step");
    }
    return Series(std::move(values));
  }

 private:
  CsvTable table_;
};

/// A file of PyPSA's folder on its way into a problem.
class Reading {
 public:
  explicit Reading(const std::string& folder)
      : folder_(folder),
        generators_(folder, "generators"),
        loads_(folder, "loads"),
        units_(folder, "storage_units"),
        stores_(folder, "stores"),
        links_(folder, "links"),
        max_pu_(folder, "generators-p_max_pu"),
        marginal_(folder, "generators-marginal_cost"),
        set_(folder, "loads-p_set") {}

  PypsaNetwork read() {
    for (const char* other : {"lines", "transformers", "shunt_impedances", "storage_units-inflow", "links-p_max_pu"})
      if (Components table(folder_, other); table.size() > 0)
        table.refuse(0, "name", "is of a kind that this reader does not know", "leave it out");
    steps_ = std::max({set_.size(), max_pu_.size(), marginal_.size()});
    if (steps_ == 0) throw Error({folder_, 0, 0}, "loads-p_set", "has no steps", "give the load by hour");
    read_weights();
    read_loads();
    read_budgets();
    read_generators();
    read_units();
    read_stores();
    out_.problem.periods = {{static_cast<int>(steps_), 0}};
    return std::move(out_);
  }

 private:
  EnergyProblem& problem() { return out_.problem; }

  /// Hours that a step stands for, in the cost and in stores, which have to be the same.
  void read_weights() {
    const std::string path = folder_ + "/snapshots.csv";
    if (!fs::exists(path)) {
      weight_ = 8760.0 / static_cast<double>(steps_);
      out_.notes.push_back(
          fmt::format("no snapshots.csv: each of {} steps stands for {:.6g} h of a year", steps_, weight_));
    } else {
      const CsvTable table = read_csv(path);
      if (table.size() != steps_)
        throw Error({table.name, 1, 0}, "snapshots", fmt::format("are {} where series have {}", table.size(), steps_),
                    "give each series the same steps");
      for (std::size_t row = 0; row < table.size(); ++row)
        for (const char* column : {"objective", "stores", "generators"}) {
          const double w = table.number(row, column, 1);
          if (row == 0 && column == std::string("objective")) weight_ = w;
          if (!(w > 0) || w != weight_)
            throw Error({table.name, table.line(row), 0}, column, "is another weight than the first step's",
                        "give all steps one weight");
        }
    }
    problem().weight = weight_;
  }

  void read_loads() {
    loads_.only({"name", "bus", "p_set"});
    std::vector<double> load(steps_);
    for (std::size_t row = 0; row < loads_.size(); ++row) {
      const std::string bus = loads_.text(row, "bus");
      if (main_.empty()) main_ = bus;
      if (bus != main_) loads_.refuse(row, "bus", "is a second bus with a load", "put all loads on one bus");
      const Series of = set_.of(loads_.text(row, "name"), steps_).value_or(Series(loads_.number(row, "p_set", 0)));
      for (std::size_t h = 0; h < steps_; ++h) load[h] += of.at(static_cast<int>(h));
    }
    if (main_.empty()) throw Error({folder_, 0, 0}, "loads", "are none", "give a load to serve");
    problem().load = std::move(load);
  }

  /// Limits on emissions, as PyPSA's primary_energy says them.
  void read_budgets() {
    const Components constraints(folder_, "global_constraints");
    const Components carriers(folder_, "carriers");
    for (std::size_t row = 0; row < constraints.size(); ++row) {
      if (constraints.text(row, "type") != "primary_energy" || constraints.text(row, "sense") != "<=")
        constraints.refuse(row, "type", "is no primary_energy with sense <=", "leave it out");
      const std::string attribute = constraints.text(row, "carrier_attribute");
      std::map<std::string, double> of;
      for (std::size_t c = 0; c < carriers.size(); ++c)
        of[carriers.text(c, "name")] = carriers.number(c, attribute.c_str(), 0);
      limits_.push_back(of);
      problem().budgets.push_back({constraints.text(row, "name"), constraints.number(row, "constant", 0)});
    }
  }

  /// A capacity that is built, or stands, by a row's attributes.
  int add_capacity(const Components& of, std::size_t row, const std::string& nom) {
    Capacity capacity{of.text(row, "name")};
    const int index = static_cast<int>(problem().capacities.size());
    const double cost = of.number(row, "capital_cost", 0), most = of.number(row, (nom + "_max").c_str(), infinity);
    if (of.flag(row, (nom + "_extendable").c_str(), false)) {
      if (cost < 0) of.refuse(row, "capital_cost", "is below 0", "give 0 or more");
      if (cost == 0 && !std::isfinite(most))
        of.refuse(row, nom + "_max", "is left open, and it costs nothing to build", "give the most of it");
      problem().columns.push_back({index, cost, most});
      out_.column_names.push_back(capacity.name);
    } else {
      capacity.given = {of.number(row, nom.c_str(), 0)};
    }
    problem().capacities.push_back(std::move(capacity));
    return index;
  }

  void read_generators() {
    generators_.only({"name", "bus", "p_nom", "p_nom_extendable", "p_nom_max", "marginal_cost", "capital_cost",
                      "efficiency", "p_max_pu", "committable"});
    for (std::size_t row = 0; row < generators_.size(); ++row) {
      const std::string name = generators_.text(row, "name");
      if (generators_.text(row, "bus") != main_)
        generators_.refuse(row, "bus", "is not the bus of the loads", "put generators there");
      if (generators_.flag(row, "committable", false))
        generators_.refuse(row, "committable", "asks for units that start and stop", "leave it at False");
      Flow flow{name};
      flow.capacity = add_capacity(generators_, row, "p_nom");
      flow.bound = max_pu_.of(name, steps_).value_or(Series(generators_.number(row, "p_max_pu", 1)));
      flow.cost = marginal_.of(name, steps_).value_or(Series(generators_.number(row, "marginal_cost", 0)));
      flow.balance = 1;
      const double efficiency = generators_.number(row, "efficiency", 1);
      for (std::size_t g = 0; g < limits_.size(); ++g) {
        const auto of = limits_[g].find(generators_.text(row, "carrier"));
        if (of == limits_[g].end() || of->second == 0) continue;
        if (!(efficiency > 0)) generators_.refuse(row, "efficiency", "is not above 0", "give one");
        flow.budgets.push_back({static_cast<int>(g), of->second / efficiency});
      }
      problem().flows.push_back(std::move(flow));
    }
  }

  /// What is left of what a store holds after a step.
  double kept(const Components& of, std::size_t row) const {
    const double loss = of.number(row, "standing_loss", 0);
    if (!(loss >= 0 && loss < 1)) of.refuse(row, "standing_loss", "is no share below 1", "give 0 to 1");
    return std::pow(1 - loss, weight_);
  }

  void read_units() {
    units_.only({"name", "bus", "p_nom", "p_nom_extendable", "p_nom_max", "marginal_cost", "capital_cost", "max_hours",
                 "efficiency_store", "efficiency_dispatch", "standing_loss", "cyclic_state_of_charge"});
    for (std::size_t row = 0; row < units_.size(); ++row) {
      const std::string name = units_.text(row, "name");
      if (units_.text(row, "bus") != main_) units_.refuse(row, "bus", "is not the bus of the loads", "put it there");
      if (!units_.flag(row, "cyclic_state_of_charge", false))
        units_.refuse(row, "cyclic_state_of_charge", "is not True", "let it end as it began");
      const double in = units_.number(row, "efficiency_store", 1), out = units_.number(row, "efficiency_dispatch", 1);
      if (!(in > 0 && out > 0)) units_.refuse(row, "efficiency_store", "is not above 0", "give one");
      const int capacity = add_capacity(units_, row, "p_nom"), state = static_cast<int>(problem().states.size());
      problem().states.push_back({name});
      const double cost = units_.number(row, "marginal_cost", 0);
      problem().flows.push_back({name + " charge", capacity, 1.0, 0.0, -1, {{state, -in * weight_}}});
      problem().flows.push_back({name + " discharge", capacity, 1.0, cost, 1, {{state, weight_ / out}}});
      problem().flows.push_back({name + " held",
                                 capacity,
                                 units_.number(row, "max_hours", 1),
                                 0.0,
                                 0,
                                 {{state, 1}},
                                 {{state, -kept(units_, row)}}});
    }
  }

  void read_stores() {
    stores_.only({"name", "bus", "e_nom", "e_nom_extendable", "e_nom_max", "e_cyclic", "marginal_cost", "capital_cost",
                  "standing_loss"});
    links_.only({"name", "bus0", "bus1", "efficiency", "p_nom", "p_nom_extendable", "p_nom_max", "marginal_cost",
                 "capital_cost", "p_max_pu"});
    std::map<std::string, int> state_of;  // by bus
    for (std::size_t row = 0; row < stores_.size(); ++row) {
      const std::string name = stores_.text(row, "name"), bus = stores_.text(row, "bus");
      if (bus == main_) stores_.refuse(row, "bus", "is the bus of the loads", "join it by links");
      if (!stores_.flag(row, "e_cyclic", false))
        stores_.refuse(row, "e_cyclic", "is not True", "let it end as it began");
      if (stores_.number(row, "marginal_cost", 0) != 0)
        stores_.refuse(row, "marginal_cost", "is not 0", "put it on a link");
      const auto [at, first] = state_of.emplace(bus, static_cast<int>(problem().states.size()));
      if (first) problem().states.push_back({bus});
      const int capacity = add_capacity(stores_, row, "e_nom");
      problem().flows.push_back({name, capacity, 1.0, 0.0, 0, {{at->second, 1}}, {{at->second, -kept(stores_, row)}}});
    }
    for (std::size_t row = 0; row < links_.size(); ++row) {
      const std::string name = links_.text(row, "name"), from = links_.text(row, "bus0"), to = links_.text(row, "bus1");
      const bool in = from == main_;
      const auto state = state_of.find(in ? to : from);
      if (state == state_of.end() || (!in && to != main_))
        links_.refuse(row, in ? "bus1" : "bus0", "joins no store to the bus of the loads", "leave it out");
      const double efficiency = links_.number(row, "efficiency", 1);
      if (!(efficiency > 0)) links_.refuse(row, "efficiency", "is not above 0", "give one");
      Flow flow{name};
      flow.capacity = add_capacity(links_, row, "p_nom");
      flow.bound = links_.number(row, "p_max_pu", 1);
      flow.cost = links_.number(row, "marginal_cost", 0);
      flow.balance = in ? -1 : efficiency;
      flow.now = {{state->second, in ? -efficiency * weight_ : weight_}};
      problem().flows.push_back(std::move(flow));
    }
  }

  std::string folder_;
  Components generators_, loads_, units_, stores_, links_;
  SeriesOf max_pu_, marginal_, set_;
  std::size_t steps_ = 0;
  double weight_ = 1;
  std::string main_;  ///< the bus of the loads
  std::vector<std::map<std::string, double>> limits_;
  PypsaNetwork out_;
};

}  // namespace

PypsaNetwork read_pypsa(const std::string& folder) {
  if (!fs::is_directory(folder))
    throw Error({folder, 0, 0}, "", "is no folder", "give a folder as PyPSA's export_to_csv_folder writes it");
  return Reading(folder).read();
}

}  // namespace orrery::site
