// Where power, contracts, places and money meet: what a planner expects of a programme whatever its numbers.
#include <gtest/gtest.h>

#include <cmath>

#include "support/answers.h"

namespace orrery::study {
namespace {

const Answer asked(const std::string& text, const std::vector<std::string>& overrides = {}, int trials = 0) {
  return answer_of_text(text, "test.toml", {trials, 1}, overrides);
}

double median_of(const Answer& a, const std::string& output) {
  for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
    if (a.study.outputs[i].name == output) return a.trials.spread(i).p50;
  ADD_FAILURE() << output;
  return 0;
}

double number(const Table& t, std::size_t row, const std::string& key) {
  const Value& value = cell_at(t, row, key).value;
  if (const auto* amount = std::get_if<Amount>(&value)) return amount->value;
  const auto* x = std::get_if<double>(&value);
  return x ? *x : NAN;
}

std::string words(const Table& t, std::size_t row, const std::string& key) {
  const Value& value = cell_at(t, row, key).value;
  if (const auto* date = std::get_if<Date>(&value)) return date->text();
  const auto* x = std::get_if<std::string>(&value);
  return x ? *x : "";
}

// 10 MW of IT on rented turbines from the first days, then on a grid that carries all of it from 2027.
const char* const bridged = R"(
start = 2026-01-01
horizon = "4 years"
chips = "5000 x h100-sxm"
[site.a]
location = "memphis"
[site.a.building.hall]
date = 2026-01-01
[site.a.power.turbines]
kind = "gas-turbine-mobile"
capacity = "20 MW"
date = 2026-01-01
availability = 1
[site.a.power.grid]
kind = "grid"
capacity = "20 MW"
date = 2027-07-01
availability = 1
)";

}  // namespace

TEST(Joints, RentedTurbinesLeaveWhenTheGridCarriesTheSite) {
  const Table supply = table_of(asked(bridged).document, "energy/supply");
  EXPECT_EQ(words(supply, 0, "to"), "2027-07-01");
  // Rent of 20 MW for a year and a half, at the median of the catalog's rent.
  const double stays = number(
      table_of(asked(bridged, {"site.a.power.turbines.until=2029-12-31"}).document, "energy/supply"), 0, "fixed_usd");
  EXPECT_NEAR(number(supply, 0, "fixed_usd") / stays, 1.5 / 4.0, 0.01);
  EXPECT_GT(number(supply, 1, "energy_mwh"), 0);
  // Usable accelerators are the same either way.
  EXPECT_EQ(median_of(asked(bridged), "5,000 usable"),
            median_of(asked(bridged, {"site.a.power.turbines.until=2029-12-31"}), "5,000 usable"));
}

TEST(Joints, WhatBlocksCostIsTheEnergyLineOfTheLedger) {
  const Document answer = asked(bridged).document;
  const Table supply = table_of(answer, "energy/supply"), months = table_of(answer, "energy/months"),
              money = table_of(answer, "money/months");
  double blocks = 0, energy = 0, ledger = 0;
  for (std::size_t b = 0; b < supply.rows.size(); ++b) {
    const double fixed = number(supply, b, "fixed_usd");
    blocks += (std::isfinite(fixed) ? fixed : 0) + number(supply, b, "energy_usd");
  }
  for (std::size_t m = 0; m < months.rows.size(); ++m) {
    energy += number(months, m, "cost_usd"), ledger -= number(money, m, "energy");
    EXPECT_EQ(number(months, m, "cost_usd"), -number(money, m, "energy"));
  }
  EXPECT_GT(number(supply, 0, "fixed_usd"), 0);
  EXPECT_GT(number(supply, 0, "energy_usd"), 0);
  EXPECT_NEAR(blocks, ledger, 1e-6 * ledger);
  EXPECT_NEAR(energy, ledger, 1e-6 * ledger);
}

TEST(Joints, ALaterGridKeepsTheTurbinesLonger) {
  double last = 0;
  for (const char* day : {"2026-12-01", "2027-07-01", "2028-07-01", "2035-01-01"}) {
    const double rent =
        number(table_of(asked(bridged, {"site.a.power.grid.date=" + std::string(day)}).document, "energy/supply"), 0,
               "fixed_usd");
    EXPECT_GT(rent, last) << day;
    last = rent;
  }
}

