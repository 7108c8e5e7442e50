#include "study/load.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "base/units.h"
#include "site/load/grid_path.h"
#include "study/kinds.h"
#include "study/load_read.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
using site::MeansOutcome;
using site::StorageNeed;

constexpr double mw = 1e6, kwh = 3.6e6;

Form make_form() {
  return {"load",
          "an electric load",
          "what a training job is to the grid: its swings, storage against them, the electrical chain that feeds it",
          {"load"},
          {{"", "The load.", {}, {"load"}},
           {"load", "Accelerators of one job, how they swing, what the utility allows.", load_keys()}}};
}

enum { step_swing, job_swing, voltage, battery_cost, output_count };

struct Means {
  const char* name;
  MeansOutcome outcome;
};

std::vector<Means> means_of(const LoadQuestion& q) {
  const site::SwingingLoad load = q.swings({});
  const site::LoadLimits limits = q.limits_of(load);
  const Energy capacitors(q.rack_energy * q.accelerators), needed = site::rack_storage_needed(load, limits);
  return {{"nothing", site::no_means(load, limits)},
          {"capacitors in power supplies", site::rack_storage(load, limits, capacitors, q.rack, q.power_price)},
          {"rack storage to the limits", site::rack_storage(load, limits, needed, q.rack, q.power_price)},
          {"battery at the site", site::battery(load, limits, q.battery, q.power_price)},
          {"power burnt while waiting", site::floor(load, limits, q.power_price)}};
}

void run(const LoadQuestion& q, Draws draws, std::span<double> out) {
  const site::SwingingLoad load = q.swings(draws);
  const site::LoadLimits limits = q.limits_of(load);
  out[step_swing] = load.steps.swing.value(), out[job_swing] = load.job.value();
  out[voltage] = site::voltage_change(load.steps.swing, limits.short_circuit, limits.reactance_ratio);
  out[battery_cost] = site::battery(load, limits, q.battery, q.power_price).yearly_cost;
}

Column mw_column(const char* key, const char* heading, int digits = 1) {
  return fixed_column(key, heading, "W", digits, mw);
}

/// What all accelerators draw by what they do, at their servers' inputs.
Table states_table(const LoadQuestion& q) {
  Table t{"states",
          "What the servers draw",
          {text_column("state", "state"), fixed_column("per_accelerator", "W each", "W", 0), mw_column("power", "MW"),
           percent_column("of_rating", "of rating")}};
  const auto add = [&](const char* state, Power each) {
    t.rows.push_back({state, each.value(), (each * q.accelerators).value(), each / q.rated});
  };
  add("rated", q.rated);
  add("burn-in", q.burn_in * q.rated);
  add("training", q.training.median);
  add("serving, peak of the day", q.serving_peak * q.training.median);
  add("serving, trough", q.serving_trough * q.training.median);
  add("job stands", q.standing.median);
  return t;
}

Table serving_table(const LoadQuestion& q) {
  Table t{"serving", "", {fixed_column("hour", "", "h", 0), mw_column("power", "")}};
  t.in_text = InText::never;
  const Power training = q.training.median * q.accelerators;
  const auto day = site::serving_day(q.serving_trough * training, q.serving_peak * training, q.serving_hour);
  for (std::size_t hour = 0; hour < day.size(); ++hour) t.rows.push_back({hour, day[hour].value()});
  return t;
}

/// Each need in closed form.
Table storage_table(const site::SwingingLoad& load, const site::LoadLimits& limits) {
  Table t{"storage",
          fmt::format("Storage that the swings ask for (grid ramp of {:g} MW/s)", limits.ramp.value() / mw),
          {text_column("case", "case"), mw_column("power", "MW"), fixed_column("energy", "kWh", "J", 2, kwh)}};
  const auto add = [&](const char* what, const StorageNeed& need) {
    t.rows.push_back({what, need.power.value(), need.energy.value()});
  };
  add("flat through the steps", site::hold_flat(load.steps));
  add("steps, schedule known", site::through_steps(load.steps, limits.ramp));
  if (const Time tau = site::filter_for(site::harmonics(load.steps, limits.low, limits.high), limits.amplitude);
      tau > Time(0))
    add("steps, filtered to the band's limit", {load.steps.swing, tau * load.steps.swing});
  add("job's edge, unforeseen", site::at_edge(load.job, limits.ramp, false));
  add("job's start and stop, known ahead", site::at_edge(load.job, limits.ramp, true));
  return t;
}

