// What is sold and at what price: units by year with degradation, curtailment and capacity payments, and the sales.
#include <algorithm>

#include "money/project/pro_forma.h"

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

// What degradation has left of a year's units; compounding carries the product from year to year.
double degradation_left(const UnitsSold& sold, std::size_t year, double& compounding) {
  if (sold.years.size() > 1) return 1;
  if (sold.degradation.size() == 1) {
    const double left = compounding;
    compounding *= 1 - sold.degradation[0];
    return left;
  }
  return year <= sold.degradation.size() ? 1 - sold.degradation[year - 1] : 0;
}

}  // namespace

void fill_units_sold(const SingleOwner& project, Lines& lines) {
  const UnitsSold& sold = project.sold;
  const std::size_t n = static_cast<std::size_t>(project.years);
  double compounding = 1;
  for (std::size_t year = 1; year <= n; ++year) {
    const UnitYear& units = sold.years.size() > 1 ? sold.years[year - 1] : sold.years[0];
    const double left = degradation_left(sold, year, compounding);
    lines[FlowLine::energy_net][year] = units.net * left;
    lines[FlowLine::energy_sales][year] = units.sales * left;
    lines[FlowLine::energy_purchases][year] = units.purchases * left;
    lines[FlowLine::energy_without_battery][year] = units.without_battery * left;
    lines[FlowLine::energy_curtailed][year] = std::max(0.0, units.before_curtailment * left - units.net * left);
  }
}

void fill_revenue_apart_from_sales(const SingleOwner& project, Lines& lines) {
  const std::size_t n = static_cast<std::size_t>(project.years);
  double growth = 1;
  for (std::size_t year = 1; year <= n; ++year) {
    const std::vector<double>& price = project.curtailment_price;
    const double paid = price.size() == 1 ? price[0] * growth : year <= price.size() ? price[year - 1] : 0;
    lines[FlowLine::curtailment_value][year] = lines[FlowLine::energy_curtailed][year] * paid;
    growth *= 1 + project.curtailment_growth;
  }
  fill_yearly(project.capacity_payment, 1.0, lines[FlowLine::capacity_payment]);
  if (project.capacity_payment_per_mw)
    for (std::size_t year = 1; year <= n; ++year) {
      const std::vector<double>& credit = project.capacity_credit;
      const double counted = credit.size() == 1 ? credit[0] : year <= credit.size() ? credit[year - 1] : 0;
      lines[FlowLine::capacity_payment][year] *= counted * project.capacity_payment_mw;
    }
  for (std::size_t year = 1; year <= n && year < project.thermal_value.size(); ++year)
    lines[FlowLine::thermal_value][year] = project.thermal_value[year];
  for (std::size_t year = 1; year <= n && year < project.sold_by_year.size(); ++year)
    lines[FlowLine::net_salvage_value][year] = project.sold_by_year[year];
  lines[FlowLine::net_salvage_value][n] += project.salvage_share * project.installed_cost;
}

void fill_sales(const SingleOwner& project, double price, Lines& lines) {
  const UnitsSold& sold = project.sold;
  const std::vector<double>& listed = project.price.values;
  const bool by_list = !project.price.solve && listed.size() > 1;
  double compounding = 1, growing = price;
  for (std::size_t year = 1; year <= static_cast<std::size_t>(project.years); ++year) {
    const UnitYear& units = sold.years.size() > 1 ? sold.years[year - 1] : sold.years[0];
    const double left = degradation_left(sold, year, compounding);
    const double asked = by_list ? (year <= listed.size() ? listed[year - 1] : 0) : growing;
    lines[FlowLine::ppa_price][year] = asked;
    lines[FlowLine::energy_value][year] = asked * units.sales_value * left;
    growing *= 1 + project.price.growth;
  }
}

}  // namespace orrery::money
