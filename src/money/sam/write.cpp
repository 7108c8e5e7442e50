// Results under SAM's output names; SAM's prices are in cents/kWh, the pro forma's in $.
#include <cmath>
#include <nlohmann/json.hpp>

#include "money/sam/sam.h"
#include "money/series.h"

namespace orrery::money {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json("nan");
}

Json list(std::span<const double> values, double scale = 1) {
  Json out = Json::array();
  for (const double value : values) out.push_back(number(value * scale));
  return out;
}

// Lines that SAM prints only for projects with storage or recapitalisation, and those that it keeps to itself.
bool is_printed(FlowLine line, const SamCase& read) {
  switch (line) {
    case FlowLine::om_fixed1_expense:
    case FlowLine::om_production1_expense:
    case FlowLine::om_capacity1_expense:
      return read.extra_operation_types > 0;
    case FlowLine::om_fixed2_expense:
    case FlowLine::om_production2_expense:
    case FlowLine::om_capacity2_expense:
      return read.extra_operation_types > 1;
    case FlowLine::battery_replacement_cost:
    case FlowLine::battery_replacement_cost_schedule:
      return read.has_battery;
    case FlowLine::fuelcell_replacement_cost:
    case FlowLine::fuelcell_replacement_cost_schedule:
      return read.has_fuel_cell;
    case FlowLine::energy_without_battery:
      return read.project.sold.battery_apart;
    case FlowLine::om_hybrid_sum:
      return false;
    default:
      return true;
  }
}

void write_basis(Json& out, const std::string& where, const SingleOwnerResult& result) {
  const bool federal = where == "fed";
  const DepreciationBasis& basis = federal ? result.federal : result.state;
  const std::string depr = "depr_" + where + "bas_", itc = "itc_", disallow = "itc_disallow_" + where + "_";
  struct Column {
    std::string prefix;
    const ByClass& values;
    double scale;
  };
  const Column columns[] = {{depr + "percent_", basis.share, 100},
                            {depr + "ibi_reduc_", basis.ibi_reduction, 1},
                            {depr + "cbi_reduc_", basis.cbi_reduction, 1},
                            {depr + "prior_itc_", basis.before_credit, 1},
                            {itc + where + "_qual_", basis.qualifying, 1},
                            {depr + "percent_qual_", basis.qualifying_share, 100},
                            {depr + "percent_amount_", basis.credit_percent, 1},
                            {disallow + "percent_", basis.disallowed_percent, 1},
                            {depr + "fixed_amount_", basis.credit_amount, 1},
                            {disallow + "fixed_", basis.disallowed_amount, 1},
                            {depr + "itc_sta_reduction_", basis.state_credit_reduction, 1},
                            {depr + "itc_fed_reduction_", basis.federal_credit_reduction, 1},
                            {depr + "after_itc_", basis.after_credit, 1},
                            {depr + "first_year_bonus_", basis.first_year_bonus, 1},
                            {depr, basis.basis, 1}};
  for (const Column& column : columns) {
    double total = 0;
    for (std::size_t c = 0; c < depreciation_classes; ++c) {
      const std::string name(depreciation_class_name(static_cast<DepreciationClass>(c)));
      out[column.prefix + name] = number(column.values[c] * column.scale);
      total += column.values[c] * column.scale;
    }
    out[column.prefix + "total"] = number(total);
  }
  // What SAM prints as totals is the credit itself, and a whole, whatever qualifies.
  out[depr + "percent_qual_total"] = 100.0;
  out[depr + "percent_amount_total"] = number(basis.credit_percent_total);
  out[depr + "fixed_amount_total"] = number(basis.credit_amount_total);
  out["itc_" + where + "_percent_total"] = number(basis.credit_percent_total);
  out["itc_" + where + "_fixed_total"] = number(basis.credit_amount_total);
  out["itc_total_" + where] = number(basis.credit_percent_total + basis.credit_amount_total);
}

