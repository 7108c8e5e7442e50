#include "programme/capacity_table.h"
#include "programme/supply_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "programme/hourly_energy.h"

namespace orrery::programme {
namespace {

/// The span in which more would be usable at a place, a site or a rental after all sites, were there money for all of
/// it, and how much more at most.
struct ShortOfMoney {
  double from = 0, to = 0, lacks = 0;
};
std::optional<ShortOfMoney> short_of_money(const Forecast& forecast, std::size_t place, const Curve& usable,
                                           double horizon) {
  if (!forecast.funding) return std::nullopt;
  const Curve lacks = forecast.funding->asked_usable[place] - usable;
  const double from = std::max(0.0, lacks.first_at_least(0.5)), to = std::min(horizon, lacks.last_above(0.5));
  if (!(from < to)) return std::nullopt;
  return ShortOfMoney{from, to, lacks.maximum(from, to)};
}

/// Puts a span in the place of what it covers.
template <class Span>
void put_span(std::vector<Span>& spans, const Span& over) {
  std::vector<Span> cut;
  for (const Span& x : spans) {
    const double before = std::min(x.to, over.from), after = std::max(x.from, over.to);
    if (x.from < before) cut.push_back(x), cut.back().to = before;
    if (after < x.to) cut.push_back(x), cut.back().from = after;
  }
  cut.insert(std::find_if(cut.begin(), cut.end(), [&](const Span& x) { return x.from >= over.to; }), over);
  spans = std::move(cut);
}

/// Joins adjoining spans of the same limit; the most that one unit more would add.
void join_spans(std::vector<BoundSpan>& spans) {
  std::vector<BoundSpan> joined;
  for (BoundSpan& x : spans)
    if (!joined.empty() && joined.back().binds == x.binds && joined.back().unit == x.unit &&
        joined.back().all_usable == x.all_usable && joined.back().to == x.from)
      joined.back().to = x.to, joined.back().gain = std::max(joined.back().gain, x.gain);
    else joined.push_back(std::move(x));
  spans = std::move(joined);
}

/// What holds rented accelerators down: their hand-over, then the size of the contract until its end.
struct RentalSpan {
  double from = 0, to = 0;  ///< days
  std::string binds;
};
std::vector<RentalSpan> rental_spans(const Plan& plan, const Forecast& forecast, size_t rental, double horizon) {
  const Curve& curve = forecast.rentals[rental];
  const double all = std::min(horizon, curve.first_at_least(plan.rentals[rental].chips.value() - 0.5));
  double end = horizon;
  for (const Curve::Knot& k : curve.knots())
    if (k.time > all && k.time < horizon && curve.at(k.time) <= 0) end = std::min(end, k.time);
  std::vector<RentalSpan> out;
  if (all > 0) out.push_back({0, all, "hand-over"});
  if (end > all) out.push_back({all, end, "contract"});
  for (const SupplyWait& wait : supply_waits(plan, plan.rentals[rental], forecast.days))
    if (const double to = std::min(wait.to, all); wait.from < to)
      put_span(out, {wait.from, to, "supply of " + wait.line});
  if (const auto span = short_of_money(forecast, plan.sites.size() + rental, curve, horizon))
    put_span(out, {span->from, span->to, "money"});
  return out;
}

/// A load in MW is bound by its own size where nothing else binds it.
std::string binding_name(const Site& site, site::Limit limit) {
  return site.it_load > Power(0) && limit == site::Limit::chips ? "load" : limit_name(limit);
}

/// The months in which energy binds at a site, and what 1 MW more in all hours would bring.
std::vector<BoundSpan> energy_spans(const Plan& plan, const Forecast& forecast, std::size_t site, double horizon) {
  std::vector<BoundSpan> out;
  const SiteForecast& s = forecast.sites[site];
  if (!s.with_all_energy) return out;
  for (std::size_t m = 0; m + 1 < plan.months.size(); ++m) {
    const double from = plan.months[m] - plan.start, to = std::min<double>(plan.months[m + 1] - plan.start, horizon);
    if (to <= from) break;
    const double all = s.with_all_energy->usable.integral(from, to) / (to - from);
    const double taken = all - s.capacity.usable.integral(from, to) / (to - from);
    const double mean = s.energy[m].facility / ((to - from) * 86400);
    if (taken < 0.5) continue;
    const double gain = std::min(taken, mean > 0 ? all * 1e6 / mean : taken);
    if (!out.empty() && out.back().to == from) out.back().to = to, out.back().gain = std::max(out.back().gain, gain);
    else out.push_back({from, to, "energy", "1 MW", gain, false});
  }
  return out;
}

/// More rows than these on days that several share are a gigabyte as JSON: each then has the days of its own bends.
constexpr std::size_t most_common_rows = 100'000;

}  // namespace

std::vector<BoundSpan> bound_spans(const Plan& plan, const Forecast& forecast, std::size_t site, double horizon) {
  const SiteForecast& s = forecast.sites[site];
  std::vector<BoundSpan> out;
  const std::vector<site::Interval> limits =
      s.with_all_energy ? site::binding_limits(s.limits, s.supplies, with_all_energy(s), horizon)
                        : site::binding_limits(s.limits, s.supplies, s.capacity, horizon);
  for (const site::Interval& x : limits)
    out.push_back({x.from, x.to, binding_name(plan.sites[site], x.limit), limit_unit(x.limit), x.gain,
                   x.limit == site::Limit::chips});
  for (const int order : s.orders)
    for (const SupplyWait& wait : supply_waits(plan, plan.orders[static_cast<size_t>(order)], forecast.days))
      for (BoundSpan x : std::vector<BoundSpan>(out)) {
        if (x.binds != limit_name(site::Limit::chips) && x.binds != limit_name(site::Limit::deliveries)) continue;
        x.from = std::max(x.from, wait.from), x.to = std::min(x.to, wait.to), x.binds = "supply of " + wait.line;
        if (x.from + 1 <= x.to) put_span(out, x);
      }
  join_spans(out);
  for (const BoundSpan& energy : energy_spans(plan, forecast, site, horizon)) put_span(out, energy);
  if (const auto span = short_of_money(forecast, site, s.capacity.usable, horizon))
    put_span(out, {span->from, span->to, "money", "all of the gap", span->lacks, false});
  return out;
}

std::vector<CapacityRow> capacity_rows(const Plan& plan, const Forecast& forecast) {
  const double horizon = plan.end - plan.start;
  const bool monthly = (plan.sites.size() + plan.rentals.size()) * plan.months.size() <= most_common_rows;
  std::vector<CapacityRow> rows;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const SiteForecast& s = forecast.sites[i];
    const std::vector<BoundSpan> intervals = bound_spans(plan, forecast, i, horizon);
    std::set<int> cuts;
    for (const BoundSpan& interval : intervals) cuts.insert(whole_day(interval.from));
    if (monthly)
      for (const Date d : plan.months) cuts.insert(std::min(d - plan.start, plan.end - plan.start));
    cuts.insert({0, plan.end - plan.start});
    // Where the number starts to rise or falls, with the day before, so that straight lines between rows are true.
    for (const Curve::Knot& k : s.capacity.usable.knots())
      if (k.time > 0 && k.time <= horizon) {
        const int day = whole_day(k.time);
        cuts.insert(std::max(0, day - 1));
        cuts.insert(day);
      }
    for (const int day : cuts) {
      const auto it = std::find_if(intervals.begin(), intervals.end(), [&](const BoundSpan& x) { return day < x.to; });
      const BoundSpan& interval = it == intervals.end() ? intervals.back() : *it;
      rows.push_back({plan.start + day, plan.sites[i].name, s.orders.empty() ? 0 : s.capacity.usable.at(day),
                      s.capacity.it_power.at(day), s.facility_power.at(day), interval.binds, interval.unit,
                      interval.gain});
    }
  }
  for (size_t i = 0; i < plan.rentals.size(); ++i) {
    std::set<int> cuts;
    if (monthly)
      for (const Date d : plan.months) cuts.insert(std::min(d - plan.start, plan.end - plan.start));
    cuts.insert({0, plan.end - plan.start});
    for (const Curve::Knot& k : forecast.rentals[i].knots())
      if (k.time >= 0 && k.time <= horizon) cuts.insert(whole_day(k.time));
    const std::vector<RentalSpan> spans = rental_spans(plan, forecast, i, horizon);
    for (const int day : cuts) {
      const auto it = std::find_if(spans.begin(), spans.end(), [&](const RentalSpan& x) { return day < x.to; });
      const std::string& binds = spans.empty() ? "contract" : it == spans.end() ? spans.back().binds : it->binds;
      rows.push_back({plan.start + day, plan.rentals[i].name, forecast.rentals[i].at(day), 0, 0, binds, "1 chip", 1});
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const CapacityRow& a, const CapacityRow& b) { return a.date < b.date; });
  return rows;
}

