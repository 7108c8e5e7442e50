// Questions of a site's supply written as PyPSA's folders, and what those come to when they are read again.
#include "site/power/pypsa_write.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "../../support/refusal.h"
#include "site/power/least_cost.h"
#include "site/power/pypsa.h"

namespace orrery::site {
namespace {

constexpr double mw = 1e6, mwh = 3.6e9;

/// A year with sun by day, a plant, and a battery.
SupplyQuestion question() {
  SupplyQuestion q;
  std::vector<double> sun, price;
  for (int h = 0; h < 8760; ++h) {
    q.load.push_back((100 + 10 * std::sin(h * 0.26)) * mw);
    sun.push_back(std::max(0.0, std::sin((h % 24 - 6) * 0.2618)) * (0.6 + 0.4 * std::cos(h * 0.003)));
    price.push_back((30 + 20 * std::cos(h * 0.0917)) / mwh);
  }
  SupplySource grid{"grid"}, plant{"plant"}, panels{"panels"};
  grid.fixed = 20e3 / mw, grid.variable = price, grid.most = 60 * mw, grid.emissions = 400 / mwh;
  plant.capital = 120e3 / mw, plant.fixed = 10e3 / mw, plant.fuel = 35 / mwh, plant.available = 0.95;
  plant.emissions = 500 / mwh, plant.standing = 20 * mw, plant.least = 5 * mw;
  panels.capital = 70e3 / mw, panels.available = sun, panels.weather = true;
  SupplyStore battery{"battery"};
  battery.power_capital = 20e3 / mw, battery.energy_capital = 15e3 / mwh, battery.fixed = 1e3 / mw;
  battery.efficiency = 0.86, battery.available = 0.98;
  battery.standing_power = 5 * mw, battery.standing_energy = 10 * mwh;
  q.sources = {grid, plant, panels}, q.stores = {battery};
  q.unserved_price = 1200 / mwh;
  return q;
}

/// The objective of what was written, read again.
double read_back(const std::map<std::string, std::string>& files) {
  const auto folder = std::filesystem::temp_directory_path() / ("pypsa_write_test." + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (const auto& [name, text] : files) std::ofstream(folder / name) << text;
  const PypsaNetwork network = read_pypsa(folder);
  std::filesystem::remove_all(folder);
  return least_cost(network.problem).cost + network.constant;
}

void expect_same(const SupplyQuestion& q) {
  const SupplyYear year = supply_year(q);
  EXPECT_TRUE(year.proven);
  EXPECT_NEAR(read_back(pypsa_files(q, year, "test")) / year.objective, 1, 1e-7 + year.gap);
}

TEST(PypsaWrite, IsReadAgainAtTheSameCost) {
  SupplyQuestion q = question();
  expect_same(q);
  q.co2_intensity = 150 / mwh, q.co2_price = 0.05;
  q.unserved_share = 1e-4, q.shed_share = 0.02, q.shed_price = 100 / mwh;
  expect_same(q);
  q.stores.front().least_power = q.stores.front().most_power = 10 * mw;
  q.stores.front().least_energy = q.stores.front().most_energy = 40 * mwh;
  q.unserved_share = 0, q.co2_intensity = 400 / mwh;
  expect_same(q);
}

TEST(PypsaWrite, SeveralYearsAreWeightedToTheirMean) {
  SupplyQuestion q = question();
  q.sources.pop_back(), q.sources.front().variable = 40 / mwh, q.stores.clear();
  const std::vector<double> one = q.load;
  for (const double x : one) q.load.push_back(0.9 * x);
  expect_same(q);
  const std::map<std::string, std::string> files = pypsa_files(q, supply_year(q), "test");
  EXPECT_TRUE(says(files.at("snapshots.csv"), "8760,2026-01-01 00:00:00,0.5,1,0.5\n"));
}

TEST(PypsaWrite, LeapDaysHaveNoHours) {
  SupplyQuestion q = question();
  q.sources = {q.sources[1]}, q.stores.clear();
  q.load.assign(4 * 8760, 100 * mw);
  const std::string snapshots = pypsa_files(q, supply_year(q), "test").at("snapshots.csv");
  EXPECT_TRUE(says(snapshots, "2028-02-28 23:00:00,0.25,1,0.25\n27696,2028-03-01 00:00:00"));
  EXPECT_TRUE(says(snapshots, "35039,2028-12-31 23:00:00"));
}

TEST(PypsaWrite, RefusesWhatPypsaCannotSay) {
  SupplyQuestion q = question();
  q.sources.front().variable = -10 / mwh;
  EXPECT_TRUE(says(refusal([&] { pypsa_files(q, supply_year(q), "test"); }), "below 0"));
  q = question();
  q.sources = {q.sources.front()}, q.stores.clear(), q.unserved_share = 0.01;
  EXPECT_TRUE(says(refusal([&] { pypsa_files(q, supply_year(q), "test"); }), "reliability"));
}

}  // namespace
}  // namespace orrery::site
