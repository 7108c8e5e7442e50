// Traffic: who sends to whom, where the ranks of a job sit, and the flow problem that a way of routing makes of it.
#pragma once
#include <string_view>

#include "machine/network/flows.h"
#include "machine/network/topology.h"

namespace orrery::network {

struct Pair {
  Host from = 0, to = 0;
};

/// Each of hosts 0 .. n - 1 to the next by `stride`, around.
std::vector<Pair> ring_traffic(std::uint32_t hosts, std::uint32_t stride = 1);
/// Each host to another, no host twice, none to itself: a random cyclic order (Sattolo 1986), by the seed alone.
std::vector<Pair> permutation_traffic(std::uint32_t hosts, std::uint64_t seed);
std::vector<Pair> all_to_all_traffic(std::uint32_t hosts);
/// Hosts 1 .. senders, spread evenly over the network, to host 0.
std::vector<Pair> incast_traffic(std::uint32_t hosts, std::uint32_t senders);
/// Lines "from to" of host numbers, separated by blanks or a comma; '#' starts a comment. Throws Error with the line.
std::vector<Pair> read_traffic(std::string_view text, const std::string& file, std::uint32_t hosts);

/// How jobs of equal size are laid on the servers (scale-up domains): job after job, dealt out over as many equal parts
/// of the network as there are jobs, or at random.
enum class Placement { packed, spread, random };
/// The hosts of the first job's ranks, then of the next: `each` of them for every job. Throws Error where packed is not
/// asked for and jobs are not whole servers.
std::vector<Host> hosts_of_jobs(const Topology& topology, std::uint32_t jobs, std::uint32_t each, Placement placement,
                                std::uint64_t seed = 1);

/// How packets of a flow choose among equal paths.
enum class Routing {
  ecmp,   ///< one path by hash; with several paths, one flow per path (queue-pair scaling)
  spray,  ///< evenly over all paths that are up
};

/// A flow problem and where its flows come from: flow i belongs to pairs[i / paths]. Of a large network only the links
/// that are crossed are numbered in the problem.
struct RoutedTraffic {
  FlowProblem problem;
  std::vector<LinkId> crossed;  ///< the problem's links by their numbers in the network; empty: the same numbers
  LinkId in_network(LinkId link) const { return crossed.empty() ? link : crossed[link]; }
  double drawn = 0;  ///< work, in links: of all paths that were drawn, and path_work for each
  std::uint32_t paths = 1;
  std::vector<std::uint32_t> cut_off;  ///< pairs that no path joins; their flows have limit 0
};

/// ECMP: each pair's flow (or `paths` flows, with hashes of their own) on a path drawn by the seed, around failed
/// links. Throws Error for hosts outside the topology.
RoutedTraffic route_ecmp(const Topology& topology, const std::vector<Pair>& pairs, std::uint64_t seed = 1,
                         std::uint32_t paths = 1, const Failures* failures = nullptr);

/// Spraying. In a Clos the parallel links of a subtree become one fat link of the capacity that is up: exact while the
/// spray follows capacity, the balance that adaptive spraying approaches. Elsewhere each flow is split evenly over
/// `samples` drawn paths.
RoutedTraffic route_spray(const Topology& topology, const std::vector<Pair>& pairs, const Failures* failures = nullptr,
                          std::uint32_t samples = 64);

/// The fat links of a Clos: for each tier, one up and one down per subtree of the level below, then the scale-up links.
struct FatTree {
  std::array<std::uint64_t, most_tiers + 2> first{};  ///< of tier l: up links, then down links; [tiers + 1]: scale-up
  std::uint64_t links = 0;
};
FatTree fat_tree(const Clos& clos);
/// B/s of a fat link: of what is up.
double fat_capacity(const Clos& clos, const FatTree& tree, std::uint64_t link, const Failures* failures = nullptr);
/// B/s of the narrowest fat link of a tier, up or down.
double narrowest_capacity(const Clos& clos, int tier, const Failures& failures);
/// Appends the fat links from a to b.
void fat_route(const Clos& clos, const FatTree& tree, Host a, Host b, Path& path);

}  // namespace orrery::network
