// The least cost of a problem of energy by the hour, with a bound that proves it.
//
// An interior-point method of its own: Mehrotra's predictor and corrector (SIAM J. Optimization 2, 1992) on the normal
// equations, whose hours are a chain of small blocks. Rows of an hour (the balance, reserves) are eliminated first,
// then the chain of states from its first hour to its last, round which it closes (fill to the last hour alone), and
// what is left is a dense Schur complement in the capacities and budgets. An iteration takes time in proportion to the
// hours.
//
// The bound is Lagrange's: for any prices of rows the least of the Lagrangian over all bounds, which is a sum over
// flows, hours and columns; it holds whatever the method has done.
#pragma once
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

struct LeastCostRules {
  double gap = 1e-8;  ///< of cost and bound, over the cost, at which it is done
  int most_iterations = 400;
};

struct LeastCost {
  bool proven = false;  ///< the gap was reached
  int iterations = 0;
  double cost = 0;                         ///< $
  double bound = -infinity;                ///< $: no choice costs less
  double residual = 0;                     ///< the largest violation of a row, over the highest load
  std::vector<double> built;               ///< by column
  std::vector<std::vector<double>> flows;  ///< by flow and hour
  std::vector<double> price;               ///< by hour: what a unit of load more would cost, $ per unit and hour
  std::vector<double> reserve_price;       ///< sum over reserves, by hour; empty without
  std::vector<double> budget_price;        ///< what a unit of a budget's limit is worth, $

  /// Relative; infinite where the cost is 0 and the bound is not.
  double gap() const;
};

/// Throws Error as check_problem does, and GivenUp where it is given up (base/parallel.h).
LeastCost least_cost(const EnergyProblem& problem, const LeastCostRules& rules = {});

}  // namespace orrery::site
