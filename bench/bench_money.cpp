// Pro formas a second: a 25-year project with five uncertain inputs, debt sculpted to coverage, MACRS, credits,
// reserves, taxes, NPV and IRR. Aim: 100,000 a second and core. The answers are checked against each other and against
// limits.
#include <benchmark/benchmark.h>

#include <cmath>

#include "base/distribution.h"
#include "base/random.h"
#include "money/irr.h"
#include "money/project/single_owner.h"

using namespace orrery;
using namespace orrery::money;

namespace {

SingleOwner solar_plant() {
  SingleOwner plant;
  plant.years = 25;
  plant.installed_cost = 116e6;
  plant.construction_financing = 3e6;
  plant.capacity_kw = 100e3;
  UnitYear& sold = plant.sold.years[0];
  sold.net = sold.sales = sold.sales_value = sold.before_curtailment = 212e6;
  plant.sold.degradation = {0.005};
  plant.price.values = {0.045};
  plant.price.growth = 0.01;
  plant.operation.per_capacity = {{15}, 0.025};
  plant.operation.insurance_rate = 0.002;
  plant.operation.assessed_share = 1;
  plant.operation.property_tax_rate = 0.005;
  plant.working_capital_months = 6;
  plant.reserves_interest = 0.0175;
  plant.equipment[0] = {0.1, 15};
  plant.debt.fee = 0.0275;
  plant.allocation = {0.9, 0.015, 0, 0.025, 0.03, 0, 0};
  plant.federal.credit_for[0] = plant.state.credit_for[0] = true;
  plant.incentives.production_credit[0] = {{0.0275}, 10, 0.025, true, true, false};
  return plant;
}

/// Five draws of a trial into a copy of the plant, and its pro forma.
SingleOwnerResult run_trial(const SingleOwner& plant, std::uint64_t trial, SingleOwner& drawn,
                            SingleOwnerWorkspace& workspace) {
  static const Distribution cost{Distribution::Kind::triangular, 0.9, 1.0, 1.3, {}},
      units{Distribution::Kind::percentiles, 0.92, 1.0, 1.06, {}}, price{Distribution::Kind::uniform, 0.9, 1.1, 0, {}},
      operation{Distribution::Kind::lognormal, 1.0, 0.15, 0, {}},
      rate{Distribution::Kind::triangular, 0.05, 0.06, 0.09, {}};
  std::uint32_t input = 0;
  auto draw = [&](const Distribution& of) { return of.draw(uniform(1, 7, trial, input++)); };
  drawn.installed_cost = plant.installed_cost * draw(cost);
  UnitYear& year = drawn.sold.years[0];
  year.net = year.sales = year.sales_value = year.before_curtailment = plant.sold.years[0].net * draw(units);
  drawn.price.values[0] = plant.price.values[0] * draw(price);
  drawn.operation.per_capacity.values[0] = plant.operation.per_capacity.values[0] * draw(operation);
  drawn.debt.rate = draw(rate);
  return run(drawn, workspace);
}

void pro_formas(benchmark::State& state) {
  const SingleOwner plant = solar_plant();
  SingleOwner drawn = plant;
  SingleOwnerWorkspace workspace;
  const SingleOwnerResult first = run_trial(plant, 0, drawn, workspace);
  std::uint64_t trial = 0;
  std::size_t with_return = 0;
  double sum = 0;
  for (auto _ : state) {
    const SingleOwnerResult result = run_trial(plant, trial++, drawn, workspace);
    with_return += std::isfinite(result.irr);
    sum += result.npv;
  }
  // The same trial gives the same bits again, and nearly all of these projects have a return.
  const SingleOwnerResult again = run_trial(plant, 0, drawn, workspace);
  if (first.npv != again.npv || first.irr != again.irr || first.debt != again.debt)
    state.SkipWithError("not repeatable");
  if (static_cast<double>(with_return) < 0.99 * static_cast<double>(trial)) state.SkipWithError("returns are missing");
  if (!std::isfinite(sum)) state.SkipWithError("a present value is not finite");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pro_formas);

void internal_rates_of_return(benchmark::State& state) {
  // Three rates: (v - 1/1.05)(v - 1/1.2)(v - 1/1.5) as flows.
  const double a = 1 / 1.05, b = 1 / 1.2, c = 1 / 1.5;
  const double flows[] = {-a * b * c, a * b + b * c + a * c, -(a + b + c), 1};
  IrrWorkspace workspace;
  for (auto _ : state) {
    if (internal_rates(flows, workspace) != 3 || std::abs(std::exp(workspace.zeros[1]) - 1.2) > 1e-12)
      state.SkipWithError("wrong rates");
    benchmark::DoNotOptimize(workspace.zeros.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(internal_rates_of_return);

}  // namespace
