#include "money/contracts/lease.h"

#include <algorithm>
#include <cmath>

namespace orrery::money {

LeaseKind parse_lease_kind(std::string_view name) {
  const std::vector<std::string> known = {"operating", "finance", "take-or-pay"};
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] == name) return static_cast<LeaseKind>(i);
  throw Error({}, "kind", "there is no lease " + in_quotes(name),
              suggest(name, known, "use operating, finance or take-or-pay"));
}

void check(const LeaseTerms& terms, const Place& place) {
  auto refuse = [&](const char* key, const std::string& problem, const std::string& remedy) {
    throw Error(place, terms.name.empty() ? key : terms.name + "." + key, problem, remedy);
  };
  if (terms.end <= terms.start)
    refuse("end", "the lease ends on " + terms.end.text() + ", before it starts on " + terms.start.text(),
           "give an end after the start");
  if (terms.rent < Money(0)) refuse("rent", "the rent is negative", "give what the lessee pays as a positive amount");
  if (!(terms.escalator > -1)) refuse("escalator", "the escalator leaves no rent", "give a rate above -100 %");
  if (terms.take_share < 0 || terms.take_share > 1)
    refuse("take_or_pay", "the share is outside 0 to 100 %", "give the share that is paid whatever the use");
  if (terms.months_per_payment < 1 || 12 % terms.months_per_payment != 0)
    refuse("months_per_payment", "the payment period does not divide a year", "use 1, 2, 3, 4, 6 or 12 months");
  if (terms.free_months < 0 || terms.free_months > lease_months(terms))
    refuse("free_months", "there are more months without rent than months", "give 0 or more, up to the term");
  if (terms.initial < Money(0) || terms.deposit < Money(0))
    refuse("deposit", "a payment at the start is negative", "give it as a positive amount");
  if (terms.exit && (terms.exit->from_month < 0 || terms.exit->notice_months < 0 || terms.exit->fee < Money(0)))
    refuse("exit", "the notice, its first month or the fee is negative", "give zero or more");
  if (terms.exit && terms.exit->from_month >= lease_months(terms))
    refuse("exit", "notice may first be given after the lease has ended", "give a month within the term");
  if (terms.renewal && (terms.renewal->months < 1 || terms.renewal->rent_factor < 0))
    refuse("renewal", "the renewal has no months or a negative rent",
           "give months above zero and a factor of the rent");
}

int lease_months(const LeaseTerms& terms) {
  const int months = months_between(terms.start, terms.end);
  // A lease that ends within a month holds that month; one that ends on its first day does not.
  return std::max(1, terms.end > month_start(terms.end) ? months + (terms.end.day() > terms.start.day()) : months);
}

std::vector<Money> rent_by_month(const LeaseTerms& terms) {
  std::vector<Money> rent(static_cast<std::size_t>(lease_months(terms)));
  Money level = terms.rent;
  for (std::size_t month = 0; month < rent.size(); ++month) {
    if (month > 0 && month % 12 == 0) level = level * (1 + terms.escalator);
    if (month >= static_cast<std::size_t>(terms.free_months)) rent[month] = level;
  }
  return rent;
}

namespace {

// Groups rents into payment periods, adds what is paid at the start and returned at the end; negative for the lessee.
CashFlow paid(const LeaseTerms& terms, const std::vector<Money>& rent) {
  CashFlow flow{month_start(terms.start), std::vector<Money>(rent.size())};
  const std::size_t period = static_cast<std::size_t>(terms.months_per_payment);
  for (std::size_t month = 0; month < rent.size(); ++month) {
    const std::size_t first = month / period * period;
    const std::size_t due = terms.in_advance ? first : std::min(first + period, rent.size()) - 1;
    flow.months[due] -= rent[month];
  }
  flow.months.front() -= terms.initial + terms.deposit;
  flow.months.back() += terms.deposit;
  return flow;
}

}  // namespace

