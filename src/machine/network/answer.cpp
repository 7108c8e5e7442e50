#include "machine/network/answer.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/spread.h"
#include "machine/network/effort.h"
#include "machine/network/flow_against_packet.h"

namespace orrery::network {
namespace {

const std::vector<std::string> patterns = {"permutation", "ring", "all-to-all", "incast"};

/// Who of so many ranks sends to whom.
std::vector<Pair> pattern(const NetworkQuestion& q, std::uint32_t ranks) {
  if (q.traffic == "permutation") return permutation_traffic(ranks, q.packet.seed);
  if (q.traffic == "ring") return ring_traffic(ranks);
  if (q.traffic == "incast") return incast_traffic(ranks, q.senders);
  if (q.traffic == "all-to-all") return all_to_all_traffic(ranks);
  return read_traffic(q.traffic, q.traffic_file, ranks);
}

/// Flows of a pattern among so many ranks of each job.
double flows_of(const NetworkQuestion& q, double each) {
  return q.jobs * (q.traffic == "all-to-all" ? each * (each - 1) : q.traffic == "incast" ? q.senders : each);
}

/// Pairs like those of a pattern, from all over the ranks of the jobs, without all the others.
std::vector<Pair> some_pairs(const NetworkQuestion& q, std::uint32_t each) {
  constexpr std::uint64_t samples = 85;
  const std::uint64_t apart = q.placement == Placement::packed ? 1 : q.jobs;
  std::vector<Pair> pairs;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(samples, each); ++i) {
    const std::uint64_t from = mix(i) % each, to = q.traffic == "ring"     ? (from + 1) % each
                                                   : q.traffic == "incast" ? 0
                                                                           : (from + 1 + mix(from) % (each - 1)) % each;
    if (from != to) pairs.push_back({static_cast<Host>(from * apart), static_cast<Host>(to * apart)});
  }
  return pairs;
}

/// Throws Error for traffic that is none, or more than is followed flow by flow.
void check_traffic(const Network& n, const NetworkQuestion& q,
                   const std::function<RoutedTraffic(const std::vector<Pair>&)>& route) {
  const std::uint32_t each = n.ranks / q.jobs;
  if (n.ranks < 2) throw Error({}, "ranks", "of 1 has nobody to send to", "give 2 or more");
  if (each < 2)
    throw Error({}, "jobs", "of " + std::to_string(q.jobs) + " leave fewer than two of the ranks to each",
                "at most " + std::to_string(n.ranks / 2) + " have two");
  if (!q.traffic_file.empty()) return;
  if (std::find(patterns.begin(), patterns.end(), q.traffic) == patterns.end())
    throw Error({}, "traffic", "knows no " + in_quotes(q.traffic),
                suggest(q.traffic, patterns, "permutation, ring, all-to-all, incast or a file"));
  if (q.traffic == "incast" && q.senders >= each)
    throw Error({}, "senders", "of " + std::to_string(q.senders) + " do not fit " + std::to_string(each) + " hosts",
                "1 to " + std::to_string(each - 1) + " do");
  const auto in_units = [&](double flows) {
    const double of_job = flows / q.jobs;
    return q.traffic == "incast" ? of_job : q.jobs * (q.traffic == "all-to-all" ? std::sqrt(of_job) : of_job);
  };
  const char* unit = q.traffic == "incast" ? "senders"
                     : n.topology.shape.index() == 0 && q.traffic == "all-to-all"
                         ? "ranks; of a full switched tree, sprayed and without packets, any "
                           "number is solved by symmetry"
                         : "ranks";
  double fit = flows_that_fit(some_pairs(q, each), route);
  if (flows_of(q, each) <= fit) return;
  // Fewer ranks may lie otherwise: what fits of them is asked anew, until it does.
  double units = infinity;
  for (bool fits = false; !fits && units > 2 * q.jobs;) {
    units = rounded_down(std::min(0.8 * units, in_units(0.9 * fit)));
    const auto fewer = static_cast<std::uint32_t>(std::max(2.0, units / q.jobs));
    if (q.traffic == "incast" || fewer >= each) break;
    fit = flows_that_fit(some_pairs(q, fewer), route);
    fits = flows_of(q, fewer) <= fit;
  }
  refuse_flows(flows_of(q, each), units, unit);
}

/// As check_traffic, for pairs that a file gives.
void check_pairs(const std::vector<Pair>& pairs, const NetworkQuestion& q,
                 const std::function<RoutedTraffic(const std::vector<Pair>&)>& route) {
  std::vector<Pair> some;
  for (std::size_t i = 0; i < pairs.size(); i += pairs.size() / 85 + 1) some.push_back(pairs[i]);
  const auto flows = static_cast<double>(pairs.size());
  if (const double fit = flows_that_fit(some, route); flows > fit)
    refuse_flows(flows, rounded_down(0.9 * fit / q.jobs), "pairs");
}

/// The pattern of every job, one after the other, between the hosts where its ranks are.
std::vector<Pair> pairs_of(const Network& n, const NetworkQuestion& q) {
  const std::uint32_t each = n.ranks / q.jobs;
  if (q.jobs == 1 && q.placement == Placement::packed) return pattern(q, each);
  const std::vector<Pair> of_one = pattern(q, each);
  const std::vector<Host> at = hosts_of_jobs(n.topology, q.jobs, each, q.placement, q.packet.seed);
  std::vector<Pair> pairs;
  pairs.reserve(of_one.size() * q.jobs);
  for (std::size_t first = 0; first < at.size(); first += each)
    for (const Pair& p : of_one) pairs.push_back({at[first + p.from], at[first + p.to]});
  return pairs;
}

void solve_folded(TrafficAnswer& a, const FoldedRates& folded) {
  a.folded = true;
  a.classes = folded.classes.size();
  a.certificate = check_max_min(folded.problem, folded.rates);
  a.least = INFINITY;
  for (const FlowClass& c : folded.classes) {
    a.flows += c.flows;
    a.mean += c.flows * c.rate;
    if (c.rate < a.least) a.least = c.rate, a.bottleneck = c.bottleneck;
  }
  a.mean /= std::max(1.0, a.flows);
}

/// What each of the jobs gets alone and beside the others: rates are those of all pairs together, job by job.
std::vector<JobRates> rates_of_jobs(const FlowProblem& problem, const std::vector<double>& rates, std::size_t jobs) {
  std::vector<JobRates> answer(jobs);
  const std::vector<double> apart = rates_apart(problem, jobs);
  const std::size_t each = rates.size() / jobs;
  const auto least_and_mean = [each](const double* of, double& least, double& mean) {
    least = *std::min_element(of, of + each);
    for (std::size_t i = 0; i < each; ++i) mean += of[i] / static_cast<double>(each);
  };
  for (std::size_t j = 0; each > 0 && j < jobs; ++j) {
    least_and_mean(apart.data() + j * each, answer[j].least_alone, answer[j].mean_alone);
    least_and_mean(rates.data() + j * each, answer[j].least, answer[j].mean);
  }
  return answer;
}

TrafficAnswer answer_traffic(const Network& n, const NetworkQuestion& q, const Failures& failures) {
  TrafficAnswer a;
  a.line = n.fabric.scale_out.bandwidth;
  const Clos* clos = std::get_if<Clos>(&n.topology.shape);
  const bool spray = q.packet.routing == Routing::spray, failing = failures.count > 0;
  if (!q.packet_level && q.traffic == "all-to-all" && q.jobs == 1 && spray && clos != nullptr &&
      n.ranks == clos->hosts && (!failing || (clos->rails == ClosDescription::Rails::none && clos->domain == 1))) {
    try {
      solve_folded(a, failing ? all_to_all_rates(*clos, failures) : all_to_all_rates(*clos));
      return a;
    } catch (const Error&) {
      a = TrafficAnswer{};  // not full: flow by flow, if there are few enough
      a.line = n.fabric.scale_out.bandwidth;
    }
  }
  const Failures* const down = failing ? &failures : nullptr;
  const auto route_all = [&](const std::vector<Pair>& all) {
    return spray ? route_spray(n.topology, all, down) : route_ecmp(n.topology, all, q.packet.seed, 1, down);
  };
  check_traffic(n, q, route_all);
  const std::vector<Pair> pairs = pairs_of(n, q);
  if (!q.traffic_file.empty()) check_pairs(pairs, q, route_all);
  a.flows = static_cast<double>(pairs.size());
  const auto messages = [&] {
    std::vector<Message> all;
    for (const Pair& p : pairs) all.push_back({p.from, p.to, q.bytes, 0});
    return all;
  };
  if (q.packet_level) {
    if (failing)
      throw Error({}, "level", "packets do not know failed links", "leave out the failures or use the flow level");
    a.packets = simulate_packets(n.topology, messages(), q.packet);
  }
  if (!q.flow_level) return a;
  const RoutedTraffic routed = route_all(pairs);
  const std::vector<double> rates = max_min_rates(routed.problem);
  a.certificate = check_max_min(routed.problem, rates);
  a.cut_off = routed.cut_off.size();
  a.least = INFINITY;
  std::size_t slowest = 0;
  for (std::size_t f = 0; f < rates.size(); ++f) {
    if (std::isfinite(rates[f])) a.mean += rates[f] / static_cast<double>(rates.size());
    if (rates[f] > 0 && rates[f] < a.least) a.least = rates[f], slowest = f;
  }
  if (a.cut_off > 0 || rates.empty()) a.least = 0;
  if (q.jobs > 1) a.jobs = rates_of_jobs(routed.problem, rates, q.jobs);
  constexpr std::size_t most_followed = 20000;  // every start and end solves anew: seconds beyond
  constexpr double most_work = 2e7;
  std::vector<double> done;
  if (!failing && pairs.size() <= most_followed) {
    done = flow_level_completion(n.topology, messages(), q.packet, most_work);
    a.changes_too_often = done.empty();
  }
  if (!done.empty()) {
    CompletionTimes& c = a.completion.emplace();
    for (double d : done) c.mean += d / static_cast<double>(done.size());
    c.p50 = quantile(done, 0.5);
    c.p99 = quantile(done, 0.99);
    c.max = quantile(done, 1);
  }
  if (a.cut_off == 0 && !rates.empty() && !spray) {
    const LinkId l = bottlenecks(routed.problem, rates)[slowest];
    if (l != 0xffffffffu) a.bottleneck = link_name(n.topology, routed.in_network(l));
  }
  return a;
}

/// Share of its vector that a rank's links carry, as nccl-tests counts it.
double bus_factor(Collective c, double ranks) {
  if (c == Collective::all_reduce) return 2 * (ranks - 1) / ranks;
  return c == Collective::broadcast || c == Collective::send_recv ? 1 : (ranks - 1) / ranks;
}

void answer_collective(NetworkAnswer& a, const Failures& failures, const catalog::BandRule& rule) {
  const NetworkQuestion& q = a.question;
  const Data bytes(q.bytes);
  BandTerms terms;
  if (const Torus* torus = std::get_if<Torus>(&a.network.topology.shape)) {
    if (failures.count > 0 || a.network.ranks != torus->hosts())
      throw Error({}, "collective", "on a torus is modelled over all of its accelerators and links",
                  "leave out ranks and failures, or ask for traffic on " + a.network.name);
    a.collective = estimate_collective(*torus, *q.collective, bytes);
    a.collective_bound = collective_bound(*torus, *q.collective, bytes);
    a.bound_by = "the links";
    terms = terms_of(Fabric{}, *a.collective, {static_cast<int>(a.network.ranks), static_cast<int>(a.network.ranks)});
  } else if (std::holds_alternative<Clos>(a.network.topology.shape)) {
    const Fabric fabric = failures.count > 0 ? with_failures(a.network, failures) : a.network.fabric;
    const Group group = packed_group(fabric, a.network.ranks);
    a.collective = estimate_collective(fabric, *q.collective, bytes, group);
    a.collective_bound = collective_bound(fabric, *q.collective, bytes, group);
    terms = terms_of(fabric, *a.collective, group);
    a.bound_by = a.collective->scale_out ? "scale-out, tier " + std::to_string(a.collective->span + 1) : "scale-up";
  } else {
    throw Error({}, "collective", "is modelled on switched trees and tori", "ask for traffic on " + a.network.name);
  }
  a.collective_band = within_band(rule, terms, a.collective->time.value());
  if (a.collective->time.value() > 0)
    a.bus_bandwidth = q.bytes * bus_factor(*q.collective, a.network.ranks) / a.collective->time.value();
  if (a.collective->latency > a.collective->transfer) a.bound_by = "latency";
}

Failures failures_of(const Network& n, const NetworkQuestion& q) {
  Failures failures;
  if (q.fail > 0 || q.fail_switch > 0 || q.fail_planes > 0) check_failures(n.topology);
  if (q.fail > 0) failures = random_failures(n.topology, q.fail, q.packet.seed);
  if (q.fail_switch == 0 && q.fail_planes == 0) return failures;
  const Clos* clos = std::get_if<Clos>(&n.topology.shape);
  if (clos == nullptr)
    throw Error({}, q.fail_switch > 0 ? "fail_switch" : "fail_planes", "is modelled on switched trees",
                "fail a share of the links of " + n.name);
  if (q.fail_switch > 0) fail_switch(failures, *clos, q.fail_switch, 0);
  fail_planes(failures, *clos, q.fail_planes);
  return failures;
}

}  // namespace

