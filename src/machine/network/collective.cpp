// Latency and transfer of each algorithm and protocol, and the choice among them. Steps and wire bytes per rank follow
// Thakur, Rabenseifner and Gropp (IJHPCA 2005) for rings, Sanders, Speck and Traeff (2009) for the double binary tree,
// Klenk et al. (ISCA 2020) for reduction in the switch; the protocols are those of NCCL (Hu et al., arXiv:2507.04786).
#include "machine/network/collective.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace orrery::network {
namespace {

struct Candidate {
  double latency = 0, transfer = 0;
  Algorithm algorithm = Algorithm::ring;
  Protocol protocol = Protocol::simple;
  bool scale_out = false;
};

/// The level as a group of this reach sees it.
struct Reach {
  const Level& level;
  double bandwidth, latency;
  int span;
};

Reach reach_of(const Level& level, double ranks, double streams) {
  for (size_t i = 0; i < level.spans.size(); ++i)
    if (ranks <= level.spans[i].ranks || i + 1 == level.spans.size())
      return {level, level.bandwidth * level.spans[i].bandwidth_share / streams, level.spans[i].latency,
              static_cast<int>(i)};
  return {level, level.bandwidth / streams, 0, -1};
}

/// What Simple pays once to fill its buffers on the way.
double start_of(const Reach& up, const Reach& out, int protocol, bool far) {
  if (protocol != static_cast<int>(Protocol::simple)) return 0;
  return up.level.start + (far ? out.level.start : 0);
}

double tree_hop(const Level& level, int protocol) {
  return protocol == static_cast<int>(Protocol::simple) ? level.tree_hop : level.hop[protocol];
}

double depth(int nodes) {
  return std::bit_width(static_cast<unsigned>(nodes - 1));
}  // ceil(log2), 0 for one node

struct Problem {
  const Fabric& fabric;
  double bytes;
  int ranks, local, domains;
  Reach up, out;
};

void keep(Candidate& best, const Candidate& other) {
  if (other.latency + other.transfer < best.latency + best.transfer) best = other;
}

/// The slower of what the scale-up and the scale-out links carry at once, both in wire bytes per accelerator.
void bound_by(Candidate& candidate, double up_seconds, double out_seconds) {
  candidate.scale_out = out_seconds > up_seconds;
  candidate.transfer = std::max(up_seconds, out_seconds);
}

/// Steps of a ring through the ranks of a domain: one less than they are, or on a torus of d even sides d rings one
/// after the other, d (n^(1/d) - 1) (the bucket algorithm; Sack and Gropp 2012).
double steps_within(const Level& level, double ranks) {
  const double d = level.dimensions;
  return d > 1 && ranks > 2 ? std::min(ranks - 1, d * (std::pow(ranks, 1 / d) - 1)) : ranks - 1;
}

/// A ring through all ranks, domain by domain: phases (2 for an all-reduce, 1 for a gather, a scatter or a chain) times
/// ranks - 1 steps, of which domains - 1 cross the scale-out network. wire: vectors each rank sends, its own copy
/// apart.
void add_ring(Candidate& best, const Problem& p, double phases, double wire) {
  const double out_steps = p.domains - 1, up_steps = p.up.level.dimensions > 1
                                                         ? p.domains * steps_within(p.up.level, p.local)
                                                         : static_cast<double>(p.ranks - p.domains);
  for (int i = 0; i < protocols; ++i) {
    Candidate c{0, 0, Algorithm::ring, static_cast<Protocol>(i)};
    c.latency =
        p.fabric.launch + start_of(p.up, p.out, i, p.domains > 1) +
        phases * (up_steps * (p.up.level.hop[i] + p.up.latency) + out_steps * (p.out.level.hop[i] + p.out.latency));
    const double up =
        p.local > 1 ? p.bytes * (wire + p.up.level.copy / p.ranks) / (p.up.bandwidth * p.up.level.efficiency[i]) : 0;
    const double out = p.domains > 1 ? p.bytes * wire / (p.local * p.out.bandwidth * p.out.level.efficiency[i]) : 0;
    bound_by(c, up, out);
    keep(best, c);
  }
}

/// Vectors that the busiest of so many nodes of a double binary tree sends: inner in one tree and leaf in the other it
/// is two; of three nodes the one that is inner is a root, which sends one down and a half up.
double tree_wire(int domains) {
  return domains == 2 ? 1 : domains == 3 ? 1.5 : 2;
}

/// All-reduce over a double binary tree of the domains. Inside a domain a chain, or the switch where it can reduce.
void add_tree(Candidate& best, const Problem& p) {
  if (p.domains < 2) return;
  const double out_wire = tree_wire(p.domains) / p.local;
  for (int i = 0; i < protocols; ++i) {
    const double out_latency = 2 * depth(p.domains) * (tree_hop(p.out.level, i) + p.out.latency);
    const double out = p.bytes * out_wire /
                       (p.out.bandwidth * p.out.level.tree_efficiency * p.out.level.efficiency[i] /
                        p.out.level.efficiency[static_cast<int>(Protocol::simple)]);
    Candidate chain{0, 0, Algorithm::tree, static_cast<Protocol>(i)};
    chain.latency = p.fabric.launch + start_of(p.up, p.out, i, true) + out_latency +
                    2 * steps_within(p.up.level, p.local) * (p.up.level.hop[i] + p.up.latency);
    const double up_wire = p.local > 1 ? (2.0 * (p.local - 1) + p.up.level.copy) / p.local : 0;
    bound_by(chain, p.local > 1 ? p.bytes * up_wire / (p.up.bandwidth * p.up.level.efficiency[i]) : 0, out);
    keep(best, chain);
  }
}

/// All-reduce in the switches of the domain (NVLS), and between domains over the tree or in the network (SHARP).
void add_in_network(Candidate& best, const Problem& p) {
  constexpr int simple = static_cast<int>(Protocol::simple);
  const bool up_can = p.up.level.in_network_efficiency > 0 && p.local > 2;
  const bool out_can = p.out.level.in_network_efficiency > 0 && p.domains > 1;
  if (!up_can && !(out_can && p.local == 1)) return;
  double up_latency = 0, up = 0;
  if (up_can) {
    up_latency = p.up.level.in_network_latency + p.up.latency;
    up = p.bytes * (1 + 1.0 / p.local) / (p.up.bandwidth * p.up.level.in_network_efficiency);
  }
  Candidate c{p.fabric.launch + up_latency, 0, Algorithm::in_network, Protocol::simple};
  if (p.domains == 1) {
    bound_by(c, up, 0);
    keep(best, c);
    return;
  }
  if (up_can && p.out.level.tree_efficiency > 0) {
    Candidate tree = c;
    tree.latency += 2 * depth(p.domains) * (tree_hop(p.out.level, simple) + p.out.latency);
    bound_by(tree, up, p.bytes * tree_wire(p.domains) / (p.local * p.out.bandwidth * p.out.level.tree_efficiency));
    keep(best, tree);
  }
  if (out_can) {
    c.latency += p.out.level.in_network_latency + p.out.latency;
    bound_by(c, up, p.bytes / (p.local * p.out.bandwidth * p.out.level.in_network_efficiency));
    keep(best, c);
  }
}

/// Every rank sends its part to every other: small parts by LL, large ones through the copy engines of Simple.
void add_exchange(Candidate& best, const Problem& p) {
  const Level &up = p.up.level, &out = p.out.level;
  const double n = p.ranks, up_parts = p.local - 1, out_parts = n - p.local;
  double latency = p.fabric.launch;
  if (p.local > 1) latency += up.hop[0] + p.up.latency + up_parts * up.exchange_peer;
  if (out_parts > 0) latency += out.hop[0] + p.out.latency + out_parts * out.exchange_peer;
  for (const bool ll : {true, false}) {
    Candidate c{latency, 0, Algorithm::direct, ll ? Protocol::ll : Protocol::simple};
    if (!ll) c.latency += out_parts > 0 ? out.exchange_latency : up.exchange_latency;
    const double up_seconds = p.local > 1 ? p.bytes * (up_parts + up.exchange_copy) / n /
                                                (p.up.bandwidth * (ll ? up.efficiency[0] : up.exchange_efficiency))
                                          : 0;
    const double out_seconds =
        out_parts > 0 ? p.bytes * out_parts / n / (p.out.bandwidth * (ll ? out.efficiency[0] : out.exchange_efficiency))
                      : 0;
    bound_by(c, up_seconds, out_seconds);
    keep(best, c);
  }
}

/// One vector to one peer.
void add_send(Candidate& best, const Problem& p) {
  const bool far = p.domains > 1;
  const Reach& r = far ? p.out : p.up;
  for (const bool ll : {true, false}) {
    Candidate c{p.fabric.launch + r.level.hop[0] + r.latency, 0, Algorithm::direct,
                ll ? Protocol::ll : Protocol::simple, far};
    if (!ll) c.latency += r.level.exchange_latency;
    c.transfer = p.bytes / (r.bandwidth * (ll ? r.level.efficiency[0] : r.level.exchange_efficiency));
    keep(best, c);
  }
}

Problem problem_of(const Fabric& fabric, double bytes, const Group& group) {
  if (group.ranks < 1 || group.per_domain < 1 || !(group.streams > 0))
    throw Error({}, "group", "needs at least one rank in all and one per domain",
                "give ranks and per_domain of 1 or more");
  const int domain = group.domain > 0 ? group.domain : fabric.domain;
  if (group.per_domain > domain)
    throw Error({}, "group",
                "has " + std::to_string(group.per_domain) + " ranks in a scale-up domain of " + std::to_string(domain),
                "at most " + std::to_string(domain) + " fit in one of " + fabric.name);
  if (!(bytes >= 0)) throw Error({}, "bytes", "is below zero or not a number", "give the size of the message");
  const int local = std::min(group.per_domain, group.ranks);
  const int domains = (group.ranks + local - 1) / local;
  Reach out = reach_of(fabric.scale_out, static_cast<double>(domains) * domain, group.streams);
  out.latency += group.hop;
  return {fabric, bytes, group.ranks, local, domains, reach_of(fabric.scale_up, local, 1), out};
}

}  // namespace

