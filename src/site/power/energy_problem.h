// What powers a load through many hours, as a linear programme: which capacities to build and how to run them so that
// the cost is least. Plain data, in the units of its user (power and energy in one unit, say MW and MWh; money in $).
//
// In each hour t flows x_i (what a source gives, what goes into and out of storage, what storage holds, what is not
// served) lie between 0 and a bound, which is a capacity times a profile or a profile alone. They meet
//
//   balance    sum of balance_i x_i = load                             one row an hour
//   states     sum of now_i x_i(t) + sum of next_i x_i(t - 1) = change K   one row an hour and state, round a chain
//   reserves   sum of coefficient_i x_i <= sum of share profile K - requirement   one row an hour each
//   budgets    sum over hours of weight coefficient_i x_i <= limit          one row each
//   limits     sum of value_j v_j <= most                                   one row each
//
// Capacities K are the given ones and those of columns v, each from 0 to its most, of which a period sees a capacity's
// worth: K = K0 + sum of the columns in service. The cost is sum of F v + sum of weight cost_i x_i.
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"

namespace orrery::site {

/// A value by hour, or one of all hours.
class Series {
 public:
  Series(double all = 0) : values_{all} {}
  Series(std::vector<double> by_hour) : values_(std::move(by_hour)) {}
  double at(int hour) const { return values_.size() == 1 ? values_.front() : values_[static_cast<std::size_t>(hour)]; }
  /// 1 or the number of hours.
  std::size_t size() const { return values_.size(); }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
};

/// Hours in which capacities are the same, cut into chains: states at the end of a chain are those at its start.
struct Period {
  int hours = 8760;
  int chain = 0;  ///< hours of a chain, the last one what is left; 0: all in one
};

/// Something that is built, in its own unit.
struct Capacity {
  std::string name;
  std::vector<double> given = {};  ///< by period, or one for all; empty: 0
  double usual = 0;                ///< a size to start from; 0: the highest load
};

/// A decision to build.
struct Column {
  int capacity = 0;
  double cost = 0;           ///< of one unit over the whole problem, $
  double most = infinity;    ///< of it, at most
  int from = 0, until = -1;  ///< periods in which it serves, [from, until); until -1: to the end
};

/// A coefficient of a row.
struct Term {
  int row = 0;
  double value = 0;
};

/// What flows in each hour.
struct Flow {
  static constexpr int fixed = -1;
  std::string name;
  int capacity = fixed;                   ///< that bounds it, times bound; fixed: bound alone
  Series bound = 1;                       ///< at least 0
  Series cost = 0;                        ///< $ per unit and hour
  double balance = 0;                     ///< what a unit of it adds to the supply of the load
  std::vector<Term> now = {}, next = {};  ///< by state: in the row of its hour, and of the hour after
  std::vector<Term> reserves = {}, budgets = {};
};

/// A row of each hour that joins it with the one before: what storage holds, how fast a plant may move.
struct State {
  std::string name;
  int capacity = -1;  ///< whose multiple stands on the right; -1: none
  double change = 0;
};

/// What must be left free in each hour.
struct Reserve {
  std::string name;
  struct Part {
    int capacity = 0;
    double share = 1;
    Series profile = 1;
  };
  std::vector<Part> parts = {};
  Series requirement = 0;
};

/// A limit over all hours of some periods, [from, until).
struct Budget {
  std::string name;
  double limit = 0;
  int from = 0, until = -1;
};

/// What columns may come to together: sum of value v <= most. Values may be below 0.
struct Limit {
  std::string name;
  double most = 0;
  std::vector<Term> columns;  ///< by column
};

/// States, and reserves, of a problem at most: an hour's equations are a block of that size.
inline constexpr int most_states = 31, most_reserves = 31;

struct EnergyProblem {
  std::vector<Period> periods = {Period()};
  Series weight = 1;  ///< hours that a step stands for, > 0
  Series load = 0;
  std::vector<Capacity> capacities;
  std::vector<Column> columns;
  std::vector<Flow> flows;
  std::vector<State> states;
  std::vector<Reserve> reserves;
  std::vector<Budget> budgets;
  std::vector<Limit> limits;

  /// Steps of all periods.
  int hours() const;
  double given(int capacity, int period) const;
};

/// Throws Error, with the part as its key, for numbers that are not finite, series of another length than the hours,
/// bounds, weights or limits below 0, rows, capacities or periods that are not there, and too many states or reserves.
void check_problem(const EnergyProblem& problem);

}  // namespace orrery::site
