// Time steps to hours, months and price periods.
#include "money/project/time_of_delivery.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::money {

namespace {
constexpr int days_in_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
}

std::vector<int> periods_of_hours(const std::vector<std::vector<double>>& weekday,
                                  const std::vector<std::vector<double>>& weekend, const std::string& key) {
  for (const std::vector<std::vector<double>>* table : {&weekday, &weekend}) {
    const bool shaped =
        table->size() == 12 &&
        std::all_of(table->begin(), table->end(), [](const std::vector<double>& row) { return row.size() == 24; });
    if (!shaped) throw Error({}, key, "a schedule is not 12 months by 24 hours", "give 12 rows of 24 periods");
    for (const std::vector<double>& row : *table)
      for (const double period : row)
        if (period < 1 || period > price_periods || period != std::floor(period))
          throw Error({}, key, "a price period is outside 1 to 9", "give whole numbers from 1 to 9");
  }
  std::vector<int> periods;
  periods.reserve(hours_a_year);
  int day = 0;
  for (std::size_t month = 0; month < 12; ++month)
    for (int d = 0; d < days_in_month[month]; ++d, ++day) {
      const std::vector<std::vector<double>>& table = day % 7 < 5 ? weekday : weekend;
      for (const double period : table[month]) periods.push_back(static_cast<int>(period));
    }
  return periods;
}

UnitYear deliver(std::span<const double> power_kw, const TimeOfDeliveryPrices& pricing, SalesByTime& delivery) {
  const std::size_t steps = power_kw.size() / hours_a_year;
  if (steps < 1 || steps > 60 || steps * hours_a_year != power_kw.size())
    throw Error({}, "gen", "a year of power has " + std::to_string(power_kw.size()) + " time steps",
                "give 8,760 a year, or up to 60 times as many");
  if (pricing.by_step && pricing.step_multipliers.size() != power_kw.size())
    throw Error({}, "dispatch_factors_ts",
                std::to_string(pricing.step_multipliers.size()) + " multipliers for " +
                    std::to_string(power_kw.size()) + " time steps",
                "give one for each time step");
  UnitYear energy;
  delivery = SalesByTime{};
  const double hours = 1.0 / static_cast<double>(steps);
  std::size_t hour = 0, step = 0;
  for (std::size_t month = 0; month < 12; ++month)
    for (int h = 0; h < 24 * days_in_month[month]; ++h, ++hour)
      for (std::size_t k = 0; k < steps; ++k, ++step) {
        const double kwh = power_kw[step] * hours;
        const std::size_t period = pricing.by_step ? 0 : static_cast<std::size_t>(pricing.period_of_hour[hour] - 1);
        const double multiplier = pricing.by_step ? pricing.step_multipliers[step] : pricing.factors[period];
        energy.net += kwh;
        if (kwh < 0) {
          energy.purchases += kwh;
          energy.purchases_value += kwh * multiplier;
          continue;
        }
        energy.sales += kwh;
        energy.sales_value += kwh * multiplier;
        delivery.month[month] += kwh;
        delivery.month_value[month] += kwh * multiplier;
        delivery.period[period] += kwh;
        delivery.period_month[period][month] += kwh;
      }
  return energy;
}

}  // namespace orrery::money
