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

catalog::BandRule fit_band(const std::vector<LeftOutError>& errors) {
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
  catalog::BandRule band;
  band.base = x[0];
  band.factors.assign(x.begin() + 1, x.end());
  std::vector<std::pair<double, double>> scaled;
  for (const LeftOutError& e : errors) scaled.emplace_back(e.error / band.sigma(e.terms), e.weight);
  band.below = weighted_quantile(scaled, 0.9);
  band.above = -weighted_quantile(scaled, 0.1);
  return band;
}

double coverage(const catalog::BandRule& band, const std::vector<LeftOutError>& errors) {
  double inside = 0, whole = 0;
  for (const LeftOutError& e : errors) {
    const double scaled = e.error / band.sigma(e.terms);
    whole += e.weight;
    if (scaled <= band.below && scaled >= -band.above) inside += e.weight;
  }
  return whole > 0 ? inside / whole : 0;
}

study::Table coverage_table(const std::string& key, const std::string& heading, const catalog::BandRule& band,
                            std::vector<LeftOutError> errors) {
  std::stable_sort(errors.begin(), errors.end(), [&](const LeftOutError& a, const LeftOutError& b) {
    return band.sigma(a.terms) < band.sigma(b.terms);
  });
  study::Table table{
      key,
      heading,
      {study::text_column("group", "group"), study::count_column("errors", "errors", ""),
       study::percent_column("inside", "inside P10 to P90", 1), study::fixed_column("width", "ln P90/P10", "", 3)},
      {}};
  const auto add = [&](const char* name, std::size_t first, std::size_t last) {
    if (first == last) return;
    const std::vector<LeftOutError> part(errors.begin() + static_cast<std::ptrdiff_t>(first),
                                         errors.begin() + static_cast<std::ptrdiff_t>(last));
    double width = 0;
    for (const LeftOutError& e : part) width += band.sigma(e.terms) * (band.below + band.above);
    table.rows.push_back({name, part.size(), coverage(band, part), width / static_cast<double>(part.size())});
  };
  const std::size_t n = errors.size();
  add("all", 0, n);
  add("narrowest third", 0, n / 3), add("middle third", n / 3, 2 * n / 3), add("widest third", 2 * n / 3, n);
  add("narrowest tenth", 0, n / 10), add("widest tenth", n - n / 10, n);
  return table;
}

std::vector<Constant> band_constants(const catalog::Catalog& catalog, const std::string& name,
                                     std::span<const std::string_view> keys, const catalog::BandRule& band) {
  const catalog::Entry& was = catalog.entry("bands", name);
  std::vector<Constant> out;
  const auto add = [&](std::string_view key, double value) {
    out.push_back({"bands", name, "", std::string(key), was.number(key), value});
  };
  add("base", band.base);
  for (std::size_t i = 0; i < keys.size(); ++i) add(keys[i], band.factors[i]);
  add("below", band.below), add("above", band.above);
  return out;
}

}  // namespace orrery::validation
