#include "base/crps.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace orrery {
namespace {

constexpr double least_share = 1e-9;  // what is left of a forecast that the wait has all but ruled out

double density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
}

/// The integral of F^2 below x, F the standard normal distribution function.
double squares_below(double x) {
  const double share = normal_share_below(x);
  return x * share * share + 2 * density(x) * share -
         normal_share_below(x * std::numbers::sqrt2) / std::sqrt(std::numbers::pi);
}

/// The integral of F below x.
double shares_below(double x) {
  return x * normal_share_below(x) + density(x);
}

/// The share of the forecast beyond its cut, as of the standard normal distribution.
double share_beyond(double cut) {
  return std::isinf(cut) ? 1 : 0.5 * std::erfc(cut / std::numbers::sqrt2);
}

}  // namespace

double normal_share_below(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double NormalForecast::quantile(double p) const {
  const double cut = (from - mean) / deviation, left = share_beyond(cut);
  if (left < least_share) return from;
  if (std::isinf(cut)) return mean + deviation * normal_quantile(p);
  // From above, where a late cut leaves digits.
  return std::max(from, mean - deviation * normal_quantile(left * (1 - p)));
}

double crps(const NormalForecast& f, double y) {
  const double cut = (f.from - f.mean) / f.deviation, left = share_beyond(cut);
  if (left < least_share) return std::fabs(y - f.from);
  // Before the cut the distribution function is 0.
  if (y < f.from) return f.from - y + crps(f, f.from);
  const double z = (y - f.mean) / f.deviation, root = 1 / std::sqrt(std::numbers::pi);
  if (std::isinf(cut)) return f.deviation * (z * (2 * normal_share_below(z) - 1) + 2 * density(z) - root);
  const double sum = z * left * (2 * normal_share_below(z) - 1 - normal_share_below(cut)) + 2 * density(z) * left -
                     root * share_beyond(cut * std::numbers::sqrt2);
  return f.deviation * sum / (left * left);
}

double crps_open(const NormalForecast& f, double waited) {
  const double cut = (f.from - f.mean) / f.deviation, left = share_beyond(cut);
  if (waited <= f.from) return 0;
  if (left < least_share) return waited - f.from;
  const double a = (waited - f.mean) / f.deviation;
  if (std::isinf(cut)) return f.deviation * squares_below(a);
  const double before = normal_share_below(cut);
  const double sum = squares_below(a) - squares_below(cut) - 2 * before * (shares_below(a) - shares_below(cut)) +
                     before * before * (a - cut);
  return f.deviation * std::max(0.0, sum) / (left * left);
}

double crps(const Distribution& d, double y) {
  if (d.kind != Distribution::Kind::lognormal)
    throw Error({}, "", distribution_name(d.kind) + " has no closed score here", "give a lognormal");
  const double late = 1 - d.c, mean = d.a * std::exp(0.5 * d.b * d.b);
  double off = mean - y;  // E|Z - y| of the lognormal part
  double apart = 0;       // E|Z - Z'|
  if (d.b > 0) {
    if (y > 0) {
      const double z = std::log(y / d.a) / d.b;
      off = y * (2 * normal_share_below(z) - 1) + mean * (1 - 2 * normal_share_below(z - d.b));
    }
    apart = 2 * mean * (2 * normal_share_below(d.b / std::numbers::sqrt2) - 1);
  } else {
    off = std::fabs(off);
  }
  return d.c * std::fabs(y) + late * off - 0.5 * (2 * d.c * late * mean + late * late * apart);
}

}  // namespace orrery
