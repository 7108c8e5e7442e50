// The answer of a site programme: training runs, what they cost, and those that fewer accelerators would finish sooner.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/speeds.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;

/// Runs that fewer accelerators would finish sooner, with the number that does so first: of those at which their speed
/// was asked, and of some between.
void add_runs_that_are_too_wide(Document& document, const ProgrammeResult& r) {
  Table t{"fewer_are_faster",
          "Runs that fewer accelerators finish sooner: each failure stops all of them, and so many are there later",
          {text_column("run", "run"), count_column("accelerators", "accelerators", "accelerators"),
           count_column("fastest", "fastest", "accelerators"), text_column("finish", "finish then"),
           fixed_column("days", "sooner by, days", "days", 0)}};
  std::vector<std::vector<double>> numbers(r.plan.runs.size());
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    if (!(r.forecast.runs[i].days_running > 0)) continue;
    const double wanted = r.plan.runs[i].chips.value();
    const auto add = [&](double n) {
      if (n < wanted && n >= wanted / 8) numbers[i].push_back(n);
    };
    for (const double n : programme::main_speed(r.plan.runs[i]).by_size.accelerators) add(std::floor(n + 0.5));
    for (double n = wanted / 1.2; n >= wanted / 8 && n >= 1; n /= 1.2) add(std::floor(n));
  }
  const std::vector<std::vector<double>> finishes = programme::finishes_with(r.plan, r.forecast, numbers);
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    const double wanted = r.plan.runs[i].chips.value(), now = r.forecast.runs[i].finish;
    double best = wanted, first = now;
    for (size_t k = 0; k < numbers[i].size(); ++k)
      if (finishes[i][k] < first) best = numbers[i][k], first = finishes[i][k];
    if (now - first > std::max(1.0, 0.01 * (first - r.forecast.runs[i].start)))
      t.rows.push_back({r.plan.runs[i].name, wanted, best, Cell(date_text(r.plan, first)),
                        std::isfinite(now) ? Cell(now - first) : Cell(Value{}, "-")});
  }
  document.add(std::move(t));
}

/// What a run's accelerator-hours cost, $ each: what is paid for the rental over its hours, else the levelised cost of
/// one's own, which is not known apart where the programme rents others beside.
std::optional<double> cost_of_hour(const ProgrammeResult& r, const Run& run) {
  if (run.pool.rented) {
    const double hours = 24 * r.forecast.rentals[run.pool.index].integral(0, r.plan.end - r.plan.start + 1);
    return hours > 0 ? std::optional(r.forecast.rental_accounts[run.pool.index].paid / hours) : std::nullopt;
  }
  if (!r.plan.rentals.empty() || !std::isfinite(r.forecast.cost_per_hour)) return std::nullopt;
  return r.forecast.cost_per_hour;
}

/// J that a usable accelerator of a run's site takes in an hour, mean of the forecast; nothing for a cloud's.
std::optional<double> energy_of_hour(const ProgrammeResult& r, const Run& run) {
  if (run.pool.rented) return std::nullopt;
  double hours = 0, energy = 0;
  for (std::size_t i = 0; i < r.forecast.sites.size(); ++i) {
    if (!run.pool.holds(i)) continue;
    const SiteForecast& site = r.forecast.sites[i];
    hours += 24 * site.capacity.usable.integral(0, r.plan.end - r.plan.start + 1);
    for (const site::EnergyMonth& m : site.energy) energy += m.facility;
  }
  return hours > 0 ? std::optional(energy / hours) : std::nullopt;
}

/// What runs come to within the forecast, and what is left of those that it ends before.
void add_run_costs(Document& document, const ProgrammeResult& r) {
  constexpr double pflop_day = 1e15 * 86400;
  Table t{"run_costs",
          "What a run costs" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
          {text_column("run", "run"), count_column("accelerator_hours", "accelerator-hours", "accelerator-hours"),
           amount_column("usd_per_accelerator_hour", "an hour", dimension::money),
           amount_column("usd", "in all", dimension::money), count_column("pflop_days", "PFLOP-days", "PFLOP-days"),
           amount_column("usd_per_pflop_day", "a PFLOP-day", dimension::money), count_column("mwh", "energy", "MWh"),
           amount_column("usd_to_finish", "to finish", dimension::money)}};
  t.in_text = InText::longer;
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    const Run& run = r.plan.runs[i];
    const RunForecast& f = r.forecast.runs[i];
    if (!(f.done > 0)) continue;
    const double hours = f.mean_chips * f.days_running * 24 * run.duty, work = f.done / pflop_day;
    const std::optional<double> hour = cost_of_hour(r, run), energy = energy_of_hour(r, run);
    const auto money = [](std::optional<double> x) {
      return x ? Cell(*x, format_amount(*x, dimension::money)) : Cell(Value{}, "-");
    };
    const auto times = [](std::optional<double> x, double by) { return x ? std::optional(*x * by) : std::nullopt; };
    const std::optional<double> joules = times(energy, hours);
    t.rows.push_back({run.name, hours, money(hour), money(times(hour, hours)), work, money(times(hour, hours / work)),
                      joules ? Cell(*joules / 3.6e9, format_amount(*joules, dimension::energy)) : Cell(Value{}, "-"),
                      std::isfinite(f.finish)
                          ? Cell(Value{}, "-")
                          : money(times(hour, hours / work * (run.compute.value() / pflop_day - work)))});
  }
  document.add(std::move(t));
}

