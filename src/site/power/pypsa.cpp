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
    if (table_.empty()) throw Error({path, 1, 0}, "", "has no rows", "give the whole file, or leave it out");
    std::set<std::string> names;
    for (std::size_t row = 0; row < table_.size(); ++row)
      if (!names.insert(table_.cell(row, "name")).second)
        refuse(row, "name", "stands a second time: " + in_quotes(table_.cell(row, "name")),
               "give each a name of its own");
  }
  const std::string& list() const { return name_; }
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
        {"carrier", ""},   {"control", ""},    {"type", ""},        {"unit", ""},      {"location", ""},
        {"generator", ""}, {"v_nom", ""},      {"sub_network", ""}, {"color", ""},     {"x", ""},
        {"y", ""},         {"build_year", ""}, {"country", ""},     {"lifetime", ""},  {"nice_name", ""},
        {"p_nom_opt", ""}, {"e_nom_opt", ""},  {"length", ""},      {"e_initial", ""}, {"state_of_charge_initial", ""}};
    static const std::map<std::string, double> defaults = {{"sign", 1},
                                                           {"p_min_pu", 0},
                                                           {"e_min_pu", 0},
                                                           {"e_max_pu", 1},
                                                           {"q_set", 0},
                                                           {"marginal_cost_quadratic", 0},
                                                           {"marginal_cost_storage", 0},
                                                           {"fom_cost", 0},
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
        if (cell.empty() || cell == "nan") continue;
        if (usual == defaults.end()) {
          if (cell == "False") continue;
        } else if ((cell == "True"    ? 1
                    : cell == "False" ? 0
                                      : table_.number(row, column, usual->second)) == usual->second) {
          continue;
        }
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
    if (!fs::exists(path)) return;
    table_ = read_csv(path);
    std::set<std::string> names;
    for (const std::string& name : table_.header)
      if (!names.insert(name).second) throw Error({path, 1, 0}, name, "stands a second time", "give each series once");
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
        buses_(folder, "buses"),
        generators_(folder, "generators"),
        loads_(folder, "loads"),
        units_(folder, "storage_units"),
        stores_(folder, "stores"),
        links_(folder, "links"),
        max_pu_(folder, "generators-p_max_pu"),
        marginal_(folder, "generators-marginal_cost"),
        set_(folder, "loads-p_set") {}

  PypsaNetwork read() {
    check_files();
    if (const Components network(folder_, "network"); network.size() > 0) out_.name = network.text(0, "name");
    for (const Components* of : {&loads_, &generators_, &units_, &stores_, &links_}) check_buses(*of);
    steps_ = std::max({set_.size(), max_pu_.size(), marginal_.size()});
    read_weights();
    read_loads();
    read_budgets();
    read_generators();
    read_units();
    read_stores();
    read_links();
    out_.problem.periods = {{static_cast<int>(steps_), 0}};
    return std::move(out_);
  }

 private:
  EnergyProblem& problem() { return out_.problem; }

  /// Refuses tables and series that would be left out: of kinds that are not read, and of attributes.
  void check_files() const {
    for (const char* other : {"lines", "transformers", "shunt_impedances", "processes", "investment_periods"}) {
      const std::string path = folder_ + "/" + other + ".csv";
      if (!fs::exists(path)) continue;
      if (const CsvTable table = read_csv(path); table.size() > 0)
        throw Error({path, table.line(0), 0}, other, "are of a kind that this reader does not know", "leave them out");
    }
    const std::set<std::string> read = {"generators-p_max_pu", "generators-marginal_cost", "loads-p_set"};
    // What an optimisation has written.
    const std::set<std::string> outputs = {"p",        "q",         "p0",
                                           "p1",       "e",         "p_dispatch",
                                           "p_store",  "spill",     "v_mag_pu",
                                           "v_ang",    "status",    "marginal_price",
                                           "start_up", "shut_down", "state_of_charge"};
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
      const std::string file = entry.path().filename().string();
      const std::size_t dash = file.find('-');
      if (dash == std::string::npos || !file.ends_with(".csv")) continue;
      const std::string name = file.substr(0, file.size() - 4), attribute = name.substr(dash + 1);
      if (read.contains(name) || outputs.contains(attribute) || attribute.starts_with("mu_")) continue;
      if (read_csv(entry.path().string()).header.size() > 1)
        throw Error({entry.path().string(), 1, 0}, name, "are series that this reader does not know",
                    "leave them out, or give one number for all steps");
    }
  }

  /// Refuses components at buses that are not there.
  void check_buses(const Components& of) const {
    std::set<std::string> known;
    for (std::size_t row = 0; row < buses_.size(); ++row) known.insert(buses_.text(row, "name"));
    if (known.empty()) return;
    for (std::size_t row = 0; row < of.size(); ++row)
      for (const char* column : {"bus", "bus0", "bus1"})
        if (const std::string bus = of.text(row, column); !bus.empty() && !known.contains(bus))
          of.refuse(row, column, in_quotes(bus) + " is no bus of buses.csv", "name one that is there");
  }

  /// Hours that a step stands for, in the cost and for limits, which have to be the same, and in stores.
  void read_weights() {
    const std::string path = folder_ + "/snapshots.csv";
    if (!fs::exists(path)) {
      if (steps_ == 0) throw Error({folder_, 0, 0}, "loads-p_set", "has no steps", "give the load by hour");
      weight_ = step_ = 8760.0 / static_cast<double>(steps_);
      out_.notes.push_back(
          fmt::format("no snapshots.csv: each of {} steps stands for {:.6g} h of a year", steps_, weight_));
    } else {
      const CsvTable table = read_csv(path);
      if (steps_ == 0) steps_ = table.size();
      if (steps_ == 0 || table.size() != steps_)
        throw Error({table.name, 1, 0}, "snapshots", fmt::format("are {} where series have {}", table.size(), steps_),
                    "give each series the same steps");
      const auto weight_of = [&](const char* column) {
        const double first = table.number(0, column, 1);
        for (std::size_t row = 0; row < table.size(); ++row)
          if (const double w = table.number(row, column, 1); !(w > 0) || w != first)
            throw Error({table.name, table.line(row), 0}, column, "is another weight than the first step's",
                        "give all steps one weight");
        return first;
      };
      weight_ = weight_of("objective"), step_ = weight_of("stores");
      if (weight_of("generators") != weight_)
        throw Error({table.name, table.line(0), 0}, "generators", "are weighted another way than the objective",
                    "give both one weight");
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

  /// A component whose size is built, or stands, by a row's attributes.
  PypsaComponent& add_component(const Components& of, std::size_t row, const std::string& nom) {
    PypsaComponent& out = out_.components.emplace_back();
    out.list = of.list(), out.name = of.text(row, "name"), out.carrier = of.text(row, "carrier");
    out.capacity = static_cast<int>(problem().capacities.size());
    Capacity& capacity = problem().capacities.emplace_back(Capacity{out.name});
    if (!of.flag(row, (nom + "_extendable").c_str(), false)) {
      capacity.given = {of.number(row, nom.c_str(), 0)};
      return out;
    }
    const double least = of.number(row, (nom + "_min").c_str(), 0);
    const double most = of.number(row, (nom + "_max").c_str(), infinity);
    out.capital_cost = of.number(row, "capital_cost", 0);
    if (out.capital_cost < 0) of.refuse(row, "capital_cost", "is below 0", "give 0 or more");
    if (!(least >= 0 && least <= most && std::isfinite(least)))
      of.refuse(row, nom + "_min", "is below 0 or above the most", "give 0 to " + nom + "_max");
    if (out.capital_cost == 0 && !std::isfinite(most))
      of.refuse(row, nom + "_max", "is left open, and it costs nothing to build", "give the most of it");
    if (least > 0) capacity.given = {least}, out_.constant += least * out.capital_cost;
    if (most == least) return out;
    out.column = static_cast<int>(problem().columns.size());
    problem().columns.push_back({out.capacity, out.capital_cost, most - least});
    out_.column_names.push_back(out.name);
    return out;
  }

  int add_flow(Flow flow) {
    problem().flows.push_back(std::move(flow));
    return static_cast<int>(problem().flows.size()) - 1;
  }

  void read_generators() {
    generators_.only({"name", "bus", "p_nom", "p_nom_extendable", "p_nom_min", "p_nom_max", "marginal_cost",
                      "capital_cost", "efficiency", "p_max_pu", "committable"});
    for (std::size_t row = 0; row < generators_.size(); ++row) {
      const std::string name = generators_.text(row, "name");
      if (generators_.text(row, "bus") != main_)
        generators_.refuse(row, "bus", "is not the bus of the loads", "put generators there");
      if (generators_.flag(row, "committable", false))
        generators_.refuse(row, "committable", "asks for units that start and stop", "leave it at False");
      Flow flow{name};
      PypsaComponent& component = add_component(generators_, row, "p_nom");
      flow.capacity = component.capacity;
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
      component.gives = add_flow(std::move(flow));
    }
  }

  /// What is left of what a store holds after a step.
  double kept(const Components& of, std::size_t row) const {
    const double loss = of.number(row, "standing_loss", 0);
    if (!(loss >= 0 && loss < 1)) of.refuse(row, "standing_loss", "is no share below 1", "give 0 to 1");
    return std::pow(1 - loss, step_);
  }

  void read_units() {
    units_.only({"name", "bus", "p_nom", "p_nom_extendable", "p_nom_min", "p_nom_max", "p_min_pu", "p_max_pu",
                 "marginal_cost", "capital_cost", "max_hours", "efficiency_store", "efficiency_dispatch",
                 "standing_loss", "cyclic_state_of_charge"});
    for (std::size_t row = 0; row < units_.size(); ++row) {
      const std::string name = units_.text(row, "name");
      if (units_.text(row, "bus") != main_) units_.refuse(row, "bus", "is not the bus of the loads", "put it there");
      if (!units_.flag(row, "cyclic_state_of_charge", false))
        units_.refuse(row, "cyclic_state_of_charge", "is not True", "let it end as it began");
      const double in = units_.number(row, "efficiency_store", 1), out = units_.number(row, "efficiency_dispatch", 1);
      if (!(in > 0 && out > 0)) units_.refuse(row, "efficiency_store", "is not above 0", "give one");
      PypsaComponent& component = add_component(units_, row, "p_nom");
      const int capacity = component.capacity, state = add_state(name);
      const double least = units_.number(row, "p_min_pu", -1), most = units_.number(row, "p_max_pu", 1);
      if (least > 0) units_.refuse(row, "p_min_pu", "is above 0", "give -1 to 0");
      component.takes = add_flow({name + " charge", capacity, -least, 0.0, -1, {{state, -in * step_}}});
      component.gives = add_flow(
          {name + " discharge", capacity, most, units_.number(row, "marginal_cost", 0), 1, {{state, step_ / out}}});
      add_flow({name + " held",
                capacity,
                units_.number(row, "max_hours", 1),
                0.0,
                0,
                {{state, 1}},
                {{state, -kept(units_, row)}}});
    }
  }

  int add_state(const std::string& name) {
    problem().states.push_back({name});
    return static_cast<int>(problem().states.size()) - 1;
  }

  /// The row of a bus that is not that of the loads, added when it is first asked for.
  int state_of(const std::string& bus) {
    const auto known = bus_states_.find(bus);
    return known != bus_states_.end() ? known->second : bus_states_[bus] = add_state(bus);
  }

  void read_stores() {
    stores_.only({"name", "bus", "e_nom", "e_nom_extendable", "e_nom_min", "e_nom_max", "e_cyclic", "marginal_cost",
                  "capital_cost", "standing_loss"});
    for (std::size_t row = 0; row < stores_.size(); ++row) {
      const std::string name = stores_.text(row, "name"), bus = stores_.text(row, "bus");
      if (bus == main_) stores_.refuse(row, "bus", "is the bus of the loads", "join it by links");
      if (!stores_.flag(row, "e_cyclic", false))
        stores_.refuse(row, "e_cyclic", "is not True", "let it end as it began");
      if (stores_.number(row, "marginal_cost", 0) != 0)
        stores_.refuse(row, "marginal_cost", "is not 0", "put it on a link");
      const int state = state_of(bus), capacity = add_component(stores_, row, "e_nom").capacity;
      add_flow({name, capacity, 1.0, 0.0, 0, {{state, 1}}, {{state, -kept(stores_, row)}}});
    }
  }

  /// What leaves one bus and arrives at another; with p_min_pu below 0 the other way too, less what a MW gives there.
  void read_links() {
    links_.only({"name", "bus0", "bus1", "efficiency", "p_nom", "p_nom_extendable", "p_nom_min", "p_nom_max",
                 "p_min_pu", "p_max_pu", "marginal_cost", "capital_cost"});
    std::set<std::string> joined = {main_};
    for (const auto& [bus, state] : bus_states_) joined.insert(bus);
    std::map<std::string, int> ends;
    for (std::size_t row = 0; row < links_.size(); ++row)
      for (const char* end : {"bus0", "bus1"}) ++ends[links_.text(row, end)];
    for (std::size_t row = 0; row < links_.size(); ++row) {
      const std::string name = links_.text(row, "name"), from = links_.text(row, "bus0"), to = links_.text(row, "bus1");
      // A bus without a store is a place between two links.
      if (from == to) links_.refuse(row, "bus1", "is its bus0", "leave it out");
      for (const auto& [column, bus] : {std::pair{"bus0", from}, {"bus1", to}})
        if (!joined.contains(bus) && ends[bus] < 2)
          links_.refuse(row, column, "joins no store to the bus of the loads", "leave it out");
      const double efficiency = links_.number(row, "efficiency", 1), cost = links_.number(row, "marginal_cost", 0);
      if (!(efficiency > 0)) links_.refuse(row, "efficiency", "is not above 0", "give one");
      const double least = links_.number(row, "p_min_pu", 0), most = links_.number(row, "p_max_pu", 1);
      if (least > 0) links_.refuse(row, "p_min_pu", "is above 0", "give 0 or less");
      if (least < 0 && cost != 0)
        links_.refuse(row, "marginal_cost", "would be earned on the way back", "give 0, or a p_min_pu of 0");
      PypsaComponent& component = add_component(links_, row, "p_nom");
      component.arrives = efficiency;
      Flow flow{name, component.capacity, most, cost};
      if (from == main_) flow.balance -= 1;
      else flow.now.push_back({state_of(from), step_});
      if (to == main_) flow.balance += efficiency;
      else flow.now.push_back({state_of(to), -efficiency * step_});
      component.gives = add_flow(flow);
      if (least == 0) continue;
      flow.name += " back", flow.bound = -least, flow.balance = -flow.balance;
      for (Term& term : flow.now) term.value = -term.value;
      component.takes = add_flow(std::move(flow));
    }
  }

  std::string folder_;
  Components buses_, generators_, loads_, units_, stores_, links_;
  SeriesOf max_pu_, marginal_, set_;
  std::size_t steps_ = 0;
  double weight_ = 1, step_ = 1;  ///< hours of a step in the cost, and in stores
  std::string main_;              ///< the bus of the loads
  std::map<std::string, int> bus_states_;
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
