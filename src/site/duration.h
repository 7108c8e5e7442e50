// How long a site takes, learned from other sites: the logarithm of a duration is linear in what is known at the start,
// with normal errors (the lognormal accelerated-failure-time model; Kalbfleisch and Prentice, "The Statistical Analysis
// of Failure Time Data", 2002, ch. 2) whose spread is that of the case's class. Sites not done yet are right-censored:
// they count as longer than they have lasted (EM for the normal censored case; Aitkin 1981).
#pragma once
#include <string>
#include <vector>

#include "base/crps.h"
#include "base/spread.h"

namespace orrery::site {

/// One case of a reference class.
struct DurationCase {
  std::vector<double> features;  ///< the same number in every case; a constant is added by the fit
  std::string spread_class;      ///< cases of a class share the deviation of their errors
  double days = 0;               ///< to completion, or observed so far; over 0
  bool done = true;
};

/// A fitted model: posterior modes, of coefficients and of the logarithms of deviations together, and the normal
/// approximation of the coefficients around them.
struct DurationModel {
  std::vector<double> coefficients;  ///< constant, then features
  std::vector<double> covariance;    ///< of the coefficients, row by row
  double deviation = 0;              ///< of the logarithm's errors, over all cases; that of a class not seen
  std::vector<std::string> classes;  ///< by name
  std::vector<double> deviations;    ///< of each class
};

/// Fits the model. Priors: a feature's coefficient is normal with a deviation of 1 (a factor of e either way is no
/// surprise); a class's variance is scaled inverse chi-squared around that of all cases, worth four cases of its own
/// (Gelman et al., "Bayesian Data Analysis", 3rd ed., section 3.2), so that a class of six can have a spread of its
/// own. Throws Error when fewer than five cases are done, when features differ in number, or when a duration is not
/// over 0.
DurationModel fit_durations(const std::vector<DurationCase>& cases);

/// What a model says of a case: the logarithm of its days is normal, cut off below the wait where one is given.
struct DurationForecast {
  NormalForecast log_days;
  Spread spread() const;                   ///< days
  double score(double days) const;         ///< CRPS on ln days of one that took so long
  double score_open(double waited) const;  ///< CRPS on ln days up to the wait of one that is not done
};

/// The forecast of a new case: the errors of its class and the coefficients' uncertainty. waited: days it has lasted
/// already without being done, 0 at its start. Throws Error for another number of features than in the fit.
DurationForecast predict_duration(const DurationModel& model, const std::vector<double>& features,
                                  const std::string& spread_class, double waited = 0);

}  // namespace orrery::site
