// What a forecast gives, as a list of numbers: milestones, runs, totals, and what observations are held to.
#pragma once
#include <string>
#include <vector>

#include "programme/plan.h"
#include "programme/simulate.h"

namespace orrery::programme {

/// One number that a forecast gives: a date (days since start, infinite for never) or an amount in base units.
struct Output {
  enum class Group { milestone, run_start, run_finish, total, observed_level, observed_date };
  std::string name;
  Group group = Group::total;
  int index = 0;  ///< of the milestone, run or observation
  bool is_date = false;
  Dimension dimension;  ///< of an amount
};

/// The outputs of a plan, in a fixed order: milestones, runs, totals, then what each observation is compared with.
std::vector<Output> outputs_of(const Plan& plan);
/// Their values in one forecast.
std::vector<double> output_values(const Plan& plan, const Forecast& forecast);

}  // namespace orrery::programme
