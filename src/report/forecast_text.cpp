// The report for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/table.h"
#include "base/units.h"
#include "report/forecast.h"

namespace orrery::report {
namespace {

using namespace programme;
using Group = Output::Group;

std::string number(double value, int decimals) {
  std::string s = fmt::format("{:.{}f}", value, decimals);
  return s == "-0" || s == "-0.0" ? s.substr(1) : s;
}

std::string amount(double value, Dimension d) { return std::isfinite(value) ? format_amount(value, d) : "-"; }

std::string days_text(double days) { return fmt::format("{:+.0f} days", days); }

std::string inside_text(const std::optional<bool>& inside) { return !inside ? "" : *inside ? "inside" : "outside"; }

std::string section(const std::string& heading, const std::string& body) {
  return body.empty() ? "" : "\n" + heading + "\n" + body;
}

/// The score of the observation that speaks of a milestone, if any.
const Score* score_of(const Milestone& m, const Plan& plan, const std::vector<Score>& scores) {
  for (const Score& s : scores) {
    const Observation& o = plan.observations[s.observation];
    const bool same = o.site == m.site && o.kind == (m.kind == Milestone::Kind::usable ? Observation::Kind::usable : Observation::Kind::it_power);
    if (s.on_date && same && std::fabs(o.level - m.level) <= 1e-9 * m.level) return &s;
  }
  return nullptr;
}

std::string milestones(const Result& r, const std::vector<Score>& scores) {
  TextTable t;
  const bool trials = r.has_trials();
  t.header = trials ? std::vector<std::string>{"milestone", "P10", "P50", "P90"} : std::vector<std::string>{"milestone", "date"};
  const bool any = std::any_of(scores.begin(), scores.end(), [](const Score& s) { return s.on_date; });
  if (any) t.header.insert(t.header.end(), {"observed", "error", trials ? "P10 to P90" : ""});
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const Output& o = r.outputs[i];
    if (o.group != Group::milestone && o.group != Group::run_start && o.group != Group::run_finish) continue;
    const Spread& s = r.spreads[i];
    std::vector<std::string> row = {o.name};
    if (trials) row.push_back(date_text(r.plan, s.p10));
    row.push_back(date_text(r.plan, s.p50));
    if (trials) row.push_back(date_text(r.plan, s.p90));
    if (any) {
      const Score* score = o.group == Group::milestone ? score_of(r.plan.milestones[o.index], r.plan, scores) : nullptr;
      for (const Score& x : scores) {
        const Observation& seen = r.plan.observations[x.observation];
        if (seen.run == o.index && ((o.group == Group::run_start && seen.kind == Observation::Kind::run_start) ||
                                    (o.group == Group::run_finish && seen.kind == Observation::Kind::run_finish)))
          score = &x;
      }
      row.push_back(score ? r.plan.observations[score->observation].date.text() : "");
      row.push_back(score ? score->error ? days_text(*score->error) : "not reached" : "");
      row.push_back(score ? inside_text(score->inside) : "");
    }
    t.rows.push_back(std::move(row));
  }
  return t.text();
}

std::string hindsight(const Result& r, const std::vector<Score>& scores) {
  TextTable t;
  t.header = {"observation", "date", "seen", "P10", "P50", "P90", "error", "P10 to P90", "basis"};
  t.right_aligned = {false, false, true, true, true, true, true};
  for (const Score& s : scores) {
    if (s.on_date) continue;
    const Observation& o = r.plan.observations[s.observation];
    const Dimension d = o.kind == Observation::Kind::usable ? dimension::chips
                        : o.kind == Observation::Kind::capex ? dimension::money : dimension::power;
    const char* what = o.kind == Observation::Kind::it_power ? " IT" : o.kind == Observation::Kind::facility_power ? " facility" : "";
    std::string error = s.error ? (*s.error > 0 ? "+" : "") + amount(*s.error, d) : "-";
    t.rows.push_back({o.name, o.date.text(), amount(s.observed, d) + what, amount(s.forecast.p10, d), amount(s.forecast.p50, d),
                      amount(s.forecast.p90, d), error, inside_text(s.inside), basis_name(o.provenance.basis)});
  }
  return t.rows.empty() ? "" : t.text();
}

/// What holds rented accelerators down: their hand-over, then the size of the contract until its end.
struct RentalSpan {
  double from = 0, to = 0;  ///< days
  const char* binds = "";
};
std::vector<RentalSpan> rental_spans(const Result& r, size_t rental, double horizon) {
  const Curve& curve = r.forecast.rentals[rental];
  const double all = std::min(horizon, curve.first_at_least(r.plan.rentals[rental].chips.value() - 0.5));
  double end = horizon;
  for (const Curve::Knot& k : curve.knots())
    if (k.time > all && k.time < horizon && curve.at(k.time) <= 0) end = std::min(end, k.time);
  std::vector<RentalSpan> out;
  if (all > 0) out.push_back({0, all, "hand-over"});
  if (end > all) out.push_back({all, end, "contract"});
  return out;
}

std::string capacity_by_quarter(const Result& r) {
  TextTable t;
  t.header = {"quarter end", "usable", "IT MW", "facility MW", "bound by, days"};
  t.right_aligned = {false, true, true, true, false};
  const Plan& plan = r.plan;
  std::vector<std::vector<site::Interval>> intervals;
  for (const SiteForecast& s : r.forecast.sites)
    intervals.push_back(site::binding_limits(s.limits, s.supplies, s.capacity, plan.end - plan.start + 1));
  for (size_t m = 0; m + 1 < plan.months.size(); ++m) {
    const Date last = plan.months[m + 1] - 1;
    if (m + 2 < plan.months.size() && plan.months[m].month() % 3 != 0) continue;
    size_t first = m;
    while (first > 0 && plan.months[first - 1].month() % 3 != 0) --first;
    const double from = plan.months[first] - plan.start, to = last - plan.start + 1;
    std::vector<std::pair<std::string, double>> binds;
    auto bound_for = [&](const std::string& limit, double days) {
      if (days <= 0) return;
      auto it = std::find_if(binds.begin(), binds.end(), [&](const auto& b) { return b.first == limit; });
      if (it == binds.end()) binds.emplace_back(limit, days);
      else it->second += days;
    };
    for (const auto& site : intervals)
      for (const site::Interval& i : site) bound_for(limit_name(i.limit), std::min(to, i.to) - std::max(from, i.from));
    for (size_t k = 0; k < plan.rentals.size(); ++k)
      for (const RentalSpan& span : rental_spans(r, k, plan.end - plan.start + 1))
        bound_for(span.binds, std::min(to, span.to) - std::max(from, span.from));
    std::stable_sort(binds.begin(), binds.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string bound;
    for (const auto& [name, days] : binds)
      if (days >= 0.5) bound += (bound.empty() ? "" : ", ") + name + ' ' + number(days, 0);
    const double day = last - plan.start;
    t.rows.push_back({last.text(), format_count(r.forecast.usable.at(day)), number(r.forecast.it_power.at(day) / 1e6, 1),
                      number(r.forecast.facility_power.at(day) / 1e6, 1), bound});
  }
  return t.text();
}

std::string what_binds(const Result& r) {
  TextTable t;
  t.header = {"site", "from", "to", "binds", "one unit more", "would add, at most"};
  t.right_aligned = {false, false, false, false, false, true};
  const double horizon = r.plan.end - r.plan.start;
  for (size_t i = 0; i < r.plan.sites.size(); ++i) {
    const SiteForecast& s = r.forecast.sites[i];
    for (const site::Interval& x : site::binding_limits(s.limits, s.supplies, s.capacity, horizon)) {
      if (x.to - x.from < 0.5) continue;
      const bool done = x.to >= horizon && s.capacity.usable.at(horizon) >= s.capacity.delivered.at(horizon) - 0.5 &&
                        x.limit == site::Limit::chips;
      t.rows.push_back({r.plan.sites[i].name, date_text(r.plan, x.from), date_text(r.plan, x.to),
                        limit_name(x.limit) + (done ? " (all delivered are usable)" : ""), limit_unit(x.limit),
                        fmt::format("{} usable", format_count(x.gain))});
    }
  }
  for (size_t i = 0; i < r.plan.rentals.size(); ++i)
    for (const RentalSpan& span : rental_spans(r, i, horizon))
      if (span.to - span.from >= 0.5)
        t.rows.push_back({r.plan.rentals[i].name, date_text(r.plan, span.from), date_text(r.plan, span.to), span.binds, "1 chip", "1 usable"});
  return t.rows.empty() ? "" : t.text();
}

std::string runs(const Result& r) {
  TextTable t;
  t.header = {"run", "model", "compute", "accelerators", "TFLOP/s each", "goodput", "start", "finish"};
  t.right_aligned = {false, false, true, true, true, true, false, false};
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    const Run& run = r.plan.runs[i];
    const RunForecast& f = r.forecast.runs[i];
    const bool ran = f.days_running > 0;
    t.rows.push_back({run.name, run.model.empty() ? "-" : run.model, format(run.compute, 3), ran ? format_count(f.mean_chips) : "-",
                      ran ? number(f.achieved / 1e12, 0) : "-", ran ? number(100 * f.goodput, 1) + " %" : "-",
                      date_text(r.plan, f.start), date_text(r.plan, f.finish)});
  }
  return t.rows.empty() ? "" : t.text();
}

/// Columns of a table by calendar year: the index of each month's year.
std::vector<int> years_of(const Plan& plan) {
  std::vector<int> years;
  for (size_t m = 0; m + 1 < plan.months.size(); ++m)
    if (years.empty() || years.back() != plan.months[m].year()) years.push_back(plan.months[m].year());
  return years;
}

std::string money_table(const Result& r) {
  const Plan& plan = r.plan;
  const std::vector<int> years = years_of(plan);
  TextTable t;
  t.header = {""};
  t.right_aligned = {false};
  for (const int y : years) t.header.push_back(std::to_string(y)), t.right_aligned.push_back(true);
  t.header.push_back("total");
  t.right_aligned.push_back(true);
  auto add = [&](const std::string& name, const std::vector<Money>& by_month) {
    std::vector<double> sums(years.size());
    double total = 0;
    for (size_t m = 0; m < by_month.size(); ++m) {
      const size_t y = static_cast<size_t>(plan.months[m].year() - years.front());
      sums[y] += by_month[m].value(), total += by_month[m].value();
    }
    if (total == 0) return;
    std::vector<std::string> row = {name};
    for (const double s : sums) row.push_back(s == 0 ? "" : format_amount(s, dimension::money));
    row.push_back(format_amount(total, dimension::money));
    t.rows.push_back(std::move(row));
  };
  for (int l = 0; l < money::line_count; ++l)
    add(line_name(static_cast<money::Line>(l)), r.forecast.ledger.by_month(static_cast<money::Line>(l)));
  add("cash", r.forecast.ledger.by_month());
  return t.text();
}

std::string totals(const Result& r) {
  TextTable t;
  t.header = r.has_trials() ? std::vector<std::string>{"over the forecast", "P10", "P50", "P90"}
                            : std::vector<std::string>{"over the forecast", ""};
  t.right_aligned = {false, true, true, true};
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const Output& o = r.outputs[i];
    if (o.group != Group::total) continue;
    const Spread& s = r.spreads[i];
    if (s.p10 == 0 && s.p90 == 0) continue;
    if (r.has_trials())
      t.rows.push_back({o.name, amount(s.p10, o.dimension), amount(s.p50, o.dimension), amount(s.p90, o.dimension)});
    else
      t.rows.push_back({o.name, amount(s.p50, o.dimension)});
  }
  return t.text();
}

