#include "site/building/construction.h"

#include <algorithm>

#include "base/error.h"

namespace orrery::site {
namespace {

std::vector<std::vector<int>> predecessors_of(const std::vector<Precedence>& tasks) {
  std::vector<std::string> names;
  for (const Precedence& t : tasks) names.push_back(t.task);
  std::vector<std::vector<int>> out(tasks.size());
  for (size_t i = 0; i < tasks.size(); ++i)
    for (const std::string& name : tasks[i].after) {
      const auto it = std::find(names.begin(), names.end(), name);
      if (it == names.end())
        throw Error(
            {}, "",
            "the task " + in_quotes(tasks[i].task) + " comes after " + in_quotes(name) + ", which is not a task",
            suggest(name, names, "name a task of the same building"));
      out[i].push_back(static_cast<int>(it - names.begin()));
    }
  return out;
}

std::vector<int> precedence_order(const std::vector<Precedence>& tasks, const std::vector<std::vector<int>>& before) {
  std::vector<int> order;
  std::vector<bool> placed(tasks.size());
  while (order.size() < tasks.size()) {
    const size_t had = order.size();
    for (size_t i = 0; i < tasks.size(); ++i) {
      const bool ready = std::all_of(before[i].begin(), before[i].end(), [&](int p) { return placed[p]; });
      if (placed[i] || !ready) continue;
      placed[i] = true;
      order.push_back(static_cast<int>(i));
    }
    if (order.size() == had) {
      std::string names;
      for (size_t i = 0; i < tasks.size(); ++i)
        if (!placed[i]) names += (names.empty() ? "" : ", ") + tasks[i].task;
      throw Error({}, "", "the tasks wait for each other in a circle: " + names, "remove one 'after' among them");
    }
  }
  return order;
}

}  // namespace

TaskNetwork task_network(const std::vector<Precedence>& tasks) {
  TaskNetwork network;
  network.predecessors = predecessors_of(tasks);
  network.order = precedence_order(tasks, network.predecessors);
  for (const Precedence& task : tasks) network.with_racks.push_back(task.with_racks);
  return network;
}

std::vector<double> earliest_finish(const TaskNetwork& tasks, const std::vector<double>& durations) {
  std::vector<double> finish(durations.size());
  for (const int i : tasks.order) {
    double start = 0;
    for (const int p : tasks.predecessors[i]) start = std::max(start, finish[p]);
    finish[i] = start + durations[i];
  }
  return finish;
}

std::vector<double> total_float(const TaskNetwork& tasks, const std::vector<double>& durations) {
  const std::vector<double> earliest = earliest_finish(tasks, durations);
  const double completion = earliest.empty() ? 0 : *std::max_element(earliest.begin(), earliest.end());
  std::vector<double> latest(durations.size(), completion), out(durations.size());
  for (size_t k = tasks.order.size(); k-- > 0;) {
    const int i = tasks.order[k];
    for (const int p : tasks.predecessors[i]) latest[p] = std::min(latest[p], latest[i] - durations[i]);
    out[i] = std::max(0.0, latest[i] - earliest[i]);
  }
  return out;
}

bool is_critical(double total_float) {
  constexpr double second = 1.0 / 86400;  // days
  return total_float < second;
}

BuildingDates building_dates(const TaskNetwork& tasks, double start, const std::vector<double>& durations,
                             std::optional<double> planned) {
  BuildingDates dates;
  dates.start = start;
  if (planned) {
    dates.ready = dates.halls_open = std::max(start, *planned);
    dates.task_finish.assign(durations.size(), dates.ready);
    for (const double duration : durations) {
      dates.task_start.push_back(std::max(start, dates.ready - duration));
      dates.halls_open = std::min(dates.halls_open, dates.task_start.back());
    }
    return dates;
  }
  dates.task_finish = earliest_finish(tasks, durations);
  dates.halls_open = dates.ready = start;
  for (size_t i = 0; i < durations.size(); ++i) {
    dates.task_finish[i] += start;
    dates.task_start.push_back(dates.task_finish[i] - durations[i]);
    dates.ready = std::max(dates.ready, dates.task_finish[i]);
    if (!tasks.with_racks[i]) dates.halls_open = std::max(dates.halls_open, dates.task_finish[i]);
  }
  return dates;
}

}  // namespace orrery::site
