// The supply of a site by the hour: balances, hand arithmetic, and what more room may never cost.
#include "site/power/supply.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, mwh = 3.6e9;

SupplySource source(const char* name, double yearly_per_mw, double per_mwh, double kg_per_mwh) {
  SupplySource s;
  s.name = name, s.capital = yearly_per_mw / mw, s.variable = per_mwh / mwh, s.emissions = kg_per_mwh / mwh;
  return s;
}

/// A year that swings by day, a grid of 60 MW, gas, a made-up sun and a battery.
SupplyQuestion question() {
  SupplyQuestion q;
  std::vector<double> sun;
  for (int t = 0; t < 8760; ++t) {
    const double angle = 2 * 3.14159265358979 * (t % 24 - 6) / 24.0;
    q.load.push_back((100 + 20 * std::sin(angle)) * mw), sun.push_back(std::max(0.0, std::sin(angle)));
  }
  q.sources = {source("grid", 20e3, 60, 600), source("gas", 130e3, 37, 500), source("sun", 90e3, 0, 0)};
  q.sources[0].most = 60 * mw, q.sources[1].available = 0.95, q.sources[2].available = sun;
  q.sources[2].weather = true;
  SupplyStore battery;
  battery.name = "battery", battery.power_capital = 30e3 / mw, battery.energy_capital = 20e3 / mwh;
  battery.efficiency = 0.9;
  q.stores = {battery};
  q.unserved_price = 1200 / mwh;
  return q;
}

void expect_balanced(const SupplyQuestion& q, const SupplyYear& y) {
  const double highest = *std::max_element(q.load.begin(), q.load.end());
  const double way = std::sqrt(q.stores.empty() ? 1 : q.stores[0].efficiency);
  for (std::size_t t = 0; t < q.load.size(); ++t) {
    double sum = y.hours.unserved[t] + y.hours.shed[t];
    for (const auto& of : y.hours.output) sum += of[t];
    for (std::size_t s = 0; s < q.stores.size(); ++s) sum += y.hours.giving[s][t] - y.hours.charging[s][t];
    ASSERT_NEAR(sum, q.load[t], 1e-9 * highest) << t;
    for (std::size_t s = 0; s < q.sources.size(); ++s)
      ASSERT_LE(y.hours.output[s][t],
                y.sources[s].power * q.sources[s].available.at(static_cast<int>(t)) + 1e-9 * highest);
    for (std::size_t s = 0; s < q.stores.size(); ++s) {
      const double before = y.hours.held[s][(t + q.load.size() - 1) % q.load.size()];
      ASSERT_NEAR(y.hours.held[s][t], before + (way * y.hours.charging[s][t] - y.hours.giving[s][t] / way) * 3600,
                  1e-7 * highest * 3600);
    }
  }
  double energy = 0, cost = 0, co2 = 0;
  for (const SourceYear& s : y.sources) energy += s.energy, cost += s.cost.total(), co2 += s.emissions;
  for (const SourceYear& s : y.stores) energy += s.energy - s.charged, cost += s.cost.total();
  EXPECT_NEAR(energy / y.served, 1, 1e-9);
  EXPECT_NEAR(cost / y.cost.total(), 1, 1e-9);
  double months = 0, months_co2 = 0, running = 0;
  for (const SupplySpan& m : y.months) months += m.load, months_co2 += m.emissions(), running += m.cost().total();
  EXPECT_NEAR(months / y.load, 1, 1e-9);
  EXPECT_NEAR(months_co2, co2, 1e-9 * co2 + 1e-9);
  EXPECT_NEAR(running, y.cost.fuel + y.cost.variable + y.cost.co2, 1e-9 * running + 1e-9);
}

