#include "study/operate_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "base/units.h"
#include "machine/operations/job_summary.h"
#include "machine/operations/policies.h"

namespace orrery::study {
namespace {

using namespace operations;

FleetRules rules_of(const JobsQuestion& question) {
  FleetRules rules;
  rules.shape = question.shape, rules.capacity = question.capacity;
  rules.queues.clear();
  for (const std::string& name : question.trace.queues)
    rules.queues.push_back({name, question.quota.value_or(infinity)});
  for (const auto& [name, quota] : question.quotas) {
    const auto at = std::find(question.trace.queues.begin(), question.trace.queues.end(), name);
    if (at == question.trace.queues.end())
      throw Error({}, "quota", in_quotes(name) + " is no queue of " + question.trace.name,
                  suggest(name, question.trace.queues, "name a queue of the file"));
    rules.queues[static_cast<size_t>(at - question.trace.queues.begin())].quota = quota;
  }
  return rules;
}

Cell time(double seconds) {
  return Amount{seconds, dimension::time};
}

std::vector<Column> waiting_columns() {
  return {amount_column("waiting_mean", "waiting mean", dimension::time),
          amount_column("waiting_p50", "P50", dimension::time), amount_column("waiting_p90", "P90", dimension::time),
          amount_column("waiting_p99", "P99", dimension::time)};
}

void add_waiting(std::vector<Cell>& row, const JobSummary& s) {
  for (const double t : {s.mean_waiting, s.median_waiting, s.p90_waiting, s.p99_waiting})
    row.push_back(s.started > 0 ? time(t) : Cell());
}

/// A row for each group of jobs, after its name.
Table group_table(std::string key, std::string heading, Column name) {
  Table t{std::move(key), std::move(heading), {std::move(name), count_column("jobs", "jobs", "jobs")}};
  for (Column& c : waiting_columns()) t.columns.push_back(std::move(c));
  t.columns.push_back(count_column("useful", "useful", "accelerator-hours"));
  t.columns.push_back(percent_column("share", "share", 1));
  t.columns.push_back(count_column("stops", "stops", "jobs"));
  return t;
}

std::vector<Cell> group_row(Cell name, const JobSummary& s, double useful) {
  std::vector<Cell> row = {std::move(name), s.jobs};
  add_waiting(row, s);
  row.push_back(s.useful / 3600), row.push_back(useful > 0 ? Cell(s.useful / useful) : Cell());
  row.push_back(s.preemptions);
  return row;
}

Table queue_table(const JobsQuestion& question, const FleetRules& rules, const JobsResult& result) {
  Table t = group_table("queues", "By queue", text_column("queue", "queue"));
  t.columns.push_back(count_column("quota", "quota", "accelerators"));
  for (size_t q = 0; q < rules.queues.size(); ++q) {
    const JobSummary s = summary_of(question.trace.jobs, result,
                                    [q](const FleetJob& job) { return static_cast<size_t>(job.queue) == q; });
    t.rows.push_back(group_row(rules.queues[q].name, s, result.useful));
    const double quota = rules.queues[q].quota;
    t.rows.back().push_back(quota < infinity ? Cell(quota) : Cell(Value(), "none"));
  }
  return t;
}

/// Sizes up to each power of two.
Table size_table(const JobsQuestion& question, const JobsResult& result) {
  auto class_of = [](const FleetJob& job) {
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(job.accelerators)));
  };
  std::map<int, int> classes;
  for (const FleetJob& job : question.trace.jobs) ++classes[class_of(job)];
  Table t = group_table("sizes", "By accelerators of a job", count_column("up_to", "up to", "accelerators"));
  t.columns.push_back(fixed_column("domains", "domains", "domains", 1));
  for (const auto& entry : classes) {
    const int most = entry.first;
    const JobSummary s =
        summary_of(question.trace.jobs, result, [&](const FleetJob& job) { return class_of(job) == most; });
    t.rows.push_back(group_row(most, s, result.useful));
    t.rows.back().push_back(s.mean_domains > 0 ? Cell(s.mean_domains) : Cell());
  }
  return t;
}

