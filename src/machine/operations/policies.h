// Policies by which jobs share a fleet, each a few functions and flags behind one interface.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "machine/operations/fleet_jobs.h"

namespace orrery::operations {

/// What may start while the first in line cannot.
enum class Ahead {
  none,          ///< nothing: strictly in order
  other_queues,  ///< the first of another queue
  backfill,  ///< what does not delay the first in line (EASY; Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995)
};

/// In line are contracts whose time has come, then jobs by priority, then spot jobs; among equals the queue with the
/// least share, then the job with the least order, then the first to come. A job whose queue has no quota left for it
/// holds back those of its queue behind it and no others.
struct Policy {
  std::string name, title;
  /// Smaller goes first among jobs of a priority, asked once for each job; empty: in the order they come.
  std::function<double(const FleetJob&)> order;
  /// The share that a queue has, from the accelerators it holds and those in service; empty: none counts.
  std::function<double(const JobQueue&, double held, double capacity)> share;
  Ahead ahead = Ahead::none;
  Topology topology = Topology::preferred;
  bool preempts = true;  ///< jobs of lower priority are stopped for those of higher, the lowest and then youngest first
  /// Of jobs that could be stopped for one of higher priority, those that may; empty: all.
  std::function<bool(const FleetJob& waiting, const FleetJob& running)> may_stop;
  double defragment =
      0;  ///< s between tries to move jobs together where the first in line lacks only a place; 0: never
};

/// In the order they come, none ahead of another.
Policy fifo();
/// The shortest first, its duration known beforehand.
Policy shortest_first();
/// In the order they come; others go ahead where by their durations they do not delay the first.
Policy easy_backfill();
/// The queue with the least dominant share first (Ghodsi et al., "Dominant resource fairness", NSDI 2011), of the one
/// resource accelerators: held over the fleet's, over the queue's weight. A queue whose first job has no room waits
/// alone.
Policy fair_share();
/// In the order they come, each within the smallest of node, domain and pod that could hold it.
Policy gang_topology();

/// All of these.
std::vector<Policy> shipped_policies();
/// That of a name. Throws Error with the nearest names.
Policy policy_of(const std::string& name);

}  // namespace orrery::operations
