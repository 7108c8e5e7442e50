// How far off a prediction may be: the one form of the rules in the catalog's bands. What is known of a question
// decides the width; the factors are fitted on errors of predictions that were left out of a fit (docs/calibration.md).
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::catalog {

/// Factors on a predicted value.
struct Band {
  double p10 = 1, p90 = 1;
};

/// ln sigma = base + terms . factors; P10 = predicted x exp(-below sigma), P90 = predicted x exp(above sigma).
struct BandRule {
  double base = 0;
  std::vector<double> factors;  ///< of the terms, in their order
  double below = 0, above = 0;

  /// terms: as many as there are factors.
  double sigma(std::span<const double> terms) const;
  Band band_of_sigma(double sigma) const;
  Band band(std::span<const double> terms) const { return band_of_sigma(sigma(terms)); }
};

/// The rule of an entry of bands whose factors stand under these keys. Throws Error where the catalog lacks one.
BandRule read_band_rule(const Catalog& catalog, std::string_view entry, std::span<const std::string_view> keys);

}  // namespace orrery::catalog
