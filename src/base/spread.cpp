#include "base/spread.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace orrery {
namespace {

/// Between two neighbours of a sorted list; an infinite one is not mixed with a number.
double between(double a, double b, double share) {
  if (std::isinf(a) || std::isinf(b)) return share == 0 || a == b ? a : b;
  return a + share * (b - a);
}

}  // namespace

double sorted_quantile(const std::vector<double>& sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  return between(sorted[low], sorted[std::min(low + 1, sorted.size() - 1)], at - static_cast<double>(low));
}

double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  return sorted_quantile(values, p);
}

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {sorted_quantile(values, 0.1), sorted_quantile(values, 0.5), sorted_quantile(values, 0.9)};
  // Only the neighbours of the three quantiles need their places.
  auto from = values.begin();
  const auto at = [&](double p) {
    const double place = p * static_cast<double>(values.size() - 1);
    const auto low = values.begin() + static_cast<std::ptrdiff_t>(place);
    if (low >= from) std::nth_element(from, low, values.end()), from = low;
    const auto next = low + 1 < values.end() ? std::min_element(low + 1, values.end()) : low;
    return between(*low, *next, place - std::floor(place));
  };
  const double p10 = at(0.1), p50 = at(0.5), p90 = at(0.9);
  return {p10, p50, p90};
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (std::size_t k = i; k < j; ++k) out[order[k]] = 0.5 * static_cast<double>(i + j - 1);
    i = j;
  }
  return out;
}

double correlation_of_ranks(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean = (static_cast<double>(a.size()) - 1) / 2;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

ErrorSummary summary_of_errors(std::vector<double> errors) {
  if (errors.empty()) return {};
  ErrorSummary s;
  s.bias = quantile(errors, 0.5);
  for (double& e : errors) s.mean += e = std::abs(e);
  s.mean /= static_cast<double>(errors.size());
  std::sort(errors.begin(), errors.end());
  s.median = sorted_quantile(errors, 0.5);
  s.p90 = sorted_quantile(errors, 0.9);
  return s;
}

}  // namespace orrery
