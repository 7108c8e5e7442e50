#include "money/contracts/structured.h"

#include <algorithm>
#include <cmath>

#include "money/series.h"

namespace orrery::money {

void check(const LoanTerms& terms, const Place& place) {
  if (terms.rate < 0) throw Error(place, "rate", "the interest rate is negative", "give a rate of zero or more");
  if (terms.periods < 1 && (terms.principal > Money(0) || terms.repayment == Repayment::sculpted))
    throw Error(place, "term", "there is debt without a term", "give the periods over which it is repaid");
  if (terms.principal < Money(0)) throw Error(place, "principal", "the loan is negative", "give what is lent");
  if (terms.moratorium < 0 || (terms.periods > 0 && terms.moratorium >= terms.periods))
    throw Error(place, "moratorium", "nothing is repaid before the loan ends", "make it shorter than the term");
  if (terms.balloon < 0 || terms.balloon > 1)
    throw Error(place, "balloon", "the balloon is outside 0 to 100 %", "give a share of the loan");
  if (terms.repayment == Repayment::sculpted && !(terms.coverage > 0))
    throw Error(place, "coverage", "the coverage ratio is not above zero", "give a ratio such as 1.3");
}

LoanSchedule loan_schedule(const LoanTerms& terms, const std::vector<Money>& cash) {
  check(terms);
  LoanSchedule schedule;
  schedule.principal = terms.principal;
  const std::size_t periods = static_cast<std::size_t>(std::max(0, terms.periods));
  if (terms.repayment == Repayment::sculpted) {
    if (cash.size() < periods)
      throw Error({}, "cash",
                  "there is cash for " + std::to_string(cash.size()) + " of " + std::to_string(periods) + " periods",
                  "give cash for each period of the loan");
    schedule.principal = Money(0);
    double factor = 1;
    for (std::size_t i = 0; i < periods; ++i) {
      if (cash[i] < Money(0))
        throw Error({}, "cash", "cash in period " + std::to_string(i + 1) + " is negative, nothing services debt then",
                    "shorten the loan or use another repayment");
      factor /= 1 + terms.rate;
      schedule.principal += cash[i] * (factor / terms.coverage);
    }
  }
  const int repaying = terms.periods - terms.moratorium;
  const Money amortised = schedule.principal * (1 - terms.balloon);
  const Money level = periods == 0 ? Money() : amortised * capital_recovery_factor(terms.rate, repaying);
  Money balance = schedule.principal;
  for (std::size_t i = 0; i < periods; ++i) {
    const bool last = i + 1 == periods;
    const Money interest = balance * terms.rate;
    Money repaid;
    if (terms.repayment == Repayment::sculpted) {
      repaid = cash[i] / terms.coverage - interest;
    } else if (static_cast<int>(i) >= terms.moratorium) {
      if (terms.repayment == Repayment::level)
        repaid = level + schedule.principal * (terms.balloon * terms.rate) - interest;
      if (terms.repayment == Repayment::equal_principal) repaid = amortised / repaying;
    }
    if (last) repaid = balance;
    balance -= repaid;
    schedule.interest.push_back(interest);
    schedule.repaid.push_back(repaid);
    schedule.balance.push_back(balance);
  }
  return schedule;
}

ConstructionFinance construction_finance(const ConstructionLoan& loan, const std::vector<Money>& costs) {
  if (loan.rate < 0) throw Error({}, "rate", "the interest rate is negative", "give a rate of zero or more");
  if (loan.share < 0 || loan.share > 1)
    throw Error({}, "share", "the loan's share is outside 0 to 100 %", "give the share of cost that is borrowed");
  ConstructionFinance finance;
  Money total;
  for (const Money cost : costs) total += cost;
  const Money commitment = total * loan.share;
  finance.fees = commitment * loan.upfront_fee;
  Money balance;
  for (const Money cost : costs) {
    finance.drawn += cost * loan.share;
    finance.equity += cost * (1 - loan.share);
    balance += cost * loan.share;
    const Money interest = balance * (loan.rate / 12);
    balance += interest;
    finance.interest += interest;
    finance.fees += (commitment - finance.drawn) * (loan.commitment_fee / 12);
    finance.balance.push_back(balance);
  }
  finance.due = balance;
  return finance;
}

Money construction_finance_estimate(const ConstructionLoan& loan, Money cost, double months) {
  const Money principal = cost * loan.share;
  return principal * (loan.rate / 12 * months / 2) + principal * loan.upfront_fee;
}

SaleAndLeasebackResult sale_and_leaseback(const SaleAndLeaseback& deal) {
  check(deal.lease);
  SaleAndLeasebackResult result;
  result.seller = payments(deal.lease);
  result.seller.add(deal.lease.start, deal.price);
  result.seller.add(deal.lease.end, -deal.residual_lost);
  result.gain = deal.price - deal.book_value;
  result.cost_of_money = internal_rates_a_year(result.seller);
  return result;
}

JointVentureResult joint_venture(const JointVenture& venture) {
  check(venture.lease);
  if (venture.debt_share < 0 || venture.debt_share > 1 || venture.operator_share < 0 || venture.operator_share > 1)
    throw Error({}, venture.venture_name, "a share is outside 0 to 100 %", "give shares of capital and of equity");
  JointVentureResult result;
  result.debt = venture.capital * venture.debt_share;
  const Money equity = venture.capital - result.debt;
  result.operator_equity = equity * venture.operator_share;
  result.partner_equity = equity - result.operator_equity;
  result.guarantee_paid = std::max(Money(0), venture.guaranteed - venture.market_value);

  LoanTerms loan;
  loan.principal = result.debt;
  loan.rate = periodic_rate(venture.debt_rate, 12);
  loan.periods = lease_months(venture.lease);
  const LoanSchedule schedule = loan_schedule(loan);
  const CashFlow rent = payments(venture.lease);
  Books& books = result.books = Books(venture.lease.start);
  const Date start = month_start(venture.lease.start);
  books.pay(start, venture.lender_name, venture.venture_name, "debt drawn", result.debt);
  books.pay(start, venture.operator_name, venture.venture_name, "equity", result.operator_equity);
  books.pay(start, venture.partner_name, venture.venture_name, "equity", result.partner_equity);
  books.pay(start, venture.venture_name, venture.builder_name, "assets", venture.capital);
  auto share_out = [&](Date date, Money amount, const char* cause) {
    const Money mine = Money(std::round(amount.value() * venture.operator_share * 100) / 100);
    books.pay(date, venture.venture_name, venture.operator_name, cause, mine);
    books.pay(date, venture.venture_name, venture.partner_name, cause, amount - mine);
  };
  Money purse;
  for (std::size_t month = 0; month < rent.months.size(); ++month) {
    const Date date = add_months(start, static_cast<int>(month));
    auto cents = [](Money amount) { return Money(std::round(amount.value() * 100) / 100); };
    const Money received = cents(-1 * rent.months[month]);
    const Money interest = cents(schedule.interest[month]), repaid = cents(schedule.repaid[month]);
    books.pay(date, venture.operator_name, venture.venture_name, "rent", received);
    books.pay(date, venture.venture_name, venture.lender_name, "interest", interest);
    books.pay(date, venture.venture_name, venture.lender_name, "principal", repaid);
    purse += received - interest - repaid;
    const bool pays_out = purse > Money(0);
    if (pays_out) {
      share_out(date, cents(purse), "distribution");
      purse = Money();
    }
  }
  if (purse < Money(-0.005))
    throw Error(
        {}, venture.venture_name,
        "the rent leaves " + std::to_string(static_cast<long long>(-purse.value())) + " $ of debt service unpaid",
        "raise the rent, lower the debt share or lengthen the lease");
  const Date end = add_months(start, static_cast<int>(rent.months.size()));
  if (result.guarantee_paid > Money(0)) {
    books.pay(end, venture.operator_name, venture.venture_name, "residual value guarantee", result.guarantee_paid);
    share_out(end, result.guarantee_paid, "guarantee passed on");
  }
  books.pay(end, "buyer of the assets", venture.venture_name, "assets sold", venture.market_value);
  share_out(end, venture.market_value, "assets sold");
  result.operator_flow = books.flow_of(venture.operator_name);
  result.partner_flow = books.flow_of(venture.partner_name);
  result.partner_return = internal_rates_a_year(result.partner_flow);
  return result;
}

Money expected_guarantee(Money guaranteed, Money median_value, double sigma) {
  if (!(guaranteed > Money(0))) return Money(0);
  if (!(median_value > Money(0))) return guaranteed;
  if (sigma <= 0) return std::max(Money(0), guaranteed - median_value);
  // E max(G - X, 0) for ln X normal about ln m: G N(d) - E[X; X < G], with E[X; X < G] = m e^(s^2/2) N(d - s).
  auto normal = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  const double d = std::log(guaranteed / median_value) / sigma;
  return guaranteed * normal(d) - median_value * (std::exp(sigma * sigma / 2) * normal(d - sigma));
}

}  // namespace orrery::money
