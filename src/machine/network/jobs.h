// Several jobs on one network at once: what each gets alone, and what is left to it beside the others, max-min fair.
#pragma once
#include "machine/network/traffic.h"

namespace orrery::network {

/// A job: where its ranks are, and who of them sends to whom (ranks, not hosts).
struct TrafficJob {
  std::string name;
  std::vector<Host> hosts;
  std::vector<Pair> pairs;
};

struct JobRates {
  std::string name;
  double alone = 0, together = 0;            ///< B/s of the job's slowest flow, which paces a collective's step
  double mean_alone = 0, mean_together = 0;  ///< B/s
  double slowdown() const { return together > 0 ? alone / together : 0; }
};

/// Sprayed rates of each job alone and of all together. Jobs may share hosts. Throws Error for a rank outside its job
/// or a host outside the topology.
std::vector<JobRates> job_rates(const Topology& topology, const std::vector<TrafficJob>& jobs,
                                const Failures* failures = nullptr);

}  // namespace orrery::network
