#include "money/project/construction_loan.h"

#include "base/error.h"

namespace orrery::money {

ConstructionFinance construction_finance(const ConstructionLoan& loan, const std::vector<Money>& costs) {
  if (loan.rate < 0) throw Error({}, "rate", "the interest rate is negative", "give a rate of zero or more");
  if (loan.share < 0 || loan.share > 1)
    throw Error({}, "share", "the loan's share is outside 0 to 100 %", "give the share of cost that is borrowed");
  ConstructionFinance finance;
  Money commitment;
  for (const Money cost : costs) {
    commitment += cost * loan.share;
    finance.due += cost * loan.share;
    const Money interest = finance.due * (loan.rate / 12);
    finance.due += interest;
    finance.interest += interest;
  }
  finance.fees = commitment * loan.upfront_fee;
  return finance;
}

}  // namespace orrery::money
