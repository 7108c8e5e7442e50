#include "site/power/supply.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "site/power/supply_dispatch.h"
#include "site/power/supply_programme.h"

namespace orrery::site {
namespace {

constexpr std::size_t year_hours = 8760;
constexpr double hour = 3600, mwh = 1e6 * hour;

/// What the hours come to: months, then the year.
void add_up(const SupplyQuestion& q, const SupplyProgramme& programme, const SupplyHours& hours,
            const SupplySizes& sizes, SupplyYear& y) {
  const std::size_t count = q.load.size();
  const double step = hour * year_hours / static_cast<double>(count);  // s a year that an hour stands for
  const double tiny = 1e-6 * *std::max_element(q.load.begin(), q.load.end());
  for (SupplySpan& m : y.months) m = empty_span(q);
  for (std::size_t t = 0; t < count; ++t) {
    add_hour(q, hours, sizes, 0, t, step, y.price[t], y.months[month_of_hour(t % year_hours)]);
    for (std::size_t i = 0; i < q.sources.size(); ++i) {
      SourceYear& of = y.sources[i];
      const double can = of.power * q.sources[i].available.at(static_cast<int>(t));
      of.available += can * step;
      if (can > 0 && hours.output[i][t] >= 0.999 * can) of.hours_at_limit += step / hour;
    }
    for (std::size_t i = 0; i < q.stores.size(); ++i) {
      SourceYear& of = y.stores[i];
      const double can = of.power * q.stores[i].available;
      of.available += can * step;
      if (can > 0 && std::max(hours.giving[i][t], hours.charging[i][t]) >= 0.999 * can)
        of.hours_at_limit += step / hour;
    }
    if (hours.unserved[t] > tiny) y.hours_lacking += step / hour;
    if (hours.unserved[t] > hours.unserved[y.worst]) y.worst = t;
  }
  for (const SupplySpan& m : y.months) {
    for (std::size_t i = 0; i < q.sources.size(); ++i) {
      SourceYear& of = y.sources[i];
      of.energy += m.by_source[i], of.sold += m.sold[i], of.emissions += m.emissions_by_source[i];
      of.cost.add(m.cost_by_source[i]);
    }
    for (std::size_t i = 0; i < q.stores.size(); ++i)
      y.stores[i].energy += m.discharged[i], y.stores[i].charged += m.charged[i];
    y.load += m.load, y.lost += m.unserved, y.gave_way += m.shed, y.curtailed += m.curtailed;
    y.reserve_short += m.reserve_short;
  }
  const double years = static_cast<double>(count) / year_hours;
  const std::vector<std::vector<double>> charges = demand_charges(q, programme, hours);
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    SourceYear& of = y.sources[i];
    of.cost.capital = q.sources[i].capital * (of.power - q.sources[i].standing);
    of.cost.fixed = q.sources[i].fixed * of.power;
    of.cost.starts = q.sources[i].start_cost * hours.started[i] / years;
    for (const double charge : charges[i]) of.cost.demand += charge / years;
    y.cost.add(of.cost), y.emissions += of.emissions;
  }
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    const SupplyStore& s = q.stores[i];
    SourceYear& of = y.stores[i];
    of.cost.capital =
        s.power_capital * (of.power - s.standing_power) + s.energy_capital * (of.storage - s.standing_energy);
    of.cost.fixed = s.fixed * of.power;
    y.cost.add(of.cost);
  }
  y.served = y.load - y.lost - y.gave_way;
}

/// The answer where sizes below `dust` of the load are none.
SupplyYear answer(const SupplyQuestion& q, const SupplyProgramme& programme, const LeastCost& solved, double dust) {
  SupplyYear y;
  y.iterations = solved.iterations;
  const SupplySizes sizes = supply_sizes(q, programme, solved, dust);
  for (const std::vector<double>& power : sizes.source) y.sources.emplace_back().power = power.front();
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    SourceYear& of = y.stores.emplace_back();
    of.power = sizes.power[i].front(), of.storage = sizes.energy[i].front();
  }
  for (const double price : solved.price) y.price.push_back(price / mwh);
  y.hours = supply_hours(q, programme, solved, sizes);
  add_up(q, programme, y.hours, sizes, y);
  // What lacks beyond its limit is counted at the value of lost load, as all that lacks.
  const double allowed = std::isfinite(q.unserved_share) ? q.unserved_share * y.load : infinity;
  y.feasible = y.lost <= allowed + 1e-6 * y.load;
  y.objective =
      y.cost.total() + q.unserved_price * (y.lost + reserve_share * y.reserve_short) + q.shed_price * y.gave_way;
  if (y.feasible) {
    const double bound = solved.bound + owed(q, programme);
    y.gap = y.objective == bound ? 0 : std::abs(y.objective - bound) / std::abs(y.objective);
  } else {
    y.gap = solved.gap();
  }
  y.proven = y.gap <= 1e-6;
  return y;
}

}  // namespace

