// What a solar field and a wind park give in each hour of a weather file, per rated power.
//
// Sun: declination and equation of time by Spencer (1971), the middle of each hour stands for it; the plane of array
// from direct, diffuse and global irradiance under an isotropic sky (Liu and Jordan 1963); cells by NOCT; the inverter
// cuts. Wind: power law of height, air density by its cube root on the speed, a generic curve cubic up to rated power.
#pragma once
#include <vector>

#include "site/weather/weather.h"

namespace orrery::site {

/// Where the sun is: unit vector, east, north and up.
struct SunDirection {
  double east = 0, north = 0, up = 0;
};
/// Of an hour of solar or standard time in degrees; day counts from 0 on 1 January, time in hours of local standard
/// time, whose meridian is the multiple of 15 degrees nearest to the longitude.
SunDirection sun_direction(double latitude, double longitude, int day, double time);

struct SolarFacts {
  bool tracking = true;              ///< about a horizontal axis from north to south; else fixed towards the equator
  double tilt = 30;                  ///< degrees, of fixed panels
  double tracking_angle = 60;        ///< degrees, largest rotation
  double albedo = 0.2;               ///< of the ground
  double cell_temperature = 45;      ///< C, at 800 W/m2 and 20 C
  double temperature_loss = 0.0037;  ///< of power, per K above 25 C
  double losses = 0.14;
  double panels_per_inverter = 1.3;  ///< power of panels per rated power
};

struct WindFacts {
  double hub_height = 100, measured_height = 10;     ///< m
  double shear = 0.2;                                ///< exponent of the power law
  double cut_in = 3, rated_wind = 11, cut_out = 25;  ///< m/s
  double losses = 0.15;
};

/// Irradiance on the panels, W/m2, of one hour.
double plane_of_array(const SolarFacts& facts, const SunDirection& sun, double direct, double diffuse, double global);

/// Share of rated power by hour, 0 to 1. Throws Error for weather without latitude and longitude or without direct,
/// diffuse and global irradiance.
std::vector<double> solar_shares(const SolarFacts& facts, const Weather& weather);

/// Share of rated power at a wind speed at hub height in air of 1.225 kg/m3.
double wind_share(const WindFacts& facts, double speed);

/// Share of rated power by hour, 0 to 1. Throws Error for weather without wind.
std::vector<double> wind_shares(const WindFacts& facts, const Weather& weather);

}  // namespace orrery::site
