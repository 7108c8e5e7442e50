// What a page shows first, and the tables behind it, against sums and arithmetic by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "base/files.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

Answer shipped(const std::string& name, const Sampling& sampling = {0, 1},
               const std::vector<std::string>& overrides = {}) {
  return answer_of_text(read_file(source_folder() + "/scenarios/" + name + ".toml"), name + ".toml", sampling,
                        overrides);
}

Sampling with_levers(int trials, int threads) {
  Sampling sampling{trials, 1, threads};
  sampling.levers = true;
  return sampling;
}

const std::vector<double>& values_of(const Answer& a, const std::string& output) {
  for (std::size_t i = 0; i < a.study.outputs.size(); ++i)
    if (a.study.outputs[i].name == output) return a.trials.values[i];
  ADD_FAILURE() << output;
  static const std::vector<double> none;
  return none;
}

std::size_t row_of(const Table& t, const std::string& name) {
  for (std::size_t row = 0; row < t.rows.size(); ++row)
    if (std::get<std::string>(t.rows[row][0].value) == name) return row;
  ADD_FAILURE() << name;
  return 0;
}

bool is_null(const Cell& cell) {
  return std::holds_alternative<std::monostate>(cell.value);
}

const Cell& scalar_of(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && scalar->column.key == key) return scalar->cell;
  ADD_FAILURE() << key;
  static const Cell none;
  return none;
}

/// A hall, power and cooling that stand on the first day, and accelerators usable from it on.
const char* const ready =
    "start = 2026-01-01\nend = 2026-12-31\n[order.first]\nchips = \"1000 x h100-sxm\"\nlead_time = \"0 days\"\n"
    "network_lead_time = \"0 days\"\nprice = \"$25k/chip\"\nserver_price = \"$0/chip\"\nnetwork_price = \"$5k/chip\"\n"
    "it_power = \"1 kW/chip\"\n[site.a]\nlocation = \"memphis\"\ninstallation_rate = \"1e9 chips/day\"\n"
    "burn_in = \"0 days\"\n[site.a.building.hall]\nclass = \"retrofit\"\nit_capacity = \"1 MW\"\ndate = 2026-01-01\n"
    "cost = \"$8M/MW\"\n[site.a.power.grid]\nkind = \"grid\"\ncapacity = \"2 MW\"\ndate = 2026-01-01\n"
    "energy_price = \"$50/MWh\"\navailability = 1\n[site.a.cooling.air]\nkind = \"air-chillers\"\n"
    "capacity = \"2 MW\"\ndate = 2026-01-01\npue = 1.5\npue_annual = 1.25\n"
    "[money]\ndiscount_rate = \"0/year\"\nit_life = \"5 years\"\n"
    "opex = \"$0/kW/month\"\nwater_price = \"$0/m3\"\n[operation]\nload = 0.8\n";

}  // namespace

TEST(HourCosts, AddUpToTheCost) {
  for (const char* name : {"three-keys", "colossus-1", "stargate-sites", "oracle-hoppers"}) {
    const Answer a = shipped(name);
    const Table costs = table_of(a.document, "money/hour_costs");
    ASSERT_GE(costs.rows.size(), 2u) << name;
    double sum = 0;
    for (std::size_t row = 0; row + 1 < costs.rows.size(); ++row)
      sum += number_at(costs, row, "usd_per_accelerator_hour");
    EXPECT_EQ(text_at(costs, costs.rows.size() - 1, "part"), "total");
    EXPECT_EQ(sum, number_at(costs, costs.rows.size() - 1, "usd_per_accelerator_hour")) << name;
    EXPECT_EQ(sum, values_of(a, "cost per usable accelerator-hour")[0]) << name;
  }
}

