#include "machine/network/flows.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/amount.h"
#include "base/error.h"

namespace orrery::network {
namespace {

constexpr std::uint32_t none = 0xffffffffu;

/// Entries ordered by a key that only grows while they wait: buckets by key, each sorted in a small heap when reached.
/// Entries keep no key; it is asked for again when their bucket comes up.
class BucketQueue {
 public:
  BucketQueue(std::size_t entries, double low, double high) : low_(low), next_(entries, none) {
    const std::size_t buckets = std::clamp<std::size_t>(entries, 64, 1u << 20);
    scale_ = high > low ? static_cast<double>(buckets - 1) / (high - low) : 0;
    head_.assign(buckets, none);
  }
  void put(std::uint32_t entry, double key) {
    const std::size_t b = std::max(bucket_of(key), at_);
    next_[entry] = head_[b];
    head_[b] = entry;
  }
  /// The entry with the least key, by key_of, which must not be below the last popped but for rounding. None when
  /// empty.
  template <typename KeyOf>
  std::uint32_t pop(KeyOf key_of, double& key) {
    while (true) {
      while (!heap_.empty()) {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const auto [was, entry] = heap_.back();
        heap_.pop_back();
        key = key_of(entry);
        if (key < 0) continue;  // done with
        if (key > was) {
          place(entry, key);
          continue;
        }
        return entry;
      }
      while (at_ < head_.size() && head_[at_] == none) ++at_;
      if (at_ == head_.size()) return none;
      std::uint32_t entry = head_[at_];
      head_[at_] = none;
      while (entry != none) {
        const std::uint32_t after = next_[entry];
        const double k = key_of(entry);
        if (k >= 0) place(entry, k);
        entry = after;
      }
    }
  }

 private:
  using Item = std::pair<double, std::uint32_t>;
  static bool later(const Item& a, const Item& b) { return a > b; }
  std::size_t bucket_of(double key) const {
    const double b = (key - low_) * scale_;
    return b >= static_cast<double>(head_.size()) ? head_.size() - 1 : b > 0 ? static_cast<std::size_t>(b) : 0;
  }
  void place(std::uint32_t entry, double key) {
    if (bucket_of(key) > at_) {
      put(entry, key);
    } else {
      heap_.emplace_back(key, entry);
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
  }
  double low_, scale_ = 0;
  std::size_t at_ = 0;
  std::vector<std::uint32_t> head_, next_;
  std::vector<Item> heap_;
};

void check(const FlowProblem& p) {
  if (p.first.empty() || p.first.back() != p.links.size() || (!p.weight.empty() && p.weight.size() != p.links.size()) ||
      (!p.limit.empty() && p.limit.size() != p.flows()))
    throw Error({}, "flows", "have lists of unlike lengths",
                "give flows + 1 offsets, one weight per crossing, one limit per flow");
  for (LinkId l : p.links)
    if (l >= p.capacity.size())
      throw Error({}, "flows", "cross link " + std::to_string(l) + " of " + std::to_string(p.capacity.size()),
                  "number links from 0");
  for (double c : p.capacity)
    if (!(c >= 0)) throw Error({}, "capacity", "of a link is below zero or not a number", "0 is a link that is down");
  for (double w : p.weight)
    if (!(w > 0)) throw Error({}, "weight", "of a crossing is not above zero", "leave out what a flow does not cross");
}

template <bool weighted>
std::vector<double> solve(const FlowProblem& p) {
  const std::size_t flows = p.flows();
  auto weight = [&](std::uint32_t i) { return weighted ? p.weight[i] : 1.0; };

  // Links with one flow become that flow's limit; the others are numbered anew in the order flows first cross them,
  // which keeps neighbours in the tree near each other in memory.
  std::vector<std::uint32_t> shared(p.capacity.size(), 0);
  for (LinkId l : p.links)
    if (shared[l] < 2) ++shared[l];
  std::vector<double> limit = p.limit.empty() ? std::vector<double>(flows, infinity) : p.limit;
  std::vector<std::uint32_t> first(flows + 1, 0), crossed;
  std::vector<double> crossed_weight;
  std::vector<double> left;     // capacity not yet given away, per shared link
  std::vector<double> waiting;  // weight of its flows without a rate
  std::vector<std::uint32_t> degree;
  crossed.reserve(p.links.size() / 2);
  constexpr std::uint32_t numbered = 2;  // shared[l] - numbered is the number of link l once given
  for (std::size_t f = 0; f < flows; ++f) {
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
      const LinkId l = p.links[i];
      if (shared[l] == 1) {
        limit[f] = std::min(limit[f], p.capacity[l] / weight(i));
        continue;
      }
      if (shared[l] == numbered) {
        left.push_back(p.capacity[l]);
        waiting.push_back(0);
        degree.push_back(0);
        shared[l] = numbered + static_cast<std::uint32_t>(left.size());
      }
      const std::uint32_t s = shared[l] - numbered - 1;
      crossed.push_back(s);
      if constexpr (weighted) crossed_weight.push_back(p.weight[i]);
      waiting[s] += weight(i);
      ++degree[s];
    }
    first[f + 1] = static_cast<std::uint32_t>(crossed.size());
  }
  std::vector<std::uint32_t>().swap(shared);
  const std::size_t links = left.size();
  std::vector<std::uint32_t> member_first(links + 1, 0), members(crossed.size());
  for (std::size_t s = 0; s < links; ++s) member_first[s + 1] = member_first[s] + degree[s];
  for (std::size_t s = 0; s < links; ++s) degree[s] = member_first[s];
  for (std::uint32_t f = 0; f < flows; ++f)
    for (std::uint32_t i = first[f]; i < first[f + 1]; ++i) members[degree[crossed[i]]++] = f;

