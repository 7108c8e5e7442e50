// The climate of a place as it bears on cooling: how far and how long the wet bulb is above 15 C, from a weather
// station nearby, or assumed by a rule on latitude and elevation that the stations give.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "site/weather/weather.h"

namespace orrery::site {

/// A point on Earth, degrees north and east.
struct Point {
  double latitude = 0, longitude = 0;
};
/// Great-circle distance, m (haversine on a sphere of 6,371 km).
double distance(const Point& a, const Point& b);

/// The wet-bulb temperature from which the excess counts, degrees Celsius.
inline constexpr double excess_above = 15;
/// Mean over all hours of max(0, wet bulb - 15 C), K. Throws Error as wet_bulb does.
double wet_bulb_excess(const Weather& weather);

/// A weather station of the catalog (climates).
struct Station {
  std::string name, title;
  Point at;
  double elevation = 0;  ///< m
  double excess = 0;     ///< wet_bulb_excess of its weather, K
};
/// All of them, by name.
std::vector<Station> stations(const catalog::Catalog& catalog);

/// Mean wet-bulb excess by latitude and elevation: max(0, a + b cos2(latitude) + c elevation), by least squares on the
/// stations. cos2 is the form of the mean insolation and temperature of a zone (North 1975). Its errors are those of a
/// linear regression: they grow away from the stations.
class ClimateRule {
 public:
  /// Throws Error for fewer than five stations.
  explicit ClimateRule(const std::vector<Station>& stations);
  /// The prediction before it is held at 0 or more, and its standard error (of a new place, not of the mean), K.
  struct Value {
    double excess = 0, error = 0;
  };
  Value at(double latitude, double elevation) const;
  /// Of 1, cos2(latitude), elevation in km.
  const std::array<double, 3>& coefficients() const { return coefficients_; }

 private:
  std::array<double, 3> coefficients_{};
  std::array<std::array<double, 3>, 3> inverse_{};  ///< of X'X
  double variance_ = 0;                             ///< of the residuals
};

/// What is known of the climate of a place.
struct Climate {
  double excess = 0;         ///< K
  double low = 0, high = 0;  ///< P10 and P90 of it; the same where a station stands for the place
  const Station* station{};  ///< null: assumed by the rule
  double away = 0;           ///< m from the station
  double elevation = 0;      ///< m that the rule went by
};

/// Within so far of a station its weather stands for a place, m.
inline constexpr double station_reach = 150e3;
/// Where nobody says how high a place lies, the rule takes this, m.
inline constexpr double usual_elevation = 100;

/// The nearest station within 150 km, else the rule with its P10 to P90; elevation in m, where it is known.
Climate climate_at(const Point& place, std::optional<double> elevation, const std::vector<Station>& stations,
                   const ClimateRule& rule);

}  // namespace orrery::site
