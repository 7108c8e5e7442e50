// Days that hang on events: they fall with them in every trial, and what cannot be known is refused with its reason.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <sstream>

#include "base/random.h"
#include "support/refusal.h"
#include "support/world.h"

namespace orrery::programme {
namespace {

// 1,000 accelerators of 1 kW on 2 MW of grid, in a dated hall.
const char* const base = R"(
start = 2024-01-01
end = 2026-12-31
[site.a]
location = "memphis"
installation_rate = "50 chips/day"
burn_in = "4 days"
[site.a.building.hall]
date = 2024-06-01
[site.a.power.grid]
capacity = "2 MW"
availability = 1
date = 2024-03-01
[site.a.cooling.main]
kind = "air-chillers"
capacity = "2 MW"
date = 2024-01-01
[order.x]
chips = "1000 x h100-sxm"
it_power = "1 kW/chip"
lead_time = "30 days"
network_lead_time = "0 days"
)";

const char* const turbines = R"(
[site.a.power.turbines]
kind = "gas-turbine-mobile"
capacity = "2 MW"
date = 2024-01-15
availability = 1
)";

Plan small(const std::vector<std::string>& changes = {}, const std::string& more = "") {
  return read_plan(parse_scenario(base + more, "test.toml", changes), facts());
}
std::string refused(const std::vector<std::string>& changes, const std::string& more = "") {
  return refusal([&] { small(changes, more); });
}

/// Sites and days that hang on events, in one trial; without draws at the medians.
Forecast sites_of(const Plan& plan, Draws draws = {}) {
  Forecast forecast;
  forecast_sites(plan, draws, forecast);
  return forecast;
}

std::vector<double> draws_of(const Plan& plan, std::uint64_t trial) {
  std::vector<double> draws;
  for (const Input& input : plan.inputs)
    draws.push_back(
        input.distribution.draw(uniform(1, stream_of(input.drawn_as.empty() ? input.name : input.drawn_as), trial)));
  return draws;
}

/// The day on which the only dependency of the small plan falls, at the medians.
double falls(const std::string& key, const std::string& day, const std::vector<std::string>& others = {},
             const std::string& more = "") {
  std::vector<std::string> changes = others;
  changes.push_back(key + '=' + day);
  const Plan plan = small(changes, more);
  const Forecast f = sites_of(plan);
  for (std::size_t k = 0; k < plan.dependencies.size(); ++k)
    if (plan.dependencies[k].key == key) return f.days[k];
  ADD_FAILURE() << key;
  return 0;
}

double day_number(int year, int month, int day) {
  return make_date(year, month, day) - make_date(2024, 1, 1);
}

// Colossus without its runs' speeds, which no date of a site needs.
Plan colossus(const std::vector<std::string>& changes) {
  return read_plan(read_scenario(source_folder() + "/scenarios/colossus-1.toml", changes), facts());
}

struct Colossus {
  Plan plan;
  std::size_t turbines = 0, substation = 0;

  explicit Colossus(const std::vector<std::string>& changes) : plan(colossus(changes)) {
    const std::vector<PowerBlock>& power = plan.sites[0].power;
    for (std::size_t b = 0; b < power.size(); ++b) {
      if (power[b].name == "turbines") turbines = b;
      if (power[b].name == "substation-2") substation = b;
    }
  }
};

}  // namespace

TEST(Events, TurbinesOfColossusLeaveWhenTheGridServesInEveryTrial) {
  const Colossus c({"site.memphis.power.turbines.until=when power.substation-2 is in service"});
  double first = infinity, last = 0;
  for (std::uint64_t trial = 0; trial < 1000; ++trial) {
    const Forecast f = sites_of(c.plan, draws_of(c.plan, trial));
    const SiteForecast& site = f.sites[0];
    ASSERT_EQ(site.power_until[c.turbines], site.power_day[c.substation]) << trial;
    ASSERT_EQ(site.power_rated[c.turbines].at(site.power_day[c.substation]), 0) << trial;
    first = std::min(first, site.power_until[c.turbines]), last = std::max(last, site.power_until[c.turbines]);
  }
  EXPECT_GT(last - first, 100);  // its delay runs from some weeks to five months
}

