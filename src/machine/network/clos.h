// Clos networks and fat-trees of one to four tiers as parallel-port generalised fat-trees, PGFT(h; m; w; p) (Zahavi,
// "D-Mod-K routing", 2010; Oehring et al., IPPS 1995): node and link numbers by arithmetic, no tables. Rail-optimised,
// rail-only and multi-plane networks and scale-up domains are the same tree under another numbering of its hosts.
#pragma once
#include <array>
#include <string>

#include "base/amount.h"
#include "machine/network/link.h"

namespace orrery::network {

inline constexpr int most_tiers = 4;
inline constexpr std::uint32_t most_radix = 100000;  ///< ports of a switch

/// What a person says about a Clos network; design() turns it into a Clos or says why there is none.
struct ClosDescription {
  std::uint32_t hosts = 0;
  std::uint32_t radix = 64;  ///< ports of a switch at the speed of a link
  int tiers = 0;             ///< 0: as few as reach the hosts
  /// Ports down over ports up, at each tier below the top; 1 is non-blocking, 7 is "7:1". Missing entries are 1.
  std::array<double, most_tiers> taper{1, 1, 1, 1};
  std::uint32_t planes = 1;  ///< separate networks over which every NIC is split
  enum class Rails { none, optimised, only } rails = Rails::none;
  std::uint32_t domain = 1;      ///< accelerators of a scale-up domain; 1: none
  std::uint32_t rail_count = 0;  ///< rails: the accelerators of one tray of a domain; 0: of the whole domain
  Bandwidth nic;                 ///< per accelerator and direction; a link of each plane carries nic / planes
  Bandwidth scale_up;            ///< per accelerator and direction inside the domain
  Time hop = Time(1e-6);         ///< propagation and switching of one hop
};

/// The network. Level 0 are hosts, level 1 leaves, level `tiers` the top. A node of level l - 1 has w[l] parents, each
/// by p[l] parallel links; a node of level l has m[l] children. Links of tier l lie between levels l - 1 and l.
struct Clos {
  int tiers = 1;
  std::uint32_t hosts = 0;
  std::uint32_t radix = 0;
  std::array<std::uint32_t, most_tiers + 1> m{}, w{}, p{};
  std::array<std::uint64_t, most_tiers + 1> below{};  ///< hosts below one subtree of level l: product of m
  std::array<std::uint64_t, most_tiers + 1> above{};  ///< nodes of level l in one subtree of level l: product of w
  std::array<std::uint64_t, most_tiers + 1> first{};  ///< first link of tier l; its up links, then its down links
  std::array<std::uint64_t, most_tiers + 1> count{};  ///< up links of tier l
  std::array<double, most_tiers + 1> bandwidth{};     ///< B/s of one link of tier l
  std::uint32_t planes = 1;
  ClosDescription::Rails rails = ClosDescription::Rails::none;
  std::uint32_t domain = 1;
  std::uint32_t rail_count = 1;      ///< accelerators of a tray, the whole domain where it is one server
  double scale_up = 0;               ///< B/s
  std::uint64_t scale_up_first = 0;  ///< first of the scale-up links: one up and one down per host, interleaved
  double hop = 1e-6;                 ///< s

  std::uint64_t links() const { return scale_up_first + (domain > 1 ? 2ull * hosts : 0); }
  double capacity(LinkId link) const;
  /// Subtrees of level l that hold hosts, and switches of level l.
  std::uint64_t subtrees(int level) const { return (positions() + below[level] - 1) / below[level]; }
  std::uint64_t switches(int level) const { return subtrees(level) * above[level]; }
  /// Where a host sits among the leaves' ports; hosts are numbered domain by domain. Positions are more than hosts
  /// where rails end in a unit that is not full.
  std::uint64_t position(Host host) const;
  std::uint64_t positions() const;
  /// Cables of a tier: one per host and plane, and above, in a rail unit that is not full, no more lanes of a bundle
  /// than its hosts need.
  std::uint64_t cables(int tier) const;
  /// Appends the links from a to b. The choice picks parents and parallel links as ECMP does; a == b is the empty path.
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  /// Appends what the way from a to b takes of the scale-up links, which are numbered from the given one on: all of it
  /// inside a domain; between rails of a rail-only network the hop to the tray's accelerator on the right rail (PXN),
  /// which becomes a. True when b is reached.
  bool route_in_domain(Host& a, Host b, std::uint64_t scale_up_links, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// Throws Error with what would fit: an odd radix, a radix under 2, more hosts than the tiers reach, a plane without
/// switches, a taper that leaves no port, a number of hosts that are not whole domains, rails that do not divide one.
Clos design(const ClosDescription& description);

/// The most hosts of a Clos of this radix, tapers and tiers. Source: Al-Fares, SIGCOMM 2008: k^2/2 and k^3/4 where
/// non-blocking.
std::uint64_t most_hosts(std::uint32_t radix, int tiers, const std::array<double, most_tiers>& taper);

/// Sets the derived members (below, above, first, count, scale_up_first) of a Clos whose tiers, m, w, p and the rest
/// are given: for trees that design() would not choose. Throws Error where the links are more than 32 bits number.
void number(Clos& clos);

}  // namespace orrery::network
