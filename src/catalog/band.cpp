#include "catalog/band.h"

#include <cmath>

namespace orrery::catalog {

double BandRule::sigma(std::span<const double> terms) const {
  double log_sigma = base;
  for (std::size_t i = 0; i < factors.size(); ++i) log_sigma += factors[i] * terms[i];
  return std::exp(log_sigma);
}

Band BandRule::band_of_sigma(double sigma) const {
  return {std::exp(-below * sigma), std::exp(above * sigma)};
}

BandRule read_band_rule(const Catalog& catalog, std::string_view name, std::span<const std::string_view> keys) {
  const Entry& entry = catalog.entry("bands", name);
  const auto figure = [&](std::string_view key) { return entry.at(key).amount.median(); };
  BandRule rule;
  rule.base = figure("base"), rule.below = figure("below"), rule.above = figure("above");
  for (const std::string_view key : keys) rule.factors.push_back(figure(key));
  return rule;
}

}  // namespace orrery::catalog