TEST(Joints, PartOfTheRentedPlantLeavesWhereTheGridCarriesPartOfTheSite) {
  // 6 of about 9.5 MW come from the grid: what is left of the turbines is the share that is still needed.
  const Table half = table_of(asked(bridged, {"site.a.power.grid.capacity=\"4 MW\""}).document, "energy/supply");
  EXPECT_EQ(words(half, 0, "to"), "");
  const double all =
      number(table_of(asked(bridged, {"site.a.power.grid=false"}).document, "energy/supply"), 0, "fixed_usd");
  EXPECT_LT(number(half, 0, "fixed_usd"), 0.85 * all);
  EXPECT_GT(number(half, 0, "fixed_usd"), 0.5 * all);
}

TEST(Joints, ABlockCanLeaveWhenAnotherServes) {
  const std::vector<std::string> late = {"site.a.power.turbines.until=\"when power.grid is in service\"",
                                         "site.a.power.grid.delay=\"40 days\""};
  EXPECT_EQ(words(table_of(asked(bridged, late).document, "energy/supply"), 0, "to"), "2027-08-10");
  try {
    asked(bridged, {"site.a.power.turbines.until=\"when power.gird is in service\""});
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(e.remedy().find("when power.grid is in service"), std::string::npos) << e.remedy();
  }
}

TEST(Joints, TheTraceShowsWhenATiedBlockLeaves) {
  const Answer a = asked(bridged, {"site.a.power.turbines.until=\"when power.grid is in service + 10 days\""});
  const Trace trace = a.study.trace();
  for (const Track& track : trace.tracks)
    if (track.name == "power: turbines") {
      ASSERT_FALSE(track.slices.empty());
      EXPECT_EQ(track.slices.back().to, make_date(2027, 7, 11).days * 86400e6);
      return;
    }
  FAIL() << "no track";
}

TEST(Joints, ADemandChargeIsOfTheHighestPowerOfEachMonth) {
  const std::vector<std::string> grid = {"site.a.power.turbines=false", "site.a.power.grid.date=2026-01-01",
                                         "operation.load=0.5"};
  std::vector<std::string> charged = grid;
  charged.push_back("site.a.power.grid.demand_charge=\"$120/kW/year\"");
  const double without = median_of(asked(bridged, grid), "running cost"),
               with = median_of(asked(bridged, charged), "running cost");
  const double usable_from = median_of(asked(bridged, grid), "5,000 usable");
  const double peak = median_of(asked(bridged, grid), "largest facility power");
  const double years = (1461 - usable_from) / 365.25;
  EXPECT_NEAR((with - without) / (0.12 * 0.5 * peak * years), 1, 0.03);
}

TEST(Joints, TakeOrPayOwesWhatIsNotUsed) {
  // 1,000 accelerators at 2 $/h for five years are 87.66 M$; a contract of 120 M$ owes the rest.
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"6 years\"\n[rental.c]\nchips = \"1000 x h100-sxm\"\nterm = \"5 years\"\n"
      "price = \"$2/chip/h\"\n";
  EXPECT_NEAR(median_of(asked(plan), "running cost"), 87.66e6, 1e3);
  const Answer owed = asked(plan + "total = \"$120M\"\n");
  EXPECT_NEAR(median_of(owed, "running cost"), 120e6, 1);
  EXPECT_NEAR(number(table_of(owed.document, "contracts"), 0, "unused_usd"), 120e6 - 87.66e6, 1e3);
  EXPECT_NEAR(median_of(asked(plan + "total = \"$120M\"\ntake_or_pay = 0.5\n"), "running cost"), 87.66e6, 1e3);
  // Half of the term is half of the contract; the rest is owed later.
  const Answer half = asked(plan + "total = \"$120M\"\n", {"horizon=\"30 months\""});
  EXPECT_NEAR(median_of(half, "running cost"), 60e6, 1e6);
  EXPECT_NEAR(number(table_of(half.document, "contracts"), 0, "later_usd"), 60e6, 1e6);
  EXPECT_THROW(asked(plan + "take_or_pay = 0.5\n"), Error);
}

TEST(Joints, PacedOrdersDoNotWaitAndArriveNoLater) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"6 years\"\nsite = \"memphis\"\n[order.a]\nchips = \"20000 x h100-sxm\"\n";
  for (const char* grid : {"12 months", "30 months", "48 months"}) {
    const std::vector<std::string> set = {"site.memphis.power.grid.kind=grid",
                                          "site.memphis.power.grid.lead_time=\"" + std::string(grid) + "\""};
    std::vector<std::string> paced = set;
    paced.push_back("order.a.pace=\"with power\"");
    const Answer waits = asked(plan, set), called = asked(plan, paced);
    EXPECT_EQ(median_of(called, "20,000 usable") - median_of(waits, "20,000 usable"), 0) << grid;
    EXPECT_LT(median_of(called, "idle accelerator-days"), 0.35 * median_of(waits, "idle accelerator-days")) << grid;
    EXPECT_LT(median_of(called, "cost per usable accelerator-hour"),
              median_of(waits, "cost per usable accelerator-hour"));
    EXPECT_GT(median_of(called, "net present value"), median_of(waits, "net present value"));
  }
}

