#include "programme/days.h"

#include <algorithm>
#include <cmath>

#include "programme/simulate.h"

namespace orrery::programme {
namespace {

/// A day that is to come, later by so much; what is there at the start stays there.
double later(double day, double by) {
  return day > 0 ? day + by : day;
}

template <class Block>
double in_service(const Plan& plan, const Block& block, double late, Draws draws, const DependentDays& days) {
  const double planned = day_in(plan, block.ordered, days) +
                         in_days(block.lead_time.in(draws) + block.install_time.in(draws) + block.delay.in(draws));
  return later(planned, delay_left(plan, block.ordered, late));
}

/// When the last of a block serves; never where it leaves before that. A block's own end, which may hang on that day,
/// is not asked.
double all_in_service(const Plan& plan, const PowerBlock& block, double late, Draws draws, const DependentDays& days,
                      bool asks_its_end) {
  const double all =
      service_day(plan, block, late, draws, days) + block.capacity.in(draws).value() / per_day(block.rate.in(draws));
  return asks_its_end && last_day(plan, block, days) <= all ? infinity : all;
}

double cooling_in_service(const Plan& plan, const Site& site, const CoolingBlock& block, Draws draws,
                          const DependentDays& days) {
  const double late = in_days(site.delay.in(draws));
  if (block.building < 0) return service_day(plan, block, late, draws, days);
  return building_dates(plan, site.buildings[static_cast<size_t>(block.building)], late, draws, days).halls_open;
}

/// When the first, or the last, of an order comes. One that is paced comes as its site can use it.
double delivery_of(const Plan& plan, int index, bool last, Draws draws, const DependentDays& days,
                   const std::vector<SiteForecast>& sites) {
  const Order& order = plan.orders[static_cast<size_t>(index)];
  if (order.paced) {
    const SiteForecast& site = sites[static_cast<size_t>(order.site)];
    for (size_t k = 0; k < site.orders.size(); ++k)
      if (site.orders[k] == index)
        return site.supplies[k].delivered.first_at_least(last ? order.chips.value()
                                                              : std::min(1.0, order.chips.value()));
    return infinity;
  }
  if (order.draw.draws()) {
    const double chips = order.chips.value();
    return days.drawn[order.draw.index].first_at_least(last ? chips : std::min(1.0, chips));
  }
  if (order.design >= 0) {
    const double chips = order.chips.value();
    return planned_deliveries(plan, order, draws, days).first_at_least(last ? chips : std::min(1.0, chips));
  }
  const double delay = in_days(order.delay.in(draws));
  if (order.deliveries.empty()) {
    const double first = day_in(plan, order.ordered, days) + in_days(order.lead_time.in(draws)) + delay;
    return last ? first + order.chips.value() / per_day(order.rate.in(draws)) : first;
  }
  double day = delivery_day(plan, order.deliveries.front(), delay);
  for (const Delivery& d : order.deliveries)
    day = last ? std::max(day, delivery_day(plan, d, delay)) : std::min(day, delivery_day(plan, d, delay));
  return day;
}

/// What is made of its design for an order by each day.
Curve made_for(const Plan& plan, const Order& order, Draws draws) {
  const ChipDesign& design = plan.designs[static_cast<size_t>(order.design)];
  double all = 0;
  for (const Order& other : plan.orders)
    if (other.design == order.design) all += other.chips.value();
  return silicon::made_from(schedule_of(plan, design, draws).volume, per_day(design.rate.in(draws)),
                            in_days(design.ramp.in(draws)))
      .scaled(order.chips.value() / all);
}

/// The day of what a dependency waits for.
double event_day(const Plan& plan, int dependency, Draws draws, const DependentDays& days,
                 const std::vector<SiteForecast>& sites) {
  const AwaitedEvent& event = plan.dependencies[static_cast<size_t>(dependency)].event;
  const auto index = static_cast<size_t>(event.index);
  const Site* site = event.site < 0 ? nullptr : &plan.sites[static_cast<size_t>(event.site)];
  const double late = site ? in_days(site->delay.in(draws)) : 0;
  switch (event.happens) {
    case Happens::power_in_service: {
      const PowerBlock& block = site->power[index];
      return all_in_service(plan, block, late, draws, days, block.until.dependency != dependency);
    }
    case Happens::power_leaves:
      if (site->power[index].bridges) {
        const SiteForecast& s = sites[static_cast<size_t>(event.site)];
        return std::max(s.power_day[index], s.power_until[index]);  // one that is not needed leaves as it comes
      }
      return last_day(plan, site->power[index], days);
    case Happens::cooling_in_service:
      return cooling_in_service(plan, *site, site->cooling[index], draws, days);
    case Happens::cooling_leaves:
      return last_day(plan, site->cooling[index], days);
    case Happens::building_opens:
      return building_dates(plan, site->buildings[index], late, draws, days).halls_open;
    case Happens::building_ready:
      return building_dates(plan, site->buildings[index], late, draws, days).ready;
    case Happens::order_arrives:
      return delivery_of(plan, event.index, false, draws, days, sites);
    case Happens::order_delivered:
      return delivery_of(plan, event.index, true, draws, days, sites);
    case Happens::rental_handed_over:
      return hand_over(plan, plan.rentals[index], draws, days);
    case Happens::rental_ends:
      return hand_over(plan, plan.rentals[index], draws, days) + term_days(plan, plan.rentals[index], days);
    case Happens::run_starts:
    case Happens::run_finishes:
      break;  // forecast_runs knows them
  }
  return infinity;
}

/// What a planned schedule has delivered by each day; delay: of the schedule, days.
Curve delivered_curve(const Plan& plan, const std::vector<Delivery>& deliveries, double delay) {
  std::vector<std::pair<double, double>> arrivals;
  for (const Delivery& d : deliveries)
    if (const double day = delivery_day(plan, d, delay); day < infinity) arrivals.emplace_back(day, d.chips.value());
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Curve::Knot> knots;
  double sum = 0;
  for (const auto& [day, chips] : arrivals) {
    sum += chips;
    if (!knots.empty() && knots.back().time == day) knots.back().value = sum;
    else knots.push_back({day, sum, 0});
  }
  return Curve::from(0, std::move(knots));
}

}  // namespace

double anniversary(const Plan& plan, double day, int years) {
  const double whole = std::floor(day);
  return add_years(plan.start + static_cast<int>(whole), years) - plan.start + (day - whole);
}

double rent_days(const Plan& plan, std::size_t month, bool by_day) {
  const Date first = month_start(plan.months[month]);
  return by_day ? 1 : in_days(mean_month) / (add_months(first, 1) - first);
}

double day_in(const Plan& plan, const Day& day, const DependentDays& days) {
  return day.hangs() ? days[static_cast<size_t>(day.dependency)] : day.date - plan.start + wait_of(day, days);
}

double wait_of(const Day& day, const DependentDays& days) {
  return day.item >= 0 && !days.waits.empty() ? days.waits[static_cast<size_t>(day.item)] : 0;
}

double delay_left(const Plan& plan, const Day& begins, double late) {
  return begins.hangs() && plan.dependencies[static_cast<size_t>(begins.dependency)].delayed ? 0 : late;
}

double service_day(const Plan& plan, const PowerBlock& block, double late, Draws draws, const DependentDays& days) {
  return in_service(plan, block, late, draws, days);
}
double service_day(const Plan& plan, const CoolingBlock& block, double late, Draws draws, const DependentDays& days) {
  return in_service(plan, block, late, draws, days);
}

double last_day(const Plan& plan, const PowerBlock& block, const DependentDays& days) {
  return block.ends ? day_in(plan, block.until, days) : infinity;
}
double last_day(const Plan& plan, const CoolingBlock& block, const DependentDays& days) {
  return block.ends ? day_in(plan, block.until, days) : infinity;
}

std::vector<double> task_durations(const Building& building, Draws draws) {
  const double factor = building.duration_factor.in(draws);
  std::vector<double> durations;
  for (const Task& task : building.tasks) durations.push_back(factor * in_days(task.duration.in(draws)));
  return durations;
}

site::BuildingDates building_dates(const Plan& plan, const Building& building, double late, Draws draws,
                                   const DependentDays& days) {
  std::optional<double> planned;
  if (building.planned) planned = day_in(plan, building.date, days) + in_days(building.delay.in(draws));
  site::BuildingDates dates = site::building_dates(building.task_network, day_in(plan, building.start, days),
                                                   task_durations(building, draws), planned);
  const double by = delay_left(plan, building.planned ? building.date : building.start, late);
  dates.halls_open = later(dates.halls_open, by), dates.ready = later(dates.ready, by);
  for (std::vector<double>* of_tasks : {&dates.task_start, &dates.task_finish})
    for (double& day : *of_tasks) day = later(day, by);
  return dates;
}

double delivery_day(const Plan& plan, const Delivery& delivery, double delay) {
  return delivery.date - plan.start + (delivery.slips ? delay : 0);
}

silicon::ChipSchedule schedule_of(const Plan& plan, const ChipDesign& design, Draws draws) {
  const double planned =
      design.planned ? *design.planned - plan.start : design.begins - plan.start + in_days(design.design.in(draws));
  return silicon::chip_schedule(planned + in_days(design.delay.in(draws)),
                                static_cast<int>(std::lround(design.respins.in(draws))),
                                {in_days(design.first_silicon.in(draws)), in_days(design.bring_up.in(draws)),
                                 in_days(design.respin.in(draws)), in_days(design.qualification.in(draws))});
}

Curve planned_deliveries(const Plan& plan, const Order& order, Draws draws, const DependentDays& days) {
  const double delay = in_days(order.delay.in(draws));
  const Curve asked = !order.deliveries.empty()
                          ? delivered_curve(plan, order.deliveries, delay + wait_of(order.ordered, days))
                          : Curve::ramp(day_in(plan, order.ordered, days) + in_days(order.lead_time.in(draws)) + delay,
                                        per_day(order.rate.in(draws)), order.chips.value());
  return order.design < 0 ? asked : minimum(asked, made_for(plan, order, draws));
}

Curve planned_deliveries(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days) {
  const double delay = in_days(rental.delay.in(draws));
  if (!rental.deliveries.empty()) return delivered_curve(plan, rental.deliveries, delay + wait_of(rental.from, days));
  return Curve::ramp(day_in(plan, rental.from, days) + in_days(rental.lead_time.in(draws)) + delay,
                     per_day(rental.rate.in(draws)), rental.chips.value());
}

double hand_over(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days) {
  if (rental.draw.draws()) return days.drawn[rental.draw.index].first_at_least(std::min(1.0, rental.chips.value()));
  if (!rental.deliveries.empty())
    return delivery_day(plan, rental.deliveries.front(), in_days(rental.delay.in(draws)) + wait_of(rental.from, days));
  return day_in(plan, rental.from, days) + in_days(rental.lead_time.in(draws) + rental.delay.in(draws));
}

double term_days(const Plan& plan, const Rental& rental, const DependentDays& days) {
  if (rental.has_term || !rental.from.hangs()) return in_days(rental.term);
  return std::max(1.0, plan.end - plan.start - day_in(plan, rental.from, days));
}

double lag_days(const Dependency& dependency, Draws draws) {
  return in_days(dependency.shift + dependency.lag.in(draws)-dependency.lead.in(draws));
}

double dependent_day(const Plan& plan, int dependency, Draws draws, const DependentDays& days,
                     const std::vector<SiteForecast>& sites) {
  return event_day(plan, dependency, draws, days, sites) +
         lag_days(plan.dependencies[static_cast<size_t>(dependency)], draws);
}

double falls_on(const Dependency& dependency, double day) {
  return dependency.from_start ? std::max(day, 0.0) : day;
}

}  // namespace orrery::programme
