// What powers a site through a year of hours at least cost: which sources and storage to build, how they run, what it
// costs, and what is lost. Puts the question of a site as a linear programme (energy_problem.h), has it solved with a
// certified gap (least_cost.h) and answers in physical units.
//
// Capital is annualised by the capital recovery factor. Outages are a derating of every hour. One year stands for all;
// supply_path.h has the years one after the other, with what can be built when.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/amount.h"
#include "site/power/energy_problem.h"
#include "site/power/least_cost.h"

namespace orrery::site {

/// A source of electricity: a grid connection, a kind of plant. Per W of rated power and J of electricity.
struct SupplySource {
  std::string name;
  double capital = 0;               ///< $/W a year: annualised, of what is built
  double fixed = 0;                 ///< $/W a year: upkeep, rent, contracts; of what stands too
  double fuel = 0;                  ///< $/J
  Series variable = 0;              ///< $/J by hour, beside fuel; may be below 0
  double emissions = 0;             ///< kg CO2/J
  Series available = 1;             ///< share of the rated power that can be had, by hour
  double standing = 0;              ///< W that stand: their capital is spent
  double least = 0;                 ///< W built beside them, at least
  double most = infinity;           ///< and at most
  bool weather = false;             ///< sun or wind: what is not taken is curtailed, and none is a reserve
  double most_energy = infinity;    ///< J a year, as a permit or a contract has it
  double ramp = infinity;           ///< share of the rated power by which it moves in an hour at most
  double no_load = 0;               ///< share of the fuel at full output that is burnt at none (Willans' line)
  double least_load = 0;            ///< share of what runs that it gives at least
  double start_cost = 0;            ///< $/W that is started
  int units = 0;                    ///< of equal size, of which the loss of one must be carried; 0: not asked
  double demand_charge = 0;         ///< $/W of the highest power drawn in each month
  std::optional<double> sold = {};  ///< $/J of what is given back through it, up to its power; nothing: none is

  /// What runs is followed beside what it gives: plants of many units, in shares of them (a linear unit commitment).
  bool part_load() const { return no_load > 0 || least_load > 0 || start_cost > 0; }
};

/// Storage: power and energy are built each for themselves.
struct SupplyStore {
  std::string name;
  double power_capital = 0, energy_capital = 0;  ///< $/W and $/J a year, annualised
  double fixed = 0;                              ///< $/W a year
  double efficiency = 1;                         ///< out over in, lost in equal parts on both ways
  double available = 1;                          ///< share of the power
  double standing_power = 0, standing_energy = 0;
  double least_power = 0, most_power = infinity;    ///< W built
  double least_energy = 0, most_energy = infinity;  ///< J built
};

/// When something can be built, in quarters from the start of a path.
struct SupplyTimes {
  int first = 0;   ///< in which it can serve first
  int lead = 0;    ///< from order to service
  int until = -1;  ///< from which on it is gone; -1: it stays
  int term = 0;    ///< quarters for which it is rented at a time; 0: it is owned
};

/// Something that is built: in service from the start of a quarter until that of another.
struct SupplyDecision {
  bool store = false;
  std::size_t index = 0;          ///< of the source or store
  int quarter = 0, until = 0;     ///< until: the number of quarters where it stays
  double power = 0, storage = 0;  ///< W, J
};

/// Years of a site one after the other.
struct SupplyPathTimes {
  std::vector<int> quarter_hours;            ///< of each quarter, four a year
  double discount = 0;                       ///< a year
  std::vector<SupplyTimes> sources, stores;  ///< as in the question
  int first_quarter = 0;                     ///< of the calendar's year, 0 to 3
  std::vector<SupplyDecision> decided = {};  ///< built whatever comes, beside what is chosen
};

/// A site's question. Steps are hours of one or several years, of which the answer gives the mean year; with times they
/// are hours of years that come one after the other.
struct SupplyQuestion {
  std::vector<double> load;  ///< W by hour, whole years of 8,760
  std::vector<SupplySource> sources;
  std::vector<SupplyStore> stores;
  double co2_price = 0;              ///< $/kg
  double co2_intensity = infinity;   ///< kg per J of load, at most
  double unserved_price = 0;         ///< $/J: the value of lost load
  double unserved_share = infinity;  ///< of the year's energy, at most
  double shed_price = 0;             ///< $/J of load that gives way
  double shed_share = 0;             ///< of the year's energy, at most
  double clean_share = 0;            ///< of the load, at least, hour by hour from what emits nothing
  double reserve = 0;                ///< share of the load that other plant could take over within the hour
  std::optional<SupplyPathTimes> times = {};
};

/// Dollars a year.
struct SupplyCost {
  double capital = 0, fixed = 0, fuel = 0, variable = 0, co2 = 0;
  double demand = 0, starts = 0;  ///< charges on peaks; what starts cost
  double sales = 0;               ///< what is given back earns: taken off
  double total() const { return capital + fixed + fuel + variable + co2 + demand + starts - sales; }
  void add(const SupplyCost& other);
};

/// What a source or a store does in the mean year. Of a store energy is what it gives.
struct SourceYear {
  double power = 0;           ///< W, with what stands
  double storage = 0;         ///< J, of a store
  double energy = 0;          ///< J
  double charged = 0;         ///< J taken by a store
  double sold = 0;            ///< J given back
  double available = 0;       ///< J that could be had
  double hours_at_limit = 0;  ///< hours a year within a thousandth of what can be had
  double emissions = 0;       ///< kg
  SupplyCost cost;
  double capacity_factor() const { return power > 0 ? energy / (power * 8760 * 3600) : 0; }
};

/// A month of the mean year, or a quarter of a path: J, kg, $.
struct SupplySpan {
  double load = 0, unserved = 0, shed = 0, curtailed = 0, reserve_short = 0;
  double price_sum = 0;  ///< of marginal cost times load
  std::vector<double> by_source, sold, emissions_by_source, discharged, charged;
  std::vector<SupplyCost> cost_by_source;  ///< without capital, fixed cost and demand charges