namespace {

/// The days from 0 to the horizon on which curves bend or jump, with the day before; none on which all run straight on.
std::vector<int> bend_days(const std::vector<const Curve*>& curves, int horizon) {
  std::set<int> cuts = {0, horizon};
  for (const double t : knot_times(curves))
    if (t > 0 && t <= horizon) {
      const int day = std::min(horizon, whole_day(t));
      cuts.insert(std::max(0, day - 1));
      cuts.insert(day);
    }
  const std::vector<int> days(cuts.begin(), cuts.end());
  std::vector<int> kept = {days.front()};
  for (size_t i = 1; i + 1 < days.size(); ++i) {
    const double from = kept.back(), to = days[i + 1], share = (days[i] - from) / (to - from);
    const bool straight = std::all_of(curves.begin(), curves.end(), [&](const Curve* curve) {
      const double here = curve->at(days[i]);
      return std::fabs(here - curve->at(from) - share * (curve->at(to) - curve->at(from))) <=
             1e-6 * std::max(1.0, std::fabs(here));
    });
    if (!straight) kept.push_back(days[i]);
  }
  if (days.size() > 1) kept.push_back(days.back());
  return kept;
}

/// The limits of one place, in the order of LimitRow.
struct PlaceLimits {
  std::string name;
  bool in_watts = false, rental = false;
  std::array<std::optional<Curve>, 6> curves = {};
};

PlaceLimits limits_of_site(const Plan& plan, const Forecast& forecast, size_t i) {
  const Site& site = plan.sites[i];
  const SiteForecast& s = forecast.sites[i];
  site::Limits limits = s.limits;
  if (std::any_of(site.power.begin(), site.power.end(), [](const PowerBlock& b) { return b.bridges; }))
    limits.power = positive_part(s.firm_power + s.power_events);
  site::Allowances a = site::allowances(limits, s.supplies, s.with_all_energy ? with_all_energy(s) : s.capacity);
  PlaceLimits out{site.name, site.it_load > Power(0)};
  out.curves = {s.capacity.delivered, {}, std::move(a.building), std::move(a.power), std::move(a.cooling), {}};
  // A load in MW is neither installed nor connected here.
  if (!out.in_watts) out.curves[1] = s.capacity.ready, out.curves[5] = s.capacity.networked;
  return out;
}

/// The sum of places that count in one unit. A rental has no limit but what it has handed over.
PlaceLimits sum_of(const std::vector<PlaceLimits>& places, bool in_watts) {
  PlaceLimits out{"all", in_watts};
  for (size_t c = 0; c < out.curves.size(); ++c) {
    Curve sum;
    bool known = true;
    for (const PlaceLimits& place : places) {
      if (place.in_watts != in_watts) continue;
      const std::optional<Curve>& curve = place.curves[place.rental ? 0 : c];
      if (curve) sum = sum + *curve;
      known = known && curve;
    }
    if (known) out.curves[c] = std::move(sum);
  }
  return out;
}

}  // namespace

