// The search for the best layout: every legal one is considered, what layouts share is computed once, and a layout
// whose lower bound cannot reach the best ten is not evaluated (branch and bound), so that the optimum is proven.
#pragma once
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "machine/training/step.h"

namespace orrery::training {

/// What may vary. An empty list means: every value that can be legal.
struct SearchSpace {
  std::vector<int> tp, pp, vp, cp, ep;
  std::vector<double> micro_batch;
  std::vector<Recompute> recompute = {Recompute::none, Recompute::selective, Recompute::full};
  std::vector<Sharding> sharding = {Sharding::none, Sharding::optimizer, Sharding::full};
  std::vector<int> shard_group = {0};  ///< of full sharding; 0: all ranks
  std::vector<Schedule> schedule = {Schedule::one_f_one_b};
  std::vector<bool> sequence_parallel = {true};
  std::vector<ContextExchange> context = {ContextExchange::ring};  ///< where there is context parallelism
  std::vector<bool> offload_activations = {false}, offload_optimizer = {false};
  /// Where a layout does not fit, it is tried with offload; where one fits that computes all layers again, with the
  /// fewest that fit. Neither makes a layout faster that fits without.
  bool relieve = false;
  std::size_t keep = 10;  ///< layouts returned
  bool front = true;      ///< false: the best alone, which are found sooner; what does not fit is not counted then
  double limit = std::numeric_limits<double>::infinity();  ///< s: layouts that take longer are not wanted
  bool prune = true;                                       ///< false evaluates every layout that fits: for tests
  unsigned threads = 1;
};

/// A layout and what it takes.
struct RankedLayout {
  Layout layout;
  StepEstimate estimate;
};

/// The fastest layout of so many accelerators, and their front of time and memory.
struct CountedLayout {
  double accelerators = 0;
  RankedLayout ranked;
  std::vector<RankedLayout> front = {};
};

struct SearchResult {
  std::vector<RankedLayout> best;   ///< fastest first; ties in the order of enumeration
  std::vector<RankedLayout> front;  ///< no layout is both faster and smaller in memory; fastest first
  double layouts = 0;               ///< considered, legal or not
  double legal = 0, fit = 0;        ///< of them
  double evaluated = 0;  ///< in full; the other fitting ones are proven slower and no smaller. Varies with threads.
  std::map<std::string, double> out;  ///< why the rest is out, counted
  std::vector<CountedLayout> fewer;   ///< what fewer accelerators would do; see fewer_accelerators
};

/// Searches the layouts of a job on a machine. The same result for any number of threads. Throws Error when the
/// accelerator lacks the precision.
SearchResult search(const Job&, const Machine&, const SearchSpace&);

/// The fastest layouts of half, a quarter, ... of the machine's accelerators, as long as one fits: the front of time
/// and accelerators. Each is searched and proven as by search(). The machine's fabric is left out: it was cut for its
/// number.
std::vector<CountedLayout> fewer_accelerators(const Job&, const Machine&, SearchSpace);

/// The front of time, memory and accelerators: of the layouts of the search's own front, on so many accelerators, and
/// of those on fewer, all that no other matches in all three. Most accelerators first, then fastest; fronts are left
/// empty.
std::vector<CountedLayout> front_with_accelerators(const SearchResult&, double accelerators);

/// The least a step can take in a layout, from the times of its layers: some stage does at least the average work, and
/// a stage of a pipeline waits for those before it at both ends.
double step_bound(const Job&, const Machine&, const Layout&, const struct LayerTimes&);

}  // namespace orrery::training
