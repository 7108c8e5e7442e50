// Room for the first in line: elastic jobs shrink to their least, spot jobs and those of lower priority are stopped,
// small jobs are moved together. What turns out not to be needed is left as it was.
#include <algorithm>

#include "machine/operations/job_scheduler.h"

namespace orrery::operations {
namespace {

/// The first accelerators of a place, up to n, and the others.
std::pair<std::vector<Slice>, std::vector<Slice>> divided(const std::vector<Slice>& place, int n) {
  std::pair<std::vector<Slice>, std::vector<Slice>> out;
  for (const Slice& s : place) {
    const int keep = std::min(n, s.count);
    if (keep > 0) out.first.push_back({s.node, keep});
    if (keep < s.count) out.second.push_back({s.node, s.count - keep});
    n -= keep;
  }
  return out;
}

}  // namespace

/// Whether a running job gives way to a waiting one.
bool JobScheduler::may_stop(int j, int running) const {
  const FleetJob &is = job(j), &other = job(running);
  if (other.spot && !is.spot) return true;
  if (tier(running) <= tier(j) || (!policy_.preempts && !has_contract(is))) return false;
  return !policy_.may_stop || policy_.may_stop(is, other);
}

/// What could be released to make room, the first to be released first: what elastic jobs of tiers from shrink_from on
/// (-1: of none) hold above their least, then running jobs that are eligible.
void JobScheduler::candidates(const std::function<bool(int)>& eligible, int shrink_from, int stop_from,
                              const std::function<bool(const Release&)>& add) const {
  std::vector<int> shrunk;
  if (shrink_from >= 0)
    for (auto s = above_least_.begin(); s != above_least_.end() && s->tier >= shrink_from; ++s) {
      shrunk.push_back(s->job);
      if (!add({s->job, divided(run_of(s->job).place, job(s->job).least).second, false})) return;
    }
  std::sort(shrunk.begin(), shrunk.end());
  for (auto s = standing_.begin(); s != standing_.end() && s->tier >= stop_from; ++s) {
    if (!eligible(s->job)) continue;
    const bool has_shrunk = std::binary_search(shrunk.begin(), shrunk.end(), s->job);
    if (has_shrunk ? !add({s->job, divided(run_of(s->job).place, job(s->job).least).first, true})
                   : !add({s->job, {}, true}))
      return;
  }
}

const std::vector<Slice>& JobScheduler::slices_of(const Release& r) const {
  return r.slices.empty() ? run_of(r.job).place : r.slices;
}

/// Releases places in the order given until enough() holds, then takes back, the most important first, what it holds
/// without. Leaves in `given` what stays released. The fleet and the held counts are changed, the jobs are not; where
/// it fails nothing is.
bool JobScheduler::clear(const std::function<bool()>& enough, std::vector<Release>& given) {
  auto change = [&](const Release& r, int sign) {
    const std::vector<Slice>& slices = slices_of(r);
    if (sign < 0) fleet_.release(slices);
    else fleet_.take(slices);
    int n = 0;
    for (const Slice& s : slices) n += s.count;
    hold(r.job, sign * n);
  };
  bool is_enough = enough();
  size_t released = 0;
  for (; !is_enough && released < given.size(); ++released) change(given[released], -1), is_enough = enough();
  given.resize(released);
  // Backwards, so that those stopped are asked before those shrunk; what of a stopped job was shrunk stays released.
  std::set<int> stopped;
  std::vector<Release> kept;
  for (size_t i = released; i-- > 0;) {
    if (!stopped.contains(given[i].job)) {
      change(given[i], 1);
      if (!is_enough || enough()) continue;
      change(given[i], -1);
    }
    if (given[i].stops) stopped.insert(given[i].job);
    kept.push_back(std::move(given[i]));
  }
  std::reverse(kept.begin(), kept.end());
  given = std::move(kept);
  return is_enough;
}

/// Of what could be released for a job the first that together make a place for it in one node, domain, pod or the
/// fleet, as its topology asks, and its queue's quota; by counting alone. Only those that free a node that it would lie
/// on, or quota. Empty where all of it is not enough.
std::vector<JobScheduler::Release> JobScheduler::worth_releasing(int j, int stop_from) {
  const FleetJob& is = job(j);
  const int n = need(j);
  const double quota = is.spot ? infinity : rules_.queues[static_cast<size_t>(is.queue)].quota;
  double of_queue = held_of_queue_[static_cast<size_t>(is.queue)];
  const bool wants_quota = of_queue + n > quota;
  Regions regions(*this, n);
  std::vector<Release> all;
  bool found = regions.found_now();
  candidates([&](int running) { return may_stop(j, running); }, tier(j), stop_from,
             [&](const Release& r) {
               const std::vector<Slice>& slices = slices_of(r);
               found = regions.free(slices) || found;
               if (job(r.job).queue == is.queue && !job(r.job).spot)
                 for (const Slice& s : slices) of_queue -= s.count;
               all.push_back(r);
               return !(found && of_queue + n <= quota);
             });
  if (!found && n > rules_.shape.node && n % rules_.shape.node != 0) return all;  // its rest may lie on a node in use
  if (!found || of_queue + n > quota) return {};
  auto serves = [&](int running, const std::vector<Slice>& slices) {
    if (wants_quota && job(running).queue == is.queue && !job(running).spot) return true;
    return std::any_of(slices.begin(), slices.end(), [&](const Slice& s) { return regions.counts(s.node); });
  };
  std::vector<int> stopped;  // all that they hold goes, also what they would shrink by
  for (const Release& r : all)
    if (r.stops && serves(r.job, run_of(r.job).place)) stopped.push_back(r.job);
  std::sort(stopped.begin(), stopped.end());
  std::erase_if(all, [&](const Release& r) {
    if (std::binary_search(stopped.begin(), stopped.end(), r.job)) return false;
    return r.stops || !serves(r.job, slices_of(r));
  });
  return all;
}

/// Stops and shrinks the jobs whose places clear() has released.
void JobScheduler::commit(const std::vector<Release>& released, int for_job) {
  std::set<int> stopped;
  for (const Release& r : released)
    if (r.stops) stopped.insert(r.job);
  for (const Release& r : released) {
    const bool stops = stopped.contains(r.job);
    int n = 0;
    for (const Slice& s : slices_of(r)) n += s.count;
    hold(r.job, n);  // stop and resize take it off again
    if (r.stops) stop(r.job, for_job);
    else if (!stops) ++outcome(r.job).resizes, resize(r.job, divided(run_of(r.job).place, job(r.job).least).first);
  }
}

/// How often jobs of tiers below one have left their places, and capacity has changed.
std::int64_t JobScheduler::departures(int below_tier) const {
  std::int64_t sum = capacity_changes_;
  for (int t = 0; t < below_tier; ++t) sum += departures_[static_cast<size_t>(t)];
  return sum;
}

/// Starts a job in room made for it.
bool JobScheduler::make_room(int j) {
  if (!stops_ || standing_.empty()) return false;
  const int n = need(j);
  const auto q = static_cast<size_t>(job(j).queue);
  // What could be released at most, before anything is tried.
  const bool any_tier = policy_.preempts || has_contract(job(j));
  const int from = any_tier ? tier(j) + 1 : job(j).spot ? tiers_ : first_spot_tier_;
  double room = fleet_.free() + spare_, quota = rules_.queues[q].quota - held_of_queue_[q] + spare_;
  double stoppable = 0;
  for (size_t i = 0; i < rules_.queues.size(); ++i)
    for (int t = from; t < tiers_; ++t) {
      const int held = held_of_tier_[i * static_cast<size_t>(tiers_) + static_cast<size_t>(t)];
      stoppable += held;
      if (i == q && t < first_spot_tier_) quota += held;
    }
  room += stoppable;
  if (stoppable + spare_ == 0 || room < n || (!job(j).spot && quota < n)) return false;
  if (from - 1 < static_cast<int>(firm_.size()) && above_least_.empty() &&
      !firm_[static_cast<size_t>(from) - 1].fits(n, policy_.topology))
    return false;
  NoRoom& no_room = no_room_[q];
  const std::int64_t left = departures(from);
  if (no_room.job == j && no_room.departures == left && !policy_.may_stop) return false;
  std::vector<Release> released = worth_releasing(j, from);
  if (released.empty() || !clear([&] { return has_quota(j, n) && fleet_.fits(n, policy_.topology); }, released)) {
    no_room = {j, left};
    return false;
  }
  fleet_.find(n, policy_.topology, found_);
  const std::vector<Slice> place = found_;
  fleet_.take(place);  // so that what is resized below does not take it
  commit(released, j);
  fleet_.release(place);
  start(j, place, false);
  return true;
}

/// Grows elastic jobs below their full size, the most important first, where they then end earlier.
void JobScheduler::grow() {
  std::vector<int> jobs;
  for (auto s = shrunk_.rbegin(); s != shrunk_.rend(); ++s) jobs.push_back(s->job);
  for (const int j : jobs) {
    const FleetJob& is = job(j);
    const Run& run = run_of(j);
    const auto q = static_cast<size_t>(is.queue);
    double most = is.accelerators - run.held;
    if (!is.spot) most = std::min(most, rules_.queues[q].quota - held_of_queue_[q]);
    const int more =
        most < 1 ? 0 : fleet_.find_more(run.place, static_cast<int>(most), is.accelerators, policy_.topology, found_);
    if (more == 0) continue;
    const double left = is.duration - outcome(j).done - progress(j);
    const double ends = now_ + is.restart + left * is.accelerators / (run.held + more);
    // A lease ends it when it does: what counts is when its work would be done.
    const double otherwise = run.ends_by_lease ? now_ + left * is.accelerators / run.held : run.end;
    if (!(ends < otherwise)) continue;
    fleet_.take(found_);
    ++outcome(j).resizes;
    resize(j, joined(run.place, found_));
  }
}

/// Nodes from which jobs are to be moved so that a job has a place: of the node, domain, pod or fleet with the most
/// free those with the fewest accelerators held. Empty where there are none.
std::vector<int> JobScheduler::nodes_to_vacate(int j) const {
  const int n = need(j), nodes = fleet_.nodes_of(n);
  NodeRange range = fleet_.all_nodes();
  int wanted = nodes;
  if (n <= rules_.shape.node) {
    wanted = 1;
  } else if (policy_.topology == Topology::required && nodes <= rules_.shape.domain) {
    int best = 0;
    for (int d = 1; d < fleet_.domains(); ++d)
      if (fleet_.free_nodes_of_domain(d) > fleet_.free_nodes_of_domain(best)) best = d;
    range = fleet_.domain_nodes(best), wanted -= fleet_.free_nodes_of_domain(best);
  } else if (policy_.topology == Topology::required && nodes <= fleet_.pod_nodes(0).last) {
    int best = 0;
    for (int p = 1; p < fleet_.pods(); ++p)
      if (fleet_.free_nodes_of_pod(p) > fleet_.free_nodes_of_pod(best)) best = p;
    range = fleet_.pod_nodes(best), wanted -= fleet_.free_nodes_of_pod(best);
  } else {
    wanted -= fleet_.free_nodes();
  }
  std::vector<int> out;
  for (int node = range.first; node < range.last; ++node)
    if (fleet_.in_service(node) && fleet_.free_of(node) < rules_.shape.node) out.push_back(node);
  if (static_cast<int>(out.size()) < wanted || wanted <= 0) return {};
  std::stable_sort(out.begin(), out.end(), [this](int a, int b) { return fleet_.free_of(a) > fleet_.free_of(b); });
  out.resize(static_cast<size_t>(wanted));
  std::sort(out.begin(), out.end());
  return out;
}

/// Starts the first in line on nodes from which the jobs of less than a node are moved elsewhere, where all of them
/// have a place.
bool JobScheduler::defragment(int j) {
  const std::vector<int> vacated = nodes_to_vacate(j);
  std::vector<int> moved;
  for (const auto& [time, running] : ends_) {
    const std::vector<Slice>& place = run_of(running).place;
    const auto there = [&](const Slice& s) { return std::binary_search(vacated.begin(), vacated.end(), s.node); };
    if (std::none_of(place.begin(), place.end(), there)) continue;
    if (place.size() > 1 || run_of(running).held >= need(j)) return false;
    moved.push_back(running);
  }
  if (moved.empty()) return false;
  std::stable_sort(moved.begin(), moved.end(), [this](int a, int b) { return run_of(a).held > run_of(b).held; });
  for (const int m : moved) fleet_.release(run_of(m).place);
  std::vector<Slice> place;
  std::vector<std::vector<Slice>> places;
  bool all = fleet_.find(need(j), policy_.topology, place);
  if (all) fleet_.take(place);
  const bool taken = all;
  for (size_t i = 0; all && i < moved.size(); ++i) {
    all = fleet_.find(run_of(moved[i]).held, policy_.topology, found_);
    if (all) fleet_.take(found_), places.push_back(found_);
  }
  if (!all) {
    for (const std::vector<Slice>& p : places) fleet_.release(p);
    if (taken) fleet_.release(place);
    for (const int m : moved) fleet_.take(run_of(m).place);
    return false;
  }
  for (size_t i = 0; i < moved.size(); ++i) {
    if (places[i] == run_of(moved[i]).place) continue;  // its node was not needed after all
    ++outcome(moved[i]).moves, ++result_.moves;
    resize(moved[i], places[i]);
  }
  fleet_.release(place);
  start(j, place, false);
  return true;
}

}  // namespace orrery::operations
