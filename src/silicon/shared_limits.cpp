#include "silicon/shared_limits.h"

#include <algorithm>

#include "base/error.h"

namespace orrery::silicon {
namespace {

void check(const std::vector<double>& limits, const std::vector<LimitedProduct>& products) {
  const auto negative = [](double x) { return !(x >= 0); };
  if (std::any_of(limits.begin(), limits.end(), negative)) throw Error({}, "limit", "is negative", "give 0 or more");
  for (const LimitedProduct& p : products) {
    if (p.uses.size() != limits.size())
      throw Error({}, p.name, "does not say of each limit how much it takes", "give one number for each limit");
    if (std::any_of(p.uses.begin(), p.uses.end(), negative) || negative(p.planned) || !(p.weight > 0))
      throw Error({}, p.name, "has a negative amount, or no weight", "give 0 or more, and a weight above 0");
    if (p.planned == infinity && std::none_of(p.uses.begin(), p.uses.end(), [](double x) { return x > 0; }))
      throw Error({}, p.name, "is held by no limit and has no plan", "say what it uses, or what is planned");
  }
}

}  // namespace

LimitedOutput share_limits(const std::vector<double>& limits, const std::vector<LimitedProduct>& products) {
  check(limits, products);
  LimitedOutput out;
  out.made.assign(products.size(), 0), out.held_by.resize(products.size());
  std::vector<double> left = limits;
  std::vector<bool> rising(products.size(), true);
  while (std::find(rising.begin(), rising.end(), true) != rising.end()) {
    // The first to hold: by how much of its weight each product rises until then.
    double step = infinity;
    std::optional<std::size_t> limit, plan;
    for (std::size_t l = 0; l < limits.size(); ++l) {
      double rate = 0;
      for (std::size_t p = 0; p < products.size(); ++p)
        if (rising[p]) rate += products[p].weight * products[p].uses[l];
      if (rate > 0 && left[l] / rate < step) step = left[l] / rate, limit = l;
    }
    for (std::size_t p = 0; p < products.size(); ++p)
      if (const double to_plan = (products[p].planned - out.made[p]) / products[p].weight; rising[p] && to_plan < step)
        step = to_plan, plan = p, limit.reset();
    for (std::size_t p = 0; p < products.size(); ++p) {
      if (!rising[p]) continue;
      out.made[p] += step * products[p].weight;
      for (std::size_t l = 0; l < limits.size(); ++l)
        left[l] = std::max(0.0, left[l] - step * products[p].weight * products[p].uses[l]);
      if (limit && products[p].uses[*limit] > 0) rising[p] = false, out.held_by[p] = limit;
    }
    if (!limit) out.made[*plan] = products[*plan].planned, rising[*plan] = false;
  }
  return out;
}

}  // namespace orrery::silicon
