#include "machine/operations/fleet_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "machine/operations/job_scheduler.h"

namespace orrery::operations {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) {
  throw Error({}, key, problem, remedy);
}

constexpr double longest = 1e12;  ///< s, some 30,000 years

}  // namespace

void check_rules(const FleetRules& rules) {
  check_fleet(rules.shape);
  if (rules.queues.empty()) refuse("queues", "there is none", "give one");
  if (rules.queues.size() > most_queues)
    refuse("queues", fmt::format("there are {}", rules.queues.size()), fmt::format("give at most {}", most_queues));
  for (const JobQueue& q : rules.queues) {
    if (!(q.quota >= 1)) refuse("quota", fmt::format("of {} is {}", in_quotes(q.name), q.quota), "give at least 1");
    if (!(q.weight > 0) || !std::isfinite(q.weight))
      refuse("weight", fmt::format("of {} is {}", in_quotes(q.name), q.weight), "give a number above 0");
  }
  for (const CapacityEvent& e : rules.capacity) {
    if (!(e.time >= 0 && e.time <= longest))
      refuse("capacity", fmt::format("a change is at {} s", e.time), "give 0 to 1e12");
    if (e.nodes >= 0 ? e.nodes > rules.shape.nodes : e.node < 0 || e.node >= rules.shape.nodes)
      refuse("capacity",
             fmt::format("the fleet has {} nodes, not {}", rules.shape.nodes, e.nodes >= 0 ? e.nodes : e.node),
             "give a number of nodes that the fleet has, or a node from 0");
  }
}

void check_job(const FleetJob& job, const FleetRules& rules, const std::string& name) {
  auto number = [&](double value, const char* what, bool may_be_infinite = false) {
    if (!(value >= 0) || (value > longest && !(may_be_infinite && std::isinf(value))))
      refuse(name, fmt::format("{} is {}", what, value), "give a time from 0 to 1e12 s");
  };
  number(job.submit, "submit"), number(job.duration, "duration"), number(job.start, "start");
  number(job.restart, "restart"), number(job.checkpoint, "checkpoint", true), number(job.lease, "lease", true);
  if (job.lease <= 0) refuse(name, "lease is 0", "give the longest time that it may run, or none");
  if (job.queue < 0 || static_cast<size_t>(job.queue) >= rules.queues.size())
    refuse(name, fmt::format("queue {} is not there", job.queue), "name one of the queues");
  if (job.accelerators < 1) refuse(name, fmt::format("asks for {} accelerators", job.accelerators), "give at least 1");
  if (job.least < 0 || job.least > job.accelerators)
    refuse(name, fmt::format("its least is {} of {} accelerators", job.least, job.accelerators),
           "give 1 to its accelerators, or leave it out");
  const int need = job.least > 0 ? job.least : job.accelerators;
  const FleetShape& shape = rules.shape;
  if (need > shape.nodes * shape.node)
    refuse(name, fmt::format("asks for {} accelerators of {}", need, shape.nodes * shape.node),
           "leave the job out, or give a larger fleet");
  const JobQueue& queue = rules.queues[static_cast<size_t>(job.queue)];
  if (!job.spot && need > queue.quota)
    refuse(name,
           fmt::format("asks for {} accelerators, the quota of {} is {:.0f}", need, in_quotes(queue.name), queue.quota),
           "leave the job out, make it spot, or raise the quota");
}

std::vector<CapacityEvent> daily_capacity(const FleetShape& shape, double from, double to, double share, double until) {
  if (!(from >= 0 && from <= 24 && to >= 0 && to <= 24)) refuse("hours", "lie outside the day", "give 0 to 24");
  if (!(share >= 0 && share <= 1)) refuse("share", fmt::format("is {}", share), "give 0 to 1");
  if (!(until >= 0 && until <= longest / 100)) refuse("until", fmt::format("is {} s", until), "give at most 1e10 s");
  const int fewer = static_cast<int>(std::floor(shape.nodes * share + 1e-9));
  std::vector<CapacityEvent> out;
  if (from == to) return out;
  if (from > to) out.push_back({0, fewer});
  for (double day = 0; day < until; day += 86400) {
    CapacityEvent begin{day + from * 3600, fewer}, end{day + to * 3600, shape.nodes};
    if (from > to) std::swap(begin, end);
    out.push_back(begin), out.push_back(end);
  }
  out.push_back({out.back().time + 86400, shape.nodes});
  return out;
}

JobsResult simulate_jobs(const std::vector<FleetJob>& jobs, const FleetRules& rules, const Policy& policy) {
  check_rules(rules);
  for (size_t i = 0; i < jobs.size(); ++i) check_job(jobs[i], rules, fmt::format("jobs[{}]", i));
  std::set<int> priorities;
  for (const FleetJob& job : jobs) priorities.insert(job.priority);
  if (priorities.size() > most_priorities)
    refuse("priority", fmt::format("jobs have {} different ones", priorities.size()),
           fmt::format("give at most {}", most_priorities));
  return JobScheduler(jobs, rules, policy).run();
}

}  // namespace orrery::operations
