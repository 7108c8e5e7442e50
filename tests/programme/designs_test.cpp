// Chips of one's own: no more comes than is made, respins are paid and never make it earlier; and what accelerators do.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

// 12,000 accelerators that are made at 1,000 a month from 2026-08-01 on, with a hall and power from the first day.
const char* const base = R"(
start = 2025-01-01
end = 2028-12-31
slips = false
[site.a]
location = "memphis"
installation_rate = "100000 chips/day"
burn_in = "0 days"
[site.a.building.hall]
class = "retrofit"
date = 2025-01-01
it_capacity = "40 MW"
[site.a.power.grid]
capacity = "60 MW"
availability = 1
date = 2025-01-01
energy_price = "$50/MWh"
[site.a.cooling.main]
kind = "air-chillers"
capacity = "40 MW"
date = 2025-01-01
pue = 1.2
pue_annual = 1.2
[design.own]
tape_out      = 2026-01-01
first_silicon = "100 days"
bring_up      = "50 days"
respins       = 0
respin_time   = "50 days"
qualification = "62 days"
rate          = "1000 chips/month"
ramp          = "0 days"
once          = "$600M"
each_respin   = "$40M"
[order.own]
chips             = "12000 x jalapeno"
design            = "own"
achieved          = "800 TFLOP/s"
price             = "$8000/chip"
server_price      = "$4000/chip"
network_price     = "$2000/chip"
it_power          = "1 kW/chip"
lead_time         = "0 days"
network_lead_time = "0 days"
)";

double day(const Plan& plan, int year, int month, int of_month) {
  return make_date(year, month, of_month) - plan.start;
}

double paid_for(const Plan& plan, const Forecast& f, int cause) {
  double sum = 0;
  for (const money::Entry& e : f.ledger.entries)
    if (e.cause == cause) sum -= e.amount.value();
  EXPECT_LT(cause, static_cast<int>(plan.causes.size()));
  return sum;
}

TEST(Designs, NoMoreComesThanIsMade) {
  const Plan plan = plan_of(base);
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.designs.front().volume, day(plan, 2026, 8, 1));
  const Curve& came = f.sites.front().supplies.front().delivered;
  EXPECT_EQ(came.at(day(plan, 2026, 8, 1)), 0);
  EXPECT_NEAR(came.at(day(plan, 2026, 8, 1) + 6 * in_days(mean_month)), 6000, 1e-6);
  EXPECT_NEAR(f.usable.at(day(plan, 2028, 1, 1)), 12000, 1e-6);
}

TEST(Designs, RespinsComeLaterAndArePaid) {
  const Plan plan = plan_of(base, {"design.own.respins=2"});
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.designs.front().volume, day(plan, 2026, 8, 1) + 2 * 200);
  EXPECT_NEAR(paid_for(plan, f, plan.designs.front().cause), 680e6, 1);
  EXPECT_NEAR(paid_for(plan, simulate(plan_of(base)), plan.designs.front().cause), 600e6, 1);
  // What was taped out before the programme is not paid, what is made anew in it is.
  const Plan before =
      plan_of(base, {"design.own.tape_out=2024-12-01", "design.own.begins=2024-01-01", "design.own.respins=1"});
  EXPECT_NEAR(paid_for(before, simulate(before), before.designs.front().cause), 40e6, 1);
}

// Two orders of one design share what is made by how many they are.
TEST(Designs, OrdersShareWhatIsMade) {
  const std::string second = R"(
[order.more]
chips             = "4000 x jalapeno"
design            = "own"
achieved          = "800 TFLOP/s"
price             = "$8000/chip"
it_power          = "1 kW/chip"
lead_time         = "0 days"
network_lead_time = "0 days"
)";
  const Plan plan = plan_of(base + second);
  const Forecast f = simulate(plan);
  const double then = day(plan, 2026, 8, 1) + 4 * in_days(mean_month);
  EXPECT_NEAR(f.sites.front().supplies[0].delivered.at(then), 3000, 1e-6);
  EXPECT_NEAR(f.sites.front().supplies[1].delivered.at(then), 1000, 1e-6);
}

