// The same problem of energy as a matrix, solved by COIN-OR's Clp with its dual simplex: what least_cost is held
// against.
#pragma once
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

struct OracleAnswer {
  bool optimal = false;
  double cost = 0;
  std::vector<double> built;
};

inline OracleAnswer solved_by_clp(const EnergyProblem& p) {
  const int hours = p.hours(), columns = static_cast<int>(p.columns.size()), flows = static_cast<int>(p.flows.size());
  const int variables = columns + flows * hours;
  std::vector<int> period, before(static_cast<std::size_t>(hours));
  for (int b = 0, first = 0; b < static_cast<int>(p.periods.size()); ++b) {
    const Period& of = p.periods[static_cast<std::size_t>(b)];
    const int chain = of.chain > 0 ? std::min(of.chain, of.hours) : of.hours;
    for (int h = 0; h < of.hours; ++h) {
      const int start = h / chain * chain, last = std::min(start + chain, of.hours) - 1;
      before[static_cast<std::size_t>(first + h)] = first + (h == start ? last : h - 1);
      period.push_back(b);
    }
    first += of.hours;
  }
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  const auto variable = [&](int flow, int hour) { return columns + flow * hours + hour; };
  std::vector<double> most(at(variables), COIN_DBL_MAX), least(at(variables), 0), cost(at(variables), 0), low, high;
  CoinPackedMatrix matrix(false, 0, 0);
  matrix.setDimensions(0, variables);
  std::vector<int> index;
  std::vector<double> value;
  const auto add = [&](int i, double v) { index.push_back(i), value.push_back(v); };
  // times x a capacity in a period: its columns in the row; what is given is returned.
  const auto add_capacity = [&](int capacity, int b, double times) {
    for (int j = 0; j < columns; ++j) {
      const Column& c = p.columns[at(j)];
      if (c.capacity == capacity && b >= c.from && (c.until < 0 || b < c.until)) add(j, times);
    }
    return times * p.given(capacity, b);
  };
  const auto row = [&](double from, double to) {
    matrix.appendRow(static_cast<int>(index.size()), index.data(), value.data());
    low.push_back(from), high.push_back(to), index.clear(), value.clear();
  };
  for (int j = 0; j < columns; ++j) {
    cost[at(j)] = p.columns[at(j)].cost;
    if (std::isfinite(p.columns[at(j)].most)) most[at(j)] = p.columns[at(j)].most;
  }
  for (int f = 0; f < flows; ++f)
    for (int h = 0; h < hours; ++h) {
      const Flow& flow = p.flows[at(f)];
      cost[at(variable(f, h))] = flow.cost.at(h) * p.weight.at(h);
      if (flow.capacity < 0) {
        most[at(variable(f, h))] = flow.bound.at(h);
        continue;
      }
      add(variable(f, h), 1);
      const double given = add_capacity(flow.capacity, period[at(h)], -flow.bound.at(h));
      row(-COIN_DBL_MAX, -given);
    }
  for (int h = 0; h < hours; ++h) {
    for (int f = 0; f < flows; ++f)
      if (p.flows[at(f)].balance != 0) add(variable(f, h), p.flows[at(f)].balance);
    row(p.load.at(h), p.load.at(h));
    for (int s = 0; s < static_cast<int>(p.states.size()); ++s) {
      for (int f = 0; f < flows; ++f) {
        for (const Term& t : p.flows[at(f)].now)
          if (t.row == s) add(variable(f, h), t.value);
        for (const Term& t : p.flows[at(f)].next)
          if (t.row == s) add(variable(f, before[at(h)]), t.value);
      }
      const State& state = p.states[at(s)];
      const double given = state.change != 0 ? add_capacity(state.capacity, period[at(h)], -state.change) : 0;
      row(-given, -given);
    }
    for (int r = 0; r < static_cast<int>(p.reserves.size()); ++r) {
      for (int f = 0; f < flows; ++f)
        for (const Term& t : p.flows[at(f)].reserves)
          if (t.row == r) add(variable(f, h), t.value);
      double given = 0;
      for (const Reserve::Part& part : p.reserves[at(r)].parts)
        given += add_capacity(part.capacity, period[at(h)], -part.share * part.profile.at(h));
      row(-COIN_DBL_MAX, -p.reserves[at(r)].requirement.at(h) - given);
    }
  }
  for (int g = 0; g < static_cast<int>(p.budgets.size()); ++g) {
    const Budget& budget = p.budgets[at(g)];
    for (int h = 0; h < hours; ++h)
      for (int f = 0; f < flows; ++f)
        for (const Term& t : p.flows[at(f)].budgets)
          if (t.row == g && period[at(h)] >= budget.from && (budget.until < 0 || period[at(h)] < budget.until))
            add(variable(f, h), t.value * p.weight.at(h));
    row(-COIN_DBL_MAX, budget.limit);
  }
  for (const Limit& limit : p.limits) {
    for (const Term& t : limit.columns) add(t.row, t.value);
    row(-COIN_DBL_MAX, limit.most);
  }
  ClpSimplex clp;
  clp.setLogLevel(0);
  clp.loadProblem(matrix, least.data(), most.data(), cost.data(), low.data(), high.data());
  clp.setPrimalTolerance(1e-9), clp.setDualTolerance(1e-9);
  clp.dual();
  OracleAnswer out{clp.status() == 0, clp.objectiveValue(), {}};
  out.built.assign(clp.primalColumnSolution(), clp.primalColumnSolution() + columns);
  return out;
}

}  // namespace orrery::site
