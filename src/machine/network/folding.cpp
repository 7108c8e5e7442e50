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

/// Numbers the colours by first appearance; returns how many there are.
std::uint32_t number_colours(const std::vector<std::uint64_t>& colours, const std::vector<char>* present,
                             std::vector<std::uint32_t>& classes) {
  std::unordered_map<std::uint64_t, std::uint32_t> number;
  classes.assign(colours.size(), none);
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (present != nullptr && !(*present)[i]) continue;
    classes[i] = number.emplace(colours[i], static_cast<std::uint32_t>(number.size())).first->second;
  }
  return static_cast<std::uint32_t>(number.size());
}

void check_full(const Clos& c) {
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
  Link link(double capacity, std::string kind) {
    problem.capacity.push_back(capacity);
    link_kinds.push_back(std::move(kind));
    return static_cast<Link>(problem.capacity.size() - 1);
  }
  void cross(Link link, double weight) {
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
  const std::vector<Link> at = bottlenecks(out.problem, out.rates);
  out.classes = std::move(classes);
  for (std::size_t i = 0; i < out.classes.size(); ++i) {
    out.classes[i].rate = out.rates[i];
    if (at[i] != none) out.classes[i].bottleneck = b.link_kinds[at[i]];
  }
  return out;
}

}  // namespace

Folding fold(const FlowProblem& p) {
  const std::size_t flows = p.flows(), links = p.capacity.size();
  std::vector<std::uint64_t> flow(flows), link(links), sum(links);
  std::vector<char> used(links, 0);
  for (std::size_t f = 0; f < flows; ++f) flow[f] = p.limit.empty() ? 1 : mix(std::bit_cast<std::uint64_t>(p.limit[f]));
  for (std::size_t l = 0; l < links; ++l) link[l] = mix(std::bit_cast<std::uint64_t>(p.capacity[l]) + 1);
  for (Link l : p.links) used[l] = 1;
  auto weight = [&](std::uint32_t i) { return p.weight.empty() ? 0 : std::bit_cast<std::uint64_t>(p.weight[i]); };

  Folding folding;
  std::uint32_t flow_classes = 0, link_classes = 0;
  while (true) {
    // Links by the multiset of their flows, then flows by that of their links; sums of mixed colours stand for
    // multisets.
    std::fill(sum.begin(), sum.end(), 0);
    for (std::size_t f = 0; f < flows; ++f)
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) sum[p.links[i]] += mix(flow[f] ^ mix(weight(i)));
    for (std::size_t l = 0; l < links; ++l) link[l] = mix(link[l] ^ mix(sum[l]));
    for (std::size_t f = 0; f < flows; ++f) {
      std::uint64_t crossed = 0;
      for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) crossed += mix(link[p.links[i]] ^ mix(weight(i)));
      flow[f] = mix(flow[f] ^ mix(crossed));
    }
    const std::uint32_t fc = number_colours(flow, nullptr, folding.flow_class);
    const std::uint32_t lc = number_colours(link, &used, folding.link_class);
    if (fc == flow_classes && lc == link_classes) break;
    flow_classes = fc;
    link_classes = lc;
  }

  // One link stands for its class: how many flows of each class cross it are the weights.
  std::vector<Link> representative(link_classes, none);
  FlowProblem& c = folding.classes;
  c.capacity.resize(link_classes);
  for (Link l = 0; l < links; ++l)
    if (folding.link_class[l] != none && representative[folding.link_class[l]] == none) {
      representative[folding.link_class[l]] = l;
      c.capacity[folding.link_class[l]] = p.capacity[l];
    }
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> crossings;  // (flow class, link class)
  for (std::size_t f = 0; f < flows; ++f)
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i) {
      const Link l = p.links[i];
      if (representative[folding.link_class[l]] == l)
        crossings[{folding.flow_class[f], folding.link_class[l]}] += p.weight.empty() ? 1 : p.weight[i];
    }
  c.first.push_back(0);
  for (auto it = crossings.begin(); c.flows() < flow_classes;) {
    for (; it != crossings.end() && it->first.first == c.flows(); ++it) {
      c.links.push_back(it->first.second);
      c.weight.push_back(it->second);
    }
    c.first.push_back(static_cast<std::uint32_t>(c.links.size()));
  }
  if (!p.limit.empty()) {
    c.limit.resize(flow_classes);
    for (std::size_t f = 0; f < flows; ++f) c.limit[folding.flow_class[f]] = p.limit[f];
  }
  return folding;
}

