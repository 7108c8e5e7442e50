// Construction as a network of tasks with durations and precedence: earliest dates by the critical path method
// (Kelley and Walker, "Critical-path planning and scheduling", 1959).
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"

namespace orrery::site {

/// A task, as read: the names of the tasks that must be finished before it starts.
struct Precedence {
  std::string task;
  std::vector<std::string> after;
};

/// Indices of the tasks in an order in which each comes after its predecessors; ties keep the order given. Throws
/// Error (without a place) for an unknown predecessor, with the nearest name, or a cycle, naming the tasks on it.
std::vector<int> precedence_order(const std::vector<Precedence>& tasks);

/// Predecessors of each task as indices.
std::vector<std::vector<int>> predecessors(const std::vector<Precedence>& tasks);

/// Earliest finish of each task after a common start, in days. order is from precedence_order.
std::vector<double> earliest_finish(const std::vector<double>& duration_days,
                                    const std::vector<std::vector<int>>& predecessors, const std::vector<int>& order);

}  // namespace orrery::site
