#include "site/weather/psychrometrics.h"

#include <algorithm>
#include <cmath>

namespace orrery::site {
namespace {

constexpr double freezing = 273.15, coldest = -100;

/// Humidity ratio of air at a dry bulb whose wet bulb is t (equation 33 from 0 C on, 35 over ice).
double humidity_ratio_at(double t, double dry_bulb, double pressure) {
  const double saturated = humidity_ratio(std::min(saturation_pressure(t), 0.99 * pressure), pressure);
  if (t >= 0) return ((2501 - 2.326 * t) * saturated - 1.006 * (dry_bulb - t)) / (2501 + 1.86 * dry_bulb - 4.186 * t);
  return ((2830 - 0.24 * t) * saturated - 1.006 * (dry_bulb - t)) / (2830 + 1.86 * dry_bulb - 2.1 * t);
}

}  // namespace

double saturation_pressure(double celsius) {
  const double t = celsius + freezing;
  if (celsius < 0)
    return std::exp(-5.6745359e3 / t + 6.3925247 - 9.677843e-3 * t + 6.2215701e-7 * t * t + 2.0747825e-9 * t * t * t -
                    9.484024e-13 * t * t * t * t + 4.1635019 * std::log(t));
  return std::exp(-5.8002206e3 / t + 1.3914993 - 4.8640239e-2 * t + 4.1764768e-5 * t * t - 1.4452093e-8 * t * t * t +
                  6.5459673 * std::log(t));
}

double dew_point(double vapour_pressure) {
  double low = coldest, high = 100;
  while (high - low > 1e-6) {
    const double middle = (low + high) / 2;
    (saturation_pressure(middle) < vapour_pressure ? low : high) = middle;
  }
  return low;
}

double humidity_ratio(double vapour_pressure, double pressure) {
  return 0.621945 * vapour_pressure / (pressure - vapour_pressure);
}

double wet_bulb(double dry_bulb, double humidity, double pressure) {
  if (humidity >= 1) return dry_bulb;
  const double vapour = humidity * saturation_pressure(dry_bulb), ratio = humidity_ratio(vapour, pressure);
  double low = std::min(dew_point(vapour), dry_bulb), high = dry_bulb;
  while (high - low > 1e-6) {
    const double middle = (low + high) / 2;
    (humidity_ratio_at(middle, dry_bulb, pressure) < ratio ? low : high) = middle;
  }
  return low;
}

double standard_pressure(double elevation) {
  return 101325 * std::pow(1 - 2.25577e-5 * elevation, 5.2559);
}

}  // namespace orrery::site
