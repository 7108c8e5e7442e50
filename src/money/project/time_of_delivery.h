// Energy by the time it is delivered: a year of power by time step becomes energy by hour, month and price period, and
// the value of each kWh under the multiplier of its period or time step. The year is of 8,760 hours and begins on a
// Monday, as in SAM.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "money/project/single_owner.h"

namespace orrery::money {

inline constexpr int price_periods = 9;
inline constexpr std::size_t hours_a_year = 8760;

/// Sales of a year, kWh; value is kWh times multiplier.
struct SalesByTime {
  std::array<double, 12> month{}, month_value{};
  std::array<double, price_periods> period{};
  std::array<std::array<double, 12>, price_periods> period_month{};
};

/// How times of delivery are priced: by period of the day (a period 1..9 for every hour and a factor for each) or by a
/// multiplier for every time step of a year.
struct TimeOfDeliveryPrices {
  bool by_step = false;
  std::vector<int> period_of_hour;  ///< 8,760 entries, 1..9
  std::array<double, price_periods> factors{};
  std::vector<double> step_multipliers;
};

/// The period of every hour from 12 x 24 tables for weekdays and weekends. Throws Error when a table has another shape
/// or a period outside 1..9; key names the table.
std::vector<int> periods_of_hours(const std::vector<std::vector<double>>& weekday,
                                  const std::vector<std::vector<double>>& weekend, const std::string& key);

/// Energy and deliveries of one year from power in kW by time step; negative power is bought. Throws Error when the
/// number of steps is no multiple of 8,760 up to 60 a hour, or differs from the multipliers'.
UnitYear deliver(std::span<const double> power_kw, const TimeOfDeliveryPrices& pricing, SalesByTime& delivery);

}  // namespace orrery::money