TEST(Joints, APlaceOfOnesOwnSaysItsPowerPriceAndNoMore) {
  const std::string plan = "start = 2026-01-01\nchips = \"1000 x h100-sxm\"\n[site.bristol]\n";
  try {
    asked(plan);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(e.remedy().find("[site.bristol] power_price"), std::string::npos) << e.remedy();
  }
  const Answer own = asked(plan + "power_price = \"$120/MWh\"\npue = 1.1\ngrid_emissions = \"150 kg/MWh\"\n");
  EXPECT_GT(median_of(own, "energy"), 0);
  // CO2 per energy is the one that was given, cost of energy per energy the price: the site alone says them.
  EXPECT_NEAR(median_of(own, "CO2") / median_of(own, "energy"), 150 / 3.6e9, 1e-12);
}

TEST(Joints, APlanInMegawattsNeedsNoAccelerators) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"4 years\"\n[site.memphis]\nit_load = \"100 "
      "MW\"\n[site.memphis.power.grid]\ndate = 2026-06-01\n"
      "[milestone.all]\nit_power = \"100 MW\"\n";
  const Answer a = asked(plan);
  EXPECT_TRUE(std::isfinite(median_of(a, "all")));
  EXPECT_GT(median_of(a, "largest facility power"), 100e6);
  EXPECT_EQ(median_of(a, "idle accelerator-days"), 0);
  // In phases: a hall of 40 MW comes first.
  const Answer phased = asked(plan +
                              "[milestone.some]\nit_power = \"40 MW\"\n[site.memphis.building.one]\nit_capacity = "
                              "\"40 MW\"\n[site.memphis.building.two]\nstart = 2027-01-01\nit_capacity = \"60 MW\"\n");
  EXPECT_LT(median_of(phased, "some"), median_of(phased, "all") - 200);
  EXPECT_THROW(asked(plan + "[order.a]\nchips = \"1000 x h100-sxm\"\n"), Error);
}

TEST(Joints, AHallThatStandsAlreadyIsNotPaidFor) {
  const std::string plan = "start = 2026-01-01\nchips = \"1000 x h100-sxm\"\n[site.memphis.building.hall]\n";
  EXPECT_LT(median_of(asked(plan + "date = 2025-06-01\n"), "capital cost"),
            median_of(asked(plan + "date = 2026-06-01\n"), "capital cost"));
}

TEST(Joints, HallsOfOneClassShareItsPrice) {
  const auto width = [](const std::string& halls) {
    const Answer a = asked(
        "start = 2026-01-01\nhorizon = \"5 years\"\n[order.a]\nchips = \"40000 x h100-sxm\"\n"
        "price = \"$25k/chip\"\nserver_price = \"$0/chip\"\nnetwork_price = \"$0/chip\"\n"
        "[site.memphis.power.grid]\ncapex = \"$0/MW\"\n" +
            halls,
        {}, 400);
    for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
      if (a.study.outputs[i].name == "capital cost") return a.trials.spread(i).p90 - a.trials.spread(i).p10;
    return 0.0;
  };
  std::string four;
  for (const char* name : {"a", "b", "c", "d"})
    four += "[site.memphis.building." + std::string(name) + "]\nclass = \"greenfield\"\nit_capacity = \"15 MW\"\n";
  const double one = width("[site.memphis.building.a]\nclass = \"greenfield\"\nit_capacity = \"60 MW\"\n");
  EXPECT_GT(one, 1e6);
  EXPECT_NEAR(width(four) / one, 1, 0.02);
}

TEST(Joints, WhileDeliveriesGoOnTheirRateBinds) {
  const Answer a = asked(
      "start = 2026-01-01\nhorizon = \"3 years\"\n[order.a]\nchips = \"100000 x h100-sxm\"\nordered = "
      "2025-09-01\nlead_time = \"120 days\"\nrate = \"200 chips/day\"\n[site.memphis]\nburn_in = "
      "\"20 days\"\n[site.memphis.building.hall]\ndate = 2025-12-01\n[site.memphis.power.grid]\ndate = "
      "2026-01-01\n");
  int rows = 0;
  for (const std::vector<Cell>& row : table_of(a.document, "capacity").rows) {
    const std::string binds = std::get<std::string>(row[5].value);
    if (binds == "deliveries") ++rows;
    const double usable = std::get<double>(row[2].value);
    if (usable > 1000 && usable < 90000) {
      EXPECT_EQ(binds, "deliveries") << usable;
    }
  }
  EXPECT_GT(rows, 5);
}

