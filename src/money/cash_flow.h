// Money by month: what a contract, a project or a programme pays and receives, for present values, returns and yearly
// tables.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "money/irr.h"
#include "money/series.h"

namespace orrery::money {

/// Amounts by month from the month of start on; receipts positive, payments negative.
struct CashFlow {
  Date start;
  std::vector<Money> months;
  Timing timing = Timing::start;  ///< where in its month an amount falls: the first day, unless told

  Money total() const;
};

/// Amounts by calendar year, in order.
std::vector<std::pair<int, Money>> by_year(const CashFlow& flow);

/// Value on the first day of the month of `at`; rate a year, above -1: amount x (1 + rate)^(-months / 12), with the
/// part of its month before an amount falls. Throws Error for a rate of -1 or less.
Money present_value(const CashFlow& flow, double rate, Date at);

/// Rates a year that balance the flow: (1 + monthly)^12 - 1.
InternalRates internal_rates_a_year(const CashFlow& flow);

}  // namespace orrery::money
