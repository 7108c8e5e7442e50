#include "site/power/supply_path.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "site/power/supply_dispatch.h"
#include "site/power/supply_programme.h"

namespace orrery::site {
namespace {

constexpr double hour = 3600, mw = 1e6, mwh = mw * hour, dust = 1e-6;

std::vector<SupplyDecision> decisions_of(const SupplyQuestion& q, const SupplyProgramme& p, const LeastCost& solved) {
  const int quarters = static_cast<int>(q.times->quarter_hours.size());
  const double highest = *std::max_element(q.load.begin(), q.load.end());
  std::vector<SupplyDecision> out = q.times->decided;
  const auto built = [&](const SupplyProgramme::Built& part, double unit) {
    return std::max(0.0, solved.built[static_cast<std::size_t>(part.column)]) * unit;
  };
  const auto ends = [&](const SupplyProgramme::Built& part) { return part.until < 0 ? quarters : part.until; };
  for (std::size_t i = 0; i < q.sources.size(); ++i)
    for (const SupplyProgramme::Built& part : p.source[i])
      if (const double power = built(part, mw); power >= dust * highest)
        out.push_back({false, i, part.quarter, ends(part), power, 0});
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    // Power and energy are columns of their own, of the same quarters where both can be built.
    std::vector<SupplyDecision> of_store;
    const auto at_quarter = [&](const SupplyProgramme::Built& part) -> SupplyDecision& {
      for (SupplyDecision& d : of_store)
        if (d.quarter == part.quarter) return d;
      return of_store.emplace_back(SupplyDecision{true, i, part.quarter, ends(part), 0, 0});
    };
    for (const SupplyProgramme::Built& part : p.power[i])
      if (const double power = built(part, mw); power >= dust * highest) at_quarter(part).power = power;
    for (const SupplyProgramme::Built& part : p.energy[i])
      if (const double storage = built(part, mwh); storage >= dust * highest * hour) at_quarter(part).storage = storage;
    out.insert(out.end(), of_store.begin(), of_store.end());
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SupplyDecision& a, const SupplyDecision& b) { return a.quarter < b.quarter; });
  return out;
}

/// Capital and fixed cost of a quarter, where `share` of a year it is.
SupplyCost standing_cost(const SupplyQuestion& q, const SupplySizes& sizes, std::size_t k, double share) {
  SupplyCost cost;
  for (std::size_t i = 0; i < q.sources.size(); ++i) {
    const double power = sizes.source[i][k], stands = given_in(q, false, i, static_cast<int>(k)).standing;
    cost.capital += q.sources[i].capital * (power - stands) * share, cost.fixed += q.sources[i].fixed * power * share;
  }
  for (std::size_t i = 0; i < q.stores.size(); ++i) {
    const SupplyStore& s = q.stores[i];
    const GivenSize given = given_in(q, true, i, static_cast<int>(k));
    cost.capital += (s.power_capital * (sizes.power[i][k] - given.standing) +
                     s.energy_capital * (sizes.energy[i][k] - given.standing_storage)) *
                    share;
    cost.fixed += s.fixed * sizes.power[i][k] * share;
  }
  return cost;
}

SupplyPath answer(const SupplyQuestion& q, const SupplyProgramme& p, const LeastCost& solved, double cut) {
  SupplyPath path;
  path.iterations = solved.iterations;
  const SupplySizes sizes = supply_sizes(q, p, solved, cut);
  path.hours = supply_hours(q, p, solved, sizes);
  const SupplyHours& hours = path.hours;
  const std::vector<std::vector<double>> charges = demand_charges(q, p, hours);
  const double tiny = dust * *std::max_element(q.load.begin(), q.load.end());
  std::size_t t = 0;
  double lost = 0, gave_way = 0, starts = 0;  // $ at the start
  for (std::size_t k = 0; k < q.times->quarter_hours.size(); ++k) {
    SupplyQuarter quarter;
    quarter.span = empty_span(q);
    const int count = q.times->quarter_hours[k];
    for (const std::size_t end = t + static_cast<std::size_t>(count); t < end; ++t) {
      path.price.push_back(solved.price[t] / p.worth[k] / mwh);
      add_hour(q, hours, sizes, k, t, hour, path.price.back(), quarter.span);
      quarter.highest_lack = std::max(quarter.highest_lack, hours.unserved[t]);
      if (hours.unserved[t] > tiny) ++quarter.hours_lacking;
    }
    quarter.cost = quarter.span.cost();
    quarter.cost.add(standing_cost(q, sizes, k, count / 8760.0));
    for (std::size_t b = 0; b < p.quarter_of_period.size(); ++b)
      if (p.quarter_of_period[b] == static_cast<int>(k))
        for (const std::vector<double>& of : charges) quarter.cost.demand += of[b];
    for (const std::vector<double>& of : sizes.source) quarter.power.push_back(of[k]);
    for (const std::vector<double>& of : sizes.power) quarter.power.push_back(of[k]);
    for (const std::vector<double>& of : sizes.energy) quarter.storage.push_back(of[k]);
    const SupplySpan& s = quarter.span;
    path.cost += p.worth[k] * quarter.cost.total();
    lost += p.worth[k] * q.unserved_price * (s.unserved + reserve_share * s.reserve_short);
    gave_way += p.worth[k] * q.shed_price * s.shed;
    path.load += s.load, path.lost += s.unserved, path.gave_way += s.shed, path.emissions += s.emissions();
    path.served_worth += p.worth[k] * (s.load - s.unserved - s.shed);
    path.quarters.push_back(std::move(quarter));
  }
  for (std::size_t i = 0; i < q.sources.size(); ++i) starts += q.sources[i].start_cost * hours.started[i];
  path.cost += starts, path.objective = path.cost + lost + gave_way;
  path.decisions = decisions_of(q, p, solved);
  const double bound = solved.bound + owed(q, p);
  path.gap = path.objective == bound ? 0 : std::abs(path.objective - bound) / std::abs(path.objective);
  path.proven = path.gap <= 1e-6;
  return path;
}

}  // namespace