/// What the step of each run with a layout is made of; adds up to its step_s.
Table run_steps(const Plan& plan) {
  Table t{"run_steps", "", {data_column("run"), data_column("part"), data_column("seconds", "s")}};
  for (const Run& run : plan.runs) {
    const std::optional<LaidOut>& laid_out = programme::main_speed(run).laid_out;
    if (!laid_out) continue;
    const auto add = [&](const char* part, double seconds) {
      if (seconds > 0) t.rows.push_back({run.name, part, seconds});
    };
    for (const auto& [part, seconds] : training::breakdown_parts) add(part, laid_out->breakdown.*seconds);
    add("between sites", laid_out->between_sites.value());
  }
  return t;
}

/// The mechanism by which it goes on after a failure.
std::string recovers_by(const Run& run) {
  return run.mechanism.empty() ? "restart" : run.mechanism;
}

}  // namespace

void add_runs(Document& document, const ProgrammeResult& r) {
  using Group = programme::Output::Group;
  Table shown{"",
              "Training runs" + std::string(r.has_trials ? " (inputs at their medians)" : ""),
              {text_column("", "run"), text_column("", "model"), amount_column("", "compute", dimension::operations),
               count_column("", "accelerators", ""), fixed_column("", "TFLOP/s each", "", 0, 1e12),
               percent_column("", "goodput", 1), text_column("", "recovers by"), text_column("", "start"),
               text_column("", "finish")}};
  Table data{"runs", "", {}};
  for (const auto& [key, unit] : {std::pair{"name", ""},
                                  {"model", ""},
                                  {"compute_flop", "FLOP"},
                                  {"tokens", "tokens"},
                                  {"accelerators_wanted", "accelerators"},
                                  {"accelerators", "accelerators"},
                                  {"achieved_flop_per_s_each", "FLOP/s"},
                                  {"goodput", "share"},
                                  {"start/p10", ""},
                                  {"start/p50", ""},
                                  {"start/p90", ""},
                                  {"finish/p10", ""},
                                  {"finish/p50", ""},
                                  {"finish/p90", ""},
                                  {"step_s", "s"},
                                  {"tokens_per_s", "tokens/s"},
                                  {"layout", ""},
                                  {"layout_accelerators", "accelerators"},
                                  {"batch", "sequences"},
                                  {"mechanism", ""},
                                  {"largest_useful", "accelerators"}})
    data.columns.push_back(data_column(key, unit));
  std::string past;  // what is said of runs past their peak
  auto day = [&](double x) { return std::isfinite(x) ? Cell(date_text(r.plan, x)) : Cell(); };
  for (size_t i = 0; i < r.plan.runs.size(); ++i) {
    const Run& run = r.plan.runs[i];
    const RunForecast& f = r.forecast.runs[i];
    std::vector<Cell> row = {run.name,          run.model,    run.compute.value(), run.tokens.value(),
                             run.chips.value(), f.mean_chips, f.achieved,          f.goodput};
    for (const Group group : {Group::run_start, Group::run_finish})
      for (size_t k = 0; k < r.outputs.size(); ++k)
        if (r.outputs[k].group == group && r.outputs[k].index == static_cast<int>(i))
          for (const double x : {r.spreads[k].p10, r.spreads[k].p50, r.spreads[k].p90}) row.push_back(day(x));
    if (const auto& laid_out = programme::main_speed(run).laid_out)
      row.insert(row.end(), {laid_out->step.value(), laid_out->tokens_per_second, laid_out->layout,
                             laid_out->accelerators, laid_out->batch});
    row.resize(data.columns.size() - 2);
    const double most = operations::largest_useful(r.plan.operation.reliability({}, run.recovery)).value();
    row.insert(row.end(), {recovers_by(run), most});
    data.rows.push_back(std::move(row));
    if (run.chips.value() > most)
      past += fmt::format(
          "  {} is past its peak: as {} n x goodput is largest on {} accelerators, and more make less "
          "progress.\n",
          run.name, recovers_by(run), format_count(std::round(most)));
    auto ran = [&](double x) { return f.days_running > 0 ? Cell(x) : Cell("-"); };
    shown.rows.push_back({run.name, run.model.empty() ? "-" : run.model, format(run.compute, 3), ran(f.mean_chips),
                          ran(f.achieved), ran(f.goodput), recovers_by(run), date_text(r.plan, f.start),
                          date_text(r.plan, f.finish)});
  }
  document.add(std::move(shown));
  if (!past.empty()) document.say(past);
  document.add(std::move(data));
  document.add(run_steps(r.plan));
  add_run_costs(document, r);
  add_runs_that_are_too_wide(document, r);
}

}  // namespace orrery::study