NetworkAnswer answer(const catalog::Catalog& catalog, std::string_view name, const NetworkQuestion& q) {
  NetworkAnswer a;
  a.network = make_network(catalog, name, q.ranks, q.per_domain, q.chip);
  a.question = q;
  a.links = present_links(a.network.topology);
  const Failures failures = failures_of(a.network, q);
  a.failed = failures.count;
  if (q.detour) {
    Dragonfly* dragonfly = std::get_if<Dragonfly>(&a.network.topology.shape);
    if (dragonfly == nullptr)
      throw Error({}, "routing", "by a third group is a dragonfly's", "spray or ecmp on " + a.network.name);
    dragonfly->detour = true;
  }
  try {
    a.bill = bill_of(a.network, catalog);
  } catch (const Error& error) {
    a.bill_problem = (error.key() == "network" ? "" : error.key() + ' ') + error.problem() +
                     (error.remedy().empty() ? "" : "; " + error.remedy());
  }
  if (const Torus* torus = std::get_if<Torus>(&a.network.topology.shape)) a.all_to_all = all_to_all_rate(*torus);
  if (q.collective) answer_collective(a, failures, read_collective_band(catalog));
  if (!q.traffic.empty()) {
    a.traffic = answer_traffic(a.network, q, failures);
    a.traffic->band = read_traffic_band(catalog, q.packet.routing == Routing::spray);
  }
  return a;
}

}  // namespace orrery::network
