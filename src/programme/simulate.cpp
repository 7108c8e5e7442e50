#include "programme/simulate.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <numeric>

#include "machine/operations/failures_by_age.h"
#include "programme/funding.h"
#include "programme/hourly_energy.h"
#include "programme/supply_lines.h"
#include "site/building/construction.h"
#include "site/cooling.h"
#include "site/power/firm.h"

namespace orrery::programme {
namespace {

/// The days on which the months start, and the day after the last.
std::vector<double> month_days(const Plan& plan) {
  std::vector<double> days;
  for (const Date month : plan.months) days.push_back(month - plan.start);
  return days;
}

site::Supply order_supply(const Plan& plan, const Order& order, Draws draws, const DependentDays& days) {
  site::Supply supply;
  supply.it_power = order.it_power.in(draws).value();
  supply.delivered = order.draw.draws() ? days.drawn[order.draw.index] : planned_deliveries(plan, order, draws, days);
  const double ordered = day_in(plan, order.ordered, days), delay = in_days(order.delay.in(draws));
  supply.networked = Curve::step(ordered + in_days(order.network_lead_time.in(draws)) + delay, order.chips.value());
  return supply;
}

/// The blocks of a site on their days.
std::vector<site::PowerSupply> power_supplies(const Plan& plan, const Site& site, double late, Draws draws,
                                              const DependentDays& days) {
  std::vector<site::PowerSupply> supplies;
  for (const PowerBlock& block : site.power)
    supplies.push_back({block.role, block.capacity.in(draws).value(), service_day(plan, block, late, draws, days),
                        per_day(block.rate.in(draws)), last_day(plan, block, days), block.availability.in(draws)});
  return supplies;
}

// Of what is drawn: no event takes more of a site that draws anything.
constexpr double most_taken = 1e6;

/// Plant that bridges leaves as the rest comes to cover what the site draws: after the day on which the most of it is
/// needed, in proportion to the most that will still be needed, so that its margin stays, and no less than carries that
/// with the whole swing reserve kept back. Events that take more than the rest has are carried by it too, while
/// anything is drawn. The first of the file first. events: what they add to firm power, W.
void end_bridges(const Site& site, double swing_reserve, const Curve& events, const Curve& facility_power,
                 std::vector<site::PowerSupply>& supplies) {
  for (size_t i = 0; i < supplies.size(); ++i) {
    if (!site.power[i].bridges) continue;
    site::PowerSupply& supply = supplies[i];
    std::vector<site::PowerSupply> rest = supplies;
    rest[i].capacity = 0;
    const Curve short_of = facility_power - (site::firm_power(rest, swing_reserve).firm + events);
    const Curve needed = maximum_to_come(positive_part(minimum(short_of, facility_power.scaled(most_taken))));
    const double most = needed.at(supply.day), counts = supply.availability * (1 - swing_reserve);
    if (most <= 1e-6 * supply.capacity || counts <= 0) supply.until = supply.day;
    else supply.kept = minimum(needed.scaled(std::max(supply.capacity / most, 1 / counts)), Curve(supply.capacity));
  }
}

/// What the blocks give: their ratings, and the energy of each by its availability, or its capacity factor.
void rate_power(const Site& site, Draws draws, site::FirmPower power, SiteForecast& out) {
  for (size_t i = 0; i < site.power.size(); ++i) {
    const PowerBlock& block = site.power[i];
    const double of_year = block.capacity_factor.in(draws);
    out.sources.push_back({block.role == site::SupplyRole::storage ? Curve()
                           : of_year > 0                           ? power.rated[i].scaled(of_year)
                                                                   : std::move(power.available[i]),
                           block.energy_price.in(draws).value(), block.emissions.in(draws).value(), of_year > 0});
  }
  out.power_rated = std::move(power.rated);
  out.firm_power = std::move(power.firm);
}

void cool(const Plan& plan, const Site& site, double late, Draws draws, const DependentDays& days, SiteForecast& out) {
  std::vector<site::CoolingPlant> plants;
  for (const CoolingBlock& block : site.cooling) {
    out.cooling_day.push_back(block.building >= 0 ? out.buildings[static_cast<size_t>(block.building)].halls_open
                                                  : service_day(plan, block, late, draws, days));
    plants.push_back({block.capacity.in(draws).value(), out.cooling_day.back(), last_day(plan, block, days),
                      block.pue.in(draws), block.pue_annual.in(draws), block.wue.in(draws).value()});
  }
  site::Cooling cooling = site::mixed_cooling(plants);
  out.limits.cooling = std::move(cooling.limit);
  out.limits.pue = std::move(cooling.pue);
  out.pue_annual = std::move(cooling.pue_annual);
  out.water_per_it = std::move(cooling.water_per_it);
}

/// The latest arrivals that crews of a rate (a day) rack and burn in (days) so that as many are ready as a rising curve
/// asks for: at each time the most that any later time needs, less what can still be racked until then.
Curve latest_arrivals(const Curve& ready, double rate, double burn_in) {
  const Curve crews = Curve::from(0, {{0, 0, rate}});
  return running_maximum(positive_part(maximum_to_come(ready.shifted(-burn_in) - crews) + crews));
}

/// Orders that are paced arrive as late as they can to be usable when they would be, came they as the makers deliver:
/// crews rack those that need the least power first, so what the first so many supplies of that order bring together
/// must be there in time for what is to become usable of them.
void pace_deliveries(const Plan& plan, SiteForecast& s) {
  const auto paced = [&](size_t k) { return plan.orders[static_cast<size_t>(s.orders[k])].paced; };
  std::vector<size_t> turn(s.orders.size());
  std::iota(turn.begin(), turn.end(), 0);
  if (std::none_of(turn.begin(), turn.end(), paced)) return;
  const site::Limits& l = s.limits;
  const double crews = l.installation.knots().front().slope;  // a day
  turn = site::by_power(s.supplies);
  const site::Capacity made = site::usable_capacity(l, s.supplies);
  std::vector<Curve> needed;  // arrivals of the first so many together
  Curve usable;
  for (const size_t k : turn) {
    usable = usable + made.usable_by_supply[k];
    needed.push_back(latest_arrivals(running_maximum(usable), crews, l.burn_in));
  }
  Curve came;
  for (size_t j = 0; j < turn.size(); ++j) {
    site::Supply& supply = s.supplies[turn[j]];
    // What the others of the order can still bring does not have to come with this one.
    Curve others = came, least;
    for (size_t i = j; i < turn.size(); ++i) {
      if (i > j) others = others + s.supplies[turn[i]].delivered;
      least = least + positive_part(needed[i] - others - least);
    }
    if (paced(turn[j])) supply.delivered = minimum(supply.delivered, running_maximum(least));
    came = came + supply.delivered;
  }
}

}  // namespace

Date day_of(const Plan& plan, double day) {
  return plan.start + whole_day(day);
}

SiteForecast forecast_site(const Plan& plan, int index, Draws draws, const DependentDays& days) {
  const Site& site = plan.sites[index];
  SiteForecast out;
  const double load = site.it_load.value(), late = in_days(site.delay.in(draws));
  if (load > 0) out.supplies.push_back({Curve::step(0, load), Curve::step(0, load), 1});
  for (size_t i = 0; i < plan.orders.size(); ++i)
    if (plan.orders[i].site == index) {
      out.orders.push_back(static_cast<int>(i));
      out.supplies.push_back(order_supply(plan, plan.orders[i], draws, days));
    }
  for (const Building& building : site.buildings) {
    out.buildings.push_back(building_dates(plan, building, late, draws, days));
    const double rate = per_day(building.fit_out_rate.in(draws)), capacity = building.it_capacity.value();
    out.limits.halls = out.limits.halls + Curve::ramp(out.buildings.back().halls_open, rate, capacity);
    out.limits.building = out.limits.building + Curve::ramp(out.buildings.back().ready, rate, capacity);
  }
  std::vector<site::PowerSupply> supplies = power_supplies(plan, site, late, draws, days);
  for (const site::PowerSupply& supply : supplies) out.power_day.push_back(supply.day);
  const double swing_reserve = site.swing_reserve.in(draws);
  site::FirmPower power = site::firm_power(supplies, swing_reserve);
  out.limits.power = power.firm;
  cool(plan, site, late, draws, days, out);
  for (const Event& event : plan.events) {
    if (event.site != index) continue;
    const double from = day_in(plan, event.from, days) + in_days(event.delay.in(draws));
    const double to = from + in_days(event.duration.in(draws));
    const Curve change = Curve::step(from, event.change.value()) - Curve::step(to, event.change.value());
    if (event.limit == EventLimit::power) out.power_events = out.power_events + change;
    Curve& limit = event.limit == EventLimit::power     ? out.limits.power
                   : event.limit == EventLimit::cooling ? out.limits.cooling
                                                        : out.limits.building;
    limit = positive_part(limit + change);
  }
  // A load in MW is neither racked nor burned in here.
  out.limits.installation = Curve::from(0, {{0, 0, load > 0 ? 1e6 * load : per_day(site.installation_rate.in(draws))}});
  out.limits.burn_in = load > 0 ? 0 : in_days(site.burn_in.in(draws));
  pace_deliveries(plan, out);
  out.capacity = site::usable_capacity(out.limits, out.supplies);
  out.facility_power = site::facility_power(out.capacity.it_power, out.limits.pue);
  if (std::any_of(site.power.begin(), site.power.end(), [](const PowerBlock& b) { return b.bridges; })) {
    end_bridges(site, swing_reserve, out.power_events, out.facility_power, supplies);
    power = site::firm_power(supplies, swing_reserve);
  }
  for (const site::PowerSupply& supply : supplies)
    out.power_until.push_back(supply.kept ? std::min(supply.until, supply.kept->last_above(0)) : supply.until);
  rate_power(site, draws, std::move(power), out);
  if (site.hours) forecast_hours(plan, site, draws, out);
  return out;
}

Curve rented_curve(const Plan& plan, const Rental& rental, Draws draws, const DependentDays& days) {
  const double first = hand_over(plan, rental, draws, days), end = first + term_days(plan, rental, days);
  const Curve delivered =
      rental.draw.draws() ? days.drawn[rental.draw.index] : planned_deliveries(plan, rental, draws, days);
  return delivered.until(end);
}

namespace {

/// What a day hangs on where that is a run; null elsewhere.
const Dependency* on_run(const Plan& plan, const Day& day) {
  const Dependency* d = day.hangs() ? &plan.dependencies[static_cast<size_t>(day.dependency)] : nullptr;
  return d && d->event.of_run() ? d : nullptr;
}

}  // namespace

namespace {

/// Pools of accelerators and what runs ask of them. Curves of pools are those of the forecast, or kept here.
struct RunsAsked {
  std::vector<operations::Pool> pools;
  std::vector<operations::Request> requests;  ///< by run
  std::list<Curve> joint;
  std::list<std::vector<Curve>> joint_by_supply;
  std::list<std::vector<double>> failures;  ///< by pool
  std::list<site::Capacity> all_energy;     ///< of sites that lack energy
  std::list<std::vector<double>> powered;   ///< by pool
};

/// By day, the share of it in which there is energy for the accelerators of a pool.
std::vector<double> powered_by_day(const Plan& plan, const Curve& usable, const Curve& with_all_energy) {
  std::vector<double> out;
  for (double day = 0; day <= plan.end - plan.start; ++day) {
    const double all = with_all_energy.at(day);
    out.push_back(all > 0 ? std::min(1.0, usable.at(day) / all) : 1);
  }
  return out;
}

RunsAsked runs_asked(const Plan& plan, Draws draws, const Forecast& forecast) {
  RunsAsked out;
  // The spares of what is rented are its owner's.
  const double spares = plan.operation.spares.in(draws);
  // A run holds accelerators that lack energy for some hours, and stands in those.
  std::vector<const site::Capacity*> capacities;
  for (const SiteForecast& s : forecast.sites) {
    const site::Capacity& c = s.with_all_energy ? out.all_energy.emplace_back(with_all_energy(s)) : s.capacity;
    capacities.push_back(&c);
    out.pools.push_back({&c.usable, c.usable_by_supply, spares});
    if (s.with_all_energy)
      out.pools.back().powered = out.powered.emplace_back(powered_by_day(plan, s.capacity.usable, c.usable));
  }
  for (const Curve& rented : forecast.rentals) out.pools.push_back({&rented, {}});
  // Sites that train together are one pool more.
  std::vector<size_t> pool_of;
  for (const Run& run : plan.runs) {
    if (run.pool.more.empty() || run.pool.rented) {
      pool_of.push_back(run.pool.index + (run.pool.rented ? forecast.sites.size() : 0));
      continue;
    }
    const auto same = std::find_if(plan.runs.begin(), plan.runs.begin() + static_cast<std::ptrdiff_t>(pool_of.size()),
                                   [&](const Run& r) { return !r.pool.more.empty() && r.pool.holds(run.pool.index); });
    if (const auto before = static_cast<size_t>(same - plan.runs.begin()); before < pool_of.size()) {
      pool_of.push_back(pool_of[before]);
      continue;
    }
    Curve &sum = out.joint.emplace_back(), powered;
    std::vector<Curve>& parts = out.joint_by_supply.emplace_back();
    // In the order of the plan's orders, as the run's speeds are.
    for (size_t o = 0; o < plan.orders.size(); ++o)
      for (size_t i = 0; i < forecast.sites.size(); ++i) {
        const SiteForecast& s = forecast.sites[i];
        for (size_t k = 0; k < s.orders.size(); ++k)
          if (static_cast<size_t>(s.orders[k]) == o && run.pool.holds(static_cast<size_t>(plan.orders[o].site))) {
            const Curve& usable = capacities[i]->usable_by_supply[k];
            sum = sum + usable, parts.push_back(usable);
            if (!out.all_energy.empty()) powered = powered + s.capacity.usable_by_supply[k];
          }
      }
    pool_of.push_back(out.pools.size());
    out.pools.push_back({&sum, parts, spares});
    if (!out.all_energy.empty())
      out.pools.back().powered = out.powered.emplace_back(powered_by_day(plan, powered, sum));
  }
  for (operations::Pool& pool : out.pools)
    pool.failures = out.failures.emplace_back(failures_by_day(plan, draws, *pool.usable));
  for (const Run& run : plan.runs) {
    out.requests.push_back({pool_of[out.requests.size()],
                            run.compute.value(),
                            run.chips.value(),
                            run.minimum.value(),
                            0,
                            run.duty,
                            {},
                            {},
                            plan.operation.reliability(draws, run.recovery)});
    operations::Request& request = out.requests.back();
    if (const Dependency* after = on_run(plan, run.earliest))
      request.after = {after->event.index, after->event.happens == Happens::run_finishes, lag_days(*after, draws)};
    else request.earliest = day_in(plan, run.earliest, forecast.days);
    for (const size_t kind : run.speed_of) request.achieved.push_back(run.speeds[kind].in(draws));
  }
  return out;
}

}  // namespace

std::vector<double> failures_by_day(const Plan& plan, Draws draws, const Curve& usable) {
  const double early = plan.operation.early_failures.in(draws);
  if (early <= 1) return {};
  return operations::failures_by_age(usable, early, in_days(plan.operation.early_life.in(draws)),
                                     plan.end - plan.start + 1);
}

void forecast_runs(const Plan& plan, Draws draws, Forecast& forecast) {
  const RunsAsked asked = runs_asked(plan, draws, forecast);
  const std::vector<double> months = month_days(plan);
  operations::Scheduler scheduler(asked.pools, months, plan.end - plan.start + 1);
  for (const operations::Request& request : asked.requests) scheduler.add(request);
  forecast.runs = scheduler.schedule().runs;
  for (size_t k = 0; k < plan.dependencies.size(); ++k)
    if (const Dependency& d = plan.dependencies[k]; d.event.of_run()) {
      const RunForecast& run = forecast.runs[static_cast<size_t>(d.event.index)];
      forecast.days.falls[k] =
          falls_on(d, (d.event.happens == Happens::run_starts ? run.start : run.finish) + lag_days(d, draws));
    }
  const double spares = plan.operation.spares.in(draws);
  for (size_t m = 0; m + 1 < months.size(); ++m) {
    const auto hours = [&](const Curve& of) { return 24 * of.integral(months[m], months[m + 1]); };
    UseMonth use{hours(forecast.usable), scheduler.schedule().training[m]};
    if (spares > 0)
      for (const SiteForecast& s : forecast.sites) use.spare += hours(s.capacity.usable) * spares / (1 + spares);
    forecast.use.push_back(use);
  }
}

std::vector<std::vector<double>> finishes_with(const Plan& plan, const Forecast& forecast,
                                               const std::vector<std::vector<double>>& numbers) {
  const RunsAsked asked = runs_asked(plan, {}, forecast);
  const std::vector<double> months = month_days(plan);
  operations::Scheduler scheduler(asked.pools, months, plan.end - plan.start + 1);
  std::vector<std::vector<double>> out(plan.runs.size());
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    operations::Request other = asked.requests[i];
    for (const double n : numbers[i]) {
      other.wanted = other.minimum = n;
      out[i].push_back(scheduler.tried(other).finish);
    }
    scheduler.add(asked.requests[i]);
  }
  return out;
}