std::vector<LimitRow> limit_rows(const Plan& plan, const Forecast& forecast) {
  std::vector<PlaceLimits> places;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    // Of a site that nothing is ordered for there is nothing to say.
    if (!forecast.sites[i].supplies.empty()) places.push_back(limits_of_site(plan, forecast, i));
  }
  for (size_t i = 0; i < plan.rentals.size(); ++i)
    places.push_back({plan.rentals[i].name, false, true, {forecast.rentals[i]}});
  for (const bool in_watts : {false, true})
    if (std::count_if(places.begin(), places.end(), [&](const auto& p) { return p.in_watts == in_watts; }) > 1)
      places.push_back(sum_of(places, in_watts));
  std::vector<LimitRow> rows;
  for (const PlaceLimits& place : places) {
    std::vector<const Curve*> curves;
    for (const std::optional<Curve>& curve : place.curves)
      if (curve) curves.push_back(&*curve);
    for (const int day : bend_days(curves, plan.end - plan.start)) {
      const auto at = [&](size_t c) {
        return place.curves[c] ? std::optional(place.curves[c]->at(day)) : std::nullopt;
      };
      rows.push_back({plan.start + day, place.name, place.in_watts, at(0), at(1), at(2), at(3), at(4), at(5)});
    }
  }
  return rows;
}

