#include "machine/operations/job_scheduler.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "base/parallel.h"

namespace orrery::operations {

void CoarseSeries::add(double from, double to, double waiting, double held, double capacity) {
  constexpr size_t most = 1024;
  while (to - first_ > width_ * most) {
    width_ *= 2;
    for (size_t i = 0; 2 * i < sums_.size(); ++i) {
      JobsPoint sum = sums_[2 * i];
      if (2 * i + 1 < sums_.size()) {
        const JobsPoint& other = sums_[2 * i + 1];
        sum.waiting += other.waiting, sum.held += other.held, sum.capacity += other.capacity;
      }
      sums_[i] = sum;
    }
    sums_.resize((sums_.size() + 1) / 2);
  }
  while (from < to) {
    const auto at = std::min(most - 1, static_cast<size_t>((from - first_) / width_));
    double until = std::min(to, first_ + static_cast<double>(at + 1) * width_);
    if (!(until > from)) until = to;
    if (sums_.size() <= at) sums_.resize(at + 1);
    JobsPoint& sum = sums_[at];
    const double length = until - from;
    sum.waiting += waiting * length, sum.held += held * length, sum.capacity += capacity * length;
    from = until;
  }
}

std::vector<JobsPoint> CoarseSeries::points(double last) const {
  std::vector<JobsPoint> out = sums_;
  for (size_t i = 0; i < out.size(); ++i) {
    JobsPoint& p = out[i];
    p.from = first_ + static_cast<double>(i) * width_, p.to = std::min(last, p.from + width_);
    const double length = p.to - p.from;
    if (length > 0) p.waiting /= length, p.held /= length, p.capacity /= length;
  }
  return out;
}

std::vector<int> in_line(const std::vector<FleetJob>& jobs, const Policy& policy, std::vector<int>& tiers, int& count,
                         int& first_spot) {
  struct Key {
    int kind, priority;
    double order, submit;
  };
  std::vector<Key> keys;
  keys.reserve(jobs.size());
  for (const FleetJob& j : jobs)
    keys.push_back({has_contract(j) ? 0
                    : j.spot        ? 2
                                    : 1,
                    -j.priority, policy.order ? policy.order(j) : 0, std::max(j.submit, j.start)});
  std::vector<int> order(jobs.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const Key &x = keys[static_cast<size_t>(a)], &y = keys[static_cast<size_t>(b)];
    return std::tie(x.kind, x.priority, x.order, x.submit, a) < std::tie(y.kind, y.priority, y.order, y.submit, b);
  });
  tiers.assign(jobs.size(), 0);
  count = 0, first_spot = -1;
  const Key* before = nullptr;
  for (const int j : order) {
    const Key& key = keys[static_cast<size_t>(j)];
    if (!before || before->kind != key.kind || before->priority != key.priority) ++count;
    if (key.kind == 2 && first_spot < 0) first_spot = count - 1;
    tiers[static_cast<size_t>(j)] = count - 1;
    before = &key;
  }
  if (first_spot < 0) first_spot = count;
  return order;
}

namespace {

double first_submission(const std::vector<FleetJob>& jobs) {
  double first = infinity;
  for (const FleetJob& j : jobs) first = std::min(first, j.submit);
  return jobs.empty() ? 0 : first;
}

double ready(const FleetJob& job) {
  return std::max(job.submit, job.start);
}

}  // namespace

JobScheduler::JobScheduler(const std::vector<FleetJob>& jobs, const FleetRules& rules, const Policy& policy)
    : jobs_(jobs),
      rules_(rules),
      policy_(policy),
      fleet_(rules.shape),
      waiting_(jobs, in_line(jobs, policy, tier_, tiers_, first_spot_tier_), rules.queues.size()),
      runs_(jobs.size()),
      ends_of_queue_(rules.queues.size()),
      latest_end_(static_cast<size_t>(rules.shape.nodes), -infinity),
      held_of_tier_(rules.queues.size() * static_cast<size_t>(tiers_)),
      held_of_queue_(rules.queues.size()),
      fails_(static_cast<size_t>(rules.shape.nodes)),
      allowed_nodes_(rules.shape.nodes),
      passed_(rules.queues.size()),
      quota_blocked_(rules.queues.size()),
      quota_reservation_(rules.queues.size()),
      freed_(static_cast<size_t>(rules.shape.nodes)),
      series_(first_submission(jobs)) {
  if (tiers_ > 1 && tiers_ <= most_firm) firm_.assign(static_cast<size_t>(tiers_) - 1, fleet_);
  no_room_.resize(rules.queues.size()), departures_.resize(static_cast<size_t>(tiers_));
  stops_ = tiers_ > 1 || !rules.capacity.empty();
  for (const FleetJob& j : jobs) stops_ = stops_ || j.least > 0;
  result_.jobs.resize(jobs.size());
  result_.first = result_.last = now_ = first_submission(jobs);
  defragmented_ = -infinity;
}

