// Speed of many jobs on one fleet, one core; every answer is checked.
#include <benchmark/benchmark.h>

#include <cmath>

#include "machine/operations/job_summary.h"
#include "machine/operations/job_trace.h"
#include "machine/operations/policies.h"

namespace {

using namespace orrery;
using namespace orrery::operations;

/// 4,096 nodes of 8 in domains of 8 nodes and pods of 512, 100,000 jobs of 1 to 2,048 accelerators, of 8 queues with
/// quotas and 3 priorities, that ask for more than there is: thousands wait.
void fleet(benchmark::State& state) {
  FleetRules rules;
  rules.shape = {4096, 8, 8, 512};
  rules.queues.clear();
  const bool quotas = state.range(1) != 0;
  for (int q = 0; q < 8; ++q) rules.queues.push_back({"queue " + std::to_string(q), quotas ? 5000. : INFINITY, 1});
  JobMix mix;
  mix.jobs = 100000, mix.queues = 8, mix.priorities = static_cast<int>(state.range(2)), mix.mean_duration = 7200;
  mix.spread = 1;
  mix.sizes = {{1, 0.3},   {2, 0.1},   {4, 0.1},    {8, 0.25},    {16, 0.1},
               {32, 0.06}, {64, 0.05}, {256, 0.03}, {512, 0.009}, {2048, 0.001}};
  double mean = 0;
  for (const auto& [size, share] : mix.sizes) mean += size * share;
  const double load = 1.4;
  mix.arrivals = load * rules.shape.nodes * rules.shape.node / (mean * mix.mean_duration);
  const std::vector<FleetJob> jobs = draw_jobs(mix, 1);
  Policy policy = shipped_policies()[static_cast<size_t>(state.range(0))];
  policy.topology = Topology::required;
  JobsResult result;
  for (auto _ : state) result = simulate_jobs(jobs, rules, policy);
  const JobSummary s = summary_of(jobs, result);
  double work = 0;
  for (const FleetJob& job : jobs) work += job.duration * job.accelerators;
  if (s.ended != s.jobs || std::abs(s.useful / work - 1) > 1e-9) state.SkipWithError("not all work was done");
  double most = 0;
  for (const JobsPoint& p : result.series) most = std::max(most, p.waiting);
  state.SetLabel(policy.name);
  state.counters["jobs"] =
      benchmark::Counter(static_cast<double>(jobs.size()), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["waiting_most"] = most;
  state.counters["utilisation"] = result.utilisation();
  state.counters["stops"] = result.preemption.stops;
  state.counters["wait_h"] = s.mean_waiting / 3600;
}
BENCHMARK(fleet)->ArgsProduct({{0, 1, 2, 3, 4}, {0, 1}, {1, 3}})->Unit(benchmark::kMillisecond);

}  // namespace
