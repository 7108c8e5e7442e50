// A problem of energy in numbers near 1, as least_cost.h works on it: power over the highest load, money over a price
// near that of energy; rows of an hour are numbered, what cannot flow is left out.
#pragma once
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

struct ScaledPeriod {
  int first = 0, hours = 0, chain = 0;
};

struct ScaledColumn {
  int capacity = 0, from = 0, until = 0;
  double cost = 0, most = infinity, usual = 1;
};

struct ScaledFlow {
  int capacity = -1;          ///< -1: none
  bool bounded = true;        ///< else only by 0
  std::vector<double> share;  ///< by hour, of the capacity or by itself, that bounds it; 0: it cannot flow
  std::vector<double> cost;   ///< by hour, with its weight
  std::vector<Term> here = {}, after = {};  ///< by row of the hour: reserves, the balance, states
  std::vector<Term> budgets = {};
  double start = 0.5;  ///< of its bound, or itself
};

/// That a capacity stands in a row of every hour: share x profile x K on the right.
struct RowCapacity {
  int row = 0, capacity = 0;
  double share = 0;
  const Series* profile = nullptr;
};

struct ScaledBudget {
  double limit = 0;
  int first = 0, last = 0;    ///< hours [first, last); none: a limit of columns
  int from = 0, until = 0;    ///< periods
  int slot = -1;              ///< which budgets of other periods share
  std::vector<Term> columns;  ///< of a limit
};

/// It refers to the problem that it was made of, which outlives it.
struct ScaledProblem {
  explicit ScaledProblem(const EnergyProblem& problem);

  int hours = 0, capacities = 0, reserves = 0, states = 0;
  double power = 1, price = 1;  ///< units of both
  std::vector<ScaledPeriod> periods;
  std::vector<int> period_of;  ///< by hour
  std::vector<int> after;      ///< by hour: the one after in its chain
  std::vector<double> weight, load;
  std::vector<double> given;  ///< by period and capacity
  std::vector<ScaledColumn> columns;
  std::vector<ScaledFlow> flows;
  std::vector<Series> requirement;  ///< by reserve
  std::vector<RowCapacity> row_capacities;
  std::vector<ScaledBudget> budget;  ///< budgets, then limits
  std::vector<double> budget_scale;  ///< a unit of a budget's row in the problem's unit
  std::vector<double> state_price;   ///< to start from
  int budgets = 0, slots = 0;        ///< without limits; of a period at most

  std::size_t of(int period, int capacity) const {
    return static_cast<std::size_t>(period) * static_cast<std::size_t>(capacities) + static_cast<std::size_t>(capacity);
  }

 private:
  void add_budget(const Budget& budget, int row, int periods);
  void add_limit(const Limit& limit);
  void share_slots();
  void leave_room();
};

/// The least of the Lagrangian at prices of the rows (by row and hour) and budgets (0 or less): no choice costs less.
/// cost, of a choice that meets all rows, bounds columns without a most.
double lagrange_bound(const ScaledProblem& p, const std::vector<std::vector<double>>& rows,
                      const std::vector<double>& budgets, double cost);

}  // namespace orrery::site
