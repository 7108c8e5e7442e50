#include "money/contracts/venture.h"

#include <algorithm>
#include <cmath>

namespace orrery::money {

JointVentureResult joint_venture(const JointVenture& venture) {
  check(venture.lease);
  if (venture.debt_share < 0 || venture.debt_share > 1 || venture.operator_share < 0 || venture.operator_share > 1)
    throw Error({}, "", "a share is outside 0 to 100 %", "give shares of capital and of equity");
  JointVentureResult result;
  result.debt = to_cents(venture.capital * venture.debt_share);
  const Money equity = to_cents(venture.capital) - result.debt;
  result.operator_equity = to_cents(equity * venture.operator_share);
  result.partner_equity = equity - result.operator_equity;
  result.guarantee_paid = std::max(Money(0), venture.guaranteed - venture.market_value);

  const CashFlow rent = payments(venture.lease);
  const int months = static_cast<int>(rent.months.size());
  auto& [lab, partner, owner, lender, builder, buyer] = result.books;
  const std::string names[] = {venture.operator_name, venture.partner_name, "venture", "lender", "builder", "buyer"};
  for (std::size_t i = 0; i < result.books.size(); ++i) {
    result.books[i].party = names[i];
    result.books[i].ledger = {rent.start, months + 1, Timing::start, {}};
  }
  auto share_out = [&](int month, Line line, const char* cause, Money amount) {
    const Money mine = to_cents(amount * venture.operator_share);
    pay(owner, lab, month, line, cause, mine);
    pay(owner, partner, month, line, cause, amount - mine);
  };
  pay(lender, owner, 0, Line::debt, "debt drawn", result.debt);
  pay(lab, owner, 0, Line::equity, "equity", result.operator_equity);
  pay(partner, owner, 0, Line::equity, "equity", result.partner_equity);
  pay(owner, builder, 0, Line::assets, "assets", venture.capital);

  const double monthly = periodic_rate(venture.debt_rate, 12);
  const Money level = result.debt * capital_recovery_factor(monthly, months);
  Money owed = result.debt, purse;
  for (int month = 0; month < months; ++month) {
    const Money received = to_cents(-rent.months[static_cast<std::size_t>(month)]);
    const Money interest = owed * monthly, repaid = month + 1 == months ? owed : level - interest;
    owed -= repaid;
    pay(lab, owner, month, Line::leases_paid, "rent", received);
    pay(owner, lender, month, Line::interest, "interest", interest);
    pay(owner, lender, month, Line::debt, "principal", repaid);
    purse += received - to_cents(interest) - to_cents(repaid);
    if (purse > Money(0)) {
      share_out(month, Line::distributions, "distribution", purse);
      purse = Money();
    }
  }
  if (purse < Money(-0.005))
    throw Error({}, "rent", "it leaves " + std::to_string(std::llround(-purse.value())) + " $ of debt service unpaid",
                "raise the rent, lower the debt share or lengthen the lease");
  if (result.guarantee_paid > Money(0)) {
    pay(lab, owner, months, Line::guarantees, "residual value guarantee", result.guarantee_paid);
    share_out(months, Line::guarantees, "guarantee passed on", to_cents(result.guarantee_paid));
  }
  pay(buyer, owner, months, Line::assets, "assets sold", venture.market_value);
  share_out(months, Line::assets, "assets sold", to_cents(venture.market_value));
  result.partner_return = internal_rates_a_year(partner.ledger.flow());
  return result;
}

}  // namespace orrery::money
