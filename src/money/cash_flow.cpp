#include "money/cash_flow.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::money {

Money CashFlow::total() const {
  Money sum;
  for (const Money amount : months) sum += amount;
  return sum;
}

std::vector<std::pair<int, Money>> by_year(const CashFlow& flow) {
  std::vector<std::pair<int, Money>> years;
  int month = flow.start.month() - 1, year = flow.start.year();
  for (const Money amount : flow.months) {
    if (years.empty() || years.back().first != year) years.emplace_back(year, Money());
    years.back().second += amount;
    if (++month == 12) {
      month = 0;
      ++year;
    }
  }
  return years;
}

namespace {
std::vector<double> amounts_of(const CashFlow& flow) {
  std::vector<double> amounts;
  amounts.reserve(flow.months.size());
  for (const Money amount : flow.months) amounts.push_back(amount.value());
  return amounts;
}
}  // namespace

Money present_value(const CashFlow& flow, double rate, Date at) {
  if (!(rate > -1))
    throw Error({}, "rate", "a rate of -100 % or less has no present value", "give a rate above -100 %");
  const double monthly = periodic_rate(rate, 12);
  const double at_start = present_value(amounts_of(flow), monthly, flow.timing);
  return Money(at_start * std::pow(1 + monthly, -months_between(at, flow.start)));
}

InternalRates internal_rates_a_year(const CashFlow& flow) {
  InternalRates rates = internal_rates(amounts_of(flow));
  for (double& rate : rates.rates) rate = std::expm1(12 * std::log1p(rate));
  return rates;
}

}  // namespace orrery::money