TEST(HourCosts, ByHand) {
  const Answer a = answer_of_text(ready, "ready.toml", {0, 1});
  const Table costs = table_of(a.document, "money/hour_costs");
  const auto cost = [&](const char* part) { return number_at(costs, row_of(costs, part), "usd_per_accelerator_hour"); };
  // Without interest a chip is repaid evenly over its life, which is 5 years of 8,765.82 hours.
  EXPECT_NEAR(cost("chips"), 25000 / (5 * 8765.82), 1e-4);
  EXPECT_NEAR(cost("network"), 5000 / (5 * 8765.82), 1e-4);
  // 1 kW at a load of 0.8 and a PUE of 1.25 over the year is 1 kWh at 50 $/MWh.
  EXPECT_NEAR(cost("energy"), 0.05, 1e-6);
}

TEST(HourCosts, OfARentalAreItsPrice) {
  const Answer a =
      answer_of_text("start = 2026-01-01\n[rental.r]\nchips = \"1000 x h100-sxm\"\nprice = \"$2/chip/h\"\n", "r.toml");
  const Table costs = table_of(a.document, "money/hour_costs");
  ASSERT_EQ(costs.rows.size(), 2u);
  EXPECT_EQ(text_at(costs, 0, "part"), "rentals");
  EXPECT_NEAR(number_at(costs, 0, "usd_per_accelerator_hour"), 2, 1e-9);
}

TEST(HourCosts, AreNoneWhereNothingIsUsable) {
  const Answer a = shipped("three-keys", {0, 1}, {"site.memphis.power.grid.lead_time=\"60 months\""});
  EXPECT_TRUE(table_of(a.document, "money/hour_costs").rows.empty());
  EXPECT_FALSE(std::isfinite(values_of(a, "cost per usable accelerator-hour")[0]));
}

TEST(PeakFunding, IsTheDeepestCumulativeCash) {
  for (const char* name : {"three-keys", "colossus-1", "infrastructure-companies"}) {
    const Answer a = shipped(name);
    const Table months = table_of(a.document, "money/months");
    double deepest = 0;
    std::string month;
    for (std::size_t row = 0; row < months.rows.size(); ++row)
      if (const double cash = number_at(months, row, "cumulative_cash"); cash < deepest)
        deepest = cash, month = text_at(months, row, "month");
    EXPECT_LT(deepest, 0) << name;
    EXPECT_NEAR(values_of(a, "peak funding")[0], -deepest, 1e-9 * -deepest) << name;
    EXPECT_EQ(std::get<std::string>(scalar_of(a.document, "money/peak_funding_month").value), month) << name;
    EXPECT_EQ(std::get<Spread>(scalar_of(a.document, "money/peak_funding").value).p50, values_of(a, "peak funding")[0]);
  }
}

TEST(PeakFunding, LiesBetweenWhatIsLeftAndWhatIsSpentInEveryTrial) {
  const Answer a = shipped("colossus-1", {100, 1});
  const std::vector<double>&peak = values_of(a, "peak funding"), &capital = values_of(a, "capital cost"),
        &running = values_of(a, "running cost"), &receipts = values_of(a, "receipts");
  for (std::size_t k = 0; k < peak.size(); ++k) {
    EXPECT_LE(peak[k], (capital[k] + running[k]) * (1 + 1e-9));
    EXPECT_GE(peak[k], (capital[k] + running[k] - receipts[k]) * (1 - 1e-9));
  }
}

TEST(TimeToPower, IsTheFirstDayOfAnySite) {
  const std::string two =
      "start = 2026-01-01\n[site.a]\nlocation = \"memphis\"\n[site.a.power.grid]\nkind = \"grid\"\ndate = 2026-09-01\n"
      "[site.b]\nlocation = \"abilene-tx\"\n[site.b.power.grid]\nkind = \"grid\"\ndate = 2026-05-01\n"
      "[order.x]\nsite = \"a\"\nchips = \"1000 x h100-sxm\"\n[order.y]\nsite = \"b\"\nchips = \"1000 x h100-sxm\"\n";
  const auto power = [&](const std::vector<std::string>& set) {
    const Table t = table_of(answer_of_text(two, "two.toml", {0, 1}, set).document, "key_figures");
    return std::get<std::string>(cell_at(t, row_of(t, "time to power"), "p50").value);
  };
  EXPECT_EQ(power({}), "2026-05-01");
  EXPECT_EQ(power({"site.b.power.grid.date=2026-10-01"}), "2026-09-01");
}

