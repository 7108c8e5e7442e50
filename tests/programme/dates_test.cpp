// Small programmes whose dates were worked out by hand: any change of a prediction shows here.
#include <gtest/gtest.h>

#include <cmath>

#include "support/world.h"

namespace orrery::programme {
namespace {

// 1,000 accelerators of 1 kW; a hall without tasks to wait for, 2 MW of grid and cooling from the first day.
const char* const base = R"(
start = 2024-01-01
end = 2024-12-31
[site.a]
location = "memphis"
installation_rate = "50 chips/day"
burn_in = "4 days"
[site.a.building.hall]
class = "retrofit"
start = 2024-01-01
it_capacity = "2 MW"
fit_out_rate = "1000 GW/day"
duration_factor = 1
[site.a.building.hall.task.survey-design]
duration = "0 days"
[site.a.building.hall.task.strip-out]
duration = "0 days"
[site.a.building.hall.task.electrical]
duration = "0 days"
[site.a.building.hall.task.mechanical]
duration = "0 days"
[site.a.building.hall.task.network]
duration = "0 days"
[site.a.building.hall.task.commissioning]
duration = "0 days"
[site.a.power.grid]
capacity = "2 MW"
availability = 1
date = 2024-01-01
capex = "$0/MW"
energy_price = "$50/MWh"
[site.a.cooling.main]
kind = "air-chillers"
capacity = "2 MW"
date = 2024-01-01
pue = 1.25
pue_annual = 1.2
wue = "0.1 L/kWh"
[order.x]
chips = "1000 x h100-sxm"
it_power = "1 kW/chip"
lead_time = "30 days"
network_lead_time = "0 days"
price = "$30k/chip"
server_price = "$0/chip"
network_price = "$0/chip"
[operation]
load = 1
failure_rate = "0/chip/day"
other = 0
[money]
opex = "$0/kW/month"
discount_rate = "0%/year"
)";

std::string when(const std::vector<std::string>& changes, double level = 1000, const std::string& more = "") {
  const Plan plan = plan_of(base + more, changes);
  const double day = simulate(plan).usable.first_at_least(level);
  return std::isfinite(day) ? day_of(plan, day).text() : "never";
}

TEST(Dates, InstallationAndBurnIn) {
  // 31 January, 20 days of racking, 4 of burn-in: day 54.
  EXPECT_EQ(when({}), "2024-02-24");
  EXPECT_EQ(when({}, 500), "2024-02-14");
  EXPECT_EQ(when({"site.a.burn_in=0 days"}), "2024-02-20");
  EXPECT_EQ(when({"site.a.installation_rate=100 chips/day"}), "2024-02-14");
}

TEST(Dates, Deliveries) {
  // 10 a day take 100 days from day 30; crews keep up; burn-in 4: day 134.
  EXPECT_EQ(when({"order.x.rate=10 chips/day"}), "2024-05-14");
  EXPECT_EQ(when({"order.x.delay=7 days"}), "2024-03-02");
  EXPECT_EQ(when({"order.x.ordered=2023-12-02"}), "2024-01-25");
  EXPECT_EQ(when({"order.x.network_lead_time=80 days"}), "2024-03-21");
}

TEST(Dates, Construction) {
  // Halls open after the electrical work; commissioning goes on beside the racks.
  EXPECT_EQ(when({"site.a.building.hall.task.electrical.duration=60 days"}), "2024-03-25");
  EXPECT_EQ(when({"site.a.building.hall.task.commissioning.duration=90 days"}), "2024-03-31");
  EXPECT_EQ(when({"site.a.building.hall.task.electrical.duration=60 days", "site.a.building.hall.duration_factor=0.5"}),
            "2024-02-24");
  // Half of the hall is never built.
  EXPECT_EQ(when({"site.a.building.hall.it_capacity=0.5 MW"}, 500), "2024-02-14");
  EXPECT_EQ(when({"site.a.building.hall.it_capacity=0.5 MW"}, 501), "never");
}

TEST(Dates, Power) {
  EXPECT_EQ(when({"site.a.power.grid.date=2024-04-01"}), "2024-04-01");
  EXPECT_EQ(when({"site.a.power.grid.date=2024-04-01", "site.a.power.grid.delay=10 days"}), "2024-04-11");
  // 1,000 kW of IT at a PUE of 1.25 are 1.25 MW at 25 kW a day: 50 days.
  EXPECT_EQ(when({"site.a.power.grid.date=2024-04-01", "site.a.power.grid.rate=25 kW/day"}), "2024-05-21");
  EXPECT_EQ(when({"site.a.power.grid.capacity=1.25 MW"}), "2024-02-24");
  EXPECT_EQ(when({"site.a.power.grid.capacity=1.24 MW"}), "never");
  EXPECT_EQ(when({"site.a.power.grid.availability=0.5"}), "never");
  EXPECT_EQ(when({"site.a.cooling.main.date=2024-05-05"}), "2024-05-05");
  // Generation keeps a fifth in reserve: 1.25 / 0.8 = 1.5625 MW.
  const std::vector<std::string> turbine = {"site.a.power.grid.kind=gas-turbine-mobile", "site.a.swing_reserve=0.2"};
  for (const auto& [capacity, date] : {std::pair{"1.5625 MW", "2024-02-24"}, std::pair{"1.55 MW", "never"}}) {
    std::vector<std::string> changes = turbine;
    changes.push_back(std::string("site.a.power.grid.capacity=") + capacity);
    EXPECT_EQ(when(changes), date);
  }
}

TEST(Dates, EventsTakeAndGiveBack) {
  const std::string swap =
      "[event.swap]\nlimit = \"cooling\"\nchange = \"-1.5 MW\"\nfrom = 2024-06-01\nduration = \"30 days\"\n";
  const Plan plan = plan_of(base + swap);
  const Forecast f = simulate(plan);
  auto on = [&](const char* date) { return f.usable.at(parse_date(date) - plan.start); };
  EXPECT_DOUBLE_EQ(on("2024-05-31"), 1000);
  EXPECT_DOUBLE_EQ(on("2024-06-01"), 500);
  EXPECT_DOUBLE_EQ(on("2024-06-30"), 500);
  EXPECT_DOUBLE_EQ(on("2024-07-01"), 1000);
  // A leap day lies between.
  EXPECT_EQ(parse_date("2024-03-01") - parse_date("2024-02-28"), 2);
}

TEST(Dates, RunsOnSteadyAccelerators) {
  // 1,000 accelerators of 400 TFLOP/s without failures deliver 3.456e22 FLOP a day; 100 days from 1 March.
  const std::string run = "[run.r]\ncompute = \"3.456e24 FLOP\"\nachieved = \"400 TFLOP/s\"\nearliest = 2024-03-01\n";
  const Plan plan = plan_of(base + run);
  const RunForecast r = simulate(plan).runs.front();
  EXPECT_EQ(day_of(plan, r.start).text(), "2024-03-01");
  EXPECT_EQ(day_of(plan, r.finish).text(), "2024-06-09");
  EXPECT_DOUBLE_EQ(r.goodput, 1);
  EXPECT_NEAR(r.mean_chips, 1000, 1e-9);
}

double line(const Forecast& f, money::Line l, int month) {
  return f.ledger.by_month(l)[month].value();
}

TEST(MoneyDates, OrdersAndEnergy) {
  const Plan plan = plan_of(base);
  const Forecast f = simulate(plan);
  ASSERT_EQ(f.ledger.months, 12);
  EXPECT_EQ(line(f, money::Line::chips, 0), -30e6);  // on 31 January
  // May: 1,000 kW x 1.2 x 744 h x $50/MWh.
  EXPECT_NEAR(line(f, money::Line::energy, 4), -1.2 * 744 * 50, 1e-6);
  EXPECT_NEAR(f.energy[4].it, 744 * 3.6e9, 1);
  EXPECT_NEAR(f.energy[4].water, 744e3 * 0.1 / 1e3, 1e-9);
  EXPECT_NEAR(f.use[4].usable, 744e3, 1e-6);
}

TEST(MoneyDates, RentFollowsWhatIsEnergised) {
  // 1 MW from 1 April, 2 MW from 1 June on: 10 kW a day for 100 days in the mean, then the whole.
  const Plan plan = plan_of(base, {"site.a.power.grid.fixed=$10/kW/day", "site.a.power.grid.date=2024-04-01",
                                   "site.a.power.grid.rate=20 kW/day", "site.a.power.grid.until=2024-10-01",
                                   "site.a.power.grid.energy_price=$0/MWh"});
  const Forecast f = simulate(plan);
  EXPECT_NEAR(line(f, money::Line::energy, 3), -10.0 * 20 * 30 * 30 / 2, 1e-6);  // the ramp's first 30 days
  EXPECT_NEAR(line(f, money::Line::energy, 7), -10.0 * 2000 * 31, 1e-6);
  EXPECT_EQ(line(f, money::Line::energy, 9), 0);
}

TEST(MoneyDates, LeasesPayTheirLastDayAndRiseOnTheAnniversary) {
  const std::string lease =
      "[lease.l]\ndirection = \"paid\"\nprice = \"$100/day\"\nfrom = 2024-01-16\nuntil = 2025-02-10\nescalator = 0.1\n";
  const Plan plan = plan_of(base + lease, {"end=2025-12-31"});
  const Forecast f = simulate(plan);
  EXPECT_NEAR(line(f, money::Line::leases_paid, 0), -1600, 1e-9);
  EXPECT_NEAR(line(f, money::Line::leases_paid, 1), -2900, 1e-9);  // 29 days
  EXPECT_NEAR(line(f, money::Line::leases_paid, 12), -(15 * 100 + 16 * 110), 1e-9);
  EXPECT_NEAR(line(f, money::Line::leases_paid, 13), -10 * 110, 1e-9);
  EXPECT_EQ(line(f, money::Line::leases_paid, 14), 0);
}

TEST(MoneyDates, RentByTheMonthIsTheSameInAllMonths) {
  const std::string lease =
      "[lease.l]\ndirection = \"paid\"\nprice = \"$1200/month\"\nfrom = 2024-01-16\nuntil = 2025-12-31\n";
  const Forecast f = simulate(plan_of(base + lease, {"end=2025-12-31"}));
  EXPECT_NEAR(line(f, money::Line::leases_paid, 0), -1200 * 16.0 / 31, 1e-6);
  double year = 0;
  for (int m = 1; m <= 12; ++m) {
    EXPECT_NEAR(line(f, money::Line::leases_paid, m), -1200, 1e-6);
    year += line(f, money::Line::leases_paid, m);
  }
  EXPECT_NEAR(year, -14400, 1e-6);
  // A lease by the day goes by the day, in whatever form it is written.
  const std::string by_day =
      "[lease.l]\ndirection = \"paid\"\nprice = { value = \"$100/day\", basis = \"assumed\" }\nfrom = 2024-01-16\n";
  EXPECT_NEAR(line(simulate(plan_of(base + by_day, {})), money::Line::leases_paid, 1), -2900, 1e-9);
}

TEST(MoneyDates, LevelisedCostRepaysTheCapital) {
  // Over a life that is the forecast, with everything paid and used from the first day, charges are the capital.
  const std::vector<std::string> changes = {"order.x.lead_time=0 days",
                                            "site.a.burn_in=0 days",
                                            "site.a.installation_rate=1000000 chips/day",
                                            "site.a.power.grid.energy_price=$0/MWh",
                                            "site.a.building.hall.cost=$0/MW",
                                            "end=2027-12-31",
                                            "money.it_life=4 years",
                                            "money.discount_rate=9%/year"};
  const Plan plan = plan_of(base, changes);
  const Forecast f = simulate(plan);
  double hours = 0, factor = std::pow(1.09, -1.0 / 24);
  for (const UseMonth& m : f.use) hours += factor * m.usable, factor *= std::pow(1.09, -1.0 / 12);
  EXPECT_NEAR(f.cost_per_hour, 30e6 / hours, 0.002 * f.cost_per_hour);
}

TEST(MoneyDates, RunningCostBeforeTheFirstUseCounts) {
  const std::vector<std::string> late = {"order.x.lead_time=200 days", "site.a.power.grid.fixed=$1/kW/day"};
  const Forecast with = simulate(plan_of(base, late));
  const Forecast without = simulate(plan_of(base, {"order.x.lead_time=200 days"}));
  double hours = 0;
  for (const UseMonth& m : with.use) hours += m.usable;
  EXPECT_NEAR((with.cost_per_hour - without.cost_per_hour) * hours, 2000.0 * 366, 1);
}

TEST(Defaults, WaterFollowsThePlantInService) {
  const std::string wet =
      "[site.a.cooling.wet]\nkind = \"air-chillers\"\ncapacity = \"2 MW\"\ndate = 2024-07-01\npue = 1.25\npue_annual = "
      "1.2\nwue = \"2 L/kWh\"\n";
  const Forecast f = simulate(plan_of(base + wet, {"site.a.cooling.main.until=2024-07-01"}));
  EXPECT_NEAR(f.energy[4].water, 744e3 * 0.1 / 1e3, 1e-6);
  EXPECT_NEAR(f.energy[7].water, 744e3 * 2 / 1e3, 1e-6);
}

}  // namespace
}  // namespace orrery::programme