  double low = infinity, high = 0;
  auto widen = [&](double key) {
    if (key >= infinity) return;
    low = std::min(low, key);
    high = std::max(high, key);
  };
  for (std::size_t s = 0; s < links; ++s) widen(left[s] / waiting[s]);
  for (double l : limit) widen(l);

  std::vector<double> rate(flows, -1);
  std::vector<std::uint32_t> open = std::move(degree);  // flows without a rate, per link
  for (std::size_t s = 0; s < links; ++s) open[s] = member_first[s + 1] - member_first[s];
  BucketQueue queue(links + flows, low, high);
  // Entries below `links` are links, the rest are flows by their own limit.
  auto key_of = [&](std::uint32_t entry) {
    if (entry >= links) return rate[entry - links] >= 0 ? -1.0 : limit[entry - links];
    return open[entry] == 0 ? -1.0 : std::max(0.0, left[entry] / waiting[entry]);
  };
  for (std::uint32_t s = 0; s < links; ++s) queue.put(s, key_of(s));
  for (std::uint32_t f = 0; f < flows; ++f) {
    if (limit[f] < infinity) queue.put(static_cast<std::uint32_t>(links) + f, limit[f]);
    if (first[f] == first[f + 1] && limit[f] >= infinity) rate[f] = infinity;
  }
  auto freeze = [&](std::uint32_t f, double r) {
    rate[f] = r;
    for (std::uint32_t i = first[f]; i < first[f + 1]; ++i) {
      const std::uint32_t s = crossed[i];
      const double w = weighted ? crossed_weight[i] : 1.0;
      left[s] -= w * r;
      waiting[s] -= w;
      --open[s];
    }
  };
  double key = 0;
  for (std::uint32_t entry; (entry = queue.pop(key_of, key)) != none;) {
    if (entry >= links) {
      freeze(entry - static_cast<std::uint32_t>(links), key);
      continue;
    }
    for (std::uint32_t i = member_first[entry]; i < member_first[entry + 1]; ++i)
      if (rate[members[i]] < 0) freeze(members[i], key);
  }
  return rate;
}

}  // namespace

std::vector<double> max_min_rates(const FlowProblem& problem) {
  check(problem);
  return problem.weight.empty() ? solve<false>(problem) : solve<true>(problem);
}

std::vector<double> rates_apart(const FlowProblem& p, std::size_t parts) {
  if (parts < 1 || p.flows() % parts != 0)
    throw Error({}, "flows", "are not in equal parts", "give each part as many flows");
  const std::size_t each = p.flows() / parts;
  std::vector<std::uint32_t> local(p.capacity.size(), none);
  std::vector<double> rates;
  rates.reserve(p.flows());
  std::vector<LinkId> met;
  for (std::size_t first = 0; first < p.flows(); first += each) {
    FlowProblem part;
    met.clear();
    part.first.push_back(0);
    for (std::size_t f = first; f < first + each; ++f) {
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
        const LinkId l = p.links[i];
        if (local[l] == none) {
          local[l] = static_cast<std::uint32_t>(met.size());
          met.push_back(l);
          part.capacity.push_back(p.capacity[l]);
        }
        part.links.push_back(local[l]);
        if (!p.weight.empty()) part.weight.push_back(p.weight[i]);
      }
      part.first.push_back(static_cast<std::uint32_t>(part.links.size()));
      if (!p.limit.empty()) part.limit.push_back(p.limit[f]);
    }
    const std::vector<double> alone = max_min_rates(part);
    rates.insert(rates.end(), alone.begin(), alone.end());
    for (LinkId l : met) local[l] = none;
  }
  return rates;
}

