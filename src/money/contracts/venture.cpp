#include "money/contracts/venture.h"

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace orrery::money {
namespace {

/// The lessee's payments, with a month more for what happens when the lease has ended.
CashFlow rent_and_end(const LeaseTerms& lease) {
  CashFlow flow = payments(lease);
  flow.months.emplace_back();
  return flow;
}

}  // namespace

SaleAndLeasebackResult sale_and_leaseback(const SaleAndLeaseback& deal, const LeaseTerms& lease) {
  SaleAndLeasebackResult result{rent_and_end(lease), deal.price - deal.book_value, {}};
  result.seller.months.front() += deal.price;
  result.seller.months.back() -= deal.residual_lost;
  result.cost_of_money = internal_rates_a_year(result.seller);
  return result;
}

JointVentureResult joint_venture(const JointVenture& venture, const LeaseTerms& lease) {
  if (venture.debt_share < 0 || venture.debt_share > 1 || venture.operator_share < 0 || venture.operator_share > 1)
    throw Error({}, "", "a share is outside 0 to 100 %", "give shares of capital and of equity");
  JointVentureResult result;
  const CashFlow rent = rent_and_end(lease);
  const std::size_t months = rent.months.size() - 1;
  const Money equity = venture.capital * (1 - venture.debt_share);
  result.debt = venture.capital - equity;
  result.debt_service =
      result.debt * capital_recovery_factor(periodic_rate(venture.debt_rate, 12), static_cast<double>(months));
  result.operator_equity = equity * venture.operator_share;
  result.partner_equity = equity - result.operator_equity;
  result.guarantee_paid = std::max(Money(0), venture.guaranteed - venture.market_value);

  // A month's rent less debt service; the deposit is set aside until it goes back. What rent paid by the quarter or
  // year must still service is kept, what free months leave short later ones make good, and the rest is paid out.
  LeaseTerms without_deposit = lease;
  without_deposit.deposit = Money();
  std::vector<Money> left = payments(without_deposit).months, needed(months), paid_out(months + 1);
  for (Money& month : left) month = -month - result.debt_service;
  for (std::size_t month = months - 1; month > 0; --month)
    needed[month - 1] = std::max(Money(0), needed[month] - left[month]);
  Money kept;
  for (std::size_t month = 0; month < months; ++month) {
    kept += left[month];
    paid_out[month] = std::max(Money(0), kept - needed[month]);
    kept -= paid_out[month];
  }
  if (kept < Money(-0.005))
    throw Error({}, "lease.rent", "it leaves " + format(-kept) + " of debt service unpaid",
                "raise the rent, lower the debt share or lengthen the lease");
  paid_out[months] = venture.market_value + result.guarantee_paid;

  result.operator_flow = result.partner_flow = rent;
  for (std::size_t month = 0; month <= months; ++month) {
    result.partner_flow.months[month] = paid_out[month] * (1 - venture.operator_share);
    result.operator_flow.months[month] += paid_out[month] * venture.operator_share;
  }
  result.partner_flow.months.front() -= result.partner_equity;
  result.operator_flow.months.front() -= result.operator_equity;
  result.operator_flow.months.back() -= result.guarantee_paid;
  result.partner_return = internal_rates_a_year(result.partner_flow);
  CashFlow against_buying = result.operator_flow;
  against_buying.months.front() += venture.capital;
  against_buying.months.back() -= venture.market_value;
  result.cost_of_money = internal_rates_a_year(against_buying);
  return result;
}

}  // namespace orrery::money
