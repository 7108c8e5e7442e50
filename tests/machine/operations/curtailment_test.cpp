// Power caps on a fleet: as the file says them, against a plain evaluation at any time, and what jobs then hold.
#include "machine/operations/curtailment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "base/error.h"
#include "machine/operations/policies.h"

namespace orrery::operations {
namespace {

constexpr double day = 86400;

std::vector<Curtailment> read(const std::string& text) {
  return read_curtailments(parse_csv(text, "caps.csv"));
}

std::string message_of(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(Curtailments, AreReadInDays) {
  const std::vector<Curtailment> caps = read("share,start,end\n0.5,1,2.5\n0,0,73000\n");
  ASSERT_EQ(caps.size(), 2u);
  EXPECT_EQ(caps[0].from, day);
  EXPECT_EQ(caps[0].to, 2.5 * day);
  EXPECT_EQ(caps[0].share, 0.5);
  EXPECT_EQ(caps[1].share, 0);
}

TEST(Curtailments, AreRefusedWhereTheyCannotBe) {
  const std::string head = "start,end,share\n0,1,1\n";
  EXPECT_EQ(message_of(head + "1,x,0.5\n"),
            "caps.csv:3:2: end: expected a number, found 'x'; give days from 0 to 73,000");
  EXPECT_EQ(message_of(head + "-1,2,0.5\n"), "caps.csv:3:1: start: is -1; give days from 0 to 73,000");
  EXPECT_EQ(message_of(head + "1,73001,0.5\n"), "caps.csv:3:2: end: is 73001; give days from 0 to 73,000");
  EXPECT_EQ(message_of(head + "2,2,0.5\n"), "caps.csv:3:2: end: 2 is not after its start at 2; give start, then end");
  EXPECT_EQ(message_of(head + "2,3,1.01\n"), "caps.csv:3:3: share: is 1.01; give a share of the nodes from 0 to 1");
  EXPECT_EQ(message_of(head + "2,3,\n"), "caps.csv:3:3: share: is empty; give a share of the nodes from 0 to 1");
  EXPECT_NE(message_of("start,end,share\n"), "no error");
  EXPECT_NE(message_of("start,end,share,site\n0,1,1,a\n"), "no error");
  std::string many = "start,end,share\n";
  for (std::size_t row = 0; row <= most_curtailments; ++row) many += "0,1,1\n";
  EXPECT_EQ(message_of(many), "caps.csv:100002: holds 100001 curtailments; give at most 100,000");
}

TEST(Curtailments, OfSeveralTheLeastShareCounts) {
  const FleetShape shape{10, 8, 1, 0};
  const std::vector<CapacityEvent> events =
      curtailed_capacity(shape, {{100, 400, 0.75}, {200, 300, 0.2}, {250, 500, 0.9}, {600, 700, 1}});
  const std::vector<std::pair<double, int>> expected = {{100, 7}, {200, 2}, {300, 7}, {400, 9}, {500, 10}};
  ASSERT_EQ(events.size(), expected.size());
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].time, expected[i].first);
    EXPECT_EQ(events[i].nodes, expected[i].second);
  }
  EXPECT_TRUE(curtailed_capacity(shape, {}).empty());
}

// Serving holds 6 of 10 nodes by day; of 5 that are powered it leaves none.
TEST(Curtailments, ServingHoldsItsNodesFirst) {
  const FleetShape shape{10, 8, 1, 0};
  const std::vector<CapacityEvent> serving = daily_capacity(shape, 8, 20, 0.4, day);
  const std::vector<CapacityEvent> events = curtailed_capacity(shape, {{4 * 3600, 12 * 3600, 0.5}}, serving);
  const std::vector<std::pair<double, int>> expected = {{4, 5}, {8, 0}, {12, 4}, {20, 10}};
  ASSERT_EQ(events.size(), expected.size());
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].time, expected[i].first * 3600);
    EXPECT_EQ(events[i].nodes, expected[i].second);
  }
}

struct Capped {
  FleetShape shape;
  std::vector<Curtailment> caps;
  double from = 0, to = 0, serving = 0;  ///< hours, share of the nodes

