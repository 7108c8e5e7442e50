#include "silicon/market.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/amount.h"
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
    if (std::any_of(b.orders.begin(), b.orders.end(), negative) || negative(b.contract) || negative(b.take))
      throw Error({}, b.name, "orders a negative amount", "give 0 or more");
  }
}

}  // namespace

std::vector<MarketQuarter> share_supply(const std::vector<double>& made, const std::vector<MarketBuyer>& buyers) {
  check(made, buyers);
  double contracts = 0, takes = 0;
  std::set<int> priorities;
  for (const MarketBuyer& b : buyers) contracts += b.contract, takes += b.take, priorities.insert(b.priority);
  const double scale = contracts > 1 ? 1 / contracts : 1;

  std::vector<MarketQuarter> out;
  std::vector<double> waiting(buyers.size());
  std::vector<std::vector<double>> open(buyers.size());  // of each buyer, by the quarter in which it was ordered
  double stock = 0;
  for (size_t q = 0; q < made.size(); ++q) {
    MarketQuarter quarter;
    quarter.supply = made[q] + stock;
    quarter.delivered_to.assign(buyers.size(), 0);
    for (size_t b = 0; b < buyers.size(); ++b) {
      const double before = waiting[b];
      waiting[b] = std::max(before + buyers[b].orders[q], buyers[b].take);
      quarter.ordered_by.push_back(waiting[b] - before), quarter.wanted += waiting[b];
      open[b].push_back(waiting[b] - before);
    }
    double left = quarter.supply;
    auto deliver = [&](size_t b, double chips) {
      const double given = std::min({chips, waiting[b], left});
      waiting[b] -= given, left -= given, quarter.delivered_to[b] += given, quarter.delivered += given;
      double of_age = given;
      for (size_t age = 0; age < open[b].size() && of_age > 0; ++age) {
        const double taken = std::min(of_age, open[b][age]);
        open[b][age] -= taken, of_age -= taken;
      }
    };
    const double to_take = made[q] * (1 - std::min(1.0, contracts));
    const double taken = takes > to_take ? to_take / takes : 1;
    for (size_t b = 0; b < buyers.size(); ++b)
      deliver(b, buyers[b].contract * scale * made[q] + buyers[b].take * taken);
    for (const int priority : priorities)
      for (size_t age = 0; age <= q; ++age) {
        double sum = 0;
        for (size_t b = 0; b < buyers.size(); ++b)
          if (buyers[b].priority == priority) sum += open[b][age];
        if (sum <= 0) continue;
        const double share = std::min(1.0, left / sum);
        for (size_t b = 0; b < buyers.size(); ++b)
          if (buyers[b].priority == priority) deliver(b, open[b][age] * share);
      }
    stock = std::max(0.0, left);
    quarter.waiting_of = waiting;
    out.push_back(std::move(quarter));
  }
  return out;
}

double wait_of_order(const std::vector<double>& made, double waiting, size_t quarter) {
  constexpr double rounding = 1e-6;  // accelerators: what sums leave of nothing
  if (waiting < rounding) return 0;
  for (size_t q = quarter + 1; q < made.size(); ++q) {
    if (made[q] >= waiting) return static_cast<double>(q - quarter - 1) + waiting / made[q];
    waiting -= made[q];
  }
  const auto last = std::find_if(made.rbegin(), made.rend(), [](double x) { return x > 0; });
  return last == made.rend() ? infinity : static_cast<double>(made.size() - 1 - quarter) + waiting / *last;
}

std::vector<double> deliveries_of_part(const std::vector<double>& part, const std::vector<MarketQuarter>& quarters,
                                       size_t buyer) {
  std::vector<double> out, open;  // open: not yet delivered of the orders of each quarter
  size_t oldest = 0;
  for (size_t q = 0; q < quarters.size(); ++q) {
    open.push_back(quarters[q].ordered_by[buyer]);
    double left = quarters[q].delivered_to[buyer], served = 0;
    for (; oldest < open.size(); ++oldest) {
      const double given = std::min(left, open[oldest]), all = quarters[oldest].ordered_by[buyer];
      if (all > 0) served += given * part[oldest] / all;
      open[oldest] -= given, left -= given;
      if (open[oldest] > 0) break;
    }
    out.push_back(served);
  }
  return out;
}

double rent_response(double rent, double wanted, double supply, double elasticity) {
  if (!(elasticity < 0)) throw Error({}, "elasticity", "is not below 0", "demand falls with the price: give -0.5");
  if (wanted <= 0 || supply <= 0) return rent;
  return rent * std::pow(wanted / supply, -1 / elasticity);
}

}  // namespace orrery::silicon