/// The value of a path without jumps.
double at_time(const site::PowerPath& path, double time) {
  std::size_t next = 1;
  while (next + 1 < path.size() && path[next].time <= time) ++next;
  const site::PowerPoint &from = path[next - 1], &to = path[next];
  return to.time > from.time ? from.power + (to.power - from.power) * (time - from.time) / (to.time - from.time)
                             : to.power;
}

/// The job's start and stop, unforeseen: load, grid and the storage between them at every corner, on both sides of a
/// jump.
Table edges_table(Power swing, site::Ramp limit) {
  Table t{"edges",
          "",
          {data_column("time", "s"), data_column("load", "W"), data_column("grid", "W"), data_column("storage", "W")}};
  t.in_text = InText::never;
  if (!(swing.value() > 0 && limit.value() > 0 && std::isfinite(limit.value()))) return t;
  const Time ramp = swing / limit;
  const site::PowerPath load = site::job_path(swing, 0.25 * ramp, 1.75 * ramp, 3.0 * ramp);
  const site::PowerPath grid = site::follow(load, limit);
  for (std::size_t i = 1; i < load.size(); ++i) {
    const site::PowerPoint &from = load[i - 1], &to = load[i];
    if (to.time <= from.time) continue;
    std::vector<double> times = {from.time, to.time};
    for (const site::PowerPoint& corner : grid)
      if (corner.time > from.time && corner.time < to.time) times.insert(times.end() - 1, corner.time);
    for (const double time : times) {
      const double drawn = from.power + (to.power - from.power) * (time - from.time) / (to.time - from.time);
      const double given = at_time(grid, time);
      t.rows.push_back({time, drawn, given, drawn - given});
    }
  }
  return t;
}

Table spectrum_table(const site::SwingingLoad& load, const site::LoadLimits& limits, Energy capacitors) {
  constexpr std::size_t shown = 20;
  Table t{"spectrum",
          fmt::format("Harmonics of the steps from {:g} to {:g} Hz, the lowest {} (limit {})", limits.low.value(),
                      limits.high.value(), shown, format(limits.amplitude)),
          {fixed_column("frequency", "Hz", "Hz", 2), mw_column("amplitude", "MW", 2),
           mw_column("behind_capacitors", "behind capacitors", 2)}};
  t.when_empty = "The steps have no harmonic in the band that is watched.\n";
  t.in_text = InText::longer;
  const std::vector<site::Harmonic> of = site::harmonics(load.steps, limits.low, limits.high, shown);
  const std::vector<site::Harmonic> left = site::filtered(of, capacitors / load.steps.swing);
  for (std::size_t i = 0; i < of.size(); ++i)
    t.rows.push_back({of[i].frequency.value(), of[i].amplitude.value(), left[i].amplitude.value()});
  return t;
}

std::string verdict(const MeansOutcome& m) {
  if (m.meets()) return "yes";
  std::string fails;
  for (const auto& [meets, what] :
       {std::pair{m.meets_ramp, "ramp"}, {m.meets_band, "band"}, {m.meets_flicker, "flicker"}})
    if (!meets) fails += (fails.empty() ? "no: " : ", ") + std::string(what);
  return fails;
}

