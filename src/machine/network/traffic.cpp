#include "machine/network/traffic.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/error.h"

namespace orrery::network {
namespace {

/// Positions 0 .. n - 1 in a random order that is one cycle.
std::vector<std::uint32_t> cyclic_order(std::uint32_t n, std::uint64_t seed) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  for (std::uint32_t i = n; i > 1; --i) std::swap(order[i - 1], order[Choice(mix(seed) ^ i).of(i - 1)]);
  return order;
}

/// Numbers the links of the problem and gives their capacities: as they are, or of a large network those crossed.
template <class CapacityOf>
void number_links(RoutedTraffic& routed, std::uint64_t links, CapacityOf capacity_of) {
  constexpr std::uint64_t most_listed = 1u << 23;
  FlowProblem& p = routed.problem;
  if (links <= most_listed) {
    p.capacity.resize(links);
    for (std::uint64_t l = 0; l < links; ++l) p.capacity[l] = capacity_of(l);
    return;
  }
  routed.crossed = p.links;
  std::sort(routed.crossed.begin(), routed.crossed.end());
  routed.crossed.erase(std::unique(routed.crossed.begin(), routed.crossed.end()), routed.crossed.end());
  for (LinkId& l : p.links)
    l = static_cast<LinkId>(std::lower_bound(routed.crossed.begin(), routed.crossed.end(), l) - routed.crossed.begin());
  for (LinkId l : routed.crossed) p.capacity.push_back(capacity_of(l));
}

void number_links(RoutedTraffic& routed, const Topology& t) {
  std::visit(
      [&](const auto& shape) {
        number_links(routed, shape.links(), [&](std::uint64_t l) { return shape.capacity(static_cast<LinkId>(l)); });
      },
      t.shape);
}

void check_hosts(const Topology& t, const std::vector<Pair>& pairs) {
  const std::uint32_t n = hosts(t);
  for (const Pair& p : pairs)
    if (p.from >= n || p.to >= n)
      throw Error({}, "traffic", "names host " + std::to_string(std::max(p.from, p.to)) + " of " + std::to_string(n),
                  "hosts are 0 to " + std::to_string(n - 1));
}

}  // namespace

std::vector<Pair> ring_traffic(std::uint32_t n, std::uint32_t stride) {
  std::vector<Pair> pairs(n);
  for (std::uint32_t i = 0; i < n; ++i) pairs[i] = {i, static_cast<Host>((i + static_cast<std::uint64_t>(stride)) % n)};
  return pairs;
}

std::vector<Pair> permutation_traffic(std::uint32_t n, std::uint64_t seed) {
  const std::vector<std::uint32_t> to = cyclic_order(n, seed);
  std::vector<Pair> pairs(n);
  for (std::uint32_t i = 0; i < n; ++i) pairs[i] = {i, to[i]};
  return pairs;
}

std::vector<Pair> all_to_all_traffic(std::uint32_t n) {
  std::vector<Pair> pairs;
  pairs.reserve(static_cast<size_t>(n) * (n - 1));
  for (std::uint32_t a = 0; a < n; ++a)
    for (std::uint32_t b = 0; b < n; ++b)
      if (a != b) pairs.push_back({a, b});
  return pairs;
}

std::vector<Pair> incast_traffic(std::uint32_t n, std::uint32_t senders) {
  if (senders < 1 || senders >= n)
    throw Error({}, "senders", "of " + std::to_string(senders) + " do not fit " + std::to_string(n) + " hosts",
                "1 to " + std::to_string(n - 1) + " do");
  std::vector<Pair> pairs(senders);
  for (std::uint32_t i = 0; i < senders; ++i)
    pairs[i] = {static_cast<Host>(1 + static_cast<std::uint64_t>(i) * (n - 1) / senders), 0};
  return pairs;
}

