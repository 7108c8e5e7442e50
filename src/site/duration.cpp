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

constexpr double feature_deviation = 1, prior_cases = 4;  // the priors, as fit_durations says
constexpr int steps = 60;
constexpr size_t fewest_cases = 5;

VectorXd design_row(const std::vector<double>& features) {
  VectorXd row(static_cast<Eigen::Index>(features.size()) + 1);
  row[0] = 1;
  for (Eigen::Index i = 1; i < row.size(); ++i) row[i] = features[static_cast<size_t>(i - 1)];
  return row;
}

/// Hazard of the standard normal distribution at a: density over upper tail.
double normal_hazard(double a) {
  if (a > 8) return a + 1 / a;  // Mills' ratio far out, where the tail underflows
  return std::exp(-0.5 * a * a) / std::sqrt(2 * std::numbers::pi) / (0.5 * std::erfc(a / std::numbers::sqrt2));
}

void check(const std::vector<DurationCase>& cases) {
  const auto done = std::count_if(cases.begin(), cases.end(), [](const DurationCase& c) { return c.done; });
  if (static_cast<size_t>(done) < fewest_cases)
    throw Error({}, "", "fewer than five cases are done", "give a larger reference class");
  for (const DurationCase& c : cases) {
    if (c.features.size() != cases.front().features.size())
      throw Error({}, "", "cases have different numbers of features", "give every case the same ones");
    if (!(c.days > 0)) throw Error({}, "", "a duration is not over 0 days", "leave the case out");
  }
}

}  // namespace

DurationModel fit_durations(const std::vector<DurationCase>& cases) {
  check(cases);
  DurationModel m;
  for (const DurationCase& c : cases) m.classes.push_back(c.spread_class);
  std::sort(m.classes.begin(), m.classes.end());
  m.classes.erase(std::unique(m.classes.begin(), m.classes.end()), m.classes.end());

  const auto n = static_cast<Eigen::Index>(cases.size());
  const auto fixed = static_cast<Eigen::Index>(1 + cases.front().features.size());
  MatrixXd x(n, fixed), covariance;
  VectorXd y(n), coefficients;
  std::vector<size_t> class_of;
  for (Eigen::Index i = 0; i < n; ++i) {
    const DurationCase& c = cases[static_cast<size_t>(i)];
    x.row(i) = design_row(c.features).transpose();
    y[i] = std::log(c.days);
    class_of.push_back(
        static_cast<size_t>(std::lower_bound(m.classes.begin(), m.classes.end(), c.spread_class) - m.classes.begin()));
  }

  VectorXd z = y;                       // the logarithm, expected where it is not known
  VectorXd weight = VectorXd::Ones(n);  // how much of a case's information is there
  double all = 0.25;                    // variances; where they start does not matter
  std::vector<double> variance(m.classes.size(), all);
  for (int step = 0; step < steps; ++step) {
    MatrixXd normal = MatrixXd::Zero(fixed, fixed), informed = MatrixXd::Zero(fixed, fixed);
    VectorXd right = VectorXd::Zero(fixed);
    for (Eigen::Index i = 0; i < n; ++i) {
      const double precision = 1 / variance[class_of[static_cast<size_t>(i)]];
      normal += precision * x.row(i).transpose() * x.row(i);
      informed += precision * weight[i] * x.row(i).transpose() * x.row(i);
      right += precision * z[i] * x.row(i).transpose();
    }
    for (MatrixXd* matrix : {&normal, &informed})
      matrix->diagonal().tail(fixed - 1).array() += 1 / (feature_deviation * feature_deviation);
    coefficients = normal.ldlt().solve(right);
    covariance = informed.ldlt().solve(MatrixXd::Identity(fixed, fixed));

    std::vector<double> squares(m.classes.size(), 0), members(m.classes.size(), 0);
    for (Eigen::Index i = 0; i < n; ++i) {
      const size_t k = class_of[static_cast<size_t>(i)];
      const double mean = x.row(i) * coefficients, error = y[i] - mean;
      members[k] += 1;
      if (cases[static_cast<size_t>(i)].done) {
        squares[k] += error * error;
        continue;
      }
      // What is expected of a case that has lasted this long already, and how sure that is.
      const double deviation = std::sqrt(variance[k]), a = error / deviation, h = normal_hazard(a);
      z[i] = mean + deviation * h;
      weight[i] = std::clamp(h * (h - a), 0.0, 1.0);
      squares[k] += variance[k] * std::max(0.0, 1 + a * h);
    }
    double sum = 0;
    for (const double s : squares) sum += s;
    all = sum / static_cast<double>(n);
    // The mode of each deviation's logarithm.
    for (size_t k = 0; k < variance.size(); ++k)
      variance[k] = (squares[k] + prior_cases * all) / (members[k] + prior_cases);
  }
  m.coefficients.assign(coefficients.begin(), coefficients.end());
  m.covariance.assign(covariance.data(), covariance.data() + covariance.size());
  m.deviation = std::sqrt(all);
  for (const double v : variance) m.deviations.push_back(std::sqrt(v));
  return m;
}

DurationForecast predict_duration(const DurationModel& m, const std::vector<double>& features,
                                  const std::string& spread_class, double waited) {
  const VectorXd row = design_row(features);
  const auto size = static_cast<Eigen::Index>(m.coefficients.size());
  if (row.size() != size)
    throw Error({}, "", "the case has another number of features than the model", "give the features of the fit");
  const Eigen::Map<const VectorXd> coefficients(m.coefficients.data(), size);
  const Eigen::Map<const MatrixXd> covariance(m.covariance.data(), size, size);
  const auto at = std::lower_bound(m.classes.begin(), m.classes.end(), spread_class);
  const bool seen = at != m.classes.end() && *at == spread_class;
  const double own = seen ? m.deviations[static_cast<size_t>(at - m.classes.begin())] : m.deviation;
  DurationForecast f;
  f.log_days = {row.dot(coefficients), std::sqrt(own * own + row.dot(covariance * row))};
  if (waited > 0) f.log_days.from = std::log(waited);
  return f;
}

Spread DurationForecast::spread() const {
  return {std::exp(log_days.quantile(0.1)), std::exp(log_days.quantile(0.5)), std::exp(log_days.quantile(0.9))};
}

double DurationForecast::score(double days) const {
  return crps(log_days, std::log(days));
}

double DurationForecast::score_open(double waited) const {
  return crps_open(log_days, std::log(waited));
}

}  // namespace orrery::site
