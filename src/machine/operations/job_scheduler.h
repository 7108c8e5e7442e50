// The events of many jobs on one fleet: ends, changes of capacity, submissions, and after each the line of those that
// wait. What simulate_jobs runs; in three parts: the events and their accounts (job_scheduler.cpp), the line and what
// goes ahead of it (job_line.cpp), and room made by stopping, shrinking and moving jobs (job_room.cpp).
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "machine/operations/fleet_jobs.h"
#include "machine/operations/policies.h"
#include "machine/operations/waiting_jobs.h"

namespace orrery::operations {

/// Means over time in at most 1,024 points of equal length: when they are full, pairs become one.
class CoarseSeries {
 public:
  explicit CoarseSeries(double first) : first_(first) {}
  void add(double from, double to, double waiting, double held, double capacity);
  std::vector<JobsPoint> points(double last) const;

 private:
  double first_, width_ = 1;  ///< s
  std::vector<JobsPoint> sums_;
};

class JobScheduler {
 public:
  JobScheduler(const std::vector<FleetJob>& jobs, const FleetRules& rules, const Policy& policy);
  JobsResult run();

 private:
  /// A job while it runs, in one place and of one size, and what it takes along when it is stopped.
  struct Run {
    std::vector<Slice> place;
    double since = 0, end = 0;  ///< s
    double rate = 1;            ///< of its progress, 1 on all of its accelerators
    double overhead = 0;        ///< s at the beginning without progress
    double unsaved = 0;         ///< s of progress since its last checkpoint, as it began
    double waits_since = 0;
    int held = 0;
    bool running = false, ends_by_lease = false;
  };
  using Ends = std::set<std::pair<double, int>>;
  /// Of running jobs the first to be stopped: the last tier, then the youngest.
  struct Standing {
    int tier;
    double since;
    int job;
    bool operator<(const Standing& o) const {
      return tier != o.tier ? tier > o.tier : since != o.since ? since > o.since : job > o.job;
    }
  };
  /// Accelerators kept for the first in line from a time on.
  struct Reservation {
    int job = -1;
    double time = 0;
    bool in_node = false;  ///< it is of at most a node; extra then counts accelerators, else nodes
    NodeRange region;
    int extra = 0;  ///< what jobs that end later may hold of the region
  };
  struct QueueReservation {
    int job = -1;
    double time = 0, extra = 0;  ///< accelerators of its quota
  };
  /// What is released of a running job to make room.
  struct Release {
    int job;
    std::vector<Slice> slices;  ///< empty: all
    bool stops;
  };
  /// Where a job would have a place if others were gone: counts what they free, without a change to the fleet. The
  /// regions are nodes, domains or pods where the job must lie in one, else the fleet.
  class Regions {
   public:
    Regions(JobScheduler& of, int accelerators);
    Regions(const Regions&) = delete;
    Regions& operator=(const Regions&) = delete;
    ~Regions();
    /// Whether there is a place before anything is freed.
    bool found_now();
    /// Frees a place more; whether a region it lies in now holds the job. The first that does is kept.
    bool free(const std::vector<Slice>& place);
    bool in_node() const { return in_node_; }
    NodeRange region() const;
    int extra() const;            ///< of the region, beyond what the job takes: accelerators of a node, else nodes
    bool counts(int node) const;  ///< whether it lies in the region and would be free for the job

   private:
    int region_of(int node) const;
    JobScheduler& of_;
    int n_, nodes_, found_ = -1;
    bool in_node_, in_domain_, in_pod_;
    std::vector<int> free_nodes_, touched_;
  };

  // Events and accounts.
  void advance(double to);
  void end(int job);
  void submit(int job);
  void change_capacity(const CapacityEvent& event);
  void fit_capacity();
  double progress(int job) const;
  double run_time(int job, int accelerators) const;
  void hold(int job, int sign);
  void begin(int job, std::vector<Slice> place);
  void set_in_service(int node, bool in_service);
  void enter(int job);
  void leave(int job);
  void start(int job, std::vector<Slice> place, bool ahead);
  void stop(int job, int for_job);
  void resize(int job, std::vector<Slice> place);
  void record(int job);
  void forget_reservations();

  // The line.
  void serve();
  void serve_new(std::vector<int>& submitted);
  void line_up();
  void line_up(int queue);
  int need(int job) const;
  bool has_quota(int job, int accelerators) const;
  double quota_ahead(int queue) const;
  bool try_start(int job);
  void start_with_more(int job, bool ahead);
  bool try_ahead(int job);
  void backfill();
  void reserve(int job);
  void reserve_quota(int queue);
  int cost_in_region(const std::vector<Slice>& place) const;
  bool is_late(int job, double end) const;
  double longest_ahead(const JobClass& of, bool late) const;
  bool may_be_late(const JobClass& of) const;

