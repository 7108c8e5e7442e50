// Properties of the single-owner pro forma: what must hold whatever the inputs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "money/project/trials.h"
#include "money/series.h"

bool counts_allocations();
std::size_t allocations_so_far();  // allocations.cpp counts them

namespace {
using namespace orrery;
using namespace orrery::money;

SingleOwner a_project() {
  SingleOwner project;
  project.years = 25;
  project.installed_cost = 100e6;
  project.construction_financing = 2e6;
  project.capacity_kw = 100e3;
  UnitYear& year = project.sold.years[0];
  year.net = year.sales = year.sales_value = year.before_curtailment = 220e6;
  project.sold.degradation = {0.005};
  project.price.values = {0.05};
  project.operation.per_capacity = {{15}, 0.025};
  project.working_capital_months = 6;
  project.allocation = {0.9, 0.02, 0, 0.03, 0.03, 0, 0};
  return project;
}

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}
}  // namespace

TEST(Project, a_trial_does_not_allocate) {
  if (!counts_allocations()) GTEST_SKIP() << "the address sanitizer has its own allocator";
  ProjectTrials trials(a_project(),
                       {{Varied::units_factor, {Distribution::Kind::uniform, 0.9, 1.1, 0, {}}},
                        {Varied::interest_rate, {Distribution::Kind::triangular, 0.05, 0.06, 0.08, {}}}},
                       1);
  trials.run(0);
  const std::size_t before = allocations_so_far();
  double total = 0;
  for (std::uint64_t trial = 1; trial < 200; ++trial) total += trials.run(trial).npv;
  EXPECT_EQ(allocations_so_far(), before);
  EXPECT_TRUE(std::isfinite(total));
}

TEST(Project, the_price_found_earns_the_target) {
  SingleOwner project = a_project();
  project.price.solve = true;
  project.price.values = {0};
  for (const double target : {0.05, 0.11, 0.18}) {
    project.price.target_return = target;
    project.price.target_year = 20;
    SingleOwnerWorkspace workspace;
    const SingleOwnerResult result = run(project, workspace, true);
    EXPECT_NEAR(result.target_year_irr, target, 2e-5 * std::max(1.0, target));
    EXPECT_EQ(result.flip_year, 20);
    // The same price given comes to the same project.
    SingleOwner given = project;
    given.price.solve = false;
    given.price.values = {result.price};
    EXPECT_NEAR(run(given, workspace).npv, result.npv, 1);
  }
}

TEST(Project, depreciation_tables) {
  for (std::size_t c = 0; c + 1 < depreciation_classes; ++c)
    EXPECT_NEAR(sum(depreciation_table(static_cast<DepreciationClass>(c))), 1, 1e-12) << c;
  for (const int years : {3, 5, 7, 10, 15, 20}) {
    const std::vector<double> shares = macrs_shares(years);
    EXPECT_EQ(shares.size(), static_cast<std::size_t>(years) + 1);
    EXPECT_NEAR(sum(shares), 1, 1e-12) << years;
  }
  // The rule gives the published table A-1.
  const std::vector<double> five = macrs_shares(5);
  const std::span<const double> published = depreciation_table(DepreciationClass::macrs_5);
  for (std::size_t i = 0; i < five.size(); ++i) EXPECT_NEAR(five[i], published[i], 1e-12) << i;
  const std::vector<double> fifteen = macrs_shares(15);
  const std::span<const double> long_table = depreciation_table(DepreciationClass::macrs_15);
  for (std::size_t i = 0; i < fifteen.size(); ++i) EXPECT_NEAR(fifteen[i], long_table[i], 1.01e-4) << i;
  const std::vector<double> seven = macrs_shares(7);
  const double table_seven[] = {0.1429, 0.2449, 0.1749, 0.1249, 0.0893, 0.0892, 0.0893, 0.0446};
  for (std::size_t i = 0; i < seven.size(); ++i) EXPECT_NEAR(seven[i], table_seven[i], 1e-12) << i;
  EXPECT_THROW(macrs_shares(6), Error);
  EXPECT_NEAR(straight_line_month(120, 0, 60, 10), 2, 1e-15);
  EXPECT_EQ(straight_line_month(120, 0, 60, 60), 0);
}