Table means_table(const std::vector<Means>& means) {
  Table t{"means",
          "What meets the limits, and what it costs",
          {text_column("means", "means"), text_column("meets", "meets"), mw_column("power", "MW"),
           fixed_column("energy", "kWh", "J", 1, kwh), mw_column("ramp", "ramp, MW/s"),
           mw_column("amplitude", "band, MW", 2), fixed_column("flicker", "flicker", "", 2),
           mw_column("lost", "lost, MW", 2), fixed_column("yearly_cost", "M$/year", "USD/year", 2, 1e6)}};
  for (const auto& [name, m] : means)
    t.rows.push_back({name, verdict(m), m.storage.power.value(), m.storage.energy.value(),
                      std::isfinite(m.ramp.value()) ? Cell(m.ramp.value()) : Cell(Value(), "at once"),
                      m.amplitude.value(), m.flicker, m.lost.value(), m.yearly_cost});
  return t;
}

Table chain_table(const LoadQuestion& q, const site::ChainState& state) {
  Table t{"chain",
          "The electrical chain for the rated IT power",
          {text_column("stage", "stage"), text_column("redundancy", "blocks by"), count_column("needed", "", "blocks"),
           count_column("blocks", "there", "blocks"), mw_column("rating", "MW each"), mw_column("installed", "in all"),
           percent_column("load", "load"), percent_column("lost", "lost", 2),
           count_column("usable_after_one", "one fails: usable", "accelerators"),
           percent_column("mean_fed", "fed, mean", 3), text_column("lead_time", "lead time")}};
  for (std::size_t i = 0; i < state.stages.size(); ++i) {
    const site::StageState& s = state.stages[i];
    const ChainStage& of = q.chain[i];
    t.rows.push_back({of.stage.name, of.redundancy, s.needed, s.blocks, of.stage.rating.value(), s.installed.value(),
                      s.load, s.lost / s.delivered,
                      site::usable_accelerators(q.accelerators, q.per_rack, s.left_by_one), s.mean_fed, of.lead_time});
  }
  return t;
}

std::string spread_text(const Trials& trials, int output, const char* unit, double scale, int digits) {
  const Spread s = trials.spread(static_cast<std::size_t>(output));
  if (trials.count == 0) return fmt::format("{:.{}f} {}", s.p50 / scale, digits, unit);
  return fmt::format("{:.{}f} {} ({:.{}f} to {:.{}f})", s.p50 / scale, digits, unit, s.p10 / scale, digits,
                     s.p90 / scale, digits);
}

std::vector<Figure> figures() {
  std::vector<Figure> out{{"means_cost",
                           "What each means costs a year",
                           "Swings",
                           "USD/year",
                           Plot::ranking,
                           {{Mark::bar, "cost", "means", "means", "yearly_cost"}}},
                          {"states",
                           "What the servers draw",
                           "Load",
                           "W",
                           Plot::ranking,
                           {{Mark::bar, "power", "states", "state", "power"}}}};
  out.front().in_brief = true;
  out.push_back({"edges",
                 "The job starts and stops, unforeseen",
                 "Swings",
                 "W",
                 Plot::course,
                 {{Mark::line, "load", "edges", "time", "load"},
                  {Mark::line, "grid", "edges", "time", "grid"},
                  {Mark::line, "storage", "edges", "time", "storage"}}});
  out.back().axis = "s";
  return out;
}

