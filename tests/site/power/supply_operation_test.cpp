// What a site's supply may be asked beside its energy, each against arithmetic by hand: reserve, the loss of a unit,
// ramps, part load, peaks, sales, permits, clean energy.
#include <gtest/gtest.h>

#include "base/error.h"
#include "site/power/supply.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, mwh = 3.6e9;

SupplySource plant(const char* name, double capital_per_kw_year, double per_mwh) {
  SupplySource s;
  s.name = name, s.capital = capital_per_kw_year / 1e3, s.variable = per_mwh / mwh;
  return s;
}

SupplyQuestion flat(double load_mw, std::vector<SupplySource> sources) {
  SupplyQuestion q;
  q.load.assign(8760, load_mw * mw), q.sources = std::move(sources), q.unserved_price = 1200 / mwh;
  return q;
}

/// By day: one load for twelve hours, another for the other twelve.
SupplyQuestion by_day(double low_mw, double high_mw, std::vector<SupplySource> sources) {
  SupplyQuestion q = flat(0, std::move(sources));
  for (std::size_t t = 0; t < q.load.size(); ++t) q.load[t] = (t % 24 < 12 ? low_mw : high_mw) * mw;
  return q;
}

TEST(SupplyOperation, ReserveIsBuilt) {
  SupplyQuestion q = flat(100, {plant("gas", 100, 40)});
  q.reserve = 0.1;
  EXPECT_NEAR(supply_year(q).sources[0].power, 110 * mw, 100);
  // Of five equal units four carry the load; of one none is left, so a second kind stands beside it.
  q.reserve = 0, q.sources[0].units = 5;
  EXPECT_NEAR(supply_year(q).sources[0].power, 125 * mw, 100);
  q.sources[0].units = 1, q.sources.push_back(plant("engine", 60, 90));
  const SupplyYear y = supply_year(q);
  EXPECT_NEAR(y.sources[0].power, 100 * mw, 100);
  EXPECT_NEAR(y.sources[1].power, 100 * mw, 100);
  EXPECT_NEAR(y.sources[1].energy, 0, 1e-6 * y.load);
  EXPECT_LE(y.gap, 1e-7);
  EXPECT_EQ(y.reserve_short, 0);
}

TEST(SupplyOperation, StorageIsAReserveWhileItHoldsEnergy) {
  SupplyQuestion q = flat(100, {plant("gas", 100, 40)});
  q.reserve = 0.1;
  SupplyStore battery;
  battery.name = "battery", battery.standing_power = 10 * mw, battery.standing_energy = 10 * mwh;
  battery.most_power = battery.most_energy = 0;
  q.stores = {battery};
  EXPECT_NEAR(supply_year(q).sources[0].power, 100 * mw, 200);
  q.stores[0].standing_energy = 4 * mwh;  // over an hour it gives 4 MW
  EXPECT_NEAR(supply_year(q).sources[0].power, 106 * mw, 200);
}

TEST(SupplyOperation, AReserveThatCannotBeIsShort) {
  SupplyQuestion q = flat(100, {plant("gas", 100, 40)});
  q.sources[0].least = q.sources[0].most = 105 * mw, q.reserve = 0.1;
  EXPECT_NEAR(supply_year(q).reserve_short, 5 * mwh * 8760, 0.01 * mwh * 8760);
}

// From 50 to 100 MW at 10 MW an hour: 40, 30, 20 and 10 MW lack after the step and as many before the one back, when
// the plant has to be down in time.
TEST(SupplyOperation, RampsHoldBack) {
  SupplyQuestion q = by_day(50, 100, {plant("gas", 0, 40)});
  q.sources[0].least = q.sources[0].most = 100 * mw, q.sources[0].ramp = 0.1;
  const SupplyYear y = supply_year(q);
  EXPECT_NEAR(y.lost, 200 * mwh * 365, 0.01 * mwh * 365);
  for (std::size_t t = 1; t < q.load.size(); ++t)
    ASSERT_LE(std::abs(y.hours.output[0][t] - y.hours.output[0][t - 1]), 10 * mw * (1 + 1e-5));
}

// 50 MW more by day: started each morning, or kept running through the night, which burns a fifth of its fuel.
TEST(SupplyOperation, StartsAgainstRunningThrough) {
  const auto asked = [](double start_cost) {
    SupplySource gas = plant("gas", 0, 0);
    gas.least = gas.most = 100 * mw, gas.fuel = 30 / mwh, gas.no_load = 0.2, gas.start_cost = start_cost;
    return supply_year(by_day(50, 100, {gas}));
  };
  const double burnt = 30 * (50 + 100) * 12 * 365.0, through = 30 * 0.2 * 50 * 12 * 365;  // $
  const SupplyYear seldom = asked(1000 / mw);                                             // $1,000/MW
  EXPECT_NEAR(seldom.cost.fuel, burnt + through, 1e-5 * burnt);
  EXPECT_NEAR(seldom.cost.starts, 0, 1e-5 * burnt);
  const SupplyYear often = asked(10 / mw);
  EXPECT_NEAR(often.cost.fuel, burnt, 1e-5 * burnt);
  EXPECT_NEAR(often.cost.starts, 10 * 50 * 365, 1);
  EXPECT_LE(often.gap, 1e-7);
}

