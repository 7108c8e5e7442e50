#include "machine/operations/fleet_placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.h"

namespace orrery::operations {

void check_fleet(const FleetShape& shape) {
  auto whole = [](int n, int least, const char* key) {
    if (n < least) throw Error({}, key, "is " + std::to_string(n), "give at least " + std::to_string(least));
  };
  whole(shape.nodes, 1, "nodes"), whole(shape.node, 1, "node"), whole(shape.domain, 1, "domain");
  whole(shape.pod, 0, "pod");
  if (shape.pod % shape.domain != 0)
    throw Error({}, "pod", std::to_string(shape.pod) + " nodes are no whole number of domains",
                "give a multiple of " + std::to_string(shape.domain));
  // Sets of what is free are kept for every number that can be.
  if (shape.nodes > most_nodes || static_cast<double>(shape.nodes) * shape.node > most_fleet ||
      shape.node > most_of_node)
    throw Error({}, "nodes",
                fmt::format("{} nodes of {} accelerators are more than are simulated", shape.nodes, shape.node),
                fmt::format("give at most {} nodes, {} accelerators of a node, {} in all", most_nodes, most_of_node,
                            most_fleet));
}

IndexSet::IndexSet(int size) {
  for (size_t n = static_cast<size_t>(size); n > 0;) {
    n = (n + 63) / 64;
    words_.emplace_back(n);
    if (n == 1) break;
  }
}

void IndexSet::insert(int at) {
  size_t i = static_cast<size_t>(at);
  for (std::vector<std::uint64_t>& level : words_) {
    std::uint64_t& word = level[i >> 6];
    const bool had = word != 0;
    word |= 1ull << (i & 63);
    if (had) return;
    i >>= 6;
  }
}

void IndexSet::erase(int at) {
  size_t i = static_cast<size_t>(at);
  for (std::vector<std::uint64_t>& level : words_) {
    std::uint64_t& word = level[i >> 6];
    word &= ~(1ull << (i & 63));
    if (word != 0) return;
    i >>= 6;
  }
}

int IndexSet::next(int from) const {
  size_t i = static_cast<size_t>(from);
  for (size_t level = 0; level < words_.size(); ++level) {
    if (i >> 6 >= words_[level].size()) return -1;
    const std::uint64_t rest = words_[level][i >> 6] >> (i & 63);
    if (rest != 0) {
      i += static_cast<size_t>(std::countr_zero(rest));
      while (level-- > 0) i = i << 6 | static_cast<size_t>(std::countr_zero(words_[level][i]));
      return static_cast<int>(i);
    }
    i = (i >> 6) + 1;
  }
  return -1;
}

LevelSets::LevelSets(int things, int highest)
    : level_(static_cast<size_t>(things), -1),
      sets_(static_cast<size_t>(highest) + 1, IndexSet(things)),
      used_(highest + 1) {}

void LevelSets::put(int thing, int level) {
  int& old = level_[static_cast<size_t>(thing)];
  if (old == level) return;
  if (old >= 0) {
    IndexSet& set = sets_[static_cast<size_t>(old)];
    set.erase(thing);
    if (set.empty()) used_.erase(old);
  }
  old = level;
  if (level < 0) return;
  sets_[static_cast<size_t>(level)].insert(thing);
  used_.insert(level);
}

int LevelSets::first(int level, int first, int last) const {
  const int thing = sets_[static_cast<size_t>(level)].next(first);
  return thing < last ? thing : -1;
}

namespace {

FleetShape with_pods(FleetShape shape) {
  check_fleet(shape);
  const int domains = (shape.nodes + shape.domain - 1) / shape.domain;
  if (shape.pod == 0) shape.pod = domains * shape.domain;
  return shape;
}

int ceiling(int a, int b) {
  return (a + b - 1) / b;
}

}  // namespace

Fleet::Fleet(const FleetShape& shape)
    : shape_(with_pods(shape)),
      domains_(ceiling(shape_.nodes, shape_.domain)),
      pods_(ceiling(shape_.nodes, shape_.pod)),
      free_of_(static_cast<size_t>(shape_.nodes), shape_.node),
      in_service_(static_cast<size_t>(shape_.nodes)),
      nodes_by_free_(shape_.nodes, shape_.node),
      domains_by_free_(domains_, std::min(shape_.domain, shape_.nodes)),
      pods_by_free_(pods_, std::min(shape_.pod, shape_.nodes)) {
  for (int d = 0; d < domains_; ++d) domains_by_free_.put(d, 0);
  for (int p = 0; p < pods_; ++p) pods_by_free_.put(p, 0);
  for (int node = 0; node < shape_.nodes; ++node) set_in_service(node, true);
}

NodeRange Fleet::domain_nodes(int domain) const {
  return {domain * shape_.domain, std::min((domain + 1) * shape_.domain, shape_.nodes)};
}

NodeRange Fleet::pod_nodes(int pod) const {
  return {pod * shape_.pod, std::min((pod + 1) * shape_.pod, shape_.nodes)};
}

/// Puts a node that has, or had, so many free accelerators in service into its sets; -1: it is in none.
void Fleet::update(int node, int free) {
  const int before = nodes_by_free_.level(node);
  nodes_by_free_.put(node, free);
  const int change = (free == shape_.node) - (before == shape_.node);
  if (change == 0) return;
  free_nodes_ += change;
  const int domain = domain_of(node), pod = pod_of(node);
  domains_by_free_.put(domain, domains_by_free_.level(domain) + change);
  pods_by_free_.put(pod, pods_by_free_.level(pod) + change);
}

void Fleet::take(std::span<const Slice> slices) {
  for (const Slice& s : slices) {
    free_of_[static_cast<size_t>(s.node)] -= s.count, free_ -= s.count;
    update(s.node, free_of(s.node));
  }
}

void Fleet::release(std::span<const Slice> slices) {
  for (const Slice& s : slices) {
    free_of_[static_cast<size_t>(s.node)] += s.count, free_ += s.count;
    update(s.node, free_of(s.node));
  }
}

void Fleet::set_in_service(int node, bool in_service) {
  char& is = in_service_[static_cast<size_t>(node)];
  if (is == in_service) return;
  is = in_service;
  const int sign = in_service ? 1 : -1;
  in_service_count_ += sign, free_ += sign * free_of(node);
  update(node, in_service ? free_of(node) : -1);
}

/// A free node outside those to avoid, in the domain with the fewest.
int Fleet::whole_node(NodeRange avoid) const {
  for (int level = domains_by_free_.next_level(1); level > 0; level = domains_by_free_.next_level(level + 1))
    for (int d = domains_by_free_.first(level, 0, domains_); d >= 0;
         d = domains_by_free_.first(level, d + 1, domains_)) {
      const NodeRange range = domain_nodes(d);
      int node = nodes_by_free_.first(shape_.node, range.first, range.last);
      if (avoid.holds(node)) node = nodes_by_free_.first(shape_.node, std::min(avoid.last, range.last), range.last);
      if (node >= 0) return node;
    }
  return -1;
}

/// The node in use with the fewest free accelerators that are n or more.
int Fleet::partial_node(int n, NodeRange range, NodeRange avoid) const {
  for (int level = nodes_by_free_.next_level(n); level >= 0 && level < shape_.node;
       level = nodes_by_free_.next_level(level + 1)) {
    int node = nodes_by_free_.first(level, range.first, range.last);
    if (node >= 0 && avoid.holds(node)) node = nodes_by_free_.first(level, avoid.last, range.last);
    if (node >= 0) return node;
  }
  return -1;
}

/// Whether so many whole nodes and a rest of less than a node have room in a range with so many free nodes.
bool Fleet::holds(NodeRange range, int free_nodes, int whole, int rest) const {
  if (free_nodes < whole) return false;
  return rest == 0 || free_nodes > whole || partial_node(rest, range, {}) >= 0;
}

/// Of domains or pods of `size` nodes the one with the fewest free nodes that holds them; -1 when none does.
int Fleet::best(const LevelSets& sets, int count, int size, int whole, int rest, NodeRange avoid) const {
  for (int level = sets.next_level(whole); level >= 0; level = sets.next_level(level + 1))
    for (int i = sets.first(level, 0, count); i >= 0; i = sets.first(level, i + 1, count)) {
      const NodeRange range{i * size, std::min((i + 1) * size, shape_.nodes)};
      if (!range.meets(avoid) && holds(range, level, whole, rest)) return i;
    }
  return -1;
}

/// The range that a job of several nodes is to lie in.
bool Fleet::find_nodes(int whole, int rest, Topology topology, NodeRange avoid, NodeRange& range) const {
  const int nodes = whole + (rest > 0);
  if (free_nodes_ < whole) return false;
  if (topology != Topology::any) {
    if (nodes <= shape_.domain) {
      const int d = best(domains_by_free_, domains_, shape_.domain, whole, rest, avoid);
      if (d >= 0) return range = domain_nodes(d), true;
      if (topology == Topology::required) return false;
    }
    if (nodes <= shape_.pod) {
      const int p = best(pods_by_free_, pods_, shape_.pod, whole, rest, avoid);
      if (p >= 0) return range = pod_nodes(p), true;
      if (topology == Topology::required) return false;
    }
  }
  if (avoid.first < avoid.last) return false;
  return range = all_nodes(), holds(range, free_nodes_, whole, rest);
}

/// Whole nodes of the domains of a range (whole domains): of the domain with the fewest free nodes that has enough,
/// else of those with the most.
void Fleet::fill_domains(NodeRange range, int whole, std::vector<Slice>& out) const {
  const int first = domain_of(range.first), last = domain_of(range.last - 1) + 1;
  if (first + 1 == last || shape_.domain == 1) {
    for (int node = range.first - 1; whole > 0; --whole) {
      node = nodes_by_free_.first(shape_.node, node + 1, range.last);
      out.push_back({node, shape_.node});
    }
    return;
  }
  // The sets stay as they are while domains are filled: those above `level`, and of it those before `after`, are full.
  int level = std::min(shape_.domain, shape_.nodes), after = first;
  while (whole > 0) {
    int d = -1;
    for (int fit = domains_by_free_.next_level(whole); d < 0 && fit >= 0 && fit < level;
         fit = domains_by_free_.next_level(fit + 1))
      d = domains_by_free_.first(fit, first, last);
    if (d < 0) {
      d = domains_by_free_.first(level, after, last), after = d + 1;
      if (d < 0) {
        --level, after = first;
        continue;
      }
    }
    const int n = std::min(whole, domains_by_free_.level(d));
    fill_domains(domain_nodes(d), n, out);
    whole -= n;
  }
}

void Fleet::fill(NodeRange range, int whole, int rest, std::vector<Slice>& out) const {
  const size_t from = out.size();
  const int first = pod_of(range.first), last = pod_of(range.last - 1) + 1;
  if (first + 1 == last) {
    fill_domains(range, whole, out);
  } else {
    std::vector<int> pods;  // the most free nodes first, the best fit for what is left
    for (int p = first; p < last; ++p)
      if (pods_by_free_.level(p) > 0) pods.push_back(p);
    std::stable_sort(pods.begin(), pods.end(),
                     [this](int a, int b) { return pods_by_free_.level(a) > pods_by_free_.level(b); });
    for (size_t i = 0; whole > 0; ++i) {
      size_t at = i;
      while (at + 1 < pods.size() && pods_by_free_.level(pods[at + 1]) >= whole) ++at;
      const int n = std::min(whole, pods_by_free_.level(pods[at]));
      fill_domains(pod_nodes(pods[at]), n, out);
      whole -= n;
    }
  }
  if (rest == 0) return;
  int node = partial_node(rest, range, {});
  for (int at = range.first; node < 0; ++at) {
    at = nodes_by_free_.first(shape_.node, at, range.last);
    const auto taken = [at](const Slice& s) { return s.node == at; };
    if (std::none_of(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), taken)) node = at;
  }
  out.push_back({node, rest});
}

