// Properties of the single-owner pro forma: what must hold whatever the inputs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "money/project/break_even.h"
#include "money/project/single_owner.h"

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

/// The shares of a MACRS class of some years by its rule, running sums rounded to 0.01 % as the IRS does.
std::vector<double> macrs_shares(int years) {
  const double multiple = years <= 10 ? 2.0 : 1.5;
  std::vector<double> shares;
  double left = 1, rounded_before = 0;
  for (int year = 1; year <= years + 1; ++year) {
    const double service = year == 1 ? 0.5 : 1.0, years_left = years - (year == 1 ? 0 : year - 1.5);
    const double declining = left * multiple / years * service;
    const double straight = years_left > 0 ? left / years_left * service : left;
    left -= year == years + 1 ? left : std::min(left, std::max(declining, straight));
    const double rounded = std::round((1 - left) * 1e4) / 1e4;
    shares.push_back(rounded - rounded_before);
    rounded_before = rounded;
  }
  return shares;
}

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}
}  // namespace

TEST(Project, a_second_run_does_not_allocate) {
  if (!counts_allocations()) GTEST_SKIP() << "the address sanitizer has its own allocator";
  SingleOwner project = a_project();
  SingleOwnerWorkspace workspace;
  // Room for as many levels as flows can change sign.
  workspace.irr.coefficients.reserve(26 * 26);
  workspace.irr.zeros.reserve(26);
  workspace.irr.next_zeros.reserve(26);
  run(project, workspace);
  const std::size_t before = allocations_so_far();
  EXPECT_GT(before, 0u) << "nothing is counted";
  double total = 0;
  for (int trial = 1; trial < 200; ++trial) {
    project.price.values[0] = 0.04 + 0.0002 * trial;
    project.debt.rate = 0.05 + 0.0002 * trial;
    total += run(project, workspace).npv;
  }
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
  // The declining-balance rule (200 % up to 10 years, 150 % above, then straight line) gives the published table A-1.
  const std::span<const double> published = depreciation_table(DepreciationClass::macrs_5);
  const std::vector<double> five = macrs_shares(5), fifteen = macrs_shares(15);
  for (std::size_t i = 0; i < five.size(); ++i) EXPECT_NEAR(five[i], published[i], 1e-12) << i;
  const std::span<const double> long_table = depreciation_table(DepreciationClass::macrs_15);
  for (std::size_t i = 0; i < fifteen.size(); ++i) EXPECT_NEAR(fifteen[i], long_table[i], 1.01e-4) << i;
}

// However long the life and whatever the class, all of the basis is written off when what is left is.
TEST(Project, the_whole_basis_is_written_off_by_the_end) {
  SingleOwner project = a_project();
  project.writes_off_rest = true;
  project.debt.tenor_years = 1;
  project.custom_depreciation = {0.5, 0.3, 0.2};
  SingleOwnerWorkspace workspace;
  for (std::size_t c = 0; c < depreciation_classes; ++c)
    for (const int years : {1, 2, 5, 6, 20, 39, 40, 45}) {
      project.years = years;
      project.allocation = {};
      project.allocation[c] = 1;
      const SingleOwnerResult result = run(project, workspace);
      EXPECT_NEAR(sum(workspace.lines[FlowLine::feddepr_total]), result.allocated_total, 1e-3) << c << ", " << years;
      EXPECT_NEAR(sum(workspace.lines[FlowLine::stadepr_total]), result.allocated_total, 1e-3) << c << ", " << years;
    }
}

TEST(Project, a_price_that_is_worth_nothing) {
  SingleOwner project = a_project();
  project.price.growth = 0.01;
  SingleOwnerWorkspace workspace;
  const std::optional<double> price = price_for_no_value(project, workspace);
  ASSERT_TRUE(price);
  project.price.values = {*price};
  EXPECT_NEAR(run(project, workspace).npv, 0, 1e-2);
  // Losses carried forward bend the curve; the price is found all the same.
  project.losses = {true, 0.8};
  project.federal.bonus = 1, project.federal.bonus_for[0] = true;
  const std::optional<double> bent = price_for_no_value(project, workspace);
  ASSERT_TRUE(bent);
  EXPECT_GT(*bent, *price);
  project.price.values = {*bent};
  EXPECT_NEAR(run(project, workspace).npv, 0, 1e-2);
  project.installed_cost = project.construction_financing = 0;
  project.operation = {};
  EXPECT_FALSE(price_for_no_value(project, workspace));  // it costs nothing
}

