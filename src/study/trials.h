// Trials: one pure function under many draws of its inputs, for every kind of study. A draw is keyed by the seed, the
// name of the input (or what it is drawn as) and the number of the trial, joined with the draws of the causes that the
// input hangs on (study/copula), and is a Sampler's of it, so that no trial leaves the range that was checked, inputs
// can come and go without moving each other, and the result has the same bits on any number of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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

/// Told, while an answer is made, the pass at hand and the share of it that is done, 0 to 1, from the thread that asks.
/// What it throws ends the answer and is thrown on: so a question is given up.
using Progress = std::function<void(std::string_view pass, double share)>;

/// How many trials on how many threads (0: all cores), and who is told of it.
struct Sampling {
  int count = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  Progress progress = nullptr;
  bool independent = false;  ///< draw every input by itself, as if no cause were shared
  bool levers = false;       ///< whether an answer tells what each input would bring were it moved
  int kept = 1;              ///< answers whose trials are kept side by side
};

/// What a parallel loop tells of its share, as the share of a pass of which it is the part from `from` to `to`; nothing
/// where nobody is told. The pass's name and progress outlive it.
std::function<void(double)> told(std::string_view pass, const Progress& progress, double from = 0, double to = 1);

/// The bytes that so many trials of a study take: all draws and values of each answer that is kept, and the terms that
/// shares of spread are fitted on.
double bytes_of_trials(double count, std::size_t inputs, std::size_t outputs, int kept = 1);

/// The most of them that are taken.
inline constexpr double most_bytes_of_trials = 768.0 * (1 << 20);

/// Runs a study of this many outputs. What a trial throws is thrown here. Throws Error, before anything is taken, for
/// trials that take more than most_bytes_of_trials.
Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling);

}  // namespace orrery::study
