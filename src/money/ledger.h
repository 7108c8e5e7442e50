// A programme's money by month: every amount has a line and a cause, and every total is a sum of entries.
#pragma once
#include <string>
#include <vector>

#include "base/amount.h"
#include "money/series.h"

namespace orrery::money {

/// The lines of a programme's budget. Payments are negative, receipts positive.
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
std::string line_name(Line line);
/// True for what is spent once and used for years.
bool is_capital(Line line);

/// One amount in one month. cause is the index of the order, building, block or lease in the programme's list of
/// causes.
struct Entry {
  int month = 0;  ///< since the month of the programme's start
  Line line = Line::chips;
  int cause = 0;
  Money amount;
};

struct Ledger {
  int months = 0;
  std::vector<Entry> entries;

  void add(int month, Line line, int cause, Money amount);
  std::vector<Money> by_month() const;  ///< months long
  std::vector<Money> by_month(Line line) const;
  Money total(Line line) const;
  Money total() const;
};

/// Present value at the start of month 0 of amounts that fall in the middle of their months. rate is per year.
Money net_present_value(const std::vector<Money>& by_month, double rate);

}  // namespace orrery::money
