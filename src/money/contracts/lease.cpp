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
    refuse("end", "the lease ends on " + terms.end.text() + ", no later than its start on " + terms.start.text(),
           "give an end after the start");
  if (terms.rent < Money(0)) refuse("rent", "the rent is negative", "give what the lessee pays as a positive amount");
  if (!(terms.escalator > -1)) refuse("escalator", "the escalator leaves no rent", "give a rate above -100 %");
  if (terms.take_share < 0 || terms.take_share > 1)
    refuse("take_or_pay", "the share is outside 0 to 100 %", "give the share that is paid whatever the use");
  if (terms.months_per_payment < 1 || 12 % terms.months_per_payment != 0)
    refuse("paid_every", "the payment period does not divide a year", "use 1, 2, 3, 4, 6 or 12 months");
  if (terms.free_months < 0 || terms.free_months > lease_months(terms))
    refuse("free", "there are more months without rent than months", "give 0 or more, up to the term");
  if (terms.initial < Money(0) || terms.deposit < Money(0))
    refuse("deposit", "a payment at the start is negative", "give it as a positive amount");
  if (terms.exit && (terms.exit->from_month < 0 || terms.exit->notice_months < 0 || terms.exit->fee < Money(0)))
    refuse("exit_from", "the notice, its first month or the fee is negative", "give zero or more");
  if (terms.exit && terms.exit->from_month >= lease_months(terms))
    refuse("exit_from", "notice may first be given after the lease has ended", "give a month within the term");
  if (terms.renewal && (terms.renewal->months < 1 || terms.renewal->rent_factor < 0))
    refuse("renewal", "the renewal has no months or a negative rent",
           "give months above zero and a factor of the rent");
}

int lease_months(const LeaseTerms& terms) {
  const int months = months_between(terms.start, terms.end);
  // A lease that ends within a month holds that month; one that ends on its first day does not.
  return std::max(1, terms.end > month_start(terms.end) ? months + (terms.end.day() > terms.start.day()) : months);
}

std::vector<Money> due_by_month(const LeaseTerms& terms, const std::vector<double>& use, bool renewed) {
  const std::size_t term = static_cast<std::size_t>(lease_months(terms));
  const std::size_t months = term + static_cast<std::size_t>(renewed && terms.renewal ? terms.renewal->months : 0);
  const std::size_t period = static_cast<std::size_t>(terms.months_per_payment);
  std::vector<Money> due(months);
  Money level = terms.rent;
  for (std::size_t month = 0; month < months; ++month) {
    // The rent rises on the anniversaries of the lease, and of its renewal.
    const std::size_t age = month < term ? month : month - term;
    if (month == term) level = level * terms.renewal->rent_factor;
    if (age > 0 && age % 12 == 0) level = level * (1 + terms.escalator);
    if (month < static_cast<std::size_t>(terms.free_months)) continue;
    const bool by_use = terms.kind == LeaseKind::take_or_pay && month < use.size();
    due[month / period * period] += by_use ? level * std::max(terms.take_share, use[month]) : level;
  }
  return due;
}

CashFlow payments(const LeaseTerms& terms) {
  CashFlow flow{month_start(terms.start), due_by_month(terms)};
  for (Money& month : flow.months) month = -month;
  flow.months.front() -= terms.initial + terms.deposit;
  flow.months.back() += terms.deposit;
  return flow;
}

Leaving leave(const LeaseTerms& terms, const std::vector<Money>& due, int months_used, double rate) {
  const int term = lease_months(terms), all = months_used <= term ? term : static_cast<int>(due.size());
  const auto factor = [&](int month) { return std::exp(-std::log1p(rate) * month / 12); };
  const auto due_until = [&](int end) {
    Money sum;
    for (int month = std::max(0, months_used); month < end; ++month)
      sum += due[static_cast<std::size_t>(month)] * factor(month);
    return sum;
  };
  const Leaving staying{due_until(all), all};
  if (!terms.exit) return staying;
  const int ends = std::max(months_used, terms.exit->from_month + terms.exit->notice_months + 1);
  if (ends >= all) return staying;
  const Leaving by_right{terms.exit->fee * factor(ends - 1) + due_until(ends), ends};
  return by_right.cost < staying.cost ? by_right : staying;
}

}  // namespace orrery::money
