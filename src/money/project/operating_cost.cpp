// Operating costs of the single-owner pro forma: maintenance, fuel, land, storage and its replacements, property tax,
// insurance, purchased power and recapitalisation.
#include <algorithm>
#include <cmath>

#include "money/project/pro_forma.h"

namespace orrery::money {

namespace {

void scale_by_year(std::span<const double> factors, std::span<double> line) {
  for (std::size_t year = 1; year < line.size(); ++year)
    line[year] *= factors.size() == 1 ? factors[0] : year <= factors.size() ? factors[year - 1] : 0;
}

void fill_storage(const SingleOwner& project, Lines& lines) {
  const OperatingCosts& op = project.operation;
  constexpr FlowLine fixed[] = {FlowLine::om_fixed1_expense, FlowLine::om_fixed2_expense};
  constexpr FlowLine production[] = {FlowLine::om_production1_expense, FlowLine::om_production2_expense};
  constexpr FlowLine capacity[] = {FlowLine::om_capacity1_expense, FlowLine::om_capacity2_expense};
  constexpr FlowLine schedule[] = {FlowLine::battery_replacement_cost_schedule,
                                   FlowLine::fuelcell_replacement_cost_schedule};
  constexpr FlowLine replacement[] = {FlowLine::battery_replacement_cost, FlowLine::fuelcell_replacement_cost};
  for (std::size_t store = 0; store < 2; ++store) {
    fill_yearly(op.storage_fixed[store], 1, lines[fixed[store]]);
    fill_yearly(op.storage_per_capacity[store], op.storage_kw[store], lines[capacity[store]]);
    if (!op.storage_kwh[store].empty()) {
      fill_yearly(op.storage_per_kwh[store], 1, lines[production[store]]);
      scale_by_year(op.storage_kwh[store], lines[production[store]]);
    }
    fill_yearly(op.replacement_cost[store], 1, lines[schedule[store]]);
    for (std::size_t year = 1; year <= op.replacements[store].size(); ++year)
      if (year <= static_cast<std::size_t>(project.years))
        lines[replacement[store]][year] = op.replacements[store][year - 1] * lines[schedule[store]][year];
  }
}

// Power bought back, at the sale price of the hour it is bought.
void fill_utility_bill(const SingleOwner& project, double price, Lines& lines) {
  const OperatingCosts& op = project.operation;
  const std::span<double> bill = lines[FlowLine::utility_bill];
  std::copy_n(op.utility_bill.begin(), std::min(op.utility_bill.size(), bill.size()), bill.begin());
  bool buys = false;
  for (const UnitYear& year : project.sold.years) buys |= year.purchases_value != 0;
  if (!buys) return;
  fill_sales(project, price, lines);
  for (std::size_t year = 1; year < bill.size(); ++year) {
    const std::vector<UnitYear>& years = project.sold.years;
    const UnitYear& units = years.size() > 1 ? years[year - 1] : years[0];
    if (units.purchases == 0) continue;
    const double left = lines[FlowLine::energy_purchases][year] / units.purchases;
    bill[year] -= units.purchases_value * left * lines[FlowLine::ppa_price][year];
  }
}

}  // namespace

void fill_operating_costs(const SingleOwner& project, double price, Lines& lines) {
  const OperatingCosts& op = project.operation;
  const std::size_t n = static_cast<std::size_t>(project.years);
  fill_yearly(op.fixed, 1, lines[FlowLine::om_fixed_expense]);
  fill_yearly(op.per_unit, 1, lines[FlowLine::om_production_expense]);
  const FlowLine produced = project.sold.battery_apart ? FlowLine::energy_without_battery : FlowLine::energy_sales;
  for (std::size_t year = 1; year <= n; ++year) lines[FlowLine::om_production_expense][year] *= lines[produced][year];
  fill_yearly(op.per_capacity, project.capacity_kw, lines[FlowLine::om_capacity_expense]);
  fill_yearly(op.fuel, 1, lines[FlowLine::om_fuel_expense]);
  scale_by_year(op.fuel_kwh, lines[FlowLine::om_fuel_expense]);
  fill_yearly(op.other_fuel[0], op.other_fuel_units[0], lines[FlowLine::om_opt_fuel_1_expense]);
  fill_yearly(op.other_fuel[1], op.other_fuel_units[1], lines[FlowLine::om_opt_fuel_2_expense]);
  fill_yearly(op.land_lease, 1, lines[FlowLine::land_lease_expense]);
  for (std::size_t year = 0; year <= n && year < op.other_by_year.size(); ++year)
    lines[FlowLine::om_hybrid_sum][year] = op.other_by_year[year];
  fill_storage(project, lines);
  fill_utility_bill(project, price, lines);

  double inflated = 1, recapitalization = op.recapitalization_cost;
  for (std::size_t year = 1; year <= n; ++year) {
    const double assessed = std::max(0.0, 1 - static_cast<double>(year - 1) * op.assessed_decline);
    lines[FlowLine::property_tax_assessed_value][year] = project.installed_cost * op.assessed_share * assessed;
    lines[FlowLine::property_tax_expense][year] =
        lines[FlowLine::property_tax_assessed_value][year] * op.property_tax_rate;
    lines[FlowLine::insurance_expense][year] = project.installed_cost * op.insurance_rate * inflated;
    if (year <= op.recapitalization_years.size())
      lines[FlowLine::recapitalization][year] = op.recapitalization_years[year - 1] * recapitalization;
    inflated *= 1 + project.inflation;
    recapitalization *= 1 + project.inflation + op.recapitalization_growth;
  }
  constexpr FlowLine summed[] = {FlowLine::om_fixed_expense,
                                 FlowLine::om_production_expense,
                                 FlowLine::om_capacity_expense,
                                 FlowLine::om_fixed1_expense,
                                 FlowLine::om_production1_expense,
                                 FlowLine::om_capacity1_expense,
                                 FlowLine::om_fixed2_expense,
                                 FlowLine::om_production2_expense,
                                 FlowLine::om_capacity2_expense,
                                 FlowLine::om_fuel_expense,
                                 FlowLine::om_opt_fuel_1_expense,
                                 FlowLine::om_opt_fuel_2_expense,
                                 FlowLine::land_lease_expense,
                                 FlowLine::property_tax_expense,
                                 FlowLine::insurance_expense,
                                 FlowLine::battery_replacement_cost,
                                 FlowLine::fuelcell_replacement_cost,
                                 FlowLine::om_hybrid_sum,
                                 FlowLine::utility_bill,
                                 FlowLine::recapitalization};
  const std::span<double> total = lines[FlowLine::operating_expenses];
  for (const FlowLine line : summed) {
    const std::span<const double> row = lines[line];
    for (std::size_t year = 1; year <= n; ++year) total[year] += row[year];
  }
}

}  // namespace orrery::money
