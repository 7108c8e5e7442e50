// Returns, levelised cost and coverage of a pro forma that has been filled in.
#include <algorithm>
#include <cmath>
#include <limits>

#include "money/project/pro_forma.h"
#include "money/series.h"

namespace orrery::money {

void fill_metrics(const SingleOwner& project, SingleOwnerWorkspace& workspace, SingleOwnerResult& result) {
  Lines& lines = workspace.lines;
  const std::size_t n = static_cast<std::size_t>(project.years);
  const double nominal = nominal_rate(project.real_discount, project.inflation);
  const std::span<const double> returns = lines[FlowLine::project_return_aftertax];
  result.nominal_discount = nominal;
  result.npv = present_value(returns, nominal, Lines::timing);
  result.irr = internal_rate(returns, workspace.irr, nominal);
  result.target_year = std::min(project.price.target_year, project.years);
  result.effective_tax = lines[FlowLine::effective_tax_frac][1];

  const std::span<double> coverage = lines[FlowLine::pretax_dscr];
  result.minimum_coverage = std::numeric_limits<double>::max();
  for (std::size_t year = 0; year <= n; ++year) {
    const double payment = lines[FlowLine::debt_payment_total][year];
    coverage[year] = payment == 0 ? 0 : lines[FlowLine::cash_for_ds][year] / payment;
    if (year > 0 && coverage[year] != 0) result.minimum_coverage = std::min(result.minimum_coverage, coverage[year]);
  }
  if (result.debt + result.equity > 0) result.debt_share = result.debt / (result.debt + result.equity);
  result.weighted_cost_of_capital =
      (1 - result.debt_share) * result.irr + result.debt_share * project.debt.rate * (1 - result.effective_tax);

  // Costs of what is sold: all cash of the owner except sales, so that sales at the levelised cost make the NPV nought.
  const std::span<double> costs = lines[FlowLine::annual_costs];
  costs[0] = -result.equity;
  for (std::size_t year = 1; year <= n; ++year) {
    double in_reserves = 0;
    for (const FlowLine line : {FlowLine::funding_equip1, FlowLine::funding_equip2, FlowLine::funding_equip3,
                                FlowLine::funding_om, FlowLine::funding_receivables, FlowLine::funding_debtservice,
                                FlowLine::disbursement_debtservice, FlowLine::disbursement_om})
      in_reserves += lines[line][year];
    costs[year] = lines[FlowLine::pbi_total][year] + lines[FlowLine::statax][year] + lines[FlowLine::fedtax][year] -
                  lines[FlowLine::debt_payment_interest][year] - lines[FlowLine::debt_payment_principal][year] -
                  lines[FlowLine::operating_expenses][year] + lines[FlowLine::ptc_fed][year] +
                  lines[FlowLine::ptc_sta][year] - in_reserves + lines[FlowLine::reserve_interest][year] +
                  lines[FlowLine::net_salvage_value][year] + lines[FlowLine::itc_total][year];
  }
  const std::span<const double> units = lines[FlowLine::energy_sales];
  result.present_revenue = present_value(lines[FlowLine::energy_value], nominal, Lines::timing);
  result.present_costs = -present_value(costs, nominal, Lines::timing);
  result.present_units_nominal = present_value(units, nominal, Lines::timing);
  result.present_units_real = present_value(units, project.real_discount, Lines::timing);
  auto per_unit = [](double dollars, double sold) { return sold != 0 ? dollars / sold : 0.0; };
  result.levelised_price_nominal = per_unit(result.present_revenue, result.present_units_nominal);
  result.levelised_price_real = per_unit(result.present_revenue, result.present_units_real);
  result.levelised_cost_nominal = result.present_units_nominal != 0
                                      ? per_unit(result.present_costs, result.present_units_nominal)
                                      : result.levelised_price_nominal;
  result.levelised_cost_real = result.present_units_real != 0
                                   ? per_unit(result.present_costs, result.present_units_real)
                                   : result.levelised_price_real;
}

void fill_yearly_returns(const SingleOwner& project, SingleOwnerWorkspace& workspace, SingleOwnerResult& result) {
  Lines& lines = workspace.lines;
  const double not_a_rate = std::numeric_limits<double>::quiet_NaN();
  struct Return {
    FlowLine flow, irr, npv;
  };
  constexpr Return both[] = {
      {FlowLine::project_return_pretax, FlowLine::project_return_pretax_irr, FlowLine::project_return_pretax_npv},
      {FlowLine::project_return_aftertax, FlowLine::project_return_aftertax_irr,
       FlowLine::project_return_aftertax_npv}};
  for (const Return& of : both) {
    const std::span<const double> flow = lines[of.flow];
    double discount = 1, value = 0, guess = 0;
    for (std::size_t year = 0; year < flow.size(); ++year) {
      value += flow[year] * discount;
      discount /= 1 + result.nominal_discount;
      const double rate = year == 0 ? not_a_rate : internal_rate(flow.first(year + 1), workspace.irr, guess);
      if (std::isfinite(rate)) guess = rate;
      lines[of.npv][year] = value;
      lines[of.irr][year] = rate * 100;
    }
  }
  // The best return so far, which stands at nought until there is one.
  const std::span<const double> irr = lines[FlowLine::project_return_aftertax_irr];
  const std::span<double> best = lines[FlowLine::project_return_aftertax_max_irr];
  const double target = project.price.target_return * 100;
  best[0] = not_a_rate;
  double highest = 0;
  for (std::size_t year = 1; year < best.size(); ++year) {
    const bool below = highest < target;
    if (year > 1 && std::isfinite(irr[year])) highest = std::max(highest, irr[year]);
    if (result.flip_year < 0 && below && std::abs(irr[year] - target) / 100 < project.price.tolerance) highest = target;
    if (result.flip_year < 0 && below && highest >= target) result.flip_year = static_cast<int>(year);
    best[year] = highest;
  }
  // With the price given, the year asked for is the year reported.
  if (!project.price.solve) result.flip_year = result.target_year;
  result.target_year_irr = irr[static_cast<std::size_t>(result.target_year)] / 100;
}

}  // namespace orrery::money
