#include "silicon/market.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"

namespace orrery::silicon {
namespace {

void check(const std::vector<double>& made, const std::vector<MarketBuyer>& buyers) {
  auto negative = [](double x) { return !(x >= 0); };
  if (std::any_of(made.begin(), made.end(), negative))
    throw Error({}, "supply", "is negative in a quarter", "give 0 or more");
  for (const MarketBuyer& b : buyers) {
    if (b.orders.size() != made.size())
      throw Error({}, b.name, "has another number of quarters than the supply", "give one order for each quarter");
    if (std::any_of(b.orders.begin(), b.orders.end(), negative) || negative(b.contract))
      throw Error({}, b.name, "orders a negative amount", "give 0 or more");
  }
}

}  // namespace

std::vector<MarketQuarter> share_supply(const std::vector<double>& made, const std::vector<MarketBuyer>& buyers) {
  check(made, buyers);
  double contracts = 0;
  std::set<int> priorities;
  for (const MarketBuyer& b : buyers) contracts += b.contract, priorities.insert(b.priority);
  const double scale = contracts > 1 ? 1 / contracts : 1;

  std::vector<MarketQuarter> out;
  std::vector<double> waiting(buyers.size());
  double stock = 0;
  for (size_t q = 0; q < made.size(); ++q) {
    MarketQuarter quarter;
    quarter.supply = made[q] + stock;
    quarter.delivered_to.assign(buyers.size(), 0);
    for (size_t b = 0; b < buyers.size(); ++b) waiting[b] += buyers[b].orders[q], quarter.wanted += waiting[b];
    double left = quarter.supply;
    auto deliver = [&](size_t b, double chips) {
      const double given = std::min({chips, waiting[b], left});
      waiting[b] -= given, left -= given, quarter.delivered_to[b] += given, quarter.delivered += given;
    };
    for (size_t b = 0; b < buyers.size(); ++b) deliver(b, buyers[b].contract * scale * made[q]);
    for (const int priority : priorities) {
      double sum = 0;
      for (size_t b = 0; b < buyers.size(); ++b)
        if (buyers[b].priority == priority) sum += waiting[b];
      if (sum <= 0) continue;
      const double share = std::min(1.0, left / sum);
      for (size_t b = 0; b < buyers.size(); ++b)
        if (buyers[b].priority == priority) deliver(b, waiting[b] * share);
    }
    stock = std::max(0.0, left);
    quarter.waiting_of = waiting;
    out.push_back(std::move(quarter));
  }
  return out;
}

double rent_response(double rent, double wanted, double supply, double elasticity) {
  if (!(elasticity < 0)) throw Error({}, "elasticity", "is not below 0", "demand falls with the price: give -0.5");
  if (wanted <= 0 || supply <= 0) return rent;
  return rent * std::pow(wanted / supply, -1 / elasticity);
}

}  // namespace orrery::silicon
