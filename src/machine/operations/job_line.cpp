// The line of waiting jobs: who is first, what starts, and what goes ahead of a first job that has no room: EASY
// backfilling with a reservation for it (Lifka 1995; Mu'alem and Feitelson, IEEE TPDS 12, 2001).
#include <algorithm>
#include <cmath>
#include <queue>

#include "machine/operations/job_scheduler.h"

namespace orrery::operations {

/// Accelerators that a job can start on.
int JobScheduler::need(int j) const {
  return job(j).least > 0 ? job(j).least : job(j).accelerators;
}

bool JobScheduler::has_quota(int j, int accelerators) const {
  const auto q = static_cast<size_t>(job(j).queue);
  return job(j).spot || held_of_queue_[q] + accelerators <= rules_.queues[q].quota;
}

/// Accelerators of its quota that a queue has for jobs that go ahead: the first in line keeps its own, so that what
/// goes ahead in its queue does not make it wait for quota and lose its reservation.
double JobScheduler::quota_ahead(int queue) const {
  const auto q = static_cast<size_t>(queue);
  const bool kept = blocked_ >= 0 && job(blocked_).queue == queue && !job(blocked_).spot;
  return rules_.queues[q].quota - held_of_queue_[q] - (kept ? need(blocked_) : 0);
}

/// The queue whose first job is to be served next stands first.
void JobScheduler::line_up() {
  firsts_.clear();
  for (size_t q = 0; q < passed_.size(); ++q)
    if (!passed_[q]) line_up(static_cast<int>(q));
}

void JobScheduler::line_up(int queue) {
  const int j = waiting_.first_of(queue);
  if (j < 0) return;
  const JobQueue& is = rules_.queues[static_cast<size_t>(queue)];
  const double share =
      policy_.share ? policy_.share(is, held_of_queue_[static_cast<size_t>(queue)], fleet_.capacity()) : 0;
  firsts_.insert({tier(j), share, waiting_.rank(j), queue});
}

/// An elastic job on its least, and what more there is.
void JobScheduler::start_with_more(int j, bool ahead) {
  const FleetJob& is = job(j);
  std::vector<Slice> place = found_;
  int most = is.accelerators - is.least;
  if (!is.spot) {
    const auto q = static_cast<size_t>(is.queue);
    most = static_cast<int>(std::min<double>(most, rules_.queues[q].quota - held_of_queue_[q] - is.least));
  }
  if (most > 0 && !ahead) {
    fleet_.take(place);
    fleet_.find_more(place, most, is.accelerators, policy_.topology, found_);
    fleet_.release(place);
    place = joined(std::move(place), found_);
  }
  start(j, std::move(place), ahead);
}

bool JobScheduler::try_start(int j) {
  const FleetJob& is = job(j);
  if (has_quota(j, is.accelerators) && fleet_.find(is.accelerators, policy_.topology, found_))
    return start(j, found_, false), true;
  if (is.least == 0 || !has_quota(j, is.least) || !fleet_.find(is.least, policy_.topology, found_)) return false;
  return start_with_more(j, false), true;
}

/// Starts what can start.
void JobScheduler::serve() {
  std::fill(passed_.begin(), passed_.end(), 0);
  std::fill(quota_blocked_.begin(), quota_blocked_.end(), 0);
  any_quota_blocked_ = false;
  blocked_ = -1;
  line_up();
  while (!firsts_.empty()) {
    const int queue = firsts_.begin()->queue;
    firsts_.erase(firsts_.begin());
    const int j = waiting_.first_of(queue);
    if (try_start(j)) {
      line_up(queue);
      continue;
    }
    if (make_room(j)) {
      line_up();  // others wait again, and hold less
      continue;
    }
    const auto q = static_cast<size_t>(queue);
    passed_[q] = 1;
    if (!has_quota(j, need(j))) {
      quota_blocked_[q] = 1, any_quota_blocked_ = true;
      continue;
    }
    if (policy_.defragment > 0 && now_ >= defragmented_ + policy_.defragment && need(j) <= fleet_.free()) {
      defragmented_ = now_;
      if (defragment(j)) {
        passed_[q] = 0;
        line_up(queue);
        continue;
      }
    }
    if (blocked_ < 0) blocked_ = j;
    if (policy_.ahead != Ahead::other_queues) break;
  }
  if (policy_.ahead == Ahead::backfill && waiting_.size() > 0) backfill();
  if (waiting_.size() == 0 && !shrunk_.empty() && fleet_.free() > 0) grow();
}

/// Starts what can start after jobs came and nothing else changed: what had no room before has none now, so that only
/// those that came are asked, unless one of them is first in line.
void JobScheduler::serve_new(std::vector<int>& submitted) {
  bool all = false;
  for (const int j : submitted) {
    const int queue = job(j).queue;
    if (waiting_.first_of(queue) != j) continue;
    all = all || blocked_ < 0 || policy_.share || policy_.ahead == Ahead::other_queues ||
          waiting_.rank(j) < waiting_.rank(blocked_) || quota_blocked_[static_cast<size_t>(queue)];
  }
  if (all) return serve();
  if (policy_.ahead != Ahead::backfill) return;
  std::sort(submitted.begin(), submitted.end(), [this](int a, int b) { return waiting_.rank(a) < waiting_.rank(b); });
  for (const int j : submitted) try_ahead(j);
}

/// Whether a job that ends then would hold what is kept for the first in line.
bool JobScheduler::is_late(int j, double end) const {
  return blocked_ >= 0 && end > reservation_.time && (!job(j).spot || job(blocked_).spot);
}

/// Of a place, what counts against the extra of the reservation.
int JobScheduler::cost_in_region(const std::vector<Slice>& place) const {
  int cost = 0;
  for (const Slice& s : place)
    if (reservation_.region.holds(s.node)) {
      if (reservation_.in_node) cost += s.count;
      else cost += latest_end_[static_cast<size_t>(s.node)] <= reservation_.time;
    }
  return cost;
}

/// Starts a job ahead of the first in line where it does not delay that.
bool JobScheduler::try_ahead(int j) {
  const FleetJob& is = job(j);
  const auto q = static_cast<size_t>(is.queue);
  const NodeRange all = fleet_.all_nodes(), region = reservation_.region;
  for (const int n : {is.accelerators, is.least}) {
    if (n == 0 || (!is.spot && n > quota_ahead(is.queue))) continue;
    const double ends = now_ + run_time(j, n);
    const bool late = is_late(j, ends);
    const bool late_in_queue = quota_blocked_[q] && !is.spot && ends > quota_reservation_[q].time;
    if (late_in_queue && n > quota_reservation_[q].extra) continue;
    if (!fleet_.find(n, policy_.topology, found_)) continue;
    int cost = late ? cost_in_region(found_) : 0;
    if (cost > reservation_.extra) {
      if (region.first <= all.first && region.last >= all.last) continue;
      if (!fleet_.find(n, policy_.topology, region, found_)) continue;
      cost = 0;
    }
    reservation_.extra -= cost;
    if (late_in_queue) quota_reservation_[q].extra -= n;
    start(j, found_, true);
    return true;
  }
  return false;
}

/// Whether a job of a class that ends late could start at all, as far as can be said without a place.
bool JobScheduler::may_be_late(const JobClass& of) const {
  if (blocked_ < 0 || (of.spot && !job(blocked_).spot)) return true;
  const NodeRange all = fleet_.all_nodes(), region = reservation_.region;
  if (region.first > all.first || region.last < all.last) return true;
  if (reservation_.in_node) return of.least <= reservation_.extra;
  return of.least < rules_.shape.node || of.least / rules_.shape.node <= reservation_.extra;
}

/// How long a job of a class may run that goes ahead.
double JobScheduler::longest_ahead(const JobClass& of, bool late) const {
  double longest = infinity;
  if (!late || !may_be_late(of)) longest = reservation_.time - now_;
  const auto q = static_cast<size_t>(of.queue);
  if (quota_blocked_[q] && !of.spot && of.least > quota_reservation_[q].extra)
    longest = std::min(longest, quota_reservation_[q].time - now_);
  return longest;
}

void JobScheduler::backfill() {
  if (blocked_ >= 0 && reservation_.job != blocked_) reserve(blocked_);
  if (any_quota_blocked_)
    for (size_t q = 0; q < quota_blocked_.size(); ++q)
      if (const int j = quota_blocked_[q] ? waiting_.first_of(static_cast<int>(q)) : -1;
          j >= 0 && quota_reservation_[q].job != j)
        reserve_quota(static_cast<int>(q));

  struct Next {
    int rank, job, of;
    bool late;  ///< the class may still have jobs that end late
    bool operator<(const Next& other) const { return rank > other.rank; }
  };
  const std::vector<JobClass>& classes = waiting_.classes();
  std::vector<Next> heap;
  auto next_of = [&](int c, bool late) {
    const JobClass& of = classes[static_cast<size_t>(c)];
    if (of.least > fleet_.free() || (!of.spot && of.least > quota_ahead(of.queue))) return Next{0, -1, c, late};
    const int j = waiting_.first_of_class(c, longest_ahead(of, late));
    return Next{j < 0 ? 0 : waiting_.rank(j), j, c, late};
  };
  int asked = -1;
  bool fits = false;
  for (int c = waiting_.next_class(0); c >= 0; c = waiting_.next_class(c + 1)) {
    const int least = classes[static_cast<size_t>(c)].least;
    if (least > fleet_.free()) break;  // classes rise
    if (least != asked) fits = fleet_.fits(least, policy_.topology), asked = least;
    if (!fits) continue;
    if (const Next next = next_of(c, true); next.job >= 0) heap.push_back(next);
  }
  std::make_heap(heap.begin(), heap.end());
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const Next next = heap.back();
    heap.pop_back();
    // What has started since may have changed which job of the class is next.
    Next again = next_of(next.of, next.late);
    if (again.job < 0) continue;
    if (again.job == next.job) {
      const bool late = is_late(again.job, now_ + run_time(again.job, job(again.job).accelerators));
      if (!try_ahead(again.job)) {
        if (!late || !next.late) continue;  // no job of the class has room
        again.late = false;
      }
      again = next_of(next.of, again.late);
      if (again.job < 0) continue;
    }
    heap.push_back(again);
    std::push_heap(heap.begin(), heap.end());
  }
}