CollectiveEstimate estimate_collective(const Fabric& fabric, Collective collective, Data bytes, const Group& group) {
  const Problem p = problem_of(fabric, bytes.value(), group);
  if (p.ranks == 1) return {};
  Candidate best{INFINITY, INFINITY};
  const double n = p.ranks;
  switch (collective) {
    case Collective::all_reduce:
      add_ring(best, p, 2, 2 * (n - 1) / n);
      add_tree(best, p);
      add_in_network(best, p);
      break;
    case Collective::all_gather:
    case Collective::reduce_scatter:
      add_ring(best, p, 1, (n - 1) / n);
      break;
    case Collective::broadcast:
      add_ring(best, p, 1, 1);
      break;
    case Collective::all_to_all:
      add_exchange(best, p);
      break;
    case Collective::send_recv:
      add_send(best, p);
      break;
  }
  CollectiveEstimate e{Time(best.latency + best.transfer),
                       Time(best.latency),
                       Time(best.transfer),
                       best.algorithm,
                       best.protocol,
                       best.scale_out,
                       best.scale_out ? p.out.span : p.up.span};
  return e;
}

Time collective_time(const Fabric& fabric, Collective collective, Data bytes, const Group& group) {
  return estimate_collective(fabric, collective, bytes, group).time;
}