TEST(Events, ALagIsDrawnInEveryTrial) {
  const Colossus c(
      {"site.memphis.power.turbines.until={ when = \"power.substation-2 is in service\", lag = { low = \"20 days\", "
       "mode = \"30 days\", high = \"60 days\" } }"});
  const auto lag = std::find_if(c.plan.inputs.begin(), c.plan.inputs.end(), [](const Input& input) {
    return input.name == "site.memphis.power.turbines.until.lag";
  });
  ASSERT_NE(lag, c.plan.inputs.end());
  double least = infinity, most = 0;
  for (std::uint64_t trial = 0; trial < 1000; ++trial) {
    const std::vector<double> draws = draws_of(c.plan, trial);
    const Forecast f = sites_of(c.plan, draws);
    const double after = f.sites[0].power_until[c.turbines] - f.sites[0].power_day[c.substation];
    EXPECT_NEAR(after, draws[static_cast<std::size_t>(lag - c.plan.inputs.begin())] / 86400, 1e-9);
    least = std::min(least, after), most = std::max(most, after);
  }
  EXPECT_GE(least, 20);
  EXPECT_LT(least, 24);
  EXPECT_GT(most, 45);
  EXPECT_LE(most, 60);
}

TEST(Events, AnOrderIsPlacedSixMonthsBeforeAHallIsReady) {
  const Plan plan = colossus({"order.gb200.ordered=when building.phase-2 is ready - 6 months"});
  double first = infinity, last = 0;
  for (std::uint64_t trial = 0; trial < 100; ++trial) {
    const std::vector<double> draws = draws_of(plan, trial);
    const Forecast f = sites_of(plan, draws);
    ASSERT_NEAR(f.days[0], f.sites[0].buildings[1].ready - 182.625, 1e-9);
    first = std::min(first, f.days[0]), last = std::max(last, f.days[0]);
    for (std::size_t k = 0; k < f.sites[0].orders.size(); ++k) {
      const Order& order = plan.orders[static_cast<std::size_t>(f.sites[0].orders[k])];
      if (order.name == "gb200") {
        ASSERT_NEAR(f.sites[0].supplies[k].delivered.knots().front().time,
                    f.days[0] + in_days(order.lead_time.in(draws)), 1e-9);
      }
    }
  }
  EXPECT_GT(last - first, 10);
}

TEST(Events, EveryEventHasItsDay) {
  const std::string key = "event.e.from", e = "\n[event.e]\nlimit = \"power\"\nchange = \"-1 kW\"\nfrom = 2024-12-01\n";
  const double hall = day_number(2024, 6, 1);
  EXPECT_EQ(falls(key, "when building.hall is ready", {}, e), hall);
  const Forecast f = sites_of(small({}, e));
  EXPECT_EQ(falls(key, "when building.hall opens", {}, e), f.sites[0].buildings[0].halls_open);
  EXPECT_LT(f.sites[0].buildings[0].halls_open, hall);
  EXPECT_EQ(falls(key, "when cooling.main is in service", {}, e), 0);
  EXPECT_EQ(falls(key, "when cooling.main leaves", {"site.a.cooling.main.until=2025-05-05"}, e),
            day_number(2025, 5, 5));
  // A block that is energised 100 kW a day is in service with the last of it.
  EXPECT_EQ(falls(key, "when power.grid is in service", {}, e), day_number(2024, 3, 1));
  EXPECT_NEAR(falls(key, "when power.grid is in service", {"site.a.power.grid.rate=100 kW/day"}, e),
              day_number(2024, 3, 21), 1e-9);
  EXPECT_EQ(falls(key, "when power.grid leaves", {"site.a.power.grid.until=2025-07-07"}, e), day_number(2025, 7, 7));
  EXPECT_EQ(falls(key, "when order.x arrives", {"order.x.rate=50 chips/day"}, e), 30);
  EXPECT_EQ(falls(key, "when order.x is delivered", {"order.x.rate=50 chips/day"}, e), 50);
  const std::string rented = e + "[rental.r]\nchips = \"10 x h100-sxm\"\nfrom = 2024-02-01\nterm = \"100 days\"\n";
  EXPECT_EQ(falls(key, "when rental.r is handed over", {}, rented), 31);
  EXPECT_EQ(falls(key, "when rental.r ends", {}, rented), 131);
  EXPECT_EQ(falls(key, "when rental.r ends", {"rental.r.delay=9 days"}, rented), 140);
}

