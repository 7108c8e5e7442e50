#include "site/power/supply.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr std::size_t year_hours = 8760;
constexpr double hour = 3600;
// The programme is in MW, MWh and $.
constexpr double mw = 1e6, mwh = mw * hour;

/// Above what any source costs that is built for one hour alone: what is lacking beyond the limit.
double price_beyond(const SupplyQuestion& q) {
  double most = q.unserved_price;
  for (const SupplySource& s : q.sources) most = std::max(most, (s.capital + s.fixed) / hour + s.fuel);
  for (const SupplyStore& s : q.stores) most = std::max(most, (s.power_capital + s.fixed) / hour + s.energy_capital);
  return 10 * most;
}

void check(const SupplyQuestion& q) {
  if (q.load.empty() || q.load.size() % year_hours != 0)
    throw Error({}, "load", "is not of whole years of 8,760 hours", "give every hour of one or several years");
  for (const SupplyStore& s : q.stores) {
    if (!(s.efficiency > 0) || s.efficiency > 1)
      throw Error({}, s.name, "has an efficiency outside 0 to 1", "give energy out over energy in");
    if (s.least_power > s.most_power || s.least_energy > s.most_energy)
      throw Error({}, s.name, "has a least size above its most", "lower the least");
  }
  for (const SupplySource& s : q.sources)
    if (s.least > s.most) throw Error({}, s.name, "has a least power above its most", "lower the least");
}

/// The linear programme and where its parts are.
struct Programme {
  EnergyProblem problem;
  std::vector<int> source_column, power_column, energy_column;  ///< -1: nothing can be built
  std::vector<int> source_flow, charge, discharge, held;        ///< -1: none
  int unserved = -1, beyond = -1, shed = -1;
};

Series in_mwh(const Series& per_joule, double add) {
  std::vector<double> out = per_joule.values();
  for (double& x : out) x = (x + add) * mwh;
  if (out.size() == 1) return Series(out.front());
  return Series(std::move(out));
}

Series scaled(const std::vector<double>& of, double by) {
  std::vector<double> out = of;
  for (double& x : out) x *= by;
  return Series(std::move(out));
}

/// Adds a capacity with what is given of it and, where more can be built, a column; the column's number or -1. unit is
/// W or J per MW or MWh.
int add_capacity(EnergyProblem& p, const std::string& name, double given, double least, double most, double cost,
                 double unit, double usual) {
  Capacity capacity;
  capacity.name = name, capacity.usual = usual;
  if (given + least > 0) capacity.given = {(given + least) / unit};
  const int index = static_cast<int>(p.capacities.size());
  p.capacities.push_back(std::move(capacity));
  if (most <= least) return -1;
  Column column;
  column.capacity = index, column.cost = cost * unit, column.most = (most - least) / unit;
  p.columns.push_back(column);
  return static_cast<int>(p.columns.size()) - 1;
}

