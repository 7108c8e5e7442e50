// Folding of symmetric traffic: flows and links that cannot be told apart get one class each, and the max-min rates of
// the classes are those of their members. Progressive filling reads only the capacities of links and how many flows of
// each class cross them, so any equitable partition of the flow-link graph gives the same rates exactly.
#pragma once
#include <vector>

#include "machine/network/traffic.h"

namespace orrery::network {

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

/// All-to-all on a sprayed Clos with failures: subtrees with the same capacities above and the same multiset of
/// children are alike (a tree isomorphism), so a failed link splits only the classes it touches. Flow classes are pairs
/// of host classes and the level where they meet. Full trees without rails only.
FoldedRates all_to_all_rates(const Clos& clos, const Failures& failures);

}  // namespace orrery::network
