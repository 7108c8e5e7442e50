// Which collective of a step, on which tier of the fabric, costs most: what to widen, or to lay out anew.
#pragma once
#include "machine/training/step.h"

namespace orrery::training {

struct NetworkLimit {
  std::string collective;    ///< "data-parallel reduce-scatter"; empty: no traffic leaves the scale-up domain
  int tier = 0;              ///< of the fabric's switches, the leaves are 1
  double share = 1;          ///< of a card's bandwidth that this tier leaves to it
  Time open;                 ///< of the step, not hidden by compute
  Time step_on_full_fabric;  ///< the step over the same cards with every tier non-blocking and whole
};

/// The binding collective of a step on a machine with a fabric: the one with most time in the open among those whose
/// group reaches beyond a scale-up domain. estimate is evaluate()'s. Throws Error when the machine has no fabric.
NetworkLimit network_limit(const Job&, const Machine&, const Layout&, const StepEstimate& estimate);

/// "data-parallel reduce-scatter on tier 3, 7:1 oversubscribed".
std::string limit_text(const JobFabric&, const NetworkLimit&);

}  // namespace orrery::training