Programme programme_of(const SupplyQuestion& q) {
  Programme out;
  EnergyProblem& p = out.problem;
  const double years = static_cast<double>(q.load.size()) / year_hours;
  const double highest = *std::max_element(q.load.begin(), q.load.end()) / mw;
  double energy = 0;  // MWh a year
  for (const double x : q.load) energy += x / mw / years;
  Period period;
  period.hours = static_cast<int>(q.load.size());
  p.periods = {period};
  p.weight = 1 / years;
  p.load = scaled(q.load, 1 / mw);
  // Where prices are below 0 nothing may be built without end.
  const bool paid = std::any_of(q.sources.begin(), q.sources.end(), [](const SupplySource& s) {
    return *std::min_element(s.variable.values().begin(), s.variable.values().end()) < 0;
  });
  const double end = paid ? 100 * highest * mw : infinity;
  int co2 = -1, reliable = -1, giving = -1;
  const auto add_budget = [&](const char* name, double limit) {
    Budget budget;
    budget.name = name, budget.limit = limit;
    p.budgets.push_back(budget);
    return static_cast<int>(p.budgets.size()) - 1;
  };
  if (std::isfinite(q.co2_intensity)) co2 = add_budget("co2", q.co2_intensity * mwh * energy);
  for (const SupplySource& s : q.sources) {
    const double given = s.standing + s.least;
    out.source_column.push_back(-1), out.source_flow.push_back(-1);
    if (given <= 0 && s.most <= 0) continue;
    out.source_column.back() = add_capacity(p, s.name, s.standing, s.least, std::min(s.most, std::max(s.least, end)),
                                            s.capital + s.fixed, mw, 0);
    Flow flow;
    flow.name = s.name, flow.capacity = static_cast<int>(p.capacities.size()) - 1, flow.bound = s.available;
    flow.cost = in_mwh(s.variable, s.fuel + s.emissions * q.co2_price), flow.balance = 1;
    if (co2 >= 0 && s.emissions > 0) flow.budgets = {{co2, s.emissions * mwh}};
    out.source_flow.back() = static_cast<int>(p.flows.size());
    p.flows.push_back(std::move(flow));
  }
  for (const SupplyStore& s : q.stores) {
    for (std::vector<int>* list : {&out.power_column, &out.energy_column, &out.charge, &out.discharge, &out.held})
      list->push_back(-1);
    const bool has_power = s.standing_power + s.least_power > 0 || s.most_power > 0;
    const bool has_energy = s.standing_energy + s.least_energy > 0 || s.most_energy > 0;
    if (!has_power || !has_energy) continue;
    out.power_column.back() =
        add_capacity(p, s.name + " power", s.standing_power, s.least_power,
                     std::min(s.most_power, std::max(s.least_power, end)), s.power_capital + s.fixed, mw, 0);
    const int power = static_cast<int>(p.capacities.size()) - 1;
    out.energy_column.back() = add_capacity(p, s.name + " energy", s.standing_energy, s.least_energy,
                                            std::min(s.most_energy, std::max(s.least_energy, 24 * hour * end)),
                                            s.energy_capital, mwh, 3 * highest);
    const int state = static_cast<int>(p.states.size());
    p.states.push_back({s.name});
    const double way = std::sqrt(s.efficiency);
    Flow charge, discharge, held;
    charge.name = s.name + " charge", charge.capacity = power, charge.bound = s.available, charge.balance = -1;
    charge.now = {{state, -way}};
    discharge.name = s.name + " discharge", discharge.capacity = power, discharge.bound = s.available;
    discharge.balance = 1, discharge.now = {{state, 1 / way}};
    held.name = s.name + " held", held.capacity = power + 1, held.now = {{state, 1}}, held.next = {{state, -1}};
    out.charge.back() = static_cast<int>(p.flows.size());
    out.discharge.back() = out.charge.back() + 1, out.held.back() = out.charge.back() + 2;
    for (Flow* flow : {&charge, &discharge, &held}) p.flows.push_back(std::move(*flow));
  }
  const auto add_lack = [&](const char* name, double price, int budget) {
    Flow flow;
    flow.name = name, flow.bound = p.load, flow.cost = price * mwh, flow.balance = 1;
    if (budget >= 0) flow.budgets = {{budget, 1}};
    p.flows.push_back(std::move(flow));
    return static_cast<int>(p.flows.size()) - 1;
  };
  if (q.shed_share > 0) {
    giving = add_budget("flexible", q.shed_share * energy);
    out.shed = add_lack("gives way", q.shed_price, giving);
  }
  const bool limited = std::isfinite(q.unserved_share);
  if (!limited || q.unserved_share > 0) {
    if (limited) reliable = add_budget("unserved", q.unserved_share * energy);
    out.unserved = add_lack("unserved", q.unserved_price, reliable);
  }
  if (limited) out.beyond = add_lack("beyond", price_beyond(q), -1);
  return out;
}

/// Flows of the answer, W, with the balance of every hour closed.
class Dispatch {
 public:
  Dispatch(const SupplyQuestion& q, const Programme& p, const LeastCost& solved, SupplyYear& out)
      : q_(q),
        p_(p),
        solved_(solved),
        out_(out),
        hours_(q.load.size()),
        tiny_(1e-6 * *std::max_element(q.load.begin(), q.load.end())) {}

  void run() {
    for (std::size_t s = 0; s < q_.sources.size(); ++s) {
      out_.output.push_back(flow_of(p_.source_flow[s], mw));
      hold(out_.output[s], out_.sources[s].power, q_.sources[s].available);
    }
    for (std::size_t s = 0; s < q_.stores.size(); ++s) {
      out_.charging.push_back(flow_of(p_.charge[s], mw)), out_.giving.push_back(flow_of(p_.discharge[s], mw));
      out_.held.push_back(flow_of(p_.held[s], mwh));
      for (std::vector<double>* way : {&out_.charging[s], &out_.giving[s]})
        hold(*way, out_.stores[s].power, q_.stores[s].available);
    }
    out_.unserved = flow_of(p_.unserved, mw), out_.shed = flow_of(p_.shed, mw);
    const std::vector<double> beyond = flow_of(p_.beyond, mw);
    for (std::size_t t = 0; t < hours_; ++t) close(t, beyond[t]);
  }