// What runs gives at least half of it: at 100 MW by day and 40 by night a plant of one block of 100 MW running through
// would give 50, so that 80 MW run at night.
TEST(SupplyOperation, LeastLoadIsKept) {
  SupplySource gas = plant("gas", 0, 0);
  gas.least = gas.most = 100 * mw, gas.fuel = 30 / mwh, gas.least_load = 0.5, gas.start_cost = 1000 / mw;
  const SupplyYear y = supply_year(by_day(40, 100, {gas}));
  for (std::size_t t = 0; t < y.hours.output[0].size(); ++t)
    ASSERT_LE(0.5 * y.hours.running[0][t], y.hours.output[0][t] + 1e-5 * 100 * mw);
  EXPECT_NEAR(y.cost.starts, 1000 * 20 * 365, 1000);
}

TEST(SupplyOperation, PeaksOfEachMonthArePaid) {
  SupplyQuestion q = flat(100, {plant("grid", 0, 40)});
  q.load[300] = 200 * mw, q.unserved_price = 1e5 / mwh;  // in January
  q.sources[0].least = q.sources[0].most = 500 * mw, q.sources[0].demand_charge = 10 / 1e3;
  const SupplyYear y = supply_year(q);
  EXPECT_NEAR(y.cost.demand, 10e3 * (200 + 11 * 100), 100);
  EXPECT_LE(y.gap, 1e-7);
  // A peaker at $500/MWh that stands serves the one hour: 100 MWh cost $50,000, the peak $1M.
  q.sources.push_back(plant("peaker", 0, 500));
  q.sources[1].least = q.sources[1].most = 150 * mw;
  EXPECT_NEAR(supply_year(q).cost.demand, 10e3 * 12 * 100, 200);
}

TEST(SupplyOperation, EnergyIsSoldThroughTheConnection) {
  SupplyQuestion q = flat(100, {plant("grid", 0, 60), plant("gas", 0, 20)});
  q.sources[0].least = q.sources[0].most = 30 * mw, q.sources[0].sold = 35 / mwh;
  q.sources[1].least = q.sources[1].most = 150 * mw;
  const SupplyYear y = supply_year(q);
  EXPECT_NEAR(y.sources[0].sold, 30 * mwh * 8760, 1e-4 * y.load);
  EXPECT_NEAR(y.cost.total(), (130 * 20 - 30 * 35) * 8760.0, 1e-5 * 130 * 20 * 8760);
  EXPECT_LE(y.gap, 1e-7);
  q.sources[0].sold = 61 / mwh;
  EXPECT_THROW(supply_year(q), Error);
}

TEST(SupplyOperation, PermitsAndCleanEnergy) {
  SupplyQuestion q = flat(100, {plant("gas", 0, 20), plant("reactor", 0, 90)});
  for (SupplySource& s : q.sources) s.least = s.most = 100 * mw;
  q.sources[0].emissions = 400 / mwh;
  q.sources[0].most_energy = 300'000 * mwh;
  EXPECT_NEAR(supply_year(q).sources[0].energy, 300'000 * mwh, 1 * mwh);
  q.sources[0].most_energy = infinity, q.clean_share = 0.75;
  EXPECT_NEAR(supply_year(q).sources[0].energy, 0.25 * 876'000 * mwh, 1 * mwh);
  q.clean_share = 1;
  EXPECT_NEAR(supply_year(q).sources[0].energy, 0, 1 * mwh);
}

TEST(SupplyOperation, AllTogetherBalances) {
  SupplySource grid = plant("grid", 30, 50), gas = plant("gas", 100, 6), engine = plant("engine", 110, 8);
  grid.most = 60 * mw, grid.demand_charge = 5 / 1e3, grid.sold = 15 / mwh, grid.units = 2, grid.emissions = 400 / mwh;
  gas.fuel = 25 / mwh, gas.no_load = 0.25, gas.least_load = 0.4, gas.start_cost = 50 / mw, gas.emissions = 500 / mwh;
  gas.units = 3, engine.fuel = 27 / mwh, engine.ramp = 0.2, engine.emissions = 450 / mwh;
  SupplyQuestion q = by_day(60, 100, {grid, gas, engine});
  SupplyStore battery;
  battery.name = "battery", battery.power_capital = 0.03, battery.energy_capital = 15e3 / mwh, battery.efficiency = 0.9;
  q.stores = {battery}, q.reserve = 0.1, q.co2_price = 0.02, q.co2_intensity = 430 / mwh;
  const SupplyYear y = supply_year(q);
  EXPECT_LE(y.gap, 1e-6);
  for (std::size_t t = 0; t < q.load.size(); ++t) {
    double sum = y.hours.unserved[t] + y.hours.shed[t] - y.hours.sold[0][t];
    for (const auto& of : y.hours.output) sum += of[t];
    for (std::size_t s = 0; s < q.stores.size(); ++s) sum += y.hours.giving[s][t] - y.hours.charging[s][t];
    ASSERT_NEAR(sum, q.load[t], 1e-9 * 100 * mw);
  }
  EXPECT_LE(y.emissions, 430 / mwh * y.load * (1 + 1e-6));
}

}  // namespace
}  // namespace orrery::site
