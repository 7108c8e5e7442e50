// Commitments to a cloud: an amount to be spent over a term, ramping up, drawn down by use at a price that may fall.
#pragma once
#include <string>
#include <vector>

#include "base/error.h"
#include "money/cash_flow.h"

namespace orrery::money {

using MoneyPerChipTime = Quantity<dimension::money - dimension::chips - dimension::time>;

struct CloudTerms {
  std::string name;
  Date start, end;          ///< first day, and the day after the last
  Money total;              ///< to be spent over the term, before discounts; 0 for no commitment
  int ramp_months = 0;      ///< commitment rises evenly to its full monthly level over these months
  double take_share = 1;    ///< of each month's commitment that is paid whatever the use
  MoneyPerChipTime price;   ///< of an accelerator in use, at the start
  double price_change = 0;  ///< a year, a fraction above -1; prices fall where it is negative
  double discount = 0;      ///< off the price, for the commitment, 0..1
};

/// Throws Error at a place for an end before the start, a negative amount, a ramp longer than the term, shares outside
/// 0..1.
void check(const CloudTerms& terms, const Place& place = {});

/// The commitment by month (positive): a linear ramp, then level, summing to the total.
std::vector<Money> committed_by_month(const CloudTerms& terms);
/// Price of an accelerator in a month of the term, discount and change counted.
MoneyPerChipTime price_in_month(const CloudTerms& terms, int month);
/// Seconds in a mean month, a twelfth of a Julian year: what rents by the hour are multiplied by.

}  // namespace orrery::money
