// Draws into a copy of the project and runs it.
#include "money/project/trials.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace orrery::money {

std::string varied_name(Varied input) {
  constexpr const char* names[] = {"installed_cost_factor", "units_factor", "price_factor", "operating_cost_factor",
                                   "interest_rate",         "inflation",    "real_discount"};
  return names[static_cast<std::size_t>(input)];
}

namespace {

void scale(Yearly& to, const Yearly& from, double factor) {
  for (std::size_t i = 0; i < from.values.size(); ++i) to.values[i] = from.values[i] * factor;
}

void apply(Varied input, double value, const SingleOwner& base, SingleOwner& drawn) {
  switch (input) {
    case Varied::installed_cost_factor:
      drawn.installed_cost = base.installed_cost * value;
      break;
    case Varied::units_factor:
      for (std::size_t i = 0; i < base.sold.years.size(); ++i) {
        const UnitYear& from = base.sold.years[i];
        drawn.sold.years[i] = {from.net * value,
                               from.sales * value,
                               from.purchases * value,
                               from.sales_value * value,
                               from.purchases_value * value,
                               from.before_curtailment * value,
                               from.without_battery * value};
      }
      break;
    case Varied::price_factor:
      for (std::size_t i = 0; i < base.price.values.size(); ++i) drawn.price.values[i] = base.price.values[i] * value;
      break;
    case Varied::operating_cost_factor:
      scale(drawn.operation.fixed, base.operation.fixed, value);
      scale(drawn.operation.per_unit, base.operation.per_unit, value);
      scale(drawn.operation.per_capacity, base.operation.per_capacity, value);
      scale(drawn.operation.fuel, base.operation.fuel, value);
      break;
    case Varied::interest_rate:
      drawn.debt.rate = value;
      break;
    case Varied::inflation: {
      drawn.inflation = value;
      const double more = value - base.inflation;
      drawn.operation.fixed.growth = base.operation.fixed.growth + more;
      drawn.operation.per_unit.growth = base.operation.per_unit.growth + more;
      drawn.operation.per_capacity.growth = base.operation.per_capacity.growth + more;
      drawn.operation.fuel.growth = base.operation.fuel.growth + more;
      drawn.operation.land_lease.growth = base.operation.land_lease.growth + more;
      break;
    }
    case Varied::real_discount:
      drawn.real_discount = value;
      break;
  }
}

}  // namespace

ProjectTrials::ProjectTrials(SingleOwner project, std::vector<VariedInput> uncertain, std::uint64_t seed)
    : base_(std::move(project)), drawn_(base_), uncertain_(std::move(uncertain)), seed_(seed) {
  check(base_);
  for (const VariedInput& input : uncertain_) {
    input.value.check();
    const double lowest = input.value.is_constant() ? input.value.a : input.value.quantile(1e-9);
    const bool is_rate = input.input == Varied::interest_rate;
    const bool is_growth = input.input == Varied::inflation || input.input == Varied::real_discount;
    if (is_growth ? lowest <= -1 : lowest < 0)
      throw Error({}, varied_name(input.input),
                  is_rate ? "the interest rate may be negative" : "it may fall below its range",
                  "use a distribution that stays at or above zero");
    streams_.push_back(stream_of(varied_name(input.input)));
  }
  // Room for as many levels as flows can change sign.
  const std::size_t flows = static_cast<std::size_t>(base_.years) + 1;
  workspace_.irr.coefficients.reserve(flows * flows);
  workspace_.irr.zeros.reserve(flows);
  workspace_.irr.next_zeros.reserve(flows);
}

TrialResult ProjectTrials::run(std::uint64_t trial) {
  for (std::size_t i = 0; i < uncertain_.size(); ++i)
    apply(uncertain_[i].input, uncertain_[i].value.quantile(uniform(seed_, streams_[i], trial)), base_, drawn_);
  const SingleOwnerResult result = money::run(drawn_, workspace_);
  return {result.npv, result.irr, result.debt};
}

}  // namespace orrery::money