Table policy_table(const std::vector<Policy>& policies, const std::vector<JobsResult>& results,
                   const std::vector<FleetJob>& jobs) {
  Table t{"policies", "By policy", {text_column("policy", "policy"), percent_column("utilisation", "utilisation", 1)}};
  for (Column& c : waiting_columns()) t.columns.push_back(std::move(c));
  for (Column& c : std::vector<Column>{
           amount_column("completion_mean", "completion mean", dimension::time),
           amount_column("makespan", "makespan", dimension::time), percent_column("fragmentation", "scattered", 1),
           count_column("stops", "stops", "jobs"), count_column("lost", "lost", "accelerator-hours")})
    t.columns.push_back(std::move(c));
  for (size_t i = 0; i < policies.size(); ++i) {
    const JobsResult& r = results[i];
    const JobSummary s = summary_of(jobs, r);
    std::vector<Cell> row = {policies[i].name, r.utilisation()};
    add_waiting(row, s);
    row.push_back(s.ended > 0 ? time(s.mean_completion) : Cell()), row.push_back(time(r.makespan()));
    row.push_back(r.fragmentation()), row.push_back(r.preemption.stops), row.push_back(r.preemption.lost / 3600);
    t.rows.push_back(std::move(row));
  }
  return t;
}

Table series_table(const JobsResult& result) {
  Table t{"series",
          "Over time",
          {data_column("from", "s"), data_column("to", "s"), data_column("waiting", "jobs"),
           data_column("held", "accelerators"), data_column("capacity", "accelerators")}};
  t.in_text = InText::never;
  for (const JobsPoint& p : result.series) t.rows.push_back({p.from, p.to, p.waiting, p.held, p.capacity});
  return t;
}

/// Means of each day, or of as many days as it takes for a picture.
Table day_table(const JobsResult& result, Date first) {
  constexpr double most_rows = 400, day = 86400, most_days = 60000;  // to the year 2190
  const double from_day = std::floor(result.first / day), to_day = std::ceil(result.last / day),
               days = std::max(1.0, to_day - from_day), each = std::ceil(days / most_rows);
  struct Sum {
    double time = 0, waiting = 0, held = 0, capacity = 0;
  };
  std::vector<Sum> sums(to_day < most_days ? static_cast<size_t>(std::ceil(days / each)) : 0);
  for (const JobsPoint& p : result.series)
    // The parts of a stretch in each of the days that it lies in.
    for (double at = p.from; at < p.to && !sums.empty();) {
      const double row =
          std::min(std::floor((at / day - from_day) / each + 1e-9), static_cast<double>(sums.size() - 1));
      const double end = (from_day + (row + 1) * each) * day, until = end > at ? std::min(end, p.to) : p.to;
      Sum& sum = sums[static_cast<size_t>(std::max(row, 0.0))];
      const double time = until - at;
      sum.time += time, sum.waiting += time * p.waiting, sum.held += time * p.held, sum.capacity += time * p.capacity;
      at = until;
    }
  Table t{"days",
          "",
          {data_column("day"), data_column("waiting", "jobs"), data_column("held", "accelerators"),
           data_column("capacity", "accelerators")}};
  t.in_text = InText::never;
  for (size_t i = 0; i < sums.size(); ++i)
    if (const Sum& s = sums[i]; s.time > 0)
      t.rows.push_back({first + static_cast<int>(from_day + static_cast<double>(i) * each), s.waiting / s.time,
                        s.held / s.time, s.capacity / s.time});
  return t;
}

