#include "money/contracts/cloud.h"

#include <algorithm>
#include <cmath>

namespace orrery::money {

namespace {
int term_months(const CloudTerms& terms) {
  return std::max(1, months_between(terms.start, terms.end));
}
}  // namespace

void check(const CloudTerms& terms, const Place& place) {
  auto refuse = [&](const char* key, const std::string& problem, const std::string& remedy) {
    throw Error(place, terms.name.empty() ? key : terms.name + "." + key, problem, remedy);
  };
  if (terms.end <= terms.start)
    refuse("end", "the commitment ends on " + terms.end.text() + ", no later than its start on " + terms.start.text(),
           "give an end after the start");
  if (terms.total < Money(0)) refuse("total", "the commitment is negative", "give an amount of zero or more");
  if (terms.price.value() < 0) refuse("price", "the price is negative", "give what an accelerator costs an hour");
  if (terms.ramp_months < 0 || terms.ramp_months > term_months(terms))
    refuse("ramp", "the ramp is longer than the term", "give up to " + std::to_string(term_months(terms)) + " months");
  if (terms.take_share < 0 || terms.take_share > 1 || terms.discount < 0 || terms.discount > 1)
    refuse("take_or_pay", "a share is outside 0 to 100 %", "give a share of the commitment or the price");
  if (!(terms.price_change > -1)) refuse("price_change", "the price falls by all of itself", "give more than -100 %");
}

std::vector<Money> committed_by_month(const CloudTerms& terms) {
  const int months = term_months(terms);
  std::vector<double> level(static_cast<std::size_t>(months), 1.0);
  double sum = 0;
  for (int month = 0; month < months; ++month) {
    // Mid-month height of the ramp.
    if (month < terms.ramp_months) level[static_cast<std::size_t>(month)] = (month + 0.5) / terms.ramp_months;
    sum += level[static_cast<std::size_t>(month)];
  }
  std::vector<Money> committed;
  for (const double height : level) committed.push_back(terms.total * (height / sum));
  return committed;
}

MoneyPerChipTime price_in_month(const CloudTerms& terms, int month) {
  return terms.price * ((1 - terms.discount) * std::pow(1 + terms.price_change, month / 12.0));
}

}  // namespace orrery::money