namespace {

struct Load {
  double load = 0, fastest = 0;
};

std::vector<Load> loads_of(const FlowProblem& p, const std::vector<double>& rates) {
  std::vector<Load> loads(p.capacity.size());
  for (std::size_t f = 0; f < p.flows(); ++f)
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
      Load& l = loads[p.links[i]];
      l.load += (p.weight.empty() ? 1.0 : p.weight[i]) * rates[f];
      l.fastest = std::max(l.fastest, rates[f]);
    }
  return loads;
}

bool binds(const FlowProblem& p, const Load& l, LinkId link, double rate, double tolerance) {
  return l.load >= p.capacity[link] * (1 - tolerance) && rate >= l.fastest * (1 - tolerance);
}

}  // namespace

Certificate check_max_min(const FlowProblem& p, const std::vector<double>& rates, double tolerance) {
  Certificate c;
  if (rates.size() != p.flows()) return c;
  const std::vector<Load> loads = loads_of(p, rates);
  for (LinkId l = 0; l < loads.size(); ++l) {
    if (loads[l].load > 0)
      c.worst_overload = std::max(c.worst_overload, p.capacity[l] > 0 ? loads[l].load / p.capacity[l] - 1 : infinity);
    if (loads[l].load > 0 && loads[l].load >= p.capacity[l] * (1 - tolerance)) ++c.saturated_links;
  }
  for (std::size_t f = 0; f < p.flows(); ++f) {
    bool bound = !p.limit.empty() && rates[f] >= p.limit[f] * (1 - tolerance);
    if (p.first[f] == p.first[f + 1] && p.limit.empty()) bound = true;
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1] && !bound; ++i)
      bound = binds(p, loads[p.links[i]], p.links[i], rates[f], tolerance);
    const bool over_limit = !p.limit.empty() && rates[f] > p.limit[f] * (1 + tolerance);
    if (!bound || over_limit || !(rates[f] >= 0)) ++c.unbound_flows;
  }
  c.holds = c.unbound_flows == 0 && c.worst_overload <= tolerance;
  return c;
}

std::vector<LinkId> bottlenecks(const FlowProblem& p, const std::vector<double>& rates, double tolerance) {
  const std::vector<Load> loads = loads_of(p, rates);
  std::vector<LinkId> at(p.flows(), none);
  for (std::size_t f = 0; f < p.flows(); ++f)
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1] && at[f] == none; ++i)
      if (binds(p, loads[p.links[i]], p.links[i], rates[f], tolerance)) at[f] = p.links[i];
  return at;
}

