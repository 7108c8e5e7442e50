#include "report/training.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"
#include "machine/training/launch_flags.h"
#include "machine/training/network_limit.h"

namespace orrery::report {
namespace {

using namespace training;
using Json = nlohmann::ordered_json;

std::vector<std::pair<const char*, double>> parts_of(const Breakdown& b) {
  return {{"matrix products", b.products}, {"attention", b.attention},
          {"elementwise", b.elementwise},  {"recomputation", b.recompute},
          {"head and loss", b.head},       {"tensor parallel", b.tensor},
          {"context parallel", b.context}, {"experts' traffic", b.expert},
          {"kernel launches", b.host},     {"traffic to the host", b.offload},
          {"pipeline bubble", b.bubble},   {"data parallel", b.data},
          {"optimizer", b.optimizer},      {"fixed", b.fixed},
          {"stragglers", b.stragglers}};
}

std::vector<std::pair<const char*, double>> parts_of(const MemoryUse& m) {
  return {{"weights", m.weights},         {"gradients", m.gradients}, {"optimizer", m.optimizer},
          {"activations", m.activations}, {"head and loss", m.head},  {"buffers", m.buffers},
          {"framework", m.framework}};
}

std::string seconds_text(double s) {
  return format_amount(s, dimension::time, 4);
}
std::string bytes_text(double b) {
  return fmt::format("{:.1f} GB", b / 1e9);
}

/// Days and dollars of a token budget, progress counted.
struct Campaign {
  double days = 0, cost = 0, energy = 0;
};
Campaign campaign(const Machine& m, const StepEstimate& e, const Budget& budget) {
  Campaign c;
  const double time = budget.tokens / e.tokens_per_second / budget.goodput;
  c.days = time / 86400;
  c.cost = time / 3600 * m.accelerators * budget.price;
  c.energy = e.energy_per_token.value() * budget.tokens / budget.goodput;
  return c;
}

Json layout_json(const Machine& m, const Layout& l) {
  return {{"tp", l.tp},
          {"pp", l.pp},
          {"vp", l.vp},
          {"cp", l.cp},
          {"ep", l.ep},
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

Json estimate_json(const Machine& m, const StepEstimate& e) {
  Json breakdown = Json::object(), memory = Json::object();
  for (const auto& [name, value] : parts_of(e.breakdown)) breakdown[name] = value;
  for (const auto& [name, value] : parts_of(e.memory)) memory[name] = value;
  return {{"step_s", e.step.value()},
          {"tokens_per_s", e.tokens_per_second},
          {"tokens_per_s_per_accelerator", e.tokens_per_second / m.accelerators},
          {"model_flops_per_s", e.model_flops},
          {"hardware_flops_per_s", e.hardware_flops},
          {"mfu", e.mfu},
          {"binding", e.binding},
          {"band", m.accelerator->band},
          {"breakdown_s", breakdown},
          {"memory_bytes", memory},
          {"memory_total_bytes", e.memory.total()},
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

/// What the fabric is, which collective binds on which of its tiers, and what that costs.
std::string fabric_text(const Job& j, const Machine& m, const Layout& l, const StepEstimate& e) {
  const JobFabric& f = *m.fabric;
  const NetworkLimit limit = network_limit(j, m, l, e);
  std::string out = fmt::format("  fabric          {}, {} a card, scale-up domains of {}", f.name,
                                format_amount(f.bandwidth, dimension::bandwidth), f.domain);
  if (f.failed > 0) out += fmt::format("; {:.0f} of {:.0f} directed links down", f.failed, f.links);
  out += fmt::format("\n  network         {}", limit_text(f, limit));
  const double slower = e.step.value() / limit.step_on_full_fabric.value() - 1;
  if (!limit.collective.empty())
    out += fmt::format(", {} in the open; the step is {:.1f} % longer than with all tiers non-blocking",
                       seconds_text(limit.open.value()), 100 * slower);
  return out + "\n";
}

Json fabric_json(const Job& j, const Machine& m, const Layout& l, const StepEstimate& e) {
  const NetworkLimit limit = network_limit(j, m, l, e);
  return {{"name", m.fabric->name},
          {"bandwidth_bytes_per_s", m.fabric->bandwidth},
          {"domain", m.fabric->domain},
          {"links_down", m.fabric->failed},
          {"collective", limit.collective},
          {"tier", limit.tier},
          {"share", limit.share},
          {"open_s", limit.open.value()},
          {"step_on_full_fabric_s", limit.step_on_full_fabric.value()},
          {"binds", limit_text(*m.fabric, limit)}};
}

}  // namespace

std::string training_text(const Job& j, const Machine& m, const Layout& l, const StepEstimate& e, const Budget& budget,
                          const CheapestFit& fit) {
  const double step = e.step.value();
  std::string out =
      fmt::format("{} on {:.0f} x {}, {}, {:.0f} sequences of {:.0f} tokens a step\n{}\n\n", j.model.name,
                  m.accelerators, m.accelerator->title.empty() ? m.accelerator->name : m.accelerator->title,
                  precision_name(j.precision), j.global_batch, j.sequence, layout_text(m, l));
  out += fmt::format("  step            {} (one standard deviation {:.0f} %)\n", seconds_text(step),
                     100 * m.accelerator->band);
  out += fmt::format("  speed           {:.4g} tokens/s, {:.4g} per accelerator\n", e.tokens_per_second,
                     e.tokens_per_second / m.accelerators);
  out += fmt::format(
      "  arithmetic      {:.4g} TFLOP/s without recomputation, {:.4g} with it and masked attention; MFU {:.1f} %\n",
      e.model_flops / 1e12, e.hardware_flops / 1e12, 100 * e.mfu);
  out += fmt::format("  what binds      {}\n", e.binding);
  out += fmt::format("  power           {:.0f} W on average, {:.0f} W at peak; {:.3g} J a token\n",
                     e.average_power.value(), e.peak_power.value(), e.energy_per_token.value());
  out += fmt::format(
      "  its swing       down to {:.0f} W while waiting, {:.1f} % of the step: {} over the job, every {}\n",
      e.low_power.value(), 100 * e.waiting,
      format_amount((e.peak_power - e.low_power).value() * m.accelerators, dimension::power, 3), seconds_text(step));
  if (m.fabric != nullptr) out += fabric_text(j, m, l, e);
  if (budget.tokens > 0) {
    const Campaign c = campaign(m, e, budget);
    out += fmt::format("  {:<15} {:.1f} days at {:.0f} % goodput", format_amount(budget.tokens, dimension::tokens),
                       c.days, 100 * budget.goodput);
    if (budget.price > 0) out += fmt::format(", {}", format_amount(c.cost, dimension::money));
    out += fmt::format(", {}\n", format_amount(c.energy, dimension::energy));
  }
  TextTable time;
  time.header = {"of the step", "time", "share"};
  time.right_aligned = {false, true, true};
  for (const auto& [name, value] : parts_of(e.breakdown))
    if (value > 0) time.rows.push_back({name, seconds_text(value), fmt::format("{:.1f}%", 100 * value / step)});
  TextTable memory;
  memory.header = {"memory, fullest stage", "", ""};
  memory.right_aligned = {false, true, true};
  for (const auto& [name, value] : parts_of(e.memory))
    if (value > 0) memory.rows.push_back({name, bytes_text(value), ""});
  memory.rows.push_back({"in all", bytes_text(e.memory.total()),
                         fmt::format("{} {}", e.fits ? "of" : "does not fit", bytes_text(m.accelerator->memory))});
  if (e.memory.host > 0) memory.rows.push_back({"in the host's memory", bytes_text(e.memory.host), ""});
  out += "\n" + time.text() + "\n" + memory.text();
  if (!e.fits) {
    if (fit.ranked) {
      const double fitting = fit.ranked->estimate.step.value();
      out += fit.changes.empty()
                 ? fmt::format("\nthe fastest layout that fits: {} ({} a step)\n", layout_text(m, fit.ranked->layout),
                               seconds_text(fitting))
                 : fmt::format("\nthe cheapest change that fits: {} ({} a step, {:+.1f} %; {})\n",
                               fmt::join(fit.changes, ","), seconds_text(fitting), 100 * (fitting / step - 1),
                               bytes_text(fit.ranked->estimate.memory.total()));
    } else {
      out += "\nno layout of these accelerators fits\n";
    }
  }
  return out;
}

std::string training_json(const Job& j, const Machine& m, const Layout& l, const StepEstimate& e, const Budget& budget,
                          const CheapestFit& fit) {
  Json out = {{"model", j.model.name},
              {"parameters", model::parameters(j.model).total},
              {"accelerator", m.accelerator->name},
              {"accelerators", m.accelerators},
              {"precision", std::string(precision_name(j.precision))},
              {"sequence", j.sequence},
              {"global_batch", j.global_batch},
              {"layout", layout_json(m, l)},
              {"estimate", estimate_json(m, e)}};
  if (m.fabric != nullptr) out["fabric"] = fabric_json(j, m, l, e);
  if (budget.tokens > 0) {
    const Campaign c = campaign(m, e, budget);
    out["budget"] = {{"tokens", budget.tokens},
                     {"goodput", budget.goodput},
                     {"days", c.days},
                     {"cost_usd", c.cost},
                     {"energy_j", c.energy}};
  }
  if (!e.fits) {
    out["cheapest_fit"] = fit.ranked ? layout_json(m, fit.ranked->layout) : Json(nullptr);
    if (fit.ranked) out["cheapest_fit"]["changes"] = fit.changes;
  }
  return out.dump(1) + "\n";
}

std::string plan_text(const Job& j, const Machine& m, const SearchResult& r) {
  std::string out =
      fmt::format("{} on {:.0f} x {}: {} layouts, {} legal, {} fit\n\n", j.model.name, m.accelerators,
                  m.accelerator->name, format_count(r.layouts), format_count(r.legal), format_count(r.fit));
  if (r.best.empty()) out += "nothing fits\n";
  const auto table = [&](const std::vector<RankedLayout>& plans, const char* name) {
    TextTable t;
    t.header = {name, "step", "MFU", "memory", "what binds"};
    t.right_aligned = {false, true, true, true, false};
    for (const RankedLayout& p : plans)
      t.rows.push_back({layout_text(m, p.layout), seconds_text(p.estimate.step.value()),
                        fmt::format("{:.1f}%", 100 * p.estimate.mfu), bytes_text(p.estimate.memory.total()),
                        p.estimate.binding});
    return t.text();
  };
  if (!r.best.empty() && m.fabric != nullptr)
    out += "of the fastest:\n" + fabric_text(j, m, r.best.front().layout, r.best.front().estimate) + "\n";
  if (!r.best.empty()) {
    // The front in steps of a tenth of the memory; JSON holds all of it.
    std::vector<RankedLayout> front;
    for (const RankedLayout& p : r.front)
      if (front.empty() || p.estimate.memory.total() < 0.9 * front.back().estimate.memory.total()) front.push_back(p);
    out += table(r.best, "fastest layouts") + "\n" + table(front, "front of time and memory") + "\n";
  }
  if (!r.fewer.empty()) {
    TextTable t;
    t.header = {"accelerators", "step", "MFU", "accelerator-seconds a step", "fastest layout of so many"};
    t.right_aligned = {true, true, true, true, false};
    for (const CountedLayout& f : r.fewer) {
      const double step = f.ranked.estimate.step.value();
      Machine fewer = m;
      fewer.accelerators = f.accelerators;
      t.rows.push_back({format_count(f.accelerators), seconds_text(step),
                        fmt::format("{:.1f}%", 100 * f.ranked.estimate.mfu),
                        format_count(std::round(step * f.accelerators)), layout_text(fewer, f.ranked.layout)});
    }
    out += t.text() + "\n";
  }
  out += "out:\n";
  for (const auto& [reason, count] : r.out) out += fmt::format("  {:>12}  {}\n", format_count(count), reason);
  if (!r.best.empty()) {
    out += "\nflags of the fastest:\n";
    for (const LaunchFlags& f : launch_flags(j, m, r.best.front().layout)) {
      out += fmt::format("  {}: {}\n", f.framework, f.text);
      for (const std::string& missing : f.left_out) out += fmt::format("    without {}\n", missing);
    }
  }
  return out;
}

std::string plan_json(const Job& j, const Machine& m, const SearchResult& r) {
  const auto on = [&](const CountedLayout& p) {
    Machine machine = m;
    machine.accelerators = p.accelerators;
    return machine;
  };
  Json best = Json::array(), front = Json::array(), outside = Json::object(), flags = Json::object();
  for (const RankedLayout& p : r.best)
    best.push_back({{"layout", layout_json(m, p.layout)}, {"estimate", estimate_json(m, p.estimate)}});
  for (const CountedLayout& p : front_with_accelerators(r, m.accelerators))
    front.push_back({{"layout", layout_json(on(p), p.ranked.layout)},
                     {"accelerators", p.accelerators},
                     {"step_s", p.ranked.estimate.step.value()},
                     {"memory_bytes", p.ranked.estimate.memory.total()}});
  for (const auto& [reason, count] : r.out) outside[reason] = count;
  if (!r.best.empty())
    for (const LaunchFlags& f : launch_flags(j, m, r.best.front().layout))
      flags[f.framework] = {{"flags", f.text}, {"without", f.left_out}};
  Json out = {{"model", j.model.name},
              {"accelerator", m.accelerator->name},
              {"accelerators", m.accelerators},
              {"layouts", r.layouts},
              {"legal", r.legal},
              {"fit", r.fit},
              {"best", best},
              {"front", front},
              {"out", outside},
              {"launch_flags", flags}};
  Json fewer = Json::array();
  for (const CountedLayout& f : r.fewer) {
    Machine part = m;
    part.accelerators = f.accelerators;
    fewer.push_back({{"accelerators", f.accelerators},
                     {"layout", layout_json(part, f.ranked.layout)},
                     {"step_s", f.ranked.estimate.step.value()},
                     {"memory_bytes", f.ranked.estimate.memory.total()}});
  }
  out["fewer_accelerators"] = fewer;
  if (m.fabric != nullptr && !r.best.empty())
    out["fabric"] = fabric_json(j, m, r.best.front().layout, r.best.front().estimate);
  return out.dump(1) + "\n";
}

std::string step_trace(const Job& j, const Machine& m, const Layout& l) {
  std::vector<PipelineEvent> events;
  pipeline_time(pipeline_of(j, m, l), static_cast<int>(std::ceil(microbatches(j, m, l) - 1e-9)), &events);
  Json list = Json::array();
  for (int stage = 0; stage < l.pp; ++stage)
    list.push_back({{"ph", "M"},
                    {"pid", 0},
                    {"tid", stage},
                    {"name", "thread_name"},
                    {"args", {{"name", fmt::format("stage {}", stage)}}}});
  for (const PipelineEvent& e : events)
    list.push_back({{"ph", "X"},
                    {"pid", 0},
                    {"tid", e.stage},
                    {"ts", e.start * 1e6},
                    {"dur", (e.end - e.start) * 1e6},
                    {"name", fmt::format("{} {}",
                                         e.weight     ? "weights"
                                         : e.backward ? "backward"
                                                      : "forward",
                                         e.microbatch)},
                    {"args", {{"microbatch", e.microbatch}, {"chunk", e.chunk}}}});
  return Json{{"displayTimeUnit", "ms"}, {"traceEvents", list}}.dump() + "\n";
}

}  // namespace orrery::report