TEST(Events, APlannedScheduleArrivesWithItsFirstAndIsDeliveredWithItsLast) {
  const std::vector<std::string> schedule = {
      "order.x.lead_time=false", "order.x.delay=10 days",
      "order.x.deliveries=[{ date = 2024-05-01, chips = 400 }, { date = 2024-08-01, chips = 600 }]"};
  std::string text = base;
  text.erase(text.find("lead_time = \"30 days\"\n"), 22);
  const auto at = [&](const char* event) {
    const Plan plan = read_plan(parse_scenario(text + "deliveries = [{ date = 2024-05-01, chips = 400 }, { date = "
                                                      "2024-08-01, chips = 600 }]\ndelay = \"10 days\"\n"
                                                      "[lease.l]\ndirection = \"paid\"\nprice = \"$1M/month\"\n",
                                               "test.toml", {std::string("lease.l.from=when ") + event}),
                                facts());
    return sites_of(plan).days[0];
  };
  EXPECT_EQ(at("order.x arrives"), day_number(2024, 5, 11));
  EXPECT_EQ(at("order.x is delivered"), day_number(2024, 8, 11));
}

TEST(Events, PlantThatBridgesAndPacedOrdersCanBeWaitedForElsewhere) {
  const std::string lease = "[lease.l]\ndirection = \"paid\"\nprice = \"$1M/month\"\n";
  const Plan bridged =
      small({"lease.l.from=when power.turbines leaves", "site.a.building.hall.date=2024-01-01"}, turbines + lease);
  const Forecast f = sites_of(bridged);
  EXPECT_EQ(f.days[0], f.sites[0].power_until[1]);
  EXPECT_EQ(f.days[0], day_number(2024, 3, 1));
  const Forecast paced = sites_of(small({"lease.l.from=when order.x is delivered", "order.x.pace=with power"}, lease));
  EXPECT_GT(paced.days[0], 60);  // the hall has no place before
  EXPECT_NEAR(paced.days[0], paced.sites[0].supplies[0].delivered.first_at_least(1000), 1e-9);
}

TEST(Events, WhatNeverHappensIsWaitedForInVain) {
  // A site whose grid never covers it keeps its turbines, and what waits for them never comes.
  const std::string more = std::string(turbines) +
                           "[site.b]\nlocation = \"memphis\"\n[order.y]\nsite = \"b\"\nchips = \"100 x h100-sxm\"\n"
                           "ordered = \"when site.a.power.turbines leaves\"\n"
                           "[rental.r]\nchips = \"10 x h100-sxm\"\nfrom = \"when site.a.power.turbines leaves\"\n"
                           "[site.b.power.more]\ncapacity = \"1 MW\"\nordered = \"when site.a.power.turbines leaves\"\n"
                           "[site.b.building.hall]\nstart = \"when site.a.power.turbines leaves\"\n"
                           "[lease.l]\ndirection = \"paid\"\nprice = \"$1M/month\"\n"
                           "from = \"when site.a.power.turbines leaves\"\n";
  const Plan plan = make_plan(
      parse_scenario(base + more, "test.toml", {"order.x.site=a", "site.a.power.grid.capacity=500 kW"}), facts());
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.days[0], infinity);
  EXPECT_EQ(f.sites[1].capacity.usable.maximum(), 0);
  EXPECT_EQ(f.sites[1].capacity.delivered.maximum(), 0);
  EXPECT_EQ(f.rentals[0].maximum(), 0);
  for (const double x : output_values(plan, f)) EXPECT_FALSE(std::isnan(x));
  for (const money::Entry& e : f.ledger.entries) {
    const std::string& cause = plan.causes[static_cast<std::size_t>(e.cause)].name;
    EXPECT_TRUE(std::isfinite(e.amount.value())) << cause;
    if (cause == "order.y" || cause == "rental.r" || cause == "lease.l") EXPECT_EQ(e.amount.value(), 0) << cause;
  }
}