  static Capped draw() {
    Capped out;
    out.shape = {*rc::gen::inRange(1, 20), *rc::gen::inRange(1, 5), *rc::gen::inRange(1, 4), 0};
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
      const int from = *rc::gen::inRange(0, 60);
      out.caps.push_back({from * 3600.0, (from + *rc::gen::inRange(1, 30)) * 3600.0, *rc::gen::inRange(0, 9) / 8.0});
    }
    out.serving = *rc::gen::inRange(0, 5) / 4.0;
    out.from = *rc::gen::inRange(0, 25), out.to = *rc::gen::inRange(0, 25);
    return out;
  }
  std::vector<CapacityEvent> served() const { return daily_capacity(shape, from, to, 1 - serving, 3 * day); }
  /// Nodes left to the jobs at a time within three days, worked out from what was said.
  int left_at(double time) const {
    double share = 1;
    for (const Curtailment& c : caps)
      if (c.from <= time && time < c.to) share = std::min(share, c.share);
    const double hour = std::fmod(time, day) / 3600;
    const bool serves = from < to ? from <= hour && hour < to : from > to && (hour >= from || hour < to);
    const int held = serves ? static_cast<int>(std::ceil(shape.nodes * serving)) : 0;
    return std::max(0, static_cast<int>(std::floor(shape.nodes * share)) - held);
  }
};

RC_GTEST_PROP(Curtailments, LeaveWhatAPlainEvaluationDoes, ()) {
  const Capped capped = Capped::draw();
  const std::vector<CapacityEvent> events = curtailed_capacity(capped.shape, capped.caps, capped.served());
  for (size_t i = 1; i < events.size(); ++i) {
    RC_ASSERT(events[i - 1].time < events[i].time);
    RC_ASSERT(events[i - 1].nodes != events[i].nodes);
  }
  for (int i = 0; i < 50; ++i) {
    const double time = *rc::gen::inRange(0, 72 * 3600);
    int left = capped.shape.nodes;
    for (const CapacityEvent& e : events)
      if (e.time <= time) left = e.nodes;
    RC_ASSERT(left == capped.left_at(time));
  }
}

RC_GTEST_PROP(Curtailments, JobsNeverHoldMoreThanTheyLeave, ()) {
  const Capped capped = Capped::draw();
  FleetRules rules;
  rules.shape = capped.shape, rules.with_stretches = true;
  rules.capacity = curtailed_capacity(capped.shape, capped.caps, capped.served());
  std::vector<FleetJob> jobs;
  for (int i = *rc::gen::inRange(1, 30); i > 0; --i) {
    FleetJob job;
    job.submit = *rc::gen::inRange(0, 48) * 3600.0, job.duration = *rc::gen::inRange(1, 40) * 1800.0;
    job.accelerators = *rc::gen::inRange(1, capped.shape.nodes * capped.shape.node + 1);
    if (*rc::gen::inRange(0, 3) == 0) job.least = 1;
    jobs.push_back(job);
  }
  const std::vector<Policy> policies = shipped_policies();
  const JobsResult result = simulate_jobs(jobs, rules, policies[*rc::gen::inRange<std::size_t>(0, policies.size())]);
  std::set<double> times;  // at which more may be held, or less is left
  for (const JobStretch& s : result.stretches) times.insert(s.from);
  for (const CapacityEvent& e : rules.capacity) times.insert(e.time);
  for (const double time : times) {
    if (time >= 3 * day) break;
    int held = 0;
    for (const JobStretch& s : result.stretches)
      if (s.from <= time && time < s.to)
        for (const Slice& slice : s.place) held += slice.count;
    RC_ASSERT(held <= capped.left_at(time) * capped.shape.node);
  }
  const PreemptionCost& cost = result.preemption;
  RC_ASSERT(cost.lost_by_capacity <= cost.lost && cost.accelerators_by_capacity <= cost.accelerators);
  RC_ASSERT(cost.by_capacity > 0 || cost.accelerators_by_capacity == 0);
}

}  // namespace
}  // namespace orrery::operations
