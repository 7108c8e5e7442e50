// Paths of quarters: against arithmetic by hand, their balance, rented plant that leaves, and what a slip costs.
#include "site/power/supply_path.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, mwh = 3.6e9;

SupplySource plant(const char* name, double capital_per_kw_year, double per_mwh) {
  SupplySource s;
  s.name = name, s.capital = capital_per_kw_year / 1e3, s.variable = per_mwh / mwh;
  return s;
}

SupplyQuestion path_question(const std::vector<std::pair<SupplySource, SupplyTimes>>& sources, int years,
                             double discount) {
  SupplyQuestion q;
  q.load.assign(8760, 100 * mw), q.unserved_price = 1200 / mwh;
  SupplyPathTimes times;
  times.discount = discount;
  for (const auto& [source, when] : sources) q.sources.push_back(source), times.sources.push_back(when);
  return over_quarters(q, times, std::vector<double>(static_cast<std::size_t>(4 * years), 1));
}

// 100 MW for two years, a plant of $100/kW a year and $40/MWh that serves from the third quarter on.
TEST(SupplyPath, OneSourceIsHandArithmetic) {
  const double discount = 0.08;
  const SupplyQuestion q = path_question({{plant("gas", 100, 40), {2, 2}}}, 2, discount);
  const SupplyPath path = supply_path(q);
  const double hours[] = {2160, 2184, 2208, 2208};
  double cost = 0, lost = 0;
  for (int k = 0; k < 8; ++k) {
    const double worth = std::pow(1 + discount, -(k + 0.5) / 4), h = hours[k % 4];
    if (k < 2) lost += worth * 100 * h * 1200;
    else cost += worth * (100e3 * 100 * h / 8760 + 100 * h * 40);
  }
  EXPECT_NEAR(path.cost, cost, 1e-7 * cost);
  EXPECT_NEAR(path.objective, cost + lost, 1e-7 * (cost + lost));
  EXPECT_NEAR(path.lost, 100 * (2160 + 2184) * mwh, 1e-6 * path.lost);
  EXPECT_LE(path.gap, 1e-7);
  ASSERT_EQ(path.decisions.size(), 1u);
  EXPECT_EQ(path.decisions[0].quarter, 2);
  EXPECT_NEAR(path.decisions[0].power, 100 * mw, 100);
  EXPECT_NEAR(path.quarters[1].power[0], 0, 1e-6);
  EXPECT_NEAR(path.quarters[2].cost.total(), 100e3 * 100 * 2208 / 8760 + 100 * 2208 * 40, 10);
}

// Rented turbines at $80/MWh and $250/kW a year bridge until a grid at $50/MWh serves; its limit of 60 MW holds over
// all quarters, and 40 MW of turbines stay.
TEST(SupplyPath, RentedPlantLeavesWhenTheGridServes) {
  SupplySource grid = plant("grid", 25, 50), rented = plant("rented", 0, 80);
  grid.most = 60 * mw, rented.fixed = 0.25;
  const SupplyPath path = supply_path(path_question({{grid, {5, 5}}, {rented, {1, 1, -1, 1}}}, 3, 0.08));
  EXPECT_LE(path.gap, 1e-7);
  for (int k = 0; k < 12; ++k) {
    const std::vector<double>& power = path.quarters[static_cast<std::size_t>(k)].power;
    EXPECT_NEAR(power[0], k < 5 ? 0 : 60 * mw, 200) << k;
    EXPECT_NEAR(power[1], (k < 1 ? 0 : k < 5 ? 100 : 40) * mw, 200) << k;
  }
}

