#include "site/power/supply_programme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double hour = 3600, year_hours = 8760;
// The programme is in MW, MWh and $.
constexpr double mw = 1e6, mwh = mw * hour;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

double least_of(const Series& s) {
  return *std::min_element(s.values().begin(), s.values().end());
}

void check(const SupplyQuestion& q) {
  if (q.times) {
    const std::vector<int>& hours = q.times->quarter_hours;
    if (hours.empty() || hours.size() % 4 != 0)
      throw Error({}, "quarters", "are not those of whole years", "give four a year");
    constexpr std::array<int, 4> of_quarter = {2160, 2184, 2208, 2208};
    for (std::size_t k = 0; k < hours.size(); ++k)
      if (hours[k] != of_quarter[(at(q.times->first_quarter) + k) % 4])
        throw Error({}, "quarters", "have other hours than those of a year of 365 days", "give them from its calendar");
    if (q.load.size() != at(std::accumulate(hours.begin(), hours.end(), 0)))
      throw Error({}, "load", "is not of the hours of its quarters", "give every hour");
    if (q.times->sources.size() != q.sources.size() || q.times->stores.size() != q.stores.size())
      throw Error({}, "times", "are of another number of sources", "give those of each");
  } else if (q.load.empty() || q.load.size() % at(8760) != 0) {
    throw Error({}, "load", "is not of whole years of 8,760 hours", "give every hour of one or several years");
  }
  for (const SupplyStore& s : q.stores) {
    if (!(s.efficiency > 0) || s.efficiency > 1)
      throw Error({}, s.name, "has an efficiency outside 0 to 1", "give energy out over energy in");
    if (s.least_power > s.most_power || s.least_energy > s.most_energy)
      throw Error({}, s.name, "has a least size above its most", "lower the least");
  }
  for (const SupplySource& s : q.sources) {
    if (s.least > s.most) throw Error({}, s.name, "has a least power above its most", "lower the least");
    if (!s.sold) continue;
    const double bought = s.fuel + s.emissions * q.co2_price + least_of(s.variable);
    if (*s.sold > bought) throw Error({}, s.name, "buys energy back for more than it sells it", "lower that price");
    if (!std::isfinite(s.most))
      throw Error({}, s.name, "could be built without end to sell through", "give the most of its power");
  }
}

/// Above what any source costs that is built for one hour alone: what is lacking beyond the limit.
double price_beyond(const SupplyQuestion& q) {
  double most = q.unserved_price;
  for (const SupplySource& s : q.sources) most = std::max(most, (s.capital + s.fixed) / hour + s.fuel);
  for (const SupplyStore& s : q.stores) most = std::max(most, (s.power_capital + s.fixed) / hour + s.energy_capital);
  return 10 * most;
}

class Maker {
 public:
  explicit Maker(const SupplyQuestion& q) : q_(q), p_(out_.problem) {}
  SupplyProgramme made();

 private:
  void make_periods();
  void make_accounts();
  void add_source(std::size_t i);
  void add_store(std::size_t i);
  void add_part_load(std::size_t i);
  void add_peaks(std::size_t i);
  int add_largest_loss();
  void add_reserves();
  void add_lacks();
  /// What is known of a capacity before it is chosen, in W or J, and how much of that is a unit of it, MW or MWh.
  struct Size {
    std::vector<double> given;  ///< by quarter
    std::vector<double> taken;  ///< of the most, by what is built whatever is chosen, by quarter
    double most = 0, cost = 0, unit = mw, usual = 0;
  };
  std::vector<SupplyProgramme::Built> add_capacity(const std::string& name, const Size& size, const SupplyTimes& times);
  int add_flow(Flow flow) {
    p_.flows.push_back(std::move(flow));
    return static_cast<int>(p_.flows.size()) - 1;
  }
  int add_reserve(std::string name, Series requirement = 0) {
    p_.reserves.push_back({std::move(name), {}, std::move(requirement)});
    return static_cast<int>(p_.reserves.size()) - 1;
  }
  /// Budgets of each year, or of the mean one: their numbers.
  std::vector<int> add_budgets(const char* name, const std::vector<double>& limits);
  void count(Flow& flow, const std::vector<int>& budgets, double value) const {
    for (const int b : budgets) flow.budgets.push_back({b, value});
  }
  /// $/J by hour as $/MWh, at what they are worth.
  Series in_mwh(const Series& per_joule, double add) const;
  std::vector<double> of_energy(double share) const {
    std::vector<double> out = energy_;
    for (double& e : out) e *= share;
    return out;
  }