std::vector<Pair> read_traffic(std::string_view text, const std::string& file, std::uint32_t n) {
  constexpr std::size_t most_pairs = 10000000;
  std::vector<Pair> pairs;
  int line_number = 0;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = text.substr(start, end - start);
    start = end + 1;
    ++line_number;
    line = line.substr(0, line.find('#'));
    std::array<std::uint32_t, 2> ends{};
    size_t found = 0;
    bool bad = false;
    for (size_t i = 0; i < line.size() && !bad;) {
      if (line[i] == ' ' || line[i] == ',' || line[i] == '\t' || line[i] == '\r') {
        ++i;
        continue;
      }
      if (found == 2) {
        bad = true;
        break;
      }
      const auto [stop, error] = std::from_chars(line.data() + i, line.data() + line.size(), ends[found]);
      bad = error != std::errc() || ends[found] >= n;
      ++found;
      i = static_cast<size_t>(stop - line.data());
    }
    if (found == 0 && !bad) continue;
    const Place place{file, line_number, 1};
    if (bad || found != 2)
      throw Error(place, "traffic", "is not a pair of hosts below " + std::to_string(n), "write for example '0 17'");
    if (ends[0] == ends[1])
      throw Error(place, "traffic", "sends from host " + std::to_string(ends[0]) + " to itself", "name two hosts");
    if (pairs.size() == most_pairs)
      throw Error(place, "traffic", "is one pair more than the " + std::to_string(most_pairs) + " that are read",
                  "leave out those from here on");
    pairs.push_back({ends[0], ends[1]});
  }
  if (pairs.empty()) throw Error({file}, "traffic", "has no pair of hosts", "write for example '0 17'");
  return pairs;
}

std::vector<Host> hosts_of_jobs(const Topology& t, std::uint32_t jobs, std::uint32_t each, Placement placement,
                                std::uint64_t seed) {
  std::vector<Host> at(static_cast<size_t>(jobs) * each);
  std::iota(at.begin(), at.end(), 0u);
  if (placement == Placement::packed) return at;
  const Clos* clos = std::get_if<Clos>(&t.shape);
  const std::uint32_t server = clos == nullptr ? 1 : clos->domain;
  if (each % server != 0)
    throw Error({}, "placement",
                "of jobs of " + std::to_string(each) + " ranks would split servers of " + std::to_string(server),
                "ask for ranks that are whole servers, or for jobs packed");
  const std::vector<std::uint32_t> order =
      placement == Placement::random ? cyclic_order(hosts(t) / server, seed) : std::vector<std::uint32_t>();
  for (Host& host : at) {
    const std::uint32_t i = host / server;
    host = (placement == Placement::random ? order[i] : i % jobs * (each / server) + i / jobs) * server + host % server;
  }
  return at;
}

RoutedTraffic route_ecmp(const Topology& t, const std::vector<Pair>& pairs, std::uint64_t seed, std::uint32_t paths,
                         const Failures* failures) {
  check_hosts(t, pairs);
  RoutedTraffic routed;
  routed.paths = std::max(1u, paths);
  FlowProblem& p = routed.problem;
  const size_t flows = pairs.size() * routed.paths;
  p.first.reserve(flows + 1);
  p.first.push_back(0);
  p.links.reserve(flows * 6);
  const bool failing = failures != nullptr && failures->count > 0;
  const std::uint64_t key = mix(seed);
  std::visit(
      [&](const auto& shape) {
        for (std::uint32_t i = 0; i < pairs.size(); ++i)
          for (std::uint32_t k = 0; k < routed.paths; ++k) {
            const std::uint64_t choice = key + k;
            const size_t start = p.links.size();
            shape.route(pairs[i].from, pairs[i].to, choice, p.links);
            bool up = true;
            if (failing)
              for (size_t j = start; j < p.links.size() && up; ++j) up = !failures->down(p.links[j]);
            if (!up) {
              p.links.resize(start);
              if (!route_around(t, *failures, pairs[i].from, pairs[i].to, choice, p.links, &routed.drawn)) {
                if (p.limit.empty()) p.limit.assign(flows, 1e300);
                p.limit[static_cast<size_t>(i) * routed.paths + k] = 0;
                if (routed.cut_off.empty() || routed.cut_off.back() != i) routed.cut_off.push_back(i);
              }
            }
            routed.drawn += path_work + static_cast<double>(p.links.size() - start);
            p.first.push_back(static_cast<std::uint32_t>(p.links.size()));
          }
      },
      t.shape);
  number_links(routed, t);
  return routed;
}

FatTree fat_tree(const Clos& c) {
  FatTree tree;
  for (size_t l = 1; l <= static_cast<size_t>(c.tiers); ++l) {
    tree.first[l] = tree.links;
    tree.links += 2 * c.subtrees(static_cast<int>(l) - 1);
  }
  tree.first[static_cast<size_t>(c.tiers) + 1] = tree.links;
  tree.links += c.links() - c.scale_up_first;
  return tree;
}

