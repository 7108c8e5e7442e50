// The answer of a site programme: dates and levels, with what was seen.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/capacity_table.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;
using Group = programme::Output::Group;
using programme::Output;

std::string days_text(double days) {
  return fmt::format("{:+.0f} days", days);
}

std::string inside_text(const std::optional<bool>& inside) {
  return !inside ? "" : *inside ? "inside" : "outside";
}

/// A day in data: null when the forecast does not reach it. Text says after when.
Cell day_cell(const Plan& plan, double day) {
  return std::isfinite(day) ? Cell(date_text(plan, day)) : Cell(Value{}, date_text(plan, day));
}

/// The score of the observation that speaks of a milestone, if any.
const Score* score_of(const ProgrammeResult& r, const Milestone& m) {
  if (m.order >= 0 || m.rental >= 0) return nullptr;
  for (const Score& s : r.scores) {
    const Observation& o = r.plan.observations[s.observation];
    const bool same = o.site == m.site && o.kind == (m.kind == Milestone::Kind::usable ? Observation::Kind::usable
                                                                                       : Observation::Kind::it_power);
    if (s.on_date && same && std::fabs(o.level - m.level) <= 1e-9 * m.level) return &s;
  }
  return nullptr;
}

/// The score of the observation that speaks of a dated output, if any.
const Score* score_of(const ProgrammeResult& r, const Output& output) {
  if (output.group == Group::milestone) return score_of(r, r.plan.milestones[output.index]);
  for (const Score& s : r.scores) {
    const Observation& o = r.plan.observations[s.observation];
    if (o.run == output.index && ((output.group == Group::run_start && o.kind == Observation::Kind::run_start) ||
                                  (output.group == Group::run_finish && o.kind == Observation::Kind::run_finish)))
      return &s;
  }
  return nullptr;
}

/// When something was seen, or by when it had happened.
Cell seen_cell(const Observation& o) {
  if (o.bound == Observation::Bound::none) return o.date;
  return Cell(Value(o.date), (o.bound == Observation::Bound::upper ? "by " : "from ") + o.date.text());
}

/// The places whose limits a milestone hangs on: a site or a rental, "" for all.
std::string place_of(const Plan& plan, const Milestone& m) {
  if (m.rental >= 0) return plan.rentals[static_cast<size_t>(m.rental)].name;
  const int site = m.order >= 0 ? plan.orders[static_cast<size_t>(m.order)].site : m.site;
  return site < 0 ? "" : plan.sites[static_cast<size_t>(site)].name;
}

Table milestones_text(const ProgrammeResult& r) {
  const bool any = std::any_of(r.scores.begin(), r.scores.end(), [](const Score& s) { return s.on_date; });
  Table t{"", "Milestones", {text_column("", "milestone")}};
  for (const char* heading : {"P10", "P50", "P90"})
    if (r.has_trials) t.columns.push_back(text_column("", heading));
  if (!r.has_trials) t.columns.push_back(text_column("", "date"));
  if (any)
    for (const char* heading : {"observed", "error", "P10 to P90"})
      if (r.has_trials || heading != std::string("P10 to P90")) t.columns.push_back(text_column("", heading));
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const Output& o = r.outputs[i];
    if (o.group != Group::milestone && o.group != Group::run_start && o.group != Group::run_finish) continue;
    const Spread& s = r.spreads[i];
    std::vector<Cell> row = {o.name};
    for (const double day : r.has_trials ? std::vector{s.p10, s.p50, s.p90} : std::vector{s.p50})
      row.push_back(day_cell(r.plan, day));
    if (any) {
      const Score* score = score_of(r, o);
      row.push_back(score ? seen_cell(r.plan.observations[score->observation]) : Cell());
      row.push_back(score ? score->error ? days_text(*score->error) : "not reached" : "");
      if (r.has_trials) row.push_back(score ? inside_text(score->inside) : "");
    }
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace

std::string date_text(const Plan& plan, double day) {
  if (!std::isfinite(day)) return "after " + plan.end.text();
  return day_of(plan, std::max(0.0, day)).text();
}

void add_milestones(Document& document, const ProgrammeResult& r) {
  document.add(milestones_text(r));
  Table t{
      "milestones",
      "",
      {data_column("name"), data_column("usable_accelerators", "accelerators"), data_column("it_mw", "MW"),
       data_column("p10"), data_column("p50"), data_column("p90"), data_column("days_from_start", "days"),
       data_column("observed"), data_column("error_days", "days"), data_column("inside_p10_p90"), data_column("site")}};
  t.columns[1].optional = t.columns[2].optional = true;
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    if (r.outputs[i].group != Group::milestone) continue;
    const Milestone& m = r.plan.milestones[r.outputs[i].index];
    const Spread& s = r.spreads[i];
    const Score* score = score_of(r, m);
    const bool usable = m.kind == Milestone::Kind::usable;
    const std::string place = place_of(r.plan, m);
    t.rows.push_back({m.name, usable ? Cell(m.level) : Cell(), usable ? Cell() : Cell(m.level / 1e6),
                      day_cell(r.plan, s.p10), day_cell(r.plan, s.p50), day_cell(r.plan, s.p90), s,
                      score ? Cell(r.plan.observations[score->observation].date) : Cell(),
                      score ? Cell(score->error) : Cell(), score ? Cell(score->inside) : Cell(),
                      place.empty() ? "all" : place});
  }
  document.add(std::move(t));
}

