#include "machine/network/topology.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>

#include "base/error.h"
#include "support/refusal.h"

namespace orrery::network {
namespace {

ClosDescription described(std::uint32_t hosts, std::uint32_t radix) {
  ClosDescription d;
  d.hosts = hosts;
  d.radix = radix;
  d.nic = Bandwidth(50e9);
  return d;
}

/// The two nodes of a Clos link as (level, node), from its number alone.
using Node = std::pair<size_t, std::uint64_t>;
std::pair<Node, Node> ends(const Clos& c, LinkId link) {
  size_t l = 1;
  while (l < static_cast<size_t>(c.tiers) && link >= c.first[l + 1]) ++l;
  std::uint64_t i = link - c.first[l];
  const bool down = i >= c.count[l];
  if (down) i -= c.count[l];
  const std::uint64_t ports = static_cast<std::uint64_t>(c.w[l]) * c.p[l], node = i / ports,
                      parent = i % ports / c.p[l];
  const std::uint64_t tree = node / c.above[l - 1] / c.m[l], upper = node % c.above[l - 1] * c.w[l] + parent;
  const Node low{l - 1, node}, high{l, tree * c.above[l] + upper};
  return down ? std::pair{high, low} : std::pair{low, high};
}

/// Levels up to the nearest common ancestor of two hosts; one more than the tiers where there is none.
int meeting_level(const Clos& c, Host a, Host b) {
  std::uint64_t x = c.position(a), y = c.position(b);
  int level = 0;
  for (; x != y && level < c.tiers; ++level) x /= c.m[level + 1], y /= c.m[level + 1];
  return x == y ? level : level + 1;
}

RC_GTEST_PROP(Clos, RoutesAreContiguousUpThenDown, ()) {
  ClosDescription d = described(*rc::gen::inRange<std::uint32_t>(1, 3000), 2 * *rc::gen::inRange<std::uint32_t>(6, 40));
  d.planes = *rc::gen::element(1u, 2u, 4u);
  if (most_hosts(d.radix, 4, d.taper) < d.hosts) RC_DISCARD();
  const Clos c = design(d);
  const Host a = *rc::gen::inRange<Host>(0, c.hosts), b = *rc::gen::inRange<Host>(0, c.hosts);
  Path path;
  c.route(a, b, *rc::gen::arbitrary<std::uint64_t>(), path);
  RC_ASSERT(path.size() == 2u * static_cast<size_t>(meeting_level(c, a, b)));
  Node at{0, c.position(a)};
  for (LinkId l : path) {
    RC_ASSERT(l < c.links());
    RC_ASSERT(ends(c, l).first == at);
    at = ends(c, l).second;
  }
  RC_ASSERT(at == Node(0, c.position(b)));
}

TEST(Clos, CountsMatchClosedForms) {
  for (std::uint32_t k : {4u, 8u, 36u, 64u, 128u}) {
    const Clos two = design(described(k * k / 2, k));
    EXPECT_EQ(two.tiers, 2);
    EXPECT_EQ(two.switches(1) + two.switches(2), 3 * k / 2);
    EXPECT_EQ(two.count[2], k * k / 2);
    const Clos three = design(described(k * k * k / 4, k));
    EXPECT_EQ(three.tiers, 3);
    EXPECT_EQ(three.switches(1) + three.switches(2) + three.switches(3), 5ull * k * k / 4);
    EXPECT_EQ(three.count[2] + three.count[3], static_cast<std::uint64_t>(k) * k * k / 2);
  }
  EXPECT_EQ(design(described(131072, 64)).tiers, 4);
}

TEST(Clos, HashSpreadsOverAllPaths) {
  const Clos c = design(described(1024, 16));
  std::set<Path> seen;
  for (std::uint64_t hash = 0; hash < 4000; ++hash) {
    Path path;
    c.route(0, 1023, hash, path);
    seen.insert(path);
  }
  EXPECT_EQ(seen.size(), 64u);
}

TEST(Clos, RailsKeepToTheirLeaves) {
  ClosDescription d = described(2048, 64);
  d.domain = 8;
  d.scale_up = Bandwidth(450e9);
  d.rails = ClosDescription::Rails::optimised;
  const Clos optimised = design(d);
  EXPECT_EQ(meeting_level(optimised, 0, 8), 1);  // the next server, same rail
  EXPECT_EQ(meeting_level(optimised, 0, 9), 2);  // the next server, other rail
  std::set<std::uint64_t> positions;
  for (Host h = 0; h < d.hosts; ++h) positions.insert(optimised.position(h));
  EXPECT_EQ(positions.size(), d.hosts);
  EXPECT_EQ(*positions.rbegin(), d.hosts - 1u);
  d.rails = ClosDescription::Rails::only;
  const Clos only = design(d);
  EXPECT_EQ(meeting_level(only, 0, 9), only.tiers + 1);
  Path path;
  only.route(0, 9, 1, path);  // by NVLink to accelerator 1, then its rail
  ASSERT_EQ(path.size(), 2u + 2u * static_cast<size_t>(meeting_level(only, 1, 9)));
  EXPECT_GE(path[0], only.scale_up_first);
  EXPECT_EQ(only.switches(1) % 8, 0u);
}

TEST(Clos, RailUnitsNeedNotBeFull) {
  ClosDescription d = described(256, 144);  // 32 servers of 8, where a unit has 72
  d.domain = 8;
  d.scale_up = Bandwidth(900e9);
  d.rails = ClosDescription::Rails::optimised;
  const Clos one = design(d);
  EXPECT_EQ(one.switches(1), 8u);
  EXPECT_EQ(one.switches(2), 4u);
  EXPECT_EQ(one.positions(), 256u);
  EXPECT_EQ(one.cables(1), 256u);
  EXPECT_EQ(one.cables(2), 256u);
  EXPECT_EQ(one.links(), 2u * 256 + 2u * 256 + 2u * 256);
  d.hosts = 1104;  // 138 servers: one unit of 72, 66 in the next
  const Clos two = design(d);
  EXPECT_EQ(two.switches(1), 16u);
  EXPECT_EQ(two.positions(), 1152u);
  EXPECT_EQ(two.cables(1), 1104u);
  EXPECT_LE(two.cables(2), 1152u);
  EXPECT_GE(two.cables(2), 1104u);
  std::set<std::uint64_t> positions;
  for (Host h = 0; h < d.hosts; ++h) positions.insert(two.position(h));
  EXPECT_EQ(positions.size(), d.hosts);
  EXPECT_LT(*positions.rbegin(), two.positions());
  EXPECT_EQ(meeting_level(two, 0, 8), 1);
  EXPECT_EQ(meeting_level(two, 0, 1096), 2);  // the same rail in the other unit
  Path path;
  two.route(3, 1099, 7, path);
  for (LinkId l : path) EXPECT_LT(l, two.links());
}

TEST(Refusals, SayWhatWouldFit) {
  EXPECT_NE(refusal([] { design(described(1000, 63)); }).find("62 or 64"), std::string::npos);
  ClosDescription three = described(131072, 64);
  three.tiers = 3;
  const std::string over = refusal([&] { design(three); });
  EXPECT_NE(over.find("65536"), std::string::npos) << over;
  EXPECT_NE(over.find("4 tiers"), std::string::npos) << over;
  EXPECT_NE(over.find("radix of 82"), std::string::npos) << over;
  ClosDescription none = described(64, 64);
  none.planes = 0;
  EXPECT_NE(refusal([&] { design(none); }).find("plane without switches"), std::string::npos);
  const std::string prime = refusal([] { make_torus({7, 7, 7}, true, Bandwidth(1)); });
  EXPECT_NE(prime.find("7 has no half"), std::string::npos) << prime;
  EXPECT_NE(prime.find("4 x 4 x 8"), std::string::npos) << prime;
  EXPECT_NE(
      refusal([] {
        make_dragonfly({.groups = 40, .routers = 4, .hosts_per_router = 2, .global_per_router = 2, .bandwidth = 1});
      }).find("9 groups would fit"),
      std::string::npos);
  EXPECT_NE(refusal([] {
              make_hyperx({16, 16, 1}, 16, Bandwidth(1), 32);
            }).find("2 hosts per switch"),
            std::string::npos)
      << refusal([] {
           make_hyperx({16, 16, 1}, 16, Bandwidth(1), 32);
         });
  EXPECT_NE(refusal([] { read_graph("host a\nhost b\nlink a c 1Gb/s\n", "g.net"); }).find("g.net:3"),
            std::string::npos);
  ClosDescription odd = described(1001, 64);
  odd.domain = 8;
  odd.scale_up = Bandwidth(1);
  odd.rails = ClosDescription::Rails::optimised;
  EXPECT_NE(refusal([&] { design(odd); }).find("1000 or 1008"), std::string::npos);
}

RC_GTEST_PROP(Torus, RoutesAreShortestAndContiguous, ()) {
  const bool twisted = *rc::gen::arbitrary<bool>();
  const int k = *rc::gen::inRange(2, 5);
  const Vector3 size =
      twisted ? *rc::gen::element(Vector3{k, k, 2 * k}, Vector3{k, 2 * k, 2 * k}, Vector3{k + 1, 2 * k + 2, 1})
              : Vector3{*rc::gen::inRange(1, 7), *rc::gen::inRange(1, 7), *rc::gen::inRange(1, 7)};
  const Torus t = make_torus(size, twisted, Bandwidth(1));
  const Host a = *rc::gen::inRange<Host>(0, t.hosts()), b = *rc::gen::inRange<Host>(0, t.hosts());
  // Breadth-first search over the neighbours knows the true distance.
  std::vector<int> distance(t.hosts(), -1);
  std::vector<Host> queue{a};
  distance[a] = 0;
  for (size_t i = 0; i < queue.size(); ++i)
    for (LinkId port = 0; port < 6; ++port) {
      const Host next = t.neighbour(queue[i], port);
      if (distance[next] < 0) {
        distance[next] = distance[queue[i]] + 1;
        queue.push_back(next);
      }
    }
  Path path;
  t.route(a, b, *rc::gen::arbitrary<std::uint64_t>(), path);
  RC_ASSERT(static_cast<int>(path.size()) == distance[b]);
  Host at = a;
  for (LinkId l : path) {
    RC_ASSERT(l / 6 == at);
    at = t.neighbour(at, l % 6);
  }
  RC_ASSERT(at == b);
}

TEST(Torus, TwistSpeedsUpAllToAllAsMeasuredOnTpuV4) {
  // Jouppi et al., ISCA 2023: 1.63 at 4 x 4 x 8 and 1.31 at 4 x 8 x 8 (network/collectives_published.csv C153, C154).
  auto ratio = [](Vector3 size) {
    return all_to_all_rate(make_torus(size, true, Bandwidth(50e9))) /
           all_to_all_rate(make_torus(size, false, Bandwidth(50e9)));
  };
  EXPECT_NEAR(ratio({4, 4, 8}) / 1.63, 1, 0.08);
  EXPECT_NEAR(ratio({4, 8, 8}) / 1.31, 1, 0.08);
}

RC_GTEST_PROP(HyperX, RoutesTakeOneHopPerDifferingDimension, ()) {
  const HyperX x = make_hyperx({*rc::gen::inRange(2u, 5u), *rc::gen::inRange(1u, 5u), *rc::gen::inRange(1u, 5u)},
                               *rc::gen::inRange(1u, 4u), Bandwidth(1));
  const Host a = *rc::gen::inRange<Host>(0, x.hosts());
  const Host b = (a + *rc::gen::inRange<Host>(1, x.hosts())) % x.hosts();  // another one
  Path path;
  x.route(a, b, *rc::gen::arbitrary<std::uint64_t>(), path);
  std::uint32_t at = a / x.hosts_per_switch;
  RC_ASSERT(path.front() == 2 * a && path.back() == 2 * b + 1);
  const std::uint32_t row = x.size[0] + x.size[1] + x.size[2];
  for (size_t i = 1; i + 1 < path.size(); ++i) {
    const std::uint32_t s = (path[i] - 2 * x.hosts()) / row;
    std::uint32_t port = (path[i] - 2 * x.hosts()) % row, stride = 1;
    RC_ASSERT(s == at);
    for (size_t d = 0; d < 3; stride *= x.size[d], ++d) {
      if (port < x.size[d]) {
        const std::uint32_t mine = at / stride % x.size[d];
        RC_ASSERT(mine != port);
        at = at - mine * stride + port * stride;
        break;
      }
      port -= x.size[d];
    }
  }
  RC_ASSERT(at == b / x.hosts_per_switch);
}

TEST(HammingMesh, RoutesUseOnlyCablesThatAreThere) {
  const HammingMesh h = make_hamming_mesh({4, 2}, {3, 4}, Bandwidth(1));
  for (Host a = 0; a < h.hosts(); ++a)
    for (Host b = 0; b < h.hosts(); ++b) {
      Path path;
      h.route(a, b, a * 7 + b, path);
      EXPECT_EQ(path.empty(), a == b);
      for (LinkId l : path) EXPECT_GT(h.capacity(l), 0);
      // Leave a board and come back to one: as many links from networks as dimensions whose board changed.
      if (!path.empty()) {
        EXPECT_EQ(path.front() / 4, a);
      }
    }
}

RC_GTEST_PROP(Dragonfly, GlobalLinksPairUp, ()) {
  Dragonfly d{.groups = *rc::gen::inRange(2u, 12u),
              .routers = *rc::gen::inRange(1u, 6u),
              .spines = *rc::gen::element(0u, 3u),
              .hosts_per_router = 2,
              .global_per_router = 12,
              .bandwidth = 1,
              .detour = *rc::gen::arbitrary<bool>()};
  d = make_dragonfly(d);
  const Host a = *rc::gen::inRange<Host>(0, d.hosts()), b = *rc::gen::inRange<Host>(0, d.hosts());
  Path path;
  d.route(a, b, *rc::gen::arbitrary<std::uint64_t>(), path);
  std::uint32_t group = a / d.hosts_per_router / d.routers;
  int crossings = 0;
  const std::uint64_t ports = static_cast<std::uint64_t>(d.gateways()) * d.global_per_router;
  for (LinkId l : path) {
    RC_ASSERT(l < d.links());
    if (l < d.global_first()) continue;
    RC_ASSERT((l - d.global_first()) / ports == group);
    group = (group + 1 + static_cast<std::uint32_t>((l - d.global_first()) % ports) / d.parallel()) % d.groups;
    ++crossings;
  }
  RC_ASSERT(group == b / d.hosts_per_router / d.routers);
  RC_ASSERT(crossings <= (d.detour ? 2 : 1));
  if (a != b) RC_ASSERT(path.front() == 2 * a && path.back() == 2 * b + 1);
}

/// Numbers that stand for no cable have no capacity, are not counted, not crossed and do not fail.
RC_GTEST_PROP(Links, ArePresentCountedAndCrossedAlike, ()) {
  const auto size = [](std::uint32_t most) { return *rc::gen::inRange(1u, most + 1); };
  const Bandwidth link(1e9);
  Topology t{"any", make_hyperx({size(4), size(4), size(3)}, size(3), link)};
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      t.shape =
          make_torus({static_cast<int>(size(5)), static_cast<int>(size(4)), static_cast<int>(size(3))}, false, link);
      break;
    case 1:
      t.shape = make_hamming_mesh({size(3), size(3)}, {size(3), size(3)}, link);
      break;
    case 2:
      t.shape = make_dragonfly({.groups = size(5),
                                .routers = size(4),
                                .spines = *rc::gen::element(0u, 2u),
                                .hosts_per_router = size(3),
                                .global_per_router = size(3) + 3,
                                .bandwidth = 1e9});
      break;
    default:
      break;
  }
  const std::vector<double> all = capacities(t);
  RC_ASSERT(static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [](double c) { return c > 0; })) ==
            present_links(t));
  for (int i = 0; i < 20; ++i) {
    Path path;
    route(t, *rc::gen::inRange<Host>(0, hosts(t)), *rc::gen::inRange<Host>(0, hosts(t)),
          *rc::gen::arbitrary<std::uint64_t>(), path);
    for (const LinkId l : path) RC_ASSERT(all[l] > 0);
  }
  const Failures failures = random_failures(t, 0.7, *rc::gen::arbitrary<std::uint64_t>());
  std::uint64_t failed = 0;
  for (LinkId l = 0; l < all.size(); ++l)
    if (failures.down(l, 1) > 0) ++failed, RC_ASSERT(all[l] > 0);
  RC_ASSERT(failed == failures.count);
}

