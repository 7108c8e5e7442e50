// What a question asked backwards wants: something by a day, at most so much of an output, at least so much.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "scenario/stack.h"
#include "study/kind.h"

namespace orrery::study {

/// One output and its limit. A value of it is a day since 1970, rounded up to days as text prints it and infinite for
/// never, or an amount in base units.
struct Goal {
  enum class Kind { by, at_most, at_least };
  Kind kind = Kind::by;
  std::string output;  ///< of the study, by name
  double limit = 0;
  Dimension dimension;  ///< of an amount
  std::string set;      ///< the override that has the study report it; empty where it does by itself

  /// What falls short of the limit is below 0; of a value that is not a number too.
  double margin(double value) const;
  bool holds(double value) const { return margin(value) >= 0; }
  /// A value as people write it, told apart from the limit where it is another; end: the last day of the forecast.
  std::string text(double value, Date end) const;
  /// "350,000 usable by 2024-12-31", "capital cost at most $115B".
  std::string wanted() const;
};

/// How far values, one for each goal, fall short: how many goals do not hold, then by how much the first of them. The
/// least is the best.
std::pair<int, double> shortfall(const std::vector<double>& values, const std::vector<Goal>& goals);
/// Whether two sets of values are the same, rounding aside.
bool same_values(const std::vector<double>& one, const std::vector<double>& other);

/// Goals as they are asked for on the command line.
struct GoalTexts {
  std::vector<std::string> until;    ///< what is reached by a day: "100k usable", "340 MW", a milestone's name, a run's
  std::vector<std::string> by;       ///< the days: one for all, or one each
  std::string capital;               ///< at most so much capital cost: "$115B"
  std::vector<std::string> at_most;  ///< "OUTPUT=AMOUNT"
  std::vector<std::string> at_least;  ///< likewise
};

/// Reads goals against the outputs of a study of this scenario. A level that no milestone of the scenario has is asked
/// for by an override that adds one. Throws Error at the option, with the nearest names for an unknown output.
std::vector<Goal> read_goals(const GoalTexts& texts, const scenario::Scenario& scenario, const Study& study);

}  // namespace orrery::study
