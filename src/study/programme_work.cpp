// The answer of a site programme with chips of its own, or that says what accelerators do: when chips are designed and
// made, how fast each kind does the work, and what a petaflop/s-day costs by year.
#include <fmt/format.h>

#include <cmath>

#include "programme/schedule.h"
#include "study/programme.h"

namespace orrery::study {

using namespace programme;
using Group = programme::Output::Group;

void add_designs(Document& document, const ProgrammeResult& r) {
  if (r.plan.designs.empty()) return;
  Table t{"designs", "Chips of one's own", {text_column("design", "design"), text_column("event", "day of")}};
  add_day_columns(t, r.has_trials);
  const std::vector<ScheduleItem> items = schedule_items(r.plan);
  for (std::size_t o = 0; o < r.outputs.size(); ++o) {
    if (r.outputs[o].group != Group::schedule) continue;
    const ScheduleItem& item = items[static_cast<std::size_t>(r.outputs[o].index)];
    if (item.design < 0) continue;
    const std::size_t respins = r.forecast.designs[static_cast<std::size_t>(item.design)].tape_outs.size() - 1;
    const std::string event = item.kind == ScheduleItem::Kind::design
                                  ? "tape-out"
                                  : fmt::format("volume ({} respin{}{})", respins, respins == 1 ? "" : "s",
                                                r.has_trials ? " at the median" : "");
    std::vector<Cell>& row = t.rows.emplace_back(std::vector<Cell>{place_name(r.plan, item), event});
    for (Cell& day : day_cells(r.plan, r.spreads[o])) row.push_back(std::move(day));
  }
  document.add(std::move(t));
}

namespace {

/// What each kind of accelerator does, and by which layout.
Table kinds_of_work(const ProgrammeResult& r) {
  const Run& job = *r.plan.work;
  Table t{"work/kinds",
          job.model.empty() ? "What an accelerator does"
                            : fmt::format("What an accelerator does, on {} in {}", job.model, job.precision),
          {text_column("chip", "accelerator"), text_column("network", "network"),
           count_column("accelerators", "accelerators", "accelerators"),
           fixed_column("flops", "TFLOP/s each", "FLOP/s", 0, 1e12), text_column("layout", "layout of a job")}};
  for (const TrainingSpeed& speed : job.speeds) {
    Cell rate(speed.achieved.median.value());
    if (speed.achieved.input >= 0 && r.has_trials)
      rate = Cell(spread_of(r.draws[static_cast<std::size_t>(speed.achieved.input)]));
    t.rows.push_back({speed.chip, speed.network.empty() ? "-" : speed.network, speed.chips.value(), rate,
                      speed.laid_out ? speed.laid_out->layout : "-"});
  }
  return t;
}

}  // namespace

void add_work(Document& document, const ProgrammeResult& r) {
  if (!r.plan.work) return;
  document.add(kinds_of_work(r));
  Table t{"work/by_year",
          "What it costs by year: capital charges and running cost over what is done",
          {text_column("year", "year"), count_column("work", "PFLOP-days", "PFLOP-days"),
           fixed_column("cost", "$ a PFLOP-day", "USD", 0)}};
  t.file = "work";
  const auto cell = [&](const Spread& s, double scale) {
    const Spread scaled{s.p10 / scale, s.p50 / scale, s.p90 / scale};
    return r.has_trials ? Cell(scaled) : Cell(scaled.p50);
  };
  for (std::size_t o = 0; o + 1 < r.outputs.size(); ++o) {
    const bool work = r.outputs[o].group == Group::work_of_year && r.outputs[o].dimension == dimension::operations;
    if (!work || r.spreads[o].p90 <= 0) continue;
    // Of trials in which nothing is done there is no cost: it is shown once nine in ten do something.
    const Spread& cost = r.spreads[o + 1];
    t.rows.push_back({std::to_string(r.plan.start.year() + r.outputs[o].index), cell(r.spreads[o], pflop_day),
                      std::isfinite(cost.p90) ? cell(cost, 1) : Cell(Value{}, "-")});
  }
  document.add(std::move(t));
  document.put("work/pflop_days", cell(*output_spread(r, Group::total, 0, "work"), pflop_day), "PFLOP-days");
  document.put("work/cost_per_pflop_day", cell(*output_spread(r, Group::total, 0, "cost per PFLOP-day"), 1), "USD");
}

void add_work_figures(Document& document, const ProgrammeResult& r) {
  if (!r.plan.work) return;
  Figure f{"cost_of_work", "What a PFLOP-day costs by year", "Money", "USD"};
  f.layers = {{Mark::bar, "", "work/by_year", "year", "cost"}};
  f.facts = {"work.", "order.", "rental.", "design."};
  document.figures.push_back(std::move(f));
}

}  // namespace orrery::study