JobsResult JobScheduler::run() {
  std::vector<int> coming(jobs_.size());
  std::iota(coming.begin(), coming.end(), 0);
  std::stable_sort(coming.begin(), coming.end(), [this](int a, int b) { return ready(job(a)) < ready(job(b)); });
  std::vector<CapacityEvent> changes = rules_.capacity;
  std::stable_sort(changes.begin(), changes.end(), [](auto& a, auto& b) { return a.time < b.time; });
  size_t comes = 0, changed = 0, ended = 0;
  std::vector<int> submitted;
  for (; changed < changes.size() && changes[changed].time < now_; ++changed) change_capacity(changes[changed]);
  while (ended < jobs_.size()) {
    if ((++result_.events & 0x3ff) == 0 && is_given_up()) throw GivenUp();
    double next = ends_.empty() ? infinity : ends_.begin()->first;
    if (comes < coming.size()) next = std::min(next, ready(job(coming[comes])));
    if (changed < changes.size()) next = std::min(next, changes[changed].time);
    if (next == infinity) break;  // what waits still will never start
    advance(next);
    bool more_room = false;
    for (; !ends_.empty() && ends_.begin()->first <= now_; ++ended, more_room = true) end(ends_.begin()->second);
    for (; changed < changes.size() && changes[changed].time <= now_; ++changed, more_room = true)
      change_capacity(changes[changed]);
    submitted.clear();
    for (; comes < coming.size() && ready(job(coming[comes])) <= now_; ++comes) {
      submit(coming[comes]);
      submitted.push_back(coming[comes]);
    }
    if (more_room) serve();
    else serve_new(submitted);
  }
  for (size_t j = 0; j < jobs_.size(); ++j) result_.useful += result_.jobs[j].done * jobs_[j].accelerators;
  result_.series = series_.points(result_.last);
  return std::move(result_);
}

/// Accounts what holds until a time, and goes there.
void JobScheduler::advance(double to) {
  const double length = to - now_;
  const double capacity = length * fleet_.capacity(), free = length * fleet_.free();
  if (length > 0 && held_ == 0 && waiting_.size() == 0) {
    idle_capacity_ += capacity, idle_free_ += free;  // counts once a job comes
  } else if (length > 0) {
    if (now_ > result_.last) series_.add(result_.last, now_, 0, 0, idle_capacity_ / (now_ - result_.last));
    result_.capacity += idle_capacity_ + capacity, result_.free += idle_free_ + free;
    idle_capacity_ = idle_free_ = 0;
    result_.held += length * held_;
    if (blocked_ >= 0 && need(blocked_) <= fleet_.free()) result_.unusable += free;
    series_.add(now_, to, waiting_.size(), held_, fleet_.capacity());
    result_.last = to;
  }
  now_ = to;
}

void JobScheduler::submit(int j) {
  run_of(j).waits_since = now_;
  waiting_.insert(j, run_time(j, job(j).accelerators));
}

/// Progress of a running job since it began in its place, s of its duration.
double JobScheduler::progress(int j) const {
  const Run& run = run_of(j);
  const double left = job(j).duration - result_.jobs[static_cast<size_t>(j)].done;
  return std::clamp((now_ - run.since - run.overhead) * run.rate, 0.0, left);
}

/// How long a job would run on so many accelerators, from now until it ends.
double JobScheduler::run_time(int j, int accelerators) const {
  const JobOutcome& so_far = result_.jobs[static_cast<size_t>(j)];
  const double left = job(j).duration - so_far.done, rate = static_cast<double>(accelerators) / job(j).accelerators;
  const double overhead = so_far.running > 0 ? job(j).restart : 0;
  return std::min(overhead + left / rate, job(j).lease - so_far.running);
}

