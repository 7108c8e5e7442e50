// Buildings joined by DCI, and several jobs on one network, against closed forms.
#include "machine/network/campus.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "machine/network/answer.h"
#include "support/facts.h"
#include "support/refusal.h"

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
  const NetworkAnswer s = answer(facts(), "two-buildings", {});
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

/// Every rank to the same place in the next server, around: the rings of all rails at once.
NetworkQuestion rails_of_two_jobs(std::uint32_t ranks_of_a_job, Placement placement) {
  NetworkQuestion q;
  q.jobs = 2;
  q.placement = placement;
  q.traffic_file = "rails";
  for (std::uint32_t r = 0; r < ranks_of_a_job; ++r)
    q.traffic += std::to_string(r) + " " + std::to_string((r + 8) % ranks_of_a_job) + "\n";
  return q;
}

TEST(Jobs, DealtOutOverTheBuildingsShareTheLinesAndPackedKeepToTheirOwn) {
  // Servers alternate between the buildings: 896 flows a job and direction on 224 lines of a card's rate.
  const TrafficAnswer spread = *answer(facts(), "two-buildings", rails_of_two_jobs(1792, Placement::spread)).traffic;
  ASSERT_EQ(spread.jobs.size(), 2u);
  for (const JobRates& job : spread.jobs) {
    EXPECT_NEAR(job.least_alone, 50e9 * 224 / 896, 1);
    EXPECT_NEAR(job.mean_alone, job.least_alone, 1);
    EXPECT_NEAR(job.least, 50e9 * 224 / 1792, 1);
    EXPECT_NEAR(job.slowdown(), 2, 1e-9);
  }
  const TrafficAnswer packed = *answer(facts(), "two-buildings", rails_of_two_jobs(1792, Placement::packed)).traffic;
  for (const JobRates& job : packed.jobs) {
    EXPECT_NEAR(job.least, 50e9, 1);
    EXPECT_NEAR(job.slowdown(), 1, 1e-9);
  }
}

RC_GTEST_PROP(Jobs, TheSlowestFlowOfAllIsNeverFasterThanAlone, ()) {
  const std::uint32_t ranks = 8 * *rc::gen::inRange(2, 225);
  NetworkQuestion q = rails_of_two_jobs(ranks, *rc::gen::element(Placement::spread, Placement::random));
  q.ranks = 2 * ranks;
  q.packet.seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const std::vector<JobRates> jobs = answer(facts(), "h100-tapered", q).traffic->jobs;
  RC_ASSERT(std::min(jobs[0].least, jobs[1].least) <= std::min(jobs[0].least_alone, jobs[1].least_alone) * (1 + 1e-9));
}

TEST(Jobs, RefusesPartsThatCannotBe) {
  NetworkQuestion q;
  q.traffic = "ring";
  q.jobs = 3584;
  EXPECT_TRUE(says(refusal([&] { answer(facts(), "two-buildings", q); }), "fewer than two"));
  q.jobs = 3;
  q.placement = Placement::spread;
  EXPECT_TRUE(says(refusal([&] { answer(facts(), "two-buildings", q); }), "would split servers of 8"));
}

}  // namespace
}  // namespace orrery::network
