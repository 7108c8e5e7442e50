// Trials: one pure function under many draws of its inputs, for every kind of study. A draw is keyed by the seed, the
// name of the input (or what it is drawn as) and the number of the trial, joined with the draws of the causes that the
// input hangs on (study/copula), and is a Sampler's of it, so that no trial leaves the range that was checked, inputs
// can come and go without moving each other, and the result has the same bits on any number of threads.
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
  std::vector<Input> inputs;                ///< as they were drawn, or would be
  bool independent = false;                 ///< every input was drawn by itself, whatever causes it shares
  bool levers = false;                      ///< whether an answer tells what each input would bring were it moved
  int threads = 0;                          ///< that they ran on; 0: all cores
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
  bool independent = false;  ///< draw every input by itself, as if no cause were shared
  bool levers = false;       ///< whether an answer tells what each input would bring were it moved
};

/// Runs a study of this many outputs. What a trial throws is thrown here.
Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling);

}  // namespace orrery::study
