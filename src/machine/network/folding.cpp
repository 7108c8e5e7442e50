#include "machine/network/folding.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "base/error.h"

namespace orrery::network {
namespace {

using Rails = ClosDescription::Rails;
constexpr std::uint32_t none = 0xffffffffu;

void check_full(const Clos& c) {
  if (c.rails != Rails::none && c.rail_count != c.domain)
    throw Error({}, "rails", "of trays are not folded", "use the unfolded flow problem");
  if (c.below[static_cast<size_t>(c.tiers)] * (c.rails == Rails::only ? c.domain : 1) != c.hosts)
    throw Error(
        {}, "hosts", std::to_string(c.hosts) + " do not fill the tree, so its subtrees are not alike",
        std::to_string(c.below[static_cast<size_t>(c.tiers)] * (c.rails == Rails::only ? c.domain : 1)) + " would");
}

double fat_capacity(const Clos& c, size_t tier) {
  return static_cast<double>(c.above[tier - 1]) * c.w[tier] * c.p[tier] * c.bandwidth[tier];
}

/// Collects crossings flow by flow.
struct Builder {
  FlowProblem problem;
  std::vector<std::string> link_kinds;
  Builder() { problem.first.push_back(0); }
  LinkId link(double capacity, std::string kind) {
    problem.capacity.push_back(capacity);
    link_kinds.push_back(std::move(kind));
    return static_cast<LinkId>(problem.capacity.size() - 1);
  }
  void cross(LinkId link, double weight) {
    if (weight <= 0) return;
    problem.links.push_back(link);
    problem.weight.push_back(weight);
  }
  void end_flow() { problem.first.push_back(static_cast<std::uint32_t>(problem.links.size())); }
};

FoldedRates finish(Builder&& b, std::vector<FlowClass> classes) {
  FoldedRates out;
  out.problem = std::move(b.problem);
  out.rates = max_min_rates(out.problem);
  const std::vector<LinkId> at = bottlenecks(out.problem, out.rates);
  out.classes = std::move(classes);
  for (std::size_t i = 0; i < out.classes.size(); ++i) {
    out.classes[i].rate = out.rates[i];
    if (at[i] != none) out.classes[i].bottleneck = b.link_kinds[at[i]];
  }
  return out;
}

}  // namespace

FoldedRates all_to_all_rates(const Clos& c) {
  check_full(c);
  const auto tiers = static_cast<size_t>(c.tiers);
  const double n = c.hosts, d = c.domain;
  // Destinations of one host by the level where the paths meet, those in its own domain apart.
  std::vector<double> destinations(tiers + 1, 0);
  for (size_t l = 1; l <= tiers; ++l) destinations[l] = static_cast<double>(c.below[l] - c.below[l - 1]);
  if (c.domain > 1 && c.rails != Rails::only) {
    size_t meet = 1;  // where the members of a domain would meet in the tree
    if (c.rails == Rails::optimised && tiers > 1) meet = 2;
    if (c.below[meet] % c.domain != 0)
      throw Error({}, "domain",
                  "of " + std::to_string(c.domain) + " does not divide the " + std::to_string(c.below[meet]) +
                      " hosts of a group, so hosts are not alike",
                  "a divisor would");
    destinations[meet] -= d - 1;
  }
  Builder b;
  LinkId out = none, in = none;
  if (c.domain > 1) {
    out = b.link(c.scale_up, "scale-up out");
    in = b.link(c.scale_up, "scale-up in");
  }
  std::vector<LinkId> up(tiers + 1), down(tiers + 1);
  for (size_t l = 1; l <= tiers; ++l) {
    up[l] = b.link(fat_capacity(c, l), "tier " + std::to_string(l) + " up");
    down[l] = b.link(fat_capacity(c, l), "tier " + std::to_string(l) + " down");
  }
  std::vector<FlowClass> classes;
  if (c.domain > 1) {
    b.cross(out, d - 1);
    b.cross(in, d - 1);
    b.end_flow();
    classes.push_back({0, n * (d - 1), 0, ""});
  }
  for (const bool relayed : {false, true}) {
    if (relayed && c.rails != Rails::only) break;
    const double rails = relayed ? d - 1 : 1;  // rails a host reaches this way
    for (size_t l = relayed ? 0 : 1; l <= tiers; ++l) {
      const double each = rails * destinations[l];
      if (each <= 0) continue;
      if (relayed) {
        b.cross(out, each);
        b.cross(in, each);
      }
      for (size_t t = 1; t <= l; ++t) {
        const double hosts_below = static_cast<double>(c.below[t - 1]);
        b.cross(up[t], hosts_below * each);
        b.cross(down[t], hosts_below * each);
      }
      b.end_flow();
      classes.push_back({static_cast<int>(l), n * each, 0, ""});
    }
  }
  return finish(std::move(b), std::move(classes));
}

namespace {

/// A kind of subtree: its fat links to the level above, and how many children of which kind it has.
struct SubtreeType {
  int level = 0;
  double up = 0, down = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> children;  ///< (type, how many), by type
  auto operator<=>(const SubtreeType&) const = default;
};

/// A type with the types of all its ancestors: its members are alike under the symmetries of the whole tree.
struct SubtreeClass {
  std::uint32_t type = 0, parent = none, depth = 0;
  double in_parent = 1;  ///< members below one member of the parent
  std::vector<std::uint32_t> children;
};

}  // namespace

FoldedRates all_to_all_rates(const Clos& c, const Failures& failures) {
  check_full(c);
  if (c.rails != Rails::none || c.domain > 1)
    throw Error({}, "rails", "and scale-up domains are not folded under failures", "use the unfolded flow problem");
  const FatTree tree = fat_tree(c);
  const auto tiers = static_cast<size_t>(c.tiers);
  std::map<SubtreeType, std::uint32_t> number;
  std::vector<const SubtreeType*> types;
  std::vector<std::uint32_t> below, here;
  for (size_t l = 0; l <= tiers; ++l) {
    const std::uint64_t count = c.subtrees(static_cast<int>(l));
    here.assign(count, 0);
    for (std::uint64_t s = 0; s < count; ++s) {
      SubtreeType type;
      type.level = static_cast<int>(l);
      if (l < tiers) {
        type.up = fat_capacity(c, tree, tree.first[l + 1] + s, &failures);
        type.down = fat_capacity(c, tree, tree.first[l + 1] + count + s, &failures);
      }
      if (l > 0) {
        std::vector<std::uint32_t> kinds(below.begin() + static_cast<std::ptrdiff_t>(s * c.m[l]),
                                         below.begin() + static_cast<std::ptrdiff_t>((s + 1) * c.m[l]));
        std::sort(kinds.begin(), kinds.end());
        for (std::uint32_t kind : kinds) {
          if (type.children.empty() || type.children.back().first != kind) type.children.emplace_back(kind, 0);
          ++type.children.back().second;
        }
      }
      const auto [it, fresh] = number.emplace(std::move(type), static_cast<std::uint32_t>(types.size()));
      if (fresh) types.push_back(&it->first);
      here[s] = it->second;
    }
    below.swap(here);
  }

  std::vector<SubtreeClass> classes(1);
  classes[0].type = below[0];
  std::vector<std::vector<std::uint32_t>> hosts_of;  // host classes below each class
  for (std::uint32_t i = 0; i < classes.size(); ++i)
    for (const auto& [kind, count] : types[classes[i].type]->children) {
      SubtreeClass child;
      child.type = kind;
      child.parent = i;
      child.depth = classes[i].depth + 1;
      child.in_parent = count;
      classes[i].children.push_back(static_cast<std::uint32_t>(classes.size()));
      classes.push_back(child);
    }
  hosts_of.resize(classes.size());
  for (std::uint32_t i = static_cast<std::uint32_t>(classes.size()); i-- > 0;) {
    if (classes[i].children.empty()) hosts_of[i].push_back(i);
    for (std::uint32_t child : classes[i].children)
      hosts_of[i].insert(hosts_of[i].end(), hosts_of[child].begin(), hosts_of[child].end());
  }
  double pairs = 0;
  for (const SubtreeClass& meet : classes)
    for (std::uint32_t x : meet.children)
      for (std::uint32_t y : meet.children)
        pairs += static_cast<double>(hosts_of[x].size()) * static_cast<double>(hosts_of[y].size());
  constexpr double most_pairs = 2e6;  // of classes of hosts: a second or two, and half a gigabyte
  if (pairs > most_pairs)
    throw Error({}, "fail", "leaves more than " + std::to_string(static_cast<int>(most_pairs)) + " classes of flows",
                "fail fewer links");
  auto members = [&](std::uint32_t host, std::uint32_t above) {  // hosts of a class below one member of `above`
    double n = 1;
    for (std::uint32_t i = host; i != above; i = classes[i].parent) n *= classes[i].in_parent;
    return n;
  };
  Builder b;
  for (std::uint32_t i = 1; i < classes.size(); ++i) {
    const SubtreeType& type = *types[classes[i].type];
    b.link(type.up, "tier " + std::to_string(type.level + 1) + " up");
    b.link(type.down, "tier " + std::to_string(type.level + 1) + " down");
  }
  auto up = [](std::uint32_t i) { return 2 * (i - 1); };
  std::vector<FlowClass> flows;
  for (std::uint32_t meet = 0; meet < classes.size(); ++meet) {
    double meets = 1;
    for (std::uint32_t i = meet; i != 0; i = classes[i].parent) meets *= classes[i].in_parent;
    for (std::uint32_t x : classes[meet].children)
      for (std::uint32_t y : classes[meet].children) {
        const double same = x == y ? 1 : 0;
        if (classes[y].in_parent - same <= 0) continue;
        for (std::uint32_t from : hosts_of[x])
          for (std::uint32_t to : hosts_of[y]) {
            const double destinations = (classes[y].in_parent - same) * members(to, y);
            const double sources = (classes[x].in_parent - same) * members(from, x);
            double gathered = 1;
            for (std::uint32_t i = from;; i = classes[i].parent) {
              b.cross(up(i), gathered * destinations);
              if (i == x) break;
              gathered *= classes[i].in_parent;
            }
            gathered = 1;
            for (std::uint32_t i = to;; i = classes[i].parent) {
              b.cross(up(i) + 1, gathered * sources);
              if (i == y) break;
              gathered *= classes[i].in_parent;
            }
            b.end_flow();
            flows.push_back({types[classes[meet].type]->level,
                             meets * classes[x].in_parent * members(from, x) * destinations, 0, ""});
          }
      }
  }
  return finish(std::move(b), std::move(flows));
}

}  // namespace orrery::network
