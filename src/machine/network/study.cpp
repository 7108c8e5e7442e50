#include "machine/network/study.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/spread.h"
#include "base/units.h"
#include "machine/network/levels.h"

namespace orrery::network {
namespace {

std::vector<Pair> pairs_of(const Question& q, std::uint32_t ranks) {
  if (q.traffic == "permutation") return permutation_traffic(ranks, q.packet.seed);
  if (q.traffic == "ring") return ring_traffic(ranks);
  if (q.traffic == "incast") return incast_traffic(ranks, q.senders);
  if (q.traffic == "all-to-all") {
    if (ranks > 4096)
      throw Error({}, "traffic", "all-to-all of " + std::to_string(ranks) + " is only solved by symmetry",
                  "fill the tree, spray and leave out packets, or ask for at most 4,096 ranks");
    return all_to_all_traffic(ranks);
  }
  if (q.traffic_file.empty())
    throw Error({}, "traffic", "knows no " + in_quotes(q.traffic),
                suggest(q.traffic, {"permutation", "ring", "all-to-all", "incast"},
                        "permutation, ring, all-to-all, incast or a file"));
  return read_traffic(q.traffic, q.traffic_file, ranks);
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

TrafficAnswer answer_traffic(const Network& n, const Question& q, const Failures& failures) {
  TrafficAnswer a;
  a.line = n.fabric.scale_out.bandwidth;
  const Clos* clos = std::get_if<Clos>(&n.topology.shape);
  const bool spray = q.packet.routing == Routing::spray;
  if (!q.packets && q.traffic == "all-to-all" && spray && clos != nullptr && n.ranks == clos->hosts) {
    const bool failing = failures.count > 0;
    if (!failing || (clos->rails == ClosDescription::Rails::none && clos->domain == 1)) {
      try {
        solve_folded(a, failing ? all_to_all_rates(*clos, failures) : all_to_all_rates(*clos));
        return a;
      } catch (const Error&) {
        a = TrafficAnswer{};  // not full: flow by flow, if there are few enough
        a.line = n.fabric.scale_out.bandwidth;
      }
    }
  }
  const std::vector<Pair> pairs = pairs_of(q, n.ranks);
  a.flows = static_cast<double>(pairs.size());
  if (q.packets) {
    if (failures.count > 0)
      throw Error({}, "level", "packets do not know failed links", "leave out the failures or use the flow level");
    std::vector<Message> messages;
    for (const Pair& p : pairs) messages.push_back({p.from, p.to, q.bytes, 0});
    // A packet and hop is an event: beyond this many a run takes minutes, and gigabytes.
    constexpr double most_packets = 2e7;
    const double each = std::ceil(q.bytes / q.packet.payload), packets = each * a.flows;
    if (packets > most_packets)
      throw Error({}, "--bytes",
                  format_count(packets) + " packets are more than the " + format_count(most_packets) +
                      " that can be followed one by one",
                  "ask for messages of at most " +
                      format_amount(std::floor(most_packets / a.flows) * q.packet.payload, dimension::data) +
                      ", for fewer ranks, or for --level flow");
    a.packets = simulate_packets(n.topology, messages, q.packet);
    return a;
  }
  const RoutedTraffic routed =
      spray ? route_spray(n.topology, pairs, failures.count > 0 ? &failures : nullptr)
            : route_ecmp(n.topology, pairs, q.packet.seed, 1, failures.count > 0 ? &failures : nullptr);
  const std::vector<double> rates = max_min_rates(routed.problem);
  a.certificate = check_max_min(routed.problem, rates);
  a.cut_off = routed.cut_off.size();
  a.least = INFINITY;
  std::size_t slowest = 0;
  for (std::size_t f = 0; f < rates.size(); ++f) {
    if (std::isfinite(rates[f])) a.mean += rates[f] / static_cast<double>(rates.size());
    if (rates[f] > 0 && rates[f] < a.least) a.least = rates[f], slowest = f;
  }
  constexpr std::size_t most_followed = 20000;  // every start and end solves anew: seconds beyond
  if (failures.count == 0 && !pairs.empty() && pairs.size() <= most_followed) {
    std::vector<Message> messages;
    for (const Pair& p : pairs) messages.push_back({p.from, p.to, q.bytes, 0});
    const std::vector<double> done = flow_level_completion(n.topology, messages, q.packet);
    CompletionTimes& c = a.completion.emplace();
    for (double d : done) c.mean += d / static_cast<double>(done.size());
    c.p50 = quantile(done, 0.5);
    c.p99 = quantile(done, 0.99);
    c.max = quantile(done, 1);
  }
  if (!rates.empty() && !spray) {
    const Link l = bottlenecks(routed.problem, rates)[slowest];
    if (l != 0xffffffffu) a.bottleneck = link_name(n.topology, l);
  }
  return a;
}

double bus_factor(Collective c, double ranks) {
  if (c == Collective::all_reduce) return 2 * (ranks - 1) / ranks;
  return c == Collective::broadcast || c == Collective::send_recv ? 1 : (ranks - 1) / ranks;
}

}  // namespace

Study study(const catalog::Catalog& catalog, std::string_view name, const Question& q) {
  Study s;
  s.network = make_network(catalog, name, q.ranks);
  s.question = q;
  s.links = links(s.network.topology);
  Failures failures;
  if (q.fail > 0) failures = random_failures(s.network.topology, q.fail, q.packet.seed);
  s.failed = failures.count;
  if (const Clos* clos = std::get_if<Clos>(&s.network.topology.shape); clos != nullptr && s.network.has_parts) {
    try {
      s.bill = s.network.campus ? campus_bill(*s.network.campus, s.network.parts, catalog)
                                : bill_of_materials(*clos, s.network.parts, catalog);
    } catch (const Error& error) {
      s.bill_problem = error.problem() + "; " + error.remedy();
    }
  } else {
    s.bill_problem = "only switched trees with named parts are priced";
  }
  if (const Torus* torus = std::get_if<Torus>(&s.network.topology.shape)) s.all_to_all = all_to_all_rate(*torus);
  if (q.collective) {
    if (!std::holds_alternative<Clos>(s.network.topology.shape))
      throw Error({}, "collective", "is modelled on switched trees", "ask for traffic on " + s.network.name);
    const Fabric fabric = failures.count > 0 ? with_failures(s.network, failures) : s.network.fabric;
    const Group group = packed_group(fabric, s.network.ranks);
    s.collective = estimate_collective(fabric, *q.collective, Data(q.bytes), group);
    s.collective_bound = collective_bound(fabric, *q.collective, Data(q.bytes), group);
    if (s.collective->time.value() > 0)
      s.bus_bandwidth = q.bytes * bus_factor(*q.collective, s.network.ranks) / s.collective->time.value();
    s.bound_by = "scale-up";
    if (s.collective->scale_out) s.bound_by = "scale-out, tier " + std::to_string(s.collective->span + 1);
    if (s.collective->latency.value() > s.collective->transfer.value()) s.bound_by = "latency";
  }
  if (!q.traffic.empty()) s.traffic = answer_traffic(s.network, q, failures);
  return s;
}

}  // namespace orrery::network