  const SupplyQuestion& q_;
  SupplyProgramme out_;
  EnergyProblem& p_;
  int quarters_ = 1;
  std::vector<double> worth_;                      ///< by hour
  std::vector<double> energy_;                     ///< MWh of load by account
  std::vector<int> account_from_, account_until_;  ///< periods
  double highest_ = 0, end_ = infinity;
  std::vector<int> co2_, clean_;
};

void Maker::make_periods() {
  const int hours = static_cast<int>(q_.load.size());
  const bool by_month =
      std::any_of(q_.sources.begin(), q_.sources.end(), [](const SupplySource& s) { return s.demand_charge > 0; });
  // Where peaks are counted a period is a month.
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto add = [&](int of_hours, int quarter, int first_month, int months) {
    for (int k = 0; k < (by_month ? months : 1); ++k) {
      p_.periods.push_back({by_month ? 24 * days[at((first_month + k) % 12)] : of_hours, 0});
      out_.quarter_of_period.push_back(quarter);
    }
  };
  p_.periods.clear();
  if (q_.times) {
    quarters_ = static_cast<int>(q_.times->quarter_hours.size());
    for (int k = 0; k < quarters_; ++k) {
      add(q_.times->quarter_hours[at(k)], k, 3 * (q_.times->first_quarter + k), 3);
      // As paid in the middle of the quarter.
      out_.worth.push_back(std::pow(1 + q_.times->discount, -(k + 0.5) / 4));
      worth_.insert(worth_.end(), at(q_.times->quarter_hours[at(k)]), out_.worth.back());
    }
  } else {
    const double years = hours / year_hours;
    add(hours, 0, 0, static_cast<int>(12 * years));
    p_.weight = 1 / years, out_.worth = {1};
  }
}

void Maker::make_accounts() {
  const int periods = static_cast<int>(p_.periods.size());
  int first = 0;
  for (int b = 0; b < periods; ++b) {
    if (b == 0 || (q_.times && out_.quarter_of_period[at(b)] / 4 != out_.quarter_of_period[at(b - 1)] / 4)) {
      account_from_.push_back(b), energy_.push_back(0);
      if (b > 0) account_until_.push_back(b);
    }
    for (int h = 0; h < p_.periods[at(b)].hours; ++h)
      energy_.back() += q_.load[at(first + h)] / mw * p_.weight.at(first + h);
    first += p_.periods[at(b)].hours;
  }
  account_until_.push_back(periods);
}

std::vector<int> Maker::add_budgets(const char* name, const std::vector<double>& limits) {
  std::vector<int> out;
  for (std::size_t a = 0; a < limits.size(); ++a) {
    out.push_back(static_cast<int>(p_.budgets.size()));
    p_.budgets.push_back({name, limits[a], account_from_[a], account_until_[a]});
  }
  return out;
}

Series Maker::in_mwh(const Series& per_joule, double add) const {
  if (per_joule.size() == 1 && worth_.empty()) return Series((per_joule.at(0) + add) * mwh);
  std::vector<double> out(q_.load.size());
  for (std::size_t t = 0; t < out.size(); ++t)
    out[t] = (per_joule.at(static_cast<int>(t)) + add) * mwh * (worth_.empty() ? 1 : worth_[t]);
  return Series(std::move(out));
}

