// Weather files of every form, and what is wrong with them said in one message; moist air against published points.
#include "site/weather/weather.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "site/weather/psychrometrics.h"
#include "support/folders.h"

namespace orrery::site {
namespace {

constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct Drawn {
  bool leap = false;
  int cut = 1 << 30;  ///< rows
  int left_out = -1;  ///< a row
  int doubled = -1;
  int from = 0;  ///< the first row, the rest behind the last
  double scale = 1, plus = 0;
  std::string odd;  ///< in place of the temperature of row 100
};

std::string plain(const Drawn& d) {
  std::vector<std::string> rows;
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= days[month - 1] + (d.leap && month == 2); ++day)
      for (int hour = 1; hour <= 24; ++hour) {
        const double t = 15 + 12 * std::sin(0.5 * month) + 0.2 * hour;
        const std::string shown = rows.size() == 100 && !d.odd.empty() ? d.odd == "none" ? "" : d.odd
                                                                       : fmt::format("{:.1f}", t * d.scale + d.plus);
        rows.push_back(fmt::format("{},{},{},{},50\n", month, day, hour, shown));
      }
  std::rotate(rows.begin(), rows.begin() + d.from, rows.end());
  std::string text = "month,day,hour,dry_bulb_c,rh_pct\n";
  for (int i = 0; i < static_cast<int>(rows.size()) && i < d.cut; ++i) {
    if (i == d.left_out) continue;
    text += rows[static_cast<std::size_t>(i)];
    if (i == d.doubled) text += rows[static_cast<std::size_t>(i)];
  }
  return text;
}

std::string refusal(const std::string& text) {
  try {
    parse_weather(text, "w.csv");
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(Weather, WhatIsWrongWithAFileIsOneMessageWithItsLine) {
  EXPECT_EQ(refusal(plain({})), "");
  EXPECT_EQ(refusal(plain({.cut = 5000})),
            "w.csv:5001: the file ends where hour 9 of 28 July is due; give whole years of 8,760 hours");
  EXPECT_EQ(refusal(plain({.left_out = 50})),
            "w.csv:52: is hour 4 of 3 January where hour 3 of 3 January is due; give the hours of whole years from 1 "
            "January on, each once and in order");
  EXPECT_EQ(refusal(plain({.doubled = 50})),
            "w.csv:53: is hour 3 of 3 January where hour 4 of 3 January is due; give the hours of whole years from 1 "
            "January on, each once and in order");
  EXPECT_EQ(refusal(plain({.from = 7})),
            "w.csv:2: is hour 8 of 1 January where hour 1 of 1 January is due; give the hours of whole years from 1 "
            "January on, each once and in order");
  EXPECT_EQ(refusal(plain({.scale = 1.8, .plus = 32})),
            "w.csv:2: dry bulb: 69.7 is beyond what is found on Earth; give degrees Celsius, this looks like "
            "Fahrenheit");
  EXPECT_EQ(refusal(plain({.plus = 273.15})),
            "w.csv:2: dry bulb: 294.1 is beyond what is found on Earth; give degrees Celsius, this looks like kelvin");
  EXPECT_EQ(refusal(plain({.plus = 25})),
            "w.csv: dry bulb: is 42.4 C in the mean, which no place on Earth has; give "
            "degrees Celsius");
  EXPECT_EQ(refusal(plain({.odd = "none"})),
            "w.csv:102: dry bulb: is missing in this hour; fill the gap, or leave the column out");
  EXPECT_EQ(refusal(plain({.odd = "9999"})),
            "w.csv:102: dry bulb: is missing in this hour; fill the gap, or leave the column out");
  EXPECT_EQ(refusal(plain({.odd = "warm"})), "w.csv:102: dry bulb: 'warm' is no number; give a number");
  EXPECT_EQ(refusal("a,b\n1,2\n"),
            "w.csv:1: is no weather file of a known form; give EnergyPlus EPW, NREL TMY3 or PSM3, SAM's SRW, or a CSV "
            "with month,day,hour,dry_bulb_c");
  EXPECT_EQ(refusal(""), refusal("x"));
  EXPECT_EQ(refusal("month,day,hour,dry_bulb_f\n1,1,1,50\n"),
            "w.csv:1: plain CSV without a column of dry-bulb temperatures; give dry_bulb_c, in degrees Celsius");
}

TEST(Weather, ALeapDayIsLeftOutWhereItIsWhole) {
  const Weather plain_year = parse_weather(plain({}), "w"), leap = parse_weather(plain({.leap = true}), "w");
  EXPECT_EQ(leap.hours(), hours_of_year);
  EXPECT_EQ(leap.dry_bulb, plain_year.dry_bulb);
  EXPECT_EQ(refusal(plain({.leap = true, .left_out = 59 * 24 + 3})).substr(0, 47),
            "w.csv:1421: is hour 5 of 29 February where hour");
}

TEST(Weather, SeveralYearsUpToTen) {
  const std::string year = plain({}), rows = year.substr(year.find('\n') + 1);
  EXPECT_EQ(parse_weather(year + rows, "w").hours(), 2 * hours_of_year);
  std::string eleven = year;
  for (int i = 0; i < 10; ++i) eleven += rows;
  EXPECT_EQ(refusal(eleven), "w.csv:87602: has more than ten years; give ten at most");
}

/// The same hours in every form.
TEST(Weather, EveryFormIsKnownByItsContent) {
  std::string epw =
      "LOCATION,Somewhere,TX,USA,TMY3,722660,32.47,-99.71,-6.0,530.0\nDESIGN CONDITIONS,0\n"
      "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n";
  std::string tmy3 =
      "722660,\"ABILENE, TX\",TX,-6.0,32.470,-99.710,530\n"
      "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),Dry-bulb (C),Dew-point (C),RHum (%),Pressure (mbar),"
      "Wspd (m/s)\n";
  std::string psm3 =
      "Source,Location ID,Latitude,Longitude,Elevation,Temperature Units\nNSRDB,1,32.47,-99.71,530,c\n"
      "Year,Month,Day,Hour,Minute,GHI,Temperature,Dew Point,Pressure\n";
  std::string srw =
      "1,city,TX,country,2012,32.47,-99.71,530,1,8760\nnote\nTemperature,Pressure,Speed\nC,atm,m/s\n"
      "100,100,100\n";
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= days[month - 1]; ++day)
      for (int hour = 1; hour <= 24; ++hour) {
        const double t = month + hour / 10.0;
        const bool sun = hour > 8 && hour <= 16;
        epw += fmt::format("1988,{},{},{},0,?,{},1.5,40,95600,0,0,300,{},{},55,0,0,0,0,90,999\n", month, day, hour, t,
                           sun ? 999 : 0, sun ? 998 : 0);
        tmy3 += fmt::format("{:02}/{:02}/1988,{:02}:00,{},{},1.5,40,956,3.1\n", month, day, hour, sun ? 999 : 0, t);
        psm3 += fmt::format("1988,{},{},{},30,{},{},0.5,956\n", month, day, hour - 1, sun ? 999 : 0, t);
        srw += fmt::format("{},0.9435,3.1\n", t);
      }
  for (const std::string& text : {epw, tmy3, psm3, srw}) {
    const Weather w = parse_weather(text, "w");
    EXPECT_EQ(w.hours(), hours_of_year);
    EXPECT_DOUBLE_EQ(w.dry_bulb[25], 1.2);
    EXPECT_NEAR(w.pressure[0], 95600, 1);
    EXPECT_DOUBLE_EQ(*w.latitude, 32.47);
    EXPECT_DOUBLE_EQ(*w.longitude, -99.71);
    EXPECT_DOUBLE_EQ(*w.elevation, 530);
  }
  const Weather w = parse_weather(epw, "w");
  EXPECT_DOUBLE_EQ(w.humidity[0], 0.4);
  EXPECT_DOUBLE_EQ(w.global[11], 999);
  EXPECT_DOUBLE_EQ(w.direct_normal[11], 998);
  EXPECT_TRUE(w.wind.empty());  // 999 in every hour: not measured
  EXPECT_THROW(wet_bulb(parse_weather(srw, "w")), Error);
  const std::size_t unit = psm3.find(",c\n");
  EXPECT_EQ(refusal(psm3.replace(unit, 3, ",K\n")), "w.csv:2: temperature: is in the unit 'K'; give degrees Celsius");
}

/// Irradiance in kW/m2 could be so in any hour and nowhere in the mean of a year.
TEST(Weather, AnotherUnitIsKnownByItsMean) {
  std::string psm3 =
      "Source,Location ID,Latitude,Longitude,Elevation,Temperature Units\nNSRDB,1,32.47,-99.71,530,c\n"
      "Year,Month,Day,Hour,Minute,GHI,Temperature,Dew Point,Pressure\n";
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= days[month - 1]; ++day)
      for (int hour = 0; hour < 24; ++hour)
        psm3 += fmt::format("1988,{},{},{},30,{},20,1.5,956\n", month, day, hour, hour > 7 && hour < 16 ? 0.6 : 0);
  EXPECT_EQ(
      refusal(psm3),
      "w.csv: global irradiance: is 0.2 W/m2 in the mean, which no place on Earth has; check the unit, or leave the "
      "column out");
}

TEST(Weather, TheSharedFilesAreRead) {
  const auto folder = data_file("energy/weather");
  if (!folder) GTEST_SKIP() << no_data;
  const Weather abilene = read_weather(*folder + "/abilene_tx_tmy3.csv");
  double sum = 0;
  for (const double t : abilene.dry_bulb) sum += t;
  EXPECT_NEAR(sum / 8760, 17.09, 0.005);  // as its index says
  const std::string hourly = *data_file("energy/hourly");
  const Weather iowa = read_weather(hourly + "/des_moines_ia_41.586835_-93.624959_psmv3_60_tmy.csv");
  EXPECT_DOUBLE_EQ(*iowa.elevation, 263);
  EXPECT_EQ(wet_bulb(iowa).size(), hours_of_year);
  EXPECT_EQ(read_weather(hourly + "/hopp/35.2018863_-101.945027_windtoolkit_2012_60min_100m.srw").hours(),
            hours_of_year);
  EXPECT_EQ(read_weather(hourly + "/hopp/35.2018863_-101.945027_psmv3_60_2012.csv").hours(), hours_of_year);
}

TEST(Psychrometrics, PointsOfPublishedTables) {
  // ASHRAE Fundamentals, table 3: saturation pressures of water and ice.
  EXPECT_NEAR(saturation_pressure(20), 2338.9, 1);
  EXPECT_NEAR(saturation_pressure(0), 611.2, 0.2);
  EXPECT_NEAR(saturation_pressure(-20), 103.2, 0.2);
  EXPECT_NEAR(saturation_pressure(40), 7383.5, 3);
  // Stull 2011: 20 C at 50 % and sea level is 13.7 C.
  EXPECT_NEAR(wet_bulb(20, 0.5, 101325), 13.7, 0.15);
  // A psychrometric chart at sea level: 35 C at 40 % is 23.9 C, 30 C at 60 % is 23.8 C.
  EXPECT_NEAR(wet_bulb(35, 0.4, 101325), 23.9, 0.15);
  EXPECT_NEAR(wet_bulb(30, 0.6, 101325), 23.8, 0.15);
  EXPECT_NEAR(dew_point(saturation_pressure(12.3)), 12.3, 1e-5);
  EXPECT_NEAR(standard_pressure(1500), 84556, 5);  // table 1
}

/// Stull 2011 (J. Appl. Meteorol. Climatol. 50, 2267), equation 1, humidity in percent, at sea level.
double stull(double t, double rh) {
  return t * std::atan(0.151977 * std::sqrt(rh + 8.313659)) + std::atan(t + rh) - std::atan(rh - 1.676331) +
         0.00391838 * std::pow(rh, 1.5) * std::atan(0.023101 * rh) - 4.686035;
}

TEST(Psychrometrics, AgreesWithStullsFitAsNearAsHeSays) {
  for (double t = 0; t <= 40; t += 5)  // -1 to +0.65 K
    for (double rh = 20; rh <= 95; rh += 5)
      EXPECT_NEAR(wet_bulb(t, rh / 100, 101325), stull(t, rh), 1) << t << " " << rh;
}

RC_GTEST_PROP(Psychrometrics, TheWetBulbLiesBetweenDewPointAndDryBulb, ()) {
  const double t = *rc::gen::inRange(-400, 550) / 10.0, humidity = *rc::gen::inRange(1, 1001) / 1000.0;
  const double pressure = *rc::gen::inRange(60'000, 106'000);
  const double wet = wet_bulb(t, humidity, pressure), dew = dew_point(humidity * saturation_pressure(t));
  RC_ASSERT(wet >= dew - 1e-5);
  RC_ASSERT(wet <= t + 1e-9);
  RC_ASSERT(wet_bulb(t, std::min(1.0, humidity + 0.01), pressure) >= wet - 1e-5);
  RC_ASSERT(wet_bulb(t, 1, pressure) == t);
}

}  // namespace
}  // namespace orrery::site
