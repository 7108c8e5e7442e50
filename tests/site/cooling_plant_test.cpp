// Cooling plants by the hour: worked out by hand, and over the years of seven stations; climates and lines of PUE.
#include "site/cooling_plant/hourly.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "base/spread.h"
#include "site/pue.h"
#include "support/facts.h"
#include "support/folders.h"

namespace orrery::site {
namespace {

constexpr const char* plants[] = {"evaporative-air", "liquid-dry", "tower-economiser", "tower-economiser-old",
                                  "air-chiller"};
constexpr double litre_per_kwh = 1e-3 / 3.6e6;

CoolingPlantFacts plant(const std::string& name) {
  return cooling_plant_facts(facts().entry("cooling-plants", name));
}

TEST(CoolingPlant, HoursWorkedOutByHand) {
  // Below 25 C outside air is enough: 1 + 0.035 + 0.03.
  EXPECT_NEAR(cooling_hour(plant("evaporative"), 20, 15).pue, 1.065, 1e-12);
  EXPECT_EQ(cooling_hour(plant("evaporative"), 20, 15).water, 0);
  // 35 C and 20 C: evaporation cools to the supply, 10 of 12 K.
  EXPECT_NEAR(cooling_hour(plant("evaporative"), 35, 20).water / litre_per_kwh, 1.76 * 10 / 12, 1e-9);
  EXPECT_NEAR(cooling_hour(plant("evaporative"), 35, 20).pue, 1.065, 1e-12);
  // 40 C and 28 C: to 29.8 C, 0.4 of the rise by compressors at 0.45 x 294.15 / 31.
  EXPECT_NEAR(cooling_hour(plant("evaporative"), 40, 28).pue, 1.065 + 0.4 / (0.45 * 294.15 / 31), 1e-9);
  // Wet bulb 25 C: all by compressors between 18 C and 35 C.
  const double lifted = 1 / (0.5 * 291.15 / 17);
  EXPECT_NEAR(cooling_hour(plant("cooling-towers"), 30, 25).pue, 1 + 0.035 + 0.044 + lifted, 1e-9);
  EXPECT_NEAR(cooling_hour(plant("cooling-towers"), 30, 25).water / litre_per_kwh, 1.84 * (1 + lifted), 1e-9);
  EXPECT_NEAR(cooling_hour(plant("cooling-towers"), 10, 8).pue, 1.079, 1e-12);
  // Dry cooler at 28 C: fans at design, air chilled at 0.5 x 290.15 / 23.
  EXPECT_NEAR(cooling_hour(plant("liquid"), 28, 20).pue,
              1 + 0.035 + 0.012 + 0.012 + 0.2 * (0.05 + 1 / (0.5 * 290.15 / 23)), 1e-9);
  // Air-cooled chiller at 30 C between 8 C and 45 C.
  EXPECT_NEAR(cooling_hour(plant("air-chillers"), 30, 20).pue, 1 + 0.055 + 0.04 + 1 / (0.45 * 281.15 / 37), 1e-9);
}

TEST(CoolingPlant, AWayThatIsNoneIsRefused) {
  const auto read = [](const char* way) {
    return cooling_plant_facts(
        catalog::read_entries(std::string("basis = \"assumed\"\nsource = \"s\"\ndate = \"2026\"\n"
                                          "[a]\ntitle = \"A\"\nelectrical = 0.1\nrejection = \"") +
                                  way + "\"\n",
                              "cooling-plants", "t.toml")[0]);
  };
  EXPECT_EQ(read("tower").rejection, HeatRejection::tower);
  EXPECT_THROW(read("towers"), Error);
}

RC_GTEST_PROP(CoolingPlant, HotterNeverCoolsCheaper, (const bool damp)) {
  const double dry = *rc::gen::inRange(-300, 480) / 10.0, wet = dry - (damp ? 1 : 8);
  for (const char* name : plants) {
    const CoolingPlantFacts p = plant(name);
    const CoolingHour cold = cooling_hour(p, dry, wet), hot = cooling_hour(p, dry + 1, wet + 1);
    RC_ASSERT(cold.pue >= 1 + p.electrical);
    RC_ASSERT(hot.pue >= cold.pue - 1e-12);
    RC_ASSERT(cold.pue < 1.7);
    RC_ASSERT(cold.water >= 0 && cold.water < 3 * litre_per_kwh);
    RC_ASSERT(carried_share(p, dry + 1, 30) <= carried_share(p, dry, 30));
  }
}

TEST(CoolingPlant, CapacityFallsAboveTheDesignTemperatureAlone) {
  const CoolingPlantFacts p = plant("air-chillers");
  EXPECT_DOUBLE_EQ(carried_share(p, 35, 35), 1);
  EXPECT_DOUBLE_EQ(carried_share(p, 39, 35), 1 - 4 * 0.015);
  EXPECT_DOUBLE_EQ(carried_share(p, 1000, 35), 0);
}

Weather constant(double t) {
  Weather w;
  w.dry_bulb.assign(hours_of_year, t), w.humidity.assign(hours_of_year, 0.5);
  return w;
}

TEST(CoolingPlant, MonthsAndYearsAreMeansOfHours) {
  Weather w = constant(10);
  for (std::size_t i = 0; i < 31 * 24; ++i) w.dry_bulb[i] = 30;  // January
  const CoolingYear year = cooling_year(plant("air-chiller"), w, 25);
  const double hot = cooling_hour(plant("air-chiller"), 30, 0).pue,
               cold = cooling_hour(plant("air-chiller"), 10, 0).pue;
  EXPECT_NEAR(year.month_pue[0], hot, 1e-12);
  EXPECT_NEAR(year.month_pue[6], cold, 1e-12);
  EXPECT_NEAR(year.mean_pue, (31 * hot + 334 * cold) / 365, 1e-12);
  EXPECT_NEAR(year.design_pue, hot, 1e-12);
  EXPECT_NEAR(year.carried[0], 1 - 5 * 0.015, 1e-12);
  EXPECT_EQ(year.carried[5000], 1);
  EXPECT_EQ(cooling_year(plant("air-chiller"), constant(20)).design, 20);
}

/// Seven stations: annual means, the 99.6 % hour and water lie where the balances put them before they were coded.
TEST(CoolingPlant, SevenStationsInTheRangesOfTheMethod) {
  const auto folder = data_file("energy/weather");
  if (!folder) GTEST_SKIP() << no_data;
  struct Range {
    const char* plant;
    double low, high, design_low, design_high, water_low, water_high;
  };
  const Range ranges[] = {{"evaporative-air", 1.06, 1.07, 1.06, 1.115, 0.02, 0.53},
                          {"liquid-dry", 1.065, 1.105, 1.105, 1.245, 0, 0},
                          {"tower-economiser", 1.085, 1.125, 1.165, 1.215, 1.8, 2},
                          {"tower-economiser-old", 1.175, 1.225, 1.275, 1.325, 1.8, 2.2},
                          {"air-chiller", 1.23, 1.34, 1.38, 1.5, 0, 0}};
  for (const Station& s : stations(facts())) {
    const std::map<std::string, std::string> file_of = {
        {"abilene-tx", "abilene_tx"},      {"memphis", "memphis_tn"},
        {"columbus-oh", "columbus_oh"},    {"dulles-va", "northern_virginia_dulles"},
        {"phoenix-az", "phoenix_az"},      {"council-bluffs-ia", "council_bluffs_ia"},
        {"the-dalles-or", "the_dalles_or"}};
    const Weather w = read_weather(*folder + "/" + file_of.at(s.name) + "_tmy3.csv");
    // The catalog's facts of the station are those of its file.
    const catalog::Entry& entry = facts().entry("climates", s.name);
    EXPECT_NEAR(wet_bulb_excess(w), s.excess, 1e-3) << s.name;
    EXPECT_NEAR(quantile(w.dry_bulb, 0.996), entry.number("dry_bulb_design"), 0.06) << s.name;
    EXPECT_NEAR(quantile(wet_bulb(w), 0.996), entry.number("wet_bulb_design"), 0.06) << s.name;
    for (const Range& r : ranges) {
      const CoolingYear year = cooling_year(plant(r.plant), w);
      EXPECT_GE(year.mean_pue, r.low) << s.name << r.plant;
      EXPECT_LE(year.mean_pue, r.high) << s.name << r.plant;
      EXPECT_GE(year.design_pue, r.design_low) << s.name << r.plant;
      EXPECT_LE(year.design_pue, r.design_high) << s.name << r.plant;
      EXPECT_GE(year.mean_water / litre_per_kwh, r.water_low) << s.name << r.plant;
      EXPECT_LE(year.mean_water / litre_per_kwh, r.water_high) << s.name << r.plant;
    }
  }
}

TEST(Climate, AStationWithinReachElseTheRuleWithAWiderBand) {
  EXPECT_NEAR(distance({0, 0}, {0, 1}), 111'195, 1);
  EXPECT_NEAR(distance({41.27, -95.77}, {41.57, -93.61}), 183e3, 2e3);  // Council Bluffs to Des Moines
  const std::vector<Station> all = stations(facts());
  const ClimateRule rule(all);
  const Climate near = climate_at({39.1, -77.5}, {}, all, rule);
  ASSERT_NE(near.station, nullptr);
  EXPECT_EQ(near.station->name, "dulles-va");
  EXPECT_EQ(near.low, near.high);
  const Climate far = climate_at({50.1, 8.7}, {}, all, rule), equator = climate_at({1.3, 103.8}, {}, all, rule);
  EXPECT_EQ(far.station, nullptr);
  EXPECT_LT(far.low, far.high);
  EXPECT_GT(equator.excess, far.excess);
  EXPECT_GT(rule.at(1.3, 100).error, rule.at(38, 100).error);
  EXPECT_DOUBLE_EQ(climate_at({-50.1, 8.7}, {}, all, rule).excess, far.excess);  // either hemisphere
  EXPECT_LT(climate_at({1.3, 103.8}, 2000.0, all, rule).excess, equator.excess);
}

PuePlace place(double longitude, double excess, double pue) {
  PuePlace p;
  p.operator_ = "o", p.at = {0, longitude}, p.pue = pue;
  p.climate.excess = p.climate.low = p.climate.high = excess;
  return p;
}

TEST(Pue, ALineIsFoundThroughPlacesOfWhichOneIsFarOff) {
  std::vector<PuePlace> places;
  for (int i = 0; i < 12; ++i) places.push_back(place(10 * i, i, 1.1 + 0.02 * i + (i % 2 ? 0.001 : -0.001)));
  places[3].pue = 1.9;
  const PueLine line = fit_pue(places);
  EXPECT_NEAR(line.base, 1.1, 0.003);
  EXPECT_NEAR(line.slope, 0.02, 0.0005);
  EXPECT_THROW(fit_pue(std::span(places).first(2)), Error);
  for (PuePlace& p : places) p.pue = 1.5 - 0.02 * p.climate.excess;
  EXPECT_EQ(fit_pue(places).slope, 0);  // cold never costs
}

TEST(Pue, PlacesSideBySideAreLeftOutTogether) {
  const std::vector<PuePlace> places = {place(0, 1, 1.1), place(0.3, 1, 1.2), place(1, 1, 1.3)};
  EXPECT_EQ(left_out(places, {0, 0}).size(), 1u);
  EXPECT_EQ(left_out(places, {0, 50}).size(), 3u);
}

TEST(Pue, ABandIsWiderWhereTheClimateIsAssumed) {
  const PueLine line{1.1, 0.03, 0.04, 0.04, 1.2, 0.1, 0.1};
  Climate known, assumed;
  known.excess = known.low = known.high = assumed.excess = 2, assumed.low = 1, assumed.high = 3;
  EXPECT_NEAR(pue_at(line, known).high - pue_at(line, known).low, 0.08, 1e-12);
  EXPECT_NEAR(pue_at(line, assumed).high - pue_at(line, assumed).low, 2 * std::hypot(0.04, 0.03), 1e-12);
  EXPECT_EQ(pue_at({1.01, 0, 0.1, 0.1, 1, 0, 0}, known).low, 1);
}

}  // namespace
}  // namespace orrery::site