 private:
  std::vector<double> flow_of(int flow, double unit) const {
    std::vector<double> out(hours_, 0.0);
    if (flow < 0) return out;
    const std::vector<double>& of = solved_.flows[static_cast<std::size_t>(flow)];
    for (std::size_t t = 0; t < hours_; ++t) out[t] = std::max(0.0, of[t] * unit);
    return out;
  }

  /// Within what there is, where sizes lost their dust.
  static void hold(std::vector<double>& flow, double power, const Series& available) {
    for (std::size_t t = 0; t < flow.size(); ++t)
      flow[t] = std::min(flow[t], power * available.at(static_cast<int>(t)));
  }

  /// What is lost below a millionth of the load is taken for none; what then lacks, or is too much, is put on the
  /// source with the most room, else on unserved load.
  void close(std::size_t t, double beyond) {
    double& unserved = out_.unserved[t];
    unserved += beyond;
    if (unserved < tiny_) unserved = 0;
    if (out_.shed[t] < tiny_) out_.shed[t] = 0;
    double lacks = q_.load[t] - unserved - out_.shed[t];
    for (const std::vector<double>& source : out_.output) lacks -= source[t];
    for (std::size_t s = 0; s < q_.stores.size(); ++s) lacks += out_.charging[s][t] - out_.giving[s][t];
    while (lacks != 0) {
      std::size_t best = q_.sources.size();
      double most = 0;
      for (std::size_t s = 0; s < q_.sources.size(); ++s) {
        const double limit = out_.sources[s].power * q_.sources[s].available.at(static_cast<int>(t));
        const double room = lacks > 0 ? limit - out_.output[s][t] : out_.output[s][t];
        if (room > most) most = room, best = s;
      }
      if (best == q_.sources.size()) break;
      const double moved = lacks > 0 ? std::min(lacks, most) : -std::min(-lacks, most);
      out_.output[best][t] += moved, lacks -= moved;
    }
    if (lacks > 0) unserved += lacks;
    if (lacks < 0 && !q_.stores.empty()) out_.charging.front()[t] -= lacks;
  }

  const SupplyQuestion& q_;
  const Programme& p_;
  const LeastCost& solved_;
  SupplyYear& out_;
  std::size_t hours_;
  double tiny_;
};

double built(const LeastCost& solved, int column, double unit) {
  return column < 0 ? 0 : std::max(0.0, solved.built[static_cast<std::size_t>(column)]) * unit;
}

/// Sizes that the interior point leaves below a millionth of the load are none.
double rid_of_dust(double size, double of) {
  return size < 1e-6 * of ? 0 : size;
}

void add_up(const SupplyQuestion& q, SupplyYear& y) {
  const std::size_t hours = q.load.size();
  const double step = hour * year_hours / static_cast<double>(hours);  // s a year that an hour stands for
  const double tiny = 1e-6 * *std::max_element(q.load.begin(), q.load.end());
  std::array<double, 12> weighted{};
  for (SupplyMonth& m : y.months) m.by_source.resize(q.sources.size()), m.discharged.resize(q.stores.size());
  for (std::size_t t = 0; t < hours; ++t) {
    SupplyMonth& m = y.months[month_of_hour(t % year_hours)];
    for (std::size_t i = 0; i < q.sources.size(); ++i) {
      const SupplySource& s = q.sources[i];
      SourceYear& of = y.sources[i];
      const double given = y.output[i][t] * step;
      const double can = of.power * s.available.at(static_cast<int>(t)) * step;
      of.energy += given, of.available += can, m.by_source[i] += given;
      if (can > 0 && given >= 0.999 * can) of.hours_at_limit += step / hour;
      if (s.weather) m.curtailed += std::max(0.0, can - given);
      const double fuel = s.fuel * given, variable = s.variable.at(static_cast<int>(t)) * given;
      const double co2 = s.emissions * given;
      of.cost.fuel += fuel, of.cost.variable += variable, of.cost.co2 += co2 * q.co2_price;
      of.emissions += co2, m.emissions += co2, m.running_cost += fuel + variable + co2 * q.co2_price;
    }
    for (std::size_t i = 0; i < q.stores.size(); ++i) {
      SourceYear& of = y.stores[i];
      const double can = of.power * q.stores[i].available;
      of.energy += y.giving[i][t] * step, of.charged += y.charging[i][t] * step, of.available += can * step;
      m.discharged[i] += y.giving[i][t] * step;
      if (can > 0 && std::max(y.giving[i][t], y.charging[i][t]) >= 0.999 * can) of.hours_at_limit += step / hour;
    }
    m.load += q.load[t] * step, m.unserved += y.unserved[t] * step, m.shed += y.shed[t] * step;
    weighted[month_of_hour(t % year_hours)] += y.price[t] * q.load[t] * step;
    if (y.unserved[t] > tiny) y.hours_lacking += step / hour;
    if (y.unserved[t] > y.unserved[y.worst]) y.worst = t;
  }
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    SourceYear& of = y.sources[i];
    of.cost.capital = q.sources[i].capital * (of.power - q.sources[i].standing);
    of.cost.fixed = q.sources[i].fixed * of.power;
    y.cost.add(of.cost), y.emissions += of.emissions;
  }
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    const SupplyStore& s = q.stores[i];
    SourceYear& of = y.stores[i];
    of.cost.capital =
        s.power_capital * (of.power - s.standing_power) + s.energy_capital * (of.storage - s.standing_energy);
    of.cost.fixed = s.fixed * of.power;
    y.cost.add(of.cost);
  }
  for (std::size_t i = 0; i < 12; ++i) {
    SupplyMonth& m = y.months[i];
    if (m.load > 0) m.price = weighted[i] / m.load;
    y.load += m.load, y.lost += m.unserved, y.gave_way += m.shed, y.curtailed += m.curtailed;
  }
  y.served = y.load - y.lost - y.gave_way;
}

}  // namespace

