#include "validation/calibrate/bands.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>

#include "base/error.h"

namespace orrery::validation {
namespace {

/// What the rule's coefficients, the base first, cost; nlopt's form.
double cost(const std::vector<double>& x, std::vector<double>&, void* data) {
  double sum = 0;
  for (const LeftOutError& e : *static_cast<const std::vector<LeftOutError>*>(data)) {
    double log_sigma = x[0];
    for (std::size_t i = 0; i < e.terms.size(); ++i) log_sigma += x[i + 1] * e.terms[i];
    sum += e.weight * (log_sigma + std::abs(e.error) * std::exp(-log_sigma));
  }
  return sum;
}

}  // namespace

double weighted_quantile(std::vector<std::pair<double, double>> values, double share) {
  std::sort(values.begin(), values.end());
  double whole = 0, passed = 0;
  for (const auto& [value, weight] : values) whole += weight;
  for (const auto& [value, weight] : values)
    if ((passed += weight) >= share * whole) return value;
  return values.back().first;
}

double FittedBand::sigma(const std::vector<double>& terms) const {
  double log_sigma = base;
  for (std::size_t i = 0; i < factors.size(); ++i) log_sigma += factors[i] * terms[i];
  return std::exp(log_sigma);
}

bool FittedBand::holds(const LeftOutError& e) const {
  const double scaled = e.error / sigma(e.terms);
  return scaled <= below && scaled >= -above;
}

FittedBand fit_band(const std::vector<LeftOutError>& errors) {
  if (errors.empty()) throw Error({}, "band", "has no errors to be fitted on", "leave out rows that can be predicted");
  std::vector<double> x(errors.front().terms.size() + 1, 0.0);
  x[0] = -2;
  nlopt::opt simplex(nlopt::LN_SBPLX, static_cast<unsigned>(x.size()));
  simplex.set_min_objective(cost, const_cast<std::vector<LeftOutError>*>(&errors));  // read only
  simplex.set_initial_step(0.5);
  simplex.set_xtol_abs(1e-5);
  simplex.set_maxeval(4000);
  try {
    double least = 0;
    simplex.optimize(x, least);
  } catch (const nlopt::roundoff_limited&) {
    // As near as doubles come.
  }
  FittedBand band;
  band.base = x[0];
  band.factors.assign(x.begin() + 1, x.end());
  std::vector<std::pair<double, double>> scaled;
  for (const LeftOutError& e : errors) scaled.emplace_back(e.error / band.sigma(e.terms), e.weight);
  band.below = weighted_quantile(scaled, 0.9);
  band.above = -weighted_quantile(scaled, 0.1);
  return band;
}

double coverage(const FittedBand& band, const std::vector<LeftOutError>& errors) {
  double inside = 0, whole = 0;
  for (const LeftOutError& e : errors) whole += e.weight, inside += band.holds(e) ? e.weight : 0;
  return whole > 0 ? inside / whole : 0;
}

}  // namespace orrery::validation