/// Adds a capacity with what is given of it and, where more can be built, columns.
std::vector<SupplyProgramme::Built> Maker::add_capacity(const std::string& name, const Size& size,
                                                        const SupplyTimes& times) {
  Capacity capacity;
  capacity.name = name, capacity.usual = size.usual;
  const int index = static_cast<int>(p_.capacities.size());
  const int last = times.until < 0 ? quarters_ : std::min(times.until, quarters_);
  for (const int quarter : out_.quarter_of_period) capacity.given.push_back(size.given[at(quarter)] / size.unit);
  p_.capacities.push_back(std::move(capacity));
  std::vector<SupplyProgramme::Built> out;
  // Of what is owned the most is left that no quarter takes; of what is rented that of each quarter.
  const auto left_in = [&](int from, int until) {
    double taken = 0;
    for (int k = from; k < until; ++k) taken = std::max(taken, size.taken[at(k)]);
    return size.most - taken;
  };
  const double left = left_in(0, quarters_);
  if (left <= 0 && times.term == 0) return out;
  const auto period_from = [&](int quarter) {
    return static_cast<int>(std::lower_bound(out_.quarter_of_period.begin(), out_.quarter_of_period.end(), quarter) -
                            out_.quarter_of_period.begin());
  };
  std::vector<Limit> limits(at(times.term > 0 ? quarters_ : 1));
  for (int q = times.first; q < last && (q_.times || q == 0); ++q) {
    const int until = times.term > 0 ? std::min(q + times.term, last) : last;
    Column column;
    column.capacity = index, column.from = period_from(q), column.until = period_from(until);
    if (!q_.times) column.until = -1;
    for (int k = q; k < until; ++k)
      column.cost +=
          size.cost * size.unit * (q_.times ? out_.worth[at(k)] * q_.times->quarter_hours[at(k)] / year_hours : 1);
    const double end = size.unit == mw ? end_ : 24 * hour * end_;
    column.most = std::max(0.0, std::min(times.term > 0 ? left_in(q, until) : left, end)) / size.unit;
    out.push_back({static_cast<int>(p_.columns.size()), q, until});
    for (int k = q; k < until; ++k) {
      Limit& limit = limits[times.term > 0 ? at(k) : 0];
      if (limit.columns.empty() || limit.columns.back().row != out.back().column)
        limit.columns.push_back({out.back().column, 1});
    }
    p_.columns.push_back(column);
  }
  for (int k = 0; k < static_cast<int>(limits.size()); ++k) {
    Limit& limit = limits[at(k)];
    limit.name = name, limit.most = std::max(0.0, times.term > 0 ? left_in(k, k + 1) : left) / size.unit;
    if (std::isfinite(limit.most) && limit.columns.size() > 1) p_.limits.push_back(std::move(limit));
  }
  return out;
}

void Maker::add_source(std::size_t i) {
  const SupplySource& s = q_.sources[i];
  out_.source.emplace_back();
  for (std::vector<int>* list : {&out_.source_flow, &out_.running, &out_.started, &out_.sold}) list->push_back(-1);
  const SupplyTimes times = q_.times ? q_.times->sources[i] : SupplyTimes();
  Size size{{}, {}, s.most, s.capital + s.fixed, mw, 0};
  bool any = s.most > s.least && times.first < quarters_;
  for (int k = 0; k < quarters_; ++k) {
    const GivenSize given = given_in(q_, false, i, k);
    size.given.push_back(given.standing + given.built), size.taken.push_back(given.built);
    any = any || size.given.back() > 0;
  }
  if (!any) return;
  out_.source.back() = add_capacity(s.name, size, times);
  Flow flow;
  flow.name = s.name, flow.capacity = static_cast<int>(p_.capacities.size()) - 1, flow.bound = s.available;
  const double burnt = s.fuel + s.emissions * q_.co2_price;
  flow.cost = in_mwh(s.variable, burnt * (1 - s.no_load)), flow.balance = 1;
  if (s.emissions > 0) {
    count(flow, co2_, s.emissions * mwh * (1 - s.no_load));
    count(flow, clean_, 1);
  }
  if (std::isfinite(s.most_energy))
    count(flow, add_budgets("energy", std::vector<double>(energy_.size(), s.most_energy / mwh)), 1);
  if (s.ramp < 1) {
    // x(t) - x(t - 1) - y = -r K with y in [0, 2 r K].
    const int state = static_cast<int>(p_.states.size());
    p_.states.push_back({s.name + " change", flow.capacity, -s.ramp});
    flow.now = {{state, 1}}, flow.next = {{state, -1}};
    add_flow({s.name + " change", flow.capacity, 2 * s.ramp, 0.0, 0, {{state, -1}}});
  }
  out_.source_flow.back() = add_flow(std::move(flow));
  if (s.part_load()) add_part_load(i);
  if (s.demand_charge > 0) add_peaks(i);
  if (s.sold) {
    Flow sold;
    sold.name = s.name + " sold", sold.capacity = p_.flows[at(out_.source_flow.back())].capacity;
    sold.bound = s.available, sold.cost = in_mwh(-*s.sold, 0), sold.balance = -1;
    out_.sold.back() = add_flow(std::move(sold));
  }
}

