// Jobs on a fleet against a plain simulation written here, and against queueing theory.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "base/random.h"
#include "machine/operations/job_summary.h"
#include "machine/operations/job_trace.h"
#include "machine/operations/policies.h"
#include "support/folders.h"

namespace orrery::operations {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

JobsResult on(const std::vector<FleetJob>& jobs, int accelerators, const Policy& policy) {
  FleetRules rules;
  rules.shape = pooled_fleet(accelerators);
  for (const FleetJob& job : jobs)
    rules.queues.resize(std::max(rules.queues.size(), static_cast<size_t>(job.queue) + 1));
  return simulate_jobs(jobs, rules, policy);
}

FleetJob job_of(double submit, double duration, int accelerators) {
  FleetJob job;
  job.submit = submit, job.duration = duration, job.accelerators = accelerators;
  return job;
}

/// When those that hold `held` will have let go so much that `wanted` fits below `limit`, and what is then left.
std::pair<double, double> plain_shadow(const std::vector<FleetJob>& jobs, const std::vector<double>& start, double now,
                                       double limit, double wanted, int queue) {
  auto counts = [&](size_t i) { return queue < 0 || jobs[i].queue == queue; };
  double shadow = never, extra = 0;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const double then = start[i] + jobs[i].duration;
    if (!counts(i) || start[i] == never || then <= now || then >= shadow) continue;
    double left = limit;
    for (size_t k = 0; k < jobs.size(); ++k)
      if (counts(k) && start[k] < never && start[k] + jobs[k].duration > then) left -= jobs[k].accelerators;
    if (left >= wanted) shadow = then, extra = left - wanted;
  }
  return {shadow, extra};
}

/// Starts of jobs in rising order of submission on n accelerators, by loops over all of them at every time.
std::vector<double> plain_starts(const std::vector<FleetJob>& jobs, int n, const std::vector<double>& quotas,
                                 const std::string& rule) {
  const size_t count = jobs.size();
  std::vector<double> start(count, never);
  for (double now = 0; now < never;) {
    double free = n;
    std::vector<double> room = quotas;
    std::vector<size_t> line;
    for (size_t i = 0; i < count; ++i) {
      if (start[i] <= now && start[i] + jobs[i].duration > now)
        free -= jobs[i].accelerators, room[static_cast<size_t>(jobs[i].queue)] -= jobs[i].accelerators;
      if (jobs[i].submit <= now && start[i] == never) line.push_back(i);
    }
    if (rule == "sjf")
      std::stable_sort(line.begin(), line.end(),
                       [&](size_t a, size_t b) { return jobs[a].duration < jobs[b].duration; });
    auto begin = [&](size_t i) {
      start[i] = now, free -= jobs[i].accelerators, room[static_cast<size_t>(jobs[i].queue)] -= jobs[i].accelerators;
    };
    int head = -1;
    std::vector<int> head_of(quotas.size(), -1);  // that waits for its quota
    std::vector<size_t> others;
    for (const size_t i : line) {
      const auto q = static_cast<size_t>(jobs[i].queue);
      if (head >= 0 || head_of[q] >= 0) others.push_back(i);
      else if (jobs[i].accelerators > room[q]) head_of[q] = static_cast<int>(i);
      else if (jobs[i].accelerators > free) head = static_cast<int>(i);
      else begin(i);
    }
    if (rule == "backfill") {
      double shadow = never, extra = 0;
      if (head >= 0)
        std::tie(shadow, extra) = plain_shadow(jobs, start, now, n, jobs[static_cast<size_t>(head)].accelerators, -1);
      std::vector<double> quota_shadow(quotas.size(), never), quota_extra(quotas.size());
      for (size_t q = 0; q < quotas.size(); ++q)
        if (head_of[q] >= 0)
          std::tie(quota_shadow[q], quota_extra[q]) = plain_shadow(
              jobs, start, now, quotas[q], jobs[static_cast<size_t>(head_of[q])].accelerators, static_cast<int>(q));
      for (const size_t i : others) {
        const auto q = static_cast<size_t>(jobs[i].queue);
        const double wants = jobs[i].accelerators, ends = now + jobs[i].duration;
        const bool late = head >= 0 && ends > shadow, late_of_quota = head_of[q] >= 0 && ends > quota_shadow[q];
        const auto first = static_cast<size_t>(head);
        const double kept = head >= 0 && jobs[first].queue == jobs[i].queue ? jobs[first].accelerators : 0;
        if (wants > free || wants > room[q] - kept || (late && wants > extra) ||
            (late_of_quota && wants > quota_extra[q]))
          continue;
        begin(i);
        if (late) extra -= wants;
        if (late_of_quota) quota_extra[q] -= wants;
      }
    }
    double next = never;
    for (size_t i = 0; i < count; ++i) {
      if (jobs[i].submit > now) next = std::min(next, jobs[i].submit);
      if (start[i] < never && start[i] + jobs[i].duration > now) next = std::min(next, start[i] + jobs[i].duration);
    }
    now = next;
  }
  return start;
}