TEST(Events, ADayOfOnesOwnSiteIsLateByItsDelayOnce) {
  const std::string block =
      "[site.a.power.more]\ncapacity = \"1 MW\"\ndate = \"when building.hall is ready + 20 days\"\n";
  const Plan plan = small({"order.x.ordered=when building.hall is ready"}, block);
  const Plan late = small({"order.x.ordered=when building.hall is ready", "site.a.delay=30 days"}, block);
  const Forecast now = sites_of(plan), then = sites_of(late);
  EXPECT_EQ(then.sites[0].power_day[0] - now.sites[0].power_day[0], 30);
  EXPECT_EQ(then.sites[0].power_day[1] - now.sites[0].power_day[1], 30);
  EXPECT_EQ(then.days[0] - now.days[0], 30);  // an order is late with what it waits for
}

TEST(Events, DaysBeforeTheStartAreRefusedAtTheMedianAndFallOnItInATrial) {
  EXPECT_TRUE(says(refused({},
                           "[event.e]\nlimit = \"power\"\nchange = \"-1 kW\"\nfrom = \"when power.grid is in "
                           "service - 3 months\"\n"),
                   "at the median is 2023-12-01, which lies before the programme's start on 2024-01-01"));
  const Plan plan = small({},
                          "[event.e]\nlimit = \"power\"\nchange = \"-1 kW\"\nfrom = { when = \"power.grid is in "
                          "service\", lead = { low = \"20 days\", high = \"90 days\" } }\n");
  int on_start = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    const double day = sites_of(plan, draws_of(plan, trial)).days[0];
    ASSERT_GE(day, 0);
    on_start += day == 0;
  }
  EXPECT_GT(on_start, 40);
  EXPECT_LT(on_start, 140);
  // An order may be older than the programme.
  EXPECT_LT(falls("order.x.ordered", "when power.grid is in service - 6 months"), 0);
}

TEST(Events, CirclesAreRefusedWithTheirMembers) {
  const std::string two = "[order.y]\nchips = \"10 x h100-sxm\"\nordered = \"when order.x is delivered\"\n";
  EXPECT_TRUE(says(refused({"order.x.ordered=when order.y arrives"}, two),
                   "order.x.ordered: waits for itself: order.x.ordered waits for order.y.ordered, order.y.ordered "
                   "waits for order.x.ordered; give a date to one of them"));
  const std::string three =
      "[site.a.power.more]\ncapacity = \"1 MW\"\ndate = \"when order.y is delivered\"\n"
      "[order.y]\nchips = \"10 x h100-sxm\"\nordered = \"when building.second is ready\"\n"
      "[site.a.building.second]\nstart = \"when power.more is in service + 1 week\"\n";
  const std::string message = refused({"order.y.site=a"}, three);
  EXPECT_TRUE(says(message,
                   "test.toml:25:1: site.a.power.more.date: waits for itself: site.a.power.more.date waits "
                   "for order.y.ordered, order.y.ordered waits for site.a.building.second.start, "
                   "site.a.building.second.start waits for site.a.power.more.date;"))
      << message;
  const std::string self = refused({"order.x.ordered=when order.x arrives + 3 days"});
  EXPECT_TRUE(says(self, "order.x.ordered: waits for itself; wait for something else")) << self;
  // All of a site stands behind plant that bridges.
  const std::string bridged = refused({"site.a.power.grid.date=when power.turbines leaves"}, turbines);
  EXPECT_TRUE(says(bridged,
                   "site.a.power.grid.date waits for all of site.a, all of site.a waits for "
                   "site.a.power.grid.date"))
      << bridged;
}

