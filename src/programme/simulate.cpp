#include "programme/simulate.h"

#include <algorithm>
#include <cmath>

#include "site/building/construction.h"
#include "site/cooling.h"
#include "site/power/firm.h"

namespace orrery::programme {
namespace {

double day_number(const Plan& plan, Date date) {
  return date - plan.start;
}

/// The days on which the months start, and the day after the last.
std::vector<double> month_days(const Plan& plan) {
  std::vector<double> days;
  for (const Date month : plan.months) days.push_back(day_number(plan, month));
  return days;
}

template <class Block>
double service_day(const Plan& plan, const Block& block, Draws draws) {
  return day_number(plan, block.ordered) +
         in_days(block.lead_time.in(draws) + block.install_time.in(draws) + block.delay.in(draws));
}

template <class Block>
double last_day(const Plan& plan, const Block& block) {
  return block.ends ? day_number(plan, block.until) : infinity;
}

template <class Rate>
double per_day(Rate rate) {
  return rate.value() * 86400;
}

site::BuildingDates building_dates(const Plan& plan, const Building& building, Draws draws) {
  const double factor = building.duration_factor.in(draws);
  std::vector<double> durations;
  for (const Task& task : building.tasks) durations.push_back(factor * in_days(task.duration.in(draws)));
  std::optional<double> planned;
  if (building.planned) planned = day_number(plan, building.date) + in_days(building.delay.in(draws));
  return site::building_dates(building.task_network, day_number(plan, building.start), durations, planned);
}

site::Supply order_supply(const Plan& plan, const Order& order, Draws draws) {
  site::Supply supply;
  supply.it_power = order.it_power.in(draws).value();
  const double delay = in_days(order.delay.in(draws)), ordered = day_number(plan, order.ordered);
  if (order.deliveries.empty()) {
    supply.delivered = Curve::ramp(ordered + in_days(order.lead_time.in(draws)) + delay, per_day(order.rate.in(draws)),
                                   order.chips.value());
  } else {
    for (const Delivery& d : order.deliveries)
      supply.delivered = supply.delivered + Curve::step(day_number(plan, d.date) + delay, d.chips.value());
  }
  supply.networked = Curve::step(ordered + in_days(order.network_lead_time.in(draws)) + delay, order.chips.value());
  return supply;
}

void supply_power(const Plan& plan, const Site& site, Draws draws, SiteForecast& out) {
  std::vector<site::PowerSupply> supplies;
  for (const PowerBlock& block : site.power) {
    out.power_day.push_back(service_day(plan, block, draws));
    supplies.push_back({block.role, block.capacity.in(draws).value(), out.power_day.back(),
                        per_day(block.rate.in(draws)), last_day(plan, block), block.availability.in(draws)});
  }
  site::FirmPower power = site::firm_power(supplies, site.swing_reserve.in(draws));
  for (size_t i = 0; i < supplies.size(); ++i)
    out.sources.push_back({supplies[i].role == site::SupplyRole::storage ? Curve() : std::move(power.available[i]),
                           site.power[i].energy_price.in(draws).value(), site.power[i].emissions.in(draws).value()});
  out.power_rated = std::move(power.rated);
  out.limits.power = std::move(power.firm);
}

void cool(const Plan& plan, const Site& site, Draws draws, SiteForecast& out) {
  std::vector<site::CoolingPlant> plants;
  for (const CoolingBlock& block : site.cooling) {
    out.cooling_day.push_back(block.building >= 0 ? out.buildings[static_cast<size_t>(block.building)].halls_open
                                                  : service_day(plan, block, draws));
    plants.push_back({block.capacity.in(draws).value(), out.cooling_day.back(), last_day(plan, block),
                      block.pue.in(draws), block.pue_annual.in(draws), block.wue.in(draws).value()});
  }
  site::Cooling cooling = site::mixed_cooling(plants);
  out.limits.cooling = std::move(cooling.limit);
  out.limits.pue = std::move(cooling.pue);
  out.pue_annual = std::move(cooling.pue_annual);
  out.water_per_it = std::move(cooling.water_per_it);
}

}  // namespace

Date day_of(const Plan& plan, double day) {
  return plan.start + whole_day(day);
}

SiteForecast forecast_site(const Plan& plan, int index, Draws draws) {
  const Site& site = plan.sites[index];
  SiteForecast out;
  for (size_t i = 0; i < plan.orders.size(); ++i)
    if (plan.orders[i].site == index) {
      out.orders.push_back(static_cast<int>(i));
      out.supplies.push_back(order_supply(plan, plan.orders[i], draws));
    }
  for (const Building& building : site.buildings) {
    out.buildings.push_back(building_dates(plan, building, draws));
    const double rate = per_day(building.fit_out_rate.in(draws)), capacity = building.it_capacity.value();
    out.limits.halls = out.limits.halls + Curve::ramp(out.buildings.back().halls_open, rate, capacity);
    out.limits.building = out.limits.building + Curve::ramp(out.buildings.back().ready, rate, capacity);
  }
  supply_power(plan, site, draws, out);
  cool(plan, site, draws, out);
  for (const Event& event : plan.events) {
    if (event.site != index) continue;
    const double from = day_number(plan, event.from) + in_days(event.delay.in(draws));
    const double to = from + in_days(event.duration.in(draws));
    const Curve change = Curve::step(from, event.change.value()) - Curve::step(to, event.change.value());
    Curve& limit = event.limit == EventLimit::power     ? out.limits.power
                   : event.limit == EventLimit::cooling ? out.limits.cooling
                                                        : out.limits.building;
    limit = positive_part(limit + change);
  }
  out.limits.installation = Curve::from(0, {{0, 0, per_day(site.installation_rate.in(draws))}});
  out.limits.burn_in = in_days(site.burn_in.in(draws));
  out.capacity = site::usable_capacity(out.limits, out.supplies);
  out.facility_power = site::facility_power(out.capacity.it_power, out.limits.pue);
  return out;
}

Curve rented_curve(const Plan& plan, const Rental& rental, Draws draws) {
  const double delay = in_days(rental.delay.in(draws));
  if (!rental.deliveries.empty()) {
    Curve handed_over;
    for (const Delivery& d : rental.deliveries)
      handed_over = handed_over + Curve::step(day_number(plan, d.date) + delay, d.chips.value());
    return handed_over.until(day_number(plan, rental.deliveries.front().date) + delay + in_days(rental.term));
  }
  const double first = day_number(plan, rental.from) + in_days(rental.lead_time.in(draws)) + delay;
  return Curve::ramp(first, per_day(rental.rate.in(draws)), rental.chips.value()).until(first + in_days(rental.term));
}

void forecast_runs(const Plan& plan, Draws draws, Forecast& forecast) {
  std::vector<operations::Pool> pools;
  for (const SiteForecast& s : forecast.sites) pools.push_back({&s.capacity.usable, s.capacity.usable_by_supply});
  for (const Curve& rented : forecast.rentals) pools.push_back({&rented, {}});
  std::vector<operations::Request> requests;
  for (const Run& run : plan.runs) {
    requests.push_back({run.pool.index + (run.pool.rented ? forecast.sites.size() : 0),
                        run.compute.value(),
                        run.chips.value(),
                        run.minimum.value(),
                        day_number(plan, run.earliest),
                        run.duty,
                        {}});
    for (const size_t kind : run.speed_of) requests.back().achieved.push_back(run.speeds[kind].in(draws));
  }
  const operations::Reliability reliability = plan.operation.reliability(draws);
  const std::vector<double> months = month_days(plan);
  operations::Schedule schedule = operations::schedule(pools, requests, reliability, months, plan.end - plan.start + 1);
  forecast.runs = std::move(schedule.runs);
  for (size_t m = 0; m + 1 < months.size(); ++m)
    forecast.use.push_back({24 * forecast.usable.integral(months[m], months[m + 1]), schedule.training[m]});
}

void forecast_energy(const Plan& plan, Draws draws, Forecast& forecast) {
  const double load = plan.operation.load.in(draws);
  forecast.energy.resize(plan.months.size() - 1);
  const std::vector<double> months = month_days(plan);
  for (SiteForecast& s : forecast.sites) {
    const Curve drawn = s.capacity.it_power.scaled(load);
    for (size_t m = 0; m + 1 < months.size(); ++m) {
      s.energy.push_back(
          site::energy_of_month(drawn, s.pue_annual, s.sources, s.water_per_it, months[m], months[m + 1]));
      const site::EnergyMonth& one = s.energy.back();
      site::EnergyMonth& sum = forecast.energy[m];
      sum.it += one.it, sum.facility += one.facility, sum.cost += one.cost, sum.emissions += one.emissions;
      sum.water += one.water;
    }
  }
}

Forecast simulate(const Plan& plan, Draws draws) {
  Forecast forecast;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    forecast.sites.push_back(forecast_site(plan, static_cast<int>(i), draws));
    const SiteForecast& s = forecast.sites.back();
    forecast.usable = forecast.usable + s.capacity.usable;
    forecast.it_power = forecast.it_power + s.capacity.it_power;
    forecast.facility_power = forecast.facility_power + s.facility_power;
  }
  for (const Rental& rental : plan.rentals) {
    forecast.rentals.push_back(rented_curve(plan, rental, draws));
    forecast.usable = forecast.usable + forecast.rentals.back();
  }
  forecast_runs(plan, draws, forecast);
  forecast_energy(plan, draws, forecast);
  forecast_money(plan, draws, forecast);
  return forecast;
}

}  // namespace orrery::programme
