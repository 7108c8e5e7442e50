// Traces of faults and of jobs, and weather by the hour: read and followed, or one refusal.
#include <cmath>
#include <numeric>

#include "fuzz/check.h"
#include "fuzz/target.h"
#include "machine/operations/fault_trace.h"
#include "machine/operations/job_run.h"
#include "machine/operations/job_trace.h"
#include "machine/operations/policies.h"
#include "site/cooling_plant/hourly.h"

namespace orrery::fuzz {

using namespace operations;

/// Parts of the time add up to all of it, whatever failed.
void feed_faults(std::string_view bytes) {
  refused([&] {
    const FaultTrace trace = parse_fault_trace(bytes, "fuzz");
    HostFleet fleet;
    fleet.hosts = 64, fleet.size.fill(1);
    const std::vector<FaultEvent> events = events_of(trace, fleet, trace.days);
    JobRun job;
    job.fleet = fleet, job.hosts = 60, job.accelerators = 480, job.length = trace.days * 86400;
    job.recovery.detect = Time(60), job.recovery.load = Time(100);
    job.tiers = {{"storage", 3600, 5, 60, Domain::hall}};
    std::vector<Fault> faults(trace.causes.size());
    ListedFaults source(events);
    const Outcome o = run_job(job, faults, Frailty(64, 0, 1), source);
    const double sum = std::accumulate(o.part.begin(), o.part.end(), 0.0);
    if (!(std::abs(sum - 1) < 1e-6)) fail("parts of the time that are not all of it");
    if (!(o.hosts_out >= 0 && o.hosts_out <= 1)) fail("hosts out of service beyond all");
  });
}

/// Every policy ends every job that may end, and holds no more than there is.
void feed_jobs(std::string_view bytes) {
  refused([&] {
    const JobTrace trace = read_jobs(parse_csv(bytes, "fuzz.csv"));
    if (trace.jobs.size() > 100) return;
    FleetRules rules;
    rules.shape = {8, 8, 2, 4};
    rules.queues.clear();
    for (const std::string& name : trace.queues) rules.queues.push_back({name, 48});
    check_jobs(trace, rules);
    for (const Policy& policy : shipped_policies()) {
      const JobsResult result = simulate_jobs(trace.jobs, rules, policy);
      if (!(result.utilisation() >= 0 && result.utilisation() <= 1 + 1e-9)) fail("more than all is used");
      for (std::size_t i = 0; i < result.jobs.size(); ++i) {
        const JobOutcome& job = result.jobs[i];
        if (!std::isfinite(job.end)) fail("a job that never ends on a fleet that holds it");
        if (job.start < trace.jobs[i].submit || job.end < job.start) fail("a job out of order");
      }
    }
  });
}

/// Weather that a tower cools in, or one refusal.
void feed_weather(std::string_view bytes) {
  refused([&] {
    const site::Weather weather = site::parse_weather(bytes, "fuzz");
    site::CoolingPlantFacts plant;
    plant.electrical = 0.05, plant.carnot = 0.5, plant.approach = 10, plant.supply = 20, plant.rise = 5;
    for (const double pue : site::cooling_year(plant, weather).pue)
      if (!(pue >= 1.05 && pue < 2)) fail("a PUE out of its range");
  });
}

}  // namespace orrery::fuzz
