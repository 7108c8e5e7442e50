// The answer of a site programme: the schedule with float and criticality, and the trace.
#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/capacity_table.h"
#include "programme/schedule.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;
using Bar = ScheduleItem::Kind;

/// What a profiler shows of an item beside its days.
std::vector<std::pair<std::string, Cell>> arguments_of(const Plan& plan, const Forecast& forecast,
                                                       const ScheduleItem& item) {
  const auto at = [](const auto& list, int index) -> const auto& {
    return list[static_cast<std::size_t>(index)];
  };
  if (item.kind == Bar::power) return {{"kind", at(at(plan.sites, item.site).power, item.power).kind}};
  if (item.kind == Bar::cooling) return {{"kind", at(at(plan.sites, item.site).cooling, item.cooling).kind}};
  if (item.order >= 0) return {{"server", at(plan.orders, item.order).server}};
  if (item.run >= 0)
    return {{"accelerators", at(forecast.runs, item.run).mean_chips}, {"goodput", at(forecast.runs, item.run).goodput}};
  return {};
}

}  // namespace

void add_schedule(Document& document, const ProgrammeResult& r) {
  Table t{"schedule", "", {}};
  for (const char* key : {"site", "lane", "task", "kind", "from", "to"}) t.columns.push_back(data_column(key));
  t.columns.push_back(data_column("slack_days", "days"));
  t.columns.push_back(data_column("critical"));
  t.columns.push_back(data_column("criticality", "share"));
  for (const char* key : {"finish/p10", "finish/p50", "finish/p90"}) t.columns.push_back(data_column(key));
  const std::vector<ScheduleItem> items = schedule_items(r.plan);
  const std::vector<std::optional<double>> critical_share = criticality(r.plan, items, r.draws);
  std::vector<const Spread*> finish(items.size());
  for (std::size_t o = 0; o < r.outputs.size(); ++o)
    if (r.outputs[o].group == programme::Output::Group::schedule)
      finish[static_cast<std::size_t>(r.outputs[o].index)] = &r.spreads[o];
  const double horizon = r.plan.end - r.plan.start;
  const auto day = [&](double x) { return std::isfinite(x) ? Cell(date_text(r.plan, x)) : Cell(); };
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ScheduleItem& item = items[i];
    const ScheduleSpan span = span_of(r.plan, r.forecast, item);
    const double from = std::max(span.from, 0.0), to = std::min(span.to, horizon);
    // What lies before the start or after the end, and waiting for what is there at once.
    if (from > horizon || to < from || (to <= from && item.task < 0 && item.kind != Bar::delivery)) continue;
    const std::optional<double> slack = float_of(r.plan, item);
    std::vector<Cell> row = {place_name(r.plan, item),
                             lane_name(r.plan, item),
                             item_text(r.plan, item),
                             kind_name(item.kind),
                             day_of(r.plan, from),
                             day_of(r.plan, to),
                             slack,
                             slack ? Cell(site::is_critical(*slack)) : Cell(),
                             critical_share[i]};
    for (const double x :
         finish[i] ? std::vector{finish[i]->p10, finish[i]->p50, finish[i]->p90} : std::vector<double>(3, infinity))
      row.push_back(day(x));
    t.rows.push_back(std::move(row));
  }
  document.add(std::move(t));
}

Trace programme_trace(const Plan& plan, const Forecast& forecast) {
  Trace trace;
  const double horizon = plan.end - plan.start;
  const auto micro = [&](double d) { return (plan.start.days + d) * 86400e6; };
  using Arguments = std::vector<std::pair<std::string, Cell>>;
  const auto slice = [&](Track& on, const std::string& name, double from, double to, Arguments arguments) {
    from = std::max(from, 0.0), to = std::min(to, horizon);
    if (to > from) on.slices.push_back({name, micro(from), micro(to), std::move(arguments)});
  };
  const std::vector<ScheduleItem> items = schedule_items(plan);
  std::vector<int> shown;  // a run on several sites is one slice
  const auto add = [&](const ScheduleItem& item) {
    const std::string process = item.run >= 0 ? "training runs" : place_name(plan, item);
    const std::string lane = lane_name(plan, item);
    if (trace.tracks.empty() || trace.tracks.back().process != process || trace.tracks.back().name != lane)
      trace.tracks.push_back({process, lane, {}});
    const ScheduleSpan span = span_of(plan, forecast, item);
    // A slice of one day where all come on one.
    slice(trace.tracks.back(), item_text(plan, item), span.from, span.to + (item.kind == Bar::delivery ? 1 : 0),
          arguments_of(plan, forecast, item));
  };
  for (size_t i = 0; i < plan.sites.size(); ++i) {
    for (const ScheduleItem& item : items)
      if (item.site == static_cast<int>(i) && item.run < 0) add(item);
    trace.tracks.push_back({plan.sites[i].name, "what binds", {}});
    for (const BoundSpan& x : bound_spans(plan, forecast, i, horizon))
      slice(trace.tracks.back(), x.all_usable ? limit_name(site::Limit::chips) : x.binds, x.from, x.to,
            {{"one unit more", x.unit}, {"would add", x.gain}});
  }
  for (const ScheduleItem& item : items)
    if (item.site < 0 && item.run < 0) add(item);
  for (const ScheduleItem& item : items) {
    if (item.run < 0 || std::find(shown.begin(), shown.end(), item.run) != shown.end()) continue;
    shown.push_back(item.run);
    add(item);
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
