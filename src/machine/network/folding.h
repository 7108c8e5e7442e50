// Folding of symmetric traffic: flows and links that cannot be told apart get one class each, and the max-min rates of
// the classes are those of their members. Progressive filling reads only the capacities of links and how many flows of
// each class cross them, so any equitable partition of the flow-link graph gives the same rates exactly.
#pragma once
#include <vector>

#include "machine/network/traffic.h"

namespace orrery::network {

/// A partition of a flow problem, and the problem of its classes: one flow per flow class, one link per link class, the
/// weight of a crossing being the flows of that class that cross one link of the link's class.
struct Folding {
  std::vector<std::uint32_t> flow_class,
      link_class;  ///< per flow and per link; links that no flow crosses have none: 0xffffffff
  FlowProblem classes;
};

/// The coarsest equitable partition by colour refinement (1-dimensional Weisfeiler-Leman; Cardon and Crochemore 1982):
/// links start coloured by capacity and flows by limit; each round recolours a link by the colours of its flows and a
/// flow by those of its links, until no class splits. Hashes of 64 bits stand for the multisets.
Folding fold(const FlowProblem& problem);

/// Rates of a folded problem's members: those of their classes.
std::vector<double> unfold(const Folding& folding, const std::vector<double>& class_rates);

/// A class of flows of a pattern on a Clos, and its rate.
struct FlowClass {
  int level = 0;           ///< where the two ends meet: 0 in the scale-up domain, else the tier
  double flows = 0;        ///< how many there are
  double rate = 0;         ///< B/s of each
  std::string bottleneck;  ///< the kind of link that binds
};
struct FoldedRates {
  std::vector<FlowClass> classes;
  FlowProblem problem;  ///< the classes' own problem, for check_max_min
  std::vector<double> rates;
};

/// Every host to every other at once, sprayed over a Clos without failures, by symmetry alone: the flows of a host fall
/// into one class per level at which the ends meet, the links into one per tier and direction, so the cost does not
/// depend on the hosts. The tree must be full (every subtree holds as many); rail-only networks relay inside the
/// domain. Throws Error when it is not.
FoldedRates all_to_all_rates(const Clos& clos);

/// Every host to the one `stride` further on, around: one step of a ring (stride 1), or of the rings of a hierarchical
/// all-reduce, one per rail (stride = domain). Sprayed, without failures. In a plain tree subtrees that the stride
/// divides send alike. Classes: by the level at which the ends meet. Throws Error when the tree is not full or the
/// stride is neither a divisor nor a multiple of a leaf's hosts.
FoldedRates ring_step_rates(const Clos& clos, std::uint32_t stride);

/// All-to-all on a sprayed Clos with failures: subtrees with the same capacities above and the same multiset of
/// children are alike (a tree isomorphism), so a failed link splits only the classes it touches. Flow classes are pairs
/// of host classes and the level where they meet. Full trees without rails only.
FoldedRates all_to_all_rates(const Clos& clos, const Failures& failures);

}  // namespace orrery::network