bool Fleet::find(int n, Topology topology, NodeRange avoid, std::vector<Slice>& out) const {
  out.clear();
  if (n > free_) return false;
  if (n <= shape_.node) {
    int node = n < shape_.node ? partial_node(n, all_nodes(), avoid) : -1;
    if (node < 0) node = whole_node(avoid);
    if (node >= 0) out.push_back({node, n});
    return node >= 0;
  }
  NodeRange range;
  const int whole = n / shape_.node, rest = n % shape_.node;
  if (!find_nodes(whole, rest, topology, avoid, range)) return false;
  if (topology == Topology::any) {
    int node = -1;
    for (int left = whole; left > 0; --left)
      out.push_back({node = nodes_by_free_.first(shape_.node, node + 1, shape_.nodes), shape_.node});
    if (rest > 0) {
      int last = partial_node(rest, range, {});
      if (last < 0) last = nodes_by_free_.first(shape_.node, node + 1, shape_.nodes);
      out.push_back({last, rest});
    }
  } else {
    fill(range, whole, rest, out);
  }
  return true;
}

bool Fleet::fits(int n, Topology topology) const {
  if (n > free_) return false;
  if (n <= shape_.node) return nodes_by_free_.next_level(n) >= 0;
  NodeRange range;
  return find_nodes(n / shape_.node, n % shape_.node, topology, {}, range);
}

