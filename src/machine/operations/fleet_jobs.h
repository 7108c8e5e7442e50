// Many jobs on one fleet: what a job asks for, what a queue may hold, how capacity changes, and what becomes of them.
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"
#include "machine/operations/fleet_placement.h"

namespace orrery::operations {

/// A job: a gang of accelerators that is placed all at once or not at all. Times are in s.
struct FleetJob {
  double submit = 0;    ///< when it comes
  double duration = 0;  ///< on all of its accelerators, without waits, stops and restarts
  int accelerators = 1;
  int queue = 0;            ///< the tenant's, by its place among the queues
  int priority = 0;         ///< greater goes first
  int least = 0;            ///< accelerators of an elastic job at least; 0: it runs on all or none
  bool spot = false;        ///< takes what others leave, beyond its queue's quota, and is stopped for them
  double lease = infinity;  ///< longest time that it runs, after which it is ended
  double start = 0;         ///< above submit: by contract not before, and then ahead of all without a contract
  double checkpoint = 0;    ///< between checkpoints, from which it goes on once stopped; 0: from where it was stopped;
                            ///< infinite: from its beginning
  double restart = 0;       ///< without progress on its accelerators after a stop, a move or a change of size
};

/// Whether a job is ahead of all without a contract once its start has come. Spot jobs never are.
inline bool has_contract(const FleetJob& job) {
  return job.start > job.submit && !job.spot;
}

/// A tenant's queue.
struct JobQueue {
  std::string name = "all";
  double quota = infinity;  ///< accelerators held at once by jobs that are not spot
  double weight = 1;        ///< of its share where policies are fair
};

/// That capacity changes at a time: all nodes but a number, as under a power cap or while others are served, or one
/// node that fails and comes back. A node is in service when neither forbids it. Jobs on nodes that go are stopped.
struct CapacityEvent {
  double time = 0;
  int nodes = -1;   ///< that may be in service from then on, any; -1: one node's event
  int node = -1;    ///< that fails or comes back
  bool up = false;  ///< it comes back
};

/// Events that leave `share` of the nodes in service from hour `from` to hour `to` (0 to 24, may pass midnight) of each
/// day, and all of them otherwise, from time 0 to `until` (s). Rounded down to whole nodes.
std::vector<CapacityEvent> daily_capacity(const FleetShape& shape, double from, double to, double share, double until);

/// What became of a job. Times are s on the clock of the jobs; never: infinite.
struct JobOutcome {
  double start = infinity;  ///< first
  double end = infinity;
  double waiting = 0;   ///< all time that it could have run and did not
  double running = 0;   ///< time on accelerators
  double held = 0;      ///< accelerator-s
  double done = 0;      ///< s of its duration that are done; less than it where a lease ended it
  double lost = 0;      ///< accelerator-s of progress that stops have undone
  int preemptions = 0;  ///< stopped for another job, or since capacity went
  int resizes = 0;      ///< grown or shrunk
  int moves = 0;        ///< moved elsewhere by defragmentation
  int nodes = 0;        ///< of its last place
  int domains = 0, pods = 0;
  bool ended_by_lease = false;
};

/// A stretch in which a job lay in one place, as tests and pictures want it.
struct JobStretch {
  int job = 0;
  double from = 0, to = 0;
  std::vector<Slice> place;
};

/// Means over a stretch of time.
struct JobsPoint {
  double from = 0, to = 0;  ///< s
  double waiting = 0;       ///< jobs
  double held = 0;          ///< accelerators
  double capacity = 0;      ///< accelerators
};

/// What stops of jobs cost.
struct PreemptionCost {
  int stops = 0;            ///< for other jobs, and since capacity went
  int by_capacity = 0;      ///< of them, since capacity went
  int by_stopped_jobs = 0;  ///< of them, for a job that had itself been stopped: second order
  double accelerators = 0;  ///< stopped, in all
  double lost = 0;          ///< accelerator-s of work to be done again
  double waiting = 0;       ///< accelerator-s that stopped jobs then waited for, times what they ask for: second order
  double accelerators_by_capacity = 0, lost_by_capacity = 0;  ///< of those above, since capacity went
};

/// Jobs on a fleet, in all.
struct JobsResult {
  std::vector<JobOutcome> jobs;       ///< in the order of the jobs given
  std::vector<JobStretch> stretches;  ///< where they were asked for
  std::vector<JobsPoint> series;      ///< at most 1,024, of equal length
  double first = 0, last = 0;         ///< the first submission, and the last end
  double capacity = 0;                ///< accelerator-s in service between the two
  double held = 0;                    ///< of them by jobs
  double useful = 0;                  ///< of them, progress that was not lost
  double free = 0;                    ///< of them, by none
  double unusable = 0;  ///< of free, while the first job in line could have had enough but for where they lie
  PreemptionCost preemption;
  int moves = 0;            ///< jobs moved by defragmentation
  int backfilled = 0;       ///< starts ahead of the first in line
  std::int64_t events = 0;  ///< times at which something happened

  double utilisation() const { return capacity > 0 ? useful / capacity : 0; }
  double makespan() const { return last - first; }
  /// Share of the free accelerators' time in which they were too scattered for the first in line.
  double fragmentation() const { return free > 0 ? unusable / free : 0; }
};

struct Policy;

/// What jobs run on, and by what rules.
struct FleetRules {
  FleetShape shape;
  std::vector<JobQueue> queues = {JobQueue()};
  std::vector<CapacityEvent> capacity;  ///< in any order
  bool with_stretches = false;
};

/// Queues, and different priorities of jobs, at most.
inline constexpr std::size_t most_queues = 1000, most_priorities = 100;

/// Throws Error for a fleet, queues or events that cannot be, naming the key: a quota below 1, a node that is not
/// there, a time below 0 or not finite.
void check_rules(const FleetRules& rules);
/// Throws Error, key "jobs", for a job that cannot be: a time below 0 or not finite, a queue that is not there, no
/// accelerators, a least number above them, more than the fleet has or its queue may hold. `name` says which job.
void check_job(const FleetJob& job, const FleetRules& rules, const std::string& name);

/// Runs the jobs (in any order) by a policy until all have ended or nothing further can happen. At one time jobs end
/// first, capacity changes, jobs come, and then jobs are started. Throws Error as check_rules and check_job do, for too
/// many priorities, and GivenUp where it is given up (base/parallel.h).
JobsResult simulate_jobs(const std::vector<FleetJob>& jobs, const FleetRules& rules, const Policy& policy);

}  // namespace orrery::operations
