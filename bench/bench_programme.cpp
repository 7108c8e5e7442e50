// The forecast of Colossus 1: reading it, one simulation, ten thousand trials. Each answer is checked against what the
// command's tests pin: the first 100,000 usable within 20 % of the 131 days that were observed, the same on one thread
// and on two.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "catalog/catalog.h"
#include "programme/read.h"
#include "programme/simulate.h"
#include "study/kind.h"

namespace {

using namespace orrery;

programme::Plan colossus() {
  const std::string source = ORRERY_SOURCE;
  const catalog::Catalog catalog(source + "/catalog");
  return programme::make_plan(programme::read_scenario(source + "/scenarios/colossus-1.toml"), catalog);
}

size_t output_named(const std::vector<study::Output>& outputs, const std::string& name) {
  for (size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].name == name) return i;
  std::abort();
}

void read_plan(benchmark::State& state) {
  for (auto _ : state) {
    const programme::Plan plan = colossus();
    if (plan.orders.size() != 4) return state.SkipWithError("the plan does not have its four orders");
  }
}
BENCHMARK(read_plan)->Unit(benchmark::kMillisecond);

void simulate_once(benchmark::State& state) {
  const programme::Plan plan = colossus();
  for (auto _ : state) {
    const programme::Forecast forecast = programme::simulate(plan);
    if (forecast.usable.at(plan.end - plan.start) < 230000 - 1)
      return state.SkipWithError("230,000 are not usable in the end");
  }
}
BENCHMARK(simulate_once)->Unit(benchmark::kMicrosecond);

void ten_thousand_trials(benchmark::State& state) {
  const std::string source = ORRERY_SOURCE;
  const catalog::Catalog catalog(source + "/catalog");
  const study::Study study =
      study::read_study(programme::read_scenario(source + "/scenarios/colossus-1.toml"), catalog, study::kinds());
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    const study::Trials trials =
        study::run_trials(study.inputs, study.outputs.size(), study.trial, {10000, 1, threads});
    const double p50 = trials.spread(output_named(study.outputs, "100,000 usable")).p50;
    if (p50 < 0.8 * 131 || p50 > 1.2 * 131)
      return state.SkipWithError("100,000 usable is more than 20 % from 131 days");
  }
}
BENCHMARK(ten_thousand_trials)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