TEST(Events, ABlockMayLeaveSomeTimeAfterItServesButNotBefore) {
  EXPECT_NEAR(falls("site.a.power.grid.until", "when power.grid is in service + 1 year"),
              day_number(2024, 3, 1) + 365.25, 1e-9);
  EXPECT_TRUE(says(refused({"site.a.power.grid.until=when power.grid is in service - 1 day"}),
                   "comes before it serves on 2024-03-01"));
  EXPECT_TRUE(
      says(refused({"site.a.power.grid.date=when building.hall is ready", "site.a.power.grid.until=2024-05-01"}),
           "it serves on 2024-06-01 and leaves on 2024-05-01"));
}

TEST(Events, WhatIsNoEventIsRefusedWithTheNearest) {
  const std::string name = refused({"order.x.ordered=when power.gird is in service"});
  EXPECT_TRUE(says(name, "order.x.ordered: 'power.gird is in service' is no event")) << name;
  EXPECT_TRUE(says(name, "did you mean 'when power.grid is in service'")) << name;
  EXPECT_TRUE(says(name, "what can be waited for: ")) << name;
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid is done"}), "'power.grid is done' is no event"));
  EXPECT_TRUE(
      says(refused({"order.x.ordered=when power.grid is done - 6 months"}), "'power.grid is done' is no event"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid"}), "'power.grid' is no event"));
  EXPECT_TRUE(says(refused({"order.x.ordered=\"when \""}), "'' is no event"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid is in service -"}), "has no duration after -"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid is in service + soon"}), "has no duration after +"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid is in service - 6"}), "a plain number, not of time"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid is in service - 6 MW"}), "of power, not of time"));
  EXPECT_TRUE(
      says(refused({"order.x.ordered=when power.grid is in service - 200 years"}), "more than a hundred years"));
  EXPECT_TRUE(says(refused({"order.x.ordered=when power.grid leaves"}), "waits for what never leaves"));
  EXPECT_TRUE(says(refused({"site.a.cooling.main.until=when the rest covers the site"}), "is no event"));
  EXPECT_TRUE(says(refused({"site.a.power.grid.until=when the rest covers the sit"}), "when the rest covers the site"));
  EXPECT_TRUE(says(refused({"site.a.power.turbines.until=when the rest covers the site + 30 days"}, turbines),
                   "in step with which such plant leaves"));
  // Parts of another site are named in full.
  EXPECT_TRUE(says(refused({"order.x.site=a"},
                           "[site.b]\nlocation = \"memphis\"\n[rental.r]\nchips = \"8 x h100-sxm\"\n"
                           "from = \"when power.grid is in service\"\n"),
                   "did you mean 'when site.a.power.grid is in service' or 'when site.b.power.grid is in service'"));
}

TEST(Events, NamesHoldBlanksCommasAndDashes) {
  const std::string more =
      "[site.a.power.\"grid - 2, the second\"]\ncapacity = \"1 MW\"\ndate = 2024-09-01\n"
      "[site.a.power.\"grid - 2\"]\ncapacity = \"1 MW\"\ndate = 2024-08-01\n";
  EXPECT_EQ(falls("order.x.ordered", "when power.grid - 2, the second is in service - 10 days", {}, more),
            day_number(2024, 8, 22));
  EXPECT_EQ(falls("order.x.ordered", "when power.grid - 2 is in service + 1 week - 2 days", {}, more),
            day_number(2024, 8, 6));
  EXPECT_EQ(falls("order.x.ordered", "when site.a.power.grid - 2 is in service", {}, more), day_number(2024, 8, 1));
}