void Maker::add_part_load(std::size_t i) {
  const SupplySource& s = q_.sources[i];
  const int flow = out_.source_flow[i], capacity = p_.flows[at(flow)].capacity;
  Flow running;
  running.name = s.name + " running", running.capacity = capacity, running.bound = s.available;
  running.cost = in_mwh(0, (s.fuel + s.emissions * q_.co2_price) * s.no_load);
  if (s.emissions > 0) count(running, co2_, s.emissions * mwh * s.no_load);
  const int below = add_reserve(s.name + " runs");
  p_.flows[at(flow)].reserves.push_back({below, 1}), running.reserves.push_back({below, -1});
  if (s.least_load > 0) {
    const int above = add_reserve(s.name + " least");
    p_.flows[at(flow)].reserves.push_back({above, -1}), running.reserves.push_back({above, s.least_load});
  }
  if (s.start_cost > 0) {
    // r(t) - r(t - 1) - started + stopped = 0.
    const int state = static_cast<int>(p_.states.size());
    p_.states.push_back({s.name + " starts"});
    running.now = {{state, 1}}, running.next = {{state, -1}};
    // A start is power for an hour, as steps are.
    Flow started{s.name + " started", capacity, 1.0, in_mwh(s.start_cost / hour, 0), 0, {{state, -1}}};
    out_.started[i] = add_flow(std::move(started));
    add_flow({s.name + " stopped", capacity, 1.0, 0.0, 0, {{state, 1}}});
  }
  out_.running[i] = add_flow(std::move(running));
}

void Maker::add_peaks(std::size_t i) {
  const SupplySource& s = q_.sources[i];
  const int capacity = static_cast<int>(p_.capacities.size());
  p_.capacities.push_back({s.name + " peak", {}, 0});
  const double years = q_.times ? 1 : static_cast<double>(q_.load.size()) / year_hours;
  for (int b = 0; b < static_cast<int>(p_.periods.size()); ++b) {
    Column peak;
    peak.capacity = capacity, peak.from = b, peak.until = b + 1, peak.most = 2 * highest_ + s.standing / mw;
    peak.cost = s.demand_charge * mw / years * out_.worth[at(out_.quarter_of_period[at(b)])];
    p_.columns.push_back(peak);
  }
  const int row = add_reserve(s.name + " peak");
  p_.reserves.back().parts = {{capacity, 1, 1}};
  p_.flows[at(out_.source_flow[i])].reserves.push_back({row, 1});
}

void Maker::add_store(std::size_t i) {
  const SupplyStore& s = q_.stores[i];
  out_.power.emplace_back(), out_.energy.emplace_back();
  for (std::vector<int>* list : {&out_.charge, &out_.discharge, &out_.held}) list->push_back(-1);
  const SupplyTimes times = q_.times ? q_.times->stores[i] : SupplyTimes();
  Size power_size{{}, {}, s.most_power, s.power_capital + s.fixed, mw, 0};
  Size energy_size{{}, {}, s.most_energy, s.energy_capital, mwh, 3 * highest_};
  bool has_power = s.most_power > s.least_power && times.first < quarters_;
  bool has_energy = s.most_energy > s.least_energy && times.first < quarters_;
  for (int k = 0; k < quarters_; ++k) {
    const GivenSize given = given_in(q_, true, i, k);
    power_size.given.push_back(given.standing + given.built);
    energy_size.given.push_back(given.standing_storage + given.built_storage);
    power_size.taken.push_back(given.built), energy_size.taken.push_back(given.built_storage);
    has_power = has_power || power_size.given.back() > 0, has_energy = has_energy || energy_size.given.back() > 0;
  }
  if (!has_power || !has_energy) return;
  out_.power.back() = add_capacity(s.name + " power", power_size, times);
  const int power = static_cast<int>(p_.capacities.size()) - 1;
  out_.energy.back() = add_capacity(s.name + " energy", energy_size, times);
  const int state = static_cast<int>(p_.states.size());
  p_.states.push_back({s.name});
  const double way = std::sqrt(s.efficiency);
  Flow charge, discharge, held;
  charge.name = s.name + " charge", charge.capacity = power, charge.bound = s.available, charge.balance = -1;
  charge.now = {{state, -way}};
  discharge.name = s.name + " discharge", discharge.capacity = power, discharge.bound = s.available;
  discharge.balance = 1, discharge.now = {{state, 1 / way}};
  held.name = s.name + " held", held.capacity = power + 1, held.now = {{state, 1}}, held.next = {{state, -1}};
  out_.charge.back() = add_flow(std::move(charge)), out_.discharge.back() = add_flow(std::move(discharge));
  out_.held.back() = add_flow(std::move(held));
}

