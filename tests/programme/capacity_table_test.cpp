// The dated rows of capacity, limits and power tell the whole course: on every day between two rows the numbers run
// straight, no limit lies below what is usable, and the one that binds is equal to it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "catalog/catalog.h"
#include "programme/capacity_table.h"
#include "programme/read.h"
#include "support/facts.h"
#include "support/folders.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

TEST(CapacityRows, RunStraightBetweenRows) {
  const Plan plan = make_plan(read_scenario(source_folder() + "/scenarios/colossus-1.toml"), facts());
  const Forecast forecast = simulate(plan);
  const std::vector<CapacityRow> rows = capacity_rows(plan, forecast);
  ASSERT_GT(rows.size(), 12u);
  const Curve& usable = forecast.sites.front().capacity.usable;
  int falls = 0;
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    const int from = rows[i].date - plan.start, to = rows[i + 1].date - plan.start;
    ASSERT_LT(from, to);
    falls += rows[i + 1].usable < rows[i].usable;
    for (int day = from; day <= to; ++day) {
      const double share = static_cast<double>(day - from) / (to - from);
      EXPECT_NEAR(usable.at(day), rows[i].usable + share * (rows[i + 1].usable - rows[i].usable), 1e-6)
          << (plan.start + day).text();
    }
  }
  EXPECT_GT(falls, 0);  // the cooling swap: without its rows the fall would look like a slope over a month
}

double slack(double x) {
  return 1e-6 * std::max(1.0, std::fabs(x)) + 1e-6;
}

Plan shipped(const std::string& name) {
  return make_plan(read_scenario(source_folder() + "/scenarios/" + name + ".toml"), facts());
}

/// The limits of a place on a day: straight between its rows.
LimitRow limits_on(const std::vector<LimitRow>& rows, const std::string& place, Date day) {
  const LimitRow *before = nullptr, *after = nullptr;
  for (const LimitRow& row : rows) {
    if (row.place != place) continue;
    if (row.date <= day) before = &row;
    if (row.date >= day && !after) after = &row;
  }
  if (!before || !after) throw std::out_of_range("no rows around " + day.text());
  if (before == after) return *before;
  const double share = static_cast<double>(day - before->date) / (after->date - before->date);
  LimitRow out = *before;
  for (auto limit : {&LimitRow::delivered, &LimitRow::ready, &LimitRow::building, &LimitRow::power, &LimitRow::cooling,
                     &LimitRow::network})
    if (out.*limit) *(out.*limit) += share * (*(after->*limit) - *(before->*limit));
  return out;
}

const std::optional<double>* limit_that_binds(const LimitRow& row, const std::string& binding) {
  return binding == "power"      ? &row.power
         : binding == "building" ? &row.building
         : binding == "cooling"  ? &row.cooling
         : binding == "network"  ? &row.network
                                 : nullptr;
}

/// Holds the limits of a forecast to its usable accelerators on every row of capacity; how many rows something bound.
int hold_to_capacity(const Plan& plan, const Forecast& forecast) {
  const std::vector<LimitRow> limits = limit_rows(plan, forecast);
  int bound = 0;
  for (const CapacityRow& row : capacity_rows(plan, forecast)) {
    const LimitRow on = limits_on(limits, row.site, row.date);
    const double value = on.in_watts ? row.it_power : row.usable;
    for (const std::optional<double>& limit : {on.delivered, on.ready, on.building, on.power, on.cooling, on.network})
      if (limit && *limit < value - slack(value))
        throw std::logic_error(row.site + " is above a limit on " + row.date.text());
    const std::optional<double>* binds = limit_that_binds(on, row.binding);
    if (!binds) continue;
    ++bound;
    if (!*binds || std::fabs(**binds - value) > 10 * slack(value))
      throw std::logic_error(fmt::format("{} at {} on {}: {} usable, {} allowed", row.binding, row.site,
                                         row.date.text(), value, binds->value_or(-1)));
  }
  return bound;
}