/// When the first in line would start if jobs end as they are to, and what is left there then.
void JobScheduler::reserve(int j) {
  reservation_ = {j, infinity, need(j) <= rules_.shape.node, {}, 0};
  Regions regions(*this, need(j));
  bool found = false;
  double time = now_;
  // Spot jobs give way at once.
  const bool over_spot = !job(j).spot && first_spot_tier_ < tiers_;
  if (over_spot)
    for (auto s = standing_.begin(); s != standing_.end() && s->tier >= first_spot_tier_; ++s)
      found = regions.free(run_of(s->job).place) || found;
  for (auto e = ends_.begin(); !found && e != ends_.end();) {
    time = e->first;
    for (; e != ends_.end() && e->first == time; ++e)
      if (!over_spot || !job(e->second).spot) found = regions.free(run_of(e->second).place) || found;
  }
  if (found) reservation_.time = time, reservation_.region = regions.region(), reservation_.extra = regions.extra();
}

/// The same of the quota of a queue.
void JobScheduler::reserve_quota(int queue) {
  const auto q = static_cast<size_t>(queue);
  const int j = waiting_.first_of(queue);
  QueueReservation& r = quota_reservation_[q];
  r = {j, infinity, 0};
  double left = rules_.queues[q].quota - held_of_queue_[q];
  for (auto e = ends_of_queue_[q].begin(); e != ends_of_queue_[q].end();) {
    const double time = e->first;
    for (; e != ends_of_queue_[q].end() && e->first == time; ++e) left += run_of(e->second).held;
    if (left >= need(j)) {
      r.time = time, r.extra = left - need(j);
      break;
    }
  }
}

}  // namespace orrery::operations
