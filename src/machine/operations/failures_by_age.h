// Accelerators new in service fail more often than old ones: how much more the accelerators of a pool fail in the mean,
// from day to day, as they arrive and grow older.
#pragma once
#include <vector>

#include "base/curve.h"

namespace orrery::operations {

/// Failures of an accelerator over those of an old one, mean over a pool, on days 0 to horizon - 1. usable:
/// accelerators over days; early (>= 1): the same of those new in service; life, days: after which what is more of it
/// has fallen to 1/e. From day to day, of all N that were ever there together, with those new on the day added as they
/// come:
///
///   E(t) = E(t - 1) exp(-1 / life) + (N(t) - N(t - 1)),   factor = 1 + (early - 1) E / N
///
/// What goes out of service is of the mean age, and what then comes back is as old as what stayed. Those there on day 0
/// are new on it; before the first there is none but new ones, and the factor is early.
std::vector<double> failures_by_age(const Curve& usable, double early, double life, int horizon);

}  // namespace orrery::operations