void forecast_energy(const Plan& plan, Draws draws, Forecast& forecast) {
  const double load = plan.operation.load.in(draws);
  forecast.energy.resize(plan.months.size() - 1);
  const std::vector<double> months = month_days(plan);
  for (size_t i = 0; i < forecast.sites.size(); ++i) {
    SiteForecast& s = forecast.sites[i];
    const Curve drawn = s.capacity.it_power.scaled(load);
    const std::vector<PowerBlock>& blocks = plan.sites[i].power;
    const bool charged = std::any_of(blocks.begin(), blocks.end(), [](const PowerBlock& b) {
      return b.demand_charge.input >= 0 || b.demand_charge.median.value() > 0;
    });
    for (size_t m = 0; m + 1 < months.size(); ++m) {
      if (plan.sites[i].hours) break;  // by the hour, with the site
      const double peak = charged ? load * s.facility_power.maximum(months[m], months[m + 1]) : 0;
      s.energy.push_back(
          site::energy_of_month(drawn, s.pue_annual, s.sources, s.water_per_it, peak, months[m], months[m + 1]));
    }
    for (size_t m = 0; m + 1 < months.size(); ++m) {
      const site::EnergyMonth& one = s.energy[m];
      site::EnergyMonth& sum = forecast.energy[m];
      sum.it += one.it, sum.facility += one.facility, sum.cost += one.cost, sum.emissions += one.emissions;
      sum.water += one.water, sum.unserved += one.unserved;
      sum.curtailed += one.curtailed, sum.stored += one.stored;
    }
  }
}

