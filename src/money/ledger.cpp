#include "money/ledger.h"

namespace orrery::money {

std::string line_name(Line line) {
  static constexpr const char* names[] = {"chips",       "servers",         "network", "buildings",  "power plant",
                                          "cooling",     "energy",          "water",   "operations", "rentals",
                                          "leases paid", "leases received", "serving"};
  static_assert(std::size(names) == line_count);
  return names[static_cast<std::size_t>(line)];
}

bool is_capital(Line line) {
  return line <= Line::cooling;
}

bool is_it(Line line) {
  return line == Line::chips || line == Line::servers || line == Line::network;
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

}  // namespace orrery::money