void write_scalars(Json& out, const SamCase& read, const SingleOwnerResult& r, const Lines& lines) {
  const SingleOwner& project = read.project;
  auto put = [&out](const char* name, double value) { out[name] = number(value); };
  put("cf_length", project.years + 1);
  put("project_return_aftertax_npv", r.npv);
  put("project_return_aftertax_irr", r.irr * 100);
  put("analysis_period_irr", r.irr * 100);
  put("flip_actual_irr", r.flip_year < 0 ? std::nan("") : r.target_year_irr * 100);
  put("flip_actual_year", r.flip_year < 0 ? std::nan("") : r.flip_year);
  put("flip_target_irr", project.price.target_return * 100);
  put("flip_target_year", r.target_year);
  put("ppa", r.price * 100);
  put("ppa_price", r.price * 100);
  put("ppa_escalation", project.price.growth * 100);
  put("size_of_debt", r.debt);
  put("size_of_equity", r.equity);
  put("issuance_of_equity", r.equity);
  put("purchase_of_property", r.property);
  put("debt_fraction", r.debt_share * 100);
  put("cash_for_debt_service", r.cash_for_debt_service);
  put("pv_cafds", r.present_cash_for_debt_service);
  put("min_dscr", r.minimum_coverage);
  put("wacc", r.weighted_cost_of_capital * 100);
  put("effective_tax_rate", r.effective_tax * 100);
  put("nominal_discount_rate", r.nominal_discount);
  put("cost_prefinancing", project.installed_cost);
  put("cost_financing", r.financing_cost);
  put("cost_debt_upfront", r.debt_fee);
  put("cost_installed", r.installed_cost);
  put("cost_installedperwatt", r.installed_cost / project.capacity_kw / 1000);
  put("adjusted_installed_cost", r.installed_cost - r.cbi_total - r.ibi_total);
  put("salvage_value", project.salvage_share * project.installed_cost);
  put("prop_tax_assessed_value", project.operation.assessed_share * project.installed_cost);
  put("lcoe_nom", r.levelised_cost_nominal * 100);
  put("lcoe_real", r.levelised_cost_real * 100);
  put("lppa_nom", r.levelised_price_nominal * 100);
  put("lppa_real", r.levelised_price_real * 100);
  put("npv_ppa_revenue", r.present_revenue);
  put("npv_annual_costs", r.present_costs);
  put("npv_energy_nom", r.present_units_nominal);
  put("npv_energy_real", r.present_units_real);
  auto present = [&](FlowLine line) { return present_value(lines[line], r.nominal_discount, Lines::timing); };
  put("npv_curtailment_revenue", present(FlowLine::curtailment_value));
  put("npv_capacity_revenue", present(FlowLine::capacity_payment));
  put("npv_fed_pbi_income", present(FlowLine::pbi_total_fed));
  put("npv_sta_pbi_income", present(FlowLine::pbi_total_sta));
  put("npv_uti_pbi_income", present(FlowLine::pbi_total_uti));
  put("npv_oth_pbi_income", present(FlowLine::pbi_total_oth));
  put("npv_salvage_value", present(FlowLine::net_salvage_value));
  put("npv_thermal_value", present(FlowLine::thermal_value));
  const double nonfuel = present(FlowLine::om_fixed_expense) + present(FlowLine::om_capacity_expense) +
                         present(FlowLine::om_production_expense);
  put("present_value_oandm_nonfuel", nonfuel);
  put("present_value_oandm", nonfuel + present(FlowLine::om_fuel_expense));
  put("present_value_fuel", present(FlowLine::om_fuel_expense) + present(FlowLine::om_opt_fuel_1_expense) +
                                present(FlowLine::om_opt_fuel_2_expense));
  put("present_value_insandproptax", present(FlowLine::insurance_expense) + present(FlowLine::property_tax_expense));
  for (const bool of_state : {false, true}) {
    const double credit = present(of_state ? FlowLine::ptc_sta : FlowLine::ptc_fed) / (1 - r.effective_tax) * 100;
    const std::string name = of_state ? "lcoptc_sta_" : "lcoptc_fed_";
    out[name + "nom"] = number(r.present_units_nominal != 0 ? credit / r.present_units_nominal : 0);
    out[name + "real"] = number(r.present_units_real != 0 ? credit / r.present_units_real : 0);
  }
  constexpr const char* names[] = {"fed", "sta", "uti", "oth"};
  for (std::size_t p = 0; p < payers; ++p) {
    out[std::string("ibi_total_") + names[p]] = number(r.ibi_by_payer[p]);
    out[std::string("cbi_total_") + names[p]] = number(r.cbi_by_payer[p]);
  }
  put("ibi_total", r.ibi_total);
  put("cbi_total", r.cbi_total);
  put("ibi_fedtax_total", r.ibi_taxed_federal);
  put("ibi_statax_total", r.ibi_taxed_state);
  put("cbi_fedtax_total", r.cbi_taxed_federal);
  put("cbi_statax_total", r.cbi_taxed_state);
  put("itc_total", r.itc_total);
  put("pre_depr_alloc_basis", r.basis_before_allocation);
  put("pre_itc_qual_basis", r.basis_before_allocation);
  for (std::size_t c = 0; c < depreciation_classes; ++c) {
    const std::string name(depreciation_class_name(static_cast<DepreciationClass>(c)));
    out["depr_alloc_" + name] = number(r.allocated[c]);
  }
  put("depr_alloc_total", r.allocated_total);
  put("depr_alloc_none", r.not_depreciated);
  put("depr_alloc_none_percent", r.not_depreciated_share * 100);
  put("system_use_lifetime_output", read.lifetime_output ? 1 : 0);
  put("system_use_recapitalization", read.recapitalizes ? 1 : 0);
}

