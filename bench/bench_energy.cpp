// Energy by the hour at least cost: sizing and dispatch of a year with the weather of the seven stations that ship, a
// path of five years by the quarter. Aims on one core: 1 s, 0.3 s, 8 s and 150 MB, each proven to 1e-7; plants that are
// slow and reserves at most three times as long.
#include <benchmark/benchmark.h>

#include "../tests/support/energy_worlds.h"
#include "site/power/least_cost.h"
#include "site/weather/weather.h"

using namespace orrery;
using namespace orrery::site;

namespace {

constexpr const char* stations[] = {"abilene_tx",    "memphis_tn",        "columbus_oh", "northern_virginia_dulles",
                                    "the_dalles_or", "council_bluffs_ia", "phoenix_az"};

/// A year of a station: shares of a plant that follows the sun's brightness and the cube of the wind.
EnergyWorld world_of(int seed) {
  const Weather weather =
      read_weather(std::string(ORRERY_SOURCE) + "/scenarios/weather/" + stations[seed % 7] + "_tmy3.csv.gz");
  EnergyWorld world;
  world.seed = seed, world.by_day = seed / 7 % 2 == 1;
  constexpr double budgets[] = {-1, 0.5, 0.1};
  world.co2 = budgets[seed / 14 % 3];
  for (std::size_t h = 0; h < hours_of_year; ++h) {
    const double v = weather.wind[h] * 1.45;
    world.sun.push_back(std::min(1.0, weather.global[h] / 950));
    world.wind.push_back(v < 3 || v > 25 ? 0 : std::min(1.0, v * v * v / 1728));
  }
  return world;
}

void prove(benchmark::State& state, const EnergyProblem& problem) {
  double iterations = 0, worst = 0;
  for (auto _ : state) {
    const LeastCost answer = least_cost(problem, {1e-7});
    if (!answer.proven) state.SkipWithError("not proven");
    iterations = answer.iterations, worst = answer.gap();
  }
  state.counters["iterations"] = iterations, state.counters["gap"] = worst;
}

/// The first 42 are each station with a load by day or not and each budget.
void sizing(benchmark::State& state) {
  prove(state, problem_of(world_of(static_cast<int>(state.range(0)))));
}
BENCHMARK(sizing)->DenseRange(0, 41, 1)->Unit(benchmark::kMillisecond)->Iterations(1);

void sizing_with_ramps_and_reserves(benchmark::State& state) {
  EnergyWorld world = world_of(static_cast<int>(state.range(0)));
  world.ramps = world.reserve = true;
  prove(state, problem_of(world));
}
BENCHMARK(sizing_with_ramps_and_reserves)->DenseRange(0, 41, 7)->Unit(benchmark::kMillisecond)->Iterations(1);

void dispatch(benchmark::State& state) {
  EnergyProblem problem = problem_of(world_of(static_cast<int>(state.range(0))));
  const LeastCost sized = least_cost(problem, {1e-7});
  for (std::size_t j = 0; j < problem.columns.size(); ++j) problem.capacities[j].given = {sized.built[j] * 1.05};
  problem.columns.clear();
  prove(state, problem);
}
BENCHMARK(dispatch)->DenseRange(0, 41, 7)->Unit(benchmark::kMillisecond)->Iterations(1);

void path(benchmark::State& state) {
  prove(state, path_of(static_cast<int>(state.range(0)), 13));
}
BENCHMARK(path)->DenseRange(0, 3, 1)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
