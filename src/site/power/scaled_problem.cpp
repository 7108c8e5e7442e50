#include "site/power/scaled_problem.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

double mean(const Series& s) {
  double sum = 0;
  for (const double v : s.values()) sum += v;
  return sum / static_cast<double>(s.size());
}

/// A price near that of energy: of the cheapest source that is built or stands, else the mean of what energy costs.
double usual_price(const EnergyProblem& p, const std::vector<double>& weight) {
  double total = 0, least = infinity, dearest = 0;
  for (const double w : weight) total += w;
  for (const Flow& f : p.flows) {
    if (f.balance <= 0) continue;
    const double cost = std::abs(mean(f.cost)) / f.balance;
    dearest = std::max(dearest, cost);
    if (f.capacity < 0) continue;
    for (const Column& c : p.columns)
      if (c.capacity == f.capacity && mean(f.bound) > 0)
        if (const double all = c.cost / (total * mean(f.bound) * f.balance) + cost; all > 0)
          least = std::min(least, all);
  }
  if (std::isfinite(least)) return least;
  return dearest > 0 ? dearest : 1;
}

}  // namespace

ScaledProblem::ScaledProblem(const EnergyProblem& p) {
  hours = p.hours();
  capacities = static_cast<int>(p.capacities.size()), reserves = static_cast<int>(p.reserves.size());
  states = static_cast<int>(p.states.size()), budgets = static_cast<int>(p.budgets.size());
  power = *std::max_element(p.load.values().begin(), p.load.values().end());
  int first = 0;
  for (const Period& period : p.periods) {
    const int chain = period.chain > 0 ? std::min(period.chain, period.hours) : period.hours;
    periods.push_back({first, period.hours, chain});
    for (int h = 0; h < period.hours; ++h) {
      const int from = h / chain * chain, last = std::min(from + chain, period.hours) - 1;
      after.push_back(first + (h == last ? from : h + 1));
      period_of.push_back(static_cast<int>(periods.size()) - 1);
    }
    first += period.hours;
  }
  for (int h = 0; h < hours; ++h) weight.push_back(p.weight.at(h)), load.push_back(p.load.at(h) / power);
  price = usual_price(p, weight);

  const auto total = static_cast<int>(periods.size());
  given.resize(at(total * capacities));
  std::vector<char> there(given.size());
  for (int b = 0; b < total; ++b)
    for (int c = 0; c < capacities; ++c) {
      given[of(b, c)] = p.given(c, b) / power;
      there[of(b, c)] = given[of(b, c)] > 0;
    }
  std::vector<int> shared(at(capacities));
  for (const Column& c : p.columns) ++shared[at(c.capacity)];
  for (const Column& c : p.columns) {
    const int until = c.until < 0 ? total : c.until;
    const double usual = p.capacities[at(c.capacity)].usual;
    columns.push_back({c.capacity, c.from, until, c.cost / price, c.most / power,
                       0.7 * (usual > 0 ? usual / power : 1) / std::sqrt(shared[at(c.capacity)])});
    for (int b = c.from; c.most > 0 && b < until; ++b) there[of(b, c.capacity)] = 1;
  }
  // A column of nothing is none: it is kept, with a trace, so that answers have all of them.
  for (ScaledColumn& c : columns)
    if (c.most < 1e-9) c.most = 1e-9;

  double supply = 0;
  for (const Flow& f : p.flows)
    if (f.balance > 0 && f.now.empty() && f.capacity >= 0) supply += 0.7 * mean(f.bound) * f.balance;
  const double share = std::clamp(0.5 / std::max(supply, 1e-3), 0.05, 0.5);
  std::vector<std::pair<double, int>> paid(at(states));
  for (const Flow& f : p.flows) {
    ScaledFlow s;
    s.capacity = std::max(f.capacity, -1);
    const double unit = f.capacity < 0 ? power : 1;
    if (f.balance != 0) s.here.push_back({reserves, f.balance});
    for (const Term& t : f.reserves)
      if (t.value != 0) s.here.push_back({t.row, t.value});
    for (const Term& t : f.now)
      if (t.value != 0) {
        s.here.push_back({1 + reserves + t.row, t.value});
        if (f.balance != 0 && f.next.empty()) paid[at(t.row)].first -= f.balance / t.value, ++paid[at(t.row)].second;
      }
    for (const Term& t : f.next)
      if (t.value != 0) s.after.push_back({1 + reserves + t.row, t.value});
    s.budgets = f.budgets;
    s.start = f.now.empty() ? (f.capacity >= 0 ? share : 0.5) : f.balance == 0 ? 0.5 : 0.1;
    for (int h = 0; h < hours; ++h) {
      const bool in = s.capacity < 0 || there[of(period_of[at(h)], s.capacity)];
      const double bound = f.bound.at(h) / unit;
      s.share.push_back(in && bound > 1e-9 ? bound : 0);
      s.cost.push_back(f.cost.at(h) / price * weight[at(h)]);
    }
    flows.push_back(std::move(s));
  }
  for (const auto& [sum, count] : paid) state_price.push_back(count > 0 ? sum / count : 0);
  for (int r = 0; r < reserves; ++r) {
    ScaledFlow slack;
    slack.bounded = false, slack.here = {{r, 1}};
    slack.share.assign(at(hours), 1), slack.cost.assign(at(hours), 0);
    flows.push_back(std::move(slack));
    std::vector<double> needed = p.reserves[at(r)].requirement.values();
    for (double& v : needed) v /= power;
    requirement.emplace_back(std::move(needed));
    for (const Reserve::Part& part : p.reserves[at(r)].parts)
      row_capacities.push_back({r, part.capacity, part.share, &part.profile});
  }
  static const Series one(1);
  for (int s = 0; s < states; ++s)
    if (const State& state = p.states[at(s)]; state.change != 0)
      row_capacities.push_back({1 + reserves + s, state.capacity, state.change, &one});
  for (int g = 0; g < budgets; ++g) add_budget(p.budgets[at(g)], g, total);
  for (const Limit& limit : p.limits) add_limit(limit);
  share_slots();
  leave_room();
}

