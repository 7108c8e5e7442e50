// A loan that pays a share of construction costs as they fall due and capitalises its interest until service.
#pragma once
#include <vector>

#include "base/amount.h"

namespace orrery::money {

struct ConstructionLoan {
  double share = 0.5;      ///< of each month's cost, 0..1
  double rate = 0;         ///< a year, compounded monthly, not negative
  double upfront_fee = 0;  ///< of the commitment
};
struct ConstructionFinance {
  Money interest, fees;  ///< until service
  Money due;             ///< at the start of service: drawn plus interest
};
/// costs by month of construction, positive; interest runs from the month of each draw to the end of the last month.
/// Throws Error for a negative rate and a share outside 0..1.
ConstructionFinance construction_finance(const ConstructionLoan& loan, const std::vector<Money>& costs);

}  // namespace orrery::money
