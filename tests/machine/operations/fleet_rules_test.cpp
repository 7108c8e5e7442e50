// Laws of jobs on a fleet, whatever the jobs and rules: what is held where and when, from the stretches of every job.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "machine/operations/job_summary.h"
#include "machine/operations/policies.h"

namespace orrery::operations {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// A world of jobs and rules drawn from one number.
struct World {
  std::vector<FleetJob> jobs;
  FleetRules rules;
  Policy policy;
};

World world_of(std::uint64_t seed, bool with_capacity = true, bool elastic = true) {
  static const std::uint64_t stream = stream_of("world");
  std::uint32_t draw = 0;
  auto u = [&] { return uniform(seed, stream, 0, draw++); };
  auto whole = [&](int least, int most) { return least + static_cast<int>(u() * (most - least + 1)); };
  World w;
  FleetShape& f = w.rules.shape;
  f.node = whole(1, 8), f.domain = whole(1, 4);
  f.nodes = whole(1, 24), f.pod = u() < 0.5 ? 0 : f.domain * whole(1, 3);
  const int all = f.nodes * f.node, queues = whole(1, 4);
  w.rules.queues.clear();
  for (int q = 0; q < queues; ++q) {
    JobQueue queue{"q" + std::to_string(q), never, 0.5 + u()};
    if (u() < 0.5) queue.quota = whole(1, all);
    w.rules.queues.push_back(queue);
  }
  const std::vector<Policy> policies = shipped_policies();
  w.policy = policies[static_cast<size_t>(whole(0, static_cast<int>(policies.size()) - 1))];
  w.policy.topology =
      std::array{Topology::any, Topology::preferred, Topology::required}[static_cast<size_t>(whole(0, 2))];
  w.policy.preempts = u() < 0.7;
  if (u() < 0.3) w.policy.defragment = whole(1, 20);
  const int count = whole(1, 120), pace = whole(0, 6), longest = whole(1, 80), priorities = whole(1, 3);
  const bool spots = u() < 0.4, leases = u() < 0.3, contracts = u() < 0.3;
  int now = 0;
  for (int i = 0; i < count; ++i) {
    FleetJob job;
    now += whole(0, pace);
    job.submit = now, job.duration = whole(1, longest), job.queue = whole(0, queues - 1);
    const double quota = w.rules.queues[static_cast<size_t>(job.queue)].quota;
    job.accelerators = whole(1, static_cast<int>(std::min<double>(quota, whole(1, all))));
    job.priority = whole(0, priorities - 1);
    if (elastic && u() < 0.2) job.least = whole(1, job.accelerators);
    job.spot = spots && u() < 0.3;
    if (leases && u() < 0.3) job.lease = whole(1, longest);
    if (contracts && u() < 0.1) job.start = now + whole(1, 50);
    job.checkpoint = std::array<double, 3>{0, 5, never}[static_cast<size_t>(whole(0, 2))];
    job.restart = u() < 0.5 ? 0 : whole(0, 3);
    w.jobs.push_back(job);
  }
  if (with_capacity && u() < 0.4) {
    for (int i = whole(1, 6); i > 0; --i) {
      CapacityEvent e;
      e.time = whole(0, now + 50);
      if (u() < 0.5) e.nodes = whole(0, f.nodes);
      else e.node = whole(0, f.nodes - 1), e.up = u() < 0.5;
      w.rules.capacity.push_back(e);
    }
    CapacityEvent last;  // in the end all of them may be used
    last.time = now + 100, last.nodes = f.nodes;
    w.rules.capacity.push_back(last);
    for (int node = 0; node < f.nodes; ++node) {
      CapacityEvent up;
      up.time = now + 100, up.node = node, up.up = true;
      w.rules.capacity.push_back(up);
    }
  }
  w.rules.with_stretches = true;
  return w;
}

JobsResult run(const World& w) {
  return simulate_jobs(w.jobs, w.rules, w.policy);
}

int held(const JobStretch& s) {
  int n = 0;
  for (const Slice& slice : s.place) n += slice.count;
  return n;
}

std::set<double> times(const JobsResult& result) {
  std::set<double> out;
  for (const JobStretch& s : result.stretches) out.insert(s.from), out.insert(s.to);
  return out;
}

#define EACH_WORLD(w, result)                             \
  const auto seed = *rc::gen::arbitrary<std::uint64_t>(); \
  const World w = world_of(seed);                         \
  const JobsResult result = run(w)

RC_GTEST_PROP(FleetRules, NoAcceleratorIsUsedTwiceAndNoneThatIsOut, ()) {
  EACH_WORLD(w, result);
  const FleetShape& f = w.rules.shape;
  for (const double time : times(result)) {
    std::vector<int> on(static_cast<size_t>(f.nodes));
    std::set<int> running;
    for (const JobStretch& s : result.stretches)
      if (s.from <= time && time < s.to) {
        RC_ASSERT(running.insert(s.job).second);
        for (const Slice& slice : s.place) on[static_cast<size_t>(slice.node)] += slice.count;
      }
    int allowed = f.nodes, used = 0;
    std::set<int> down;
    std::vector<CapacityEvent> events = w.rules.capacity;
    std::stable_sort(events.begin(), events.end(), [](auto& a, auto& b) { return a.time < b.time; });
    for (const CapacityEvent& e : events) {
      if (e.time > time) break;
      if (e.nodes >= 0) allowed = e.nodes;
      else if (e.up) down.erase(e.node);
      else down.insert(e.node);
    }
    for (int node = 0; node < f.nodes; ++node) {
      RC_ASSERT(on[static_cast<size_t>(node)] <= f.node);
      RC_ASSERT(on[static_cast<size_t>(node)] == 0 || !down.contains(node));
      used += on[static_cast<size_t>(node)] > 0;
    }
    RC_ASSERT(used <= allowed);
  }
}

RC_GTEST_PROP(FleetRules, GangsAreWholeAndWhereTopologyAsks, ()) {
  EACH_WORLD(w, result);
  const FleetShape& f = w.rules.shape;
  const int pod = f.pod > 0 ? f.pod : f.nodes;
  for (const JobStretch& s : result.stretches) {
    const FleetJob& job = w.jobs[static_cast<size_t>(s.job)];
    const int n = held(s);
    RC_ASSERT(n <= job.accelerators && n >= (job.least > 0 ? job.least : job.accelerators));
    std::set<int> nodes, domains, pods;
    for (const Slice& slice : s.place) {
      RC_ASSERT(slice.count >= 1);
      RC_ASSERT(nodes.insert(slice.node).second);
      domains.insert(slice.node / f.domain), pods.insert(slice.node / pod);
    }
    if (job.accelerators <= f.node) RC_ASSERT(nodes.size() == 1u);
    if (w.policy.topology == Topology::required) {
      const int wanted = (job.accelerators + f.node - 1) / f.node;
      if (wanted <= f.domain) RC_ASSERT(domains.size() == 1u);
      if (wanted <= pod) RC_ASSERT(pods.size() == 1u);
    }
  }
}

RC_GTEST_PROP(FleetRules, QuotasAreNeverPassed, ()) {
  EACH_WORLD(w, result);
  for (const double time : times(result)) {
    std::vector<double> of_queue(w.rules.queues.size());
    for (const JobStretch& s : result.stretches)
      if (s.from <= time && time < s.to && !w.jobs[static_cast<size_t>(s.job)].spot)
        of_queue[static_cast<size_t>(w.jobs[static_cast<size_t>(s.job)].queue)] += held(s);
    for (size_t q = 0; q < of_queue.size(); ++q) RC_ASSERT(of_queue[q] <= w.rules.queues[q].quota);
  }
}

RC_GTEST_PROP(FleetRules, JobsRunAfterTheyComeAndWorkIsConserved, ()) {
  EACH_WORLD(w, result);
  std::vector<double> holds(w.jobs.size()), runs(w.jobs.size());
  for (const JobStretch& s : result.stretches) {
    const auto j = static_cast<size_t>(s.job);
    RC_ASSERT(s.from >= std::max(w.jobs[j].submit, w.jobs[j].start));
    holds[j] += held(s) * (s.to - s.from), runs[j] += s.to - s.from;
  }
  double all = 0, useful = 0;
  for (size_t j = 0; j < w.jobs.size(); ++j) {
    const FleetJob& job = w.jobs[j];
    const JobOutcome& out = result.jobs[j];
    RC_ASSERT(std::isfinite(out.end));  // everything ends, for in the end nothing is out of service
    RC_ASSERT(std::fabs(out.held - holds[j]) < 1e-6 && std::fabs(out.running - runs[j]) < 1e-6);
    const double came = std::max(job.submit, job.start);
    RC_ASSERT(std::fabs(out.end - came - out.waiting - out.running) < 1e-6);
    RC_ASSERT(out.running <= job.lease + 1e-6);
    if (!out.ended_by_lease) RC_ASSERT(out.done == job.duration);
    // Held time is progress that stays, progress that was lost, and restarts.
    const double stopped = out.held - (out.done * job.accelerators + out.lost);
    const int restarts = out.preemptions + out.resizes + out.moves;
    RC_ASSERT(stopped > -1e-6 && stopped <= job.restart * restarts * job.accelerators + 1e-6);
    all += out.held, useful += out.done * job.accelerators;
  }
  RC_ASSERT(std::fabs(result.held - all) < 1e-6 * (1 + all));
  RC_ASSERT(std::fabs(result.useful - useful) < 1e-6 * (1 + useful));
  RC_ASSERT(std::fabs(result.capacity - result.held - result.free) < 1e-6 * (1 + result.capacity));
  double from_series = 0;
  for (const JobsPoint& p : result.series) from_series += p.held * (p.to - p.from);
  RC_ASSERT(std::fabs(from_series - all) < 1e-6 * (1 + all));
  RC_ASSERT(result.series.size() <= 1024u);
}

RC_GTEST_PROP(FleetRules, TheSameJobsGiveTheSameBits, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const World w = world_of(seed);
  const JobsResult one = run(w), two = run(w);
  for (size_t j = 0; j < w.jobs.size(); ++j) {
    RC_ASSERT(one.jobs[j].start == two.jobs[j].start && one.jobs[j].end == two.jobs[j].end);
    RC_ASSERT(one.jobs[j].lost == two.jobs[j].lost && one.jobs[j].held == two.jobs[j].held);
  }
  RC_ASSERT(one.useful == two.useful && one.unusable == two.unusable);
}

/// While a job waits that is first of all by priority, no job of lower priority runs whose stopping would let it start.
RC_GTEST_PROP(FleetRules, HigherPriorityDoesNotWaitForWhatCouldBeStopped, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  World w = world_of(seed, false, false);
  w.rules.shape = pooled_fleet(w.rules.shape.nodes * w.rules.shape.node);
  w.policy.preempts = true, w.policy.defragment = 0;
  for (FleetJob& job : w.jobs) job.start = 0, job.spot = false;
  const JobsResult result = run(w);
  const int all = w.rules.shape.node;
  for (const double time : times(result)) {
    int top = -1;
    std::vector<int> waiting;
    std::vector<const JobStretch*> running;
    std::set<int> runs;
    for (const JobStretch& s : result.stretches)
      if (s.from <= time && time < s.to) running.push_back(&s), runs.insert(s.job);
    for (size_t j = 0; j < w.jobs.size(); ++j)
      if (w.jobs[j].submit <= time && time < result.jobs[j].end && !runs.contains(static_cast<int>(j)))
        waiting.push_back(static_cast<int>(j)), top = std::max(top, w.jobs[j].priority);
    for (const int j : waiting) {
      const FleetJob& job = w.jobs[static_cast<size_t>(j)];
      // Of a queue whose first waits for its quota the others wait with it.
      const auto behind = [&](int other) {
        const FleetJob& o = w.jobs[static_cast<size_t>(other)];
        return other != j && o.priority >= job.priority;
      };
      if (job.priority < top || std::any_of(waiting.begin(), waiting.end(), behind)) continue;
      double others = 0, of_queue = 0;
      for (const JobStretch* s : running) {
        const FleetJob& o = w.jobs[static_cast<size_t>(s->job)];
        if (o.priority < job.priority) continue;
        others += held(*s), of_queue += o.queue == job.queue ? held(*s) : 0;
      }
      RC_ASSERT(others + job.accelerators > all ||
                of_queue + job.accelerators > w.rules.queues[static_cast<size_t>(job.queue)].quota);
    }
  }
}

FleetJob job_of(double submit, double duration, int accelerators, int priority = 0) {
  FleetJob job;
  job.submit = submit, job.duration = duration, job.accelerators = accelerators, job.priority = priority;
  return job;
}

TEST(FleetRules, StopsCostWhatIsLostAndWaitedFor) {
  // 8 accelerators: a (4, low) and b (4, low, younger) run; c (4, high) stops the younger for 10 s.
  World w;
  w.rules.shape = {2, 4, 1, 0};
  w.jobs = {job_of(0, 100, 4), job_of(10, 100, 4), job_of(35, 10, 4, 1)};
  w.jobs[1].checkpoint = 10, w.jobs[1].restart = 2;
  w.policy = fifo();
  const JobsResult r = run(w);
  EXPECT_EQ(r.jobs[2].start, 35);
  EXPECT_EQ(r.jobs[1].preemptions, 1);
  EXPECT_EQ(r.jobs[0].preemptions, 0);
  EXPECT_EQ(r.jobs[1].lost, 5 * 4);  // since the checkpoint at 20 s of 25
  EXPECT_EQ(r.jobs[1].waiting, 10);
  EXPECT_EQ(r.jobs[1].end, 45 + 2 + 80);
  EXPECT_EQ(r.preemption.stops, 1);
  EXPECT_EQ(r.preemption.accelerators, 4);
  EXPECT_EQ(r.preemption.waiting, 40);
}

// A large job of high priority that crashes and comes again 35 times stops what it displaced each time: on RSC 548
// stops (Kokolis et al., arXiv 2410.21680). Of jobs a sixteenth as large 560.
TEST(FleetRules, ACrashLoopStopsOthersOverAndOver) {
  FleetRules rules;
  rules.shape = {256, 8, 1, 0};
  std::vector<FleetJob> jobs;
  for (int i = 0; i < 64; ++i) {
    FleetJob small;
    small.duration = 1e6, small.accelerators = 64;
    jobs.push_back(small);
  }
  for (int crash = 0; crash < 35; ++crash) {
    FleetJob large;
    large.submit = 3600.0 * (crash + 1), large.duration = 600, large.accelerators = 1024, large.priority = 9;
    jobs.push_back(large);
  }
  const JobsResult result = simulate_jobs(jobs, rules, fifo());
  EXPECT_EQ(result.preemption.stops, 35 * 16);
  EXPECT_EQ(result.preemption.accelerators, 35 * 1024);
  for (std::size_t i = 64; i < jobs.size(); ++i) EXPECT_EQ(result.jobs[i].waiting, 0);
}

TEST(FleetRules, ElasticJobsShrinkForOthersAndGrowAgain) {
  World w;
  w.rules.shape = {4, 8, 4, 0};
  w.jobs = {job_of(0, 100, 32), job_of(50, 10, 16)};
  w.jobs[0].least = 8;
  w.policy = fifo();
  const JobsResult r = run(w);
  EXPECT_EQ(r.jobs[1].start, 50);
  EXPECT_EQ(r.jobs[0].preemptions, 0);
  // 50 s whole; then on 8, and on 16 as nothing waits, for 10 s; then whole again.
  EXPECT_EQ(r.jobs[0].end, 60 + (100 - 50 - 10 * 16 / 32.0));
  EXPECT_EQ(r.utilisation() * r.capacity, 100 * 32 + 160);
}

TEST(FleetRules, SpotJobsGiveWayAndLeasesEnd) {
  World w;
  w.rules.shape = pooled_fleet(8);
  w.rules.queues[0].quota = 4;
  w.jobs = {job_of(0, 100, 8), job_of(20, 30, 4), job_of(60, 100, 4)};
  w.jobs[0].spot = true;
  w.jobs[2].lease = 15;
  w.policy = fifo();
  w.policy.preempts = false;
  const JobsResult r = run(w);
  EXPECT_EQ(r.jobs[1].start, 20);
  EXPECT_EQ(r.jobs[0].preemptions, 2);
  EXPECT_EQ(r.jobs[2].end, 75);
  EXPECT_TRUE(r.jobs[2].ended_by_lease);
  EXPECT_EQ(r.jobs[0].end, 75 + 100 - 20 - 10);
}

TEST(FleetRules, AContractStartsOnItsDay) {
  World w;
  w.rules.shape = pooled_fleet(8);
  w.jobs = {job_of(0, 100, 8), job_of(0, 10, 8)};
  w.jobs[1].start = 30;
  w.policy = fifo();
  const JobsResult r = run(w);
  EXPECT_EQ(r.jobs[1].start, 30);
  EXPECT_EQ(r.jobs[1].waiting, 0);
  EXPECT_EQ(r.jobs[0].end, 110);
}

TEST(FleetRules, ScatteredAcceleratorsAreMeasuredAndMovedTogether) {
  // Two nodes of 4 with 3 held on each: two free, on two nodes. A job of 2 waits until jobs are moved together.
  World w;
  w.rules.shape = {2, 4, 2, 0};
  w.jobs = {job_of(0, 20, 1), job_of(0, 100, 3), job_of(0, 20, 1), job_of(0, 100, 3), job_of(30, 10, 2)};
  w.policy = fifo();
  const JobsResult apart = run(w);
  EXPECT_EQ(apart.jobs[4].start, 100);
  EXPECT_GT(apart.fragmentation(), 0.3);
  w.jobs = {job_of(0, 100, 2), job_of(0, 20, 2), job_of(0, 100, 2), job_of(0, 20, 2), job_of(30, 10, 4)};
  EXPECT_EQ(run(w).jobs[4].start, 100);
  w.policy.defragment = 1;
  const JobsResult moved = run(w);
  EXPECT_EQ(moved.jobs[4].start, 30);
  EXPECT_EQ(moved.moves, 1);
}

TEST(FleetRules, CapacityGoesByDay) {
  World w;
  w.rules.shape = {10, 1, 1, 0};
  w.rules.capacity = daily_capacity(w.rules.shape, 8, 20, 0.4, 2 * 86400);
  w.jobs = {job_of(0, 86400, 10), job_of(0, 86400, 4)};
  w.policy = fifo();
  const JobsResult r = run(w);
  // The whole fleet runs from 0 to 8, 20 to 32, and 44 to 48 o'clock.
  EXPECT_EQ(r.jobs[0].end, 48 * 3600.0);
  EXPECT_EQ(r.jobs[0].preemptions, 2);
  EXPECT_EQ(r.preemption.by_capacity, r.preemption.stops);
}

std::string message_of(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(FleetRules, WhatCannotBeIsRefused) {
  World w;
  w.rules.shape = pooled_fleet(8);
  w.policy = fifo();
  auto refused = [&](const FleetJob& job) {
    w.jobs = {job};
    return message_of([&] { run(w); });
  };
  EXPECT_EQ(refused(job_of(0, 1, 9)),
            "jobs[0]: asks for 9 accelerators of 8; leave the job out, or give a larger fleet");
  EXPECT_EQ(refused(job_of(-1, 1, 1)), "jobs[0]: submit is -1; give a time from 0 to 1e12 s");
  EXPECT_EQ(refused(job_of(0, NAN, 1)), "jobs[0]: duration is nan; give a time from 0 to 1e12 s");
  w.rules.queues[0].quota = 4;
  EXPECT_EQ(
      refused(job_of(0, 1, 5)),
      "jobs[0]: asks for 5 accelerators, the quota of 'all' is 4; leave the job out, make it spot, or raise the quota");
  w.rules.shape.pod = 3, w.rules.shape.domain = 2;
  EXPECT_EQ(refused(job_of(0, 1, 1)), "pod: 3 nodes are no whole number of domains; give a multiple of 2");
  EXPECT_EQ(message_of([] { check_fleet(pooled_fleet(100'001)); }),
            "nodes: 1 nodes of 100001 accelerators are more than are simulated; give at most 200000 nodes, 100000 "
            "accelerators of a node, 100000000 in all");
  w = World();
  w.rules.shape = pooled_fleet(8), w.policy = fifo();
  for (int i = 0; i <= 100; ++i) w.jobs.push_back(job_of(0, 1, 1, i));
  EXPECT_EQ(message_of([&] { run(w); }), "priority: jobs have 101 different ones; give at most 100");
  EXPECT_EQ(message_of([] { policy_of("fif"); }), "policy: 'fif' is no policy; did you mean 'fifo', 'sjf' or 'drf'?");
}

}  // namespace
}  // namespace orrery::operations