SupplyQuestion over_quarters(const SupplyQuestion& year, SupplyPathTimes times,
                             const std::vector<double>& load_shares) {
  if (year.load.empty() || year.load.size() % 8760 != 0)
    throw Error({}, "load", "is not of whole years of 8,760 hours", "give every hour of one or several years");
  constexpr std::array<int, 4> hours = {2160, 2184, 2208, 2208};
  constexpr std::array<std::size_t, 4> first = {0, 2160, 4344, 6552};
  std::vector<std::size_t> source;  // by hour of the path: that of the year
  std::vector<double> share;
  const std::size_t years = year.load.size() / 8760;
  times.quarter_hours.clear();
  for (std::size_t k = 0; k < load_shares.size(); ++k) {
    const std::size_t calendar = static_cast<std::size_t>(times.first_quarter) + k, quarter = calendar % 4;
    times.quarter_hours.push_back(hours[quarter]);
    for (std::size_t h = 0; h < static_cast<std::size_t>(hours[quarter]); ++h) {
      source.push_back(calendar / 4 % years * 8760 + first[quarter] + h);
      share.push_back(load_shares[k]);
    }
  }
  SupplyQuestion out = year;
  out.load.clear();
  for (std::size_t t = 0; t < source.size(); ++t) out.load.push_back(year.load[source[t]] * share[t]);
  const auto along = [&](Series& s) {
    if (s.size() == 1) return;
    std::vector<double> values;
    for (const std::size_t t : source) values.push_back(s.values()[t]);
    s = Series(std::move(values));
  };
  for (SupplySource& s : out.sources) along(s.variable), along(s.available);
  out.times = std::move(times);
  return out;
}

SupplyPath supply_path(const SupplyQuestion& q) {
  if (!q.times) throw Error({}, "times", "are not given", "say what can be built when");
  const SupplyProgramme programme = supply_programme(q);
  const LeastCost solved = least_cost(programme.problem);
  SupplyPath rounded = answer(q, programme, solved, dust);
  if (rounded.gap <= 1e-7) return rounded;
  SupplyPath whole = answer(q, programme, solved, 0);
  return whole.gap < rounded.gap ? whole : rounded;
}

SupplyQuestion after_slip(const SupplyQuestion& question, const SupplyPath& planned, std::size_t source, int quarters) {
  SupplyQuestion out = question;
  SupplyPathTimes& times = *out.times;
  const int last = static_cast<int>(times.quarter_hours.size());
  // Fixed sizes are decisions as well.
  std::vector<SupplyDecision> decisions = planned.decisions;
  const auto add_fixed = [&](bool store, std::size_t i, double power, double storage) {
    const SupplyTimes& of = store ? times.stores[i] : times.sources[i];
    if (power > 0 || storage > 0)
      decisions.push_back({store, i, of.first, of.until < 0 ? last : of.until, power, storage});
  };
  for (std::size_t i = 0; i < out.sources.size(); ++i) {
    SupplySource& s = out.sources[i];
    add_fixed(false, i, s.least, 0);
    s.most -= s.least, s.least = 0;
  }
  for (std::size_t i = 0; i < out.stores.size(); ++i) {
    SupplyStore& s = out.stores[i];
    add_fixed(true, i, s.least_power, s.least_energy);
    s.most_power -= s.least_power, s.most_energy -= s.least_energy, s.least_power = s.least_energy = 0;
  }
  int known = last;
  for (const SupplyDecision& d : decisions)
    if (!d.store && d.index == source) known = std::min(known, d.quarter);
  if (known == last) return question;
  times.decided.clear();
  for (SupplyDecision d : decisions) {
    const SupplyTimes& of = d.store ? times.stores[d.index] : times.sources[d.index];
    if (d.quarter - of.lead >= known) continue;
    if (!d.store && d.index == source) {
      d.quarter += quarters;
      if (of.term > 0) d.until = std::min(d.until + quarters, last);
    }
    if (d.quarter < d.until) times.decided.push_back(d);
  }
  for (std::vector<SupplyTimes>* list : {&times.sources, &times.stores})
    for (SupplyTimes& of : *list) of.first = std::max(of.first, known + of.lead);
  times.sources[source].first += quarters;
  return out;
}

}  // namespace orrery::site