TEST(Joints, MonthsHaveTheirSpread) {
  const Answer a = asked("start = 2026-01-01\nchips = \"20000 x h100-sxm\"\nsite = \"memphis\"\n", {}, 200);
  const Table months = table_of(a.document, "by_month");
  ASSERT_GE(months.rows.size(), 36u);
  double last = 0;
  bool wide = false;
  for (std::size_t m = 0; m < months.rows.size(); ++m) {
    const auto& usable = std::get<Spread>(cell_at(months, m, "usable_accelerators").value);
    EXPECT_LE(usable.p10, usable.p50);
    EXPECT_LE(usable.p50, usable.p90);
    EXPECT_GE(usable.p50, last);
    last = usable.p50;
    wide = wide || usable.p90 > usable.p10;
  }
  EXPECT_TRUE(wide);
}

TEST(Joints, SitesThatTrainTogetherAreSlowedByTheirLines) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"4 years\"\n[site.a]\nlocation = \"memphis\"\n[site.b]\nlocation = "
      "\"abilene-tx\"\n"
      "[order.x]\nsite = \"a\"\nchips = \"8192 x h100-sxm\"\n[order.y]\nsite = \"b\"\nchips = \"8192 x h100-sxm\"\n"
      "[run.r]\nmodel = \"llama-3.1-405b\"\non = \"a\"\nwith = [\"b\"]\nline_distance = \"1000 km\"\n";
  double last = 0;
  for (const char* rate : {"400 Gb/s", "4 Tb/s", "40 Tb/s", "4000 Tb/s"}) {
    const Table runs = table_of(asked(plan + "line_rate = \"" + rate + "\"\n").document, "runs");
    EXPECT_NEAR(number(runs, 0, "accelerators"), 16384, 1) << rate;
    const double tokens = number(runs, 0, "tokens_per_s");
    EXPECT_GT(tokens, last) << rate;
    last = tokens;
  }
  // 405.85 billion parameters of 2 or 4 bytes over 50 GB/s, and light's way of 4.9 ms twice.
  const double slow = number(table_of(asked(plan + "line_rate = \"400 Gb/s\"\n").document, "runs"), 0, "step_s"),
               fast = number(table_of(asked(plan + "line_rate = \"4000 Tb/s\"\n").document, "runs"), 0, "step_s");
  const double bytes = (slow - fast) * 50e9 / 405.85e9;
  EXPECT_TRUE(std::fabs(bytes - 2) < 0.05 || std::fabs(bytes - 4) < 0.05) << bytes;
  EXPECT_THROW(asked(plan), Error);
}

TEST(Joints, AnOutageIsSeenByWhatBridges) {
  // A grid that fails for a month in 2028: the turbines that bridge to it stay until it is back.
  const std::string text =
      std::string(bridged) +
      "[event.outage]\nlimit = \"power\"\nchange = \"-15 MW\"\nfrom = 2028-03-01\nduration = \"30 days\"\n";
  const Answer a = asked(text);
  EXPECT_EQ(words(table_of(a.document, "energy/supply"), 0, "to"), "2028-03-31");
  const Answer given = asked(text, {"site.a.power.turbines.until=2029-12-31"});
  EXPECT_EQ(median_of(a, "5,000 usable"), median_of(given, "5,000 usable"));
  EXPECT_EQ(table_of(a.document, "capacity").rows.size(), table_of(given.document, "capacity").rows.size());
}

TEST(Joints, NoSourceGivesMoreThanItHas) {
  // The sun's share of the year is all it gives; the grid gives half as much again as its rating at most.
  const Answer a = asked(
      bridged,
      {"site.a.power.turbines=false", "site.a.power.grid.capacity=\"4 MW\"", "site.a.power.grid.date=2026-01-01",
       "site.a.power.field.kind=solar", "site.a.power.field.date=2026-01-01", "site.a.power.field.capacity=\"40 MW\"",
       "site.a.power.field.availability=0.4", "site.a.power.field.capacity_factor=0.1", "operation.load=1"});
  const Table supply = table_of(a.document, "energy/supply");
  double given = 0;
  for (std::size_t i = 0; i < supply.rows.size(); ++i) {
    const bool field = words(supply, i, "block") == "field";
    EXPECT_LE(number(supply, i, "load_factor"), field ? 0.1 + 1e-9 : 1.5);
    given += number(supply, i, "energy_mwh");
  }
  EXPECT_LT(given, median_of(a, "energy") / 3.6e9);
}