// Sales and revenue by month of every year, and by price period.
void write_deliveries(Json& out, const SamCase& read, const Lines& lines) {
  constexpr const char* months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::size_t n = static_cast<std::size_t>(read.project.years);
  const std::span<const double> price = lines[FlowLine::ppa_price];
  const double first_sales = read.deliveries.size() > 1 ? 0 : read.project.sold.years[0].sales;
  auto delivery = [&](std::size_t year) -> const SalesByTime& {
    return read.deliveries[read.deliveries.size() > 1 ? year - 1 : 0];
  };
  // One year's delivery stands for all, less what has degraded.
  std::vector<double> left(n + 1, 1.0);
  if (read.deliveries.size() == 1)
    for (std::size_t year = 1; year <= n; ++year)
      left[year] = first_sales != 0 ? lines[FlowLine::energy_sales][year] / first_sales : 0;
  std::vector<double> energy(n + 1), revenue(n + 1);
  for (std::size_t month = 0; month < 12; ++month) {
    for (std::size_t year = 1; year <= n; ++year) {
      energy[year] = delivery(year).month[month] * left[year];
      revenue[year] = delivery(year).month_value[month] * left[year] * price[year];
    }
    out[std::string("cf_energy_sales_") + months[month]] = list(energy);
    out[std::string("cf_revenue_") + months[month]] = list(revenue);
  }
  if (read.pricing.by_step) return;
  for (std::size_t period = 0; period < price_periods; ++period) {
    const std::string n_period = std::to_string(period + 1);
    const double factor = read.pricing.factors[period];
    for (std::size_t year = 1; year <= n; ++year) {
      energy[year] = delivery(year).period[period] * left[year];
      revenue[year] = energy[year] * factor * price[year];
    }
    out["cf_energy_sales_dispatch" + n_period] = list(energy);
    out["cf_revenue_dispatch" + n_period] = list(revenue);
    out["firstyear_energy_dispatch" + n_period] = number(energy[1]);
    out["firstyear_revenue_dispatch" + n_period] = number(revenue[1]);
    out["firstyear_energy_price" + n_period] = number(energy[1] != 0 ? revenue[1] / energy[1] * 100 : 0);
    std::array<double, 12> by_month = delivery(1).period_month[period];
    for (double& kwh : by_month) kwh *= left[1];
    out["cf_energy_sales_monthly_firstyear_TOD" + n_period] = list(by_month);
    for (double& kwh : by_month) kwh *= factor * price[1];
    out["cf_revenue_monthly_firstyear_TOD" + n_period] = list(by_month);
  }
}

}  // namespace

std::string sam_outputs(const SamCase& read) {
  Json out = Json::object();
  if (read.kind == SamCase::Kind::fixed_charge) {
    const FixedChargeCase& c = read.fixed_charge;
    out["lcoe_fcr"] =
        number(levelised_cost_by_fixed_charge(c.capital, c.fixed_charge_rate, c.fixed_a_year, c.energy, c.variable));
    return out.dump(1);
  }
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult result = run(read.project, workspace, true);
  const Lines& lines = workspace.lines;
  write_scalars(out, read, result, lines);
  write_basis(out, "fed", result);
  write_basis(out, "sta", result);
  for (std::size_t i = 0; i < sam_flow_lines; ++i) {
    const FlowLine line = static_cast<FlowLine>(i);
    if (is_printed(line, read))
      out["cf_" + std::string(flow_line_name(line))] = list(lines[line], line == FlowLine::ppa_price ? 100 : 1);
  }
  write_deliveries(out, read, lines);
  std::vector<double> sold, bought;
  for (const double kw : read.power_kw) {
    sold.push_back(std::max(kw, 0.0));
    bought.push_back(std::min(kw, 0.0));
  }
  out["revenue_gen"] = list(sold);
  out["gen_purchases"] = list(bought);
  std::vector<double> multipliers = read.pricing.step_multipliers;
  for (const int period : read.pricing.period_of_hour)
    multipliers.push_back(read.pricing.factors[static_cast<std::size_t>(period - 1)]);
  out["ppa_multipliers"] = list(multipliers);
  if (!read.monthly_energy.empty()) out["monthly_energy"] = list(read.monthly_energy);
  std::vector<double> recapitalize = read.recapitalize_years;
  // In use, it is printed with a year 0 in front.
  const std::size_t columns = static_cast<std::size_t>(read.project.years) + 1;
  if (read.recapitalizes && recapitalize.size() < columns)
    recapitalize.insert(recapitalize.begin(), columns - recapitalize.size(), 0.0);
  out["system_lifetime_recapitalize"] = list(recapitalize);
  return out.dump(1);
}

}  // namespace orrery::money