void add_bounds(Document& document, const ProgrammeResult& r) {
  constexpr size_t shown = 3, kept = 100;  // in text and as data
  Table t{"",
          "What bound each milestone" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
          {text_column("", "milestone"), text_column("", "site"), text_column("", "bound by"), text_column("", "from"),
           text_column("", "to"), count_column("", "days", "")}};
  t.in_text = InText::longer;
  Table data{"bounds",
             "",
             {data_column("milestone"), data_column("site"), data_column("limit"), data_column("from"),
              data_column("to"), data_column("days", "days")}};
  const std::vector<BindingSpan> spans = binding_spans(r.plan, r.forecast);
  const std::vector<double> medians = output_values(r.plan, r.forecast);
  const double horizon = r.plan.end - r.plan.start;
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const programme::Output& o = r.outputs[i];
    // Nothing that bounds accelerators bounds the first power.
    if (o.group != Group::milestone && !(o.group == Group::readiness && o.index < 2)) continue;
    const std::string place = o.group == Group::readiness ? "" : place_of(r.plan, r.plan.milestones[o.index]);
    const double day = std::min(medians[i], horizon);
    std::vector<BindingSpan> before;
    for (BindingSpan span : spans) {
      if (!place.empty() && span.place != place) continue;
      span.to = std::min(span.to, day);
      if (span.to - span.from >= 0.5) before.push_back(std::move(span));
    }
    std::vector<BindingSpan> longest = before;
    std::stable_sort(longest.begin(), longest.end(),
                     [](const BindingSpan& a, const BindingSpan& b) { return a.to - a.from > b.to - b.from; });
    for (const BindingSpan& x : before.size() > kept ? std::vector(longest.begin(), longest.begin() + kept) : before)
      data.rows.push_back(
          {o.name, x.place, x.binds, date_text(r.plan, x.from), date_text(r.plan, x.to), x.to - x.from});
    // The longest, in the order of their days.
    if (longest.size() > shown) longest.resize(shown);
    std::stable_sort(longest.begin(), longest.end(),
                     [](const BindingSpan& a, const BindingSpan& b) { return a.from < b.from; });
    std::string name = o.name;
    for (const BindingSpan& x : longest) {
      if (o.group == Group::readiness) break;  // the opening sentences speak of these
      t.rows.push_back({name, x.place, x.binds, date_text(r.plan, x.from), date_text(r.plan, x.to), x.to - x.from});
      name.clear();
    }
  }
  document.add(std::move(t));
  document.add(std::move(data));
}

void add_day_columns(Table& table, bool has_trials) {
  for (const auto& [key, heading] : {std::pair{"p10", "P10"}, {"p50", "P50"}, {"p90", "P90"}})
    table.columns.push_back(has_trials                  ? text_column(key, heading)
                            : std::string(key) == "p50" ? text_column(key, "date")
                                                        : data_column(key));
}