TEST(FleetJobs, AreThoseOfAPlainSimulation) {
  const std::uint64_t draws = stream_of("plain");
  for (std::uint64_t world = 0; world < 900; ++world) {
    std::uint32_t draw = 0;
    auto whole = [&](int least, int most) {
      return least + static_cast<int>(uniform(1, draws, world, draw++) * (most - least + 1));
    };
    FleetRules rules;
    const int n = whole(1, 24), count = whole(1, 90), pace = whole(0, 8), longest = whole(1, 60);
    rules.shape = pooled_fleet(n);
    std::vector<double> quotas;
    rules.queues.clear();
    for (int q = world % 3 == 0 ? 1 : whole(1, 4); q > 0; --q)
      quotas.push_back(world % 3 == 0 ? never : whole(1, n)), rules.queues.push_back({"", quotas.back()});
    std::vector<FleetJob> jobs;
    int now = 0;
    for (int i = 0; i < count; ++i) {
      now += whole(0, pace);
      FleetJob job = job_of(now, whole(1, longest), whole(1, n));
      job.queue = whole(0, static_cast<int>(quotas.size()) - 1);
      const double most = quotas[static_cast<size_t>(job.queue)];
      job.accelerators = static_cast<int>(std::min<double>(whole(1, job.accelerators), most));
      jobs.push_back(job);
    }
    for (const Policy& policy : {fifo(), shortest_first(), easy_backfill()}) {
      const std::vector<double> plain = plain_starts(jobs, n, quotas, policy.name);
      const JobsResult result = simulate_jobs(jobs, rules, policy);
      for (size_t i = 0; i < jobs.size(); ++i) {
        ASSERT_EQ(result.jobs[i].start, plain[i]) << policy.name << " world " << world << " job " << i;
        ASSERT_EQ(result.jobs[i].end, plain[i] + jobs[i].duration);
        ASSERT_EQ(result.jobs[i].waiting, plain[i] - jobs[i].submit);
      }
    }
  }
}

TEST(FleetJobs, BackfillFillsTheGapBeforeTheFirstInLine) {
  // 4 accelerators: a takes 3 until 10; b wants 4; c (5 s) ends before b can start, d (20 s) would not.
  const std::vector<FleetJob> jobs = {job_of(0, 10, 3), job_of(1, 10, 4), job_of(2, 20, 1), job_of(3, 5, 1)};
  const JobsResult in_order = on(jobs, 4, fifo()), ahead = on(jobs, 4, easy_backfill());
  EXPECT_EQ(in_order.jobs[1].start, 10);
  EXPECT_EQ(in_order.jobs[3].start, 20);
  EXPECT_EQ(ahead.jobs[1].start, 10);
  EXPECT_EQ(ahead.jobs[3].start, 3);
  EXPECT_EQ(ahead.jobs[2].start, 20);
  EXPECT_EQ(ahead.backfilled, 1);
  EXPECT_EQ(ahead.makespan(), 40);
  EXPECT_DOUBLE_EQ(ahead.utilisation(), (30 + 40 + 20 + 5) / 160.0);
}

