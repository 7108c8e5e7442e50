// Networks without a tree: HyperX (Ahn et al., SC'09), HammingMesh (Hoefler et al., SC'22), dragonfly (Kim et al.,
// ISCA'08) and dragonfly+ (Shpiner et al., HiPINEB'17). Links are numbered by arithmetic; routes are minimal.
#pragma once
#include <array>
#include <string>

#include "base/amount.h"
#include "machine/network/link.h"

namespace orrery::network {

/// Switches on a grid, each joined to all others of its row in every dimension. Links: one up and one down per host,
/// then for every switch one to each coordinate of each dimension.
struct HyperX {
  std::array<std::uint32_t, 3> size{1, 1, 1};  ///< switches along each dimension
  std::uint32_t hosts_per_switch = 1;
  double bandwidth = 0;  ///< B/s of one cable
  double hop = 1e-6;     ///< s

  std::uint32_t switches() const { return size[0] * size[1] * size[2]; }
  std::uint32_t hosts() const { return switches() * hosts_per_switch; }
  std::uint64_t links() const {
    return 2ull * hosts() + static_cast<std::uint64_t>(switches()) * (size[0] + size[1] + size[2]);
  }
  std::uint64_t present() const { return links() - 3ull * switches(); }  ///< a switch has none to itself
  double capacity(LinkId link) const;
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// Boards of board[0] x board[1] accelerators, each a mesh; the ends of every row (column) of accelerators over all
/// boards meet in one non-blocking row (column) network. Links: four out of each accelerator (east, west, north,
/// south), then the four that lead back from a network to an accelerator at a board's edge.
struct HammingMesh {
  std::array<std::uint32_t, 2> board{2, 2}, boards{1, 1};
  double bandwidth = 0;  ///< B/s of one link
  double hop = 1e-6;     ///< s

  std::uint32_t hosts() const { return board[0] * board[1] * boards[0] * boards[1]; }
  std::uint64_t links() const { return 8ull * hosts(); }
  std::uint64_t present() const { return 4ull * hosts() + 2ull * hosts() / board[0] + 2ull * hosts() / board[1]; }
  double capacity(LinkId link) const;
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// Groups of routers with all-to-all links inside (dragonfly) or of leaves and spines (dragonfly+), every two groups
/// joined by the same number of global links. Links: one up and one down per host, then inside the groups, then global.
struct Dragonfly {
  std::uint32_t groups = 1;
  std::uint32_t routers = 1;  ///< per group; dragonfly+: leaves
  std::uint32_t spines = 0;   ///< per group; 0 is the plain dragonfly
  std::uint32_t hosts_per_router = 1;
  std::uint32_t global_per_router = 1;  ///< global ports of a router; dragonfly+: of a spine
  double bandwidth = 0;                 ///< B/s of one cable
  double hop = 1e-6;                    ///< s
  bool detour = false;                  ///< by way of a random third group (Valiant 1982) for adversarial traffic

  std::uint32_t hosts() const { return groups * routers * hosts_per_router; }
  std::uint32_t gateways() const { return spines > 0 ? spines : routers; }
  /// Global links between each two groups.
  std::uint32_t parallel() const { return groups > 1 ? gateways() * global_per_router / (groups - 1) : 0; }
  std::uint64_t local_first() const { return 2ull * hosts(); }
  std::uint64_t local_links() const {
    return spines > 0 ? 2ull * groups * routers * spines : static_cast<std::uint64_t>(groups) * routers * routers;
  }
  std::uint64_t global_first() const { return local_first() + local_links(); }
  std::uint64_t links() const {
    return global_first() + static_cast<std::uint64_t>(groups) * gateways() * global_per_router;
  }
  /// A router has none to itself; of a group's global ports those that reach no group whole are free.
  std::uint64_t present() const {
    return global_first() - (spines > 0 ? 0 : static_cast<std::uint64_t>(groups) * routers) +
           static_cast<std::uint64_t>(groups) * (groups - 1) * parallel();
  }
  double capacity(LinkId link) const;
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// Each throws Error with what would fit when the shape is empty or needs more ports than the radix (0: not checked)
/// has, or when a dragonfly's global ports do not reach every other group.
HyperX make_hyperx(std::array<std::uint32_t, 3> size, std::uint32_t hosts_per_switch, Bandwidth cable,
                   std::uint32_t radix = 0);
HammingMesh make_hamming_mesh(std::array<std::uint32_t, 2> board, std::array<std::uint32_t, 2> boards, Bandwidth link);
Dragonfly make_dragonfly(Dragonfly shape, std::uint32_t radix = 0);

}  // namespace orrery::network