  double emissions() const;
  SupplyCost cost() const;
  /// $/J: mean of the marginal cost of load, weighted by load.
  double price() const { return load > 0 ? price_sum / load : 0; }
};

/// Firm plant that would end a shortfall: as much as the hour of the largest lack asks for.
struct WayOut {
  std::string name;
  double power = 0;  ///< W beside what was allowed
  double cost = 0;   ///< $ a year with the energy that it gives
};

/// What is built more, of one source or store.
struct Addition {
  std::string name;
  double power = 0, storage = 0;  ///< W, J
};

/// W, held J, by source or store and hour; running and sold are empty where there is none.
struct SupplyHours {
  std::vector<std::vector<double>> output, running, sold, charging, giving, held;
  std::vector<double> started;  ///< W by source: the sum of starts, at what they are worth
  std::vector<double> unserved, shed, reserve_short;
};

struct SupplyYear {
  bool proven = false;   ///< gap below the one asked for
  double gap = 0;        ///< of the objective, relative
  double objective = 0;  ///< $ a year: cost, lost load and load that gave way at their prices
  int iterations = 0;
  std::vector<SourceYear> sources, stores;  ///< as in the question
  SupplyHours hours;
  std::vector<double> price;  ///< $/J by hour: marginal cost of load
  std::array<SupplySpan, 12> months;
  SupplyCost cost;
  double load = 0, served = 0, lost = 0, gave_way = 0, curtailed = 0;  ///< J a year
  double emissions = 0;                                                ///< kg a year
  double reserve_short = 0;                                            ///< J a year of reserve that is not there
  bool feasible = true;                                                ///< unserved energy is within its limit
  std::size_t worst = 0;                                               ///< hour of the largest lack
  double hours_lacking = 0;                                            ///< a year
};

/// The month (0 to 11) of an hour of the year, of a year of 365 days.
std::size_t month_of_hour(std::size_t hour);

/// The least cost. Where no choice holds unserved energy to its limit, the answer is the one that comes nearest, and is
/// not feasible. Energy balances in every hour to 1e-9 of the highest load: what the method leaves is put on what has
/// the most room, and the gap counts it. Throws Error for a load that is not of whole years, numbers that are not
/// finite, a store with an efficiency outside (0, 1], and a least above its most; GivenUp as least_cost does.
SupplyYear supply_year(const SupplyQuestion& question);

/// What each of these sources would cost to end the lack of the question's year, the cheapest first. Left out are those
/// that cannot be had in an hour that lacks, and those that emit more than its cap or its clean share leaves.
std::vector<WayOut> ways_out(const SupplyYear& year, const std::vector<SupplySource>& candidates,
                             const SupplyQuestion& question);

/// The cheapest mix of these sources and stores, as much of each as it takes, that serves what lacks of the question's
/// year until its reliability holds, within its limits of CO2. What stands is left as it is: stores are filled from
/// these sources alone, so that it is no less than what would do.
struct LeastRemedy {
  double cost = 0;  ///< $ a year
  std::vector<Addition> additions;
};
/// Nothing where no mix does. Throws as supply_year does.
std::optional<LeastRemedy> least_remedy(const SupplyYear& year, const std::vector<SupplySource>& sources,
                                        const std::vector<SupplyStore>& stores, const SupplyQuestion& question);

}  // namespace orrery::site
