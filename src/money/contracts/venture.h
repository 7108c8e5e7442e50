// Accelerators that others own and lease to their user: sold and leased back, or bought by a joint venture of the user
// (the operator) and a partner that borrows most of the price and pays out what rent leaves after debt service. The
// operator may guarantee what they are worth at the end. Amounts fall on the first days of months.
#pragma once
#include "money/contracts/lease.h"

namespace orrery::money {

/// Assets sold and leased back: cash now for rent later.
struct SaleAndLeaseback {
  Money price, book_value;
  Money residual_lost;  ///< what the seller would have had of the assets at the end of the lease
};
struct SaleAndLeasebackResult {
  CashFlow seller;              ///< price less rent, and what is lost at the end
  Money gain;                   ///< price above book value
  InternalRates cost_of_money;  ///< the rate a year at which the sale is a loan
};
SaleAndLeasebackResult sale_and_leaseback(const SaleAndLeaseback& deal, const LeaseTerms& lease);

struct JointVenture {
  Money capital;                   ///< cost of the assets, paid at the start
  double debt_share = 0;           ///< of capital, 0..1
  double debt_rate = 0;            ///< a year
  double operator_share = 0;       ///< of equity and of what is paid out, 0..1
  Money guaranteed, market_value;  ///< of the assets at the end of the lease
};
struct JointVentureResult {
  Money debt, debt_service;  ///< debt_service: a month
  Money operator_equity, partner_equity;
  Money guarantee_paid;                  ///< by the operator, at the end
  CashFlow operator_flow, partner_flow;  ///< the operator's with its rent
  InternalRates partner_return;          ///< a year
  InternalRates cost_of_money;  ///< the operator's, a year: against buying the assets and having their value at the end
};
/// Runs the venture: debt repaid in equal payments at the ends of the lease's months, what rent leaves paid out by
/// share each month, the market value and the guarantee at the end. Throws Error for shares outside 0..1 and debt that
/// rent cannot service.
JointVentureResult joint_venture(const JointVenture& venture, const LeaseTerms& lease);

}  // namespace orrery::money