std::vector<double> unfold(const Folding& folding, const std::vector<double>& class_rates) {
  std::vector<double> rates(folding.flow_class.size());
  for (std::size_t f = 0; f < rates.size(); ++f) rates[f] = class_rates[folding.flow_class[f]];
  return rates;
}

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
  Link out = none, in = none;
  if (c.domain > 1) {
    out = b.link(c.scale_up, "scale-up out");
    in = b.link(c.scale_up, "scale-up in");
  }
  std::vector<Link> up(tiers + 1), down(tiers + 1);
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

FoldedRates ring_step_rates(const Clos& c, std::uint32_t stride) {
  check_full(c);
  const auto tiers = static_cast<size_t>(c.tiers);
  const bool by_rail = c.rails != Rails::none && tiers >= 1 && c.domain > 1;
  if (stride < 1 || stride >= c.hosts || (by_rail && stride % c.domain != 0))
    throw Error(
        {}, "stride", "of " + std::to_string(stride) + " is no ring over the network",
        by_rail ? "on rails a multiple of the domain's " + std::to_string(c.domain) + " is" : "1 to hosts - 1 are");
  // On rails the ring is one per rail over the servers; a subtree above the leaves holds all rails.
  const double s = by_rail ? stride / c.domain : stride;
  const double n = by_rail ? c.hosts / c.domain : c.hosts;
  std::vector<double> size(tiers + 1), rails(tiers + 1, 1);
  for (size_t l = 0; l <= tiers; ++l) {
    size[l] = static_cast<double>(c.below[l]);
    if (c.rails == Rails::optimised && (l >= 2 || tiers == 1) && l > 0) {
      size[l] /= c.domain;
      rails[l] = c.domain;
    }
  }
  auto divides = [](double a, double x) { return x == static_cast<double>(static_cast<std::uint64_t>(x / a)) * a; };
  for (size_t l = 1; l <= tiers; ++l)
    if (!divides(s, size[l]) && !divides(size[l], s))
      throw Error({}, "stride",
                  "of " + std::to_string(stride) + " cuts subtrees of tier " + std::to_string(l) + " unevenly",
                  "a divisor of " + std::to_string(static_cast<std::uint64_t>(size[l])) + " would not");
  auto leaving = [&](double group) { return n * std::min(1.0, s / group); };
  const double total = by_rail ? c.domain : 1;
  const bool in_domain = !by_rail && c.domain > 1;
  if (in_domain && (!divides(c.domain, size[1]) || (!divides(s, c.domain) && !divides(c.domain, s))))
    throw Error({}, "stride",
                "of " + std::to_string(stride) + " cuts scale-up domains of " + std::to_string(c.domain) + " unevenly",
                "1 or " + std::to_string(c.domain) + " would not");
  Builder b;
  std::vector<FlowClass> classes;
  double before = n;
  if (in_domain) {
    before = leaving(c.domain);
    if (n - before > 0) {
      b.cross(b.link(c.scale_up, "scale-up"), 1);
      b.end_flow();
      classes.push_back({0, (n - before) * total, 0, ""});
    }
  }
  for (size_t l = 1; l <= tiers; ++l) {
    const double after = l == tiers ? 0 : leaving(size[l]);
    const double flows = before - after;
    before = after;
    if (flows <= 0) continue;
    // The flows that leave a subtree together meet their ends at the same level, so its links carry this class alone.
    for (size_t t = 1; t <= l; ++t) {
      const double together = std::min(size[t - 1], s) * rails[t - 1];
      b.cross(b.link(fat_capacity(c, t), "tier " + std::to_string(t) + " up"), together);
      b.cross(b.link(fat_capacity(c, t), "tier " + std::to_string(t) + " down"), together);
    }
    b.end_flow();
    classes.push_back({static_cast<int>(l), flows * total, 0, ""});
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
  const FatTree tree = fat_tree(c, &failures);
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
        type.up = tree.capacity[tree.first[l + 1] + s];
        type.down = tree.capacity[tree.first[l + 1] + count + s];
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