  // Room.
  bool may_stop(int job, int running) const;
  bool make_room(int job);
  void candidates(const std::function<bool(int)>& eligible, int shrink_from, int stop_from,
                  const std::function<bool(const Release&)>& add) const;
  const std::vector<Slice>& slices_of(const Release& r) const;
  bool clear(const std::function<bool()>& enough, std::vector<Release>& given);
  std::vector<Release> worth_releasing(int job, int stop_from);
  std::int64_t departures(int below_tier) const;
  void commit(const std::vector<Release>& released, int for_job);
  bool defragment(int job);
  std::vector<int> nodes_to_vacate(int job) const;
  void grow();

  const FleetJob& job(int j) const { return jobs_[static_cast<size_t>(j)]; }
  Run& run_of(int j) { return runs_[static_cast<size_t>(j)]; }
  const Run& run_of(int j) const { return runs_[static_cast<size_t>(j)]; }
  JobOutcome& outcome(int j) { return result_.jobs[static_cast<size_t>(j)]; }
  int tier(int j) const { return tier_[static_cast<size_t>(j)]; }

  const std::vector<FleetJob>& jobs_;
  const FleetRules& rules_;
  const Policy& policy_;
  std::vector<int> tier_;  ///< [job]: rank of its kind and priority, 0 first
  int tiers_ = 0, first_spot_tier_ = 0;
  bool stops_ = false;  ///< whether any job could ever be stopped or changed
  Fleet fleet_;
  WaitingJobs waiting_;
  std::vector<Run> runs_;                                 ///< [job]
  Ends ends_;                                             ///< of running jobs
  std::vector<Ends> ends_of_queue_;                       ///< [queue], of jobs that count for its quota
  std::set<Standing> standing_;                           ///< running jobs, the first to be stopped first
  std::set<Standing> shrunk_, above_least_;               ///< elastic ones below their full size; above their least
  std::vector<double> latest_end_;                        ///< [node]: no job on it ends later
  std::vector<int> held_of_tier_;                         ///< [queue x tiers + tier]
  std::vector<double> held_of_queue_;                     ///< without spot jobs
  std::vector<char> fails_;                               ///< [node]
  int allowed_nodes_ = 0, failed_nodes_ = 0, spare_ = 0;  ///< spare: what elastic jobs hold above their least

  /// [tier - 1]: the fleet with none but the jobs before a tier, which are not stopped for those of the one before it:
  /// where a job has no place there, none can be made. Empty where tiers are many.
  std::vector<Fleet> firm_;
  static constexpr int most_firm = 8;
  /// That no room could be made for the first of a queue. Jobs that would be stopped for it come and go without a
  /// difference; only when others leave, or capacity changes, is it worth another try.
  struct NoRoom {
    int job = -1;
    std::int64_t departures = 0;
  };
  std::vector<NoRoom> no_room_;           ///< [queue]
  std::vector<std::int64_t> departures_;  ///< [tier]: times that a job left its place
  std::int64_t capacity_changes_ = 0;

  double now_ = 0, held_ = 0, defragmented_ = 0;
  double idle_capacity_ = 0, idle_free_ = 0;  ///< since there was last a job
  int blocked_ = -1;                          ///< the first in line, which has no room; -1: none
  /// The first job of each queue that is not passed over, the next to be served first.
  struct First {
    int tier;
    double share;
    int rank;
    int queue;
    bool operator<(const First& o) const {
      return tier != o.tier ? tier < o.tier : share != o.share ? share < o.share : rank < o.rank;
    }
  };
  std::set<First> firsts_;
  std::vector<char> passed_, quota_blocked_;  ///< [queue], in a pass
  bool any_quota_blocked_ = false;
  Reservation reservation_;
  std::vector<QueueReservation> quota_reservation_;  ///< [queue]
  std::vector<Slice> found_;                         ///< a place that was found
  std::vector<int> freed_;                           ///< [node], scratch of reserve
  JobsResult result_;
  CoarseSeries series_;
};

/// The line: contracts, then priority, then spot jobs; then the policy's order, when they come, their number.
/// tiers: of each job, 0 first; first_spot: the first of spot jobs, or the number of tiers.
std::vector<int> in_line(const std::vector<FleetJob>& jobs, const Policy& policy, std::vector<int>& tiers, int& count,
                         int& first_spot);

}  // namespace orrery::operations
