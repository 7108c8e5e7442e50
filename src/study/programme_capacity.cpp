// The answer of a site programme: capacity, what binds it, what each limit would allow, and power by source.
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

/// What binds, and whether that is all there is.
std::string binds_text(const std::string& binds, bool all_usable) {
  return binds + (all_usable ? " (all delivered are usable)" : "");
}

Table what_binds(const ProgrammeResult& r) {
  Table t{"",
          "What binds" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
          {text_column("", "site"), text_column("", "from"), text_column("", "to"), text_column("", "binds"),
           text_column("", "one unit more"), count_column("", "would add, at most", "accelerators")}};
  for (const BindingSpan& x : binding_spans(r.plan, r.forecast))
    t.rows.push_back({x.place, date_text(r.plan, x.from), date_text(r.plan, x.to), binds_text(x.binds, x.all_usable),
                      x.unit, Cell(x.gain, gain_text(x))});
  return t;
}

}  // namespace

void add_capacity(Document& document, const ProgrammeResult& r) {
  const std::vector<BindingSpan> spans = binding_spans(r.plan, r.forecast);
  if (!spans.empty() && !(r.forecast.usable.integral(0, r.plan.end - r.plan.start) > 0) &&
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
           data_column("one_unit_more"), data_column("would_add_accelerators", "accelerators"), data_column("binds")}};
  for (const CapacityRow& c : capacity_rows(r.plan, r.forecast)) {
    const bool all_usable = std::any_of(spans.begin(), spans.end(), [&](const BindingSpan& x) {
      return x.all_usable && x.place == c.site && x.binds == c.binding && c.date - r.plan.start >= x.from;
    });
    t.rows.push_back({c.date, c.site, c.usable, c.it_power / 1e6, c.facility_power / 1e6, c.binding, c.unit, c.gain,
                      binds_text(c.binding, all_usable)});
  }
  document.add(std::move(t));
}

void add_limits(Document& document, const ProgrammeResult& r) {
  const std::vector<LimitRow> rows = limit_rows(r.plan, r.forecast);
  Table limits{"limits", "", {data_column("date"), data_column("site")}};
  // Accelerators, and MW where a site holds a load without them: the columns of those that the plan has.
  for (const bool in_watts : {false, true}) {
    if (std::none_of(rows.begin(), rows.end(), [&](const LimitRow& x) { return x.in_watts == in_watts; })) continue;
    for (const char* key : in_watts ? std::vector{"load_mw", "building_mw", "power_mw", "cooling_mw"}
                                    : std::vector{"delivered", "ready", "building", "power", "cooling", "network"})
      limits.columns.push_back(data_column(key, in_watts ? "MW" : "accelerators"));
  }
  const bool both = limits.columns.size() > 8;
  for (const LimitRow& x : rows) {
    std::vector<Cell> row = {x.date, x.place};
    if (x.in_watts) {
      if (both) row.resize(8);
      for (const std::optional<double>& watts : {x.delivered, x.building, x.power, x.cooling})
        row.push_back(watts ? Cell(*watts / 1e6) : Cell());
    } else {
      row.insert(row.end(), {x.delivered, x.ready, x.building, x.power, x.cooling, x.network});
      row.resize(limits.columns.size());
    }
    limits.rows.push_back(std::move(row));
  }
  document.add(std::move(limits));
  Table power{"power",
              "",
              {data_column("date"), data_column("site"), data_column("source"), data_column("kind"),
               data_column("rated_mw", "MW")}};
  for (const PowerRow& x : power_rows(r.plan, r.forecast))
    power.rows.push_back({x.date, x.place, x.source, x.kind, x.rated / 1e6});
  document.add(std::move(power));
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

}  // namespace orrery::study