int Fleet::find_more(std::span<const Slice> place, int n, int full, Topology topology, std::vector<Slice>& out) const {
  out.clear();
  const int at = place.front().node;
  if (full <= shape_.node) {
    const int more = std::min(n, free_of(at));
    if (more > 0) out.push_back({at, more});
    return std::max(more, 0);
  }
  NodeRange range = all_nodes();
  if (topology != Topology::any) {
    NodeRange held{at, at + 1};
    for (const Slice& s : place) held = {std::min(held.first, s.node), std::max(held.last, s.node + 1)};
    const NodeRange domain = domain_nodes(domain_of(at)), pod = pod_nodes(pod_of(at));
    const int nodes = nodes_of(full);
    if (nodes <= shape_.domain && held.last <= domain.last && held.first >= domain.first) range = domain;
    else if (nodes <= shape_.pod && held.last <= pod.last && held.first >= pod.first) range = pod;
  }
  int got = 0;
  for (const Slice& s : place) {  // its nodes that it does not hold whole
    const int more = std::min(n - got, free_of(s.node));
    if (more > 0) out.push_back({s.node, more}), got += more;
  }
  for (int node = nodes_by_free_.first(shape_.node, range.first, range.last); node >= 0 && n - got >= shape_.node;
       node = nodes_by_free_.first(shape_.node, node + 1, range.last))
    out.push_back({node, shape_.node}), got += shape_.node;
  return got;
}

std::vector<Slice> joined(std::vector<Slice> place, const std::vector<Slice>& more) {
  for (const Slice& s : more) {
    const auto same = std::find_if(place.begin(), place.end(), [&](const Slice& p) { return p.node == s.node; });
    if (same != place.end()) same->count += s.count;
    else place.push_back(s);
  }
  std::sort(place.begin(), place.end(), [](const Slice& a, const Slice& b) { return a.node < b.node; });
  return place;
}

}  // namespace orrery::operations
