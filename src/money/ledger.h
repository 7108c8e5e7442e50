// One ledger for whatever moves money: every amount has a month, a line and a cause with its counterparty, and every
// total is a sum of entries. Payments are negative, receipts positive.
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "money/cash_flow.h"

namespace orrery::money {

/// What an amount is.
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
  serving
};
inline constexpr int line_count = 13;
/// "power plant".
std::string line_name(Line line);
/// True for what is spent once and used for years.
bool is_capital(Line line);
/// True for accelerators and what they stand in: servers and network, which last as long as they.
bool is_it(Line line);

/// Why money moves, and with whom: an order, a building, a lease.
struct Cause {
  std::string name, counterparty;
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

}  // namespace orrery::money
