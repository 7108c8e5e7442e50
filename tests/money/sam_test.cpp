// NREL's own cases of SAM's calculators, run from their inputs and held against their outputs.
#include "money/sam/sam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "support/folders.h"

namespace {

using nlohmann::json;
using namespace orrery;

/// NREL's cases of a calculator, which do not ship.
std::vector<std::filesystem::path> cases(const std::string& calculator) {
  std::vector<std::filesystem::path> found;
  const std::optional<std::string> folder = data_file("finance/sam/ssc");
  if (!folder) return found;
  for (const auto& entry : std::filesystem::directory_iterator(*folder))
    if (entry.path().filename().string().ends_with(calculator + ".json")) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  EXPECT_FALSE(found.empty()) << "no " << calculator << " in " << *folder;
  return found;
}

json expected_of(const std::filesystem::path& input) {
  std::string path = input.string();
  path.replace(path.size() - 5, 5, "_outputs.json");
  return json::parse(read_file(path));
}

json outputs_of(const std::filesystem::path& input) {
  return json::parse(money::sam_outputs(money::read_sam(read_file(input.string()), input.filename().string())));
}

/// A plant of 50 MW that makes more by day: the fewest inputs that make a single-owner case.
json small_single_owner() {
  std::vector<double> gen(8760);
  for (std::size_t hour = 0; hour < gen.size(); ++hour) gen[hour] = hour % 24 >= 8 && hour % 24 < 18 ? 30000 : 4000;
  std::vector<std::vector<int>> periods(12, std::vector<int>(24, 1));
  for (std::vector<int>& month : periods)
    for (std::size_t hour = 0; hour < 24; ++hour) month[hour] = hour >= 8 && hour < 18 ? 2 : 1;
  return {{"ppa_price_input", {0.08}},
          {"federal_tax_rate", {21}},
          {"state_tax_rate", {5}},
          {"real_discount_rate", 6},
          {"inflation_rate", 2.5},
          {"analysis_period", 20},
          {"system_capacity", 50000},
          {"gen", gen},
          {"system_use_lifetime_output", 0},
          {"total_installed_cost", 60e6},
          {"construction_financing_cost", 1.2e6},
          {"cp_capacity_payment_type", 0},
          {"cp_capacity_payment_amount", {0}},
          {"cp_system_nameplate", 50},
          {"term_int_rate", 7},
          {"dispatch_tod_factors", {0.9, 1.1, 1, 1, 1, 1, 1, 1, 1}},
          {"dispatch_sched_weekday", periods},
          {"dispatch_sched_weekend", periods}};
}

/// Cases to change or to spoil: one of our own, and where they are NREL's first.
std::vector<json> single_owners() {
  std::vector<json> out = {small_single_owner()};
  const std::vector<std::filesystem::path> all = cases("cmod_singleowner");
  if (!all.empty()) out.push_back(json::parse(read_file(all.front().string())));
  return out;
}

}  // namespace

TEST(Sam, every_fixed_charge_case_agrees_to_a_billionth) {
  const std::vector<std::filesystem::path> all = cases("cmod_lcoefcr");
  if (all.empty()) GTEST_SKIP() << no_data;
  EXPECT_EQ(all.size(), 17u);
  for (const std::filesystem::path& path : all) {
    const double lcoe = outputs_of(path)["lcoe_fcr"], expected = expected_of(path)["lcoe_fcr"];
    EXPECT_NEAR(lcoe / expected, 1, 1e-9) << path;
  }
}