TEST(Events, TheTableOfADayIsChecked) {
  EXPECT_TRUE(
      says(refused({"order.x.ordered={ when = \"power.grid is in service\", lag = \"1 day\", lead = \"1 day\" }"}),
           "order.x.ordered.lead: stands beside lag"));
  EXPECT_TRUE(says(refused({"order.x.ordered={ when = \"power.grid is in service\", lags = \"1 day\" }"}),
                   "is not a key of a day that hangs on an event; did you mean 'lag'"));
  EXPECT_TRUE(
      says(refused({"order.x.ordered={ when = \"power.grid is in service\", lag = \"1 MW\" }"}), "not of time"));
  EXPECT_TRUE(says(refused({"order.x.ordered={ when = \"power.grid is in service\", lag = \"-1 day\" }"}), "below 0"));
  EXPECT_TRUE(says(refused({"order.x.ordered={ when = 5 }"}), "is a number, not text that names an event"));
  EXPECT_TRUE(says(refused({"order.x.ordered={ lag = \"1 day\" }"}), "not a date"));
  EXPECT_TRUE(says(refused({"start=when power.grid is in service"}), "start"));
  EXPECT_EQ(falls("order.x.ordered",
                  "{ when = \"power.grid is in service\", lead = \"10 days\", basis = \"assumed\", note = \"n\" }"),
            50);
  EXPECT_TRUE(says(
      refused({"site.a.building.hall.date=when power.grid is in service", "site.a.building.hall.announced=2023-05-01"}),
      "announced: stands beside a day that hangs on an event"));
}

TEST(Events, ChangesOnTheCommandLineAddToTheLag) {
  const std::string ordered = "ordered = \"when power.grid is in service - 10 days\"\n";
  const auto day = [&](const std::string& change) {
    const Plan plan = small({"order.x.ordered=" + change}, ordered);
    return sites_of(plan).days[0];
  };
  EXPECT_EQ(day("+30 days"), 80);
  EXPECT_EQ(day("-1 week"), 43);
  EXPECT_TRUE(says(refused({"order.x.ordered=x1.2"}, ordered), "is a day, which x1.2 does not change"));
  const std::string table = "ordered = { when = \"power.grid is in service\", lag = \"5 days\" }\n";
  EXPECT_EQ(sites_of(small({"order.x.ordered=+30 days"}, table)).days[0], 95);
  EXPECT_EQ(sites_of(small({"order.x.ordered.lag=x3"}, table)).days[0], 75);
  for (const Setting& s : small({"order.x.ordered=+30 days"}, ordered).settings)
    if (s.path == "order.x.ordered") EXPECT_EQ(s.value, "when power.grid is in service - 10 days + 30 days");
}

TEST(Events, RunsAndLeasesWaitForRuns) {
  const std::string runs =
      "[run.one]\ncompute = \"1e22 FLOP\"\nachieved = \"400 TFLOP/s\"\n"
      "[run.two]\ncompute = \"1e22 FLOP\"\nachieved = \"400 TFLOP/s\"\nearliest = \"when run.one finishes + 20 days\"\n"
      "[lease.l]\ndirection = \"paid\"\nprice = \"$1000/day\"\nfrom = \"when run.two starts\"\n"
      "until = \"when run.two finishes\"\n";
  const Plan plan = small({}, runs);
  const Forecast f = simulate(plan);
  ASSERT_TRUE(std::isfinite(f.runs[1].finish));
  EXPECT_EQ(f.runs[1].start, std::ceil(f.runs[0].finish + 20 - 1e-6));
  // The rent is paid to the end of the last day.
  double paid = 0;
  for (const money::Entry& e : f.ledger.entries)
    if (e.line == money::Line::leases_paid) paid -= e.amount.value();
  EXPECT_NEAR(paid, (f.runs[1].finish + 1 - f.runs[1].start) * 1000, 1e-3);
  EXPECT_TRUE(says(refused({"run.one.earliest=when run.two starts"}, runs), "write [run.two] before it"));
  EXPECT_TRUE(says(refused({"run.one.earliest=when run.one starts"}, runs), "waits for itself"));
  EXPECT_TRUE(says(refused({"site.a.power.grid.date=when run.one finishes"}, runs),
                   "is scheduled once all sites and rentals are known; only runs that are written later, leases and "));
  // A run that never finishes is waited for in vain.
  const Forecast never = simulate(small({"run.one.compute=1e30 FLOP"}, runs));
  EXPECT_EQ(never.runs[1].start, infinity);
  for (const money::Entry& e : never.ledger.entries)
    if (e.line == money::Line::leases_paid) EXPECT_EQ(e.amount.value(), 0);
}

