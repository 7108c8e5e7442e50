// The answer about a training job: one layout in full, or the ranking of layouts.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "base/units.h"
#include "machine/training/launch_flags.h"
#include "machine/training/network_limit.h"
#include "study/training.h"

namespace orrery::study {
namespace {

using namespace training;

using Values = std::vector<std::pair<std::string, Cell>>;

Values parts_of(const Breakdown& b) {
  Values out;
  for (const auto& [name, part] : breakdown_parts) out.emplace_back(name, b.*part);
  return out;
}

Values parts_of(const MemoryUse& m) {
  Values out;
  for (const auto& [name, bytes] : m.parts()) out.emplace_back(name, bytes);
  return out;
}

Values phases_of(const MemoryUse& m) {
  return {{"loss", m.at_loss()}, {"backward", m.at_backward()}, {"optimizer", m.at_update()}};
}

Values layout_values(const Machine& m, const Layout& l) {
  return {{"tp", l.tp},
          {"pp", l.pp},
          {"vp", l.vp},
          {"cp", l.cp},
          {"ep", l.ep},
          {"etp", l.etp},
          {"dp", data_parallel(m, l)},
          {"micro_batch", l.micro_batch},
          {"sharding", sharding_name(l.sharding)},
          {"recompute", recompute_name(l.recompute)},
          {"sequence_parallel", l.sequence_parallel},
          {"schedule", schedule_name(l.schedule)},
          {"shard_group", l.shard_group},
          {"recompute_layers", l.recompute_layers},
          {"context_exchange", context_name(l.context)},
          {"offload_activations", l.offload_activations},
          {"offload_optimizer", l.offload_optimizer}};
}

/// The parameters of the model by what they are of, in text where they differ.
void add_parameters(Document& out, const model::Architecture& m) {
  const model::ParameterCount c = model::parameters(m);
  out.put("parameters", c.total)
      .put("mtp_parameters", c.mtp)
      .put("active_parameters", c.active)
      .put("non_embedding_parameters", c.non_embedding)
      .put("tower_parameters", m.towers);
}

std::string parameters_text(const model::Architecture& m) {
  const model::ParameterCount c = model::parameters(m);
  const auto count = [](double n) {
    return n < 1e9 ? fmt::format("{:.4g} M", n / 1e6) : fmt::format("{:.4g} B", n / 1e9);
  };
  std::string text =
      fmt::format("  parameters      {}, {} of them not in tables", count(c.total), count(c.non_embedding));
  if (c.active < c.total) text += fmt::format("; a token meets {}", count(c.active));
  if (c.mtp > 0) text += fmt::format("; {} more in prediction modules", count(c.mtp));
  if (m.towers > 0) text += fmt::format("; {} more in towers", count(m.towers));
  return text + "\n";
}

/// Named values as data: an object.
Table object(std::string key, Values values, std::string unit = "") {
  Table t{std::move(key), "", {data_column("name"), data_column("value", std::move(unit))}};
  t.keyed = true;
  for (auto& [name, value] : values) t.rows.push_back({name, std::move(value)});
  return t;
}
Cell object(Values values) {
  return Cell(std::make_shared<const Table>(object("", std::move(values))));
}

/// Model FLOP/s of one accelerator as runs of a programme count them: 6 for each active parameter and token.
double parameter_flops(const TrainingJob& job, const StepEstimate& e) {
  return 6 * model::parameters(job.posed.job.model).active * e.tokens_per_second / job.posed.machine.accelerators;
}

std::string mfu_text(const Job& job, const StepEstimate& e) {
  if (job.precision == Precision::bf16) return fmt::format("MFU {:.1f} %", 100 * e.mfu);
  return fmt::format("MFU {:.1f} % of {}'s peak, {:.1f} % of bf16's", 100 * e.mfu, precision_name(job.precision),
                     100 * e.mfu_bf16);
}

Values estimate_values(const TrainingJob& job, const RankedLayout& ranked) {
  const Machine& m = job.posed.machine;
  const StepEstimate& e = ranked.estimate;
  const catalog::Band band = step_band(job.bands, job.posed.job, m, ranked.layout, e);
  const catalog::Band memory = memory_band(m.framework->memory);
  return {{"step_s", e.step.value()},
          {"step_s_p10", e.step.value() * band.p10},
          {"step_s_p90", e.step.value() * band.p90},
          {"band", std::log(band.p90 / band.p10) / (2 * 1.2816)},  // one standard deviation, were it one of a lognormal
          {"tokens_per_s", e.tokens_per_second},
          {"tokens_per_s_per_accelerator", e.tokens_per_second / m.accelerators},
          {"model_flops_per_s", e.model_flops},
          {"hardware_flops_per_s", e.hardware_flops},
          {"flops_of_parameters_per_s", parameter_flops(job, e)},
          {"mfu", e.mfu},
          {"mfu_bf16", e.mfu_bf16},
          {"binding", e.binding},
          {"memory_total_bytes", e.memory.total()},
          {"memory_total_bytes_p10", e.memory.total() * memory.p10},
          {"memory_total_bytes_p90", e.memory.total() * memory.p90},
          {"memory_peak", e.memory.peak()},
          {"memory_phases_bytes", object(phases_of(e.memory))},
          {"memory_capacity_bytes", m.accelerator->memory},
          {"host_memory_bytes", e.memory.host},
          {"fits", e.fits},
          {"average_power_w", e.average_power.value()},
          {"peak_power_w", e.peak_power.value()},
          {"waiting_power_w", e.low_power.value()},
          {"waiting_share", e.waiting},
          {"power_swing_w", (e.peak_power - e.low_power).value() * m.accelerators},
          {"energy_per_token_j", e.energy_per_token.value()}};
}

std::string seconds_text(double s) {
  return format_amount(s, dimension::time, 4);
}
Cell seconds(double s) {
  return {Value(s), seconds_text(s)};
}
std::string bytes_text(double b) {
  return fmt::format("{:.1f} GB", b / 1e9);
}
std::string both_bytes_text(double b) {
  return fmt::format("{:.1f} GB ({:.1f} GiB)", b / 1e9, b / 1073741824);
}
Cell bytes(double b) {
  return {Value(b), bytes_text(b)};
}

/// What the fabric is, which collective binds on which of its tiers, and what that costs.
void add_fabric(Document& out, const TrainingJob& job, const RankedLayout& r) {
  const JobFabric& f = *job.posed.fabric;
  const NetworkLimit limit = network_limit(job.posed.job, job.posed.machine, r.layout, r.estimate);
  std::string text = fmt::format("  fabric          {}, {} a card, scale-up domains of {}", f.name,
                                 format_amount(f.bandwidth, dimension::bandwidth), f.domain);
  if (f.failed > 0) text += fmt::format("; {:.0f} of {:.0f} directed links down", f.failed, f.links);
  text += fmt::format("\n  network         {}", limit_text(f, limit));
  const double slower = r.estimate.step.value() / limit.step_on_full_fabric.value() - 1;
  if (!limit.collective.empty())
    text += fmt::format(", {} in the open; the step is {:.1f} % longer than with all tiers non-blocking",
                        seconds_text(limit.open.value()), 100 * slower);
  out.say(text + "\n");
  out.add(object("fabric", {{"name", f.name},
                            {"bandwidth_bytes_per_s", f.bandwidth},
                            {"domain", f.domain},
                            {"links_down", f.failed},
                            {"collective", limit.collective},
                            {"tier", limit.tier},
                            {"share", limit.share},
                            {"open_s", limit.open.value()},
                            {"step_on_full_fabric_s", limit.step_on_full_fabric.value()},
                            {"binds", limit_text(f, limit)}}));
}

void add_budget(Document& out, const TrainingJob& job) {
  const double tokens = job.tokens.median.value(), goodput = job.goodput.median;
  if (!(tokens > 0)) return;
  const Campaign c = campaign(job, {});
  const double days = c.time.value() / 86400;
  std::string text = fmt::format("  {:<15} {:.1f} days at {:.0f} % goodput", format_amount(tokens, dimension::tokens),
                                 days, 100 * goodput);
  if (job.price.median > 0) text += ", " + format(c.cost);
  out.say(text + ", " + format(c.energy) + "\n");
  out.add(object("budget", {{"tokens", tokens},
                            {"goodput", goodput},
                            {"days", days},
                            {"cost_usd", c.cost.value()},
                            {"energy_j", c.energy.value()}}));
}

/// The model that can be trained in the days that were given.
void add_by_date(Document& out, const TrainingJob& job) {
  if (!job.by_date) return;
  const ByDate &by = *job.by_date, &low = job.by_date_p10, &high = job.by_date_p90;
  out.say(fmt::format("  by then         a dense model of {:.3g} B on {:.3g} T tokens, {:.3g} FLOP ({})\n",
                      by.parameters / 1e9, by.tokens / 1e12, 6 * by.parameters * by.tokens, job.law));
  out.say(fmt::format(
      "                  P10 {:.3g} B on {:.3g} T, P90 {:.3g} B on {:.3g} T, by how far off the step may be\n",
      low.parameters / 1e9, low.tokens / 1e12, high.parameters / 1e9, high.tokens / 1e12));
  const auto values = [](const ByDate& b) {
    return object({{"parameters", b.parameters},
                   {"tokens", b.tokens},
                   {"compute_flop", 6 * b.parameters * b.tokens},
                   {"layers", static_cast<double>(b.model.layers)},
                   {"hidden", static_cast<double>(b.model.hidden)},
                   {"batch", b.question.batch}});
  };
  out.add(object("by_date", {{"law", job.law}, {"p10", values(low)}, {"p50", values(by)}, {"p90", values(high)}}));
}

/// P10, P50 and P90 of what the trials came to.
void add_spread(Document& out, const std::vector<Output>& outputs, const Trials& trials) {
  if (trials.count == 0) return;
  out.say(fmt::format("\n{} trials, seed {}\n", format_count(trials.count), trials.seed));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::string key = "spread/" + outputs[i].name;
    std::replace(key.begin(), key.end(), ' ', '_');
    out.add(Scalar{amount_column(key, outputs[i].name, outputs[i].dimension), trials.spread(i)});
  }
}

void add_step(Document& out, const TrainingJob& job) {
  const Machine& m = job.posed.machine;
  const StepEstimate& e = job.layout->estimate;
  const catalog::Band band = step_band(job.bands, job.posed.job, m, job.layout->layout, e);
  out.say(fmt::format("  step            {} (P10 {}, P90 {})\n", seconds_text(e.step.value()),
                      seconds_text(e.step.value() * band.p10), seconds_text(e.step.value() * band.p90)));
  if (!m.accelerator->ranges.empty())
    out.say("  kernels         nobody has measured one of this chip: its design, and what others reach of theirs\n");
  out.say(fmt::format("  speed           {:.4g} tokens/s, {:.4g} per accelerator\n", e.tokens_per_second,
                      e.tokens_per_second / m.accelerators));
  out.say(
      fmt::format("  arithmetic      {:.4g} TFLOP/s without recomputation, {:.4g} with it and masked attention; {}\n",
                  e.model_flops / 1e12, e.hardware_flops / 1e12, mfu_text(job.posed.job, e)));
  out.say(fmt::format("  for a run       {:.4g} TFLOP/s as 6 x parameters x tokens\n", parameter_flops(job, e) / 1e12));
  out.say(fmt::format("  what binds      {}\n", e.binding));
  out.say(fmt::format("  power           {:.0f} W on average, {:.0f} W at peak; {:.3g} J a token\n",
                      e.average_power.value(), e.peak_power.value(), e.energy_per_token.value()));
  out.say(
      fmt::format("  its swing       down to {:.0f} W while waiting, {:.1f} % of the step: {} over the job, every {}\n",
                  e.low_power.value(), 100 * e.waiting, format((e.peak_power - e.low_power) * m.accelerators, 3),
                  seconds_text(e.step.value())));
  out.add(object("layout", layout_values(m, job.layout->layout)));
  out.add(object("estimate", estimate_values(job, *job.layout)));
  out.add(object("estimate/breakdown_s", parts_of(e.breakdown), "s"));
  out.add(object("estimate/memory_bytes", parts_of(e.memory), "B"));
}

/// The parts of the step, and of the memory of its fullest stage, as far as there are any.
void add_parts(Document& out, const Machine& m, const StepEstimate& e) {
  Table time{
      "", "", {text_column("", "of the step"), fixed_column("", "time", "s", 0), fixed_column("", "share", "", 0)}};
  for (const auto& [name, value] : parts_of(e.breakdown))
    if (const double s = std::get<double>(value.value); s > 0)
      time.rows.push_back({name, seconds_text(s), fmt::format("{:.1f}%", 100 * s / e.step.value())});
  Table memory{
      "", "", {text_column("", "memory at its most"), fixed_column("", "", "", 0), fixed_column("", "", "", 0)}};
  for (const auto& [name, value] : parts_of(e.memory))
    if (const double b = std::get<double>(value.value); b > 0) memory.rows.push_back({name, bytes_text(b), ""});
  const catalog::Band band = memory_band(m.framework->memory);
  const double total = e.memory.total(), offered = m.accelerator->memory;
  memory.rows.push_back({"in all", both_bytes_text(total),
                         fmt::format("P10 {}, P90 {}", bytes_text(total * band.p10), bytes_text(total * band.p90))});
  const bool close = e.fits && total * band.p90 > offered;
  memory.rows.push_back(
      {"reached in", e.memory.peak(),
       fmt::format("{} {}{}", e.fits ? "of" : "does not fit", both_bytes_text(offered), close ? ", more at P90" : "")});
  if (e.memory.host > 0) memory.rows.push_back({"in the host's memory", bytes_text(e.memory.host), ""});
  out.say("\n").add(std::move(time)).say("\n").add(std::move(memory));
}

/// What would make the layout fit.
void add_fit(Document& out, const TrainingJob& job) {
  if (job.layout->estimate.fits) return;
  const Machine& m = job.posed.machine;
  if (!job.fit) {
    out.say("\nno layout of these accelerators fits\n").put("cheapest_fit", Cell());
    return;
  }
  const double fitting = job.fit->estimate.step.value(), step = job.layout->estimate.step.value();
  out.say(job.changes.empty() ? fmt::format("\nthe fastest layout that fits: {} ({} a step)\n",
                                            layout_text(m, job.fit->layout), seconds_text(fitting))
                              : fmt::format("\nthe cheapest change that fits: {} ({} a step, {:+.1f} %; {})\n",
                                            fmt::join(job.changes, ","), seconds_text(fitting),
                                            100 * (fitting / step - 1), bytes_text(job.fit->estimate.memory.total())));
  Values values = layout_values(m, job.fit->layout);
  values.emplace_back("changes", Cell(Value(std::vector<Cell>(job.changes.begin(), job.changes.end()))));
  out.add(object("cheapest_fit", std::move(values)));
}

Machine with(const Machine& m, double accelerators) {
  Machine out = m;
  out.accelerators = accelerators;
  return out;
}

std::vector<Cell> ranked_row(const Machine& m, const RankedLayout& r) {
  return {layout_text(m, r.layout), seconds(r.estimate.step.value()), fmt::format("{:.1f}%", 100 * r.estimate.mfu),
          bytes(r.estimate.memory.total()), r.estimate.binding};
}

/// The best layouts, and the front of time and memory: in text in steps of a tenth of the memory, as data all of it.
void add_best(Document& out, const TrainingJob& job) {
  const Machine& m = job.posed.machine;
  const SearchResult& r = job.found;
  const auto table = [](const char* heading) {
    return Table{"",
                 "",
                 {text_column("", heading), fixed_column("", "step", "s", 0), fixed_column("", "MFU", "", 0),
                  fixed_column("", "memory", "B", 0), text_column("", "what binds")}};
  };
  Table shown = table("fastest layouts"), front = table("front of time and memory");
  Table best{"best", "", {data_column("layout"), data_column("estimate"), data_column("name")}};
  for (const RankedLayout& p : r.best) {
    shown.rows.push_back(ranked_row(m, p));
    Values estimate = estimate_values(job, p);
    estimate.emplace_back("breakdown_s", object(parts_of(p.estimate.breakdown)));
    estimate.emplace_back("memory_bytes", object(parts_of(p.estimate.memory)));
    best.rows.push_back({object(layout_values(m, p.layout)), object(std::move(estimate)), layout_text(m, p.layout)});
  }
  double last = std::numeric_limits<double>::infinity();
  for (const RankedLayout& p : r.front)
    if (const double memory = p.estimate.memory.total(); memory < 0.9 * last)
      front.rows.push_back(ranked_row(m, p)), last = memory;
  if (!r.best.empty()) out.add(std::move(shown)).say("\n").add(std::move(front)).say("\n");
  out.add(std::move(best));
}

/// Layouts with the accelerators that they are of.
Table counted(std::string key, const Machine& m, const std::vector<CountedLayout>& layouts) {
  Table t{std::move(key),
          "",
          {count_column("accelerators", "accelerators", "accelerators"), data_column("layout"),
           fixed_column("step_s", "step", "s", 0), fixed_column("", "MFU", "", 0), data_column("memory_bytes", "B"),
           fixed_column("", "accelerator-seconds a step", "", 0), text_column("", "fastest layout of so many")}};
  for (const CountedLayout& c : layouts) {
    const Machine on = with(m, c.accelerators);
    const StepEstimate& e = c.ranked.estimate;
    t.rows.push_back({c.accelerators, object(layout_values(on, c.ranked.layout)), seconds(e.step.value()),
                      fmt::format("{:.1f}%", 100 * e.mfu), e.memory.total(),
                      format_count(std::round(e.step.value() * c.accelerators)), layout_text(on, c.ranked.layout)});
  }
  return t;
}

void add_ranking(Document& out, const TrainingJob& job) {
  const Job& j = job.posed.job;
  const Machine& m = job.posed.machine;
  const SearchResult& r = job.found;
  out.put("layouts", r.layouts).put("legal", r.legal).put("fit", r.fit);
  if (r.best.empty()) out.say("nothing fits\n");
  else if (m.fabric != nullptr) out.say("of the fastest:\n"), add_fabric(out, job, *job.layout), out.say("\n");
  add_best(out, job);
  Table front = counted("front", m, front_with_accelerators(r, m.accelerators)),
        fewer = counted("fewer_accelerators", m, r.fewer);
  front.in_text = InText::never;
  out.add(std::move(front)).add(std::move(fewer));
  if (!r.fewer.empty()) out.say("\n");
  std::string text = "out:\n";
  Values reasons;
  for (const auto& [reason, count] : r.out) {
    text += fmt::format("  {:>12}  {}\n", format_count(count), reason);
    reasons.emplace_back(reason, count);
  }
  out.say(text).add(object("out", std::move(reasons)));
  if (r.best.empty()) return;
  text = "\nflags of the fastest:\n";
  Values flags;
  for (const LaunchFlags& f : launch_flags(j, m, r.best.front().layout)) {
    text += fmt::format("  {}: {}\n", f.framework, f.text);
    for (const std::string& missing : f.left_out) text += fmt::format("    without {}\n", missing);
    const std::vector<Cell> without(f.left_out.begin(), f.left_out.end());
    flags.emplace_back(f.framework, object({{"flags", f.text}, {"without", Cell(Value(without))}}));
  }
  out.say(text).add(object("launch_flags", std::move(flags)));
}

/// What the step and the memory of a layout are made of, or how the fastest layouts stand to each other.
std::vector<Figure> figures(bool ranking) {
  const auto bars = [](const char* key, const char* title, const char* chapter, const char* unit, const char* table,
                       const char* name, const char* value) {
    return Figure{key, title, chapter, unit, Plot::ranking, {{Mark::bar, title, table, name, value}}};
  };
  std::vector<Figure> out;
  if (ranking)
    out = {bars("layouts", "Step of the fastest layouts", "Layouts", "s", "best", "name", "estimate/step_s"),
           bars("layout_memory", "Memory of the fastest layouts", "Layouts", "B", "best", "name",
                "estimate/memory_total_bytes"),
           bars("fewer_accelerators", "Step on fewer accelerators", "Layouts", "s", "fewer_accelerators",
                "accelerators", "step_s")};
  else
    out = {bars("step", "What a step is made of", "Step", "s", "estimate/breakdown_s", "name", "value"),
           bars("memory", "What the memory of the fullest stage holds", "Memory", "B", "estimate/memory_bytes", "name",
                "value")};
  out.front().in_brief = true;
  return out;
}

}  // namespace