void SupplyCost::add(const SupplyCost& other) {
  capital += other.capital, fixed += other.fixed, fuel += other.fuel, variable += other.variable, co2 += other.co2;
  demand += other.demand, starts += other.starts, sales += other.sales;
}

double SupplySpan::emissions() const {
  double sum = 0;
  for (const double e : emissions_by_source) sum += e;
  return sum;
}

SupplyCost SupplySpan::cost() const {
  SupplyCost sum;
  for (const SupplyCost& cost : cost_by_source) sum.add(cost);
  return sum;
}

std::size_t month_of_hour(std::size_t hour_of_year) {
  constexpr std::array<std::size_t, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::size_t month = 0, first = days[0] * 24;
  while (month < 11 && hour_of_year >= first) first += days[++month] * 24;
  return month;
}

SupplyYear supply_year(const SupplyQuestion& q) {
  if (q.times) throw Error({}, "times", "are of a path", "ask for that");
  const SupplyProgramme programme = supply_programme(q);
  const LeastCost solved = least_cost(programme.problem);
  // Where what is cut off costs more than the gap asks for, it is kept.
  SupplyYear rounded = answer(q, programme, solved, 1e-6);
  if (rounded.gap <= 1e-7 || !rounded.feasible) return rounded;
  SupplyYear whole = answer(q, programme, solved, 0);
  return whole.gap < rounded.gap ? whole : rounded;
}

namespace {

/// What a year leaves below its question's limits of CO2: J from what emits, and kg, a year, to a millionth; infinite
/// where there are none.
struct Room {
  double emitting = infinity, emissions = infinity;
};
Room room_of(const SupplyYear& year, const SupplyQuestion& question) {
  Room room;
  const auto left = [](double most, double used) { return std::max(0.0, most - used) + 1e-6 * most; };
  if (question.clean_share > 0) {
    double emitting = 0;
    for (std::size_t s = 0; s < question.sources.size(); ++s)
      if (question.sources[s].emissions > 0) emitting += year.sources[s].energy;
    room.emitting = left((1 - question.clean_share) * year.load, emitting);
  }
  if (std::isfinite(question.co2_intensity)) room.emissions = left(question.co2_intensity * year.load, year.emissions);
  return room;
}

}  // namespace

std::vector<WayOut> ways_out(const SupplyYear& year, const std::vector<SupplySource>& candidates,
                             const SupplyQuestion& question) {
  std::vector<WayOut> out;
  const double step = hour * year_hours / static_cast<double>(year.hours.unserved.size());
  if (year.hours_lacking == 0) return out;
  const Room room = room_of(year, question);
  for (const SupplySource& s : candidates) {
    if (s.emissions > 0 && (year.lost > room.emitting || s.emissions * year.lost > room.emissions)) continue;
    WayOut way;
    way.name = s.name;
    for (std::size_t t = 0; t < year.hours.unserved.size(); ++t) {
      if (year.hours.unserved[t] <= 0) continue;
      const double available = s.available.at(static_cast<int>(t));
      way.power = available > 0 ? std::max(way.power, year.hours.unserved[t] / available) : infinity;
      way.cost += (s.fuel + s.variable.at(static_cast<int>(t)) + s.emissions * question.co2_price) *
                  year.hours.unserved[t] * step;
    }
    way.cost += (s.capital + s.fixed) * way.power;
    if (std::isfinite(way.power)) out.push_back(std::move(way));
  }
  std::stable_sort(out.begin(), out.end(), [](const WayOut& a, const WayOut& b) { return a.cost < b.cost; });
  return out;
}

std::optional<LeastRemedy> least_remedy(const SupplyYear& year, const std::vector<SupplySource>& sources,
                                        const std::vector<SupplyStore>& stores, const SupplyQuestion& question) {
  if (!(year.lost > 0)) return LeastRemedy{};
  const Room room = room_of(year, question);
  SupplyQuestion rest;
  rest.load = year.hours.unserved, rest.sources = sources, rest.stores = stores;
  rest.co2_price = question.co2_price, rest.unserved_price = question.unserved_price;
  rest.unserved_share = std::min(1.0, question.unserved_share * year.load / year.lost);
  rest.co2_intensity = room.emissions / year.lost;
  rest.clean_share = std::max(0.0, 1 - room.emitting / year.lost);
  const SupplyYear held = supply_year(rest);
  if (!held.feasible || !held.proven) return std::nullopt;
  LeastRemedy out{held.cost.total(), {}};
  const double least = 1e-4 * *std::max_element(rest.load.begin(), rest.load.end());
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (held.sources[i].power > least) out.additions.push_back({sources[i].name, held.sources[i].power});
  for (std::size_t i = 0; i < stores.size(); ++i)
    if (held.stores[i].power > least)
      out.additions.push_back({stores[i].name, held.stores[i].power, held.stores[i].storage});
  return out;
}

}  // namespace orrery::site
