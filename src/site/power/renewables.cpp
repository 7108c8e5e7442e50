#include "site/power/renewables.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double degree = std::numbers::pi / 180;

}  // namespace

SunDirection sun_direction(double latitude, double longitude, int day, double time) {
  const double b = 2 * std::numbers::pi * day / 365;
  const double declination = 0.006918 - 0.399912 * std::cos(b) + 0.070257 * std::sin(b) - 0.006758 * std::cos(2 * b) +
                             0.000907 * std::sin(2 * b) - 0.002697 * std::cos(3 * b) + 0.00148 * std::sin(3 * b);
  const double equation = 229.18 * (0.000075 + 0.001868 * std::cos(b) - 0.032077 * std::sin(b) -
                                    0.014615 * std::cos(2 * b) - 0.040849 * std::sin(2 * b));  // minutes
  const double meridian = 15 * std::round(longitude / 15);
  const double solar_time = time + (4 * (longitude - meridian) + equation) / 60;
  const double angle = 15 * degree * (solar_time - 12), phi = latitude * degree;
  SunDirection sun;
  sun.up = std::sin(phi) * std::sin(declination) + std::cos(phi) * std::cos(declination) * std::cos(angle);
  sun.east = -std::cos(declination) * std::sin(angle);
  sun.north = std::cos(phi) * std::sin(declination) - std::sin(phi) * std::cos(declination) * std::cos(angle);
  return sun;
}

double plane_of_array(const SolarFacts& f, const SunDirection& sun, double direct, double diffuse, double global) {
  double tilt = 0, cosine = 0;
  if (f.tracking) {
    const double most = f.tracking_angle * degree;
    const double rotation = sun.up > 0 ? std::clamp(std::atan2(sun.east, sun.up), -most, most) : 0;
    tilt = std::abs(rotation);
    cosine = sun.east * std::sin(rotation) + sun.up * std::cos(rotation);
  } else {
    // A tilt below 0 faces the pole: that of a field in the south.
    tilt = std::abs(f.tilt) * degree;
    cosine = -sun.north * std::sin(f.tilt * degree) + sun.up * std::cos(tilt);
  }
  const double beam = sun.up > 0 ? direct * std::max(0.0, cosine) : 0;
  return beam + diffuse * (1 + std::cos(tilt)) / 2 + global * f.albedo * (1 - std::cos(tilt)) / 2;
}

std::vector<double> solar_shares(const SolarFacts& f, const Weather& w) {
  if (!w.latitude || !w.longitude)
    throw Error({w.file}, "", "does not say where it was measured, which the sun's position needs",
                "give its latitude and longitude");
  if (w.direct_normal.empty() || w.diffuse.empty() || w.global.empty())
    throw Error({w.file}, "", "lacks direct, diffuse or global irradiance, which solar power needs",
                "give a file that has all three, or leave solar out of sources");
  std::vector<double> out(w.hours());
  for (std::size_t t = 0; t < out.size(); ++t) {
    const std::size_t of_year = t % hours_of_year;
    const SunDirection sun = sun_direction(*w.latitude, *w.longitude, static_cast<int>(of_year / 24),
                                           static_cast<double>(of_year % 24) + 0.5);
    const double plane = plane_of_array(f, sun, w.direct_normal[t], w.diffuse[t], w.global[t]);
    const double cell = w.dry_bulb[t] + (f.cell_temperature - 20) / 800 * plane;
    const double panels = f.panels_per_inverter * plane / 1000 * (1 - f.temperature_loss * (cell - 25));
    out[t] = std::clamp(panels * (1 - f.losses), 0.0, 1.0);
  }
  return out;
}

double wind_share(const WindFacts& f, double speed) {
  if (speed < f.cut_in || speed >= f.cut_out) return 0;
  const auto cube = [](double x) { return x * x * x; };
  return (1 - f.losses) * std::min(1.0, (cube(speed) - cube(f.cut_in)) / (cube(f.rated_wind) - cube(f.cut_in)));
}

std::vector<double> wind_shares(const WindFacts& f, const Weather& w) {
  if (w.wind.empty()) throw Error({w.file}, "", "has no wind", "give a file that has it, or leave wind out of sources");
  // The standard atmosphere where the file has no pressure.
  const double by_height = 101325 * std::pow(1 - 2.25577e-5 * w.elevation.value_or(0), 5.25588);
  const double higher = std::pow(f.hub_height / f.measured_height, f.shear);
  std::vector<double> out(w.hours());
  for (std::size_t t = 0; t < out.size(); ++t) {
    const double pressure = w.pressure.empty() ? by_height : w.pressure[t];
    const double density = pressure / (287.05 * (w.dry_bulb[t] + 273.15));
    const double speed = w.wind[t] * higher;
    // Turbines stop at a speed, whatever the air weighs.
    out[t] = speed >= f.cut_out ? 0 : wind_share(f, std::min(speed * std::cbrt(density / 1.225), f.cut_out - 1e-9));
  }
  return out;
}

}  // namespace orrery::site
