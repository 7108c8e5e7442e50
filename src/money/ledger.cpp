#include "money/ledger.h"

#include <cmath>

namespace orrery::money {

std::string line_name(Line line) {
  switch (line) {
    case Line::chips:
      return "chips";
    case Line::servers:
      return "servers";
    case Line::network:
      return "network";
    case Line::buildings:
      return "buildings";
    case Line::power_plant:
      return "power plant";
    case Line::cooling:
      return "cooling";
    case Line::energy:
      return "energy";
    case Line::water:
      return "water";
    case Line::operations:
      return "operations";
    case Line::rentals:
      return "rentals";
    case Line::leases_paid:
      return "leases paid";
    case Line::leases_received:
      return "leases received";
    case Line::serving:
      return "serving";
  }
  return "";
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

Money Ledger::total(Line line) const {
  Money sum;
  for (const Entry& e : entries)
    if (e.line == line) sum += e.amount;
  return sum;
}

Money Ledger::total() const {
  Money sum;
  for (const Entry& e : entries) sum += e.amount;
  return sum;
}

Money net_present_value(const std::vector<Money>& by_month, double rate) {
  const double monthly = std::pow(1 + rate, -1.0 / 12);
  double factor = std::sqrt(monthly);
  Money sum;
  for (const Money amount : by_month) {
    sum += amount * factor;
    factor *= monthly;
  }
  return sum;
}

}  // namespace orrery::money