TEST(Joints, LeasesOnePartAfterTheOtherLetWhatOneLets) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"3 years\"\nsite = \"memphis\"\nchips = \"1000 x h100-sxm\"\n"
      "[site.memphis.power.grid]\n"
      "[lease.a]\ndirection = \"received\"\nprice_per_chip = \"$2/chip/h\"\n";
  std::string own = plan;
  own.replace(own.find("site = \"memphis\"\n"), 17, "");
  own.replace(own.find("[site.memphis.power.grid]\n"), 26, "[site.memphis.power.grid]\ndate = 2026-02-01\n");
  const double once = median_of(asked(own + "from = 2027-03-01\nuntil = 2028-08-31\n"), "worth of compute");
  EXPECT_GT(once, 0);
  EXPECT_NEAR(median_of(asked(own + "from = 2027-03-01\nuntil = 2027-10-15\n[lease.b]\ndirection = \"received\"\n"
                                    "price_per_chip = \"$2/chip/h\"\nfrom = 2027-10-16\nuntil = 2028-08-31\n"),
                        "worth of compute"),
              once, 1);
}

TEST(Joints, ALoadInMegawattsHasNoRentOfAccelerators) {
  EXPECT_THROW(asked("start = 2026-01-01\n[site.memphis]\nit_load = \"100 MW\"\n[lease.l]\ndirection = \"received\"\n"
                     "site = \"memphis\"\nprice_per_chip = \"$2/chip/h\"\n"),
               Error);
}

TEST(Joints, AMonthsDelayMovesWhatHangsOnASiteOnce) {
  const std::string rental = "[rental.r]\nchips = \"500 x h100-sxm\"\nterm = \"12 months\"\nfrom = ";
  const std::string later = std::string(bridged) + "[site.a.building.next]\ndate = 2026-09-01\n" + rental;
  const auto month = [](const std::string& text) {
    return scalars_of(asked(text).document)["headline/month_of_delay_usd"];
  };
  const double dated = month(later + "2026-09-01\n"), hangs = month(later + "\"when building.next is ready\"\n");
  EXPECT_GT(std::fabs(dated), 1e5);
  EXPECT_NEAR(hangs, dated, 1e-6 * std::fabs(dated));
}

TEST(Joints, BlocksThatWaitForEachOtherAreRefused) {
  EXPECT_THROW(asked(bridged, {"site.a.power.turbines.until=\"when power.grid is in service\"",
                               "site.a.power.grid.until=\"when power.turbines is in service\""}),
               Error);
  EXPECT_THROW(asked("start = 2026-01-01\nchips = \"1000 x h100-sxm\"\n[site.memphis.power.grid]\nlead_time = \"12 "
                     "months\"\nuntil = 2026-06-01\n"),
               Error);
}

TEST(Joints, AMonthsDelayPutsWhatWaitsForAnotherPlaceOffByOneMonth) {
  const auto text = [](const std::string& day) {
    return "start = 2026-01-01\nhorizon = \"3 years\"\n[site.a]\nlocation = \"memphis\"\n[site.a.power.grid]\n"
           "date = 2026-09-01\n[site.b]\nlocation = \"abilene-tx\"\n[site.b.power.line]\ndate = " +
           day +
           "\n[order.a]\nsite = \"a\"\nchips = \"1000 x h100-sxm\"\n[order.b]\nsite = \"b\"\nchips = \"1000 x "
           "h100-sxm\"\n";
  };
  const auto month = [&](const std::string& day) {
    return scalars_of(asked(text(day)).document).at("headline/month_of_delay_usd");
  };
  const double plain = month("2026-09-01");
  EXPECT_GT(plain, 0);
  EXPECT_NEAR(month("\"when site.a.power.grid is in service\""), plain, 1e-6 * plain);
}

TEST(Joints, WhatNeverComesIsHeldBackByIt) {
  const Answer a = asked(
      "start = 2026-01-01\nhorizon = \"12 months\"\nsite = \"memphis\"\n[order.first]\nchips = \"1000 x "
      "h100-sxm\"\nlead_time = \"400 days\"\n");
  bool told = false;
  for (const Block& block : a.document.blocks)
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && scalar->column.key == "headline/held_back_by") {
      told = true;
      const auto* by = std::get_if<std::string>(&scalar->cell.value);
      ASSERT_NE(by, nullptr);
      EXPECT_NE(by->find("chips"), std::string::npos) << *by;
    }
  EXPECT_TRUE(told);
}

}  // namespace orrery::study