void SupplyCost::add(const SupplyCost& other) {
  capital += other.capital, fixed += other.fixed, fuel += other.fuel, variable += other.variable, co2 += other.co2;
}

std::size_t month_of_hour(std::size_t hour_of_year) {
  constexpr std::array<std::size_t, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::size_t month = 0, first = days[0] * 24;
  while (month < 11 && hour_of_year >= first) first += days[++month] * 24;
  return month;
}

SupplyYear supply_year(const SupplyQuestion& q) {
  check(q);
  const Programme programme = programme_of(q);
  const LeastCost solved = least_cost(programme.problem);
  SupplyYear y;
  y.iterations = solved.iterations;
  const double highest = *std::max_element(q.load.begin(), q.load.end());
  double owed = 0;  // $ a year of what is fixed, which the programme does not count
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    const SupplySource& s = q.sources[i];
    const double more = rid_of_dust(built(solved, programme.source_column[i], mw), highest);
    y.sources.emplace_back().power = s.standing + s.least + more;
    owed += s.fixed * (s.standing + s.least) + s.capital * s.least;
  }
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    const SupplyStore& s = q.stores[i];
    const double power = rid_of_dust(built(solved, programme.power_column[i], mw), highest);
    const double energy = rid_of_dust(built(solved, programme.energy_column[i], mwh), highest * hour);
    SourceYear& of = y.stores.emplace_back();
    of.power = s.standing_power + s.least_power + power, of.storage = s.standing_energy + s.least_energy + energy;
    owed += s.fixed * (s.standing_power + s.least_power) + s.power_capital * s.least_power;
    owed += s.energy_capital * s.least_energy;
  }
  for (const double price : solved.price) y.price.push_back(price / mwh);
  Dispatch(q, programme, solved, y).run();
  add_up(q, y);
  // What lacks beyond its limit is counted at the value of lost load, as all that lacks.
  const double allowed = std::isfinite(q.unserved_share) ? q.unserved_share * y.load : infinity;
  y.feasible = y.lost <= allowed + 1e-6 * y.load;
  y.objective = y.cost.total() + q.unserved_price * y.lost + q.shed_price * y.gave_way;
  if (y.feasible) {
    const double bound = solved.bound + owed;
    y.gap = y.objective == bound ? 0 : std::abs(y.objective - bound) / std::abs(y.objective);
  } else {
    y.gap = solved.gap();
  }
  y.proven = y.gap <= 1e-6;
  return y;
}

std::vector<WayOut> ways_out(const SupplyYear& year, const std::vector<SupplySource>& candidates, double co2_price) {
  std::vector<WayOut> out;
  const double step = hour * year_hours / static_cast<double>(year.unserved.size());
  if (year.hours_lacking == 0) return out;
  for (const SupplySource& s : candidates) {
    WayOut way;
    way.name = s.name;
    for (std::size_t t = 0; t < year.unserved.size(); ++t) {
      if (year.unserved[t] <= 0) continue;
      const double available = s.available.at(static_cast<int>(t));
      way.power = available > 0 ? std::max(way.power, year.unserved[t] / available) : infinity;
      way.cost += (s.fuel + s.variable.at(static_cast<int>(t)) + s.emissions * co2_price) * year.unserved[t] * step;
    }
    way.cost += (s.capital + s.fixed) * way.power;
    if (std::isfinite(way.power)) out.push_back(std::move(way));
  }
  std::stable_sort(out.begin(), out.end(), [](const WayOut& a, const WayOut& b) { return a.cost < b.cost; });
  return out;
}

}  // namespace orrery::site
