// Present value, annuities, levelised cost and payback of plain series.
#include "money/series.h"

#include <cmath>
#include <cstddef>
#include <limits>

namespace orrery::money {

double present_value(std::span<const double> amounts, double rate, Timing timing) {
  const double discount = 1.0 / (1.0 + rate);
  double value = 0;
  for (std::size_t t = amounts.size(); t-- > 0;) value = value * discount + amounts[t];
  return timing == Timing::start ? value : value * std::pow(discount, periods_into(timing));
}

double nominal_rate(double real, double inflation) {
  return (1 + real) * (1 + inflation) - 1;
}

double periodic_rate(double rate, double periods) {
  return std::expm1(std::log1p(rate) / periods);
}

double capital_recovery_factor(double rate, double periods) {
  if (rate == 0) return 1 / periods;
  return rate / -std::expm1(-periods * std::log1p(rate));
}

double levelised_cost_by_fixed_charge(double capital, double fixed_charge_rate, double fixed_a_year,
                                      double energy_a_year, double variable_per_energy) {
  return (fixed_charge_rate * capital + fixed_a_year) / energy_a_year + variable_per_energy;
}

double payback(std::span<const double> flows) {
  double sum = 0, last_below = -1, sum_before = 0;
  for (std::size_t t = 0; t < flows.size(); ++t) {
    sum += flows[t];
    if (sum < 0) {
      last_below = static_cast<double>(t);
      sum_before = sum;
    }
  }
  if (sum < 0) return std::numeric_limits<double>::quiet_NaN();
  if (last_below < 0) return 0;
  return last_below + -sum_before / flows[static_cast<std::size_t>(last_below) + 1];
}

}  // namespace orrery::money