void add_headline(Document& out, const JobsQuestion& question, const Policy& policy, const JobsResult& r) {
  const JobSummary s = summary_of(question.trace.jobs, r);
  const double accelerators = static_cast<double>(question.shape.nodes) * question.shape.node;
  const PreemptionCost& cost = r.preemption;
  out.say(fmt::format("{} jobs on {} accelerators: {}, {}\n\n", format_count(s.jobs), format_count(accelerators),
                      policy.name, policy.title));
  auto line = [&](const char* name, const std::string& text) { out.say(fmt::format("  {:<15}  {}\n", name, text)); };
  line("utilisation", fmt::format("{:.1f} %", 100 * r.utilisation()));
  if (s.started > 0)
    line("waiting",
         fmt::format("{} mean, {} median, {} P90, {} P99", format(Time(s.mean_waiting)), format(Time(s.median_waiting)),
                     format(Time(s.p90_waiting)), format(Time(s.p99_waiting))));
  if (s.ended > 0) line("completion", format(Time(s.mean_completion)) + " mean");
  line("makespan", format(Time(r.makespan())));
  line("scattered", fmt::format("{:.1f} % of the time of free accelerators", 100 * r.fragmentation()));
  if (cost.stops > 0)
    line("stops",
         fmt::format("{}, of {} accelerators each, {} accelerator-hours done again", format_count(cost.stops),
                     format_count(std::round(cost.accelerators / cost.stops)), format_count(cost.lost / 3600)));
  if (cost.by_capacity > 0)
    line("  by capacity",
         fmt::format("{}, of {} accelerators each, {} accelerator-hours done again", format_count(cost.by_capacity),
                     format_count(std::round(cost.accelerators_by_capacity / cost.by_capacity)),
                     format_count(cost.lost_by_capacity / 3600)));
  const auto leases = std::count_if(r.jobs.begin(), r.jobs.end(), [](const JobOutcome& j) { return j.ended_by_lease; });
  if (leases > 0)
    line("leases", fmt::format("ended {} jobs before their work", format_count(static_cast<double>(leases))));
  if (s.ended < s.jobs)
    line("never ended", fmt::format("{} jobs, for which no room came", format_count(s.jobs - s.ended)));
  out.put("jobs", s.jobs).put("accelerators", accelerators, "accelerators").put("policy", policy.name);
  out.put("ended_by_lease", static_cast<double>(leases));
  out.put("ended", s.ended).put("utilisation", r.utilisation()).put("held", r.capacity > 0 ? r.held / r.capacity : 0);
  out.put("waiting_mean", s.mean_waiting, "s").put("waiting_p50", s.median_waiting, "s");
  out.put("waiting_p90", s.p90_waiting, "s").put("waiting_p99", s.p99_waiting, "s");
  out.put("completion_mean", s.mean_completion, "s").put("makespan", r.makespan(), "s");
  out.put("fragmentation", r.fragmentation()).put("backfilled", r.backfilled).put("moves", r.moves);
  out.put("stops", cost.stops).put("stops_by_capacity", cost.by_capacity).put("stops_by_stopped", cost.by_stopped_jobs);
  out.put("stopped_accelerators", cost.accelerators, "accelerators");
  out.put("stopped_accelerators_by_capacity", cost.accelerators_by_capacity, "accelerators");
  out.put("lost", cost.lost / 3600, "accelerator-hours")
      .put("lost_by_capacity", cost.lost_by_capacity / 3600, "accelerator-hours")
      .put("stopped_waiting", cost.waiting / 3600, "accelerator-hours");
}

}  // namespace

Document jobs_document(const JobsQuestion& question, int threads) {
  const FleetRules rules = rules_of(question);
  check_jobs(question.trace, rules);
  std::vector<Policy> policies = shipped_policies();
  size_t shown = 0;
  if (!question.policy.empty()) policies = {policy_of(question.policy)};
  else
    while (policies[shown].ahead != Ahead::backfill) ++shown;
  if (question.topology)
    for (Policy& policy : policies) policy.topology = *question.topology;
  std::vector<JobsResult> results(policies.size());
  parallel_for(policies.size(), threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) results[i] = simulate_jobs(question.trace.jobs, rules, policies[i]);
  });
  Document out;
  add_headline(out, question, policies[shown], results[shown]);
  if (policies.size() > 1) out.add(policy_table(policies, results, question.trace.jobs));
  out.add(queue_table(question, rules, results[shown])).add(size_table(question, results[shown]));
  out.add(series_table(results[shown])).add(day_table(results[shown], question.first_day));
  out.figures = {
      {"queue", "Jobs that wait", "Jobs", "jobs", Plot::time, {{Mark::step, "waiting", "days", "day", "waiting"}}},
      {"held",
       "Accelerators that jobs hold",
       "Jobs",
       "accelerators",
       Plot::time,
       {{Mark::step, "held", "days", "day", "held"}, {Mark::step, "in service", "days", "day", "capacity"}}}};
  if (policies.size() > 1)
    out.figures.push_back({"policies",
                           "Mean waiting by policy",
                           "Jobs",
                           "s",
                           Plot::ranking,
                           {{Mark::bar, "waiting", "policies", "policy", "waiting_mean"}}});
  return out;
}

}  // namespace orrery::study