CashFlow payments(const LeaseTerms& terms, const std::vector<double>& use) {
  std::vector<Money> rent = rent_by_month(terms);
  if (terms.kind == LeaseKind::take_or_pay)
    for (std::size_t month = 0; month < rent.size() && month < use.size(); ++month)
      rent[month] = rent[month] * std::max(terms.take_share, use[month]);
  return paid(terms, rent);
}

CashFlow payments_with_exit(const LeaseTerms& terms, int month_of_notice) {
  if (!terms.exit)
    throw Error({}, terms.name, "the lease gives no right to leave early", "let it run, or write an exit into it");
  if (month_of_notice < terms.exit->from_month || month_of_notice >= lease_months(terms))
    throw Error({}, terms.name, "notice may be given from month " + std::to_string(terms.exit->from_month) + " on",
                "give a later month, within the term");
  std::vector<Money> rent = rent_by_month(terms);
  const std::size_t left = static_cast<std::size_t>(month_of_notice + terms.exit->notice_months + 1);
  if (left < rent.size()) rent.resize(left);
  CashFlow flow = paid(terms, rent);
  flow.months.back() -= terms.exit->fee;
  return flow;
}

CashFlow payments_with_renewal(const LeaseTerms& terms) {
  if (!terms.renewal) throw Error({}, terms.name, "the lease gives no right to renew", "write a renewal into it");
  std::vector<Money> rent = rent_by_month(terms);
  Money level = rent.back() * terms.renewal->rent_factor;
  for (int month = 0; month < terms.renewal->months; ++month) {
    if (month > 0 && month % 12 == 0) level = level * (1 + terms.escalator);
    rent.push_back(level);
  }
  return paid(terms, rent);
}

Money cost_to_leave(const LeaseTerms& terms, int months_used) {
  const std::vector<Money> rent = rent_by_month(terms);
  const int all = static_cast<int>(rent.size());
  int until = all;
  Money fee;
  // Notice is given in the last month used, or as soon as it may be.
  if (terms.exit) {
    const int leaves = std::max(months_used - 1, terms.exit->from_month) + terms.exit->notice_months + 1;
    if (leaves < all) {
      until = leaves;
      fee = terms.exit->fee;
    }
  }
  Money cost = fee;
  for (int month = std::max(0, months_used); month < until; ++month) cost += rent[static_cast<std::size_t>(month)];
  return cost;
}

LeaseClass classify(const LeaseTerms& terms, Money fair_value, double economic_life_months, double borrowing_rate) {
  LeaseClass result;
  CashFlow flow = payments(terms);
  flow.months.front() += terms.deposit;
  flow.months.back() -= terms.deposit;
  result.present_share = -present_value(flow, borrowing_rate, flow.start) / fair_value;
  result.life_share = lease_months(terms) / economic_life_months;
  // A price certain to be exercised, read as below a tenth of today's value; the other two are ASC 842-10-55-2's.
  const bool bargain = terms.purchase_price && *terms.purchase_price < fair_value * 0.1;
  result.is_finance = bargain || result.life_share >= 0.75 || result.present_share >= 0.9;
  return result;
}

LeaseAccount account_of(const LeaseTerms& terms, double borrowing_rate) {
  CashFlow flow = payments(terms);
  flow.months.front() += terms.deposit;
  flow.months.back() -= terms.deposit;
  LeaseAccount account;
  account.initial_liability = -1 * present_value(flow, borrowing_rate, flow.start);
  const double monthly = std::expm1(std::log1p(borrowing_rate) / 12);
  const double months = static_cast<double>(flow.months.size());
  Money liability = account.initial_liability, asset = account.initial_liability;
  for (const Money payment : flow.months) {
    // Payments fall on the first day, so interest runs on what is left after them.
    liability += payment;
    const Money interest = liability * monthly;
    liability += interest;
    asset -= account.initial_liability / months;
    account.interest.push_back(interest);
    account.amortisation.push_back(account.initial_liability / months);
    account.liability.push_back(liability);
    account.asset.push_back(asset);
  }
  return account;
}

}  // namespace orrery::money
