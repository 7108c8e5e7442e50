// What [operate] says of many jobs on one fleet.
#include <algorithm>
#include <cmath>

#include "catalog/bounds.h"
#include "machine/operations/curtailment.h"
#include "machine/operations/fault_facts.h"
#include "machine/operations/fault_trace.h"
#include "machine/operations/policies.h"
#include "scenario/check.h"
#include "study/operate_jobs.h"
#include "study/operate_run.h"

namespace orrery::study {
namespace {

using namespace operations;
using namespace scenario;
namespace d = dimension;

constexpr double day = 86400;       ///< s
constexpr double most_nodes = 2e5;  ///< of a fleet
constexpr double longest = 73000;   ///< days that serving is planned for

/// Accelerators in nodes as the catalog's servers have them, in domains of a rack and pods of a leaf switch where these
/// are given.
FleetShape read_shape(Reader& reader, const View& view, double accelerators, const std::string& chip) {
  const catalog::Entry* server = server_of(reader.catalog(), chip);
  FleetShape shape;
  shape.node = static_cast<int>(server ? server->number("chips_per_server", 8) : 8);
  if (std::fmod(accelerators, shape.node) != 0)
    throw Error(view.place("on"), view.key_path("on"),
                "is no whole number of its servers, which hold " + std::to_string(shape.node),
                "take a multiple of that");
  if (accelerators / shape.node > most_nodes)
    throw Error(view.place("on"), view.key_path("on"), "is more than the 200,000 servers whose jobs are followed",
                "take fewer");
  shape.nodes = static_cast<int>(accelerators / shape.node);
  const auto nodes_in = [&](const char* key, int of, const char* whole) {
    const int given = reader.whole(view, key);
    if (given % (of * shape.node) != 0)
      throw Error(view.place(key), view.key_path(key), std::string("is no whole number of ") + whole,
                  "take a multiple of " + std::to_string(of * shape.node));
    return given / shape.node;
  };
  if (view.gives("rack")) shape.domain = nodes_in("rack", 1, "servers");
  else if (const double rack = server ? server->number("chips_per_rack", 0) : 4 * shape.node; rack > shape.node)
    shape.domain = static_cast<int>(rack / shape.node);
  if (view.gives("switch")) shape.pod = nodes_in("switch", shape.domain, "racks");
  return shape;
}

/// Nodes that are out of service as in a trace of faults, spread over the fleet's.
std::vector<CapacityEvent> failing_nodes(Reader& reader, const View& view, const FleetShape& shape) {
  const FaultTrace trace = read_fault_trace(reader, view);
  HostFleet fleet;
  fleet.hosts = static_cast<std::uint32_t>(shape.nodes);
  std::vector<CapacityEvent> out;
  for (const FaultEvent& e :
       at(view.place("trace"), view.key_path("trace"), [&] { return events_of(trace, fleet, infinity); })) {
    if (e.out <= 0) continue;
    out.push_back({e.time, -1, static_cast<int>(e.host), false});
    if (std::isfinite(e.out)) out.push_back({e.time + e.out, -1, static_cast<int>(e.host), true});
  }
  return out;
}

}  // namespace

std::vector<Key> jobs_keys() {
  return {text("jobs", "a file of jobs that share the accelerators, in place of one that has them all", "none"),
          text("policy", "by which they share them: fifo, sjf, backfill, drf or gang-topology", "all, side by side"),
          whole("quota", "accelerators that each queue may hold at once", "none", 1, 1e9),
          text("topology", "whether a job must lie in one node, rack or switch: any, preferred or required",
               "the policy's"),
          certain(amount("serving", d::none, "share of the nodes, rounded up, that serving takes for some hours a day",
                         "0", 0, 1)),
          certain(amount("serving_from", d::none, "hour of the day from which it does", "8", 0, 24)),
          certain(amount("serving_to", d::none, "hour of the day until which it does", "20", 0, 24)),
          text("curtailments",
               "a file of power caps (CSV: start, end, share of the nodes that may be powered), in days of the jobs",
               "none")};
}

std::optional<JobsQuestion> read_jobs_question(Reader& reader, const std::vector<Key>& others) {
  const View view = reader.root().below("operate");
  const bool asked = view.gives("jobs");
  for (const Key& key : jobs_keys())
    needs(view, {std::string(key.name).c_str()}, asked, "many jobs", "add jobs = \"jobs.csv\", or leave it out");
  if (!asked) return std::nullopt;
  for (const Key& key : others)
    if (view.gives(key.name) && key.name != "on" && key.name != "rack" && key.name != "switch" && key.name != "trace" &&
        key.name != "start")
      throw Error(view.place(key.name), view.key_path(key.name), "is of one job, and there are many",
                  "leave it or the jobs out");
  for (const char* group : {"fault", "tier"})
    if (reader.root().gives(group))
      throw Error(reader.root().place(group), group, "is of one job that is followed, and there are many",
                  "leave it or the jobs out");
  const auto [count, chip] =
      parse_chips_of(reader.text(view, "on", "16384 x h100-sxm", "as Llama 3"), view.place("on"), view.key_path("on"));
  reader.catalog().entry("chips", chip, view.place("on"), view.key_path("on"));
  JobsQuestion out;
  const std::string path = path_of(*view.find("jobs"));
  reader.text(view, "jobs");
  out.trace = read_jobs(path);
  out.shape = read_shape(reader, view, count, chip);
  if (view.gives("policy")) {
    out.policy = reader.text(view, "policy");
    at(view.place("policy"), view.key_path("policy"), [&] { return policy_of(out.policy); });
  }
  if (view.gives("quota")) out.quota = reader.whole(view, "quota");
  if (view.gives("topology")) {
    const std::vector<std::string> names{"any", "preferred", "required"};
    const std::string name = reader.choice(view, "topology", names, std::nullopt, "");
    out.topology = static_cast<Topology>(std::find(names.begin(), names.end(), name) - names.begin());
  }
  if (view.gives("trace")) out.capacity = failing_nodes(reader, view, out.shape);
  if (out.trace.first_day && !view.gives("start")) out.first_day = *out.trace.first_day;
  else out.first_day = reader.date(view, "start", make_date(2026, 1, 1), "a day to count from");
  const double serving = reader.constant_number(view, "serving", from_rule(0, "none"));
  needs(view, {"serving_from", "serving_to"}, serving > 0, "a share that serving takes",
        "add serving = 0.5, or leave it out");
  std::vector<CapacityEvent> while_served;
  if (serving > 0) {
    const double from = reader.constant_number(view, "serving_from", from_rule(8, "by day")),
                 to = reader.constant_number(view, "serving_to", from_rule(20, "by day"));
    if (from == to)
      throw Error(view.place("serving_to"), view.key_path("serving_to"), "is the hour from which serving takes them",
                  "give another");
    double last = 0, work = 0;
    for (const FleetJob& job : out.trace.jobs)
      last = std::max(last, job.submit), work += job.duration * job.accelerators;
    const double until = last + std::min(20 * work / std::max(count * (1 - serving), 1.0) + 3653 * day, longest * day);
    std::vector<CapacityEvent> days = daily_capacity(out.shape, from, to, 1 - serving, until);
    // What then is left never comes to an end.
    while (!days.empty() && days.back().nodes == out.shape.nodes) days.pop_back();
    while_served = std::move(days);
  }
  std::vector<Curtailment> curtailments;
  if (view.gives("curtailments")) {
    reader.text(view, "curtailments");
    curtailments = read_curtailments(read_csv(path_of(*view.find("curtailments"))));
  }
  const std::vector<CapacityEvent> left = curtailed_capacity(out.shape, curtailments, while_served);
  out.capacity.insert(out.capacity.end(), left.begin(), left.end());
  return out;
}

}  // namespace orrery::study
