// The electrical chain from the utility to the rack: stages of blocks in parallel, how many a redundancy asks for, what
// they lose by load, what is usable when blocks fail, and how much is usable in the mean.
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"

namespace orrery::site {

/// How many blocks stand beside those that the load needs, and who takes over.
struct Redundancy {
  enum class Kind {
    spare,   ///< N + k: k more blocks on the same bus or standing by for any of them (k = 0: N; block redundant and
             ///< catcher: k reserve blocks, to which loads of a failed block are transferred)
    twice,   ///< 2N: two whole paths
    shared,  ///< m to make m - 1: groups of m blocks, each with a share of the room kept free (distributed redundant)
  } kind = Kind::spare;
  int blocks = 0;  ///< k, or m (at least 2)
};

/// "n", "n+1", "n+2", "2n", "catcher", "4-to-3". Throws Error (key redundancy) for other texts.
Redundancy redundancy_of(const std::string& text);

/// A kind of plant between the utility and the rack.
struct Stage {
  std::string name;
  Power rating;  ///< of a block
  Redundancy redundancy;
  bool common_bus = false;  ///< its blocks feed one bus: what is left is shared by all below; else each feeds its own
  double no_load = 0, proportional = 0, resistive = 0;  ///< losses per rating: a + b x + c x^2 at load x of the rating
  double availability = 1;                              ///< of a block: share of time in which it is up
};

/// Of a stage at its load.
struct StageState {
  int needed = 0, blocks = 0;
  Power installed, delivered, lost;  ///< delivered to the stage below
  double load = 0;                   ///< of a block's rating
  double left_by_one = 1;            ///< share of its load that is fed after one block fails
  double all_fed = 1;                ///< share of time in which all of it is
  double mean_fed = 1;               ///< share of it that is fed, in the mean
};

struct ChainState {
  std::vector<StageState> stages;  ///< as the chain's
  Power drawn;                     ///< from the utility
  double efficiency = 1;
  double all_fed = 1, mean_fed = 1;
};

/// The chain, first stage at the utility, last at the rack, that feeds `it` (above 0). From the rack up, each stage
/// delivers what the next draws. needed = ceil(delivered / rating); n + k, 2 n, or groups of m of which m - 1 carry the
/// load. One failed block takes the load that the others cannot carry: on a common bus what is above their ratings,
/// else the whole load of that block unless a spare, the other path or its group takes it. Blocks fail for themselves,
/// with equal load; stages too, so that shares multiply: no common cause, no maintenance, no switch that fails to
/// transfer.
ChainState chain_at(const std::vector<Stage>& chain, Power it);

/// Accelerators that run when `share` of the power is fed: whole racks, as many as are wholly fed.
double usable_accelerators(double accelerators, double per_rack, double share);

}  // namespace orrery::site
