#include "money/ledger.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"

namespace orrery::money {

namespace {
constexpr std::string_view names_of_states[] = {"rumour",   "letter",    "signed",   "binding",
                                                "financed", "energised", "cancelled"};
static_assert(std::size(names_of_states) == states);
constexpr std::string_view names_of_lines[] = {
    "chips",    "servers",    "network",       "buildings",   "power plant",     "cooling", "energy",
    "water",    "operations", "rentals",       "leases paid", "leases received", "serving", "debt",
    "interest", "equity",     "distributions", "guarantees",  "assets"};

std::int64_t cents_of(Money amount) {
  return std::llround(amount.value() * 100);
}
}  // namespace

std::string_view state_name(State state) {
  return names_of_states[static_cast<std::size_t>(state)];
}

State parse_state(std::string_view name) {
  const std::vector<std::string> known(std::begin(names_of_states), std::end(names_of_states));
  for (std::size_t i = 0; i < states; ++i)
    if (known[i] == name) return static_cast<State>(i);
  throw Error({}, "state", "there is no state " + in_quotes(name),
              suggest(name, known, "use rumour, letter, signed, binding, financed, energised or cancelled"));
}

bool is_binding(State state) {
  return state >= State::binding && state != State::cancelled;
}

std::string line_name(Line line) {
  return std::string(names_of_lines[static_cast<std::size_t>(line)]);
}

bool is_capital(Line line) {
  return line <= Line::cooling;
}

void Ledger::add(int month, Line line, int cause, Money amount) {
  if (month < 0 || month >= months || amount == Money(0)) return;
  entries.push_back({month, line, cause, amount});
}

std::vector<Money> Ledger::by_month() const {
  std::vector<Money> sums(static_cast<size_t>(months));
  for (const Entry& e : entries) sums[e.month] += e.amount;
  return sums;
}

std::vector<Money> Ledger::by_month(Line line) const {
  std::vector<Money> sums(static_cast<size_t>(months));
  for (const Entry& e : entries)
    if (e.line == line) sums[e.month] += e.amount;
  return sums;
}

Money to_cents(Money amount) {
  return Money(static_cast<double>(cents_of(amount)) / 100);
}

void pay(Books& payer, Books& payee, int month, Line line, std::string_view cause, Money amount, State state) {
  if (payer.party.empty() || payee.party.empty())
    throw Error({}, "counterparty", "a payment has no counterparty", "name both: every dollar has them");
  if (payer.party == payee.party) throw Error({}, payer.party, "a party pays itself", "name the counterparty");
  if (cause.empty()) throw Error({}, "cause", "a payment has no cause", "name one: every dollar has one");
  if (!std::isfinite(amount.value()) || std::abs(amount.value()) > 9e13)
    throw Error({}, std::string(cause), "a payment is not a finite amount", "give dollars below 9e13");
  if (month < 0 || month >= std::min(payer.ledger.months, payee.ledger.months))
    throw Error({}, std::string(cause), "a payment falls before or after the months of the books",
                "lengthen the books");
  const Money whole = to_cents(amount);
  auto enter = [&](Books& books, const std::string& counterparty, Money signed_amount) {
    const auto found = std::find_if(books.causes.begin(), books.causes.end(), [&](const Cause& known) {
      return known.name == cause && known.counterparty == counterparty && known.state == state;
    });
    const int index = static_cast<int>(found - books.causes.begin());
    if (found == books.causes.end()) books.causes.push_back({std::string(cause), counterparty, state});
    books.ledger.add(month, line, index, signed_amount);
  };
  enter(payer, payee.party, -whole);
  enter(payee, payer.party, whole);
}

std::int64_t balance(const Books& books) {
  std::int64_t sum = 0;
  for (const Entry& e : books.ledger.entries) sum += cents_of(e.amount);
  return sum;
}

void check_double_entry(std::span<const Books> all) {
  // By month and pair of parties, the names in order: what the one got less what the other paid.
  std::map<std::pair<int, std::pair<std::string, std::string>>, std::int64_t> unmatched;
  for (const Books& books : all)
    for (const Entry& e : books.ledger.entries) {
      const std::string& other = books.causes[static_cast<std::size_t>(e.cause)].counterparty;
      unmatched[{e.month, std::minmax(books.party, other)}] += cents_of(e.amount);
    }
  for (const auto& [where, cents] : unmatched)
    if (cents != 0)
      throw Error({}, where.second.first,
                  "its books and those of " + in_quotes(where.second.second) + " differ by " + std::to_string(cents) +
                      " cents in month " + std::to_string(where.first + 1),
                  "enter each payment on both sides");
}

}  // namespace orrery::money