TEST(Sam, single_owner_cases_agree_from_their_inputs) {
  const std::vector<std::filesystem::path> all = cases("cmod_singleowner");
  if (all.empty()) GTEST_SKIP() << no_data;
  EXPECT_EQ(all.size(), 4u);
  for (const std::filesystem::path& path : all) {
    const json got = outputs_of(path), expected = expected_of(path);
    EXPECT_NEAR(got["project_return_aftertax_npv"].get<double>(), expected["project_return_aftertax_npv"].get<double>(),
                1);
    EXPECT_NEAR(got["project_return_aftertax_irr"].get<double>(), expected["project_return_aftertax_irr"].get<double>(),
                1e-4);
    EXPECT_NEAR(got["size_of_debt"].get<double>(), expected["size_of_debt"].get<double>(), 1);
    double worst_line = 0, worst_return = 0, worst_scalar = 0;
    std::size_t compared = 0;
    for (const auto& [name, value] : expected.items()) {
      if (name.starts_with("number_")) continue;  // SAM's test frame, not its results
      ASSERT_TRUE(got.contains(name)) << name;
      if (value.is_array()) {
        ASSERT_EQ(got[name].size(), value.size()) << name;
        for (std::size_t i = 0; i < value.size(); ++i) {
          // SAM prints no return for years in which its solver does not converge; ours may have found one.
          if (value[i].is_string()) continue;
          if (got[name][i].is_string()) {
            ADD_FAILURE() << name << " " << i;
            continue;
          }
          const double off = std::abs(got[name][i].get<double>() - value[i].get<double>());
          const bool is_return = name.ends_with("_irr");
          (is_return ? worst_return : worst_line) = std::max(is_return ? worst_return : worst_line, off);
          EXPECT_LT(off, 1e-4) << path.filename() << " " << name << " year " << i;
        }
        ++compared;
      } else if (value.is_number()) {
        const double e = value.get<double>(), off = std::abs(got[name].get<double>() - e);
        if (!name.ends_with("_irr") && name != "wacc")
          worst_scalar = std::max(worst_scalar, off / std::max(1.0, std::abs(e)));
        // SAM stops its solver at a millionth of the largest flow, so its returns are off by some 1e-5 points.
        const bool of_return = name.ends_with("_irr") || name == "wacc";
        EXPECT_LT(off, of_return ? 1e-4 : 1e-9 * std::max(1.0, std::abs(e))) << path.filename() << " " << name;
        ++compared;
      }
    }
    EXPECT_GT(compared, 500u);
    std::cout << path.filename().string() << ": " << compared << " outputs, lines within " << worst_line
              << ", returns within " << worst_return << " points, scalars within " << worst_scalar << " relative\n";
  }
}

TEST(Sam, unknown_and_unmodelled_inputs_are_named) {
  for (const json& good : single_owners()) {
    json spoilt = good;
    spoilt["debt_percnt"] = 50;
    try {
      money::read_sam(spoilt.dump(), "case.json");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.key(), "debt_percnt");
      EXPECT_NE(error.message().find("debt_percent"), std::string::npos) << error.message();
      EXPECT_EQ(error.place().file, "case.json");
    }
    spoilt = good;
    spoilt["battery_total_cost_lcos"] = 1e6;
    try {
      money::read_sam(spoilt.dump(), "case.json");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.key(), "battery_total_cost_lcos");
    }
    spoilt["battery_total_cost_lcos"] = "a lot";  // text counts as use
    EXPECT_THROW(money::read_sam(spoilt.dump(), "case.json"), Error);
    spoilt["battery_total_cost_lcos"] = 0;
    EXPECT_NO_THROW(money::read_sam(spoilt.dump(), "case.json"));
  }
}

TEST(Sam, every_input_of_another_calculator_is_named) {
  for (json spoilt : single_owners()) {
    spoilt["tax_investor_equity_percent"] = 98;
    spoilt["sponsor_operating_margin"] = 40;
    try {
      money::read_sam(spoilt.dump(), "case.json");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.key(), "sponsor_operating_margin, tax_investor_equity_percent");
    }
  }
}

TEST(Sam, degradation_by_year_reaches_the_months_of_the_first_year) {
  for (json aged : single_owners()) {
    const std::size_t years = aged["analysis_period"];
    aged["degradation"] = std::vector<double>(years, 10.0);
    const json got = json::parse(money::sam_outputs(money::read_sam(aged.dump(), "case.json")));
    for (int period = 1; period <= 9; ++period) {
      double sum = 0;
      for (const json& kwh : got["cf_energy_sales_monthly_firstyear_TOD" + std::to_string(period)])
        sum += kwh.get<double>();
      const double year = got["cf_energy_sales_dispatch" + std::to_string(period)][1];
      EXPECT_NEAR(sum, year, 1e-6 * (1 + year)) << period;
    }
  }
}

