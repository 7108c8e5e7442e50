// Construction as a network of tasks with durations and precedence: earliest dates by the critical path method
// (Kelley and Walker, "Critical-path planning and scheduling", 1959), and from them the days on which racks can be
// brought in and a building can be used; how long each task can wait for the others. Days are counted from the
// programme's start.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace orrery::site {

/// A task, as read: the names of the tasks that must be finished before it starts.
struct Precedence {
  std::string task;
  std::vector<std::string> after;
  bool with_racks = false;  ///< racks are installed while it goes on, as in commissioning
};

/// The tasks of a building, the same in every trial.
struct TaskNetwork {
  std::vector<std::vector<int>> predecessors;  ///< by task: indices
  std::vector<int> order;                      ///< the tasks, each after its predecessors; ties as they were given
  std::vector<bool> with_racks;                ///< by task
};

/// Throws Error (without a place) for an unknown predecessor, with the nearest name, or a cycle, naming the tasks on
/// it.
TaskNetwork task_network(const std::vector<Precedence>& tasks);

/// Earliest finish of each task after a common start; durations by task and result in days.
std::vector<double> earliest_finish(const TaskNetwork& tasks, const std::vector<double>& durations);

/// The total float of each task, days: by how much it may take longer without any other change and the last of them
/// still be finished when it would be. By the forward and backward passes of the critical path method: latest finish
/// less earliest finish. Durations by task, in days; 0 or more.
std::vector<double> total_float(const TaskNetwork& tasks, const std::vector<double>& durations);

/// Whether a task with this total float, days, is critical: it has none, but for rounding.
bool is_critical(double total_float);

/// Days of a building.
struct BuildingDates {
  std::vector<double> task_start, task_finish;
  double start = 0;       ///< work begins
  double halls_open = 0;  ///< racks can be brought in: every task that does not go on beside them is finished
  double ready = 0;       ///< every task is finished
};

/// The days of a building whose work begins on a day, with the durations of its tasks in days. A planned day of
/// completion stands for the tasks: each of them then ends on it, and racks go in while those go on that do not wait
/// for them.
BuildingDates building_dates(const TaskNetwork& tasks, double start, const std::vector<double>& durations,
                             std::optional<double> planned);

}  // namespace orrery::site