/// A capacity that is no less than a unit of any source whose loss is to be carried, in each period; -1: there is none.
int Maker::add_largest_loss() {
  const auto asked = [&](std::size_t i) { return q_.sources[i].units > 0 && out_.source_flow[i] >= 0; };
  int capacity = -1;
  for (std::size_t i = 0; i < q_.sources.size() && capacity < 0; ++i)
    if (asked(i)) capacity = static_cast<int>(p_.capacities.size());
  if (capacity < 0) return -1;
  p_.capacities.push_back({"largest unit", {}, 0});
  for (int b = 0; b < static_cast<int>(p_.periods.size()); ++b) {
    Column largest;
    largest.capacity = capacity, largest.from = b, largest.until = b + 1, largest.most = 2 * highest_;
    const int column = static_cast<int>(p_.columns.size()), quarter = out_.quarter_of_period[at(b)];
    for (std::size_t i = 0; i < q_.sources.size(); ++i) {
      if (!asked(i)) continue;
      const SupplySource& s = q_.sources[i];
      const double share = *std::max_element(s.available.values().begin(), s.available.values().end()) / s.units;
      Limit limit{"largest unit", 0, {{column, -1}}};
      for (const SupplyProgramme::Built& part : out_.source[i])
        if (quarter >= part.quarter && (part.until < 0 || quarter < part.until))
          limit.columns.push_back({part.column, share});
      const GivenSize given = given_in(q_, false, i, quarter);
      limit.most = -share * (given.standing + given.built) / mw;
      largest.most = std::max(largest.most, -2 * limit.most);
      p_.limits.push_back(std::move(limit));
    }
    p_.columns.push_back(largest);
  }
  return capacity;
}

void Maker::add_reserves() {
  std::vector<int> rows;
  if (q_.reserve > 0) {
    std::vector<double> needed = q_.load;
    for (double& x : needed) x *= q_.reserve / mw;
    rows.push_back(add_reserve("reserve", std::move(needed)));
  }
  if (const int largest = add_largest_loss(); largest >= 0) {
    rows.push_back(add_reserve("loss of a unit"));
    p_.reserves.back().parts.push_back({largest, -1, 1});
  }
  if (rows.empty()) return;
  for (std::size_t i = 0; i < q_.sources.size(); ++i) {
    const SupplySource& s = q_.sources[i];
    if (s.weather || out_.source_flow[i] < 0) continue;
    Flow& flow = p_.flows[at(out_.source_flow[i])];
    for (const int row : rows) {
      flow.reserves.push_back({row, 1});
      if (out_.running[i] >= 0) p_.flows[at(out_.running[i])].reserves.push_back({row, -1});
      else p_.reserves[at(row)].parts.push_back({flow.capacity, 1, s.available});
    }
  }
  for (std::size_t i = 0; i < q_.stores.size(); ++i) {
    if (out_.charge[i] < 0) continue;
    const int power = p_.flows[at(out_.charge[i])].capacity, energy = p_.flows[at(out_.held[i])].capacity;
    Flow ready;
    ready.name = q_.stores[i].name + " ready", ready.capacity = energy;
    const int by_power = add_reserve(ready.name + " by power"), by_energy = add_reserve(ready.name + " by energy");
    p_.reserves[at(by_power)].parts = {{power, 1, q_.stores[i].available}};
    p_.flows[at(out_.discharge[i])].reserves.push_back({by_power, 1});
    p_.flows[at(out_.charge[i])].reserves.push_back({by_power, -1});
    p_.flows[at(out_.held[i])].reserves.push_back({by_energy, -std::sqrt(q_.stores[i].efficiency)});
    ready.reserves = {{by_power, 1}, {by_energy, 1}};
    for (const int row : rows) ready.reserves.push_back({row, -1});
    add_flow(std::move(ready));
  }
  Flow less;
  less.name = "short of reserve", less.cost = in_mwh(q_.unserved_price * reserve_share, 0), less.bound = 2 * highest_;
  for (const int row : rows) less.reserves.push_back({row, -1});
  out_.reserve_short = add_flow(std::move(less));
}