std::string energy_table(const Result& r) {
  const Plan& plan = r.plan;
  if (plan.sites.empty()) return "";
  const std::vector<int> years = years_of(plan);
  TextTable t;
  t.header = {""};
  t.right_aligned = {false};
  for (const int y : years) t.header.push_back(std::to_string(y)), t.right_aligned.push_back(true);
  auto add = [&](const std::string& name, Dimension d, auto of_month) {
    std::vector<double> sums(years.size());
    for (size_t m = 0; m < r.forecast.energy.size(); ++m) sums[plan.months[m].year() - years.front()] += of_month(m);
    if (std::all_of(sums.begin(), sums.end(), [](double x) { return x == 0; })) return;
    std::vector<std::string> row = {name};
    for (const double s : sums) row.push_back(s == 0 ? "" : format_amount(s, d));
    t.rows.push_back(std::move(row));
  };
  add("facility energy", dimension::energy, [&](size_t m) { return r.forecast.energy[m].facility; });
  for (size_t i = 0; i < plan.sites.size(); ++i)
    for (size_t b = 0; b < plan.sites[i].power.size(); ++b)
      add("  from " + plan.sites[i].power[b].name, dimension::energy,
          [&](size_t m) { return r.forecast.sites[i].energy[m].by_source[b]; });
  add("water", dimension::volume, [&](size_t m) { return r.forecast.energy[m].water; });
  add("CO2", dimension::mass, [&](size_t m) { return r.forecast.energy[m].emissions; });
  return t.text();
}