TEST(Graph, ReadsAndRoutes) {
  const Graph g = read_graph(
      "# two leaves, two spines\nhost a\nhost b\nswitch l1\nswitch l2\nswitch s1\nswitch s2\n"
      "link a l1 400Gb/s 1us\nlink b l2 400Gb/s\nlink l1 s1 400Gb/s\nlink l1 s2 400Gb/s\n"
      "link l2 s1 400Gb/s\nlink l2 s2 400Gb/s\n",
      "g.net");
  std::set<Path> seen;
  for (std::uint64_t hash = 0; hash < 50; ++hash) {
    Path path;
    g.route(0, 1, hash, path);
    ASSERT_EQ(path.size(), 4u);
    seen.insert(path);
  }
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_DOUBLE_EQ(g.capacity(0), 50e9);
}

TEST(Failures, RoutesAvoidThem) {
  const Topology t{"ft", design(described(1024, 16))};
  const Failures failures = random_failures(t, 0.05, 7);
  EXPECT_NEAR(static_cast<double>(failures.count) / 4096, 0.05, 0.02);
  for (Host a = 0; a < 1024; a += 7) {
    Path path;
    if (!route_around(t, failures, a, (a + 511) % 1024, a, path)) continue;
    for (LinkId l : path) EXPECT_FALSE(failures.down(l));
  }
  // A plane's failure leaves the other planes; a leaf's failure cuts its hosts off.
  ClosDescription two = described(512, 32);
  two.planes = 2;
  const Clos c = design(two);
  Path path;
  Failures plane, leaf, top;
  fail_planes(plane, c, 1);
  EXPECT_EQ(plane.count, 2u * 512);
  EXPECT_TRUE(route_around(Topology{"2p", c}, plane, 0, 511, 3, path));
  EXPECT_THROW(fail_planes(plane, c, 2), Error);
  const Clos& tree = std::get<Clos>(t.shape);
  fail_switch(leaf, tree, 1, 0);
  fail_switch(top, tree, 3, 0);
  EXPECT_FALSE(route_around(t, leaf, 0, 511, 3, path));
  EXPECT_TRUE(route_around(t, top, 0, 511, 3, path));
  EXPECT_THROW(fail_switch(top, tree, 4, 0), Error);
}

}  // namespace
}  // namespace orrery::network
