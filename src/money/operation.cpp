// Operating costs of the single-owner pro forma: maintenance, fuel, land, storage and its replacements, property tax,
// insurance, purchased power and recapitalisation.
#include <algorithm>
#include <cmath>

#include "money/pro_forma.h"

namespace orrery::money {

namespace {

void scale_by_year(std::span<const double> factors, std::span<double> line) {
  for (std::size_t year = 1; year < line.size(); ++year)
    line[year] *= factors.size() == 1 ? factors[0] : year <= factors.size() ? factors[year - 1] : 0;
}

void fill_storage(const SingleOwner& project, Flows& flows) {
  const Operation& op = project.operation;
  constexpr Line fixed[] = {Line::om_fixed1_expense, Line::om_fixed2_expense};
  constexpr Line production[] = {Line::om_production1_expense, Line::om_production2_expense};
  constexpr Line capacity[] = {Line::om_capacity1_expense, Line::om_capacity2_expense};
  constexpr Line schedule[] = {Line::battery_replacement_cost_schedule, Line::fuelcell_replacement_cost_schedule};
  constexpr Line replacement[] = {Line::battery_replacement_cost, Line::fuelcell_replacement_cost};
  for (std::size_t store = 0; store < 2; ++store) {
    fill_yearly(op.storage_fixed[store], 1, flows[fixed[store]]);
    fill_yearly(op.storage_per_capacity[store], op.storage_kw[store], flows[capacity[store]]);
    if (!op.storage_kwh[store].empty()) {
      fill_yearly(op.storage_per_energy[store], 1, flows[production[store]]);
      scale_by_year(op.storage_kwh[store], flows[production[store]]);
    }
    fill_yearly(op.replacement_cost[store], 1, flows[schedule[store]]);
    for (std::size_t year = 1; year <= op.replacements[store].size(); ++year)
      if (year <= static_cast<std::size_t>(project.years))
        flows[replacement[store]][year] = op.replacements[store][year - 1] * flows[schedule[store]][year];
  }
}

// Power bought back, at the sale price of the hour it is bought.
void fill_utility_bill(const SingleOwner& project, double price, Flows& flows) {
  const Operation& op = project.operation;
  const std::span<double> bill = flows[Line::utility_bill];
  std::copy_n(op.utility_bill.begin(), std::min(op.utility_bill.size(), bill.size()), bill.begin());
  bool buys = false;
  for (const EnergyYear& year : project.energy.years) buys |= year.purchases_value != 0;
  if (!buys) return;
  fill_sales(project, price, flows);
  for (std::size_t year = 1; year < bill.size(); ++year) {
    const std::vector<EnergyYear>& years = project.energy.years;
    const EnergyYear& energy = years.size() > 1 ? years[year - 1] : years[0];
    if (energy.purchases == 0) continue;
    const double left = flows[Line::energy_purchases][year] / energy.purchases;
    bill[year] -= energy.purchases_value * left * flows[Line::ppa_price][year] / 100;
  }
}

}  // namespace

void fill_operation(const SingleOwner& project, double price, Flows& flows) {
  const Operation& op = project.operation;
  const std::size_t n = static_cast<std::size_t>(project.years);
  fill_yearly(op.fixed, 1, flows[Line::om_fixed_expense]);
  fill_yearly(op.per_energy, 1, flows[Line::om_production_expense]);
  const Line produced = project.energy.battery_apart ? Line::energy_without_battery : Line::energy_sales;
  for (std::size_t year = 1; year <= n; ++year) flows[Line::om_production_expense][year] *= flows[produced][year];
  fill_yearly(op.per_capacity, project.capacity_kw, flows[Line::om_capacity_expense]);
  fill_yearly(op.fuel, 1, flows[Line::om_fuel_expense]);
  scale_by_year(op.fuel_kwh, flows[Line::om_fuel_expense]);
  fill_yearly(op.other_fuel[0], op.other_fuel_units[0], flows[Line::om_opt_fuel_1_expense]);
  fill_yearly(op.other_fuel[1], op.other_fuel_units[1], flows[Line::om_opt_fuel_2_expense]);
  fill_yearly(op.land_lease, 1, flows[Line::land_lease_expense]);
  for (std::size_t year = 0; year <= n && year < op.other_by_year.size(); ++year)
    flows[Line::om_hybrid_sum][year] = op.other_by_year[year];
  fill_storage(project, flows);
  fill_utility_bill(project, price, flows);

  double inflated = 1, recapitalization = op.recapitalization_cost;
  for (std::size_t year = 1; year <= n; ++year) {
    const double assessed = std::max(0.0, 1 - static_cast<double>(year - 1) * op.assessed_decline);
    flows[Line::property_tax_assessed_value][year] = project.installed_cost * op.assessed_share * assessed;
    flows[Line::property_tax_expense][year] = flows[Line::property_tax_assessed_value][year] * op.property_tax_rate;
    flows[Line::insurance_expense][year] = project.installed_cost * op.insurance_rate * inflated;
    if (year <= op.recapitalization_years.size())
      flows[Line::recapitalization][year] = op.recapitalization_years[year - 1] * recapitalization;
    inflated *= 1 + project.inflation;
    recapitalization *= 1 + project.inflation + op.recapitalization_growth;
  }
  constexpr Line summed[] = {Line::om_fixed_expense,
                             Line::om_production_expense,
                             Line::om_capacity_expense,
                             Line::om_fixed1_expense,
                             Line::om_production1_expense,
                             Line::om_capacity1_expense,
                             Line::om_fixed2_expense,
                             Line::om_production2_expense,
                             Line::om_capacity2_expense,
                             Line::om_fuel_expense,
                             Line::om_opt_fuel_1_expense,
                             Line::om_opt_fuel_2_expense,
                             Line::land_lease_expense,
                             Line::property_tax_expense,
                             Line::insurance_expense,
                             Line::battery_replacement_cost,
                             Line::fuelcell_replacement_cost,
                             Line::om_hybrid_sum,
                             Line::utility_bill,
                             Line::recapitalization};
  const std::span<double> total = flows[Line::operating_expenses];
  for (const Line line : summed) {
    const std::span<const double> row = flows[line];
    for (std::size_t year = 1; year <= n; ++year) total[year] += row[year];
  }
}

}  // namespace orrery::money