Time collective_bound(const Fabric& fabric, Collective collective, Data bytes, const Group& group) {
  const Problem p = problem_of(fabric, bytes.value(), group);
  if (p.ranks == 1) return Time(0);
  const double n = p.ranks, k = p.domains, l = p.local;
  double up = 0, out = 0;  // vectors per accelerator that must cross each level
  switch (collective) {
    case Collective::all_reduce: {
      const double up_all = p.up.level.in_network_efficiency > 0 ? 1 : 2,
                   out_all = p.out.level.in_network_efficiency > 0 ? 1 : 2;
      up = l > 1 ? up_all * (l - 1) / l : 0;
      out = out_all * (k - 1) / k / l;
      break;
    }
    case Collective::all_gather:
    case Collective::reduce_scatter:
      up = (l - 1) / n;
      out = (n - l) / n / l;
      break;
    case Collective::all_to_all:
      up = (l - 1) / n;
      out = (n - l) / n;
      break;
    case Collective::broadcast:
      up = l > 1 ? 1 : 0;
      out = k > 1 ? 1 / l : 0;
      break;
    case Collective::send_recv:
      up = k > 1 ? 0 : 1;
      out = k > 1 ? 1 : 0;
      break;
  }
  return Time(std::max(up > 0 ? p.bytes * up / p.up.bandwidth : 0, out > 0 ? p.bytes * out / p.out.bandwidth : 0));
}

