// The yearly cash flow of a project as a matrix: one row a line of the pro forma, one column a year, year 0 being the
// end of construction. The lines carry the names of NREL's System Advisor Model (SAM), which the trade knows.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "money/series.h"

namespace orrery::money {

/// A line of the pro forma. Dollars unless the name says energy (units sold), price ($ per unit sold), irr (%), frac or
/// dscr (plain numbers).
enum class FlowLine {
  energy_net,
  energy_sales,
  energy_purchases,
  energy_curtailed,
  energy_without_battery,
  ppa_price,
  energy_value,
  thermal_value,
  curtailment_value,
  capacity_payment,
  net_salvage_value,
  total_revenue,
  om_fixed_expense,
  om_production_expense,
  om_capacity_expense,
  om_fixed1_expense,
  om_production1_expense,
  om_capacity1_expense,
  om_fixed2_expense,
  om_production2_expense,
  om_capacity2_expense,
  om_fuel_expense,
  om_opt_fuel_1_expense,
  om_opt_fuel_2_expense,
  om_hybrid_sum,
  land_lease_expense,
  battery_replacement_cost_schedule,
  battery_replacement_cost,
  fuelcell_replacement_cost_schedule,
  fuelcell_replacement_cost,
  property_tax_assessed_value,
  property_tax_expense,
  insurance_expense,
  utility_bill,
  recapitalization,
  operating_expenses,
  ebitda,
  federal_tax_frac,
  state_tax_frac,
  effective_tax_frac,
  pbi_total_fed,
  pbi_total_sta,
  pbi_total_uti,
  pbi_total_oth,
  pbi_total,
  pbi_statax_total,
  pbi_fedtax_total,
  ptc_fed,
  ptc_sta,
  itc_fed_amount,
  itc_fed_percent_amount,
  itc_fed,
  itc_sta_amount,
  itc_sta_percent_amount,
  itc_sta,
  itc_total,
  reserve_debtservice,
  funding_debtservice,
  disbursement_debtservice,
  reserve_om,
  funding_om,
  disbursement_om,
  reserve_receivables,
  funding_receivables,
  disbursement_receivables,
  reserve_equip1,
  funding_equip1,
  disbursement_equip1,
  reserve_equip2,
  funding_equip2,
  disbursement_equip2,
  reserve_equip3,
  funding_equip3,
  disbursement_equip3,
  reserve_total,
  reserve_interest,
  cash_for_ds,
  pv_interest_factor,
  pv_cash_for_ds,
  debt_size,
  debt_balance,
  debt_payment_interest,
  debt_payment_principal,
  debt_payment_total,
  pretax_dscr,
  project_operating_activities,
  project_dsra,
  project_wcra,
  project_receivablesra,
  project_me1ra,
  project_me2ra,
  project_me3ra,
  project_ra,
  project_me1cs,
  project_me2cs,
  project_me3cs,
  project_mecs,
  project_investing_activities,
  project_financing_activities,
  pretax_cashflow,
  project_return_pretax,
  project_return_pretax_irr,
  project_return_pretax_npv,
  project_return_aftertax_cash,
  project_return_aftertax,
  project_return_aftertax_irr,
  project_return_aftertax_max_irr,
  project_return_aftertax_npv,
  stadepr_macrs_5,
  stadepr_macrs_15,
  stadepr_sl_5,
  stadepr_sl_15,
  stadepr_sl_20,
  stadepr_sl_39,
  stadepr_custom,
  stadepr_me1,
  stadepr_me2,
  stadepr_me3,
  stadepr_total,
  statax_income_prior_incentives,
  statax_taxable_incentives,
  statax_income_with_incentives,
  statax,
  feddepr_macrs_5,
  feddepr_macrs_15,
  feddepr_sl_5,
  feddepr_sl_15,
  feddepr_sl_20,
  feddepr_sl_39,
  feddepr_custom,
  feddepr_me1,
  feddepr_me2,
  feddepr_me3,
  feddepr_total,
  fedtax_income_prior_incentives,
  fedtax_taxable_incentives,
  fedtax_income_with_incentives,
  fedtax,
  annual_costs,
  // Beyond SAM's: taxable income that losses of earlier years took away, and losses not used yet.
  statax_loss_used,
  statax_loss_carried,
  fedtax_loss_used,
  fedtax_loss_carried,
  count
};
inline constexpr std::size_t flow_lines = static_cast<std::size_t>(FlowLine::count);
/// SAM's own lines are the first.
inline constexpr std::size_t sam_flow_lines = static_cast<std::size_t>(FlowLine::annual_costs) + 1;

/// "debt_balance": SAM's name of the line without its "cf_".
std::string_view flow_line_name(FlowLine line);
/// The line n places after another: the lines of a family stand together (depreciation classes, reserves).
inline constexpr FlowLine operator+(FlowLine line, int n) {
  return static_cast<FlowLine>(static_cast<int>(line) + n);
}

/// The matrix. years() is n; every row has n + 1 columns. Resizing to a length it had before does not allocate.
class Lines {
 public:
  /// Year 0 is today, and the cash of a year falls that many years later.
  static constexpr Timing timing = Timing::start;

  /// Zeroes every cell for an analysis of that many years.
  void reset(int years) {
    years_ = years;
    cells_.assign(flow_lines * static_cast<std::size_t>(years + 1), 0.0);
  }
  int years() const { return years_; }
  std::span<double> operator[](FlowLine line) { return {cells_.data() + offset(line), width()}; }
  std::span<const double> operator[](FlowLine line) const { return {cells_.data() + offset(line), width()}; }

 private:
  std::size_t width() const { return static_cast<std::size_t>(years_ + 1); }
  std::size_t offset(FlowLine line) const { return static_cast<std::size_t>(line) * width(); }
  int years_ = 0;
  std::vector<double> cells_;
};

}  // namespace orrery::money