TEST(Supply, OneSourceIsHandArithmetic) {
  SupplyQuestion q;
  q.load.assign(8760, 100 * mw);
  q.sources = {source("gas", 130e3, 37, 500)};
  q.sources[0].available = 0.95;
  q.unserved_price = 1200 / mwh, q.co2_price = 0.1;
  const SupplyYear y = supply_year(q);
  EXPECT_NEAR(y.sources[0].power, 100 / 0.95 * mw, 100);
  EXPECT_NEAR(y.cost.total(), 130e3 * 100 / 0.95 + 876e3 * (37 + 50), 100);
  EXPECT_NEAR(y.emissions, 876e3 * 500, 10);
  EXPECT_EQ(y.lost, 0);
  EXPECT_NEAR(y.sources[0].hours_at_limit, 8760, 1e-6);
  EXPECT_TRUE(y.proven);
}

TEST(Supply, BalancesToTheLastDigits) {
  SupplyQuestion q = question();
  for (const double cap : {infinity, 300.0, 0.0})
    for (const double flexible : {0.0, 0.02}) {
      SCOPED_TRACE(cap);
      q.co2_intensity = cap / mwh, q.shed_share = flexible, q.shed_price = 600 / mwh;
      const SupplyYear y = supply_year(q);
      expect_balanced(q, y);
      EXPECT_TRUE(y.proven) << y.gap;
      EXPECT_LE(y.emissions, cap / mwh * y.load + 1e-5 * y.load * 600 / mwh);
      EXPECT_LE(y.gave_way, flexible * y.load * (1 + 1e-5));
    }
}

TEST(Supply, MoreRoomNeverCostsMore) {
  const SupplyQuestion q = question();
  const double usual = supply_year(q).objective, little = 1e-6 * usual;
  SupplyQuestion more = q;
  more.sources[0].most = 90 * mw;
  EXPECT_LE(supply_year(more).objective, usual + little);
  SupplyQuestion flexible = q;
  flexible.shed_share = 0.02, flexible.shed_price = 300 / mwh;
  EXPECT_LE(supply_year(flexible).objective, usual + little);
  SupplyQuestion without = q;
  without.stores.clear();
  EXPECT_GE(supply_year(without).objective, usual - little);
  SupplyQuestion standing = q;
  standing.sources[1].standing = 30 * mw;
  EXPECT_LE(supply_year(standing).objective, usual + little);
  double before = infinity;
  for (const double cap : {0.0, 100.0, 300.0, 600.0}) {
    SupplyQuestion capped = q;
    capped.co2_intensity = cap / mwh;
    const double cost = supply_year(capped).objective;
    EXPECT_LE(cost, before + little) << cap;
    before = cost;
  }
}

TEST(Supply, FixedSizesAreBuiltAndPaid) {
  SupplyQuestion q = question();
  q.stores.clear();
  q.sources[1].least = q.sources[1].most = 50 * mw;
  const SupplyYear y = supply_year(q);
  EXPECT_EQ(y.sources[1].power, 50 * mw);
  EXPECT_NEAR(y.sources[1].cost.capital, 50 * 130e3, 1e-3);
  expect_balanced(q, y);
  EXPECT_TRUE(y.proven) << y.gap;
}