TEST(TimeToPower, OfRentalsAloneIsNotKnown) {
  const Answer a = answer_of_text(
      "start = 2026-01-01\n[rental.r]\nchips = \"1000 x h100-sxm\"\nprice = \"$2/chip/h\"\n", "r.toml", {20, 1});
  const Table t = table_of(a.document, "key_figures");
  for (const char* key : {"p10", "p50", "p90"}) {
    EXPECT_TRUE(is_null(cell_at(t, row_of(t, "time to power"), key)));
    EXPECT_TRUE(is_null(cell_at(t, row_of(t, "first training"), key)));
    EXPECT_TRUE(is_null(scalar_of(a.document, std::string("headline/time_to_power/") + key)));
  }
  for (const Output& o : a.study.outputs) EXPECT_NE(o.name, "time to power");
}

TEST(KeyFigures, SayWhatTheOtherTablesSay) {
  const Answer a = shipped("colossus-1", {100, 1});
  const Table t = table_of(a.document, "key_figures"), runs = table_of(a.document, "runs");
  ASSERT_EQ(t.rows.size(), 11u);
  for (const auto& [name, key] : {std::pair{"capital cost", "money/capital_cost"},
                                  {"running cost", "money/running_cost"},
                                  {"net present value", "money/net_present_value"},
                                  {"peak funding", "money/peak_funding"},
                                  {"cost per usable accelerator-hour", "money/cost_per_usable_accelerator_hour"}}) {
    const Spread s = std::get<Spread>(scalar_of(a.document, key).value);
    EXPECT_EQ(number_at(t, row_of(t, name), "p10"), s.p10) << name;
    EXPECT_EQ(number_at(t, row_of(t, name), "p50"), s.p50) << name;
    EXPECT_EQ(number_at(t, row_of(t, name), "p90"), s.p90) << name;
  }
  for (const char* key : {"p10", "p50", "p90"}) {
    EXPECT_EQ(text_at(t, row_of(t, "first training"), key), text_at(runs, 0, std::string("start/") + key));
    EXPECT_EQ(text_at(t, row_of(t, "first training"), key),
              std::get<std::string>(scalar_of(a.document, std::string("headline/first_training/") + key).value));
    EXPECT_EQ(text_at(t, row_of(t, "time to power"), key),
              std::get<std::string>(scalar_of(a.document, std::string("headline/time_to_power/") + key).value));
  }
}

TEST(KeyFigures, HindsightCountsTheDatesWithinTheBand) {
  const Answer a = shipped("colossus-1", {100, 1}, {"observation.200k.date=2025-12-01"});
  const Table t = table_of(a.document, "key_figures"), seen = table_of(a.document, "hindsight");
  int dates = 0, inside = 0;
  for (std::size_t row = 0; row < seen.rows.size(); ++row)
    if (text_at(seen, row, "scored_on") == "date")
      ++dates, inside += std::get<bool>(cell_at(seen, row, "inside_p10_p90").value);
  ASSERT_GT(dates, inside);
  EXPECT_EQ(number_at(t, row_of(t, "hindsight"), "p50"), static_cast<double>(inside) / dates);
  const std::string note = text_at(t, row_of(t, "hindsight"), "note");
  EXPECT_EQ(note.find(std::to_string(inside) + " of " + std::to_string(dates) + " dates inside"), 0u) << note;
  const Table medians = table_of(shipped("colossus-1").document, "key_figures");
  EXPECT_TRUE(is_null(cell_at(medians, row_of(medians, "hindsight"), "p50")));
}

