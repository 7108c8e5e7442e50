// Hourly weather from the files that the trade uses: EnergyPlus EPW, NREL's TMY3, the NSRDB's PSM3, SAM's SRW, and a
// plain CSV. A file holds whole years of 8,760 hours, in order and without gaps, or is refused.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::site {

inline constexpr std::size_t hours_of_year = 8760;
inline constexpr std::size_t most_weather_years = 10;

/// Weather by the hour from the first of 1 January on, in local standard time, one value an hour for whole years
/// without 29 February. A column that the file does not have is empty.
struct Weather {
  std::string file;                                    ///< stands for it in messages
  std::optional<double> latitude, longitude;           ///< degrees north and east
  std::optional<double> elevation;                     ///< m above the sea
  std::vector<double> dry_bulb;                        ///< degrees Celsius; never empty
  std::vector<double> dew_point;                       ///< degrees Celsius
  std::vector<double> humidity;                        ///< relative, 0 to 1
  std::vector<double> pressure;                        ///< Pa
  std::vector<double> global, direct_normal, diffuse;  ///< irradiance, W/m2, the mean of the hour
  std::vector<double> wind;                            ///< m/s at the file's height

  std::size_t hours() const { return dry_bulb.size(); }
};

/// Reads weather of up to ten years from text; name stands for the file. The form is known by its content: EPW begins
/// with LOCATION, PSM3 with "Source,Location ID", TMY3's second line with "Date (MM/DD/YYYY)", the plain CSV with
/// month,day,hour,dry_bulb_c,... (further columns dew_point_c, rh_pct, pressure_pa, ghi_wh_m2, dni_wh_m2, dhi_wh_m2,
/// wind_ms), SRW names its columns in line 3 and their units in line 4. 29 February is left out where a year has all
/// of it. Throws Error with the line for hours that are missing, double or out of order, for a file that ends within a
/// year, for values that are missing in some hours only, and for values beyond what is found on Earth, such as
/// temperatures in Fahrenheit or kelvin.
Weather parse_weather(std::string_view text, const std::string& name);
/// The same of a file of up to 32 MiB, which may be compressed by gzip.
Weather read_weather(const std::string& path);

/// The wet bulb of every hour, degrees Celsius: from the relative humidity, else from the dew point; without a pressure
/// at that of the standard atmosphere at the file's elevation, else at sea level. Throws Error where the file has no
/// humidity.
std::vector<double> wet_bulb(const Weather& weather);

}  // namespace orrery::site