// What hangs on the order's delivery waits for the design.
TEST(Designs, EventsWaitForWhatIsMade) {
  const std::string rental =
      "[rental.then]\nchips = \"100 x h100-sxm\"\nachieved = \"400 TFLOP/s\"\nfrom = \"when order.own arrives\"\n";
  const Plan plan = plan_of(base + rental);
  EXPECT_NEAR(simulate(plan).days.falls.front(), day(plan, 2026, 8, 1) + in_days(mean_month) / 1000, 1e-6);
}

RC_GTEST_PROP(Designs, MoreRespinsNeverComeEarlier, ()) {
  const int respins = *rc::gen::inRange(0, 4), rate = *rc::gen::inRange(100, 20000), ramp = *rc::gen::inRange(0, 500);
  const std::vector<std::string> rest = {fmt::format("design.own.rate={} chips/month", rate),
                                         fmt::format("design.own.ramp={} days", ramp)};
  const auto with = [&](int n) {
    std::vector<std::string> changes = rest;
    changes.push_back(fmt::format("design.own.respins={}", n));
    return simulate(plan_of(base, changes));
  };
  const Forecast now = with(respins), later = with(respins + 1);
  for (double t = 0; t < 1400; t += 50) RC_ASSERT(later.usable.at(t) <= now.usable.at(t) + 1e-6);
}

// Accelerators of one kind all do the same: a PFLOP-day costs what its hours do.
TEST(Work, OfOneKindCostsWhatItsHoursDo) {
  const Plan plan = plan_of(base);
  const Forecast f = simulate(plan);
  EXPECT_NEAR(f.cost_per_work, f.cost_per_hour / (3600 * 800e12), 1e-9 * f.cost_per_work);
  const double hours =
      std::accumulate(f.use.begin(), f.use.end(), 0.0, [](double sum, const UseMonth& m) { return sum + m.usable; });
  EXPECT_NEAR(std::accumulate(f.work.begin(), f.work.end(), 0.0), hours * 3600 * 800e12, 1e-9 * hours * 3600 * 800e12);
}

TEST(Work, OfSeveralKindsIsTheSumOfWhatEachDoes) {
  const std::string rental =
      "[rental.old]\nchips = \"500 x h100-sxm\"\nachieved = \"400 TFLOP/s\"\nprice = \"$2/chip/h\"\n"
      "from = 2025-01-01\nterm = \"365 days\"\n";
  const Plan plan = plan_of(base + rental);
  const Forecast f = simulate(plan);
  const double first_year = std::accumulate(f.work.begin(), f.work.begin() + 12, 0.0);
  EXPECT_NEAR(first_year, 500 * 400e12 * 86400.0 * 365, 1e-6 * first_year);
}

TEST(Work, IsWhatTheTrainingModelSaysOfTheJob) {
  const std::string text = std::string(base) + "[work]\nmodel = \"llama-3.1-405b\"\nchips = 8192\n";
  const Plan plan = plan_of(text.substr(0, text.find("achieved")) + text.substr(text.find("price    ")));
  ASSERT_EQ(plan.work->speeds.size(), 1u);
  const TrainingSpeed& speed = plan.work->speeds.front();
  EXPECT_TRUE(speed.laid_out);
  EXPECT_GT(speed.achieved.median.value(), 300e12);
  EXPECT_GE(speed.achieved.input, 0) << "its band is drawn";
}

TEST(Work, IsNotAskedOfAPlanThatDoesNotSayIt) {
  const std::string text = base;
  const Plan plan = plan_of(text.substr(0, text.find("achieved")) + text.substr(text.find("price    ")));
  EXPECT_FALSE(plan.work);
  for (const Output& o : outputs_of(plan)) EXPECT_EQ(o.name.find("PFLOP-day"), std::string::npos) << o.name;
}

}  // namespace
}  // namespace orrery::programme