TEST(Supply, WhatCannotBeServedSaysWhenAndHowMuch) {
  SupplyQuestion q;
  q.load.assign(8760, 100 * mw);
  q.load[5000] = 120 * mw;
  q.sources = {source("grid", 20e3, 60, 600)};
  q.sources[0].most = 100 * mw;
  q.unserved_price = 1200 / mwh, q.unserved_share = 0;
  const SupplyYear y = supply_year(q);
  EXPECT_FALSE(y.feasible);
  EXPECT_EQ(y.worst, 5000u);
  EXPECT_NEAR(y.hours.unserved[5000], 20 * mw, 100);
  EXPECT_NEAR(y.hours_lacking, 1, 1e-9);
  const std::vector<WayOut> ways = ways_out(y, {source("dear", 200e3, 10, 0), source("cheap", 100e3, 50, 0)}, q);
  ASSERT_EQ(ways.size(), 2u);
  EXPECT_EQ(ways[0].name, "cheap");
  EXPECT_NEAR(ways[0].power, 20 * mw, 100);
  EXPECT_NEAR(ways[0].cost, 20 * (100e3 + 50), 20);
  // What would break the cap, or the clean share, ends nothing.
  SupplySource emits = source("emits", 50e3, 50, 0);
  emits.emissions = 500 / mwh;
  SupplyQuestion capped = q;
  capped.co2_intensity = 1e-3 / mwh;
  EXPECT_EQ(ways_out(y, {emits, source("dear", 200e3, 10, 0)}, q).front().name, "emits");
  EXPECT_EQ(ways_out(y, {emits, source("dear", 200e3, 10, 0)}, capped).front().name, "dear");
  EXPECT_TRUE(ways_out(y, {emits}, capped).empty());
  capped = q, capped.clean_share = 1;
  EXPECT_TRUE(ways_out(y, {emits}, capped).empty());
  EXPECT_FALSE(least_remedy(y, {emits}, {}, capped));
  const std::optional<LeastRemedy> alone = least_remedy(y, {source("dear", 200e3, 10, 0), emits}, {}, q);
  ASSERT_TRUE(alone);
  ASSERT_EQ(alone->additions.size(), 1u);
  EXPECT_EQ(alone->additions[0].name, "emits");
  EXPECT_NEAR(alone->cost, 20 * (50e3 + 50), 20);
  // One hour is better carried by storage that a little plant fills: 20 MW and 20 MWh over the efficiency's root.
  SupplyStore battery;
  battery.name = "battery", battery.power_capital = 5e3 / mw, battery.energy_capital = 5e3 / mwh;
  battery.efficiency = 0.81;
  const std::optional<LeastRemedy> mixed = least_remedy(y, {emits}, {battery}, q);
  ASSERT_TRUE(mixed);
  ASSERT_EQ(mixed->additions.size(), 2u);
  EXPECT_EQ(mixed->additions[1].name, "battery");
  const double plant = mixed->additions[0].power / mw, power = mixed->additions[1].power / mw;
  EXPECT_NEAR(plant + power, 20, 1e-3);
  EXPECT_NEAR(mixed->additions[1].storage / mwh, power / 0.9, 1e-2);
  EXPECT_LT(mixed->cost, alone->cost / 3);
  q.unserved_share = 0.01;
  EXPECT_TRUE(supply_year(q).feasible);
}

TEST(Supply, YearsAreAveraged) {
  SupplyQuestion q = question();
  const SupplyYear one = supply_year(q);
  q.load.insert(q.load.end(), q.load.begin(), q.load.begin() + 8760);
  std::vector<double> sun = q.sources[2].available.values();
  sun.insert(sun.end(), sun.begin(), sun.begin() + 8760);
  q.sources[2].available = sun;
  const SupplyYear two = supply_year(q);
  EXPECT_NEAR(two.objective / one.objective, 1, 1e-6);
  EXPECT_NEAR(two.load / one.load, 1, 1e-12);
}

TEST(Supply, PricesBelowNothing) {
  SupplyQuestion q = question();
  std::vector<double> prices(8760, 60 / mwh);
  for (std::size_t t = 3000; t < 3050; ++t) prices[t] = -20 / mwh;
  q.sources[0].variable = prices;
  const SupplyYear y = supply_year(q);
  expect_balanced(q, y);
  EXPECT_LT(y.objective, supply_year(question()).objective);
}

TEST(Supply, RefusesWhatIsNoYear) {
  SupplyQuestion q = question();
  q.load.pop_back();
  EXPECT_THROW(supply_year(q), Error);
  q = question();
  q.stores[0].efficiency = 0;
  EXPECT_THROW(supply_year(q), Error);
  q = question();
  q.sources[0].least = 70 * mw;
  EXPECT_THROW(supply_year(q), Error);
}

TEST(Supply, MonthsOfTheYear) {
  EXPECT_EQ(month_of_hour(0), 0u);
  EXPECT_EQ(month_of_hour(31 * 24 - 1), 0u);
  EXPECT_EQ(month_of_hour(31 * 24), 1u);
  EXPECT_EQ(month_of_hour(8759), 11u);
}

}  // namespace
}  // namespace orrery::site
