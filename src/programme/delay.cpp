#include "programme/delay.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "programme/simulate.h"

namespace orrery::programme {
namespace {

/// The plan to a month after its end.
Plan a_month_longer(Plan plan) {
  plan.end = plan.end + static_cast<int>(std::ceil(in_days(mean_month)));
  name_months(plan);
  return plan;
}

/// Whether a rental is handed over later because sites or other rentals are.
bool follows(const Plan& plan, const Rental& rental) {
  if (!rental.from.hangs() || !rental.deliveries.empty()) return false;
  const Dependency& d = plan.dependencies[static_cast<std::size_t>(rental.from.dependency)];
  return !d.delays.empty() || d.on_rental;
}

void put_off(Uncertain<Time>& delay, std::vector<std::size_t>& delays) {
  delay.median += mean_month;
  if (delay.input >= 0) delays.push_back(static_cast<std::size_t>(delay.input));
}

/// The plan with its sites and hand-overs a month later, and what is paid for them as it was.
Plan a_month_later(Plan plan, std::vector<std::size_t>& delays) {
  for (Site& site : plan.sites) put_off(site.delay, delays);
  // What waits for another place is late with that one, not by two months.
  for (Dependency& d : plan.dependencies) d.delayed = d.delayed || !d.delays.empty() || d.on_rental;
  for (Rental& rental : plan.rentals)
    if (!follows(plan, rental)) put_off(rental.delay, delays);
  return plan;
}

}  // namespace

MonthLate::MonthLate(const Plan& plan) : on_time(a_month_longer(plan)), late(a_month_later(on_time, delays)) {}

CostOfDelay MonthLate::cost(Draws draws) const {
  std::vector<double> later(draws.begin(), draws.end());
  for (const std::size_t delay : delays)
    if (!later.empty()) later[delay] += mean_month.value();
  const Forecast now = simulate(on_time, draws), then = simulate(late, later);
  return {now.net_present_value - then.net_present_value, now.worth - then.worth};
}

std::vector<double> MonthLate::costs(const std::vector<std::vector<double>>& draws, std::size_t count,
                                     int threads) const {
  std::vector<double> out(count);
  parallel_for(count, threads, 1, [&](std::size_t first, std::size_t last, int) {
    std::vector<double> of_trial(draws.size());
    for (std::size_t k = first; k < last; ++k) {
      for (std::size_t i = 0; i < draws.size(); ++i) of_trial[i] = draws[i][k];
      out[k] = cost(of_trial).net_present_value;
    }
  });
  return out;
}

std::string without_worth(const Plan& plan) {
  if (plan.serves) return "";
  const auto known = [&](const std::string& chip) {
    return std::any_of(plan.worths.begin(), plan.worths.end(),
                       [&](const Worth& w) { return w.chip.empty() || w.chip == chip; });
  };
  for (const Order& order : plan.orders)
    if (!known(order.chip)) return order.chip;
  for (const Rental& rental : plan.rentals)
    if (!known(rental.chip)) return rental.chip;
  return "";
}

}  // namespace orrery::programme
