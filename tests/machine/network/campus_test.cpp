// Buildings joined by DCI, and several jobs on one network, against closed forms.
#include "machine/network/campus.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "machine/network/jobs.h"
#include "machine/network/study.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

TEST(Campus, RatesBetweenBuildingsAreTheLinesShared) {
  const Network n = make_network(facts(), "two-buildings");
  const Clos& c = std::get<Clos>(n.topology.shape);
  ASSERT_EQ(c.hosts, 3584u);
  EXPECT_EQ(c.tiers, 3);
  // Everyone to the same place in the other building: 1,792 flows each way over 224 lines of a card's rate.
  std::vector<Pair> pairs;
  for (Host h = 0; h < c.hosts; ++h) pairs.push_back({h, (h + c.hosts / 2) % c.hosts});
  const RoutedTraffic routed = route_spray(n.topology, pairs);
  const std::vector<double> rates = max_min_rates(routed.problem);
  EXPECT_TRUE(check_max_min(routed.problem, rates).holds);
  for (double rate : rates) EXPECT_NEAR(rate, 50e9 / 8, 1);
  EXPECT_NEAR(n.fabric.scale_out.spans.back().bandwidth_share, 1.0 / 8, 1e-12);
  // 40 km of fibre take 196 us.
  EXPECT_NEAR(n.fabric.scale_out.spans.back().latency, 4e-6 + 195.87e-6, 1e-7);
}

TEST(Campus, AllReduceAcrossBuildingsTendsToItsClosedForm) {
  const Network n = make_network(facts(), "two-buildings");
  // A ring of one rank from each domain crosses with every step: 2 (k - 1) / k vectors at an eighth of the long-message
  // rate, and all the rest is latency that size does not change.
  const int k = 448;
  const double simple = n.fabric.scale_out.efficiency[2], rate = 50e9 / 8 * simple;
  Fabric ring = n.fabric;
  ring.scale_out.tree_efficiency = 1e-9;
  ring.scale_out.in_network_efficiency = 0;
  const Group group{k, 1, 1};
  const double big = collective_time(ring, Collective::all_reduce, Data(64e9), group).value(),
               bigger = collective_time(ring, Collective::all_reduce, Data(128e9), group).value();
  EXPECT_NEAR(bigger - big, 64e9 * 2 * (k - 1) / k / rate, 1e-6 * bigger);
  // Inside one building the lines do not matter, and over more kilometres it takes longer.
  const Group inside{224, 1, 1};
  const double near = collective_time(ring, Collective::all_reduce, Data(64e9), inside).value();
  EXPECT_LT(4 * near, big);
}

TEST(Campus, BillHasTwoModulesALine) {
  const Study s = study(facts(), "two-buildings", {});
  ASSERT_TRUE(s.bill) << s.bill_problem;
  double modules = 0, nics = 0, cost = 0;
  for (const BillLine& line : s.bill->lines) {
    if (line.place == "DCI" && line.item == "zr-400") modules += line.count;
    if (line.place == "hosts") nics += line.count;
    cost += line.cost().value();
  }
  EXPECT_EQ(modules, 448);  // both ends of 224 lines
  EXPECT_EQ(nics, 3584);
  EXPECT_NEAR(cost, s.bill->cost.value(), 1e-6 * cost);
  EXPECT_NEAR(s.bill->bisection.value(), 224 * 50e9, 1);
  EXPECT_NEAR(s.bill->oversubscription, 8, 1e-9);
}

TEST(Campus, RefusesWhatCannotBeJoined) {
  const Network n = make_network(facts(), "two-buildings");
  Campus campus = *n.campus;
  campus.buildings = 1;
  EXPECT_THROW(join_buildings(campus), Error);
  campus = *n.campus;
  campus.lines = 0;
  EXPECT_THROW(join_buildings(campus), Error);
  campus = *n.campus;
  campus.distance = 1e6;
  EXPECT_THROW(campus_bill(campus, n.parts, facts()), Error);
}

RC_GTEST_PROP(Campus, MoreLinesNeverSlowAnyone, ()) {
  Campus campus = *make_network(facts(), "two-buildings").campus;
  campus.lines = *rc::gen::inRange<std::uint32_t>(1, 1792);
  const Topology few{"few", join_buildings(campus)};
  campus.lines += *rc::gen::inRange<std::uint32_t>(1, 500);
  const Topology more{"more", join_buildings(campus)};
  const std::vector<Pair> pairs = permutation_traffic(3584, *rc::gen::inRange<std::uint64_t>(1, 1000));
  const auto least = [&](const Topology& t) {
    const std::vector<double> rates = max_min_rates(route_spray(t, pairs).problem);
    return *std::min_element(rates.begin(), rates.end());
  };
  RC_ASSERT(least(more) >= least(few) * (1 - 1e-9));
}

/// Ranks in a ring on these hosts.
TrafficJob ring_job(const char* name, std::vector<Host> hosts) {
  const auto n = static_cast<std::uint32_t>(hosts.size());
  return {name, std::move(hosts), ring_traffic(n)};
}

TEST(Jobs, TwoThatShareTheLinesGetHalfEachAndOneApartKeepsItsOwn) {
  const Network n = make_network(facts(), "two-buildings");
  // Two jobs whose ranks alternate between the buildings: each sends a flow a rank over the 224 lines.
  std::vector<Host> first, second, apart(64);
  for (Host h = 0; h < 256; ++h) {
    first.push_back(8 * (h / 2) + (h % 2) * 1792);
    second.push_back(8 * (h / 2) + 1 + (h % 2) * 1792);
  }
  std::iota(apart.begin(), apart.end(), 1024);
  for (Host& h : apart) h = 1024 + (h - 1024) * 8;
  const std::vector<JobRates> r =
      job_rates(n.topology, {ring_job("a", first), ring_job("b", second), ring_job("c", apart)});
  // 128 flows a job and direction: alone at a card's rate, together 256 share 224 lines.
  EXPECT_NEAR(r[0].alone, 50e9, 1);
  EXPECT_NEAR(r[0].together, 50e9 * 224 / 256, 1);
  EXPECT_NEAR(r[1].together, r[0].together, 1);
  EXPECT_NEAR(r[2].slowdown(), 1, 1e-9);
  EXPECT_THROW(job_rates(n.topology, {{"bad", {0, 1}, {{0, 2}}}}), Error);
}

RC_GTEST_PROP(Jobs, TheFirstJobIsNeverFasterBesideOthers, ()) {
  const Network n = make_network(facts(), "two-buildings");
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const std::vector<Host> order = place(3584, 3584, Placement::random, 1, seed);
  const auto cut = static_cast<std::ptrdiff_t>(*rc::gen::inRange(2, 3500));
  const TrafficJob a = ring_job("a", {order.begin(), order.begin() + cut}),
                   b = ring_job("b", {order.begin() + cut, order.end()});
  // The slowest flow of all is never faster than the slowest of either job alone.
  const std::vector<JobRates> r = job_rates(n.topology, {a, b});
  RC_ASSERT(std::min(r[0].together, r[1].together) <= std::min(r[0].alone, r[1].alone) * (1 + 1e-9));
}

}  // namespace
}  // namespace orrery::network
