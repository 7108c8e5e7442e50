// A forecast as JSON (docs/json.md), CSV and a trace.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"
#include "report/forecast.h"

namespace orrery::report {
namespace {

using namespace programme;
using nlohmann::ordered_json;
using Group = Output::Group;

constexpr int schema_version = 1;

ordered_json value(double x) { return std::isfinite(x) ? ordered_json(x) : ordered_json(nullptr); }

ordered_json day(const Plan& plan, double x) {
  return std::isfinite(x) ? ordered_json(date_text(plan, x)) : ordered_json(nullptr);
}

const Spread& spread_of(const Result& r, Group group, int index) {
  for (size_t i = 0; i < r.outputs.size(); ++i)
    if (r.outputs[i].group == group && r.outputs[i].index == index) return r.spreads[i];
  static const Spread none{NAN, NAN, NAN};
  return none;
}

ordered_json date_spread(const Result& r, Group group, int index) {
  const Spread& s = spread_of(r, group, index);
  return {{"p10", day(r.plan, s.p10)}, {"p50", day(r.plan, s.p50)}, {"p90", day(r.plan, s.p90)}};
}

ordered_json milestones(const Result& r, const std::vector<Score>& scores) {
  ordered_json out = ordered_json::array();
  for (size_t i = 0; i < r.plan.milestones.size(); ++i) {
    const Milestone& m = r.plan.milestones[i];
    const Spread& s = spread_of(r, Group::milestone, static_cast<int>(i));
    ordered_json row = {{"name", m.name}, {m.kind == Milestone::Kind::usable ? "usable_accelerators" : "it_mw",
                                           m.kind == Milestone::Kind::usable ? m.level : m.level / 1e6}};
    row["p10"] = day(r.plan, s.p10), row["p50"] = day(r.plan, s.p50), row["p90"] = day(r.plan, s.p90);
    row["days_from_start"] = {{"p10", value(s.p10)}, {"p50", value(s.p50)}, {"p90", value(s.p90)}};
    row["observed"] = nullptr, row["error_days"] = nullptr, row["inside_p10_p90"] = nullptr;
    for (const Score& x : scores) {
      const Observation& o = r.plan.observations[x.observation];
      const bool same = (o.kind == Observation::Kind::usable) == (m.kind == Milestone::Kind::usable) &&
                        (o.kind == Observation::Kind::usable || o.kind == Observation::Kind::it_power);
      if (!x.on_date || !same || o.site != m.site || std::fabs(o.level - m.level) > 1e-9 * m.level) continue;
      row["observed"] = o.date.text();
      row["error_days"] = x.error ? ordered_json(*x.error) : ordered_json(nullptr);
      row["inside_p10_p90"] = x.inside ? ordered_json(*x.inside) : ordered_json(nullptr);
    }
    out.push_back(std::move(row));
  }
  return out;
}

ordered_json hindsight(const Result& r, const std::vector<Score>& scores) {
  ordered_json out = ordered_json::array();
  for (const Score& s : scores) {
    const Observation& o = r.plan.observations[s.observation];
    ordered_json row = {{"name", o.name}, {"date", o.date.text()}, {"scored_on", s.on_date ? "date" : "level"}};
    if (s.on_date) {
      row["observed"] = o.date.text();
      row["p10"] = day(r.plan, s.forecast.p10), row["p50"] = day(r.plan, s.forecast.p50), row["p90"] = day(r.plan, s.forecast.p90);
      row["error_days"] = s.error ? ordered_json(*s.error) : ordered_json(nullptr);
    } else {
      const bool power = o.kind == Observation::Kind::it_power || o.kind == Observation::Kind::facility_power;
      const double unit = power ? 1e6 : 1;
      row["unit"] = o.kind == Observation::Kind::usable ? "accelerators" : o.kind == Observation::Kind::capex ? "USD"
                    : o.kind == Observation::Kind::it_power ? "MW IT" : "MW facility";
      row["observed"] = s.observed / unit;
      row["p10"] = s.forecast.p10 / unit, row["p50"] = s.forecast.p50 / unit, row["p90"] = s.forecast.p90 / unit;
      row["error"] = s.error ? ordered_json(*s.error / unit) : ordered_json(nullptr);
    }
    row["inside_p10_p90"] = s.inside ? ordered_json(*s.inside) : ordered_json(nullptr);
    row["basis"] = basis_name(o.provenance.basis), row["source"] = o.provenance.source;
    out.push_back(std::move(row));
  }
  return out;
}

ordered_json capacity(const Result& r) {
  ordered_json out = ordered_json::array();
  for (const CapacityRow& c : capacity_rows(r))
    out.push_back({{"date", c.date.text()},
                   {"site", c.site},
                   {"usable_accelerators", c.usable},
                   {"it_mw", c.it_power / 1e6},
                   {"facility_mw", c.facility_power / 1e6},
                   {"binding", c.binding},
                   {"one_unit_more", c.unit},
                   {"would_add_accelerators", c.gain}});
  return out;
}

ordered_json money_of(const Result& r) {
  ordered_json out;
  ordered_json months = ordered_json::array();
  double cumulative = 0;
  for (size_t m = 0; m + 1 < r.plan.months.size(); ++m) {
    ordered_json row = {{"month", r.plan.months[m].text().substr(0, 7)}};
    for (int l = 0; l < money::line_count; ++l) row[line_name(static_cast<money::Line>(l))] = 0.0;
    double cash = 0;
    for (const money::Entry& e : r.forecast.ledger.entries)
      if (e.month == static_cast<int>(m)) {
        row[line_name(e.line)] = row[line_name(e.line)].get<double>() + e.amount.value();
        cash += e.amount.value();
      }
    cumulative += cash;
    row["cash"] = cash, row["cumulative_cash"] = cumulative;
    months.push_back(std::move(row));
  }
  out["currency"] = "USD";
  out["months"] = std::move(months);
  ordered_json causes;
  for (const money::Entry& e : r.forecast.ledger.entries) {
    const std::string& cause = r.plan.causes[e.cause];
    if (!causes.contains(cause)) causes[cause] = ordered_json::object();
    auto& line = causes[cause][line_name(e.line)];
    line = (line.is_null() ? 0.0 : line.get<double>()) + e.amount.value();
  }
  out["by_cause"] = std::move(causes);
  ordered_json counterparties;
  for (const money::Entry& e : r.forecast.ledger.entries) {
    auto& sum = counterparties[r.plan.counterparties[e.cause]];
    sum = (sum.is_null() ? 0.0 : sum.get<double>()) + e.amount.value();
  }
  out["by_counterparty"] = std::move(counterparties);
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    const Output& o = r.outputs[i];
    if (o.group != Group::total || o.dimension != dimension::money) continue;
    std::string key = o.name;
    std::replace_if(key.begin(), key.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    out[key] = {{"p10", value(r.spreads[i].p10)}, {"p50", value(r.spreads[i].p50)}, {"p90", value(r.spreads[i].p90)}};
  }
  return out;
}

ordered_json energy_of(const Result& r) {
  constexpr double mwh = 3.6e9;
  ordered_json months = ordered_json::array();
  for (size_t m = 0; m < r.forecast.energy.size(); ++m) {
    const site::EnergyMonth& e = r.forecast.energy[m];
    ordered_json row = {{"month", r.plan.months[m].text().substr(0, 7)},
                        {"it_mwh", e.it / mwh},
                        {"facility_mwh", e.facility / mwh},
                        {"cost_usd", e.cost},
                        {"water_m3", e.water},
                        {"co2_tonnes", e.emissions / 1000}};
    ordered_json by_source = ordered_json::object();
    for (size_t i = 0; i < r.plan.sites.size(); ++i)
      for (size_t b = 0; b < r.plan.sites[i].power.size(); ++b)
        by_source[r.plan.sites[i].name + '.' + r.plan.sites[i].power[b].name] = r.forecast.sites[i].energy[m].by_source[b] / mwh;
    row["by_source_mwh"] = std::move(by_source);
    months.push_back(std::move(row));
  }
  ordered_json out = {{"months", std::move(months)}};
  auto total = [&](const char* name, const char* key, double unit) {
    for (size_t i = 0; i < r.outputs.size(); ++i)
      if (r.outputs[i].group == Group::total && r.outputs[i].name == name)
        out[key] = {{"p10", value(r.spreads[i].p10 / unit)}, {"p50", value(r.spreads[i].p50 / unit)}, {"p90", value(r.spreads[i].p90 / unit)}};
  };
  total("energy", "facility_mwh", mwh);
  total("water", "water_m3", 1);
  total("CO2", "co2_tonnes", 1000);
  total("largest facility power", "largest_facility_mw", 1e6);
  return out;
}

ordered_json runs_of(const Result& r) {
  ordered_json out = ordered_json::array();
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    const Run& run = r.plan.runs[i];
    const RunForecast& f = r.forecast.runs[i];
    out.push_back({{"name", run.name},
                   {"model", run.model},
                   {"compute_flop", run.compute.value()},
                   {"tokens", run.tokens.value()},
                   {"accelerators_wanted", run.chips.value()},
                   {"accelerators", f.mean_chips},
                   {"achieved_flop_per_s_each", f.achieved},
                   {"goodput", f.goodput},
                   {"start", date_spread(r, Group::run_start, static_cast<int>(i))},
                   {"finish", date_spread(r, Group::run_finish, static_cast<int>(i))}});
  }
  return out;
}

ordered_json setting(const Setting& s) {
  ordered_json row = {{"key", s.path}, {"value", s.value}, {"origin", origin_name(s.origin)}, {"where", s.place}};
  if (s.has_provenance) {
    row["basis"] = basis_name(s.provenance.basis);
    row["source"] = s.provenance.source;
    row["date"] = s.provenance.date;
  }
  if (!s.note.empty()) row["note"] = s.note;
  return row;
}

ordered_json facts_of(const Plan& plan) {
  ordered_json out = ordered_json::array();
  for (const Setting& s : plan.settings) out.push_back(setting(s));
  return out;
}

ordered_json drivers_of(const Result& r) {
  ordered_json out = ordered_json::array();
  if (!r.has_trials()) return out;
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    if (r.outputs[i].group == Group::observed_date || r.outputs[i].group == Group::observed_level) continue;
    ordered_json list = ordered_json::array();
    for (const Driver& d : drivers(r.trials, i, 5))
      list.push_back({{"input", r.plan.inputs[d.input].name}, {"rank_correlation", d.correlation}});
    out.push_back({{"output", r.outputs[i].name}, {"inputs", std::move(list)}});
  }
  return out;
}