RC_GTEST_PROP(LimitRows, BoundWhatIsUsableAndTheOneThatBindsIsEqualToIt, ()) {
  const World w = draw_world();
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  hold_to_capacity(plan, simulate(plan));
}

TEST(LimitRows, OfShippedScenariosBoundWhatIsUsable) {
  for (const char* name : {"colossus-1", "stargate-abilene", "fairwater", "stargate-sites"}) {
    const Plan plan = shipped(name);
    EXPECT_GT(hold_to_capacity(plan, simulate(plan)), 0) << name;
  }
}

/// One kind of accelerator, one of everything: each limit is an amount over what one accelerator takes.
TEST(LimitRows, AreTheAmountsOverWhatOneAcceleratorTakes) {
  const Plan plan = plan_of(R"(start = 2024-01-01
[order.a]
chips = "8000 x h100-sxm"
it_power = "1 kW/chip"
ordered = 2024-01-01
lead_time = "10 days"
network_lead_time = "20 days"
[site.memphis]
burn_in = "2 days"
[site.memphis.power.p]
kind = "grid"
date = 2024-02-01
capacity = "12 MW"
availability = 1
[site.memphis.cooling.c]
date = 2024-01-01
capacity = "9 MW"
pue = 1.5
[site.memphis.building.hall]
date = 2024-03-01
it_capacity = "7 MW"
)");
  const std::vector<LimitRow> rows = limit_rows(plan, simulate(plan));
  const auto on = [&](const char* day) { return limits_on(rows, "memphis", parse_date(day)); };
  EXPECT_EQ(on("2024-01-10").delivered, 0);
  EXPECT_EQ(on("2024-01-11").delivered, 8000);
  EXPECT_EQ(on("2024-01-20").network, 0);
  EXPECT_EQ(on("2024-01-21").network, 8000);
  EXPECT_EQ(on("2024-01-31").power, 0);
  EXPECT_NEAR(*on("2024-02-01").power, 8000, 1e-6);
  EXPECT_NEAR(*on("2024-06-01").cooling, 9000, 1e-6);  // more than are ordered
  EXPECT_EQ(on("2024-02-29").building, 0);
  EXPECT_NEAR(*on("2024-03-01").building, 7000, 1e-6);
}

/// An event takes more than the grid has while turbines bridge: what bridges stays, and counts, until the grid carries
/// that too.
TEST(LimitRows, BoundWhatIsUsableWhileAnEventTakesMoreThanTheGridHas) {
  const Plan plan = plan_of(R"(start = 2024-06-01
end = 2025-06-01
[order.a]
chips = "173 x h100-sxm"
it_power = "1.5 kW/chip"
ordered = 2024-06-01
lead_time = "10 days"
network_lead_time = "20 days"
[site.memphis]
burn_in = "2 days"
swing_reserve = 0
[site.memphis.power.grid]
kind = "grid"
date = 2024-09-22
capacity = "845 kW"
rate = "5 kW/day"
availability = 1
[site.memphis.power.turbines]
kind = "mobile-turbine"
date = 2024-07-01
capacity = "470 kW"
availability = 1
[site.memphis.cooling.c]
date = 2024-06-01
capacity = "9 MW"
pue = 1.3
[site.memphis.building.hall]
date = 2024-06-01
it_capacity = "7 MW"
[event.outage]
site = "memphis"
limit = "power"
change = "-1220 kW"
from = 2024-11-12
duration = "119 days"
)");
  const Forecast forecast = simulate(plan);
  EXPECT_GT(hold_to_capacity(plan, forecast), 0);
  // 845 kW of grid from 2025-03-10 and 470 kW of turbines less 1,220 kW: 95 kW over 1.95 kW.
  EXPECT_GT(forecast.sites.front().capacity.usable.at(parse_date("2025-03-10") - plan.start), 5);
}

