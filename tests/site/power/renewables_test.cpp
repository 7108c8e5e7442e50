// Sun and wind by the hour: geometry by hand, bounds, and that more gives more.
#include "site/power/renewables.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/csv.h"
#include "base/error.h"
#include "support/folders.h"

namespace orrery::site {
namespace {

/// A year of clear days and a steady wind, made up.
Weather made_up() {
  Weather w;
  w.file = "made-up", w.latitude = 32.5, w.longitude = -90, w.elevation = 0;
  w.dry_bulb.assign(hours_of_year, 15), w.wind.assign(hours_of_year, 6);
  for (std::size_t t = 0; t < hours_of_year; ++t) {
    const double up = sun_direction(32.5, -90, static_cast<int>(t / 24), static_cast<double>(t % 24) + 0.5).up;
    w.direct_normal.push_back(up > 0 ? 800 : 0), w.diffuse.push_back(up > 0 ? 80 : 0);
    w.global.push_back(up > 0 ? 800 * up + 80 : 0);
  }
  return w;
}

double mean(const std::vector<double>& of) {
  return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
}

TEST(Sun, StandsAtTheColatitudeAtNoonOfTheEquinox) {
  // 21 March is day 79; the equation of time is about -7.5 minutes, so that noon is at 12:07.5 on the meridian.
  const SunDirection noon = sun_direction(40, -90, 79, 12 + 7.5 / 60);
  EXPECT_NEAR(noon.up, std::cos(40 * 3.14159265 / 180), 0.01);
  EXPECT_NEAR(noon.east, 0, 0.01);
  EXPECT_LT(noon.north, 0);
  // Due east at six, on the horizon.
  const SunDirection six = sun_direction(40, -90, 79, 6 + 7.5 / 60);
  EXPECT_NEAR(six.up, 0, 0.01);
  EXPECT_NEAR(six.east, 1, 0.01);
  // A unit vector at any time.
  const SunDirection any = sun_direction(-33, 151, 200, 9.3);
  EXPECT_NEAR(any.up * any.up + any.east * any.east + any.north * any.north, 1, 1e-12);
}

TEST(Sun, PanelsThatFaceItTakeAllOfIt) {
  SolarFacts fixed;
  fixed.tracking = false, fixed.tilt = 40;
  EXPECT_NEAR(plane_of_array(fixed, sun_direction(40, -90, 79, 12 + 7.5 / 60), 1000, 0, 0), 1000, 1);
  // Low in the east a tracker turned by 60 degrees sees it at 30 degrees.
  EXPECT_NEAR(plane_of_array({}, {1, 0, 1e-9}, 1000, 0, 0), 1000 * std::cos(30 * 3.14159265 / 180), 0.01);
  EXPECT_NEAR(plane_of_array({}, {0, 0, 1}, 900, 100, 1000), 1000, 1e-9);
  EXPECT_EQ(plane_of_array({}, {0.9, 0, -0.3}, 900, 0, 0), 0);
}

TEST(Sun, GivesNothingAtNightAndMoreWithATracker) {
  const Weather w = made_up();
  const std::vector<double> tracked = solar_shares({}, w);
  for (std::size_t t = 0; t < tracked.size(); ++t) {
    ASSERT_GE(tracked[t], 0);
    ASSERT_LE(tracked[t], 1);
    if (w.global[t] == 0) {
      ASSERT_EQ(tracked[t], 0);
    }
  }
  SolarFacts fixed;
  fixed.tracking = false;
  EXPECT_GT(mean(tracked), mean(solar_shares(fixed, w)));
  Weather brighter = w, hotter = w;
  for (double& x : brighter.direct_normal) x *= 1.1;
  for (double& x : hotter.dry_bulb) x += 20;
  EXPECT_GE(mean(solar_shares({}, brighter)), mean(tracked));
  EXPECT_LT(mean(solar_shares({}, hotter)), mean(tracked));
}

TEST(Wind, FollowsItsCurve) {
  const WindFacts f;
  EXPECT_EQ(wind_share(f, 2.9), 0);
  EXPECT_EQ(wind_share(f, 25), 0);
  EXPECT_DOUBLE_EQ(wind_share(f, 11), 0.85);
  EXPECT_DOUBLE_EQ(wind_share(f, 20), 0.85);
  EXPECT_NEAR(wind_share(f, 7), 0.85 * (343.0 - 27) / (1331 - 27), 1e-12);
  double before = 0;
  for (double v = 0; v < 25; v += 0.1) {
    ASSERT_GE(wind_share(f, v), before);
    before = wind_share(f, v);
  }
}

TEST(Wind, IsHigherAloftAndWeakerInThinAir) {
  const Weather w = made_up();
  // 6 m/s at 10 m are 9.5 at 100 m; the density at 15 C and sea level is the standard one.
  EXPECT_NEAR(wind_shares({}, w)[0], wind_share({}, 6 * std::pow(10, 0.2)), 1e-3);
  Weather high = w;
  high.elevation = 1500;
  EXPECT_LT(wind_shares({}, high)[0], wind_shares({}, w)[0]);
}

TEST(Renewables, GiveWhatIsUsualAtSevenStations) {
  const std::optional<std::string> index = data_file("energy/weather/index.csv");
  if (!index) GTEST_SKIP() << no_data;
  const CsvTable stations = read_csv(*index);
  for (std::size_t row = 0; row < stations.size(); ++row) {
    const std::string file = stations.cell(row, "file");
    Weather w = read_weather(*data_file("energy/weather/" + file));
    w.latitude = stations.number(row, "lat", 0), w.longitude = stations.number(row, "lon", 0);
    const std::vector<double> sun = solar_shares({}, w), wind = wind_shares({}, w);
    for (std::size_t t = 0; t < sun.size(); ++t)
      if (w.global[t] + w.direct_normal[t] + w.diffuse[t] == 0) {
        ASSERT_EQ(sun[t], 0) << file << ' ' << t;
      }
    RecordProperty(file, std::to_string(mean(sun)) + " " + std::to_string(mean(wind)));
    // Catalog: 0.18 to 0.32 for fields across the United States; a park below 0.05 or above 0.5 is none that is built.
    EXPECT_GT(mean(sun), 0.17) << file;
    EXPECT_LT(mean(sun), 0.34) << file;
    EXPECT_GT(mean(wind), 0.05) << file;
    EXPECT_LT(mean(wind), 0.5) << file;
  }
}

TEST(Renewables, RefuseWeatherThatLacksThem) {
  Weather w = made_up();
  w.wind.clear(), w.latitude.reset();
  EXPECT_THROW(wind_shares({}, w), Error);
  EXPECT_THROW(solar_shares({}, w), Error);
  w = made_up(), w.diffuse.clear();
  EXPECT_THROW(solar_shares({}, w), Error);
}

}  // namespace
}  // namespace orrery::site
