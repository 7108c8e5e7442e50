#include "study/trials.h"

#include <algorithm>

#include "base/parallel.h"
#include "study/copula.h"

namespace orrery::study {

std::function<void(double)> told(std::string_view pass, const Progress& progress, double from, double to) {
  if (!progress) return {};
  return [=, &progress](double share) { progress(pass, from + (to - from) * share); };
}

Spread Trials::spread(std::size_t output) const {
  return spread_of(values[output]);
}

Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling) {
  Trials t;
  t.count = sampling.count;
  t.seed = sampling.seed;
  t.inputs = inputs;
  t.independent = sampling.independent;
  t.levers = sampling.levers;
  t.threads = sampling.threads;
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
  const Copula copula(inputs, t.seed, t.independent);
  std::vector<Sampler> samplers;
  for (const Input& input : inputs) samplers.emplace_back(input.distribution);
  constexpr std::size_t block = 16;
  parallel_for(
      columns, sampling.threads, block,
      [&](std::size_t first, std::size_t last, int) {
        std::vector<double> draws(inputs.size()), uniforms(inputs.size()), values;
        for (std::size_t k = first; k < last; ++k) {
          copula.uniforms(k, uniforms);
          for (std::size_t i = 0; i < draws.size(); ++i) t.draws[i][k] = draws[i] = samplers[i].draw(uniforms[i]);
          one(draws, k, values);
        }
      },
      told("trials", sampling.progress));
  return t;
}

}  // namespace orrery::study