ordered_json document(const Result& r) {
  const std::vector<Score> scores = score(r.plan, r.outputs, r.spreads, r.has_trials());
  ordered_json out;
  out["schema"] = "orrery-forecast";
  out["schema_version"] = schema_version;
  out["scenario"] = {{"title", r.plan.title}, {"start", r.plan.start.text()}, {"end", r.plan.end.text()}};
  out["trials"] = r.trials.count;
  out["seed"] = r.seed;
  out["milestones"] = milestones(r, scores);
  out["hindsight"] = hindsight(r, scores);
  out["capacity"] = capacity(r);
  out["runs"] = runs_of(r);
  out["money"] = money_of(r);
  out["energy"] = energy_of(r);
  out["drivers"] = drivers_of(r);
  out["facts"] = facts_of(r.plan);
  return out;
}

/// A CSV file from rows of flat objects with the same keys.
std::string csv(const ordered_json& rows, const std::vector<std::string>& columns) {
  std::string out;
  for (size_t i = 0; i < columns.size(); ++i) out += (i ? "," : "") + csv_field(columns[i]);
  out += '\n';
  for (const ordered_json& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i) out += ',';
      const auto it = row.find(columns[i]);
      if (it == row.end() || it->is_null()) continue;
      out += it->is_string() ? csv_field(it->get<std::string>()) : it->dump();
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string forecast_json(const Result& r, const Result* other) {
  ordered_json out = document(r);
  if (other) out["against"] = document(*other);
  return out.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string resolved_json(const Plan& plan) {
  return ordered_json{{"schema", "orrery-plan"}, {"schema_version", schema_version}, {"values", facts_of(plan)}}.dump(
             1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::map<std::string, std::string> forecast_csv(const Result& r) {
  const ordered_json d = document(r);
  std::map<std::string, std::string> files;
  files["milestones.csv"] = csv(d["milestones"], {"name", "usable_accelerators", "it_mw", "p10", "p50", "p90", "observed",
                                                  "error_days", "inside_p10_p90"});
  files["hindsight.csv"] = csv(d["hindsight"], {"name", "date", "scored_on", "unit", "observed", "p10", "p50", "p90",
                                                "error", "error_days", "inside_p10_p90", "basis", "source"});
  files["capacity.csv"] = csv(d["capacity"], {"date", "site", "usable_accelerators", "it_mw", "facility_mw", "binding",
                                              "one_unit_more", "would_add_accelerators"});
  std::vector<std::string> lines = {"month"};
  for (int l = 0; l < money::line_count; ++l) lines.push_back(line_name(static_cast<money::Line>(l)));
  lines.insert(lines.end(), {"cash", "cumulative_cash"});
  files["money.csv"] = csv(d["money"]["months"], lines);
  files["energy.csv"] = csv(d["energy"]["months"], {"month", "it_mwh", "facility_mwh", "cost_usd", "water_m3", "co2_tonnes"});
  ordered_json runs = d["runs"];
  for (ordered_json& row : runs)
    for (const char* when : {"start", "finish"})
      for (const char* p : {"p10", "p50", "p90"}) row[std::string(when) + '_' + p] = row[when][p];
  files["runs.csv"] = csv(runs, {"name", "model", "compute_flop", "tokens", "accelerators_wanted", "accelerators",
                                 "achieved_flop_per_s_each", "goodput", "start_p10", "start_p50", "start_p90", "finish_p10",
                                 "finish_p50", "finish_p90"});
  files["facts.csv"] = csv(d["facts"], {"key", "value", "origin", "where", "basis", "source", "date", "note"});
  return files;
}

std::string forecast_trace(const Result& r) {
  const Plan& plan = r.plan;
  ordered_json events = ordered_json::array();
  const double horizon = plan.end - plan.start;
  auto micro = [&](double d) { return (plan.start.days + d) * 86400e6; };
  int thread = 0;
  auto track = [&](const std::string& process, int pid, const std::string& name) {
    ++thread;
    events.push_back({{"ph", "M"}, {"name", "process_name"}, {"pid", pid}, {"tid", thread}, {"args", {{"name", process}}}});
    events.push_back({{"ph", "M"}, {"name", "thread_name"}, {"pid", pid}, {"tid", thread}, {"args", {{"name", name}}}});
    return thread;
  };
  auto slice = [&](int pid, int tid, const std::string& name, double from, double to, const ordered_json& args) {
    from = std::max(from, 0.0), to = std::min(to, horizon);
    if (!(to > from)) return;
    events.push_back({{"ph", "X"}, {"name", name}, {"pid", pid}, {"tid", tid}, {"ts", micro(from)}, {"dur", micro(to) - micro(from)}, {"args", args}});
  };
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    const Site& site = plan.sites[i];
    const SiteForecast& s = r.forecast.sites[i];
    const int pid = static_cast<int>(i) + 1;
    for (size_t b = 0; b < site.buildings.size(); ++b)
      for (size_t k = 0; k < site.buildings[b].tasks.size(); ++k)
        slice(pid, track(site.name, pid, site.buildings[b].name + ": " + site.buildings[b].tasks[k].name), site.buildings[b].tasks[k].name,
              s.buildings[b].task_start[k], s.buildings[b].task_finish[k], ordered_json::object());
    for (size_t b = 0; b < site.power.size(); ++b) {
      const PowerBlock& block = site.power[b];
      const int tid = track(site.name, pid, "power: " + block.name);
      const double ordered = block.ordered - plan.start;
      slice(pid, tid, "waiting", ordered, s.power_day[b], ordered_json::object());
      slice(pid, tid, format(block.capacity.median), s.power_day[b], block.ends ? block.until - plan.start : horizon, {{"kind", block.kind}});
    }
    for (size_t b = 0; b < site.cooling.size(); ++b) {
      const CoolingBlock& block = site.cooling[b];
      const int tid = track(site.name, pid, "cooling: " + block.name);
      slice(pid, tid, "waiting", block.ordered - plan.start, s.cooling_day[b], ordered_json::object());
      slice(pid, tid, format(block.capacity.median), s.cooling_day[b], block.ends ? block.until - plan.start : horizon, {{"kind", block.kind}});
    }
    for (size_t k = 0; k < s.orders.size(); ++k) {
      const Order& order = plan.orders[s.orders[k]];
      const int tid = track(site.name, pid, "deliveries: " + order.name);
      const Curve& c = s.supplies[k].delivered;
      slice(pid, tid, format_count(order.chips.value()) + " x " + order.chip, c.first_at_least(1), c.first_at_least(order.chips.value()) + 1, {{"server", order.server}});
    }
    const int tid = track(site.name, pid, "what binds");
    for (const site::Interval& x : site::binding_limits(s.limits, s.supplies, s.capacity, horizon))
      slice(pid, tid, limit_name(x.limit), x.from, x.to, {{"one unit more", limit_unit(x.limit)}, {"would add", x.gain}});
  }
  const int pid = static_cast<int>(plan.sites.size()) + 1;
  for (size_t i = 0; i < plan.runs.size(); ++i) {
    const RunForecast& f = r.forecast.runs[i];
    slice(pid, track("training runs", pid, plan.runs[i].name), plan.runs[i].model.empty() ? plan.runs[i].name : plan.runs[i].model, f.start,
          f.finish, {{"accelerators", f.mean_chips}, {"goodput", f.goodput}});
  }
  for (const CapacityRow& row : capacity_rows(r)) {
    const double d = row.date - plan.start;
    events.push_back({{"ph", "C"}, {"name", row.site + " usable accelerators"}, {"pid", pid}, {"ts", micro(d)}, {"args", {{"usable", row.usable}}}});
    events.push_back({{"ph", "C"}, {"name", row.site + " facility MW"}, {"pid", pid}, {"ts", micro(d)}, {"args", {{"MW", row.facility_power / 1e6}}}});
  }
  return ordered_json{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}}.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace orrery::report
