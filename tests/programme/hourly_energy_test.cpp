// Energy by the hour in a programme's forecast: it balances, is the month's where hours are alike, and what lacks takes
// its share of accelerators and of a run's progress.
#include "programme/hourly_energy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/files.h"
#include "base/gzip.h"
#include "programme/capacity_table.h"
#include "programme/causes.h"
#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

std::string weather_file() {
  return source_folder() + "/scenarios/weather/memphis_tn_tmy3.csv.gz";
}

/// Weather at every site of a world.
std::vector<std::string> weather_of(const World& w) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < w.sites.size(); ++i) out.push_back(fmt::format("site.s{}.weather={}", i, weather_file()));
  return out;
}

/// A site with 20 MW of IT, so much grid, and sun where asked. PUE 1.25 at peak and in the mean, availability 1.
std::string site_of(double grid_mw, double sun_mw, const std::string& more = "") {
  return fmt::format(
      "start = 2026-01-01\nhorizon = \"24 months\"\nslips = false\n"
      "[order.first]\nchips = \"10000 x h100-sxm\"\nit_power = \"2 kW/chip\"\nlead_time = \"10 days\"\n"
      "network_lead_time = \"10 days\"\n"
      "[site.memphis]\nlocation = \"memphis\"\nweather = \"{}\"\nburn_in = \"0 days\"\nswing_reserve = 0\n"
      "installation_rate = \"10000 chips/day\"\n{}"
      "[site.memphis.building.hall]\ndate = 2025-12-01\n"
      "[site.memphis.cooling.plant]\nkind = \"air-chillers\"\ndate = 2025-12-01\npue = 1.25\npue_annual = 1.25\n"
      "[site.memphis.power.grid]\nkind = \"grid\"\ncapacity = \"{} MW\"\ndate = 2025-12-01\navailability = 1\n"
      "energy_price = \"$50/MWh\"\nemissions = \"400 kg/MWh\"\n"
      "[site.memphis.power.sun]\nkind = \"solar\"\ncapacity = \"{} MW\"\ndate = 2025-12-01\navailability = 1\n"
      "[operation]\nload = 1\n",
      weather_file(), more, grid_mw, sun_mw);
}

double by_source(const site::EnergyMonth& m) {
  return std::accumulate(m.by_source.begin(), m.by_source.end(), 0.0);
}

class HourlyEnergy : public testing::Test {
 protected:
  void SetUp() override { setenv("ORRERY_CACHE", "", 1); }
};

RC_GTEST_FIXTURE_PROP(HourlyEnergy, BalancesInEveryMonthOfATrial, ()) {
  World w = draw_world();
  for (World::Site& s : w.sites)
    for (World::Block& b : s.power) b.kind %= 2;  // without storage, which takes long
  const std::string text = w.text();
  RC_LOG() << text;
  const Plan plan = plan_of(text, weather_of(w));
  std::vector<double> draws;
  for (const scenario::Input& input : plan.inputs)
    draws.push_back(input.distribution.quantile(*rc::gen::inRange(1, 100) / 100.0));
  const Forecast f = simulate(plan, draws);
  for (std::size_t i = 0; i < f.sites.size(); ++i) {
    const SiteForecast& s = f.sites[i];
    RC_ASSERT(s.energy.size() + 1 == plan.months.size());
    for (std::size_t m = 0; m < s.energy.size(); ++m) {
      const site::EnergyMonth& e = s.energy[m];
      RC_ASSERT(std::fabs(by_source(e) - e.stored + e.unserved - e.facility) <= 1e-9 * e.facility);
      RC_ASSERT(e.unserved >= 0 && e.curtailed >= 0);
      const double from = plan.months[m] - plan.start, to = plan.months[m + 1] - plan.start;
      // No block gives more than what stands of it.
      for (std::size_t b = 0; b < e.by_source.size(); ++b)
        RC_ASSERT(e.by_source[b] <= s.power_rated[b].integral(from, to) * 86400 * (1 + 1e-9) + 1);
      if (!s.with_all_energy || e.facility <= 0) continue;
      const double all = s.with_all_energy->usable.integral(from, to), usable = s.capacity.usable.integral(from, to);
      RC_ASSERT(std::fabs(usable - all * (1 - e.unserved / e.facility)) <= 1e-6 * all + 1e-6);
    }
  }
}