void ScaledProblem::add_limit(const Limit& limit) {
  ScaledBudget scaled;
  double largest = 0;
  bool negative = false;
  for (const Term& t : limit.columns) largest = std::max(largest, std::abs(t.value)), negative |= t.value < 0;
  const double unit = std::max(largest, 1e-300);
  scaled.limit = limit.most / (unit * power);
  for (const Term& t : limit.columns) {
    scaled.columns.push_back({t.row, t.value / unit});
    if (scaled.limit < 1e-9 && !negative && t.value > 0) columns[at(t.row)].most = 1e-9;
  }
  // Where nothing may be built columns are none, and the row is no more.
  if (scaled.limit < 1e-9 && !negative) scaled.limit = 1;
  budget.push_back(std::move(scaled)), budget_scale.push_back(unit);
}

/// Budgets whose periods do not meet stand in one column of the equations of hours.
void ScaledProblem::share_slots() {
  std::vector<int> free_from;  // by slot: the first period in which it is free
  std::vector<int> order;
  for (int g = 0; g < budgets; ++g) order.push_back(g);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return budget[at(a)].from < budget[at(b)].from; });
  for (const int g : order) {
    ScaledBudget& of = budget[at(g)];
    const auto free = std::find_if(free_from.begin(), free_from.end(), [&](int from) { return from <= of.from; });
    of.slot = static_cast<int>(free - free_from.begin());
    if (free == free_from.end()) free_from.push_back(of.until);
    else *free = of.until;
  }
  slots = static_cast<int>(free_from.size());
}

/// Where nothing is there yet to serve a load, what is not served equals it: of a bound at the load no room is left,
/// and a price would grow without end. Its bound is doubled there, which no least cost makes use of.
void ScaledProblem::leave_room() {
  const auto serves = [&](const ScaledFlow& f) {
    return f.bounded &&
           std::any_of(f.here.begin(), f.here.end(), [&](const Term& t) { return t.row == reserves && t.value > 0; });
  };
  const auto stores = [&](const ScaledFlow& f) {
    return std::any_of(f.here.begin(), f.here.end(), [&](const Term& t) { return t.row > reserves; });
  };
  for (int h = 0; h < hours; ++h) {
    if (std::any_of(flows.begin(), flows.end(), [&](const ScaledFlow& f) {
          return f.capacity >= 0 && f.share[at(h)] > 0 && serves(f) && !stores(f);
        }))
      continue;
    for (ScaledFlow& f : flows)
      if (f.capacity < 0 && serves(f)) f.share[at(h)] *= 2;
  }
}

