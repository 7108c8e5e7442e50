#include "machine/operations/waiting_jobs.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace orrery::operations {

WaitingJobs::WaitingJobs(const std::vector<FleetJob>& jobs, const std::vector<int>& order, size_t queues)
    : rank_(jobs.size()),
      order_(order),
      place_in_queue_(jobs.size()),
      in_queue_(queues),
      class_of_(jobs.size()),
      place_in_class_(jobs.size()),
      in_class_(jobs.size()) {
  using Key = std::tuple<int, int, int, bool>;  // the least first: classes that need more stand later
  auto key = [&](const FleetJob& j) {
    return Key(j.least > 0 ? j.least : j.accelerators, j.accelerators, j.queue, j.spot);
  };
  std::map<Key, int> of_key;
  for (const FleetJob& job : jobs) of_key.emplace(key(job), 0);
  for (auto& [k, c] : of_key) {
    c = static_cast<int>(classes_.size());
    classes_.push_back({std::get<2>(k), std::get<1>(k), std::get<0>(k), std::get<3>(k)});
  }
  std::vector<int> count(classes_.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const auto job = static_cast<size_t>(order[i]);
    rank_[job] = static_cast<int>(i);
    std::vector<int>& queue = in_queue_[static_cast<size_t>(jobs[job].queue)];
    place_in_queue_[job] = static_cast<int>(queue.size());
    queue.push_back(order[i]);
    class_of_[job] = of_key.at(key(jobs[job]));
    place_in_class_[job] = count[static_cast<size_t>(class_of_[job])]++;
  }
  for (const std::vector<int>& queue : in_queue_) waiting_in_queue_.emplace_back(static_cast<int>(queue.size()));
  size_t entries = 0, first = 0;
  for (const int n : count) {
    Tree tree{1, entries, first};
    while (tree.leaves < n) tree.leaves *= 2;
    entries += 2 * static_cast<size_t>(tree.leaves), first += static_cast<size_t>(n);
    trees_.push_back(tree);
  }
  for (const int job : order) {
    const auto j = static_cast<size_t>(job);
    in_class_[trees_[static_cast<size_t>(class_of_[j])].jobs + static_cast<size_t>(place_in_class_[j])] = job;
  }
  least_.assign(entries, infinity);
  used_ = IndexSet(static_cast<int>(classes_.size()));
}

/// Infinite: it does not wait.
void WaitingJobs::set(int job, double run) {
  const int c = class_of_[static_cast<size_t>(job)];
  const Tree& tree = trees_[static_cast<size_t>(c)];
  double* least = least_.data() + tree.from;
  size_t i = static_cast<size_t>(tree.leaves + place_in_class_[static_cast<size_t>(job)]);
  least[i] = run;
  for (i /= 2; i > 0; i /= 2) {
    const double now = std::min(least[2 * i], least[2 * i + 1]);
    if (least[i] == now) break;
    least[i] = now;
  }
  if (least[1] < infinity) used_.insert(c);
  else used_.erase(c);
}

void WaitingJobs::insert(int job, double run) {
  ++size_;
  const int queue = classes_[static_cast<size_t>(class_of(job))].queue;
  waiting_in_queue_[static_cast<size_t>(queue)].insert(place_in_queue_[static_cast<size_t>(job)]);
  set(job, run);
}

void WaitingJobs::erase(int job) {
  --size_;
  const int queue = classes_[static_cast<size_t>(class_of(job))].queue;
  waiting_in_queue_[static_cast<size_t>(queue)].erase(place_in_queue_[static_cast<size_t>(job)]);
  set(job, infinity);
}

int WaitingJobs::first_of(int queue) const {
  const auto q = static_cast<size_t>(queue);
  if (in_queue_[q].empty()) return -1;
  const int place = waiting_in_queue_[q].next(0);
  return place < 0 ? -1 : in_queue_[q][static_cast<size_t>(place)];
}

int WaitingJobs::first_of_class(int c, double limit) const {
  const Tree& tree = trees_[static_cast<size_t>(c)];
  const double* least = least_.data() + tree.from;
  limit = std::min(limit, std::numeric_limits<double>::max());  // what is infinite does not wait
  if (!(least[1] <= limit)) return -1;
  size_t i = 1;
  const auto leaves = static_cast<size_t>(tree.leaves);
  while (i < leaves) i = 2 * i + (least[2 * i] <= limit ? 0 : 1);
  return in_class_[tree.jobs + i - leaves];
}

}  // namespace orrery::operations
