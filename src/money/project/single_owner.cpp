// The single-owner pro forma from its stages, and the search for the price that earns a target return.
#include "money/project/single_owner.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"
#include "money/project/pro_forma.h"
#include "money/series.h"

namespace orrery::money {

namespace {

// Income before debt, taxes and credits.
void fill_income(const SingleOwner& project, Lines& lines) {
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    lines[FlowLine::total_revenue][year] =
        lines[FlowLine::energy_value][year] + lines[FlowLine::thermal_value][year] +
        lines[FlowLine::curtailment_value][year] + lines[FlowLine::capacity_payment][year] +
        payments_for_debt(project, lines, year) + lines[FlowLine::net_salvage_value][year];
    lines[FlowLine::ebitda][year] = lines[FlowLine::total_revenue][year] - lines[FlowLine::operating_expenses][year];
  }
}

// Cash to the owner before and after tax, from what the other stages filled in.
void fill_returns(const SingleOwner& project, const SingleOwnerResult& result, Lines& lines) {
  for (std::size_t year = 0; year <= static_cast<std::size_t>(project.years); ++year) {
    const double operating = lines[FlowLine::ebitda][year] + lines[FlowLine::reserve_interest][year] -
                             lines[FlowLine::debt_payment_interest][year] +
                             payments_apart_from_debt(project, lines, year);
    double investing = lines[FlowLine::project_ra][year] + lines[FlowLine::project_mecs][year];
    double financing = -lines[FlowLine::debt_payment_principal][year];
    if (year == 0) {
      investing += result.property;
      financing += result.equity + result.debt;
    }
    lines[FlowLine::project_operating_activities][year] = operating;
    lines[FlowLine::project_investing_activities][year] = investing;
    lines[FlowLine::project_financing_activities][year] = financing;
    lines[FlowLine::pretax_cashflow][year] = operating + investing + financing;
    const double pretax = operating + investing + financing - (year == 0 ? result.equity : 0);
    lines[FlowLine::project_return_pretax][year] = pretax;
    lines[FlowLine::project_return_aftertax_cash][year] = pretax;
    lines[FlowLine::project_return_aftertax][year] = pretax + lines[FlowLine::ptc_fed][year] +
                                                     lines[FlowLine::ptc_sta][year] + lines[FlowLine::statax][year] +
                                                     lines[FlowLine::fedtax][year] + lines[FlowLine::itc_total][year];
  }
}

// One pass at a price. cost_before is the installed cost that a limited debt is held against.
void run_at_price(const SingleOwner& project, double price, double cost_before, Lines& lines,
                  SingleOwnerResult& result) {
  lines.reset(project.years);
  result = SingleOwnerResult{};
  result.price = price;
  fill_constant(project.federal_tax, lines[FlowLine::federal_tax_frac]);
  fill_constant(project.state_tax, lines[FlowLine::state_tax_frac]);
  for (std::size_t year = 0; year <= static_cast<std::size_t>(project.years); ++year) {
    const double state = lines[FlowLine::state_tax_frac][year];
    lines[FlowLine::effective_tax_frac][year] = state + (1 - state) * lines[FlowLine::federal_tax_frac][year];
  }
  fill_units_sold(project, lines);
  fill_operating_costs(project, project.price.solve ? 0 : project.price.values[0], lines);
  fill_revenue_apart_from_sales(project, lines);
  fill_production_payments(project, lines);
  fill_sales(project, price, lines);
  fill_income(project, lines);
  fill_equipment_reserves(project, lines);
  fill_working_capital_reserve(project, lines);
  fill_receivables_reserve(project, lines);

  const GrantAmounts grants = grant_amounts(project);
  const CashForDebt cash = fill_cash_for_debt(project, lines);
  result.cash_for_debt_service = cash.total;
  result.present_cash_for_debt_service = cash.present;
  result.debt = project.debt.sculpted ? fill_sculpted_debt(project, cost_before, lines)
                                      : fill_gearing_debt(project, grants.total(), lines);
  fill_reserve_totals(project, lines);

  const double reserves = lines[FlowLine::reserve_debtservice][0] + lines[FlowLine::reserve_om][0] +
                          lines[FlowLine::reserve_receivables][0];
  result.debt_fee = project.debt.fee * result.debt;
  result.financing_cost =
      project.debt.closing_cost + result.debt_fee + project.other_financing + project.construction_financing + reserves;
  result.installed_cost = project.installed_cost + result.financing_cost - grants.total();
  result.property = -result.installed_cost + reserves;
  result.equity = result.installed_cost - result.debt;
  fill_taxable_incentives(project, grants, lines, result);
  fill_credits_and_depreciation(project, grants, lines, result);
  fill_taxes(project, lines);
  fill_returns(project, result, lines);
}

// The cost a limited debt is held against before the debt is known: its fee is taken on the whole cost.
double cost_estimate(const SingleOwner& project) {
  SingleOwnerWorkspace room;
  room.lines.reset(project.years);
  fill_units_sold(project, room.lines);
  fill_operating_costs(project, project.price.solve ? 0 : project.price.values[0], room.lines);
  const double reserve = project.working_capital_months / 12 * room.lines[FlowLine::operating_expenses][1];
  return project.installed_cost * (1 + project.debt.fee) + project.debt.closing_cost + project.other_financing +
         project.construction_financing + reserve - grant_amounts(project).total();
}

// Finds the price by false position weighted with the present value at the target rate, after widening the interval in
// steps of 10 cents: SAM's search with SAM's stopping rule, so that prices agree to its tolerance.
double run_at_target_return(const SingleOwner& project, SingleOwnerWorkspace& workspace, SingleOwnerResult& result) {
  const Price& search = project.price;
  constexpr double step = 0.10;
  const double narrowest = search.tolerance / 100;  // the tolerance of a price is in cents
  const std::size_t target_year = static_cast<std::size_t>(std::min(search.target_year, project.years));
  double price = 0, low = search.low, high = search.high, low_weight = 1, high_weight = 1;
  double cost = project.debt.limited ? cost_estimate(project) : 0;
  bool bracketed = false, came_from_above = false, first = true;
  double run_price = price;
  for (int i = 0; i < search.max_iterations && price >= 0; ++i) {
    if (bracketed) price = (low_weight * high + high_weight * low) / (low_weight + high_weight);
    run_price = price;
    run_at_price(project, price, cost, workspace.lines, result);
    cost = result.installed_cost;
    const std::span<const double> flow = workspace.lines[FlowLine::project_return_aftertax].first(target_year + 1);
    const double irr = internal_rate(flow, workspace.irr, search.target_return);
    const double percent_off = std::abs(irr - search.target_return) * 100 / std::max(search.target_return * 100, 1.0);
    double scale = std::max(low, high);
    if (scale <= narrowest) scale = 0.01;
    if (percent_off < search.tolerance || std::abs(low - high) / scale < search.tolerance) break;
    const double value = present_value(flow, search.target_return, Lines::timing);
    const double weight = std::abs(value);
    if (weight < search.tolerance) break;
    const bool above = value >= 0;
    if (bracketed) {
      (above ? high : low) = price;
      (above ? high_weight : low_weight) = weight;
      continue;
    }
    if (first) came_from_above = above;
    first = false;
    if (came_from_above == above) {
      // Still on the side the search began on: remember it and take a step.
      (above ? low : high) = price;
      (above ? low_weight : high_weight) = weight;
      price = price + (above ? -step : step);
    } else if (above) {
      low = high;
      low_weight = high_weight;
      high = price;
      high_weight = weight;
      bracketed = true;
    } else {
      high = low;
      high_weight = low_weight;
      low = price;
      low_weight = weight;
      bracketed = true;
    }
    if (!bracketed && std::abs(low - high) < narrowest) low = high - 2 * narrowest;
  }
  return run_price;
}

[[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) {
  throw Error({}, key, problem, remedy);
}

}  // namespace

void check(const SingleOwner& project) {
  if (project.years < 1) refuse("analysis_period", "there is no year to analyse", "give at least 1 year");
  if (!(project.inflation > -1) || !(project.real_discount > -1))
    refuse("real_discount_rate", "a rate of -100 % or less has no present value", "give a rate above -100 %");
  const Debt& debt = project.debt;
  if (debt.rate < 0) refuse("term_int_rate", "the interest rate is negative", "give a rate of zero or more");
  if (debt.tenor_years < 0) refuse("term_tenor", "the term is negative", "give the term in years");
  if (!debt.sculpted && debt.share > 0 && debt.tenor_years == 0)
    refuse("term_tenor", "there is debt without a term", "give the term in years, or no debt");
  if (!debt.sculpted && debt.moratorium_years >= debt.tenor_years && debt.tenor_years > 0)
    refuse("loan_moratorium", "the moratorium lasts as long as the debt", "make it shorter than the term");
  if (debt.coverage_ratio < 0) refuse("dscr", "the coverage ratio is negative", "give a ratio above zero, such as 1.3");
  const double allocated = std::accumulate(project.allocation.begin(), project.allocation.end(), 0.0);
  if (allocated > 1 + 1e-9)
    refuse("depr_alloc_macrs_5_percent", "the depreciation classes take more than the whole cost",
           "make the shares sum to 100 % or less");
  if (!project.price.solve && project.price.values.empty())
    refuse("ppa_price_input", "there is no price", "give a price, or solve for the target return");
  const std::pair<const char*, const std::vector<double>*> lists[] = {{"federal_tax_rate", &project.federal_tax},
                                                                      {"state_tax_rate", &project.state_tax},
                                                                      {"degradation", &project.sold.degradation}};
  for (const auto& [key, list] : lists)
    if (list->empty()) refuse(key, "a rate by year is an empty list", "give one number, or one a year");
  const std::size_t given = project.sold.years.size();
  if (given != 1 && given != static_cast<std::size_t>(project.years))
    refuse("gen", "energy is neither one year nor every year of the analysis", "give 1 year or the analysis period");
  if (project.price.solve)
    for (const UnitYear& year : project.sold.years)
      if (year.purchases_value != 0)
        refuse("ppa_soln_mode", "the price to be found would also be paid for purchased power",
               "give electricity rates (en_electricity_rates = 1 with utility_bill_w_sys) or specify the price");
}

SingleOwnerResult run(const SingleOwner& project, SingleOwnerWorkspace& workspace, bool yearly_returns) {
  SingleOwnerResult result;
  if (project.price.solve) {
    result.price = run_at_target_return(project, workspace, result);
  } else {
    const double cost = project.debt.limited ? cost_estimate(project) : 0;
    run_at_price(project, project.price.values[0], cost, workspace.lines, result);
  }
  fill_metrics(project, workspace, result);
  if (!std::isfinite(result.npv))
    refuse("project_return_aftertax_npv", "the present value is not finite",
           "look for an amount or a rate far too large");
  if (yearly_returns) fill_yearly_returns(project, workspace, result);
  return result;
}

}  // namespace orrery::money