TEST(KeyFigures, ADelayHasASpreadWhereLeversAreTold) {
  const std::string plan = "start = 2026-01-01\nchips = \"4096 x h100-sxm\"\nsite = \"memphis\"\n";
  const Table one = table_of(answer_of_text(plan, "p.toml", with_levers(40, 1)).document, "key_figures"),
              three = table_of(answer_of_text(plan, "p.toml", with_levers(40, 3)).document, "key_figures"),
              none = table_of(answer_of_text(plan, "p.toml", {40, 1}).document, "key_figures");
  const std::size_t row = row_of(one, "a month's delay");
  EXPECT_LT(number_at(one, row, "p10"), number_at(one, row, "p50"));
  EXPECT_LT(number_at(one, row, "p50"), number_at(one, row, "p90"));
  for (const char* key : {"p10", "p50", "p90"}) EXPECT_EQ(number_at(one, row, key), number_at(three, row, key)) << key;
  const auto medians = std::get<double>(
      scalar_of(answer_of_text(plan, "p.toml", {40, 1}).document, "headline/month_of_delay_usd").value);
  for (const char* key : {"p10", "p50", "p90"}) EXPECT_EQ(number_at(none, row, key), medians) << key;
}

TEST(Energy, PueIsFacilityOverIt) {
  const Answer a = answer_of_text(ready, "ready.toml", {0, 1}, {"order.first.lead_time=\"45 days\""});
  const Table months = table_of(a.document, "energy/months");
  EXPECT_TRUE(is_null(cell_at(months, 0, "pue")));
  for (std::size_t row = 1; row < months.rows.size(); ++row) EXPECT_NEAR(number_at(months, row, "pue"), 1.25, 1e-9);
}

TEST(RunSteps, AddUpToTheStep) {
  const std::string plan =
      "start = 2026-01-01\nhorizon = \"4 years\"\n[site.a]\nlocation = \"memphis\"\n[site.b]\nlocation = "
      "\"abilene-tx\"\n"
      "[order.x]\nsite = \"a\"\nchips = \"1024 x h100-sxm\"\n[order.y]\nsite = \"b\"\nchips = \"1024 x h100-sxm\"\n"
      "[run.r]\nmodel = \"llama-3.1-405b\"\non = \"a\"\nwith = [\"b\"]\nline_distance = \"1000 km\"\nline_rate = "
      "\"400 Gb/s\"\n[rental.c]\nchips = \"100 x h100-sxm\"\nprice = \"$2/chip/h\"\n[run.given]\ncompute = \"1e24 "
      "FLOP\"\non = \"c\"\nachieved = \"400 TFLOP/s\"\n";
  const Answer a = answer_of_text(plan, "p.toml", {0, 1});
  const Table steps = table_of(a.document, "run_steps"), runs = table_of(a.document, "runs");
  double sum = 0;
  for (std::size_t row = 0; row < steps.rows.size(); ++row) {
    EXPECT_EQ(text_at(steps, row, "run"), "r");
    EXPECT_GT(number_at(steps, row, "seconds"), 0);
    sum += number_at(steps, row, "seconds");
  }
  EXPECT_NEAR(sum, number_at(runs, 0, "step_s"), 1e-9 * sum);
  EXPECT_EQ(text_at(steps, steps.rows.size() - 1, "part"), "between sites");
}

TEST(NetworkBill, IsWhatTheOrderPaysAndDraws) {
  const Answer a = answer_of_text(
      "start = 2026-01-01\nsite = \"memphis\"\n[order.racks]\nchips = \"7200 x gb300\"\nnetwork = "
      "\"ethernet-8-planes\"\n[order.more]\nchips = \"72 x gb300\"\n",
      "p.toml", {0, 1});
  const Table bill = table_of(a.document, "network_bill");
  double usd = 0, watts = 0;
  for (std::size_t row = 0; row < bill.rows.size(); ++row) {
    EXPECT_EQ(text_at(bill, row, "order"), "racks");
    watts += number_at(bill, row, "watts");
    const bool card = text_at(bill, row, "part").ends_with(", hosts");
    if (card) EXPECT_EQ(number_at(bill, row, "count"), 7200);
    else usd += number_at(bill, row, "usd");
  }
  // 204 W and 7,769 $ an accelerator, beside its card and 625 $ of storage: what the order's settings say.
  EXPECT_NEAR(watts / 7200, 204, 0.5);
  EXPECT_NEAR(usd / 7200, 8394 - 625, 1);
}

}  // namespace orrery::study
