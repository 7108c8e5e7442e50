// Many jobs in short: waiting and completion times of all, of a queue, of a size.
#pragma once
#include <functional>
#include <vector>

#include "machine/operations/fleet_jobs.h"

namespace orrery::operations {

/// Times in s, over the jobs that have started (waiting) or ended (completion): from when a job came, or its contract
/// began.
struct JobSummary {
  int jobs = 0, started = 0, ended = 0;
  double mean_waiting = 0, median_waiting = 0, p90_waiting = 0, p99_waiting = 0;
  double mean_completion = 0;
  double useful = 0;  ///< accelerator-s of progress
  double lost = 0;    ///< accelerator-s of progress undone by stops
  int preemptions = 0, resizes = 0;
  double mean_domains = 0;  ///< that a job of more than a node lay in
};

/// Of those jobs that `of` says; empty: of all.
JobSummary summary_of(const std::vector<FleetJob>& jobs, const JobsResult& result,
                      const std::function<bool(const FleetJob&)>& of = {});

}  // namespace orrery::operations