// 300 $ written off in the first of three years that sell for 100, 150 and 200 $: a loss of 200 $. Of 150 $ it takes at
// most 80 %, 120 $, and of 200 $ the 80 $ that are left; 20 % tax on 30 and 120 $.
TEST(Project, losses_are_used_at_once_or_carried_forward) {
  SingleOwner project;
  project.years = 3;
  project.installed_cost = 300;
  project.sold.years[0].net = project.sold.years[0].sales = project.sold.years[0].sales_value = 1;
  project.price.values = {100, 150, 200};
  project.federal_tax = {0.2}, project.state_tax = {0};
  project.debt.sculpted = false, project.debt.share = 0, project.debt.tenor_years = 0;
  project.allocation = {0, 0, 0, 0, 0, 0, 1};
  project.custom_depreciation = {1};
  SingleOwnerWorkspace workspace;
  auto taxes = [&] {
    run(project, workspace);
    const std::span<const double> line = workspace.lines[FlowLine::fedtax];
    return std::vector<double>(line.begin(), line.end());
  };
  const std::vector<double> at_once = taxes();
  EXPECT_NEAR(at_once[1], 40, 1e-9);
  EXPECT_NEAR(at_once[2], -30, 1e-9);
  EXPECT_NEAR(at_once[3], -40, 1e-9);
  project.losses = {true, 0.8};
  const std::vector<double> carried = taxes();
  EXPECT_NEAR(carried[1], 0, 1e-9);
  EXPECT_NEAR(carried[2], -6, 1e-9);
  EXPECT_NEAR(carried[3], -24, 1e-9);
  EXPECT_NEAR(workspace.lines[FlowLine::fedtax_loss_carried][2], 80, 1e-9);
  EXPECT_NEAR(workspace.lines[FlowLine::fedtax_loss_carried][3], 0, 1e-9);
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
  RC_ASSERT(std::abs(present_value(lines[FlowLine::debt_payment_total], project.debt.rate, Lines::timing) -
                     result.debt) < 1e-6 * std::max(1.0, std::abs(result.debt)));
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

// Nothing is lost between the lines of a pro forma: the owner's cash of a year is what comes in less what goes out, the
// lender gets the debt back, and what went into reserves comes out again.
TEST(Project, the_owner_gets_what_the_lines_leave) {
  SingleOwner project = a_project();
  project.years = 20;
  project.equipment[0] = {0.1, 8};
  project.reserves_interest = 0.02;
  project.salvage_share = 0.1;
  project.incentives.investment_credit[0].share = {0.3};
  project.federal.credit_for[0] = true;
  project.incentives.production[2].amount = {0.01};
  project.incentives.production[2].term = 5;
  for (const bool sculpted : {true, false}) {
    project.debt.sculpted = sculpted;
    // SAM takes the receivables reserve of year 0 off a sculpted debt but not off its payments (docs/money.md), so with
    // one a sculpted loan repays more than it lent.
    project.receivables_months = sculpted ? 0 : 1;
    SingleOwnerWorkspace workspace;
    const SingleOwnerResult result = run(project, workspace);
    const Lines& lines = workspace.lines;
    using enum FlowLine;
    const FlowLine in[] = {energy_value,     thermal_value, curtailment_value, capacity_payment, net_salvage_value,
                           pbi_total_fed,    pbi_total_sta, pbi_total_uti,     pbi_total_oth,    ptc_fed,
                           ptc_sta,          itc_fed,       itc_sta,           statax,           fedtax,
                           reserve_interest, project_ra,    project_mecs};
    const FlowLine out[] = {om_fixed_expense,      om_production_expense, om_capacity_expense, om_fuel_expense,
                            land_lease_expense,    property_tax_expense,  insurance_expense,   utility_bill,
                            debt_payment_interest, debt_payment_principal};
    for (std::size_t year = 0; year <= 20; ++year) {
      double cash = year == 0 ? result.property + result.debt : 0;
      for (const FlowLine line : in) cash += lines[line][year];
      for (const FlowLine line : out) cash -= lines[line][year];
      EXPECT_NEAR(cash, lines[project_return_aftertax][year], 1e-4) << year;
    }
    EXPECT_NEAR(sum(lines[project_ra]), 0, 1e-4);
    EXPECT_NEAR(sum(lines[debt_payment_principal]), result.debt, 1e-4);
  }
}
