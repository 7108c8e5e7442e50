// What a month's delay of a programme costs: the plan beside the same with its sites and hand-overs a month later, both
// run to a month after its end, so that what the delay puts off to there is seen.
#pragma once
#include <string>
#include <vector>

#include "programme/plan.h"

namespace orrery::programme {

/// What is lost by a month's delay, $ at the programme's start; below 0: gained.
struct CostOfDelay {
  double net_present_value = 0;
  double worth = 0;  ///< of compute, undiscounted
};

/// A plan to a month after its end, on its days and a month late: every site that is not there at the start and every
/// hand-over of rented accelerators, paid as planned; what waits for another place is late with that one.
struct MonthLate {
  std::vector<std::size_t> delays;  ///< the inputs that are a month more in the late plan
  Plan on_time, late;

  explicit MonthLate(const Plan& plan);
  /// With one value per input, or with the medians when draws is empty.
  CostOfDelay cost(Draws draws = {}) const;
  /// The net present value lost in each of the first `count` trials of these draws ([input][trial]), $, on so many
  /// threads (0: all cores), on whose number it does not depend.
  std::vector<double> costs(const std::vector<std::vector<double>>& draws, std::size_t count, int threads) const;
};

/// An accelerator of the plan that no worth is known of, where idle hours are not sold either: what its delay costs is
/// not known. Empty: there is none.
std::string without_worth(const Plan& plan);

}  // namespace orrery::programme
