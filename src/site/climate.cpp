#include "site/climate.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double z90 = 1.2815515594457831;  ///< of the normal distribution
constexpr double degree = std::numbers::pi / 180;

Eigen::Vector3d terms(double latitude, double elevation) {
  const double c = std::cos(latitude * degree);
  return {1, c * c, elevation / 1000};
}

}  // namespace

double distance(const Point& a, const Point& b) {
  const double north = std::sin((b.latitude - a.latitude) * degree / 2);
  const double east = std::sin((b.longitude - a.longitude) * degree / 2);
  const double h = north * north + std::cos(a.latitude * degree) * std::cos(b.latitude * degree) * east * east;
  return 2 * 6371e3 * std::asin(std::sqrt(std::min(1.0, h)));
}

double wet_bulb_excess(const Weather& weather) {
  double sum = 0;
  for (const double t : wet_bulb(weather)) sum += std::max(0.0, t - excess_above);
  return sum / static_cast<double>(weather.hours());
}

std::vector<Station> stations(const catalog::Catalog& catalog) {
  std::vector<Station> out;
  for (const catalog::Entry& e : catalog.entries("climates"))
    out.push_back({e.name,
                   e.title,
                   {e.number("latitude"), e.number("longitude")},
                   e.number("elevation"),
                   e.number("wet_bulb_excess")});
  return out;
}

ClimateRule::ClimateRule(const std::vector<Station>& stations) {
  if (stations.size() < 5)
    throw Error({}, "climates", "has fewer than five weather stations",
                "add some, or leave out those that replace them");
  const auto n = static_cast<Eigen::Index>(stations.size());
  Eigen::MatrixXd x(n, 3);
  Eigen::VectorXd y(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Station& s = stations[static_cast<std::size_t>(i)];
    x.row(i) = terms(s.at.latitude, s.elevation).transpose();
    y(i) = s.excess;
  }
  const Eigen::Matrix3d inverse = (x.transpose() * x).ldlt().solve(Eigen::Matrix3d::Identity());
  const Eigen::Vector3d beta = inverse * (x.transpose() * y);
  variance_ = (y - x * beta).squaredNorm() / static_cast<double>(n - 3);
  for (int i = 0; i < 3; ++i) {
    coefficients_[static_cast<std::size_t>(i)] = beta(i);
    for (int j = 0; j < 3; ++j) inverse_[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = inverse(i, j);
  }
}

ClimateRule::Value ClimateRule::at(double latitude, double elevation) const {
  const Eigen::Vector3d t = terms(latitude, elevation);
  Value value;
  double leverage = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    value.excess += coefficients_[i] * t(static_cast<Eigen::Index>(i));
    for (std::size_t j = 0; j < 3; ++j)
      leverage += t(static_cast<Eigen::Index>(i)) * inverse_[i][j] * t(static_cast<Eigen::Index>(j));
  }
  value.error = std::sqrt(variance_ * (1 + leverage));
  return value;
}

Climate climate_at(const Point& place, std::optional<double> elevation, const std::vector<Station>& stations,
                   const ClimateRule& rule) {
  Climate out;
  for (const Station& s : stations) {
    const double away = distance(place, s.at);
    if (away <= station_reach && (!out.station || away < out.away)) out.station = &s, out.away = away;
  }
  if (out.station) {
    out.excess = out.low = out.high = out.station->excess;
    return out;
  }
  out.elevation = elevation.value_or(usual_elevation);
  const ClimateRule::Value value = rule.at(place.latitude, out.elevation);
  out.excess = std::max(0.0, value.excess);
  out.low = std::max(0.0, value.excess - z90 * value.error);
  out.high = std::max(0.0, value.excess + z90 * value.error);
  return out;
}

}  // namespace orrery::site
