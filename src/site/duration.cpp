#include "site/duration.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/distribution.h"
#include "base/error.h"

namespace orrery::site {
namespace {

using Matrix = std::vector<std::vector<double>>;

// A feature's coefficient has this prior deviation in the logarithm: a factor of e either way is no surprise.
constexpr double feature_deviation = 1;
constexpr int steps = 60;
constexpr size_t fewest_cases = 5;

/// Inverse of a symmetric positive definite matrix by Gauss-Jordan elimination; its priors keep it regular.
Matrix inverted(Matrix a) {
  const size_t n = a.size();
  Matrix out(n, std::vector<double>(n));
  for (size_t i = 0; i < n; ++i) out[i][i] = 1;
  for (size_t i = 0; i < n; ++i) {
    const double pivot = a[i][i];
    for (size_t c = 0; c < n; ++c) a[i][c] /= pivot, out[i][c] /= pivot;
    for (size_t r = 0; r < n; ++r) {
      const double factor = a[r][i];
      if (r == i || factor == 0) continue;
      for (size_t c = 0; c < n; ++c) a[r][c] -= factor * a[i][c], out[r][c] -= factor * out[i][c];
    }
  }
  return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

std::vector<double> times(const Matrix& m, const std::vector<double>& v) {
  std::vector<double> out;
  for (const auto& row : m) out.push_back(dot(row, v));
  return out;
}

std::vector<double> design_row(const std::vector<double>& features, const std::string& group,
                               const std::vector<std::string>& groups) {
  std::vector<double> row = {1};
  row.insert(row.end(), features.begin(), features.end());
  for (const std::string& g : groups) row.push_back(g == group ? 1 : 0);
  return row;
}

/// Hazard of the standard normal distribution at a: density over upper tail.
double normal_hazard(double a) {
  if (a > 8) return a + 1 / a;  // Mills' ratio far out, where the tail underflows
  return std::exp(-0.5 * a * a) / std::sqrt(2 * std::numbers::pi) / (0.5 * std::erfc(a / std::numbers::sqrt2));
}

}  // namespace

DurationModel fit_durations(const std::vector<DurationCase>& cases) {
  const auto done = std::count_if(cases.begin(), cases.end(), [](const DurationCase& c) { return c.done; });
  if (static_cast<size_t>(done) < fewest_cases)
    throw Error({}, "", "fewer than five cases are done", "give a larger reference class");
  const size_t features = cases.front().features.size();
  DurationModel m;
  for (const DurationCase& c : cases) {
    if (c.features.size() != features)
      throw Error({}, "", "cases have different numbers of features", "give every case the same ones");
    if (!(c.days > 0)) throw Error({}, "", "a duration is not over 0 days", "leave the case out");
    if (!c.group.empty()) m.groups.push_back(c.group);
  }
  std::sort(m.groups.begin(), m.groups.end());
  m.groups.erase(std::unique(m.groups.begin(), m.groups.end()), m.groups.end());

  const size_t n = cases.size(), fixed = 1 + features, k = fixed + m.groups.size();
  Matrix x, gram(k, std::vector<double>(k));
  std::vector<double> y, z;
  for (const DurationCase& c : cases) {
    x.push_back(design_row(c.features, c.group, m.groups));
    y.push_back(std::log(c.days));
    for (size_t a = 0; a < k; ++a)
      for (size_t b = 0; b < k; ++b) gram[a][b] += x.back()[a] * x.back()[b];
  }
  z = y;

  double residual = 0.25, between = 0.05;  // variances; where they start does not matter
  for (int step = 0; step < steps; ++step) {
    Matrix normal = gram;
    for (size_t a = 1; a < fixed; ++a) normal[a][a] += residual / (feature_deviation * feature_deviation);
    for (size_t a = fixed; a < k; ++a) normal[a][a] += residual / between;
    m.inverse = inverted(normal);
    std::vector<double> right(k);
    for (size_t i = 0; i < n; ++i)
      for (size_t a = 0; a < k; ++a) right[a] += x[i][a] * z[i];
    m.coefficients = times(m.inverse, right);

    double squares = 0;
    const double deviation = std::sqrt(residual);
    for (size_t i = 0; i < n; ++i) {
      const double mean = dot(x[i], m.coefficients);
      squares += residual * dot(x[i], times(m.inverse, x[i]));
      if (cases[i].done) {
        squares += (y[i] - mean) * (y[i] - mean);
        continue;
      }
      // What is expected of a case that has lasted this long already.
      const double a = (y[i] - mean) / deviation, h = normal_hazard(a);
      z[i] = mean + deviation * h;
      squares += residual * (h * h + std::max(0.0, 1 + a * h - h * h));
    }
    double effects = 0;
    for (size_t a = fixed; a < k; ++a) effects += m.coefficients[a] * m.coefficients[a] + residual * m.inverse[a][a];
    residual = squares / static_cast<double>(n);
    if (k > fixed) between = std::max(1e-6, effects / static_cast<double>(k - fixed));
  }
  m.residual_deviation = std::sqrt(residual);
  m.group_deviation = k > fixed ? std::sqrt(between) : 0;
  return m;
}

Spread predict_duration(const DurationModel& m, const std::vector<double>& features, const std::string& group) {
  const std::vector<double> row = design_row(features, group, m.groups);
  if (row.size() != m.coefficients.size())
    throw Error({}, "", "the case has another number of features than the model", "give the features of the fit");
  const double mean = dot(row, m.coefficients), residual = m.residual_deviation * m.residual_deviation;
  double variance = residual * (1 + dot(row, times(m.inverse, row)));
  if (std::find(m.groups.begin(), m.groups.end(), group) == m.groups.end())
    variance += m.group_deviation * m.group_deviation;
  const double reach = normal_quantile(0.9) * std::sqrt(variance);
  return {std::exp(mean - reach), std::exp(mean), std::exp(mean + reach)};
}

}  // namespace orrery::site
