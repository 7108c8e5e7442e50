// Financing by structure: term loans of any shape, construction loans, sale and leaseback, and joint ventures whose
// operator guarantees what the assets will be worth. All by month, every payment with two parties.
#pragma once
#include <string>
#include <vector>

#include "base/error.h"
#include "money/books.h"
#include "money/contracts/lease.h"

namespace orrery::money {

/// A loan repaid over periods. level: equal payments; equal_principal; bullet: all at the end; sculpted: a constant
/// part of the cash available. A balloon is what remains due with the last payment.
enum class Repayment { level, equal_principal, bullet, sculpted };
struct LoanTerms {
  Money principal;  ///< of a sculpted loan: an outcome, leave it at nought
  double rate = 0;  ///< a period, not negative
  int periods = 0;
  int moratorium = 0;  ///< periods at the start with interest only
  double balloon = 0;  ///< share of principal due at the end, 0..1 (level and equal principal)
  Repayment repayment = Repayment::level;
  double coverage = 1.3;  ///< of a sculpted loan: cash available / debt service
};
struct LoanSchedule {
  Money principal;
  std::vector<Money> interest, repaid, balance;  ///< by period; the last balance is nought
};
/// Throws Error for debt without a term, a negative rate, a moratorium as long as the loan.
void check(const LoanTerms& terms, const Place& place = {});
/// The schedule; cash is by period, for a sculpted loan, whose size is the present value of cash / coverage at its
/// rate. Throws Error when sculpted cash is negative in a period (no payment would service it) or shorter than the
/// loan.
LoanSchedule loan_schedule(const LoanTerms& terms, const std::vector<Money>& cash = {});

/// A loan that pays a share of construction costs as they fall due and capitalises its interest until service.
struct ConstructionLoan {
  double share = 0.5;         ///< of each month's cost
  double rate = 0;            ///< a year, compounded monthly
  double upfront_fee = 0;     ///< of the commitment
  double commitment_fee = 0;  ///< a year on what is not drawn yet
};
struct ConstructionFinance {
  Money drawn, interest, fees, equity;  ///< loan without interest; interest during construction; fees; owner's money
  Money due;                            ///< at the start of service: drawn plus interest
  std::vector<Money> balance;           ///< by month
};
/// costs by month of construction, positive; interest runs from the month of each draw to the end of the last month.
ConstructionFinance construction_finance(const ConstructionLoan& loan, const std::vector<Money>& costs);
/// The same as SAM estimates it without a schedule: a loan of the whole share is on average half drawn, so interest is
/// share x cost x rate / 12 x months / 2, plus the upfront fee (NREL, SAM help, "Construction Period").
Money construction_finance_estimate(const ConstructionLoan& loan, Money cost, double months);

/// Assets sold and leased back: cash now for rent later.
struct SaleAndLeaseback {
  Money price, book_value;
  LeaseTerms lease;
  Money residual_lost;  ///< what the seller would have had of the assets at the end of the lease
};
struct SaleAndLeasebackResult {
  CashFlow seller;              ///< price, then rent, then the residual forgone
  Money gain;                   ///< price less book value
  InternalRates cost_of_money;  ///< rates a year at which the seller has borrowed
};
SaleAndLeasebackResult sale_and_leaseback(const SaleAndLeaseback& deal);

/// A company of an operator and a partner that owns assets, borrows, leases them to the operator and is made whole when
/// they are worth less at the end than the operator guaranteed.
struct JointVenture {
  std::string operator_name, partner_name, venture_name, lender_name, builder_name;
  Money capital;                   ///< cost of the assets, paid at the start
  double debt_share = 0;           ///< of capital
  double debt_rate = 0;            ///< a year
  double operator_share = 0;       ///< of equity and of what is left over, 0..1
  LeaseTerms lease;                ///< operator to venture
  Money guaranteed, market_value;  ///< at the end of the lease
};
struct JointVentureResult {
  Money debt, operator_equity, partner_equity, guarantee_paid;
  CashFlow operator_flow, partner_flow;
  InternalRates partner_return;  ///< a year
  Books books{Date{}};
};
/// Runs the venture: debt repaid in equal monthly payments over the lease, what rent leaves paid out by share each
/// month, the market value and the guarantee at the end. Throws Error for shares outside 0..1 or debt that rent cannot
/// service.
JointVentureResult joint_venture(const JointVenture& venture);

/// The expected payment under a guarantee when the market value at the end is lognormal about its median: a put struck
/// at the guarantee, undiscounted (Black 1976 with zero rates, about the median rather than the forward).
Money expected_guarantee(Money guaranteed, Money median_value, double sigma);

}  // namespace orrery::money