std::string spread_causes(const Result& r) {
  if (!r.has_trials()) return "";
  TextTable t;
  t.header = {"output", "input that it goes with", "rank correlation"};
  t.right_aligned = {false, false, true};
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const Output& o = r.outputs[i];
    const bool shown = o.group == Group::milestone || o.group == Group::run_finish ||
                       (o.group == Group::total && (o.name == "net present value" || o.name == "capital cost" ||
                                                    o.name == "cost per usable accelerator-hour"));
    if (!shown) continue;
    std::string name = o.name;  // on the first of its rows only
    for (const Driver& d : drivers(r.trials, i, 3)) {
      t.rows.push_back({name, r.plan.inputs[d.input].name, fmt::format("{:+.2f}", d.correlation)});
      name.clear();
    }
  }
  return t.text();
}

std::string assumptions(const Result& r) {
  TextTable t;
  for (const Setting& s : r.plan.settings) {
    // What the scenario itself assumes it says itself, with its reason.
    if (s.origin == Origin::scenario || s.origin == Origin::command_line) continue;
    const bool assumed = s.origin == Origin::rule || (s.has_provenance && s.provenance.basis == catalog::Basis::assumed);
    if (!assumed || s.value.empty() || s.path == "title") continue;
    t.rows.push_back({s.path, s.value, s.origin == Origin::rule ? "default: " + s.place : "assumed: " + s.place});
  }
  return t.rows.empty() ? "" : t.text();
}