Document answer_of(const LoadQuestion& q, const Trials& given) {
  constexpr int usual_trials = 1000;
  const bool has = given.count > 0;
  const Trials own =
      has ? Trials{}
          : run_trials(given.inputs, output_count, [&](Draws draws, std::span<double> out) { run(q, draws, out); },
                       {usual_trials, given.seed, given.threads});
  const Trials& trials = has ? given : own;
  const site::SwingingLoad load = q.swings({});
  const site::LoadLimits limits = q.limits_of(load);
  const Power it = q.it_power * q.accelerators;
  const std::vector<Means> means = means_of(q);
  std::vector<site::Stage> stages;
  for (const ChainStage& s : q.chain) stages.push_back(s.stage);
  const site::ChainState chain = site::chain_at(stages, it);
  const double borne = site::borne(limits.curve, 1 / q.period);
  Document out;
  out.say(fmt::format("{} x {}\n\n", format_count(q.accelerators), q.chip_title));
  out.say(fmt::format("  IT power         {} rated, with network and storage\n", format(it)));
  out.say(fmt::format("  facility         {} at a peak PUE of {:.2f}\n", format(it * q.pue.median), q.pue.median));
  if (q.server_rated && q.server_highest)
    out.say(fmt::format("  a server         {} rated, {} at most measured, {} in training ({:.0f} %)\n",
                        format(*q.server_rated), format(*q.server_highest), format(q.training.median * q.per_server),
                        100 * (q.training.median * q.per_server / *q.server_rated)));
  out.say(fmt::format("  step swing       {}, every {}, {:.0f} % of it computing\n",
                      spread_text(trials, step_swing, "MW", mw, 1), format(q.period), 100 * q.duty));
  out.say(
      fmt::format("  job swing        {} when the job starts or stops\n", spread_text(trials, job_swing, "MW", mw, 1)));
  out.say(fmt::format("  voltage          {} at a connection of {:.3g} GVA, X/R {:g}; {:.2f} % is borne\n",
                      spread_text(trials, voltage, "%", 0.01, 3), limits.short_circuit.value() / 1e9,
                      limits.reactance_ratio, 100 * borne));
  out.say(fmt::format("  chain            {:.1f} % efficient, {} from the utility; {:.3f} % of it is fed in the mean\n",
                      100 * chain.efficiency, format(chain.drawn), 100 * chain.mean_fed));
  for (const auto& [key, output, unit] : {std::tuple{"step_swing", step_swing, "W"},
                                          {"job_swing", job_swing, "W"},
                                          {"voltage_change", voltage, ""},
                                          {"battery_cost", battery_cost, "USD/year"}}) {
    const Spread s = trials.spread(output);
    out.put(std::string(key) + "/p10", s.p10, unit).put(std::string(key) + "/p50", s.p50, unit);
    out.put(std::string(key) + "/p90", s.p90, unit);
  }
  out.put("accelerators", q.accelerators).put("it_power", it.value(), "W");
  out.put("facility_power", (it * q.pue.median).value(), "W").put("period", q.period.value(), "s").put("duty", q.duty);
  out.put("server_rated", q.server_rated ? Cell(q.server_rated->value()) : Cell(), "W");
  out.put("server_highest", q.server_highest ? Cell(q.server_highest->value()) : Cell(), "W");
  out.put("server_training", (q.training.median * q.per_server).value(), "W");
  out.put("voltage_borne", borne).put("chain_efficiency", chain.efficiency).put("drawn", chain.drawn.value(), "W");
  out.put("chain_mean_fed", chain.mean_fed).put("chain_all_fed", chain.all_fed);
  out.add(states_table(q)).add(serving_table(q)).add(storage_table(load, limits));
  out.add(edges_table(load.job, limits.ramp));
  out.add(spectrum_table(load, limits, Energy(q.rack_energy * q.accelerators)));
  out.add(means_table(means)).add(chain_table(q, chain));
  out.figures = figures();
  return out;
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto q = std::make_shared<const LoadQuestion>(read_load(reader));
  if (!reader.root().gives("title"))
    study.title = fmt::format("{} x {} as a load", format_count(q->accelerators), q->chip_title);
  study.outputs = {
      {"step swing", d::power}, {"job swing", d::power}, {"voltage change"}, {"battery, a year", d::money}};
  for (const int swing : {step_swing, job_swing}) {
    Output& output = study.outputs[static_cast<std::size_t>(swing)];
    output.explained = true, output.aim = Output::Aim::less;
  }
  study.trial = [q](Draws draws, std::span<double> out) { run(*q, draws, out); };
  study.answer = [q](const Trials& trials) { return answer_of(*q, trials); };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Form& load_form() {
  static const Form form = make_form();
  return form;
}

const Kind load_kind{load_form, read};

}  // namespace orrery::study
