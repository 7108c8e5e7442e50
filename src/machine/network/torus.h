// Tori of one to three dimensions, plain and twisted, whose accelerators are their own switches (TPU inter-chip links).
// A twisted torus of k x 2k, k x k x 2k or k x 2k x 2k is the lattice graph RTT, FCC or BCC of Camarero, Martinez and
// Beivide (IEEE TPDS 2014): its wrap-around links shift along the long sides, which makes every direction alike.
#pragma once
#include <array>
#include <string>

#include "base/amount.h"
#include "machine/network/collective.h"
#include "machine/network/link.h"

namespace orrery::network {

using Vector3 = std::array<int, 3>;

/// Missing dimensions have size 1. Link 6 * node + 2 * dimension + (0 forward, 1 backward) leaves a node; nodes are
/// numbered with the first dimension fastest.
struct Torus {
  Vector3 size{1, 1, 1};
  bool twisted = false;
  double bandwidth = 0;             ///< B/s of one link and direction
  double hop = 5e-7;                ///< s
  std::array<Vector3, 3> period{};  ///< vectors that lead from any node to itself

  std::uint32_t hosts() const {
    return static_cast<std::uint32_t>(size[0]) * static_cast<std::uint32_t>(size[1]) *
           static_cast<std::uint32_t>(size[2]);
  }
  std::uint64_t links() const { return 6ull * hosts(); }
  std::uint64_t present() const { return 2ull * hosts() * ((size[0] > 1) + (size[1] > 1) + (size[2] > 1)); }
  /// 0 where a dimension has size 1.
  double capacity(LinkId link) const { return size[link % 6 / 2] > 1 ? bandwidth : 0; }
  Host node(Vector3 at) const;
  Vector3 coordinates(Host node) const;
  Host neighbour(Host node, LinkId port) const;
  /// All the shortest displacements from a to b (more than one where ways round tie).
  std::vector<Vector3> shortest(Host a, Host b) const;
  /// A shortest path: the choice picks among displacements and the order of dimensions.
  void route(Host a, Host b, std::uint64_t choice, Path& path) const;
  std::string link_name(LinkId link) const;
};

/// sizes from small to large where twisted. Throws Error with what would fit: a size below 1, a twist that is not k x
/// 2k, k x k x 2k or k x 2k x 2k (a prime size has no half).
Torus make_torus(Vector3 size, bool twisted, Bandwidth link, Time hop = Time(5e-7));

/// Rate at which every accelerator can send to each of the others at once, B/s per accelerator in all: shortest paths,
/// ties split evenly. By symmetry every node sees the same load, so one node's distances suffice.
Bandwidth all_to_all_rate(const Torus& torus);

/// Reduce-scatter, all-gather or all-reduce (both) of all accelerators of a plain torus, as rings along all dimensions
/// at once (bucket algorithm: Barnett et al. 1993; Sack and Gropp 2012): the vector is cut in two parts per dimension,
/// one for each direction, and part c runs its rings along dimension c first, then the next, so that every link is busy
/// in every phase. Throws Error for other collectives, a twisted torus, or negative bytes.
CollectiveEstimate estimate_collective(const Torus& torus, Collective collective, Data bytes);

/// The least time of any method: each accelerator's part over its links, with no latency. Throws as the above.
Time collective_bound(const Torus& torus, Collective collective, Data bytes);

}  // namespace orrery::network
