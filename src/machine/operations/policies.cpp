#include "machine/operations/policies.h"

#include "base/error.h"

namespace orrery::operations {

Policy fifo() {
  Policy p;
  p.name = "fifo", p.title = "in the order they come";
  return p;
}

Policy shortest_first() {
  Policy p;
  p.name = "sjf", p.title = "the shortest first, durations known";
  p.order = [](const FleetJob& job) { return job.duration; };
  return p;
}

Policy easy_backfill() {
  Policy p;
  p.name = "backfill", p.title = "in order; others ahead where they do not delay the first";
  p.ahead = Ahead::backfill;
  return p;
}

Policy fair_share() {
  Policy p;
  p.name = "drf", p.title = "the queue with the least share first";
  p.share = [](const JobQueue& queue, double held, double capacity) {
    return capacity > 0 ? held / capacity / queue.weight : 0;
  };
  p.ahead = Ahead::other_queues;
  return p;
}

Policy gang_topology() {
  Policy p;
  p.name = "gang-topology", p.title = "in order, each within its node, domain or pod";
  p.topology = Topology::required;
  return p;
}

std::vector<Policy> shipped_policies() {
  return {fifo(), shortest_first(), easy_backfill(), fair_share(), gang_topology()};
}

Policy policy_of(const std::string& name) {
  std::vector<std::string> names;
  for (Policy& p : shipped_policies()) {
    if (p.name == name) return std::move(p);
    names.push_back(p.name);
  }
  std::string all;
  for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
  throw Error({}, "policy", in_quotes(name) + " is no policy", suggest(name, names, "one of " + all));
}

}  // namespace orrery::operations