void JobScheduler::hold(int j, int change) {
  held_ += change;
  held_of_tier_[static_cast<size_t>(job(j).queue * tiers_ + tier(j))] += change;
  if (!job(j).spot) held_of_queue_[static_cast<size_t>(job(j).queue)] += change;
}

/// Begins in a place that is taken already.
void JobScheduler::begin(int j, std::vector<Slice> place) {
  Run& run = run_of(j);
  run.place = std::move(place);
  run.held = 0;
  for (const Slice& s : run.place) run.held += s.count;
  run.since = now_, run.rate = static_cast<double>(run.held) / job(j).accelerators;
  run.overhead = outcome(j).running > 0 ? job(j).restart : 0;
  const double lease = job(j).lease - outcome(j).running,
               whole = run.overhead + (job(j).duration - outcome(j).done) / run.rate;
  run.ends_by_lease = lease < whole;
  run.end = now_ + std::min(lease, whole);
  run.running = true;
  hold(j, run.held);
  for (auto t = static_cast<size_t>(tier(j)); t < firm_.size(); ++t) firm_[t].take(run.place);
  enter(j);
}

/// Puts a running job into what knows the running ones.
void JobScheduler::enter(int j) {
  const Run& run = run_of(j);
  const FleetJob& is = job(j);
  ends_.emplace(run.end, j);
  if (!is.spot && std::isfinite(rules_.queues[static_cast<size_t>(is.queue)].quota))
    ends_of_queue_[static_cast<size_t>(is.queue)].emplace(run.end, j);
  for (const Slice& s : run.place) {
    double& latest = latest_end_[static_cast<size_t>(s.node)];
    latest = std::max(latest, run.end);
  }
  if (!stops_) return;
  const Standing standing{tier(j), run.since, j};
  standing_.insert(standing);
  if (is.least == 0) return;
  if (run.held < is.accelerators) shrunk_.insert(standing);
  if (run.held > is.least) above_least_.insert(standing), spare_ += run.held - is.least;
}

void JobScheduler::leave(int j) {
  const Run& run = run_of(j);
  const FleetJob& is = job(j);
  ends_.erase({run.end, j});
  if (!is.spot && std::isfinite(rules_.queues[static_cast<size_t>(is.queue)].quota))
    ends_of_queue_[static_cast<size_t>(is.queue)].erase({run.end, j});
  for (const Slice& s : run.place)
    if (fleet_.free_of(s.node) == rules_.shape.node) latest_end_[static_cast<size_t>(s.node)] = -infinity;
  if (!stops_) return;
  const Standing standing{tier(j), run.since, j};
  standing_.erase(standing);
  if (is.least == 0) return;
  shrunk_.erase(standing);
  if (above_least_.erase(standing) > 0) spare_ -= run.held - is.least;
}

/// Accounts the stretch in which a job lay where it lies, and takes it from what knows the running ones. What it holds
/// of the fleet is released already.
void JobScheduler::record(int j) {
  Run& run = run_of(j);
  JobOutcome& out = outcome(j);
  leave(j);
  ++departures_[static_cast<size_t>(tier(j))];
  for (auto t = static_cast<size_t>(tier(j)); t < firm_.size(); ++t) firm_[t].release(run.place);
  hold(j, -run.held);
  out.running += now_ - run.since, out.held += (now_ - run.since) * run.held;
  int domain = -1, pod = -1;
  out.nodes = out.domains = out.pods = 0;
  for (const Slice& s : run.place) {
    ++out.nodes;
    if (const int d = fleet_.domain_of(s.node); d != domain) domain = d, ++out.domains;
    if (const int p = fleet_.pod_of(s.node); p != pod) pod = p, ++out.pods;
  }
  if (rules_.with_stretches && now_ > run.since) result_.stretches.push_back({j, run.since, now_, run.place});
  run.running = false;
}

/// Starts a waiting job in a place that is free.
void JobScheduler::start(int j, std::vector<Slice> place, bool ahead) {
  JobOutcome& out = outcome(j);
  const double waited = now_ - run_of(j).waits_since;
  out.waiting += waited;
  if (out.preemptions > 0) result_.preemption.waiting += waited * job(j).accelerators;
  out.start = std::min(out.start, now_);
  waiting_.erase(j);
  fleet_.take(place);
  begin(j, std::move(place));
  // What goes ahead keeps to the reservations that hold now; others it may have changed.
  result_.backfilled += ahead;
  const auto q = static_cast<size_t>(job(j).queue);
  if (!ahead || blocked_ < 0) reservation_.job = -1;
  if (!ahead || !quota_blocked_[q]) quota_reservation_[q].job = -1;
}

