// Trials: the same plan under many draws of its inputs, what the outputs then spread over, and which inputs make them.
#pragma once
#include <cstdint>
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
  int index = 0;        ///< of the milestone, run or observation
  bool is_date = false;
  Dimension dimension;  ///< of an amount
};

/// The outputs of a plan, in a fixed order: milestones, runs, totals, then what each observation is compared with.
std::vector<Output> outputs_of(const Plan& plan);
/// Their values in one forecast.
std::vector<double> output_values(const Plan& plan, const Forecast& forecast);

struct Trials {
  int count = 0;
  std::vector<Output> outputs;
  std::vector<std::vector<double>> values;  ///< [output][trial]
  std::vector<std::vector<double>> draws;   ///< [input][trial]
};

/// Runs count trials on the given number of threads (0: all cores). Bit-identical for a seed on any number of threads.
/// progress, if given, is called from one thread with the share that is done.
Trials run_trials(const Plan& plan, int count, std::uint64_t seed, int threads, void (*progress)(double) = nullptr);

/// The inputs whose ranks go most with an output's, strongest first; those that chance explains are left out.
struct Driver {
  int input = 0;
  double correlation = 0;
};
std::vector<Driver> drivers(const Trials& trials, size_t output, size_t most);

}  // namespace orrery::programme
