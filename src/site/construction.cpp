#include "site/construction.h"

#include <algorithm>

#include "base/error.h"

namespace orrery::site {

std::vector<std::vector<int>> predecessors(const std::vector<Precedence>& tasks) {
  std::vector<std::string> names;
  for (const Precedence& t : tasks) names.push_back(t.task);
  std::vector<std::vector<int>> out(tasks.size());
  for (size_t i = 0; i < tasks.size(); ++i)
    for (const std::string& name : tasks[i].after) {
      const auto it = std::find(names.begin(), names.end(), name);
      if (it == names.end())
        throw Error({}, "", "the task " + in_quotes(tasks[i].task) + " comes after " + in_quotes(name) + ", which is not a task",
                    suggest(name, names, "name a task of the same building"));
      out[i].push_back(static_cast<int>(it - names.begin()));
    }
  return out;
}

std::vector<int> precedence_order(const std::vector<Precedence>& tasks) {
  const std::vector<std::vector<int>> before = predecessors(tasks);
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

std::vector<double> earliest_finish(const std::vector<double>& duration_days,
                                    const std::vector<std::vector<int>>& predecessors, const std::vector<int>& order) {
  std::vector<double> finish(duration_days.size());
  for (const int i : order) {
    double start = 0;
    for (const int p : predecessors[i]) start = std::max(start, finish[p]);
    finish[i] = start + duration_days[i];
  }
  return finish;
}

}  // namespace orrery::site