TEST_F(HourlyEnergy, IsTheMonthsWhereHoursAreAlike) {
  std::string text = site_of(30, 0);
  const Plan hourly = plan_of(text);
  const std::size_t weather = text.find("weather = ");
  text.erase(weather, text.find('\n', weather) + 1 - weather);
  const Plan monthly = plan_of(text);
  const Forecast a = simulate(hourly), b = simulate(monthly);
  for (std::size_t m = 0; m < a.energy.size(); ++m) {
    const site::EnergyMonth &x = a.sites[0].energy[m], &y = b.sites[0].energy[m];
    EXPECT_NEAR(x.facility, y.facility, 1e-9 * y.facility);
    EXPECT_NEAR(x.by_source[0], y.by_source[0], 1e-9 * y.facility);
    EXPECT_NEAR(x.cost, y.cost, 1e-9 * y.cost);
    EXPECT_NEAR(x.emissions, y.emissions, 1e-9 * y.emissions);
    EXPECT_NEAR(x.water, y.water, 1e-9 * y.water);
  }
  EXPECT_NEAR(a.net_present_value, b.net_present_value, 1e-9 * std::fabs(b.net_present_value));
  EXPECT_FALSE(a.sites[0].with_all_energy);
}

TEST_F(HourlyEnergy, SunBringsWhatTheWeatherSays) {
  // 25 MW of load: 25 MW of grid, and of 10 MW of sun all is taken, as none of it is above the load.
  const Plan plan = plan_of(site_of(25, 10));
  const Forecast f = simulate(plan);
  double sun = 0, grid = 0, facility = 0;
  for (std::size_t m = 12; m < 24; ++m) {
    const site::EnergyMonth& e = f.sites[0].energy[m];
    sun += e.by_source[1], grid += e.by_source[0], facility += e.facility;
    EXPECT_NEAR(e.cost, e.by_source[0] * 50 / 3.6e9, 1e-6 * e.cost);
    EXPECT_LE(e.curtailed, 1e-9 * e.facility);
  }
  EXPECT_NEAR(facility, 25e6 * 365 * 86400, 1e-6 * facility);
  EXPECT_NEAR(sun + grid, facility, 1e-9 * facility);
  EXPECT_NEAR(sun / (10e6 * 365 * 86400), 0.24, 0.01);  // docs/energy.md: Memphis
}

TEST_F(HourlyEnergy, LackTakesItsShareOfAcceleratorsAndOfProgress) {
  const std::string run = "[run.one]\ncompute = \"1e25 FLOP\"\nduty = 1\n";
  const Forecast full = simulate(plan_of(site_of(25, 0) + run)), lacks = simulate(plan_of(site_of(20, 10) + run));
  const Plan plan = plan_of(site_of(20, 10) + run);
  // A run starts with all accelerators though energy lacks at night, and takes as much longer.
  ASSERT_TRUE(std::isfinite(full.runs[0].finish));
  EXPECT_EQ(lacks.runs[0].start, full.runs[0].start);
  EXPECT_GT(lacks.runs[0].finish, full.runs[0].finish);
  const site::EnergyMonth& july = lacks.sites[0].energy[6];
  EXPECT_GT(july.unserved, 0.05 * july.facility);
  EXPECT_NEAR(lacks.usable.at(190), 1e4 * (1 - july.unserved / july.facility), 1e-3);
  EXPECT_NEAR(lacks.runs[0].goodput, full.runs[0].goodput * (1 - july.unserved / july.facility), 0.08);
  const std::vector<BindingSpan> spans = binding_spans(plan, lacks);
  EXPECT_EQ(spans.back().binds, "energy");
  for (std::size_t m = 0; m < lacks.use.size(); ++m) EXPECT_LE(lacks.use[m].training, lacks.use[m].usable * (1 + 1e-9));
}

TEST_F(HourlyEnergy, PricesByTheHourArePaidWhenEnergyIsTaken) {
  // Dear at noon, when the sun shines: what is bought costs less than the mean.
  const std::string file = testing::TempDir() + "orrery-prices.csv";
  std::ofstream out(file);
  out << "price\n";
  for (int t = 0; t < 8760; ++t) out << (t % 24 >= 9 && t % 24 < 15 ? 120 : 40) << '\n';
  out.close();
  const std::vector<std::string> prices = {"site.memphis.prices=" + file};
  std::string text = site_of(25, 25);
  text.erase(text.find("energy_price"), text.find("emissions") - text.find("energy_price"));
  const Forecast f = simulate(plan_of(text, prices)),
                 dark = simulate(plan_of(text, {prices[0], "site.memphis.power.sun.capacity=0 MW"}));
  const site::EnergyMonth &june = f.sites[0].energy[17], &all = dark.sites[0].energy[17];
  EXPECT_NEAR(all.cost / all.by_source[0] * 3.6e9, 60, 1e-6);
  EXPECT_LT(june.cost / june.by_source[0] * 3.6e9, 55);
  EXPECT_GT(june.cost / june.by_source[0] * 3.6e9, 40);
  std::filesystem::remove(file);
}

