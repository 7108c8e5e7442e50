// Firm power, merit order and cooling of small sites, worked out by hand.
#include <gtest/gtest.h>

#include "site/cooling.h"
#include "site/power/firm.h"
#include "site/power/merit_order.h"

namespace orrery::site {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity(), at_once = forever;

TEST(FirmPower, GenerationKeepsAReserveThatStorageCovers) {
  std::vector<PowerSupply> supplies = {{SupplyRole::grid, 10, 5, 2, 50, 1},
                                       {SupplyRole::generation, 100, 0, at_once, forever, 0.9}};
  FirmPower p = firm_power(supplies, 0.2);
  EXPECT_DOUBLE_EQ(p.firm.at(0), 72);
  EXPECT_DOUBLE_EQ(p.firm.at(7), 76);  // the grid comes with 2 W a day
  EXPECT_DOUBLE_EQ(p.firm.at(20), 82);
  EXPECT_DOUBLE_EQ(p.firm.at(50), 72);
  EXPECT_DOUBLE_EQ(p.rated[1].at(20), 100);
  supplies.push_back({SupplyRole::storage, 10, 0, at_once, forever, 1});
  EXPECT_DOUBLE_EQ(firm_power(supplies, 0.2).firm.at(20), 92);
  supplies.back().capacity = 1000;  // and adds nothing else
  EXPECT_DOUBLE_EQ(firm_power(supplies, 0.2).firm.at(20), 100);
}

TEST(MeritOrder, TheCheapestServesFirstAndTheDearestWhatIsLeft) {
  const std::vector<EnergySource> sources = {{Curve(40), 3, 0.5}, {Curve(60), 1, 0}, {Curve(0), 9, 9}};
  const double day = 86400;
  const EnergyMonth m = energy_of_month(Curve(100), Curve(1.2), sources, Curve(0.001), 130, 0, 10);
  EXPECT_DOUBLE_EQ(m.it, 1000 * day);
  EXPECT_DOUBLE_EQ(m.facility, 1200 * day);
  EXPECT_DOUBLE_EQ(m.by_source[1], 600 * day);
  EXPECT_DOUBLE_EQ(m.by_source[0], 600 * day);  // 400 of its own, 200 above its rating
  EXPECT_DOUBLE_EQ(m.by_source[2], 0);
  EXPECT_DOUBLE_EQ(m.cost, 2400 * day);
  EXPECT_DOUBLE_EQ(m.emissions, 300 * day);
  EXPECT_DOUBLE_EQ(m.water, 1 * day);
}

TEST(Cooling, TheMeanOfThePlantsInServiceByCapacity) {
  const Cooling c = mixed_cooling({{30, 10, forever, 1.1, 1.05, 2}, {10, 0, 20, 1.5, 1.25, 0}});
  EXPECT_DOUBLE_EQ(c.limit.at(5), 10);
  EXPECT_DOUBLE_EQ(c.limit.at(15), 40);
  EXPECT_DOUBLE_EQ(c.limit.at(20), 30);
  EXPECT_DOUBLE_EQ(c.pue.at(-1), 1.5);
  EXPECT_DOUBLE_EQ(c.pue.at(15), 1.2);
  EXPECT_DOUBLE_EQ(c.pue_annual.at(15), 1.1);
  EXPECT_DOUBLE_EQ(c.pue.at(20), 1.1);
  EXPECT_DOUBLE_EQ(c.water_per_it.at(15), 1.5);
  EXPECT_DOUBLE_EQ(mixed_cooling({}).pue.at(0), 1);
  EXPECT_DOUBLE_EQ(facility_power(Curve(100), c.pue).at(15), 120);
}

}  // namespace
}  // namespace orrery::site