TEST(Sam, numbers_that_nobody_means_are_refused_by_their_key) {
  for (const auto& [key, value] : {std::pair<const char*, json>{"ppa_price_input", {1e300}},
                                   {"real_discount_rate", 1e14},
                                   {"total_installed_cost", -2e13},
                                   {"system_capacity", 1e38}}) {
    json spoilt = small_single_owner();
    spoilt[key] = value;
    try {
      money::read_sam(spoilt.dump(), "case.json");
      ADD_FAILURE() << key;
    } catch (const Error& e) {
      EXPECT_EQ(e.key(), key);
      EXPECT_NE(e.problem().find("beyond 1e13"), std::string::npos) << e.problem();
    }
  }
  json uncapped = small_single_owner();
  uncapped["itc_fed_percent_maxvalue"] = json::array({1e38});
  EXPECT_NO_THROW(money::read_sam(uncapped.dump(), "case.json"));
}

TEST(Sam, bad_values_give_one_message_with_the_key) {
  for (const json& good : single_owners()) {
    auto key_of = [&good](const std::string& name, const json& value) {
      json spoilt = good;
      if (value.is_null()) spoilt.erase(name);
      else spoilt[name] = value;
      try {
        money::read_sam(spoilt.dump(), "case.json");
      } catch (const Error& error) {
        EXPECT_EQ(error.place().file, "case.json");
        return error.key();
      }
      return std::string("accepted");
    };
    EXPECT_EQ(key_of("dispatch_sched_weekday", json::array()), "dispatch_sched_weekday");
    EXPECT_EQ(key_of("degradation", json::array()), "degradation");
    EXPECT_EQ(key_of("inflation_rate", nullptr), "inflation_rate");
    EXPECT_EQ(key_of("inflation_rate", "high"), "inflation_rate");
    EXPECT_EQ(key_of("gen", json::array({1, 2, 3})), "gen");
    EXPECT_EQ(key_of("analysis_period", 0), "analysis_period");
    EXPECT_EQ(key_of("analysis_period", 2.5), "analysis_period");
    EXPECT_EQ(key_of("term_int_rate", -1), "term_int_rate");
    EXPECT_EQ(key_of("depr_alloc_sl_39_percent", 90), "depr_alloc_macrs_5_percent");
    // Outside the range that SAM takes.
    EXPECT_EQ(key_of("debt_option", 2), "debt_option");
    EXPECT_EQ(key_of("salvage_percentage", 101), "salvage_percentage");
    EXPECT_EQ(key_of("system_capacity", 0), "system_capacity");
    EXPECT_EQ(key_of("itc_fed_percent_deprbas_fed", 0.5), "itc_fed_percent_deprbas_fed");
    EXPECT_EQ(key_of("federal_tax_rate", json::array({21, -1})), "federal_tax_rate");
    // The same input twice, with another value; deep nesting; numbers that overflow on the way.
    const std::string text = good.dump();
    EXPECT_THROW(money::read_sam(text.substr(0, text.size() - 1) + R"(,"term_int_rate":99})", "case.json"), Error);
    const std::string deep = std::string(300000, '[') + std::string(300000, ']');
    EXPECT_THROW(
        money::read_sam(text.substr(0, text.size() - 1) + ",\"battery_total_cost_lcos\":" + deep + '}', "case.json"),
        Error);
    json huge = good;
    huge["ppa_escalation"] = 1e300;
    EXPECT_THROW(money::sam_outputs(money::read_sam(huge.dump(), "case.json")), Error);
    EXPECT_THROW(money::read_sam("{", "case.json"), Error);
    EXPECT_THROW(money::read_sam("[]", "case.json"), Error);
  }
}