TEST_F(HourlyEnergy, PueOfACoolingPlantFollowsTheWeatherAroundTheSitesMean) {
  const Forecast flat = simulate(plan_of(site_of(40, 0)));
  const Forecast follows = simulate(plan_of(site_of(40, 0, "cooling_plant = \"air-chiller\"\n")));
  double a = 0, b = 0;
  for (std::size_t m = 12; m < 24; ++m) a += flat.energy[m].facility, b += follows.energy[m].facility;
  EXPECT_NEAR(a, b, 1e-6 * a);
  EXPECT_GT(follows.energy[18].facility, 1.005 * flat.energy[18].facility);  // July
  EXPECT_LT(follows.energy[12].facility, 0.999 * flat.energy[12].facility);  // January
}

TEST_F(HourlyEnergy, DemandIsChargedOnTheHighestHour) {
  std::string text = site_of(25, 10);
  text.insert(text.find("[site.memphis.power.sun]"), "demand_charge = \"$10/kW/month\"\n");
  const Forecast f = simulate(plan_of(text));
  // At night the grid carries all.
  for (std::size_t m = 1; m < 24; ++m) EXPECT_NEAR(f.sites[0].energy[m].peaks[0], 25e6, 1e-6 * 25e6);
}

TEST_F(HourlyEnergy, StorageIsDispatchedAndItsLossSaid) {
  std::string text = site_of(5, 120);
  text.insert(text.find("[operation]"),
              "[site.memphis.power.battery]\nkind = \"battery\"\ncapacity = \"40 MW\"\nduration = \"5 hours\"\n"
              "date = 2025-12-01\n");
  const Forecast f = simulate(plan_of(text));
  double given = 0, lost = 0;
  for (const site::EnergyMonth& e : f.sites[0].energy) {
    EXPECT_NEAR(by_source(e) - e.stored + e.unserved, e.facility, 1e-9 * e.facility + 1e-3);
    EXPECT_EQ(e.by_source[2], 0);
  }
  for (std::size_t m = 12; m < 24; ++m) given += f.sites[0].energy[m].given[2], lost += f.sites[0].energy[m].stored;
  EXPECT_GT(given, 0);
  EXPECT_NEAR(lost, given * (1 / 0.912 - 1), 2e-3 * given);
}

TEST_F(HourlyEnergy, BadFilesAreOneMessage) {
  const std::string folder = testing::TempDir() + "orrery-hours/",
                    whole = read_perhaps_gzipped(weather_file(), 32 << 20);
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "cut.csv") << whole.substr(0, whole.size() / 2);
  std::ofstream(folder + "leap.csv") << "price\n";
  for (int t = 0; t < 8784; ++t) std::ofstream(folder + "leap.csv", std::ios::app) << "50\n";
  std::ofstream(folder + "none.csv") << "";
  const auto refusal_of = [&](const std::string& change) {
    return refusal([&] { plan_of(site_of(25, 10), {change}); });
  };
  EXPECT_NE(refusal_of("site.memphis.weather=" + folder + "missing.csv"), "");
  EXPECT_NE(refusal_of("site.memphis.weather=" + folder + "cut.csv"), "");
  EXPECT_NE(refusal_of("site.memphis.weather=" + folder + "none.csv"), "");
  EXPECT_NE(refusal_of("site.memphis.prices=" + folder + "leap.csv").find("has 8784 rows"), std::string::npos);
  EXPECT_NE(refusal_of("site.memphis.prices=" + folder + "missing.csv"), "");
  EXPECT_NE(refusal_of("site.memphis.power.sun.capacity_factor=0.3").find("stands beside the site's weather"),
            std::string::npos);
  EXPECT_NE(refusal_of("site.memphis.power.grid.duration=4 hours").find("storage as its kind"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace orrery::programme
