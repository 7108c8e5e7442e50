#include "study/operate_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "base/files.h"
#include "base/random.h"
#include "base/units.h"
#include "catalog/bounds.h"
#include "scenario/check.h"

namespace orrery::study {
namespace {

using namespace operations;
using namespace scenario;
namespace d = dimension;

constexpr double day = 86400;              ///< s
constexpr double most_accelerators = 1e7;  ///< of a job that is followed

/// Distribution and all, of a value that every event draws for itself.
Distribution each_time(Reader& reader, const View& view, const char* key, const std::optional<Fallback>& otherwise) {
  const Uncertain<Time> value = reader.amount<Time>(view, key, otherwise);
  if (value.input < 0) return Distribution::constant(value.median.value());
  Distribution out = reader.inputs[static_cast<std::size_t>(value.input)].distribution;
  reader.inputs.pop_back();
  return out;
}

/// A cause of the scenario's own.
Cause own_cause(Reader& reader, const std::string& name, const View& view) {
  Cause cause;
  Fault& fault = cause.fault;
  fault.name = fault.title = name;
  if (reader.catalog().find("faults", name))
    throw Error(view.place(), view.path, "is a cause of the catalog", "give yours another name");
  fault.domain =
      domain_of(reader.text(view, "domain", "host", "one host"), view.place("domain"), view.key_path("domain"));
  fault.effect =
      effect_of(reader.text(view, "effect", "stop", "it stops the job"), view.place("effect"), view.key_path("effect"));
  cause.rate = reader.constant_number(view, "rate");
  fault.out = each_time(reader, view, "out", from_rule(0, "hosts go on"));
  if (fault.effect != Effect::stop && takes_several(fault.domain))
    throw Error(view.place("effect"), view.key_path("effect"), "is of one host, and the domain has several",
                "make its domain host or accelerator");
  needs(view, {"slower"}, fault.effect == Effect::slow, "effect = \"slow\"", "add it, or leave it out");
  needs(view, {"found", "missed"}, fault.effect != Effect::stop, "effect = \"slow\" or \"corrupt\"",
        "add one of them, or leave it out");
  const catalog::Entry& slow_host = reader.catalog().entry("faults", "slow-host");
  if (fault.effect == Effect::slow) fault.slower = reader.constant_number(view, "slower", maybe(slow_host, "slower"));
  if (fault.effect == Effect::stop) return cause;
  fault.found = each_time(reader, view, "found", maybe(slow_host, "found"));
  fault.missed = reader.constant_number(view, "missed", from_rule(0, "none"));
  return cause;
}

Tier own_tier(Reader& reader, const std::string& name, const View& view) {
  Tier tier;
  tier.name = name;
  tier.every = reader.constant<Time>(view, "every").value();
  tier.blocks = reader.constant<Time>(view, "blocks", from_rule(0, "taken in the background")).value();
  tier.survives = domain_of(reader.text(view, "survives", "hall", "storage apart from the machine"),
                            view.place("survives"), view.key_path("survives"));
  const bool sized = view.gives("size") || view.gives("bandwidth");
  if (!sized) return tier;
  const double size = reader.constant<Data>(view, "size").value();
  tier.lands = size / reader.constant<Bandwidth>(view, "bandwidth").value();
  return tier;
}

/// Accelerators that a domain of the fleet holds; the fleet's own word for it, else what the rule says.
std::uint32_t hosts_in(Reader& reader, const View& view, const char* key, double fallback, const char* rule,
                       double per_host) {
  const int accelerators = reader.whole(view, key, static_cast<int>(fallback), rule);
  if (accelerators < per_host)
    throw Error(view.place(key), view.key_path(key), fmt::format("is less than a host, which has {:g}", per_host),
                "take at least that");
  return static_cast<std::uint32_t>(std::max(1.0, std::round(accelerators / per_host)));
}

/// The hosts that a rack, a switch, a power block and a hall hold, where a cause takes one of them.
void read_domains(Reader& reader, const View& view, const catalog::Entry* server, Followed& out) {
  HostFleet& fleet = out.job.fleet;
  const auto said = [&](const char* key, double otherwise) {
    return server ? server->number(key, otherwise) : otherwise;
  };
  const double per_host = fleet.accelerators;
  const double below = reader.catalog().entry("failures", "default").at("hosts_per_switch").amount.median();
  const auto size = [&](Domain domain) -> std::uint32_t& { return fleet.size[static_cast<std::size_t>(domain)]; };
  for (const auto& [domain, key] : {std::pair{Domain::rack, "rack"},
                                    {Domain::leaf_switch, "switch"},
                                    {Domain::power_block, "power_block"},
                                    {Domain::hall, "hall"}}) {
    const auto of_domain = [&, taken = domain](const Cause& cause) { return cause.fault.domain == taken; };
    const auto cause = std::find_if(out.causes.begin(), out.causes.end(), of_domain);
    const std::string name(domain_names[static_cast<std::size_t>(domain)]);
    const bool there = cause != out.causes.end();
    needs(view, {key}, there, ("a cause that takes a " + name + " with it").c_str(),
          ("add [fault.NAME] with domain = \"" + name + "\", or leave it out").c_str());
    if (!there) continue;
    if (domain == Domain::rack)
      size(domain) = hosts_in(reader, view, key, said("chips_per_rack", 4 * per_host),
                              server && server->find("chips_per_rack") ? "servers" : "four hosts", per_host);
    else if (domain == Domain::leaf_switch)
      size(domain) = hosts_in(reader, view, key, below * per_host, "failures/default.hosts_per_switch", per_host);
    else if (view.gives(key)) size(domain) = hosts_in(reader, view, key, 0, "", per_host);
    else
      throw Error(view.place(), view.key_path(key),
                  "must be given: fault." + cause->fault.name + " takes all of one with it",
                  std::string("add ") + key + " = 4096, the accelerators of one");
  }
}

void read_trace(Reader& reader, const View& view, Followed& out) {
  const Place place = view.place("trace");
  out.trace = std::make_shared<const FaultTrace>(read_fault_trace(reader, view));
  for (const std::string& cause : out.trace->causes) {
    out.causes.emplace_back();
    out.causes.back().fault.name = out.causes.back().fault.title = cause;
  }
  for (const char* key : {"clustering", "shape", "age", "crews", "hands_on", "repair", "fail_slow", "corruption",
                          "rack", "switch", "power_block", "hall"})
    if (view.gives(key))
      throw Error(view.place(key), view.key_path(key), "is of faults at random, and these are a trace's",
                  "leave it or the trace out");
  out.days = reader.constant_number(view, "days", from_rule(out.trace->days, "as long as the trace"));
  out.listed = at(place, view.key_path("trace"), [&] { return events_of(*out.trace, out.job.fleet, out.days); });
}

}  // namespace

FaultTrace read_fault_trace(Reader& reader, const View& view) {
  const std::string path = path_of(*view.find("trace"));
  reader.text(view, "trace");
  return parse_fault_trace(read_file(path, largest_csv), path);
}

std::vector<Key> followed_keys() {
  return {
      asked(certain(amount("days", d::none, "days that the job is followed through faults at random",
                           "none: the closed form alone", 0.01, 3653))),
      date("start", "the first of these days", "2026-01-01"),
      certain(amount("spares", d::none, "hosts that stand ready, per host of the job", "failures/default", 0, 10)),
      text("trace", "a file of faults that happened (StepFun's JSON, or CSV: host, start, end, cause), replayed",
           "none"),
      asked(certain(amount("goal", d::none, "goodput that spares are sought for", "none", 0, 1))),
      whole("rack", "accelerators of a rack", "the catalog's servers, else four hosts", 1, 1e7),
      whole("switch", "accelerators below a leaf switch", "failures/default", 1, 1e7),
      whole("power_block", "accelerators of a power block", "none", 1, 1e7),
      whole("hall", "accelerators of a hall", "none", 1, 1e7),
      certain(amount("clustering", d::none, "shape of the gamma distribution of how often hosts fail; 0: all alike",
                     "failures/default", 0, 1e6)),
      certain(
          amount("shape", d::none, "of faults over time: Weibull's; below 1 the young fail more often", "1", 0.1, 10)),
      certain(amount("age", d::time, "that the fleet has run at the start", "0", 0, bounds::longest)),
      whole("crews", "crews that repair, one host each at a time", "as many as needed", 1, 1e6),
      certain(amount("hands_on", d::time, "that a crew is busy with a host", "failures/default", 0, bounds::longest)),
      certain(
          amount("repair", d::time, "that a host is out of service, whatever failed", "faults", 0, bounds::longest)),
      whole("renew_after", "faults after which a host is sent back to its maker", "never", 1, 1e6),
      certain(
          amount("renewal", d::time, "until another host stands in its place", "failures/default", 0, bounds::longest)),
      of(KeyType::boolean, "fail_slow", "whether hosts get slow, faults/slow-host", "false"),
      of(KeyType::boolean, "corruption", "whether data are silently corrupted, faults/silent-corruption", "false")};
}

std::vector<Section> followed_sections() {
  return {
      {"fault.*",
       "A cause of faults of one's own, beside those of the catalog.",
       {sourced(
            based(certain(amount("rate", d::none - d::time, "faults of a domain and time", "must be given", 0, 0.1)))),
        text("domain", "what it takes with it: job, accelerator, board, host, link, rack, switch, power-block or hall",
             "host"),
        text("effect", "stop, slow or corrupt", "stop"),
        amount("out", d::time, "that the hosts of the domain are out of service", "0", 0, bounds::longest),
        certain(amount("slower", d::none, "share by which a slow host is slower", "faults/slow-host", 0, 1)),
        amount("found", d::time, "until a slow host, or corruption, is noticed", "faults/slow-host", 0,
               bounds::longest),
        certain(amount("missed", d::none, "share of them that nobody notices", "0", 0, 1))}},
      {"tier.*",
       "Where copies of the job's state are kept, in place of the mechanism's.",
       {certain(amount("every", d::time, "between copies", "must be given", 1, bounds::longest)),
        certain(amount("blocks", d::time, "that each copy stops the job", "0", 0, bounds::longest)),
        text("survives", "the largest domain whose loss a copy outlives", "hall"),
        certain(amount("size", d::data, "of a copy, where it takes time to arrive", "none")),
        certain(amount("bandwidth", d::bandwidth, "at which it arrives", "none", bounds::least_bandwidth))}}};
}

std::optional<Followed> read_followed(Reader& reader, double accelerators, const std::string& chip) {
  const View view = reader.root().below("operate");
  const bool follows = view.gives("days") || view.gives("trace") || view.gives("goal");
  for (const Key& key : followed_keys())
    needs(view, {std::string(key.name).c_str()}, follows, "a job that is followed", "add days = 60, or leave it out");
  for (const char* group : {"fault", "tier"})
    needs(reader.root(), {group}, follows, "a job that is followed", "add days = 60 to [operate], or leave it out");
  if (!follows) return std::nullopt;
  if (accelerators > most_accelerators)
    throw Error(view.place("on"), view.key_path("on"), "is more than the 10,000,000 accelerators that are followed",
                "leave days, trace and goal out for the closed form");
  const catalog::Entry& failures = reader.catalog().entry("failures", "default");
  Followed out;
  out.own_causes = reader.root().gives("fault");
  for (const auto& [name, section] : reader.root().group("tier")) out.tiers.push_back(own_tier(reader, name, section));
  JobRun& job = out.job;
  const catalog::Entry* server = server_of(reader.catalog(), chip);
  job.fleet.accelerators = server ? server->number("chips_per_server", 8) : 8;
  job.fleet.size.fill(1);
  const double per_host = job.fleet.accelerators, hosts = std::ceil(accelerators / per_host);
  out.spares = reader.constant_number(view, "spares", maybe(failures, "spares"));
  out.first_day = reader.date(view, "start", make_date(2026, 1, 1), "a day to count from");
  if (view.gives("trace")) {
    if (reader.root().gives("fault"))
      throw Error(reader.root().place("fault"), "fault", "is of faults at random, and these are a trace's",
                  "leave it or the trace out");
    job.fleet.hosts = static_cast<std::uint32_t>(hosts);
    read_trace(reader, view, out);
    // The spares are hosts of the fleet that the trace is of.
    job.hosts = static_cast<std::uint32_t>(std::floor(hosts / (1 + out.spares) + 1e-9));
    if (job.hosts == 0)
      throw Error(view.place("spares"), view.key_path("spares"), "leaves no host of the fleet for the job",
                  "take fewer spares, or more accelerators");
    job.accelerators = std::min(accelerators, job.hosts * per_host);
  } else {
    const bool slow = reader.boolean(view, "fail_slow", false, "part of what does not grow with size");
    const bool corrupt = reader.boolean(view, "corruption", false, "part of what does not grow with size");
    for (Cause& cause : causes_of(reader.catalog()))
      if (cause.fault.effect == Effect::stop || (cause.fault.effect == Effect::slow ? slow : corrupt))
        out.causes.push_back(std::move(cause));
    for (const auto& [name, section] : reader.root().group("fault"))
      out.causes.push_back(own_cause(reader, name, section));
    read_domains(reader, view, server, out);
    out.days = reader.constant_number(view, "days", from_rule(60, "where spares are sought"));
    out.clustering = reader.constant_number(view, "clustering", maybe(failures, "clustering"));
    out.ageing.shape = reader.constant_number(view, "shape", from_rule(1, "no ageing"));
    needs(view, {"age"}, out.ageing.shape != 1, "a shape other than 1", "add shape = 0.7, or leave it out");
    if (out.ageing.shape != 1) out.ageing.age = reader.constant<Time>(view, "age", from_rule(0, "new")).value();
    job.hosts = static_cast<std::uint32_t>(hosts);
    job.fleet.hosts = job.hosts + static_cast<std::uint32_t>(std::ceil(hosts * out.spares - 1e-9));
    job.accelerators = accelerators;
    needs(view, {"hands_on"}, view.gives("crews"), "crews", "add crews = 4, or leave it out");
    if (view.gives("crews")) {
      job.crews = static_cast<std::uint32_t>(reader.whole(view, "crews"));
      job.hands_on = reader.constant<Time>(view, "hands_on", maybe(failures, "hands_on")).value();
    }
    if (view.gives("repair")) {
      const double repair = reader.constant<Time>(view, "repair").value();
      for (Cause& cause : out.causes)
        if (!(cause.fault.out.is_constant() && cause.fault.out.a == 0))
          cause.fault.out = Distribution::constant(repair);
    }
    out.chance = static_cast<int>(reader.inputs.size());
    reader.inputs.push_back({"operate.faults", {Distribution::Kind::uniform, 0, 1, 0, {}}, d::none});
  }
  out.asked_at = view.place(view.gives("days") ? "days" : "goal");
  if (1.0 * job.fleet.hosts * per_host > 1.1 * most_accelerators)
    throw Error(view.place("spares"), view.key_path("spares"), "makes a fleet of more than 11,000,000 accelerators",
                "take fewer");
  if (!out.tiers.empty())
    for (const char* key : {"interval", "checkpoint"})
      if (view.gives(key))
        throw Error(view.place(key), view.key_path(key),
                    "is of the mechanism's copies, and [tier.*] stand in their place", "leave one of the two out");
  job.length = out.ageing.length = out.days * day;
  needs(view, {"renewal"}, view.gives("renew_after"), "renew_after", "add renew_after = 5, or leave it out");
  if (view.gives("renew_after")) {
    job.renew_after = static_cast<std::uint32_t>(reader.whole(view, "renew_after"));
    job.renewal = reader.constant<Time>(view, "renewal", maybe(failures, "renewal")).value();
  }
  if (view.gives("goal")) {
    for (const char* key : {"spares", "trace"})
      if (view.gives(key))
        throw Error(view.place(key), view.key_path(key), "stands beside a goal, for which spares are sought",
                    "leave one of the two out");
    out.goal = reader.constant_number(view, "goal");
  }
  // The last host may be in part the job's: rates are of the accelerators that it has.
  job.fleet.accelerators = accelerators / hosts;
  out.frailty = std::make_shared<const Frailty>(job.fleet.hosts, out.clustering, stream_of("hosts"));
  return out;
}

}  // namespace orrery::study