std::string_view name(Collective c) {
  constexpr std::string_view names[] = {"all-reduce", "all-gather", "reduce-scatter",
                                        "all-to-all", "broadcast",  "send-recv"};
  return names[static_cast<int>(c)];
}
std::string_view name(Algorithm a) {
  constexpr std::string_view names[] = {"ring", "tree", "in-network", "direct", "rings of all dimensions"};
  return names[static_cast<int>(a)];
}
std::string_view name(Protocol p) {
  constexpr std::string_view names[] = {"LL", "LL128", "Simple"};
  return names[static_cast<int>(p)];
}

Collective parse_collective(std::string_view text) {
  std::string plain = folded(text);
  // NCCL's calls and nccl-tests' programs say the same with a head or a tail; a reduction to one rank costs what a
  // broadcast from it does.
  if (plain.starts_with("nccl") || plain.starts_with("rccl")) plain.erase(0, 4);
  if (plain.ends_with("perf")) plain.erase(plain.size() - 4);
  constexpr std::array<std::string_view, 4> keys[] = {{"allreduce"},
                                                      {"allgather"},
                                                      {"reducescatter"},
                                                      {"alltoall", "alltoallv", "all2all", "a2a"},
                                                      {"broadcast", "bcast", "reduce"},
                                                      {"sendrecv", "send", "p2p"}};
  std::vector<std::string> names;
  for (int i = 0; i < collectives; ++i) {
    for (std::string_view key : keys[i])
      if (!key.empty() && plain == key) return static_cast<Collective>(i);
    names.emplace_back(name(static_cast<Collective>(i)));
  }
  throw Error({}, "collective", "knows no " + in_quotes(text),
              suggest(text, names, "one of all-reduce, all-gather, reduce-scatter, all-to-all, broadcast, send-recv"));
}

Fabric plain_fabric(std::string name, int domain, Bandwidth scale_up, Bandwidth scale_out) {
  Fabric f;
  f.name = std::move(name);
  f.domain = domain;
  f.scale_up.bandwidth = scale_up.value();
  f.scale_up.hop = {0.8e-6, 0.9e-6, 2e-6};
  f.scale_up.efficiency = {0.15, 0.4, 0.76};
  f.scale_up.start = 10e-6;
  f.scale_up.copy = 0.4;
  f.scale_up.exchange_latency = 5e-6;
  f.scale_up.exchange_peer = 0.3e-6;
  f.scale_up.exchange_efficiency = 0.72;
  f.scale_up.exchange_copy = 0.4;
  f.scale_out.bandwidth = scale_out.value();
  f.scale_out.hop = {7e-6, 8e-6, 10e-6};
  f.scale_out.efficiency = {0.4, 0.85, 0.94};
  f.scale_out.tree_hop = 45e-6;
  f.scale_out.tree_efficiency = 0.86;
  f.scale_out.exchange_latency = 10e-6;
  f.scale_out.exchange_peer = 0.5e-6;
  f.scale_out.exchange_efficiency = 0.85;
  return f;
}

}  // namespace orrery::network
