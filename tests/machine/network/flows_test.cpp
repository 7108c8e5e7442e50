#include "machine/network/flows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/network/folding.h"

namespace orrery::network {
namespace {

/// Random capacities, paths without repeated links, and now and then weights and limits.
FlowProblem random_problem() {
  const int links = *rc::gen::inRange(1, 30), flows = *rc::gen::inRange(1, 60);
  const bool weighted = *rc::gen::arbitrary<bool>(), limited = *rc::gen::arbitrary<bool>();
  FlowProblem p;
  for (int l = 0; l < links; ++l) p.capacity.push_back(*rc::gen::inRange(1, 100));
  p.first.push_back(0);
  for (int f = 0; f < flows; ++f) {
    const int hops = *rc::gen::inRange(1, std::min(links, 6) + 1);
    std::vector<LinkId> path;
    for (int h = 0; h < hops; ++h) {
      const auto l = *rc::gen::inRange<LinkId>(0, static_cast<LinkId>(links));
      if (std::find(path.begin(), path.end(), l) == path.end()) path.push_back(l);
    }
    p.links.insert(p.links.end(), path.begin(), path.end());
    p.first.push_back(static_cast<std::uint32_t>(p.links.size()));
    if (limited) p.limit.push_back(*rc::gen::inRange(1, 50));
  }
  if (weighted)
    for (size_t i = 0; i < p.links.size(); ++i) p.weight.push_back(*rc::gen::inRange(1, 9) / 4.0);
  return p;
}

TEST(MaxMin, CertificateHoldsOnAThousandRandomProblems) {
  const bool good = rc::check("certificate", [] {
    const FlowProblem p = random_problem();
    const std::vector<double> rates = max_min_rates(p);
    const Certificate c = check_max_min(p, rates);
    RC_ASSERT(c.holds);
    // The check is worth something: neither less nor more than these rates passes it.
    std::vector<double> less = rates, more = rates;
    less[0] *= 0.9;
    more[0] *= 1.1;
    RC_ASSERT(!check_max_min(p, less).holds);
    RC_ASSERT(!check_max_min(p, more).holds);
  });
  EXPECT_TRUE(good);
}

TEST(MaxMin, CertificateHoldsOnRandomNetworks) {
  // Ten more times a hundred problems: random graphs of cables with random traffic, routed by shortest paths.
  for (int trial = 0; trial < 1000; ++trial) {
    Choice pick(mix(static_cast<std::uint64_t>(trial)));
    Graph g;
    g.host_count = 2 + pick.of(12);
    const std::uint32_t switches = 1 + pick.of(8);
    for (std::uint32_t i = 0; i < g.host_count + switches; ++i) g.names.push_back("n" + std::to_string(i));
    auto cable = [&](std::uint32_t a, std::uint32_t b) {
      const double bandwidth = 1 + pick.of(8);
      g.arcs.push_back({a, b, bandwidth, 0});
      g.arcs.push_back({b, a, bandwidth, 0});
    };
    for (std::uint32_t h = 0; h < g.host_count; ++h) cable(h, g.host_count + pick.of(switches));
    for (std::uint32_t s = 1; s < switches; ++s) cable(g.host_count + s, g.host_count + pick.of(s));
    for (std::uint32_t e = pick.of(8); e > 0 && switches > 1; --e) {
      const std::uint32_t a = pick.of(switches), b = (a + 1 + pick.of(switches - 1)) % switches;
      cable(g.host_count + a, g.host_count + b);
    }
    connect(g);
    std::vector<Pair> pairs;
    for (std::uint32_t f = 1 + pick.of(40); f > 0; --f) {
      const Host a = pick.of(g.host_count);
      pairs.push_back({a, (a + 1 + pick.of(g.host_count - 1)) % g.host_count});
    }
    const RoutedTraffic routed = route_ecmp({"g", g}, pairs, static_cast<std::uint64_t>(trial));
    const std::vector<double> rates = max_min_rates(routed.problem);
    EXPECT_TRUE(check_max_min(routed.problem, rates).holds) << trial;
    // A faster link never lowers the smallest rate.
    FlowProblem faster = routed.problem;
    faster.capacity[pick.of(static_cast<std::uint32_t>(faster.capacity.size()))] *= 2;
    const std::vector<double> grown = max_min_rates(faster);
    EXPECT_GE(*std::min_element(grown.begin(), grown.end()),
              *std::min_element(rates.begin(), rates.end()) * (1 - 1e-12))
        << trial;
  }
}

RC_GTEST_PROP(MaxMin, RenumberingLinksAndFlowsChangesNothing, ()) {
  FlowProblem p = random_problem();
  p.weight.clear();
  p.limit.clear();
  const std::vector<double> rates = max_min_rates(p);
  const std::size_t links = p.capacity.size(), flows = p.flows();
  FlowProblem q;
  q.capacity.resize(links);
  for (std::size_t l = 0; l < links; ++l) q.capacity[links - 1 - l] = p.capacity[l];
  q.first.push_back(0);
  for (std::size_t f = flows; f-- > 0;) {
    for (std::uint32_t i = p.first[f]; i < p.first[f + 1]; ++i)
      q.links.push_back(static_cast<LinkId>(links - 1 - p.links[i]));
    q.first.push_back(static_cast<std::uint32_t>(q.links.size()));
  }
  const std::vector<double> other = max_min_rates(q);
  for (std::size_t f = 0; f < flows; ++f) RC_ASSERT(std::abs(rates[f] - other[flows - 1 - f]) <= 1e-9 * rates[f]);
}

TEST(MaxMin, RenumberingHostsOfASprayedFatTreeChangesNothing) {
  ClosDescription d;
  d.hosts = 128;
  d.radix = 16;
  d.nic = Bandwidth(1);
  d.taper = {3, 1, 1, 1};
  const Topology t{"ft", design(d)};
  const auto& c = std::get<Clos>(t.shape);
  const std::vector<Pair> pairs = permutation_traffic(128, 5);
  // Swap the leaves' hosts about inside each leaf, and whole leaves: a symmetry of the tree.
  auto renumbered = [&](Host h) { return (h / c.m[1] ^ 1) * c.m[1] + (c.m[1] - 1 - h % c.m[1]); };
  std::vector<Pair> other;
  for (const Pair& p : pairs) other.push_back({renumbered(p.from) % 128, renumbered(p.to) % 128});
  if (128 % (2 * c.m[1]) == 0) {
    const std::vector<double> a = max_min_rates(route_spray(t, pairs).problem),
                              b = max_min_rates(route_spray(t, other).problem);
    for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
  }
}

TEST(MaxMin, KnownAnswers) {
  // Bertsekas and Gallager's kind of example: a long flow shares two links with short ones.
  const FlowProblem p{.capacity = {1, 2}, .first = {0, 2, 3, 4}, .links = {0, 1, 0, 1}, .weight = {}, .limit = {}};
  const std::vector<double> rates = max_min_rates(p);
  EXPECT_DOUBLE_EQ(rates[0], 0.5);
  EXPECT_DOUBLE_EQ(rates[1], 0.5);
  EXPECT_DOUBLE_EQ(rates[2], 1.5);
  EXPECT_EQ(bottlenecks(p, rates)[2], 1u);
  const std::vector<double> done = completion_times(p, {1, 1, 1});
  // The short flow on link 1 ends at 2/3; nothing frees link 0 until both of its flows end at 2.
  EXPECT_NEAR(done[2], 2.0 / 3, 1e-12);
  EXPECT_NEAR(done[0], 2, 1e-12);
  EXPECT_NEAR(done[1], 2, 1e-12);
  const std::vector<double> later = completion_times(p, {1, 1, 1}, {0, 1, 0});
  EXPECT_NEAR(later[0], 1, 1e-12);  // alone on link 0 until it ends
  EXPECT_NEAR(later[1], 2, 1e-12);
  EXPECT_THROW(max_min_rates({.capacity = {1}, .first = {0, 1}, .links = {1}, .weight = {}, .limit = {}}), Error);
}

Clos tree_of(ClosDescription::Rails rails, std::uint32_t domain, double taper) {
  ClosDescription d;
  d.radix = 16;
  d.taper = {taper, taper, 1, 1};
  d.nic = Bandwidth(50e9);
  d.rails = rails;
  d.domain = domain;
  d.scale_up = Bandwidth(200e9);
  d.hosts = taper == 1 ? 1024 : 1152;
  return design(d);
}

TEST(Folding, SymbolicClassesMatchUnfoldedTraffic) {
  using Rails = ClosDescription::Rails;
  for (double taper : {1.0, 3.0})
    for (const auto& [rails, domain] :
         {std::pair{Rails::none, 1u}, {Rails::none, 4u}, {Rails::optimised, 4u}, {Rails::only, 4u}}) {
      const Clos c = tree_of(rails, domain, taper);
      const Topology t{"ft", c};
      auto compare = [&](const FoldedRates& folded, const std::vector<Pair>& pairs) {
        EXPECT_TRUE(check_max_min(folded.problem, folded.rates).holds);
        const RoutedTraffic routed = route_spray(t, pairs);
        const std::vector<double> rates = max_min_rates(routed.problem);
        std::vector<double> sorted = rates, classes;
        std::sort(sorted.begin(), sorted.end());
        std::vector<std::pair<double, double>> expected;
        for (const FlowClass& f : folded.classes) expected.emplace_back(f.rate, f.flows);
        std::sort(expected.begin(), expected.end());
        double at = 0;
        for (const auto& [rate, flows] : expected)
          for (double i = 0; i < flows; ++i, ++at) {
            ASSERT_LT(at, static_cast<double>(sorted.size()));
            ASSERT_NEAR(sorted[static_cast<size_t>(at)], rate, 1e-9 * rate) << c.hosts;
          }
        EXPECT_EQ(at, static_cast<double>(sorted.size()));
      };
      if (taper == 1.0) compare(all_to_all_rates(c), all_to_all_traffic(c.hosts));
    }
}

TEST(Folding, SymbolicAllToAllWithFailuresMatchesUnfolded) {
  ClosDescription d;
  d.radix = 8;
  d.hosts = 128;
  d.nic = Bandwidth(50e9);
  const Topology t{"ft", design(d)};
  const Failures failures = random_failures(t, 0.05, 3);
  ASSERT_GT(failures.count, 0u);
  const FoldedRates folded = all_to_all_rates(std::get<Clos>(t.shape), failures);
  EXPECT_TRUE(check_max_min(folded.problem, folded.rates).holds);
  std::vector<double> rates = max_min_rates(route_spray(t, all_to_all_traffic(128), &failures).problem);
  std::sort(rates.begin(), rates.end());
  std::vector<std::pair<double, double>> expected;
  double flows = 0;
  for (const FlowClass& f : folded.classes) expected.emplace_back(f.rate, f.flows), flows += f.flows;
  EXPECT_EQ(flows, 128.0 * 127);
  std::sort(expected.begin(), expected.end());
  size_t at = 0;
  for (const auto& [rate, count] : expected)
    for (double i = 0; i < count; ++i) ASSERT_NEAR(rates[at++], rate, 1e-9 * rate);
}

TEST(Traffic, PatternsAndPlacements) {
  std::vector<char> hit(1000, 0);
  for (const Pair& p : permutation_traffic(1000, 3)) {
    EXPECT_NE(p.from, p.to);
    EXPECT_FALSE(hit[p.to]);
    hit[p.to] = 1;
  }
  for (Placement how : {Placement::packed, Placement::spread, Placement::random}) {
    std::vector<Host> at = hosts_of_jobs(Topology{"1000", make_torus({10, 10, 10}, false, Bandwidth(1))}, 7, 100, how);
    EXPECT_EQ(at.size(), 700u);
    std::sort(at.begin(), at.end());
    EXPECT_EQ(std::unique(at.begin(), at.end()), at.end());
    EXPECT_LT(at.back(), 1000u);
  }
  EXPECT_EQ(read_traffic("0 1\n# x\n2, 3\n", "t", 4).size(), 2u);
  EXPECT_THROW(read_traffic("0 9\n", "t", 4), Error);
  EXPECT_THROW(incast_traffic(4, 4), Error);
}

}  // namespace
}  // namespace orrery::network
