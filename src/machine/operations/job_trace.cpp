#include "machine/operations/job_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include "base/date.h"
#include "base/distribution.h"
#include "base/error.h"
#include "base/gzip.h"
#include "base/random.h"

namespace orrery::operations {
namespace {

/// The cells of one row, with errors that say where they stand.
class Row {
 public:
  Row(const CsvTable& table, size_t row) : table_(table), row_(row) {}

  [[noreturn]] void refuse(const std::string& column, const std::string& problem, const std::string& remedy) const {
    throw Error(place(column), column, problem, remedy);
  }
  Place place(const std::string& column) const { return {table_.name, table_.line(row_), table_.column(column) + 1}; }
  std::string text(const std::string& column) const { return table_.cell(row_, column); }
  bool has(const std::string& column) const { return !text(column).empty(); }

  double number(const std::string& column, double least, double fallback) const {
    const double value = table_.number(row_, column, fallback);
    if (!has(column)) return fallback;
    if (!(value >= least) || value > 1e12)
      refuse(column, fmt::format("is {}", text(column)), fmt::format("give a number from {} to 1e12", least));
    return value;
  }
  double needed(const std::string& column, double least) const {
    if (!has(column)) refuse(column, "is empty", "give a number");
    return number(column, least, 0);
  }
  int whole(const std::string& column, double least, double fallback) const {
    const double value = has(column) ? table_.number(row_, column, fallback) : fallback;
    if (value != std::floor(value) || value < least || value > 1e9)
      refuse(column, fmt::format("is {}", text(column)), fmt::format("give a whole number from {} to 1e9", least));
    return static_cast<int>(value);
  }
  bool yes(const std::string& column) const {
    const std::string said = text(column);
    for (const char* no : {"", "no", "false", "0"})
      if (said == no) return false;
    for (const char* is : {"yes", "true", "1"})
      if (said == is) return true;
    refuse(column, "is " + in_quotes(said), "write yes or no");
  }
  /// "2017-10-09 07:01:55", with or without a fraction of a second, as s since 1970.
  double timestamp(const std::string& column) const {
    const std::string said = text(column);
    auto two = [&](size_t at) {
      int n = -1;
      const auto [end, error] = std::from_chars(said.data() + at, said.data() + at + 2, n);
      return error == std::errc{} && end == said.data() + at + 2 ? n : -1;
    };
    const bool long_enough =
        said.size() >= 19 && (said[10] == ' ' || said[10] == 'T') && said[13] == ':' && said[16] == ':';
    const int hour = long_enough ? two(11) : -1, minute = hour >= 0 ? two(14) : -1, second = minute >= 0 ? two(17) : -1;
    const bool ends = long_enough && (said.size() == 19 || said[19] == '.');
    if (!ends || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
      refuse(column, "is " + in_quotes(said), "write it as \"2017-10-09 07:01:55\"");
    const Date day = at(place(column), column, [&] { return parse_date(std::string_view(said).substr(0, 10)); });
    return day.days * 86400.0 + hour * 3600 + minute * 60 + second;
  }

 private:
  const CsvTable& table_;
  size_t row_;
};

}  // namespace

JobTrace read_jobs(const CsvTable& table) {
  const bool dated = table.column("submit") < 0 && table.column("timestamp") >= 0;
  if (dated)
    table.require({"timestamp", "duration", "num_gpus"}, "give timestamp, duration, num_gpus and, if wanted, cluster");
  else table.require({"submit", "duration", "accelerators"}, "give submit, duration and accelerators");
  if (!dated) {
    const std::vector<std::string> known{"submit", "duration", "accelerators", "queue",      "priority", "least",
                                         "spot",   "lease",    "start",        "checkpoint", "restart"};
    for (const std::string& name : table.header)
      if (std::find(known.begin(), known.end(), name) == known.end())
        throw Error({table.name, 1, 0}, name, "is no column of jobs", suggest(name, known, "leave it out"));
    table.require(table.header, "keep one of them");
  }
  const std::string size = dated ? "num_gpus" : "accelerators", tenant = dated ? "cluster" : "queue";
  JobTrace trace;
  trace.name = table.name;
  std::map<std::string, int> queues;
  for (size_t i = 0; i < table.size(); ++i) {
    const Row row(table, i);
    FleetJob job;
    job.submit = dated ? row.timestamp("timestamp") : row.needed("submit", 0);
    job.duration = row.needed("duration", 0);
    if (job.duration <= 0)
      row.refuse("duration", "is " + row.text("duration"), "give a time above 0 s, or leave the job out");
    if (!row.has(size)) row.refuse(size, "is empty", "give a whole number");
    job.accelerators = row.whole(size, 1, 1);
    const std::string queue = row.text(tenant);
    const auto [at, is_new] = queues.emplace(queue.empty() ? "all" : queue, static_cast<int>(trace.queues.size()));
    if (is_new) trace.queues.push_back(at->first);
    job.queue = at->second;
    if (!dated) {
      job.priority = row.whole("priority", -1e9, 0);
      job.least = row.has("least") ? row.whole("least", 1, 1) : 0;
      if (job.least > job.accelerators)
        row.refuse("least", fmt::format("is {} of {} accelerators", job.least, job.accelerators),
                   "give at most its accelerators");
      job.spot = row.yes("spot");
      job.lease = row.number("lease", 0, job.lease);
      if (job.lease <= 0) row.refuse("lease", "is 0", "give a time above 0 s, or leave the cell empty");
      job.start = row.number("start", 0, 0);
      if (row.has("start") && job.start <= job.submit)
        row.refuse("start", fmt::format("{} is not after the submission at {}", row.text("start"), row.text("submit")),
                   "give a later time");
      job.checkpoint = row.number("checkpoint", 0, 0), job.restart = row.number("restart", 0, 0);
    }
    trace.jobs.push_back(job);
    trace.lines.push_back(table.line(i));
  }
  if (dated) {
    double first = trace.jobs.front().submit;
    for (const FleetJob& job : trace.jobs) first = std::min(first, job.submit);
    trace.first_day = Date{static_cast<int>(std::floor(first / 86400))};
    for (FleetJob& job : trace.jobs) job.submit -= trace.first_day->days * 86400.0;
  }
  return trace;
}

JobTrace read_jobs(const std::string& path) {
  return read_jobs(parse_csv(read_perhaps_gzipped(path, largest_csv), path));
}

void check_jobs(const JobTrace& trace, const FleetRules& rules) {
  check_rules(rules);
  for (size_t i = 0; i < trace.jobs.size(); ++i)
    at({trace.name, trace.lines[i], 0}, "", [&] { check_job(trace.jobs[i], rules, ""); });
}

std::vector<FleetJob> draw_jobs(const JobMix& mix, std::uint64_t seed) {
  double shares = 0;
  for (const auto& [size, share] : mix.sizes) {
    if (size < 1 || !(share >= 0))
      throw Error({}, "sizes", "are below 1, or their shares below 0", "give positive numbers");
    shares += share;
  }
  if (!(shares > 0)) throw Error({}, "sizes", "have no shares", "give some");
  if (mix.jobs < 0 || mix.queues < 1 || mix.priorities < 1)
    throw Error({}, "jobs", "are below 0, or their queues or priorities below 1", "give more");
  if (!(mix.arrivals > 0) || !(mix.mean_duration > 0))
    throw Error({}, "arrivals", "or durations are 0 or below", "give positive numbers");
  static const std::uint64_t arrival = stream_of("arrival"), length = stream_of("duration"),
                             size_of = stream_of("size"), queue_of = stream_of("queue"),
                             priority_of = stream_of("priority");
  std::vector<FleetJob> out(static_cast<size_t>(mix.jobs));
  double now = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    FleetJob& job = out[i];
    now -= std::log(uniform(seed, arrival, i)) / mix.arrivals;
    job.submit = now;
    const double u = uniform(seed, length, i);
    job.duration = mix.mean_duration;
    if (mix.spread < 0) job.duration *= -std::log(u);
    else if (mix.spread > 0) job.duration *= std::exp(mix.spread * normal_quantile(u) - mix.spread * mix.spread / 2);
    double left = uniform(seed, size_of, i) * shares;
    job.accelerators = mix.sizes.back().first;
    for (const auto& [size, share] : mix.sizes)
      if ((left -= share) <= 0) {
        job.accelerators = size;
        break;
      }
    job.queue = static_cast<int>(uniform(seed, queue_of, i) * mix.queues);
    job.priority = static_cast<int>(uniform(seed, priority_of, i) * mix.priorities);
  }
  return out;
}

}  // namespace orrery::operations