TEST(Events, ARentalThatWaitsRunsToTheEndOfTheForecast) {
  const std::string rented = "[rental.r]\nchips = \"10 x h100-sxm\"\nfrom = ";
  const Forecast dated = simulate(small({}, rented + "2024-06-01\n"));
  const Forecast hangs = simulate(small({}, rented + "\"when building.hall is ready\"\n"));
  EXPECT_EQ(hangs.net_present_value, dated.net_present_value);
  EXPECT_EQ(hangs.rentals[0].integral(0, 1000), dated.rentals[0].integral(0, 1000));
  EXPECT_GT(hangs.rentals[0].integral(0, 1000), 0);
}

// Dates written as so many days after an event whose day is certain are the same dates.
RC_GTEST_PROP(Events, days_after_certain_events_are_dates, ()) {
  const World world = draw_world(true, 1);
  const int anchor = *rc::gen::inRange(0, 300);
  const Date start = make_date(2024, 4, 24);
  std::istringstream lines(world.text());
  std::string line, section, dated, hung;
  int hang = 0;
  while (std::getline(lines, line)) {
    std::string other = line;
    if (line.starts_with('[')) section = line;
    const std::size_t equals = line.find(" = ");
    const std::string key = line.substr(0, equals);
    const bool day = key == "date" || key == "until" || key == "start" || key == "from" || key == "earliest";
    if (day && !section.empty() && *rc::gen::inRange(0, 3) > 0) {
      const int after = parse_date(line.substr(equals + 3)) - start - anchor;
      other = fmt::format("{} = \"when site.s0.power.anchor is in service {} {} days\"", key, after < 0 ? '-' : '+',
                          std::abs(after));
      ++hang;
    }
    dated += line + '\n', hung += other + '\n';
    if (line.starts_with("[run.")) dated += "achieved = \"300 TFLOP/s\"\n", hung += "achieved = \"300 TFLOP/s\"\n";
    if (line.starts_with("[order.")) {
      const int after = *rc::gen::inRange(-100, 200);
      dated += "ordered = " + (start + after).text() + '\n';
      hung += fmt::format("ordered = {{ when = \"site.s0.power.anchor is in service\", {} = \"{} days\" }}\n",
                          after < anchor ? "lead" : "lag", std::abs(after - anchor));
      ++hang;
    }
  }
  const std::string certain =
      fmt::format("[site.s0.power.anchor]\nkind = \"grid\"\ncapacity = \"0 W\"\navailability = 1\ndate = {}\n",
                  (start + anchor).text());
  const Plan one = plan_of(dated + certain), two = plan_of(hung + certain);
  RC_ASSERT(one.dependencies.empty());
  RC_ASSERT(static_cast<int>(two.dependencies.size()) == hang);
  RC_ASSERT(one.inputs.size() == two.inputs.size());
  for (const bool drawn : {false, true}) {
    const std::vector<double> draws = drawn ? draws_of(one, 7) : std::vector<double>{};
    const std::vector<double> dates = output_values(one, simulate(one, draws));
    std::vector<double> events = output_values(two, simulate(two, draws));
    RC_ASSERT(events.size() == dates.size() + static_cast<std::size_t>(hang));
    events.resize(dates.size());  // the days themselves come last
    RC_ASSERT(events == dates);
  }
}

}  // namespace orrery::programme
