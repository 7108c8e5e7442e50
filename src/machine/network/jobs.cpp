#include "machine/network/jobs.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.h"

namespace orrery::network {
namespace {

/// Least and mean of some of the rates.
std::pair<double, double> least_and_mean(const std::vector<double>& rates, std::size_t first, std::size_t count) {
  double least = INFINITY, sum = 0;
  for (std::size_t i = first; i < first + count; ++i) least = std::min(least, rates[i]), sum += rates[i];
  if (count == 0) return {0, 0};
  return {least, sum / static_cast<double>(count)};
}

}  // namespace

std::vector<JobRates> job_rates(const Topology& topology, const std::vector<TrafficJob>& jobs,
                                const Failures* failures) {
  std::vector<JobRates> answer;
  std::vector<Pair> all;
  for (const TrafficJob& job : jobs) {
    std::vector<Pair> pairs;
    for (const Pair& p : job.pairs) {
      if (p.from >= job.hosts.size() || p.to >= job.hosts.size())
        throw Error({}, "jobs",
                    job.name + " names rank " + std::to_string(std::max(p.from, p.to)) + " of " +
                        std::to_string(job.hosts.size()),
                    "ranks count from 0");
      pairs.push_back({job.hosts[p.from], job.hosts[p.to]});
    }
    const std::vector<double> rates = max_min_rates(route_spray(topology, pairs, failures).problem);
    const auto [least, mean] = least_and_mean(rates, 0, rates.size());
    answer.push_back({job.name, least, 0, mean, 0});
    all.insert(all.end(), pairs.begin(), pairs.end());
  }
  const std::vector<double> rates = max_min_rates(route_spray(topology, all, failures).problem);
  std::size_t first = 0;
  for (std::size_t j = 0; j < jobs.size(); ++j) {
    std::tie(answer[j].together, answer[j].mean_together) = least_and_mean(rates, first, jobs[j].pairs.size());
    first += jobs[j].pairs.size();
  }
  return answer;
}

}  // namespace orrery::network