double fat_capacity(const Clos& c, const FatTree& tree, std::uint64_t link, const Failures* failures) {
  const auto tiers = static_cast<size_t>(c.tiers);
  if (link >= tree.first[tiers + 1]) return c.scale_up;
  size_t l = 1;
  while (l < tiers && link >= tree.first[l + 1]) ++l;
  const std::uint64_t ports = c.above[l - 1] * c.w[l] * c.p[l];
  std::uint64_t up = ports;
  if (failures != nullptr && failures->count > 0) {
    const std::uint64_t subtrees = c.subtrees(static_cast<int>(l) - 1), i = link - tree.first[l];
    up -= failures->down(c.first[l] + i / subtrees * c.count[l] + i % subtrees * ports, ports);
  }
  return static_cast<double>(up) * c.bandwidth[l];
}

double narrowest_capacity(const Clos& c, int tier, const Failures& failures) {
  const auto l = static_cast<size_t>(tier);
  const std::uint64_t ports = c.above[l - 1] * c.w[l] * c.p[l], cables = 2 * c.count[l];
  std::uint64_t worst = 0;
  if (failures.down(c.first[l], cables) > 0)
    for (std::uint64_t i = 0; i < cables; i += ports) worst = std::max(worst, failures.down(c.first[l] + i, ports));
  return static_cast<double>(ports - worst) * c.bandwidth[l];
}

void fat_route(const Clos& c, const FatTree& tree, Host a, Host b, Path& path) {
  if (c.route_in_domain(a, b, tree.first[static_cast<size_t>(c.tiers) + 1], path)) return;
  std::uint64_t x = c.position(a), y = c.position(b);
  std::array<std::uint64_t, most_tiers + 1> down{};
  size_t l = 0;
  while (x != y) {
    ++l;
    path.push_back(static_cast<LinkId>(tree.first[l] + x));
    down[l] = tree.first[l] + c.subtrees(static_cast<int>(l) - 1) + y;
    x /= c.m[l];
    y /= c.m[l];
  }
  for (; l >= 1; --l) path.push_back(static_cast<LinkId>(down[l]));
}

RoutedTraffic route_spray(const Topology& t, const std::vector<Pair>& pairs, const Failures* failures,
                          std::uint32_t samples) {
  check_hosts(t, pairs);
  RoutedTraffic routed;
  FlowProblem& p = routed.problem;
  p.first.reserve(pairs.size() + 1);
  p.first.push_back(0);
  if (const Clos* clos = std::get_if<Clos>(&t.shape)) {
    const FatTree tree = fat_tree(*clos);
    p.links.reserve(pairs.size() * 6);
    for (const Pair& pair : pairs) {
      fat_route(*clos, tree, pair.from, pair.to, p.links);
      p.first.push_back(static_cast<std::uint32_t>(p.links.size()));
    }
    routed.drawn = path_work * static_cast<double>(pairs.size()) + static_cast<double>(p.links.size());
    number_links(routed, tree.links, [&](std::uint64_t l) { return fat_capacity(*clos, tree, l, failures); });
    for (std::uint32_t i = 0; i < pairs.size(); ++i)
      if (std::any_of(p.links.begin() + p.first[i], p.links.begin() + p.first[i + 1],
                      [&](LinkId l) { return p.capacity[l] <= 0; }))
        routed.cut_off.push_back(i);
    return routed;
  }
  Path path;
  std::vector<LinkId> crossed;
  for (std::uint32_t i = 0; i < pairs.size(); ++i) {
    crossed.clear();
    std::uint32_t drawn = 0;
    for (std::uint32_t k = 0; k < samples; ++k) {
      path.clear();
      if (failures != nullptr ? route_around(t, *failures, pairs[i].from, pairs[i].to, mix(k), path, &routed.drawn)
                              : (route(t, pairs[i].from, pairs[i].to, mix(k), path), true)) {
        ++drawn;
        routed.drawn += path_work + static_cast<double>(path.size());
        crossed.insert(crossed.end(), path.begin(), path.end());
      }
    }
    if (drawn == 0) {
      if (p.limit.empty()) p.limit.assign(pairs.size(), 1e300);
      p.limit[i] = 0;
      routed.cut_off.push_back(i);
    }
    std::sort(crossed.begin(), crossed.end());
    for (size_t j = 0; j < crossed.size();) {
      size_t end = j;
      while (end < crossed.size() && crossed[end] == crossed[j]) ++end;
      p.links.push_back(crossed[j]);
      p.weight.push_back(static_cast<double>(end - j) / drawn);
      j = end;
    }
    p.first.push_back(static_cast<std::uint32_t>(p.links.size()));
  }
  number_links(routed, t);
  return routed;
}

}  // namespace orrery::network
