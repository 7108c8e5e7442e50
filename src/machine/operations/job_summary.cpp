#include "machine/operations/job_summary.h"

#include <algorithm>
#include <cmath>

#include "base/spread.h"

namespace orrery::operations {

JobSummary summary_of(const std::vector<FleetJob>& jobs, const JobsResult& result,
                      const std::function<bool(const FleetJob&)>& of) {
  JobSummary s;
  std::vector<double> waits;
  int gangs = 0;
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (of && !of(jobs[i])) continue;
    const JobOutcome& out = result.jobs[i];
    ++s.jobs;
    s.useful += out.done * jobs[i].accelerators, s.lost += out.lost;
    s.preemptions += out.preemptions, s.resizes += out.resizes;
    if (std::isfinite(out.start)) ++s.started, waits.push_back(out.waiting), s.mean_waiting += out.waiting;
    if (std::isfinite(out.end)) ++s.ended, s.mean_completion += out.end - std::max(jobs[i].submit, jobs[i].start);
    if (out.nodes > 1) ++gangs, s.mean_domains += out.domains;
  }
  if (s.started > 0) {
    std::sort(waits.begin(), waits.end());
    s.mean_waiting /= s.started;
    s.median_waiting = sorted_quantile(waits, 0.5), s.p90_waiting = sorted_quantile(waits, 0.9);
    s.p99_waiting = sorted_quantile(waits, 0.99);
  }
  if (s.ended > 0) s.mean_completion /= s.ended;
  if (gangs > 0) s.mean_domains /= gangs;
  return s;
}

}  // namespace orrery::operations
