#include "site/duration.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/distribution.h"
#include "base/error.h"

namespace orrery::site {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

// A feature's coefficient has this prior deviation in the logarithm: a factor of e either way is no surprise.
constexpr double feature_deviation = 1;
constexpr int steps = 60;
constexpr size_t fewest_cases = 5;

VectorXd design_row(const std::vector<double>& features, const std::string& group,
                    const std::vector<std::string>& groups) {
  std::vector<double> row = {1};
  row.insert(row.end(), features.begin(), features.end());
  for (const std::string& g : groups) row.push_back(g == group ? 1 : 0);
  return Eigen::Map<VectorXd>(row.data(), static_cast<Eigen::Index>(row.size()));
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

  const auto n = static_cast<Eigen::Index>(cases.size()), fixed = static_cast<Eigen::Index>(1 + features),
             random = static_cast<Eigen::Index>(m.groups.size());
  MatrixXd x(n, fixed + random), inverse;
  VectorXd y(n), coefficients;
  for (Eigen::Index i = 0; i < n; ++i) {
    const DurationCase& c = cases[static_cast<size_t>(i)];
    x.row(i) = design_row(c.features, c.group, m.groups).transpose();
    y[i] = std::log(c.days);
  }
  const MatrixXd gram = x.transpose() * x;
  VectorXd z = y;

  double residual = 0.25, between = 0.05;  // variances; where they start does not matter
  for (int step = 0; step < steps; ++step) {
    MatrixXd normal = gram;
    normal.diagonal().segment(1, fixed - 1).array() += residual / (feature_deviation * feature_deviation);
    normal.diagonal().tail(random).array() += residual / between;
    inverse = normal.ldlt().solve(MatrixXd::Identity(fixed + random, fixed + random));
    coefficients = inverse * (x.transpose() * z);

    const VectorXd means = x * coefficients;
    double squares = residual * (x * inverse).cwiseProduct(x).sum();
    const double deviation = std::sqrt(residual);
    for (Eigen::Index i = 0; i < n; ++i) {
      const double error = y[i] - means[i];
      if (cases[static_cast<size_t>(i)].done) {
        squares += error * error;
        continue;
      }
      // What is expected of a case that has lasted this long already.
      const double a = error / deviation, h = normal_hazard(a);
      z[i] = means[i] + deviation * h;
      squares += residual * (h * h + std::max(0.0, 1 + a * h - h * h));
    }
    const double effects = coefficients.tail(random).squaredNorm() + residual * inverse.diagonal().tail(random).sum();
    residual = squares / static_cast<double>(n);
    if (random > 0) between = std::max(1e-6, effects / static_cast<double>(random));
  }
  m.coefficients.assign(coefficients.begin(), coefficients.end());
  m.inverse.assign(inverse.data(), inverse.data() + inverse.size());
  m.residual_deviation = std::sqrt(residual);
  m.group_deviation = random > 0 ? std::sqrt(between) : 0;
  return m;
}

Spread predict_duration(const DurationModel& m, const std::vector<double>& features, const std::string& group) {
  const VectorXd row = design_row(features, group, m.groups);
  const auto size = static_cast<Eigen::Index>(m.coefficients.size());
  if (row.size() != size)
    throw Error({}, "", "the case has another number of features than the model", "give the features of the fit");
  const Eigen::Map<const VectorXd> coefficients(m.coefficients.data(), size);
  const Eigen::Map<const MatrixXd> inverse(m.inverse.data(), size, size);
  const double mean = row.dot(coefficients), residual = m.residual_deviation * m.residual_deviation;
  double variance = residual * (1 + row.dot(inverse * row));
  if (std::find(m.groups.begin(), m.groups.end(), group) == m.groups.end())
    variance += m.group_deviation * m.group_deviation;
  const double reach = normal_quantile(0.9) * std::sqrt(variance);
  return {std::exp(mean - reach), std::exp(mean), std::exp(mean + reach)};
}

}  // namespace orrery::site
