// One name for every shape of network, and what is asked of all of them: hosts, links, capacities, routes, failures.
#pragma once
#include <string>
#include <variant>

#include "machine/network/clos.h"
#include "machine/network/direct.h"
#include "machine/network/graph.h"
#include "machine/network/torus.h"

namespace orrery::network {

struct Topology {
  std::string name;
  std::variant<Clos, Torus, HyperX, HammingMesh, Dragonfly, Graph> shape;
};

std::uint32_t hosts(const Topology& topology);
std::uint64_t links(const Topology& topology);
/// Those of them that there are: shapes whose links are numbered by arithmetic have numbers of none, without capacity.
std::uint64_t present_links(const Topology& topology);
/// B/s of a directed link; 0 for numbers that stand for no cable.
double capacity(const Topology& topology, LinkId link);
/// Capacities of all links, in B/s.
std::vector<double> capacities(const Topology& topology);
/// Appends the links from a to b; equal a, b and choice give the same path.
void route(const Topology& topology, Host a, Host b, std::uint64_t choice, Path& path);
std::string link_name(const Topology& topology, LinkId link);
/// s of propagation and switching per link of a path (a Graph's links have their own).
double path_latency(const Topology& topology, const Path& path);

/// Links that are down, as one bit each.
struct Failures {
  std::vector<std::uint64_t> bits;
  std::uint64_t count = 0;
  bool down(LinkId link) const { return !bits.empty() && (bits[link >> 6] >> (link & 63) & 1) != 0; }
  /// How many of so many links from this one on.
  std::uint64_t down(std::uint64_t first, std::uint64_t links) const;
  void fail(LinkId link, std::uint64_t links);
};

/// Each cable above the hosts' own fails with this probability, both directions together, by the seed alone. A torus
/// loses any cable. share 0.01 is one in a hundred.
Failures random_failures(const Topology& topology, double share, std::uint64_t seed);
/// All links of a switch of a Clos (tier 1 is the leaves), and of so many of its planes. Throws Error for a switch that
/// is not there and for planes that leave none.
void fail_switch(Failures& failures, const Clos& clos, int tier, std::uint64_t index);
void fail_planes(Failures& failures, const Clos& clos, std::uint32_t planes);

inline constexpr double path_work = 20;  ///< what drawing a path takes beside its links, as so many links

/// As route, but avoids failed links the way rerouted ECMP does: the hash draws again until all links of the path are
/// up. False, with nothing appended, when 256 draws find none. To drawn, where given, the links of the draws that
/// failed are added, and five for each.
bool route_around(const Topology& topology, const Failures& failures, Host a, Host b, std::uint64_t choice, Path& path,
                  double* drawn = nullptr);

}  // namespace orrery::network
