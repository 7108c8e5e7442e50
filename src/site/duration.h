// How long a site takes, learned from other sites: the logarithm of a duration is linear in what is known at the start,
// with normal errors (the lognormal accelerated-failure-time model; Kalbfleisch and Prentice, "The Statistical Analysis
// of Failure Time Data", 2002, ch. 2) and a random effect of each group, such as an owner. Sites not done yet are
// right-censored: they count as longer than they have lasted (EM for the normal censored case; Aitkin 1981).
#pragma once
#include <string>
#include <vector>

#include "base/spread.h"

namespace orrery::site {

/// One case of a reference class.
struct DurationCase {
  std::vector<double> features;  ///< the same number in every case; a constant is added by the fit
  std::string group;             ///< "" belongs to no group
  double days = 0;               ///< to completion, or observed so far; over 0
  bool done = true;
};

/// A fitted model. Coefficients are posterior means under the groups' normal prior and a weak prior on the features.
struct DurationModel {
  std::vector<double> coefficients;  ///< constant, then features, then group effects
  std::vector<std::string> groups;
  double residual_deviation = 0;  ///< of the logarithm, between cases of a group
  double group_deviation = 0;     ///< of the logarithm, between groups
  std::vector<double>
      inverse;  ///< of the normal equations, row by row: the coefficients' covariance over the residual's
};

/// Fits the model. Throws Error when fewer than five cases are done, when features differ in number, or when a
/// duration is not over 0.
DurationModel fit_durations(const std::vector<DurationCase>& cases);

/// The predictive spread of a new case, days: residual, coefficients' uncertainty and, for a group not seen, its
/// effect.
Spread predict_duration(const DurationModel& model, const std::vector<double>& features, const std::string& group);

}  // namespace orrery::site
