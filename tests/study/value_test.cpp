// Waiting costs and prices are those of kin: what a planner expects of money whatever the scenario.
#include <gtest/gtest.h>

#include <cmath>

#include "base/files.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

/// The median of an output of a scenario with overrides, without trials.
double median_of(const std::string& text, const std::vector<std::string>& overrides, const std::string& output) {
  const Answer a = answer_of_text(text, "test.toml", {0, 1}, overrides);
  for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
    if (a.study.outputs[i].name == output) return a.trials.spread(i).p50;
  ADD_FAILURE() << output;
  return 0;
}

std::string three_keys() {
  return read_file(source_folder() + "/scenarios/three-keys.toml");
}

std::vector<std::string> grid_after(int months) {
  return {"horizon=\"96 months\"", "site.memphis.power.grid.kind=grid",
          "site.memphis.power.grid.lead_time=\"" + std::to_string(months) + " months\""};
}

}  // namespace

TEST(Value, ALaterGridNeverLowersCostNorRaisesNetPresentValue) {
  for (const char* horizon : {"horizon=\"36 months\"", "horizon=\"48 months\"", "horizon=\"96 months\""}) {
    double cost = 0, value = 1e99;
    for (const int months : {1, 3, 6, 9, 12, 24, 36, 40, 48, 60}) {
      std::vector<std::string> set = grid_after(months);
      set[0] = horizon;
      const double now = median_of(three_keys(), set, "cost per usable accelerator-hour");
      const double worth = median_of(three_keys(), set, "net present value");
      EXPECT_GE(now, cost * (1 - 1e-9)) << months << ' ' << horizon;
      EXPECT_LE(worth, value + 1e-9 * std::fabs(worth)) << months << ' ' << horizon;
      cost = now, value = worth;
    }
  }
}

TEST(Value, WhereNothingIsUsableAnHourCostsMoreThanAnything) {
  std::vector<std::string> never = grid_after(40);
  never[0] = "horizon=\"36 months\"";
  EXPECT_TRUE(std::isinf(median_of(three_keys(), never, "cost per usable accelerator-hour")));
  // All that is bought waits: the first accelerators come within months.
  EXPECT_GT(median_of(three_keys(), never, "idle accelerator-days"), 1e7);
  EXPECT_GT(median_of(three_keys(), never, "cost of idle accelerators"), 1e9);
}

TEST(Value, AnAcceleratorThatLastsLongerIsWorthMore) {
  double last = -1e99;
  for (const char* life : {"money.it_life=\"3 years\"", "money.it_life=\"5 years\"", "money.it_life=\"7 years\""}) {
    const double now = median_of(three_keys(), {"horizon=\"96 months\"", life}, "net present value");
    EXPECT_GT(now, last) << life;
    last = now;
  }
}

TEST(Value, MoreAcceleratorsFinishARunSoonerOrTheReportSaysThatFewerWould) {
  const auto with = [](int chips) {
    const std::string n = std::to_string(chips);
    return answer_of_text("start = 2026-01-01\nhorizon = \"5 years\"\n[rental.r]\nchips = \"" + n +
                              " x h100-sxm\"\n[run.a]\ncompute = \"1e27 FLOP\"\nchips = " + n + "\nminimum = " + n +
                              "\nachieved = \"400 TFLOP/s\"\nmechanism = \"whole-job\"\n",
                          "test.toml", {0, 1}, {});
  };
  double last = infinity;
  int warned = 0;
  for (const int chips : {10000, 50000, 100000, 200000, 300000, 500000, 800000}) {
    const Answer a = with(chips);
    double finish = 0;
    for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
      if (a.study.outputs[i].name == "a finishes") finish = a.trials.spread(i).p50;
    std::optional<double> fastest;
    for (const Block& block : a.document.blocks)
      if (const Table* t = std::get_if<Table>(&block); t && t->key == "fewer_are_faster" && !t->rows.empty())
        fastest = std::get<double>(t->rows[0][2].value);
    if (finish > last) {
      EXPECT_TRUE(fastest) << chips;
    }
    if (fastest) {
      ++warned;
      EXPECT_LT(*fastest, chips);
      const Answer best = with(static_cast<int>(*fastest));
      for (std::size_t i = 0; i < best.study.outputs.size(); ++i)
        if (best.study.outputs[i].name == "a finishes") {
          EXPECT_LT(best.trials.spread(i).p50, finish) << chips;
        }
    }
    last = finish;
  }
  EXPECT_GT(warned, 0);
  EXPECT_LT(warned, 7);
}