std::vector<PowerRow> power_rows(const Plan& plan, const Forecast& forecast) {
  std::vector<PowerRow> rows;
  struct Source {
    std::string name, kind;
    Curve rated;
  };
  const auto add = [&](const std::string& place, const std::vector<Source>& sources) {
    std::vector<const Curve*> curves;
    for (const Source& source : sources) curves.push_back(&source.rated);
    std::vector<int> days = bend_days(curves, plan.end - plan.start);
    const std::size_t first = rows.size();
    const bool common = days.size() * sources.size() <= most_common_rows;
    for (const Source& source : sources) {
      if (!common) days = bend_days({&source.rated}, plan.end - plan.start);
      for (const int day : days)
        rows.push_back({plan.start + day, place, source.name, source.kind, source.rated.at(day)});
    }
    std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(),
                     [](const PowerRow& a, const PowerRow& b) { return a.date < b.date; });
  };
  std::map<std::string, Curve> of_kind;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    std::vector<Source> sources;
    for (size_t b = 0; b < plan.sites[i].power.size(); ++b) {
      const PowerBlock& block = plan.sites[i].power[b];
      sources.push_back({block.name, block.kind, forecast.sites[i].power_rated[b]});
      of_kind[block.kind] = of_kind[block.kind] + sources.back().rated;
    }
    add(plan.sites[i].name, sources);
  }
  if (plan.sites.size() > 1) {
    std::vector<Source> sources;
    for (auto& [kind, rated] : of_kind) sources.push_back({kind, kind, std::move(rated)});
    add("all", sources);
  }
  return rows;
}

std::vector<QuarterRow> capacity_by_quarter(const Plan& plan, const Forecast& forecast) {
  std::vector<QuarterRow> out;
  std::vector<std::vector<BoundSpan>> intervals;
  for (size_t i = 0; i < plan.sites.size(); ++i)
    intervals.push_back(bound_spans(plan, forecast, i, plan.end - plan.start + 1));
  for (size_t m = 0; m + 1 < plan.months.size(); ++m) {
    const Date last = plan.months[m + 1] - 1;
    if (m + 2 < plan.months.size() && plan.months[m].month() % 3 != 0) continue;
    size_t first = m;
    while (first > 0 && plan.months[first - 1].month() % 3 != 0) --first;
    const double from = plan.months[first] - plan.start, to = last - plan.start + 1;
    std::vector<BoundBy> binds;
    auto bound_for = [&](const std::string& place, const std::string& limit, double days) {
      if (days <= 0) return;
      auto it = std::find_if(binds.begin(), binds.end(),
                             [&](const BoundBy& b) { return b.place == place && b.limit == limit; });
      if (it == binds.end()) binds.push_back({place, limit, days});
      else it->days += days;
    };
    for (size_t i = 0; i < intervals.size(); ++i)
      for (const BoundSpan& x : intervals[i])
        bound_for(plan.sites[i].name, x.binds, std::min(to, x.to) - std::max(from, x.from));
    for (size_t k = 0; k < plan.rentals.size(); ++k)
      for (const RentalSpan& span : rental_spans(plan, forecast, k, plan.end - plan.start + 1))
        bound_for(plan.rentals[k].name, span.binds, std::min(to, span.to) - std::max(from, span.from));
    std::stable_sort(binds.begin(), binds.end(), [](const auto& a, const auto& b) { return a.days > b.days; });
    const double day = last - plan.start;
    out.push_back(
        {last, forecast.usable.at(day), forecast.it_power.at(day), forecast.facility_power.at(day), std::move(binds)});
  }
  return out;
}

std::vector<BindingSpan> binding_spans(const Plan& plan, const Forecast& forecast) {
  std::vector<BindingSpan> out;
  const double horizon = plan.end - plan.start;
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const SiteForecast& s = forecast.sites[i];
    for (const BoundSpan& x : bound_spans(plan, forecast, i, horizon)) {
      if (x.to - x.from < 0.5) continue;
      const bool load = plan.sites[i].it_load > Power(0), all = x.all_usable;
      if (load && all) {
        out.push_back({plan.sites[i].name, x.from, x.to, "load", "1 MW", 1e6, true, false});
        continue;
      }
      const bool done = x.to >= horizon && s.capacity.delivered.at(horizon) > 0 &&
                        s.capacity.usable.at(horizon) >= s.capacity.delivered.at(horizon) - 0.5 && all;
      out.push_back({plan.sites[i].name, x.from, x.to, x.binds, x.unit, x.gain, load, done});
    }
  }
  for (size_t i = 0; i < plan.rentals.size(); ++i)
    for (const RentalSpan& span : rental_spans(plan, forecast, i, horizon))
      if (span.to - span.from >= 0.5)
        out.push_back({plan.rentals[i].name, span.from, span.to, span.binds, "1 chip", 1, false, false});
  return out;
}

}  // namespace orrery::programme
