#include "study/trials.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/random.h"

namespace orrery::study {

Spread Trials::spread(std::size_t output) const {
  return spread_of(values[output]);
}

Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling) {
  Trials t;
  t.count = sampling.count;
  t.seed = sampling.seed;
  const std::size_t columns = static_cast<std::size_t>(std::max(1, t.count));
  t.values.assign(outputs, std::vector<double>(columns));
  auto one = [&](Draws draws, std::size_t column, std::vector<double>& values) {
    values.assign(outputs, 0);
    trial(draws, values);
    for (std::size_t o = 0; o < outputs; ++o) t.values[o][column] = values[o];
  };
  if (t.count == 0) {
    std::vector<double> values;
    one({}, 0, values);
    return t;
  }
  t.draws.assign(inputs.size(), std::vector<double>(columns));
  std::vector<std::uint64_t> streams;
  for (const Input& input : inputs) streams.push_back(stream_of(input.drawn_as.empty() ? input.name : input.drawn_as));
  std::vector<Sampler> samplers;
  for (const Input& input : inputs) samplers.emplace_back(input.distribution);
  constexpr std::size_t block = 16;
  parallel_for(
      columns, sampling.threads, block,
      [&](std::size_t first, std::size_t last, int) {
        std::vector<double> draws(inputs.size()), values;
        for (std::size_t k = first; k < last; ++k) {
          for (std::size_t i = 0; i < draws.size(); ++i)
            t.draws[i][k] = draws[i] = samplers[i].draw(uniform(t.seed, streams[i], k));
          one(draws, k, values);
        }
      },
      sampling.progress);
  return t;
}

std::vector<std::vector<Driver>> drivers(const Trials& trials, const std::vector<Input>& inputs,
                                         const std::vector<bool>& wanted, std::size_t most) {
  std::vector<std::vector<Driver>> out(trials.values.size());
  if (trials.count == 0) return out;
  // Inputs that are drawn as one are one: the first of them stands for all.
  std::vector<int> apart;
  std::vector<std::vector<double>> of_inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto same = [&](int k) {
      return !inputs[i].drawn_as.empty() && inputs[static_cast<std::size_t>(k)].drawn_as == inputs[i].drawn_as;
    };
    if (std::any_of(apart.begin(), apart.end(), same)) continue;
    apart.push_back(static_cast<int>(i));
    of_inputs.push_back(ranks(trials.draws[i]));
  }
  // The level that any of the inputs passes by chance with 1 % probability (Bonferroni), for large samples.
  const double tests = static_cast<double>(std::max<std::size_t>(1, apart.size()));
  const double noise =
      normal_quantile(1 - 0.005 / tests) / std::sqrt(std::max(1.0, static_cast<double>(trials.count) - 1));
  for (std::size_t o = 0; o < out.size(); ++o) {
    if (!wanted[o]) continue;
    const std::vector<double> of_output = ranks(trials.values[o]);
    for (std::size_t i = 0; i < of_inputs.size(); ++i) {
      const double r = correlation_of_ranks(of_inputs[i], of_output);
      if (std::fabs(r) > noise) out[o].push_back({apart[i], r});
    }
    std::stable_sort(out[o].begin(), out[o].end(), [](const Driver& a, const Driver& b) {
      return std::fabs(a.correlation) > std::fabs(b.correlation);
    });
    if (out[o].size() > most) out[o].resize(most);
  }
  return out;
}

}  // namespace orrery::study