void JobScheduler::end(int j) {
  Run& run = run_of(j);
  JobOutcome& out = outcome(j);
  out.done = run.ends_by_lease ? out.done + progress(j) : job(j).duration;
  out.ended_by_lease = run.ends_by_lease;
  out.end = now_;
  fleet_.release(run.place);
  record(j);
  run.place = {};
}

/// Stops a job, whose place is released already, for another (-1: since capacity went); it waits again.
void JobScheduler::stop(int j, int for_job) {
  Run& run = run_of(j);
  JobOutcome& out = outcome(j);
  const double more = progress(j), unsaved = run.unsaved + more, every = job(j).checkpoint;
  const double kept = every == 0 ? unsaved : std::isinf(every) ? 0 : std::floor(unsaved / every) * every;
  const double lost = (unsaved - kept) * job(j).accelerators;
  out.done = std::max(0.0, out.done + more - (unsaved - kept));
  out.lost += lost;
  ++out.preemptions;
  PreemptionCost& cost = result_.preemption;
  ++cost.stops, cost.accelerators += run.held, cost.lost += lost;
  if (for_job < 0) ++cost.by_capacity, cost.accelerators_by_capacity += run.held, cost.lost_by_capacity += lost;
  cost.by_stopped_jobs += for_job >= 0 && outcome(for_job).preemptions > 0;
  record(j);
  run.place = {}, run.unsaved = 0, run.waits_since = now_;
  waiting_.insert(j, run_time(j, job(j).accelerators));
  forget_reservations();
}

/// Goes on in another place that is taken already, with all its progress.
void JobScheduler::resize(int j, std::vector<Slice> place) {
  Run& run = run_of(j);
  const double more = progress(j), every = job(j).checkpoint;
  outcome(j).done += more;
  if (every > 0) run.unsaved = std::isinf(every) ? run.unsaved + more : std::fmod(run.unsaved + more, every);
  record(j);
  begin(j, std::move(place));
  forget_reservations();
}

void JobScheduler::forget_reservations() {
  reservation_.job = -1;
  for (QueueReservation& r : quota_reservation_) r.job = -1;
}

void JobScheduler::set_in_service(int node, bool in_service) {
  fleet_.set_in_service(node, in_service);
  for (Fleet& firm : firm_) firm.set_in_service(node, in_service);
}

void JobScheduler::change_capacity(const CapacityEvent& event) {
  if (event.nodes >= 0) {
    allowed_nodes_ = event.nodes;
  } else if (char& fails = fails_[static_cast<size_t>(event.node)]; fails == event.up) {
    fails = !event.up;
    failed_nodes_ += event.up ? -1 : 1;
    if (!event.up && fleet_.in_service(event.node)) {
      std::vector<int> there;
      if (fleet_.free_of(event.node) < rules_.shape.node)
        for (const auto& [time, j] : ends_)
          for (const Slice& s : run_of(j).place)
            if (s.node == event.node) there.push_back(j);
      for (const int j : there) fleet_.release(run_of(j).place), stop(j, -1);
      set_in_service(event.node, false);
    }
  }
  fit_capacity();
  ++capacity_changes_;
  forget_reservations();
}

/// Puts nodes in service, the lowest numbers first, or takes free ones out, the highest first, with jobs stopped until
/// enough are free.
void JobScheduler::fit_capacity() {
  const int wanted = std::min(allowed_nodes_, rules_.shape.nodes - failed_nodes_);
  for (int node = 0; fleet_.nodes_in_service() < wanted; ++node)
    if (!fleet_.in_service(node) && !fails_[static_cast<size_t>(node)]) set_in_service(node, true);
  const int surplus = fleet_.nodes_in_service() - wanted;
  if (surplus <= 0) return;
  std::vector<Release> released;
  candidates([](int) { return true; }, -1, 0, [&](const Release& r) { return released.push_back(r), true; });
  clear([&] { return fleet_.free_nodes() >= surplus; }, released);
  commit(released, -1);
  for (int node = rules_.shape.nodes - 1; fleet_.nodes_in_service() > wanted; --node)
    if (fleet_.in_service(node) && fleet_.free_of(node) == rules_.shape.node) set_in_service(node, false);
}

}  // namespace orrery::operations