Document training_document(const TrainingJob& job, const std::vector<Output>& outputs, const Trials& trials) {
  const Job& j = job.posed.job;
  const Machine& m = job.posed.machine;
  const bool ranking = job.ranked || !job.layout;
  Document out;
  out.put("model", j.model.name);
  add_parameters(out, j.model);
  out.put("accelerator", m.accelerator->name)
      .put("accelerators", m.accelerators, "accelerators")
      .put("accelerators_wanted", job.wanted, "accelerators");
  out.put("precision", std::string(precision_name(j.precision))).put("sequence", j.sequence, "tokens");
  out.put("global_batch", j.global_batch, "sequences");
  const std::string of_wanted = m.accelerators < job.wanted ? fmt::format(" of {:.0f}", job.wanted) : "";
  if (ranking) {
    const bool relieved = job.found.fit == 0 && !job.found.best.empty();
    out.say(fmt::format("{} on {:.0f}{} x {}: {} layouts, {} legal, {} fit{}\n\n", j.model.name, m.accelerators,
                        of_wanted, m.accelerator->name, format_count(job.found.layouts), format_count(job.found.legal),
                        format_count(job.found.fit), relieved ? " without offload" : ""));
    out.say(parameters_text(j.model) + "\n");
    if (job.layout) add_budget(out, job);
    add_ranking(out, job);
  } else {
    out.say(fmt::format("{} on {:.0f}{} x {}, {}, {:.0f} sequences of {:.0f} tokens a step\n{}\n\n", j.model.name,
                        m.accelerators, of_wanted,
                        m.accelerator->title.empty() ? m.accelerator->name : m.accelerator->title,
                        precision_name(j.precision), j.global_batch, j.sequence, layout_text(m, job.layout->layout)));
    out.say(parameters_text(j.model));
    add_by_date(out, job);
    add_step(out, job);
    if (m.fabric != nullptr) add_fabric(out, job, *job.layout);
    add_budget(out, job);
    add_parts(out, m, job.layout->estimate);
    add_fit(out, job);
  }
  if (job.layout) add_spread(out, outputs, trials);
  out.figures = figures(ranking);
  out.status = job.layout && job.layout->estimate.fits ? 0 : 1;
  return out;
}

