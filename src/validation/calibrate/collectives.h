// Fitting the constants of a fabric to measured collectives: the least sum of absolute log ratios of predicted to
// measured time, by the subplex method (Rowan 1990: Nelder and Mead's simplex in subspaces; NLopt's) on the logarithms
// of the constants.
#pragma once
#include <functional>
#include <vector>

#include "validation/calibrate/calibration.h"
#include "validation/collectives.h"

namespace orrery::validation {

/// The least of f near start (all above zero), each step a factor; deterministic. evaluations bounds the calls of f.
using Objective = std::function<double(const std::vector<double>&)>;
std::vector<double> minimise(Objective f, std::vector<double> start, int evaluations);

/// A constant of a fabric that calibration may move.
using Knob = double*;
/// The knobs of the scale-up side: launch, hops, efficiencies, copies, in-network and exchange constants, and the
/// shares and latencies of spans beyond the first. Those at 0 stay there.
std::vector<Knob> scale_up_knobs(network::Fabric& fabric);
std::vector<Knob> scale_out_knobs(network::Fabric& fabric);

/// What calibration looks at: a run, and its weight. Runs of one collective on one group size weigh together as much as
/// those of another, however many sizes and repetitions were measured.
struct Observation {
  network::Collective collective = network::Collective::all_reduce;
  double bytes = 0;
  network::Group group;
  double measured = 0;  ///< s
  double weight = 1;
};
std::vector<Observation> observations(const std::vector<const MeasuredCollective*>& rows,
                                      const network::Fabric& fabric);

/// Weighted mean absolute log ratio of predicted to measured times.
double misfit(const network::Fabric& fabric, const std::vector<Observation>& rows);
/// Moves the knobs to the least misfit on the rows.
network::Fabric calibrate(network::Fabric start, const std::vector<Observation>& rows,
                          const std::function<std::vector<Knob>(network::Fabric&)>& knobs, int evaluations = 4000);

/// Errors of predictions by constants that never saw the group predicted: for every collective and group size in turn
/// the knobs are fitted to all other rows. Median absolute relative error below 1 MiB and at 1 MiB and above.
struct LeftOut {
  network::Collective collective = network::Collective::all_reduce;
  int ranks = 0;
  std::size_t rows = 0;
  double median_small = 0, median_large = 0;
};
std::vector<LeftOut> leave_one_group_out(const network::Fabric& start, const std::vector<Observation>& rows,
                                         const std::function<std::vector<Knob>(network::Fabric&)>& knobs,
                                         int evaluations = 4000);

}  // namespace orrery::validation
