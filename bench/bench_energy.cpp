// Energy by the hour at least cost: sizing and dispatch of a year with the weather of the seven stations that ship, a
// path of five years by the quarter. Aims on one core: 1 s, 0.3 s, 8 s and 150 MB, each proven to 1e-7; plants that are
// slow and reserves at most three times as long.
//
// bench_energy --worlds 200 --against 20 takes so many worlds of a year instead, and of them so many against Clp's dual
// simplex, and prints how far off and how long both were, line by line and in short. It takes an hour.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>
#include <string_view>

#include "../tests/support/energy_oracle.h"
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

/// CPU seconds of function().
template <class Function>
double seconds_of(Function function) {
  const std::clock_t before = std::clock();
  function();
  return static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
}

double quantile(std::vector<double> of, double share) {
  if (of.empty()) return 0;
  std::sort(of.begin(), of.end());
  return of[static_cast<std::size_t>(std::lround(share * static_cast<double>(of.size() - 1)))];
}

/// What problems came to, ours and where it is asked for Clp's.
struct Tally {
  std::vector<double> gaps, seconds, differences, ratios;
  int unproven = 0;

  void take(const std::string& name, const EnergyProblem& problem, bool against) {
    LeastCost ours;
    const double time = seconds_of([&] { ours = least_cost(problem); });
    gaps.push_back(ours.gap()), seconds.push_back(time), unproven += ours.gap() <= 1e-7 ? 0 : 1;
    fmt::print("{:<28} cost {:.9e} gap {:.1e} residual {:.1e} {:3} iterations {:6.2f} s", name, ours.cost, ours.gap(),
               ours.residual, ours.iterations, time);
    if (against) {
      OracleAnswer theirs;
      const double long_time = seconds_of([&] { theirs = solved_by_clp(problem); });
      const double difference = std::abs(ours.cost - theirs.cost) / std::max(1e-30, std::abs(theirs.cost));
      if (theirs.optimal) differences.push_back(difference), ratios.push_back(long_time / time);
      fmt::print("; Clp {} {:.1e} off in {:.1f} s", theirs.optimal ? "is" : "gave up,", difference, long_time);
    }
    fmt::print("\n");
    std::fflush(stdout);
  }

  void print(const char* name) const {
    fmt::print(
        "{}: {} problems, {} above a gap of 1e-7, worst gap {:.1e}; CPU s median {:.2f}, P90 {:.2f}, most {:.2f}", name,
        gaps.size(), unproven, quantile(gaps, 1), quantile(seconds, 0.5), quantile(seconds, 0.9), quantile(seconds, 1));
    if (!ratios.empty())
      fmt::print("; Clp of {}: at most {:.1e} off, times as long: least {:.0f}, median {:.0f}, most {:.0f}",
                 ratios.size(), quantile(differences, 1), quantile(ratios, 0), quantile(ratios, 0.5),
                 quantile(ratios, 1));
    fmt::print("\n");
  }
};

/// What could upset a method, of a year, and of four weeks against Clp.
void take_extremes(Tally& year, Tally& weeks) {
  const auto both = [&](const std::string& name, EnergyWorld world, auto change) {
    for (const int hours : {static_cast<int>(hours_of_year), 672}) {
      world.hours = hours;
      EnergyProblem problem = problem_of(world);
      change(problem);
      Tally& into = hours == 672 ? weeks : year;
      into.take(name + (hours == 672 ? ", 4 weeks" : ""), problem, hours == 672);
    }
  };
  const auto as_it_is = [](EnergyProblem&) {};
  for (int seed = 0; seed < 3; ++seed) {
    const std::string of = " " + std::to_string(seed);
    EnergyWorld world = world_of(100 + seed);
    both("nothing may be built" + of, world, [](EnergyProblem& p) {
      for (Column& c : p.columns) c.most = 0;
    });
    both("a twin of each" + of, world, [](EnergyProblem& p) {
      const std::size_t sources = 6;
      for (std::size_t c = 0; c < sources; ++c) {
        Column twin = p.columns[c];
        twin.capacity = static_cast<int>(p.capacities.size());
        Flow flow = p.flows[c + 1];
        flow.capacity = twin.capacity;
        p.capacities.push_back(p.capacities[c]), p.columns.push_back(twin), p.flows.push_back(flow);
      }
    });
    both("prices below 0" + of, world, [](EnergyProblem& p) {
      std::vector<double> price = p.flows[1].cost.values();
      for (double& x : price) x -= 50;
      p.flows[1].cost = price;
    });
    both("no battery" + of, world,
         [](EnergyProblem& p) { p.flows.resize(7), p.columns.resize(6), p.capacities.resize(6), p.states.clear(); });
    EnergyWorld clean = world;
    clean.co2 = 0;
    both("no CO2 at all" + of, clean, as_it_is);
    for (const double size : {1.0, 50e3}) {
      world.size = size;
      both(fmt::format("{:g} MW{}", size, of), world, as_it_is);
    }
  }
}

/// Worlds of a year with the weather of the seven stations; an eighth have plants that are slow, an eighth a reserve.
void take_worlds(int worlds, int against) {
  Tally year, extremes, weeks;
  take_extremes(extremes, weeks);
  for (int seed = 0; seed < worlds; ++seed) {
    EnergyWorld world = world_of(seed);
    world.ramps = seed % 8 == 2, world.reserve = seed % 8 == 6;
    year.take(fmt::format("world {}{}{}", seed, world.ramps ? " slow" : "", world.reserve ? " reserve" : ""),
              problem_of(world), against > 0 && seed % std::max(1, worlds / against) == 0);
  }
  year.print("worlds"), extremes.print("extremes"), weeks.print("extremes of 4 weeks");
}

}  // namespace

int main(int argc, char** argv) {
  int worlds = 0, against = 0;
  for (int i = 1; i + 1 < argc; ++i)
    for (const auto& [name, into] : {std::pair{"--worlds", &worlds}, {"--against", &against}})
      if (std::string_view(argv[i]) == name) *into = std::atoi(argv[i + 1]);
  if (worlds > 0) {
    take_worlds(worlds, against);
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