std::string basis_counts(const Plan& plan) {
  std::vector<std::pair<std::string, int>> counts;
  auto count = [&](const std::string& name) {
    auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == name; });
    if (it == counts.end()) counts.emplace_back(name, 1);
    else ++it->second;
  };
  int numbers = 0;
  for (const Setting& s : plan.settings) {
    if (s.is_name) continue;
    ++numbers;
    count(s.has_provenance ? basis_name(s.provenance.basis) : s.origin == Origin::rule ? "default" : "given without basis");
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (const auto& [name, n] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, name);
  return fmt::format("\nBasis of the {} numbers and dates behind this: {}.", numbers, out);
}

std::string facts(const Plan& plan) {
  TextTable t;
  t.header = {"value", "is", "basis", "from", "source"};
  for (const Setting& s : plan.settings) {
    const std::string source = s.has_provenance ? s.provenance.source + (s.provenance.date.empty() ? "" : ", " + s.provenance.date) : "";
    t.rows.push_back({s.path, s.value, s.has_provenance ? basis_name(s.provenance.basis) : "", s.place, source});
  }
  return t.text();
}

}  // namespace

std::string forecast_text(const Result& r, bool explain) {
  const Plan& plan = r.plan;
  const std::vector<Score> scores = score(plan, r.outputs, r.spreads, r.has_trials());
  std::string out = plan.title + "\n";
  if (!plan.description.empty()) out += plan.description + "\n";
  out += fmt::format("{} to {}; {}\n", plan.start.text(), plan.end.text(),
                     r.has_trials() ? fmt::format("{} trials, seed {}", format_count(r.trials.count), r.seed)
                     : plan.inputs.empty() ? std::string("no uncertain inputs")
                                           : fmt::format("{} uncertain inputs at their medians (--trials N for P10 to P90)", plan.inputs.size()));
  out += section("Milestones", milestones(r, scores));
  out += section("Hindsight: levels on the day they were seen", hindsight(r, scores));
  const std::string at_medians = r.has_trials() ? " (inputs at their medians)" : "";
  out += section("Capacity by quarter" + at_medians, capacity_by_quarter(r));
  out += section("What binds" + at_medians, what_binds(r));
  out += section("Training runs" + at_medians, runs(r));
  out += section("Money by year" + at_medians, money_table(r));
  out += section("Energy by year" + at_medians, energy_table(r));
  out += section("Totals", totals(r));
  out += section("Where the spread comes from", spread_causes(r));
  out += section("Assumed", assumptions(r));
  out += basis_counts(plan);
  out += explain ? "\n" + section("Values with their sources", facts(plan)) : " --explain lists them with their sources.\n";
  return out;
}

