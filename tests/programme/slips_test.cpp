// Planned days: what the usual slip does to those that were announced, and what stands against it.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "catalog/catalog.h"
#include "programme/outputs.h"
#include "programme/read.h"
#include "support/facts.h"

namespace orrery::programme {
namespace {

Plan plan_of(const std::string& building, const std::vector<std::string>& overrides = {}) {
  const std::string text = R"(start = 2024-01-01
[order.a]
chips = "8000 x h100-sxm"
ordered = 2024-01-01
lead_time = "0 days"
network_lead_time = "0 days"
[site.memphis]
burn_in = "2 days"
installation_rate = "8000 chips/day"
[site.memphis.power.p]
date = 2024-01-01
[site.memphis.cooling.c]
date = 2024-01-01
[site.memphis.building.hall]
)" + building;
  return make_plan(parse_scenario(text, "test.toml", overrides), facts());
}

double day_usable(const Plan& plan, Draws draws = {}) {
  return simulate(plan, draws).usable.first_at_least(8000);
}

const Input* input_named(const Plan& plan, const std::string& name) {
  for (const Input& input : plan.inputs)
    if (input.name == name) return &input;
  return nullptr;
}

constexpr const char* delay = "site.memphis.building.hall.delay";

TEST(Slips, APlannedDayStandsForTheTasks) {
  const Plan plan = plan_of("date = 2025-01-01");
  EXPECT_EQ(day_usable(plan), make_date(2025, 1, 1) - plan.start);
  EXPECT_EQ(input_named(plan, delay), nullptr);
  // Racks went in before, while the hall was commissioned.
  const site::BuildingDates dates = simulate(plan).sites[0].buildings[0];
  EXPECT_LT(dates.halls_open, dates.ready);
  EXPECT_EQ(dates.task_start.size(), plan.sites[0].buildings[0].tasks.size());
}

TEST(Slips, AnAnnouncedDaySlipsAsOthersDidAndOnlyLater) {
  const Plan plan = plan_of("date = 2025-01-01\nannounced = 2024-10-01");
  const Input* input = input_named(plan, delay);
  ASSERT_NE(input, nullptr);
  EXPECT_NEAR(day_usable(plan), make_date(2025, 1, 1) - plan.start + input->distribution.median() / 86400, 1e-6);
  EXPECT_GE(input->distribution.quantile(0.001), 0);
  bool explained = false;
  for (const Setting& s : plan.settings)
    if (s.path == delay) explained = s.place == "slips/building.delay" && s.note.starts_with("announced 92 days ahead");
  EXPECT_TRUE(explained);
}

TEST(Slips, HowFarAheadDecidesHowFar) {
  auto mean = [](const Plan& plan) {
    double sum = 0;
    for (int i = 1; i < 200; ++i) sum += input_named(plan, delay)->distribution.quantile(i / 200.0) / 86400 / 199;
    return sum;
  };
  const double near = mean(plan_of("date = 2025-06-01\nannounced = 2025-04-01"));
  const double middle = mean(plan_of("date = 2025-06-01\nannounced = 2024-10-01"));
  const double far = mean(plan_of("date = 2025-06-01\nannounced = 2024-01-01"));
  EXPECT_LT(near, middle);
  EXPECT_LT(middle, far);
}

TEST(Slips, AListByYearSlipsLessOftenThanOneDate) {
  const auto place_and_zeros = [](const std::string& deliveries) {
    const Plan plan = make_plan(parse_scenario("start = 2025-01-01\n[rental.r]\nchips = \"300 x h100-sxm\"\nprice = "
                                               "\"$2/chip/h\"\nannounced = 2024-11-01\ndeliveries = [" +
                                                   deliveries + "]\n",
                                               "test.toml"),
                                facts());
    for (const Setting& s : plan.settings)
      if (s.path == "rental.r.delay")
        for (const Input& input : plan.inputs)
          if (input.name == s.path) return std::pair(s.place, input.distribution.c);
    return std::pair(std::string(), -1.0);
  };
  const auto one = place_and_zeros("{ date = 2025-06-01, chips = 300 }");
  const auto within = place_and_zeros("{ date = 2025-06-01, chips = 100 }, { date = 2025-09-01, chips = 200 }");
  const auto by_year = place_and_zeros("{ date = 2025-12-31, chips = 100 }, { date = 2026-12-31, chips = 200 }");
  EXPECT_EQ(one.first, "slips/building.delay");
  EXPECT_EQ(within.first, "slips/any.delay");
  EXPECT_EQ(by_year.first, "slips/list.delay");
  EXPECT_GT(one.second, 0);
  EXPECT_LT(one.second, within.second);
  EXPECT_LT(within.second, by_year.second);
}

TEST(Slips, TheyCanBeRemovedAndReplaced) {
  const Plan without = plan_of("date = 2025-01-01\nannounced = 2024-10-01", {"slips=false"});
  EXPECT_EQ(day_usable(without), make_date(2025, 1, 1) - without.start);
  const Plan own = plan_of("date = 2025-01-01\nannounced = 2024-10-01\ndelay = \"10 days\"");
  EXPECT_EQ(day_usable(own), make_date(2025, 1, 1) - own.start + 10);
}

TEST(Slips, GridPowerHasItsOwnClass) {
  const Plan plan = plan_of("date = 2024-02-01",
                            {"site.memphis.power.p.date=2025-06-01", "site.memphis.power.p.announced=2024-06-01"});
  ASSERT_NE(input_named(plan, "site.memphis.power.p.delay"), nullptr);
  for (const Setting& s : plan.settings) {
    if (s.path == "site.memphis.power.p.delay") {
      EXPECT_EQ(s.place, "slips/grid.delay");
    }
  }
}

TEST(Slips, ARentalsScheduleSlipsAsAWhole) {
  const std::string text = R"(start = 2025-01-01
[rental.cloud]
chips = "300 x h100-sxm"
price = "$2/chip/h"
deliveries = [{ date = 2025-03-01, chips = 100 }, { date = 2025-06-01, chips = 200 }]
delay = "20 days"
term = "12 months"
)";
  const Plan plan = make_plan(parse_scenario(text, "test.toml", {}), facts());
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.usable.first_at_least(100), make_date(2025, 3, 21) - plan.start);
  EXPECT_EQ(f.usable.first_at_least(300), make_date(2025, 6, 21) - plan.start);
  EXPECT_EQ(f.usable.at(make_date(2026, 3, 25) - plan.start), 0);
}