Trace step_trace(const TrainingJob& job) {
  const Job& j = job.posed.job;
  const Machine& m = job.posed.machine;
  const Layout& l = job.layout->layout;
  const double micro = std::max(std::ceil(microbatches(j, m, l) - 1e-9), 1.0);
  const PipelineWork work = pipeline_of(j, m, l);
  // Each pass as it is played, kept and written takes 0.8 kB.
  constexpr double most_passes = 200000;
  const double of_each = (work.weight.empty() ? 2.0 : 3.0) * l.pp * l.vp;
  if (micro * of_each > most_passes) {
    const double fits = std::floor(most_passes / of_each);
    throw Error({}, "trace",
                fmt::format("would hold {} passes of {} microbatches, more than {}", format_count(micro * of_each),
                            format_count(micro), format_count(most_passes)),
                fits >= 1 ? fmt::format("ask for a batch of at most {:.0f}, or leave it out",
                                        fits * data_parallel(m, l) * l.micro_batch)
                          : "leave it out");
  }
  std::vector<PipelineEvent> events;
  pipeline_time(work, static_cast<int>(micro), &events);
  const double us = 1e6 * m.framework->release;
  Trace out;
  for (int stage = 0; stage < l.pp; ++stage) out.tracks.push_back({"step", fmt::format("stage {}", stage), {}});
  for (const PipelineEvent& e : events) {
    const char* pass = e.weight ? "weights" : e.backward ? "backward" : "forward";
    out.tracks[static_cast<std::size_t>(e.stage)].slices.push_back(
        {fmt::format("{} {}", pass, e.microbatch),
         e.start * us,
         e.end * us,
         {{"microbatch", e.microbatch}, {"chunk", e.chunk}}});
  }
  return out;
}

}  // namespace orrery::study
