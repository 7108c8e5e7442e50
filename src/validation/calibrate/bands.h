// How wide a band must be: a log-linear rule for the spread of errors, fitted on errors of predictions that were left
// out. The scale of a Laplace distribution by maximum likelihood (Koenker and Machado 1999), then weighted quantiles of
// the scaled errors, since errors are not symmetric (conformal prediction's normalised residuals, Lei et al. 2018).
#pragma once
#include <utility>
#include <vector>

namespace orrery::validation {

/// One prediction that was left out of its fit.
struct LeftOutError {
  double error = 0;           ///< ln(predicted / measured)
  double weight = 1;          ///< rows of one cluster share a weight
  std::vector<double> terms;  ///< what decides the width; all errors have as many
};

/// ln sigma = base + terms . factors; P10 = predicted x exp(-below sigma), P90 = predicted x exp(above sigma).
struct FittedBand {
  double base = 0;
  std::vector<double> factors;  ///< of the terms
  double below = 0, above = 0;

  double sigma(const std::vector<double>& terms) const;
  /// The measured value lies within P10 to P90.
  bool holds(const LeftOutError& e) const;
};

/// The rule that makes the weighted sum of ln sigma + |error| / sigma least; deterministic. Throws Error without
/// errors.
FittedBand fit_band(const std::vector<LeftOutError>& errors);

/// The value below which a share of the weight lies; pairs of value and weight, at least one.
double weighted_quantile(std::vector<std::pair<double, double>> values, double share);

/// Weighted share of errors within the band.
double coverage(const FittedBand& band, const std::vector<LeftOutError>& errors);

}  // namespace orrery::validation