TEST(Value, ARentedRunCostsItsHoursTimesThePrice) {
  const Answer a = answer_of_text(
      "start = 2026-01-01\nhorizon = \"2 years\"\n[rental.r]\nchips = \"1000 x h100-sxm\"\nprice = \"$2/chip/h\"\n"
      "[run.a]\ncompute = \"8.64e23 FLOP\"\nchips = 1000\nachieved = \"400 TFLOP/s\"\n[operation]\n"
      "failure_rate = \"0/chip/day\"\nother = 0\n",
      "test.toml", {0, 1}, {});
  const Table* costs = nullptr;
  for (const Block& block : a.document.blocks)
    if (const Table* t = std::get_if<Table>(&block); t && t->key == "run_costs") costs = t;
  ASSERT_TRUE(costs && costs->rows.size() == 1);
  const auto cell = [&](std::size_t i) { return std::get<double>(costs->rows[0][i].value); };
  EXPECT_NEAR(cell(1), 8.64e23 / 400e12 / 3600, 1);  // 600,000 accelerator-hours
  EXPECT_NEAR(cell(3), 1.2e6, 3);
  EXPECT_NEAR(cell(4), 1e4, 1e-6);
  EXPECT_NEAR(cell(5), 120, 1e-3);
}

TEST(Value, WaitingForMoreAcceleratorsIsWarnedOfToo) {
  // They come day by day, so that a larger minimum starts later; the training model says what each number does.
  const auto with = [](int chips) {
    const std::string n = std::to_string(chips);
    return answer_of_text(
        "start = 2026-01-01\nhorizon = \"5 years\"\n[rental.r]\nchips = \"300000 x h100-sxm\"\nrate = "
        "\"1000 chips/day\"\nprice = \"$2/chip/h\"\n[run.a]\ncompute = \"2e26 FLOP\"\nchips = " +
            n + "\nminimum = " + n + "\n",
        "test.toml", {0, 1}, {});
  };
  double earliest = infinity;
  int warned = 0;
  for (const int chips : {20000, 40000, 65536, 98304, 131072, 200000, 262144, 300000}) {
    const Answer a = with(chips);
    double finish = 0;
    for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
      if (a.study.outputs[i].name == "a finishes") finish = a.trials.spread(i).p50;
    const Table warning = table_of(a.document, "fewer_are_faster");
    if (finish > earliest * 1.01 + 1) {
      EXPECT_EQ(warning.rows.size(), 1u) << chips;
    }
    warned += static_cast<int>(warning.rows.size());
    earliest = std::min(earliest, finish);
  }
  EXPECT_GT(warned, 0);
}

TEST(Value, AnAcceleratorsPriceMovesCapitalByItsOwnAmount) {
  const auto capital = [](const std::string& price) {
    return median_of("start = 2026-01-01\nsite = \"memphis\"\n[order.first]\nchips = \"1000 x h100-sxm\"\n",
                     {"order.first.price=\"$" + price + "/chip\""}, "capital cost");
  };
  const double none = capital("0");
  for (const auto& [price, dollars] : {std::pair<const char*, double>{"10k", 1e4}, {"30k", 3e4}, {"31k", 3.1e4}})
    EXPECT_NEAR(capital(price) - none, 1000 * dollars, 1) << price;
}

TEST(Value, AChipWithoutAPriceCostsNoLessThanItsSmallerKin) {
  const auto capital = [](const std::string& chip) {
    return median_of("start = 2026-01-01\nsite = \"memphis\"\n[order.first]\nchips = \"16384 x " + chip + "\"\n", {},
                     "capital cost");
  };
  EXPECT_GT(capital("h200-sxm"), capital("h100-sxm"));
  EXPECT_GT(capital("b300-sxm"), capital("b200-sxm"));
  EXPECT_GT(capital("gb300"), capital("gb200"));
}

TEST(Value, WhatIsStatedOrRentedOutStandsInPlaceOfTheRent) {
  const std::string plan =
      "start = 2026-01-01\nsite = \"memphis\"\nhorizon = \"5 years\"\n[order.first]\nchips = \"1024 x h100-sxm\"\n";
  EXPECT_GT(median_of(plan, {}, "worth of compute"), 0);
  EXPECT_EQ(median_of(plan + "[value]\naccelerator_hour = \"$0/chip/h\"\n", {}, "worth of compute"), 0);
  EXPECT_EQ(median_of(plan + "[lease.out]\ndirection = \"received\"\nprice_per_chip = \"$2/chip/h\"\n", {},
                      "worth of compute"),
            0);
}

TEST(Value, ARentedHallIsNotFree) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"5 years\"\n[order.first]\nchips = \"1024 x h100-sxm\"\n"
      "[site.memphis.building.hall]\nclass = \"rented-hall\"\nit_capacity = \"10 MW\"\n";
  const double rented = median_of(plan, {}, "running cost");
  const double of_ones_own = median_of(plan, {"site.memphis.building.hall.rent=\"$0/MW/year\""}, "running cost");
  const double leased =
      median_of(plan + "[lease.hall]\ndirection = \"paid\"\nprice = \"$1M/month\"\n", {}, "running cost");
  // Five years to the day, of 30.44 days a month.
  EXPECT_NEAR(leased - of_ones_own, 60e6, 0.002 * 60e6);
  // 16.5 M$ a year for the rest of five years once fitted out.
  EXPECT_GT(rented - of_ones_own, 16.5e6 * 3.5);
  EXPECT_LT(rented - of_ones_own, 16.5e6 * 5);
}

}  // namespace orrery::study
