// What is sold and at what price: energy by year with degradation, curtailment and capacity payments, and the sales.
#include <algorithm>

#include "money/pro_forma.h"

namespace orrery::money {

void fill_yearly(const Yearly& yearly, double scale, std::span<double> out) {
  const std::vector<double>& values = yearly.values;
  if (values.size() == 1) {
    double value = values[0] * scale;
    for (std::size_t year = 1; year < out.size(); ++year, value *= 1 + yearly.growth) out[year] = value;
  } else {
    for (std::size_t year = 1; year < out.size() && year <= values.size(); ++year) out[year] = values[year - 1] * scale;
  }
}

void fill_constant(std::span<const double> values, std::span<double> out) {
  for (std::size_t year = 1; year < out.size(); ++year)
    out[year] = values.size() == 1 ? values[0] : year <= values.size() ? values[year - 1] : 0;
}

namespace {

// What degradation has left of a year's energy; compounding carries the product from year to year.
double degradation_left(const EnergySold& sold, std::size_t year, double& compounding) {
  if (sold.years.size() > 1) return 1;
  if (sold.degradation.size() == 1) {
    const double left = compounding;
    compounding *= 1 - sold.degradation[0];
    return left;
  }
  return year <= sold.degradation.size() ? 1 - sold.degradation[year - 1] : 0;
}

}  // namespace

void fill_energy(const SingleOwner& project, Flows& flows) {
  const EnergySold& sold = project.energy;
  const std::size_t n = static_cast<std::size_t>(project.years);
  double compounding = 1;
  for (std::size_t year = 1; year <= n; ++year) {
    const EnergyYear& energy = sold.years.size() > 1 ? sold.years[year - 1] : sold.years[0];
    const double left = degradation_left(sold, year, compounding);
    flows[FlowLine::energy_net][year] = energy.net * left;
    flows[FlowLine::energy_sales][year] = energy.sales * left;
    flows[FlowLine::energy_purchases][year] = energy.purchases * left;
    flows[FlowLine::energy_without_battery][year] = energy.without_battery * left;
    flows[FlowLine::energy_curtailed][year] = std::max(0.0, energy.before_curtailment * left - energy.net * left);
  }
}

void fill_revenue_apart_from_sales(const SingleOwner& project, Flows& flows) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  double growth = 1;
  for (std::size_t year = 1; year <= n; ++year) {
    const std::vector<double>& price = project.curtailment_price;
    const double paid = price.size() == 1 ? price[0] * growth : year <= price.size() ? price[year - 1] : 0;
    flows[FlowLine::curtailment_value][year] = flows[FlowLine::energy_curtailed][year] * paid;
    growth *= 1 + project.curtailment_growth;
  }
  fill_yearly(project.capacity_payment, 1.0, flows[FlowLine::capacity_payment]);
  if (project.capacity_payment_per_mw)
    for (std::size_t year = 1; year <= n; ++year) {
      const std::vector<double>& credit = project.capacity_credit;
      const double counted = credit.size() == 1 ? credit[0] : year <= credit.size() ? credit[year - 1] : 0;
      flows[FlowLine::capacity_payment][year] *= counted * project.capacity_payment_mw;
    }
  for (std::size_t year = 1; year <= n && year < project.thermal_value.size(); ++year)
    flows[FlowLine::thermal_value][year] = project.thermal_value[year];
  flows[FlowLine::net_salvage_value][n] = project.salvage_share * project.installed_cost;
}

void fill_sales(const SingleOwner& project, double price, Flows& flows) {
  const EnergySold& sold = project.energy;
  const std::vector<double>& listed = project.price.values;
  const bool by_list = !project.price.solve && listed.size() > 1;
  double compounding = 1, growing = price;
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    const EnergyYear& energy = sold.years.size() > 1 ? sold.years[year - 1] : sold.years[0];
    const double left = degradation_left(sold, year, compounding);
    const double cents = by_list ? (year <= listed.size() ? listed[year - 1] * 100 : 0) : growing;
    flows[FlowLine::ppa_price][year] = cents;
    flows[FlowLine::energy_value][year] = cents / 100 * energy.sales_value * left;
    growing *= 1 + project.price.growth;
  }
}

}  // namespace orrery::money