TEST(LimitRows, OfAllAreTheSum) {
  const Plan plan = plan_of(R"(start = 2024-01-01
[order.a]
chips = "100 x h100-sxm"
site = "memphis"
[rental.b]
chips = "50 x h100-sxm"
[site.memphis]
)");
  const std::vector<LimitRow> rows = limit_rows(plan, simulate(plan));
  const LimitRow all = limits_on(rows, "all", plan.end), site = limits_on(rows, "memphis", plan.end);
  const LimitRow rental = limits_on(rows, "b", plan.end);
  EXPECT_FALSE(rental.power || rental.building || rental.cooling || rental.network || rental.ready);
  EXPECT_EQ(all.delivered, *site.delivered + *rental.delivered);
  EXPECT_EQ(all.power, *site.power + *rental.delivered);
}

TEST(LimitRows, OfALoadAreWatts) {
  const Plan plan = plan_of(R"(start = 2024-01-01
[site.memphis]
it_load = "10 MW"
[site.memphis.power.p]
kind = "grid"
date = 2024-02-01
capacity = "9 MW"
availability = 1
[site.memphis.cooling.c]
date = 2024-01-01
pue = 1.2
)");
  const Forecast forecast = simulate(plan);
  EXPECT_GT(hold_to_capacity(plan, forecast), 0);
  const LimitRow last = limit_rows(plan, forecast).back();
  EXPECT_TRUE(last.in_watts && !last.ready && !last.network);
  EXPECT_NEAR(*last.power, 7.5e6, 1);
  EXPECT_EQ(*last.delivered, 10e6);
}

TEST(LimitRows, RentedPlantThatLeftCarriesNothing) {
  // The turbines bridge until the grid covers the site: power falls then, and never below what runs.
  const Plan plan = shipped("colossus-1");
  const Forecast forecast = simulate(plan);
  const std::vector<LimitRow> rows = limit_rows(plan, forecast);
  double most = 0;
  for (const LimitRow& row : rows)
    if (row.place == plan.sites[0].name) most = std::max(most, *row.power);
  EXPECT_LT(*limits_on(rows, plan.sites[0].name, plan.end).power, 0.95 * most);
}

RC_GTEST_PROP(PowerRows, TellTheWholeCourseOfEverySource, ()) {
  const World w = draw_world();
  RC_LOG() << w.text();
  const Plan plan = plan_of(w.text());
  const Forecast forecast = simulate(plan);
  std::map<std::string, std::map<Date, std::map<std::string, double>>> by_place;
  for (const PowerRow& row : power_rows(plan, forecast)) by_place[row.place][row.date][row.source] = row.rated;
  RC_ASSERT(by_place.size() == (plan.sites.size() > 1 ? plan.sites.size() + 1 : 1));
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const auto& rows = by_place.at(plan.sites[i].name);
    for (auto row = rows.begin(); std::next(row) != rows.end(); ++row) {
      const auto& [from, rated] = *row;
      const auto& [to, then] = *std::next(row);
      RC_ASSERT(rated.size() == plan.sites[i].power.size());
      for (int day = from - plan.start; day <= to - plan.start; ++day)
        for (size_t b = 0; b < rated.size(); ++b) {
          const std::string& name = plan.sites[i].power[b].name;
          const double share = static_cast<double>(day - (from - plan.start)) / (to - from);
          const double drawn = rated.at(name) + share * (then.at(name) - rated.at(name));
          RC_ASSERT(std::fabs(drawn - forecast.sites[i].power_rated[b].at(day)) <= slack(drawn));
        }
    }
  }
  if (plan.sites.size() > 1)
    for (const auto& [date, rated] : by_place.at("all")) {
      double sum = 0, of_sites = 0;
      for (const auto& [kind, watts] : rated) sum += watts;
      for (const SiteForecast& s : forecast.sites)
        for (const Curve& c : s.power_rated) of_sites += c.at(date - plan.start);
      RC_ASSERT(std::fabs(sum - of_sites) <= slack(sum));
    }
}

}  // namespace
}  // namespace orrery::programme