/// Rounds beyond those that the chain of events takes, for what moves itself through a supply.
constexpr std::size_t settling_rounds = 8;

void forecast_sites(const Plan& plan, Draws draws, Forecast& forecast) {
  forecast.sites.resize(plan.sites.size());
  forecast.designs.clear();
  for (const ChipDesign& design : plan.designs) forecast.designs.push_back(schedule_of(plan, design, draws));
  forecast.days.falls.assign(plan.dependencies.size(), infinity);
  // What draws on a supply and hangs on an event moves what the others there get, and so perhaps that event: once more,
  // until the days stand. Each round knows those of one more order behind another.
  const std::size_t rounds = draws_hang(plan) ? plan.dependencies.size() + settling_rounds : 1;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::vector<double> before = forecast.days.falls;
    forecast.days.drawn = drawn_deliveries(plan, draws, forecast.days);
    for (const Step& step : plan.steps)
      if (step.site >= 0)
        forecast.sites[static_cast<size_t>(step.site)] = forecast_site(plan, step.site, draws, forecast.days);
      else
        forecast.days.falls[static_cast<size_t>(step.dependency)] =
            falls_on(plan.dependencies[static_cast<size_t>(step.dependency)],
                     dependent_day(plan, step.dependency, draws, forecast.days, forecast.sites));
    if (forecast.days.falls == before) break;
  }
}

double index_of(const Forecast& forecast, int follows, int month) {
  return follows < 0 ? 1 : forecast.price_indices[static_cast<size_t>(follows)][static_cast<size_t>(month)];
}

Forecast simulate(const Plan& plan, Draws draws) {
  return plan.funding ? simulate_funded(plan, draws) : simulate_with(plan, draws, {});
}

Forecast simulate_with(const Plan& plan, Draws draws, std::vector<double> waits) {
  Forecast forecast;
  forecast.days.waits = std::move(waits);
  forecast_sites(plan, draws, forecast);
  for (const SiteForecast& s : forecast.sites) {
    if (!s.orders.empty()) forecast.usable = forecast.usable + s.capacity.usable;
    forecast.it_power = forecast.it_power + s.capacity.it_power;
    forecast.facility_power = forecast.facility_power + s.facility_power;
  }
  for (const Rental& rental : plan.rentals) {
    forecast.rentals.push_back(rented_curve(plan, rental, draws, forecast.days));
    forecast.usable = forecast.usable + forecast.rentals.back();
  }
  forecast_runs(plan, draws, forecast);
  forecast_energy(plan, draws, forecast);
  forecast_money(plan, draws, forecast);
  return forecast;
}

}  // namespace orrery::programme