std::string resolved_text(const Plan& plan) {
  TextTable t;
  t.header = {"key", "value", "origin", "basis", "where"};
  for (const Setting& s : plan.settings)
    t.rows.push_back({s.path, s.value, origin_name(s.origin), s.has_provenance ? basis_name(s.provenance.basis) : "", s.place});
  return t.text(0);
}

std::string comparison_text(const Result& a, const Result& b) {
  // A scenario inherits the title of its base and keeps it under --set: then the files tell the two apart.
  std::string here = a.plan.title, there = b.plan.title;
  if (here == there) {
    const bool same_file = a.plan.file == b.plan.file;
    here = same_file ? "as changed" : a.plan.file;
    there = same_file ? "as in the file" : b.plan.file;
  }
  std::string out = a.plan.title + ": " + here + " against " + there + "\n";
  if (a.plan.title != b.plan.title) out = here + " against " + there + "\n";
  TextTable t;
  t.header = {a.has_trials() ? "P50 of" : "inputs at their medians", here, there, "difference"};
  t.right_aligned = {false, true, true, true};
  for (size_t i = 0; i < a.outputs.size(); ++i) {
    const Output& o = a.outputs[i];
    if (o.group == Group::observed_date || o.group == Group::observed_level) continue;
    const auto same = std::find_if(b.outputs.begin(), b.outputs.end(),
                                   [&](const Output& x) { return x.group == o.group && x.name == o.name; });
    const double mine = a.spreads[i].p50;
    const double theirs = same == b.outputs.end() ? std::nan("") : b.spreads[same - b.outputs.begin()].p50;
    if (o.is_date) {
      std::string difference = "-";
      if (std::isfinite(mine) && std::isfinite(theirs)) difference = days_text(day_of(a.plan, mine) - day_of(b.plan, theirs));
      t.rows.push_back({o.name, date_text(a.plan, mine), std::isnan(theirs) ? "-" : date_text(b.plan, theirs), difference});
    } else if (mine != 0 || theirs != 0) {
      const double difference = mine - theirs;
      const double gap = std::fabs(difference) < 1e-12 * std::fabs(mine) ? 0 : difference;  // not rounding
      t.rows.push_back({o.name, amount(mine, o.dimension), amount(theirs, o.dimension),
                        std::isfinite(gap) ? (gap > 0 ? "+" : "") + amount(gap, o.dimension) : "-"});
    }
  }
  out += t.text();
  TextTable inputs;
  inputs.header = {"value", here, there};
  auto find = [](const Plan& plan, const std::string& path) -> const Setting* {
    for (const Setting& s : plan.settings)
      if (s.path == path) return &s;
    return nullptr;
  };
  for (const Setting& s : a.plan.settings) {
    if (s.path == "title" || s.path == "description") continue;
    const Setting* other = find(b.plan, s.path);
    if (!other || other->value != s.value) inputs.rows.push_back({s.path, s.value, other ? other->value : "-"});
  }
  for (const Setting& s : b.plan.settings)
    if (!find(a.plan, s.path)) inputs.rows.push_back({s.path, "-", s.value});
  return out + section("Values that differ", inputs.rows.empty() ? "  none\n" : inputs.text());
}

}  // namespace orrery::report