TEST(Slips, ARunByNightTakesLongerAndLeavesTheDay) {
  auto forecast = [](const char* duty) {
    const std::string text = std::string(R"(start = 2025-01-01
[rental.cloud]
chips = "10000 x h100-sxm"
price = "$2/chip/h"
[run.night]
compute = "2e25 FLOP"
duty = )") + duty;
    const Plan plan = make_plan(parse_scenario(text, "test.toml", {"operation.restart=0 days"}), facts());
    return simulate(plan);
  };
  const Forecast all = forecast("1"), half = forecast("0.5");
  EXPECT_NEAR(half.runs[0].days_running, 2 * all.runs[0].days_running, 1e-6 * all.runs[0].days_running);
  double trained = 0, by_night = 0;
  for (const UseMonth& m : all.use) trained += m.training;
  for (const UseMonth& m : half.use) by_night += m.training;
  EXPECT_NEAR(trained, by_night, 1e-6 * trained);
}

void expect_error(const std::string& building, const std::string& key) {
  try {
    plan_of(building);
    FAIL() << building;
  } catch (const Error& error) {
    EXPECT_EQ(error.key(), "site.memphis.building.hall." + key) << error.message();
    EXPECT_FALSE(error.remedy().empty());
  }
}

TEST(Slips, RefusesWhatDoesNotFitTogether) {
  expect_error("date = 2025-01-01\nannounced = 2025-02-01", "announced");
  expect_error("announced = 2024-10-01", "announced");
  expect_error("delay = \"3 days\"", "delay");
  expect_error("start = 2026-06-01\ndate = 2023-01-01", "date");
  expect_error("date = 2025-01-01\n[site.memphis.building.hall.task.shell]\nduration = \"3 days\"", "task");
}

TEST(Slips, WhatWasThereWhenItWasAnnouncedDoesNotSlip) {
  const Plan plan = make_plan(
      parse_scenario(
          "start = 2025-01-01\n[rental.r]\nchips = \"300 x h100-sxm\"\nprice = \"$2/chip/h\"\nannounced = "
          "2025-01-01\ndeliveries = [{ date = 2025-01-01, chips = 100 }, { date = 2025-08-01, chips = 200 }]\n",
          "test.toml"),
      facts());
  const Forecast f = simulate(plan);
  EXPECT_EQ(f.rentals[0].first_at_least(100), 0);
  EXPECT_GT(f.rentals[0].first_at_least(300), make_date(2025, 8, 1) - make_date(2025, 1, 1) + 15);
}

}  // namespace
}  // namespace orrery::programme
