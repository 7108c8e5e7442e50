// The answer of a site programme: capacity and what binds it, and the trace.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/capacity_table.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;

/// What bound a quarter: limits and days at a single place, else the longest of each place, three of them.
std::string bound_text(const QuarterRow& row, bool one_place) {
  constexpr std::size_t shown = 3;
  std::vector<std::string> out;
  std::vector<std::string> seen;
  for (const BoundBy& b : row.bound_by) {
    if (b.days < 0.5) continue;
    if (one_place) {
      out.push_back(fmt::format("{} {:.0f}", b.limit, b.days));
    } else if (std::find(seen.begin(), seen.end(), b.place) == seen.end()) {
      seen.push_back(b.place);
      out.push_back(b.place + ": " + b.limit);
    }
  }
  const std::size_t more = !one_place && out.size() > shown ? out.size() - shown : 0;
  out.resize(out.size() - more);
  if (!one_place) std::sort(out.begin(), out.end());
  return fmt::format("{}", fmt::join(out, ", ")) + (more > 0 ? fmt::format(", and {} more", more) : "");
}

/// One row for each quarter; quarters in which nothing changes are one.
Table capacity_by_quarter(const ProgrammeResult& r) {
  const bool one_place = r.plan.sites.size() + r.plan.rentals.size() == 1;
  Table t{"",
          "Capacity by quarter" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
          {text_column("", "quarter end"),
           r.plan.orders.empty() && r.plan.rentals.empty() ? data_column("usable")
                                                           : count_column("", "usable", "accelerators"),
           fixed_column("", "IT MW", "MW", 1, 1e6), fixed_column("", "facility MW", "MW", 1, 1e6),
           text_column("", one_place ? "bound by, days" : "bound longest by")}};
  const std::vector<QuarterRow> rows = capacity_by_quarter(r.plan, r.forecast);
  // All the quarter under one limit, as the one before, and at the same level.
  const auto same = [&](std::size_t i, std::size_t k) {
    const auto only = [](const QuarterRow& q) { return q.bound_by.size() == 1 ? q.bound_by[0].limit : ""; };
    return rows[i].usable == rows[k].usable && rows[i].it_power == rows[k].it_power &&
           rows[i].facility_power == rows[k].facility_power &&
           (one_place ? rows[i].bound_by.size() <= 1 && rows[k].bound_by.size() <= 1 && only(rows[i]) == only(rows[k])
                      : bound_text(rows[i], false) == bound_text(rows[k], false));
  };
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t last = i;
    while (last + 1 < rows.size() && same(i, last + 1)) ++last;
    const QuarterRow& row = rows[i];
    std::string bound = bound_text(row, one_place);
    if (last > i && one_place) bound = row.bound_by.empty() ? "" : row.bound_by[0].limit;
    t.rows.push_back({last > i ? Cell(row.last.text() + " to " + rows[last].last.text()) : Cell(row.last), row.usable,
                      row.it_power, row.facility_power, bound});
    i = last + 1;
  }
  return t;
}

/// What one unit more would bring, as a person reads it.
std::string gain_text(const BindingSpan& x) {
  if (x.in_watts) return x.gain < 0.5 ? "nothing alone" : format_amount(x.gain, dimension::power);
  return x.gain < 0.5 ? "nothing alone" : format_count(x.gain) + " usable";
}

Table what_binds(const ProgrammeResult& r) {
  Table t{"",
          "What binds" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
          {text_column("", "site"), text_column("", "from"), text_column("", "to"), text_column("", "binds"),
           text_column("", "one unit more"), count_column("", "would add, at most", "accelerators")}};
  for (const BindingSpan& x : binding_spans(r.plan, r.forecast))
    t.rows.push_back({x.place, date_text(r.plan, x.from), date_text(r.plan, x.to),
                      x.binds + (x.all_usable ? " (all delivered are usable)" : ""), x.unit,
                      Cell(x.gain, gain_text(x))});
  return t;
}

}  // namespace

void add_capacity(Document& document, const ProgrammeResult& r) {
  if (const auto spans = binding_spans(r.plan, r.forecast);
      !spans.empty() && !(r.forecast.usable.integral(0, r.plan.end - r.plan.start) > 0) &&
      !(r.forecast.it_power.integral(0, r.plan.end - r.plan.start) > 0))
    document.say(fmt::format(
        "Nothing becomes usable by {}: {} binds at {} to the end. Lengthen the horizon, or bring it forward.\n",
        r.plan.end.text(), spans.back().binds, spans.back().place));
  for (Table t : {capacity_by_quarter(r), what_binds(r)}) {
    t.in_text = InText::longer;
    document.add(std::move(t));
  }
  Table t{"capacity",
          "",
          {data_column("date"), data_column("site"), data_column("usable_accelerators", "accelerators"),
           data_column("it_mw", "MW"), data_column("facility_mw", "MW"), data_column("binding"),
           data_column("one_unit_more"), data_column("would_add_accelerators", "accelerators")}};
  for (const CapacityRow& c : capacity_rows(r.plan, r.forecast))
    t.rows.push_back({c.date, c.site, c.usable, c.it_power / 1e6, c.facility_power / 1e6, c.binding, c.unit, c.gain});
  document.add(std::move(t));
}