std::vector<double> completion_times(const FlowProblem& p, const std::vector<double>& bytes,
                                     const std::vector<double>& start, double most_work) {
  check(p);
  const std::size_t flows = p.flows();
  if (bytes.size() != flows || (!start.empty() && start.size() != flows))
    throw Error({}, "bytes", "are not one per flow", "give as many sizes and starts as flows");
  std::vector<std::uint32_t> member_first(p.capacity.size() + 1, 0), members(p.links.size());
  for (LinkId l : p.links) ++member_first[l + 1];
  for (std::size_t l = 0; l < p.capacity.size(); ++l) member_first[l + 1] += member_first[l];
  std::vector<std::uint32_t> fill(member_first.begin(), member_first.end() - 1);
  for (std::uint32_t f = 0; f < flows; ++f)
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) members[fill[p.links[i]]++] = f;

  std::vector<double> done(flows, infinity), left = bytes, rate(flows, 0), since(flows, 0);
  std::vector<std::uint32_t> starts(flows), local(p.capacity.size(), none);
  std::vector<char> active(flows, 0), seen(flows, 0);
  for (std::uint32_t f = 0; f < flows; ++f) starts[f] = f;
  auto start_of = [&](std::uint32_t f) { return start.empty() ? 0.0 : start[f]; };
  std::stable_sort(starts.begin(), starts.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return start_of(a) < start_of(b); });
  // Ends by time; an entry is stale when the flow's rate has changed since.
  std::vector<std::pair<double, std::uint32_t>> ends;
  std::vector<double> end_of(flows, infinity);
  auto later = [](const auto& a, const auto& b) { return a > b; };

  std::vector<std::uint32_t> changed, region, touched;
  double work = 0;
  auto solve_region = [&](double now) {
    // The flows that share links, directly or through others, with what changed.
    region.clear();
    touched.clear();
    auto visit_links = [&](std::uint32_t f) {
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
        const LinkId l = p.links[i];
        if (local[l] != none) continue;
        local[l] = static_cast<std::uint32_t>(touched.size());
        touched.push_back(l);
        work += 1 + static_cast<double>(member_first[l + 1] - member_first[l]);
        for (std::uint32_t k = member_first[l]; k < member_first[l + 1]; ++k)
          if (active[members[k]] && !seen[members[k]]) {
            seen[members[k]] = 1;
            region.push_back(members[k]);
          }
      }
    };
    for (std::uint32_t f : changed) {
      if (active[f] && !seen[f]) {
        seen[f] = 1;
        region.push_back(f);
      }
      visit_links(f);
    }
    for (std::size_t i = 0; i < region.size(); ++i) visit_links(region[i]);
    FlowProblem part;
    part.first.push_back(0);
    for (LinkId l : touched) part.capacity.push_back(p.capacity[l]);
    for (std::uint32_t f : region) {
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
        part.links.push_back(local[p.links[i]]);
        if (!p.weight.empty()) part.weight.push_back(p.weight[i]);
      }
      part.first.push_back(static_cast<std::uint32_t>(part.links.size()));
      if (!p.limit.empty()) part.limit.push_back(p.limit[f]);
    }
    work += static_cast<double>(part.links.size());
    if (!region.empty()) {
      const std::vector<double> rates = max_min_rates(part);
      for (std::size_t i = 0; i < region.size(); ++i) {
        const std::uint32_t f = region[i];
        if (rate[f] > 0 && rate[f] < infinity) left[f] = std::max(0.0, left[f] - rate[f] * (now - since[f]));
        since[f] = now;
        rate[f] = rates[i];
        end_of[f] = rate[f] > 0 ? now + left[f] / rate[f] : left[f] > 0 ? infinity : now;
        if (end_of[f] < infinity) {
          ends.emplace_back(end_of[f], f);
          std::push_heap(ends.begin(), ends.end(), later);
        }
      }
    }
    for (LinkId l : touched) local[l] = none;
    for (std::uint32_t f : region) seen[f] = 0;
    changed.clear();
  };

  std::size_t next = 0;
  while (next < flows || !ends.empty()) {
    while (!ends.empty() && (!active[ends.front().second] || ends.front().first != end_of[ends.front().second])) {
      std::pop_heap(ends.begin(), ends.end(), later);
      ends.pop_back();
    }
    const double start_time = next < flows ? start_of(starts[next]) : infinity;
    const double end_time = ends.empty() ? infinity : ends.front().first;
    const double now = std::min(start_time, end_time);
    if (now >= infinity) break;
    // All that happens at this moment, ends within rounding of it included, is one change.
    while (!ends.empty() && ends.front().first <= now * (1 + 1e-12)) {
      const auto [time, f] = ends.front();
      std::pop_heap(ends.begin(), ends.end(), later);
      ends.pop_back();
      if (!active[f] || time != end_of[f]) continue;
      active[f] = 0;
      done[f] = time;
      changed.push_back(f);
    }
    while (next < flows && start_of(starts[next]) <= now) {
      const std::uint32_t f = starts[next++];
      active[f] = 1;
      since[f] = now;
      changed.push_back(f);
    }
    solve_region(now);
    if (work > most_work) return {};
  }
  return done;
}

}  // namespace orrery::network
