// One ledger for whatever moves money: every amount has a month, a line, a cause, a counterparty and a state, and every
// total is a sum of entries. A party's payments are negative, its receipts positive; where several parties keep books
// of the same payments, what one pays is what the other gets, to the cent (double entry: Pacioli, 1494).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "money/cash_flow.h"

namespace orrery::money {

/// How firm an obligation is; the order is that of firmness. A rumour becomes money only through the states after it.
enum class State { rumour, letter, signed_, binding, financed, energised, cancelled };
inline constexpr std::size_t states = 7;
/// "rumour", "letter", "signed", "binding", "financed", "energised", "cancelled".
std::string_view state_name(State state);
/// Throws Error (without a place) with the nearest names.
State parse_state(std::string_view name);
/// True from binding on, unless cancelled: what must be paid.
bool is_binding(State state);

/// What an amount is: first the lines of a programme's budget, then those of its financing.
enum class Line {
  chips,
  servers,
  network,
  buildings,
  power_plant,
  cooling,
  energy,
  water,
  operations,
  rentals,
  leases_paid,
  leases_received,
  serving,
  debt,
  interest,
  equity,
  distributions,
  guarantees,
  assets
};
inline constexpr int line_count = 13;  ///< of a programme's budget
/// "power plant".
std::string line_name(Line line);
/// True for what is spent once and used for years.
bool is_capital(Line line);

/// Why money moves, with whom, and how firmly: an order, a building, a lease.
struct Cause {
  std::string name, counterparty;
  State state = State::binding;
};

/// One amount in one month.
struct Entry {
  int month = 0;  ///< since the month of the ledger's start
  Line line = Line::chips;
  int cause = 0;  ///< index into the causes of whoever keeps the ledger
  Money amount;
};

/// The entries of one party over some months, which fall in the middle of their months unless told.
struct Ledger {
  Date start;
  int months = 0;
  Timing timing = Timing::middle;
  std::vector<Entry> entries;

  /// What falls outside the months is left out, and so is nothing.
  void add(int month, Line line, int cause, Money amount);
  std::vector<Money> by_month() const;  ///< months long
  std::vector<Money> by_month(Line line) const;
  CashFlow flow() const { return {start, by_month(), timing}; }
};

/// The amount rounded to the cent.
Money to_cents(Money amount);

/// The books of one party.
struct Books {
  std::string party;
  std::vector<Cause> causes;
  Ledger ledger;
};
/// Enters a payment of whole cents in the books of both parties; a negative amount is paid the other way. Throws Error
/// for a party without a name, one that pays itself, no cause, a month outside their books, and an amount that is not
/// finite or beyond 9e13 $ (whose cents a double cannot tell apart).
void pay(Books& payer, Books& payee, int month, Line line, std::string_view cause, Money amount,
         State state = State::binding);
/// What is received less what is paid, in cents.
std::int64_t balance(const Books& books);
/// Throws Error naming the month and the two parties where what one paid is not what the other got, to the cent, and a
/// counterparty without books.
void check_double_entry(std::span<const Books> all);

}  // namespace orrery::money
