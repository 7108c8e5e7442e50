// How wide a band must be: the catalog's rule of a band fitted on errors of predictions that were left out. The scale
// of a Laplace distribution by maximum likelihood (Koenker and Machado 1999), then weighted quantiles of the scaled
// errors, since errors are not symmetric (conformal prediction's normalised residuals, Lei et al. 2018).
#pragma once
#include <string>
#include <vector>

#include "catalog/band.h"
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// One prediction that was left out of its fit.
struct LeftOutError {
  double error = 0;           ///< ln(predicted / measured)
  double weight = 1;          ///< rows of one cluster share a weight
  std::vector<double> terms;  ///< what decides the width; all errors have as many
};

/// The value below which a share of the weight lies; pairs of value and weight, at least one.
double weighted_quantile(std::vector<std::pair<double, double>> values, double share);

/// The rule that makes the weighted sum of ln sigma + |error| / sigma least; deterministic. Throws Error without
/// errors.
catalog::BandRule fit_band(const std::vector<LeftOutError>& errors);

/// Weighted share of errors within the band.
double coverage(const catalog::BandRule& band, const std::vector<LeftOutError>& errors);

/// How often the band holds the errors, in each third by its width, and how wide it is there (the mean of ln P90/P10),
/// in the narrowest and the widest tenth too.
study::Table coverage_table(const std::string& key, const std::string& heading, const catalog::BandRule& band,
                            std::vector<LeftOutError> errors);

/// The rule as constants of an entry of bands, its factors under these keys.
std::vector<Constant> band_constants(const catalog::Catalog& catalog, const std::string& entry,
                                     std::span<const std::string_view> keys, const catalog::BandRule& band);

}  // namespace orrery::validation
