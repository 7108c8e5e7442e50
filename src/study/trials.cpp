#include "study/trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "base/units.h"
#include "study/copula.h"
#include "study/shares.h"

namespace orrery::study {

std::function<void(double)> told(std::string_view pass, const Progress& progress, double from, double to) {
  if (!progress) return {};
  return [=, &progress](double share) { progress(pass, from + (to - from) * share); };
}

Spread Trials::spread(std::size_t output) const {
  return spread_of(values[output]);
}

double bytes_of_trials(double count, std::size_t inputs, std::size_t outputs, int kept) {
  constexpr double of_each = 800;  // its name, its column, its spread and its row
  const auto in = static_cast<double>(inputs), out = static_cast<double>(outputs);
  return of_each * (in + out) + sizeof(double) * (kept * count * (in + out) +
                                                  std::min(count, double{most_fitted_trials}) * terms_of_input * in);
}

namespace {

/// The most trials, in round numbers, that take no more than is taken.
double most_trials(std::size_t inputs, std::size_t outputs, int kept) {
  double fits = 0, more = 1e9;
  while (more - fits > 1) {
    const double middle = std::floor((fits + more) / 2);
    (bytes_of_trials(middle, inputs, outputs, kept) <= most_bytes_of_trials ? fits : more) = middle;
  }
  const double round = std::pow(10, std::max(0.0, std::floor(std::log10(std::max(fits, 1.0))) - 1));
  return std::floor(fits / round) * round;
}

void check_size(double count, std::size_t inputs, std::size_t outputs, int kept) {
  const double bytes = bytes_of_trials(count, inputs, outputs, kept);
  if (bytes <= most_bytes_of_trials) return;
  throw Error(
      {}, "--trials",
      fmt::format("{} trials of {} values{} take {:.3g} GB", format_count(count),
                  format_count(static_cast<double>(inputs + outputs)), kept > 1 ? " in each answer" : "", bytes / 1e9),
      fmt::format("give at most {:.0f}", most_trials(inputs, outputs, kept)));
}

}  // namespace

Trials run_trials(const std::vector<Input>& inputs, std::size_t outputs, const Trial& trial, const Sampling& sampling) {
  check_size(sampling.count, inputs.size(), outputs, sampling.kept);
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
  Sampler::Tables tables;
  std::vector<Sampler> samplers;
  for (const Input& input : inputs) samplers.emplace_back(input.distribution, tables);
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