TEST(Project, bad_input_is_refused) {
  auto key_of = [](auto change) {
    SingleOwner project = a_project();
    change(project);
    try {
      check(project);
    } catch (const Error& error) {
      return error.key();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(key_of([](SingleOwner&) {}), "accepted");
  EXPECT_EQ(key_of([](SingleOwner& p) { p.debt.rate = -0.01; }), "term_int_rate");
  EXPECT_EQ(key_of([](SingleOwner& p) {
              p.debt.sculpted = false;
              p.debt.tenor_years = 0;
            }),
            "term_tenor");
  EXPECT_EQ(key_of([](SingleOwner& p) { p.years = 0; }), "analysis_period");
  EXPECT_EQ(key_of([](SingleOwner& p) { p.real_discount = -1; }), "real_discount_rate");
  EXPECT_EQ(key_of([](SingleOwner& p) { p.allocation[3] = 0.2; }), "depr_alloc_macrs_5_percent");
  EXPECT_THROW(
      ProjectTrials(a_project(), {{Varied::interest_rate, {Distribution::Kind::uniform, -0.1, 0.1, 0, {}}}}, 1), Error);
}

// Sculpted debt is worth its payments at its rate, keeps its coverage every year, and is gone at the end.
RC_GTEST_PROP(Project, sculpted_debt, ()) {
  SingleOwner project = a_project();
  project.debt.tenor_years = *rc::gen::inRange(1, 25);
  project.debt.rate = *rc::gen::inRange(0, 15) / 100.0;
  project.debt.coverage_ratio = 1 + *rc::gen::inRange(1, 100) / 100.0;
  project.equipment[0] = {*rc::gen::inRange(0, 20) / 100.0, *rc::gen::inRange(1, 26)};
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult result = run(project, workspace);
  const Lines& lines = workspace.lines;
  RC_ASSERT(std::abs(net_present_value(lines[FlowLine::debt_payment_total], project.debt.rate) - result.debt) <
            1e-6 * std::max(1.0, std::abs(result.debt)));
  RC_ASSERT(std::abs(lines[FlowLine::debt_balance][static_cast<std::size_t>(project.debt.tenor_years)]) < 1e-3);
  for (int year = 1; year <= project.debt.tenor_years; ++year) {
    const std::size_t y = static_cast<std::size_t>(year);
    RC_ASSERT(std::abs(lines[FlowLine::pretax_dscr][y] - project.debt.coverage_ratio) < 1e-9);
  }
}

// Every reserve that is filled is emptied, unless it is for equipment due after the end.
RC_GTEST_PROP(Project, reserves_come_back, ()) {
  SingleOwner project = a_project();
  project.years = *rc::gen::inRange(5, 40);
  project.debt.sculpted = *rc::gen::arbitrary<bool>();
  project.debt.tenor_years = *rc::gen::inRange(1, project.years + 1);
  project.receivables_months = *rc::gen::inRange(0, 6);
  project.equipment[0] = {0.1, *rc::gen::inRange(1, 40)};
  SingleOwnerWorkspace workspace;
  run(project, workspace);
  for (int account = 0; account < 4; ++account) {
    const std::span<const double> in = workspace.lines[FlowLine::funding_debtservice + 3 * account];
    const std::span<const double> out = workspace.lines[FlowLine::disbursement_debtservice + 3 * account];
    RC_ASSERT(std::abs(sum(in) + sum(out)) < 1e-3);
  }
}

// Depreciation never exceeds its basis; all of it is written off when the analysis is long enough.
RC_GTEST_PROP(Project, depreciation_adds_up_to_its_basis, ()) {
  SingleOwner project = a_project();
  project.years = 45;
  for (double& share : project.allocation) share = *rc::gen::inRange(0, 14) / 100.0;
  project.custom_depreciation = {0.6, 0.4};
  project.federal.bonus = *rc::gen::inRange(0, 101) / 100.0;
  for (bool& applies : project.federal.bonus_for) applies = *rc::gen::arbitrary<bool>();
  project.federal.credit_for[0] = true;
  project.incentives.investment_credit[0].share = {0.3};
  project.incentives.investment_credit[0].share_cuts_basis = {true, true};
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult result = run(project, workspace);
  RC_ASSERT(std::abs(sum(workspace.lines[FlowLine::feddepr_total]) - sum(result.federal.after_credit)) < 1e-3);
  RC_ASSERT(std::abs(sum(workspace.lines[FlowLine::stadepr_total]) - sum(result.state.after_credit)) < 1e-3);
}

// Selling at the levelised cost leaves the owner exactly the discount rate.
RC_GTEST_PROP(Project, the_levelised_cost_makes_the_present_value_nought, ()) {
  SingleOwner project = a_project();
  project.price.values = {*rc::gen::inRange(3, 20) / 100.0};
  project.debt.sculpted = false;  // so that debt does not move with the price
  project.federal_tax = {0};      // nor tax
  project.state_tax = {0};
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult first = run(project, workspace);
  project.price.values = {first.levelised_cost_nominal};
  RC_ASSERT(std::abs(run(project, workspace).npv) < 1e-3);
}

RC_GTEST_PROP(Project, dearer_power_never_hurts_the_owner, ()) {
  SingleOwner project = a_project();
  project.price.values = {*rc::gen::inRange(30, 100) / 1000.0};
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult low = run(project, workspace);
  project.price.values[0] *= 1.1;
  const SingleOwnerResult high = run(project, workspace);
  RC_ASSERT(high.debt > low.debt);
  RC_ASSERT(high.npv > low.npv);
}