TEST(SupplyPath, EnergyBalancesInEveryHourAndSpan) {
  SupplySource grid = plant("grid", 25, 50), gas = plant("gas", 110, 35), sun = plant("sun", 150, 0);
  std::vector<double> bright(8760);
  for (std::size_t t = 0; t < bright.size(); ++t) bright[t] = std::max(0.0, std::sin((t % 24 - 6.0) * 3.14159 / 12));
  sun.available = Series(bright), sun.weather = true, grid.most = 40 * mw, gas.emissions = 500 / mwh;
  SupplyQuestion q = path_question({}, 1, 0);
  SupplyQuestion year;
  year.load.assign(8760, 100 * mw), year.unserved_price = 1200 / mwh, year.co2_intensity = 300 / mwh;
  year.sources = {grid, gas, sun};
  SupplyStore battery;
  battery.name = "battery", battery.power_capital = 0.03, battery.energy_capital = 15e3 / mwh, battery.efficiency = 0.9;
  year.stores = {battery};
  SupplyPathTimes times;
  times.discount = 0.08, times.first_quarter = 2, times.sources = {{4, 4}, {1, 1}, {2, 2}}, times.stores = {{1, 1}};
  q = over_quarters(year, times, {0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1});
  const SupplyPath path = supply_path(q);
  EXPECT_LE(path.gap, 1e-6);
  for (std::size_t t = 0; t < q.load.size(); ++t) {
    double sum = path.hours.unserved[t];
    for (const auto& of : path.hours.output) sum += of[t];
    sum += path.hours.giving[0][t] - path.hours.charging[0][t];
    ASSERT_NEAR(sum, q.load[t], 1e-9 * 100 * mw);
  }
  double emissions[2] = {}, load[2] = {};
  for (std::size_t k = 0; k < 8; ++k) {
    const SupplySpan& s = path.quarters[k].span;
    double sum = s.unserved + s.discharged[0] - s.charged[0];
    for (const double x : s.by_source) sum += x;
    EXPECT_NEAR(sum, s.load, 1e-9 * s.load);
    emissions[k / 4] += s.emissions(), load[k / 4] += s.load;
  }
  // The cap holds in each year of the path.
  for (int y = 0; y < 2; ++y) EXPECT_LE(emissions[y], 300 / mwh * load[y] * (1 + 1e-5));
}

// What is decided takes from the most of what is rented in its own quarters, not in others.
TEST(SupplyPath, ALimitOfRentedPlantHoldsByQuarter) {
  SupplySource grid = plant("grid", 25, 30), rented = plant("rented", 0, 90);
  rented.fixed = 0.3, rented.most = 60 * mw;
  SupplyQuestion q = path_question({{grid, {4, 4}}, {rented, {1, 1, -1, 1}}}, 3, 0.08);
  const SupplyPath planned = supply_path(q);
  const SupplyPath recourse = supply_path(after_slip(q, planned, 0, 4));
  for (std::size_t k = 1; k < 8; ++k) EXPECT_NEAR(recourse.quarters[k].power[1], (k == 4 ? 0 : 60) * mw, 200) << k;
}

// A slip that is known only when the grid should have come costs at least as much as one known from the start, and that
// as much as none; what was ordered before it is known stands.
TEST(SupplyPath, SlipsCostMoreThanIsKnown) {
  SupplySource grid = plant("grid", 25, 30), gas = plant("gas", 130, 45), rented = plant("rented", 0, 90);
  grid.most = 80 * mw, rented.fixed = 0.3;
  const SupplyQuestion q = path_question({{grid, {5, 5}}, {gas, {6, 6}}, {rented, {1, 1, -1, 2}}}, 4, 0.08);
  const SupplyPath planned = supply_path(q);
  const SupplyQuestion late = after_slip(q, planned, 0, 4);
  const SupplyPath recourse = supply_path(late);
  SupplyQuestion known = q;
  known.times->sources[0].first += 4;
  const SupplyPath foreseen = supply_path(known);
  EXPECT_GE(foreseen.objective, planned.objective * (1 - 1e-7));
  EXPECT_GE(recourse.objective, foreseen.objective * (1 - 1e-7));
  EXPECT_GT(recourse.objective, planned.objective * 1.01);
  for (std::size_t k = 0; k < 16; ++k) {
    if (k < 5) {
      EXPECT_NEAR(recourse.quarters[k].power[2], planned.quarters[k].power[2], 500) << k;
    }
    EXPECT_NEAR(recourse.quarters[k].power[0], k < 9 ? 0 : 80 * mw, 500) << k;
  }
  // Without a grid nothing slips.
  SupplyQuestion none = q;
  none.sources[0].most = 0;
  EXPECT_TRUE(after_slip(none, supply_path(none), 0, 4).times->decided.empty());
}

TEST(SupplyPath, RefusesWhatIsNoPath) {
  SupplyQuestion q = path_question({{plant("gas", 100, 40), {2, 2}}}, 1, 0);
  EXPECT_THROW(supply_year(q), Error);
  q.times->quarter_hours.pop_back();
  EXPECT_THROW(supply_path(q), Error);
  SupplyQuestion year = q;
  year.times.reset(), year.load.assign(8760, mw);
  EXPECT_THROW(supply_path(year), Error);
}

}  // namespace
}  // namespace orrery::site