void add_months(Document& document, const ProgrammeResult& r) {
  Table t{"by_month",
          "",
          {data_column("month"), data_column("site"), data_column("usable_accelerators", "accelerators"),
           data_column("it_mw", "MW"), data_column("facility_mw", "MW"), data_column("energy_mwh", "MWh"),
           data_column("cumulative_cash_usd", "USD")}};
  const auto in = [](const Spread& s, double unit) { return Spread{s.p10 / unit, s.p50 / unit, s.p90 / unit}; };
  std::size_t i = 0;
  while (i < r.outputs.size() && r.outputs[i].group != programme::Output::Group::by_month) ++i;
  while (i < r.outputs.size() && r.outputs[i].group == programme::Output::Group::by_month) {
    const programme::Output& o = r.outputs[i];
    const Spread* s = &r.spreads[i];
    const std::string month = r.plan.months[static_cast<std::size_t>(o.index)].text().substr(0, 7);
    if (o.site < 0) {
      t.rows.push_back({month, "all", s[0], in(s[1], 1e6), in(s[2], 1e6), in(s[3], 3.6e9), s[4]});
      i += monthly_of_all;
    } else {
      t.rows.push_back(
          {month, r.plan.sites[static_cast<std::size_t>(o.site)].name, s[0], in(s[1], 1e6), Cell(), Cell(), Cell()});
      i += monthly_of_site;
    }
  }
  document.add(std::move(t));
}

Trace programme_trace(const Plan& plan, const Forecast& forecast) {
  Trace trace;
  const double horizon = plan.end - plan.start;
  auto micro = [&](double d) { return (plan.start.days + d) * 86400e6; };
  using Arguments = std::vector<std::pair<std::string, Cell>>;
  auto track = [&](const std::string& process, std::string name) -> Track& {
    trace.tracks.push_back({process, std::move(name), {}});
    return trace.tracks.back();
  };
  auto slice = [&](Track& on, const std::string& name, double from, double to, Arguments arguments = {}) {
    from = std::max(from, 0.0), to = std::min(to, horizon);
    if (to > from) on.slices.push_back({name, micro(from), micro(to), std::move(arguments)});
  };
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const Site& site = plan.sites[i];
    const SiteForecast& s = forecast.sites[i];
    for (size_t b = 0; b < site.buildings.size(); ++b)
      for (size_t k = 0; k < site.buildings[b].tasks.size(); ++k)
        slice(track(site.name, site.buildings[b].name + ": " + site.buildings[b].tasks[k].name),
              site.buildings[b].tasks[k].name, s.buildings[b].task_start[k], s.buildings[b].task_finish[k]);
    auto block_track = [&](const char* what, const auto& block, double service, double until) {
      Track& t = track(site.name, what + (": " + block.name));
      slice(t, "waiting", day_in(plan, block.ordered, forecast.days), service);
      slice(t, format(block.capacity.median), service, until, {{"kind", block.kind}});
    };
    for (size_t b = 0; b < site.power.size(); ++b)
      block_track("power", site.power[b], s.power_day[b], s.power_until[b]);
    for (size_t b = 0; b < site.cooling.size(); ++b)
      block_track("cooling", site.cooling[b], s.cooling_day[b], last_day(plan, site.cooling[b], forecast.days));
    for (size_t k = 0; k < s.orders.size(); ++k) {
      const Order& order = plan.orders[s.orders[k]];
      const Curve& c = s.supplies[k].delivered;
      slice(track(site.name, "deliveries: " + order.name), format_count(order.chips.value()) + " x " + order.chip,
            c.first_at_least(1), c.first_at_least(order.chips.value()) + 1, {{"server", order.server}});
    }
    Track& binds = track(site.name, "what binds");
    for (const site::Interval& x : site::binding_limits(s.limits, s.supplies, s.capacity, horizon))
      slice(binds, limit_name(x.limit), x.from, x.to, {{"one unit more", limit_unit(x.limit)}, {"would add", x.gain}});
  }
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    const RunForecast& f = forecast.runs[i];
    slice(track("training runs", plan.runs[i].name),
          plan.runs[i].model.empty() ? plan.runs[i].name : plan.runs[i].model, f.start, f.finish,
          {{"accelerators", f.mean_chips}, {"goodput", f.goodput}});
  }
  trace.counters = "training runs";
  for (const CapacityRow& row : capacity_rows(plan, forecast)) {
    const double at = micro(row.date - plan.start);
    trace.samples.push_back({row.site + " usable accelerators", "usable", at, row.usable});
    trace.samples.push_back({row.site + " facility MW", "MW", at, row.facility_power / 1e6});
  }
  return trace;
}

}  // namespace orrery::study