void Maker::add_lacks() {
  const auto add = [&](const char* name, double price, const std::vector<int>& budgets) {
    Flow flow;
    flow.name = name, flow.bound = p_.load, flow.cost = in_mwh(price, 0), flow.balance = 1;
    count(flow, budgets, 1);
    return add_flow(std::move(flow));
  };
  if (q_.shed_share > 0) out_.shed = add("gives way", q_.shed_price, add_budgets("flexible", of_energy(q_.shed_share)));
  const bool limited = std::isfinite(q_.unserved_share);
  if (!limited || q_.unserved_share > 0)
    out_.unserved = add("unserved", q_.unserved_price,
                        limited ? add_budgets("unserved", of_energy(q_.unserved_share)) : std::vector<int>());
  if (limited) out_.beyond = add("beyond", price_beyond(q_), {});
}

SupplyProgramme Maker::made() {
  check(q_);
  make_periods();
  make_accounts();
  highest_ = *std::max_element(q_.load.begin(), q_.load.end()) / mw;
  std::vector<double> load = q_.load;
  for (double& x : load) x /= mw;
  p_.load = std::move(load);
  // Where prices are below 0 nothing may be built without end.
  if (std::any_of(q_.sources.begin(), q_.sources.end(),
                  [](const SupplySource& s) { return least_of(s.variable) < 0 || (s.sold && *s.sold > 0); }))
    end_ = 100 * highest_ * mw;
  if (std::isfinite(q_.co2_intensity)) co2_ = add_budgets("co2", of_energy(q_.co2_intensity * mwh));
  if (q_.clean_share > 0) clean_ = add_budgets("clean", of_energy(1 - q_.clean_share));
  for (std::size_t i = 0; i < q_.sources.size(); ++i) add_source(i);
  for (std::size_t i = 0; i < q_.stores.size(); ++i) add_store(i);
  add_lacks();
  add_reserves();
  return std::move(out_);
}

}  // namespace

SupplyProgramme supply_programme(const SupplyQuestion& question) {
  return Maker(question).made();
}

GivenSize given_in(const SupplyQuestion& q, bool store, std::size_t index, int quarter) {
  GivenSize out;
  const SupplyTimes times = !q.times ? SupplyTimes() : store ? q.times->stores[index] : q.times->sources[index];
  if (times.until >= 0 && quarter >= times.until) return out;
  const bool fixed = quarter >= times.first;
  if (store) {
    const SupplyStore& s = q.stores[index];
    out.standing = s.standing_power, out.standing_storage = s.standing_energy;
    if (fixed) out.built = s.least_power, out.built_storage = s.least_energy;
  } else {
    out.standing = q.sources[index].standing;
    if (fixed) out.built = q.sources[index].least;
  }
  if (!q.times) return out;
  for (const SupplyDecision& d : q.times->decided)
    if (d.store == store && d.index == index && d.quarter <= quarter && quarter < d.until)
      out.built += d.power, out.built_storage += d.storage;
  return out;
}

double built_in(const std::vector<SupplyProgramme::Built>& parts, const std::vector<double>& built, int quarter) {
  double sum = 0;
  for (const SupplyProgramme::Built& part : parts)
    if (quarter >= part.quarter && (part.until < 0 || quarter < part.until))
      sum += std::max(0.0, built[at(part.column)]);
  return sum;
}

}  // namespace orrery::site