/// Mean waiting by batches of jobs, with the standard error of their means; the first batch is left out.
std::pair<double, double> mean_waiting(const JobsResult& result) {
  constexpr size_t batches = 25;
  const size_t size = result.jobs.size() / batches;
  double sum = 0, squares = 0;
  for (size_t b = 1; b < batches; ++b) {
    double mean = 0;
    for (size_t i = b * size; i < (b + 1) * size; ++i) mean += result.jobs[i].waiting / static_cast<double>(size);
    sum += mean, squares += mean * mean;
  }
  constexpr double n = batches - 1;
  return {sum / n, std::sqrt((squares / n - sum / n * (sum / n)) / (n - 1))};
}

TEST(FleetJobs, WaitAsErlangCSays) {
  for (const auto& [servers, load] : {std::pair{1, 0.7}, {8, 0.8}, {50, 0.9}}) {
    JobMix mix;
    mix.jobs = 500000, mix.mean_duration = 100, mix.arrivals = load * servers / mix.mean_duration;
    const auto [mean, error] = mean_waiting(on(draw_jobs(mix, 1), servers, fifo()));
    // Erlang C by the recursion of Erlang B.
    const double a = load * servers;
    double b = 1;
    for (int i = 1; i <= servers; ++i) b = a * b / (i + a * b);
    const double wait = b / (1 - load * (1 - b)) * mix.mean_duration / (servers * (1 - load));
    EXPECT_NEAR(mean, wait, 3 * error) << servers;
    EXPECT_LT(error, 0.1 * wait) << servers;
    RecordProperty("erlang_c_" + std::to_string(servers), std::to_string(mean / wait - 1));
  }
}

TEST(FleetJobs, WaitAsPollaczekAndKhinchineSay) {
  for (const double spread : {0.0, 0.5, 1.0}) {
    JobMix mix;
    mix.jobs = 500000, mix.mean_duration = 100, mix.arrivals = 0.7 / mix.mean_duration, mix.spread = spread;
    const auto [mean, error] = mean_waiting(on(draw_jobs(mix, 2), 1, fifo()));
    const double second_moment = 100 * 100 * std::exp(spread * spread);
    const double wait = mix.arrivals * second_moment / (2 * (1 - 0.7));
    EXPECT_NEAR(mean, wait, 3 * error) << spread;
    EXPECT_LT(error, 0.1 * wait) << spread;
    RecordProperty("pollaczek_khinchine_" + std::to_string(spread), std::to_string(mean / wait - 1));
  }
}

TEST(FleetJobs, OfPhillyWaitAsTheoryRanksPolicies) {
  const auto file = data_file("operations/traces/philly_jobs_from_sia.csv.gz");
  if (!file) GTEST_SKIP() << no_data;
  const JobTrace trace = read_jobs(*file);
  ASSERT_EQ(trace.jobs.size(), 82247u);
  EXPECT_EQ(trace.queues.size(), 15u);
  // What ran on 2,490 accelerators in 2017 kept 374 of them busy here; on 420 it waits.
  std::map<std::string, double> waits;
  for (const Policy& policy : {fifo(), shortest_first(), easy_backfill()}) {
    const JobsResult result = on(trace.jobs, 420, policy);
    const JobSummary s = summary_of(trace.jobs, result);
    EXPECT_EQ(s.ended, s.jobs);
    waits[policy.name] = s.mean_waiting;
    RecordProperty("philly_" + policy.name, std::to_string(s.mean_waiting));
  }
  EXPECT_LT(waits["sjf"], waits["backfill"]);
  EXPECT_LT(waits["backfill"], waits["fifo"]);
  EXPECT_GT(waits["sjf"], 0);
}

}  // namespace
}  // namespace orrery::operations