void ScaledProblem::add_budget(const Budget& given_budget, int row, int all_periods) {
  const int until = given_budget.until < 0 ? all_periods : given_budget.until;
  ScaledBudget scaled;
  scaled.from = given_budget.from, scaled.until = until;
  scaled.first = periods[at(scaled.from)].first;
  scaled.last = periods[at(until - 1)].first + periods[at(until - 1)].hours;
  double largest = 0, span = 0;
  bool negative = false;
  for (const ScaledFlow& f : flows)
    for (const Term& t : f.budgets)
      if (t.row == row) largest = std::max(largest, std::abs(t.value)), negative = negative || t.value < 0;
  for (int h = scaled.first; h < scaled.last; ++h) span += weight[at(h)];
  // A unit of its row: the highest load through all of its hours, of the flow that counts most.
  const double unit = std::max(largest, 1e-300) * span;
  scaled.limit = given_budget.limit / (unit * power);
  // What a limit of nothing forbids does not flow, and the row is no more.
  const bool nothing = scaled.limit < 1e-12 && scaled.limit >= 0 && !negative;
  if (nothing) scaled.limit = 1;
  for (ScaledFlow& f : flows)
    for (Term& t : f.budgets) {
      if (t.row != row) continue;
      if (nothing && t.value > 0)
        for (int h = scaled.first; h < scaled.last; ++h) f.share[at(h)] = 0;
      t.value /= unit;
    }
  budget.push_back(std::move(scaled)), budget_scale.push_back(unit);
}

double lagrange_bound(const ScaledProblem& p, const std::vector<std::vector<double>>& rows,
                      const std::vector<double>& budgets, double cost) {
  double bound = 0;
  for (int h = 0; h < p.hours; ++h) bound += p.load[at(h)] * rows[at(p.reserves)][at(h)];
  const auto limited = [](double price) { return std::min(price, 0.0); };
  for (int r = 0; r < p.reserves; ++r)
    for (int h = 0; h < p.hours; ++h) bound -= p.requirement[at(r)].at(h) * limited(rows[at(r)][at(h)]);
  for (std::size_t g = 0; g < p.budget.size(); ++g) bound += p.budget[g].limit * limited(budgets[g]);
  std::vector<double> rent(p.given.size());  // what a unit of a capacity earns
  std::vector<double> reduced;
  for (const ScaledFlow& f : p.flows) {
    if (!f.bounded) continue;  // slack of a reserve, whose price is 0 or less here
    reduced = f.cost;
    const auto price = [&](int row, int h) {
      const double v = rows[at(row)][at(h)];
      return row < p.reserves ? limited(v) : v;
    };
    for (const Term& t : f.here)
      for (int h = 0; h < p.hours; ++h) reduced[at(h)] -= t.value * price(t.row, h);
    for (const Term& t : f.after)
      for (int h = 0; h < p.hours; ++h) reduced[at(h)] -= t.value * price(t.row, p.after[at(h)]);
    for (const Term& t : f.budgets)
      for (int h = p.budget[at(t.row)].first; h < p.budget[at(t.row)].last; ++h)
        reduced[at(h)] -= t.value * limited(budgets[at(t.row)]) * p.weight[at(h)];
    for (int h = 0; h < p.hours; ++h) {
      if (!(reduced[at(h)] < 0)) continue;
      const double earned = -reduced[at(h)] * f.share[at(h)];
      if (f.capacity < 0) bound -= earned;
      else rent[p.of(p.period_of[at(h)], f.capacity)] += earned;
    }
  }
  for (const RowCapacity& r : p.row_capacities)
    for (int h = 0; h < p.hours; ++h) {
      const double v = rows[at(r.row)][at(h)];
      rent[p.of(p.period_of[at(h)], r.capacity)] -= r.share * r.profile->at(h) * (r.row < p.reserves ? limited(v) : v);
    }
  for (std::size_t i = 0; i < rent.size(); ++i) bound -= p.given[i] * rent[i];
  std::vector<double> over_of;  // what a column earns beyond its cost
  for (const ScaledColumn& c : p.columns) {
    over_of.push_back(-c.cost);
    for (int b = c.from; b < c.until; ++b) over_of.back() += rent[p.of(b, c.capacity)];
  }
  for (std::size_t g = 0; g < p.budget.size(); ++g)
    for (const Term& t : p.budget[g].columns) over_of[at(t.row)] += t.value * limited(budgets[g]);
  for (std::size_t j = 0; j < p.columns.size(); ++j) {
    const ScaledColumn& c = p.columns[j];
    const double over = over_of[j];
    if (over > 0) bound -= over * (std::isfinite(c.most) ? c.most : cost / c.cost);
  }
  return bound;
}

}  // namespace orrery::site
