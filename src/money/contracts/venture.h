// Joint ventures: an operator and a partner put in equity, the venture borrows the rest, owns the assets, leases them
// to the operator and pays out what rent leaves after debt service; the operator makes good what the assets are worth
// less at the end than it guaranteed. By month, every payment in the books of both its parties.
#pragma once
#include <array>
#include <string>

#include "money/contracts/lease.h"
#include "money/ledger.h"

namespace orrery::money {

struct JointVenture {
  std::string operator_name = "operator", partner_name = "partner";
  Money capital;                   ///< cost of the assets, paid at the start
  double debt_share = 0;           ///< of capital
  double debt_rate = 0;            ///< a year
  double operator_share = 0;       ///< of equity and of what is left over, 0..1
  LeaseTerms lease;                ///< operator to venture
  Money guaranteed, market_value;  ///< of the assets at the end of the lease
};
struct JointVentureResult {
  Money debt, operator_equity, partner_equity, guarantee_paid;
  /// Operator, partner, venture, lender, builder, buyer; money moves on the first day of a month.
  std::array<Books, 6> books;
  InternalRates partner_return;  ///< a year
};
/// Runs the venture: debt repaid in equal monthly payments over the lease, what rent leaves paid out by share each
/// month, the market value and the guarantee at the end. Throws Error for shares outside 0..1 and debt that rent cannot
/// service.
JointVentureResult joint_venture(const JointVenture& venture);

}  // namespace orrery::money
