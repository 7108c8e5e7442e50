// Jobs that wait, in line: by queue, and by classes of jobs that ask for the same, each with a tree over the times that
// its jobs run, so that the first in line that runs no longer than a limit is found without a walk over all of them.
#pragma once
#include <vector>

#include "machine/operations/fleet_jobs.h"

namespace orrery::operations {

/// Jobs of one queue that ask for the same.
struct JobClass {
  int queue = 0, accelerators = 0, least = 0;  ///< least: accelerators that it can start on
  bool spot = false;
};

class WaitingJobs {
 public:
  /// order: all jobs, the first in line first.
  WaitingJobs(const std::vector<FleetJob>& jobs, const std::vector<int>& order, size_t queues);

  int size() const { return size_; }
  int rank(int job) const { return rank_[static_cast<size_t>(job)]; }
  /// A job waits, and would run so long, s; and waits no more.
  void insert(int job, double run);
  void erase(int job);
  /// The first in line of a queue; -1 when none waits.
  int first_of(int queue) const;

  const std::vector<JobClass>& classes() const { return classes_; }  ///< by least, rising
  int class_of(int job) const { return class_of_[static_cast<size_t>(job)]; }
  /// The next class with waiting jobs, not below from; -1 when there is none.
  int next_class(int from) const { return used_.next(from); }
  /// The first in line of a class that runs no longer than a limit, s; -1 when there is none.
  int first_of_class(int c, double limit) const;

 private:
  struct Tree {
    int leaves = 1;   ///< a power of two
    size_t from = 0;  ///< its first entry in least_
    size_t jobs = 0;  ///< its first job in in_class_
  };
  void set(int job, double run);

  std::vector<int> rank_, order_;
  std::vector<int> place_in_queue_;         ///< [job]
  std::vector<std::vector<int>> in_queue_;  ///< [queue]: jobs in line
  std::vector<IndexSet> waiting_in_queue_;  ///< [queue]: places
  std::vector<JobClass> classes_;
  std::vector<int> class_of_, place_in_class_;  ///< [job]
  std::vector<int> in_class_;                   ///< jobs in line, class after class
  std::vector<Tree> trees_;                     ///< [class]
  std::vector<double> least_;                   ///< trees of the least running time, the root at 1
  IndexSet used_;
  int size_ = 0;
};

}  // namespace orrery::operations