std::vector<Cell> day_cells(const Plan& plan, const Spread& days) {
  const auto day = [&](double x) {
    return std::isfinite(x) ? Cell((plan.start + whole_day(x)).text()) : Cell(Value{}, date_text(plan, x));
  };
  return {day(days.p10), day(days.p50), day(days.p90)};
}

void add_hanging_days(Document& document, const ProgrammeResult& r) {
  if (r.plan.dependencies.empty()) return;
  Table t{"hanging_days", "Days that hang on events", {text_column("key", "day"), text_column("event", "falls")}};
  add_day_columns(t, r.has_trials);
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    if (r.outputs[i].group != Group::hanging_day) continue;
    const Dependency& d = r.plan.dependencies[static_cast<size_t>(r.outputs[i].index)];
    const auto drawn = [](const Uncertain<Time>& x) { return x.input >= 0 || x.median > Time(0); };
    const std::string after = drawn(d.lag) ? " + lag" : drawn(d.lead) ? " - lead" : "";
    std::vector<Cell>& row = t.rows.emplace_back(std::vector<Cell>{d.key, "when " + d.text + after});
    for (Cell& day : day_cells(r.plan, r.spreads[i])) row.push_back(std::move(day));
  }
  document.add(std::move(t));
}

void add_hindsight(Document& document, const ProgrammeResult& r) {
  Table t{"", "Hindsight: levels on the day they were seen", {text_column("", "observation"), text_column("", "date")}};
  for (const char* heading : {"seen", "P10", "P50", "P90", "error"})
    t.columns.push_back(amount_column("", heading, {}));
  t.columns.push_back(text_column("", "P10 to P90"));
  t.in_text = InText::longer;
  Table data{"hindsight", "", {}};
  for (const char* key : {"name", "date", "scored_on", "unit", "observed", "p10", "p50", "p90", "error", "error_days",
                          "inside_p10_p90", "basis", "source", "site"})
    data.columns.push_back(data_column(key));
  for (const size_t only_one : {3, 8, 9}) data.columns[only_one].optional = true;
  for (const Score& s : r.scores) {
    const Observation& o = r.plan.observations[s.observation];
    const std::string basis = basis_name(o.provenance.basis),
                      site = o.site < 0 ? "all" : r.plan.sites[static_cast<size_t>(o.site)].name;
    if (s.on_date) {
      data.rows.push_back({o.name, o.date, "date", Cell(), o.date, day_cell(r.plan, s.forecast.p10),
                           day_cell(r.plan, s.forecast.p50), day_cell(r.plan, s.forecast.p90), Cell(),
                           s.error.value_or(NAN), s.inside, basis, o.provenance.source, site});
      continue;
    }
    const bool power = o.kind == Observation::Kind::it_power || o.kind == Observation::Kind::facility_power;
    const double unit = power ? 1e6 : 1;
    data.rows.push_back({o.name, o.date, "level",
                         o.kind == Observation::Kind::usable     ? "accelerators"
                         : o.kind == Observation::Kind::capex    ? "USD"
                         : o.kind == Observation::Kind::it_power ? "MW IT"
                                                                 : "MW facility",
                         s.observed / unit, s.forecast.p10 / unit, s.forecast.p50 / unit, s.forecast.p90 / unit,
                         s.error ? *s.error / unit : NAN, Cell(), s.inside, basis, o.provenance.source, site});
    const Dimension d = o.kind == Observation::Kind::usable  ? dimension::chips
                        : o.kind == Observation::Kind::capex ? dimension::money
                                                             : dimension::power;
    const char* what = o.kind == Observation::Kind::it_power         ? " IT"
                       : o.kind == Observation::Kind::facility_power ? " facility"
                                                                     : "";
    auto amount = [&](double x) { return Cell(study::Amount{x, d}); };
    const std::string error =
        s.error ? (*s.error > 0 ? "+" : "") + (std::isfinite(*s.error) ? format_amount(*s.error, d) : "-") : "-";
    t.rows.push_back({o.name, o.date, format_amount(s.observed, d) + what, amount(s.forecast.p10),
                      amount(s.forecast.p50), amount(s.forecast.p90), error, inside_text(s.inside)});
  }
  document.add(std::move(t));
  document.add(std::move(data));
}

}  // namespace orrery::study
