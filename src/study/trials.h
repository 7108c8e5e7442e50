// Trials: one pure function under many draws of its inputs, for every kind of study. A draw is keyed by the seed, the
// name of the input (or what it is drawn as) and the number of the trial, and is a Sampler's of it, so that no
// trial leaves the range that was checked, inputs can come and go without moving each other, and the result has the
// same bits on any number of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/amount.h"
#include "base/spread.h"
#include "scenario/setting.h"

namespace orrery::study {

using scenario::Draws;
using scenario::Input;

/// What a study computes from a vector of draws: one value for each of its outputs. Draws are empty for the medians.
/// Called from several threads at once.
using Trial = std::function<void(Draws draws, std::span<double> outputs)>;

struct Trials {
  int count = 0;  ///< 0: the inputs at their medians, once
  std::uint64_t seed = 1;
  std::vector<std::vector<double>> values;  ///< [output][trial]; one column without trials
  std::vector<std::vector<double>> draws;   ///< [input][trial]; empty without trials

  /// P10, P50 and P90 of an output; all the same without trials.
  Spread spread(std::size_t output) const;
};

/// How many trials on how many threads (0: all cores). progress, if given, is called from one thread with the share
/// that is done.
struct Sampling {
  int count = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  void (*progress)(double) = nullptr;
  bool levers = false;  ///< whether an answer tells what each input would bring were it moved
};

/// Runs a study of this many outputs. What a trial throws is thrown here.
Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling);

/// An input whose ranks go with an output's (Spearman).
struct Driver {
  int input = 0;
  double correlation = 0;
};
/// For each output that is wanted at most this many inputs, the strongest first; those that chance explains are left
/// out, and of inputs that are drawn as one the first stands for all.
std::vector<std::vector<Driver>> drivers(const Trials& trials, const std::vector<Input>& inputs,
                                         const std::vector<bool>& wanted, std::size_t most);

}  // namespace orrery::study
