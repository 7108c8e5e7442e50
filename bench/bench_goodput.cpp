// Goodput: closed forms a second (aim: under 1 us each), and jobs followed through their faults: a million accelerators
// for a year (aim: 10 s), and a hundred thousand for 60 days (aim: 1,000 of them in 60 s on two cores). The answers are
// held to the closed form and to each other.
#include <benchmark/benchmark.h>

#include <cmath>

#include "machine/operations/job_run.h"

using namespace orrery;
using namespace orrery::operations;

namespace {

constexpr double day = 86400;

Reliability reliability_of(double per_1000_node_days) {
  Reliability r;
  r.failure_rate = FailureRate(per_1000_node_days / 8000 / day), r.write = Time(5), r.other = 0.03;
  r.recovery.detect = Time(60), r.recovery.warm_up = Time(120), r.recovery.from_checkpoint = false;
  r.recovery.out = Time(420), r.recovery.domain = Chips(8192);
  return r;
}

void closed_forms(benchmark::State& state) {
  Reliability r = reliability_of(4);
  r.recovery.from_checkpoint = state.range(0) == 1;
  double n = 1000, sum = 0;
  for (auto _ : state) {
    sum += goodput(Chips(n), r);
    n = n < 1e6 ? n + 1 : 1000;
  }
  const double a = goodput(Chips(1e4), r), b = goodput(Chips(1e5), r);
  if (!(0 < b && b < a && a < 0.97) || !std::isfinite(sum)) state.SkipWithError("more failures help");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(closed_forms)->Arg(0)->Arg(1);

/// Hosts of eight with 6 % of spares, eighteen causes of which the frailer hosts have more, repairs of two days.
void followed(benchmark::State& state) {
  const double accelerators = static_cast<double>(state.range(0)), days = static_cast<double>(state.range(1));
  const Reliability r = reliability_of(4);
  JobRun job;
  job.hosts = static_cast<std::uint32_t>(accelerators / 8), job.accelerators = accelerators;
  job.fleet.hosts = job.hosts + job.hosts * 6 / 100, job.fleet.size.fill(1);
  job.recovery = r.recovery, job.other = r.other, job.length = days * day;
  job.tiers = {{"peers", 0, 0, 0, Domain::link}, {"storage", 3600, 5, 0, Domain::hall}};
  std::vector<Fault> faults(18);
  for (Fault& fault : faults)
    fault.rate = r.failure_rate.value() / 18, fault.out = {Distribution::Kind::lognormal, 0.7 * day, 2.1, 0, {}};
  const Frailty frailty(job.fleet.hosts, 0.93, 1);
  double sum = 0, run = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    RandomFaults source(job.fleet, job.hosts, faults, frailty, {1, 0, job.length}, 1 / (2 + run));
    const Outcome o = run_job(job, faults, frailty, source);
    sum += o.part[0], run += 1, events += o.faults;
  }
  // A storage copy each hour beside the closed form's peers takes 5 s of 3,605.
  if (std::abs(sum / run - goodput(Chips(accelerators), r) * 3600 / 3605) > 0.01)
    state.SkipWithError("not what the closed form says");
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(followed)->Args({1000000, 365})->Args({100000, 60})->Unit(benchmark::kMillisecond);

}  // namespace
