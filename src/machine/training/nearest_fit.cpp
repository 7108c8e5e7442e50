#include "machine/training/nearest_fit.h"

#include <fmt/format.h>

namespace orrery::training {
namespace {

struct Change {
  std::string text;
  Layout layout;
};

/// Every layout that differs in one key from this one, and takes less memory on some accelerator.
std::vector<Change> single_changes(const Job& job, const Layout& from) {
  std::vector<Change> all;
  const auto add = [&](const std::string& text, auto change) {
    Change c{text, from};
    change(c.layout);
    all.push_back(c);
  };
  if (from.recompute == Recompute::none)
    add("recompute=selective", [](Layout& l) { l.recompute = Recompute::selective; });
  if (from.recompute != Recompute::full) {
    add("recompute=full", [](Layout& l) { l.recompute = Recompute::full; });
    const int layers = static_cast<int>(job.model.layers) / (from.pp * from.vp);
    for (int quarter = 1; quarter < 4; ++quarter)
      if (const int n = layers * quarter / 4; n > 0)
        add(fmt::format("recompute=full,recompute_layers={}", n),
            [n](Layout& l) { l.recompute = Recompute::full, l.recompute_layers = n; });
  }
  if (from.recompute_layers > 0) add("recompute_layers of all", [](Layout& l) { l.recompute_layers = 0; });
  if (from.sharding == Sharding::none) add("shard=optimizer", [](Layout& l) { l.sharding = Sharding::optimizer; });
  if (from.sharding != Sharding::full) add("shard=full", [](Layout& l) { l.sharding = Sharding::full; });
  if (from.shard_group > 0) add("shard_group of all", [](Layout& l) { l.shard_group = 0; });
  for (double mbs = 1; mbs < from.micro_batch; mbs *= 2)
    add(fmt::format("mbs={:g}", mbs), [mbs](Layout& l) { l.micro_batch = mbs; });
  for (const auto& [key, degree] : {std::pair<const char*, int Layout::*>{"tp", &Layout::tp},
                                    {"pp", &Layout::pp},
                                    {"cp", &Layout::cp},
                                    {"ep", &Layout::ep}})
    for (int times = 2; times <= 16; times *= 2)
      if (from.*degree <= 1'000'000 / times)
        add(fmt::format("{}={}", key, from.*degree * times), [&, which = degree](Layout& l) { l.*which *= times; });
  if (from.schedule == Schedule::gpipe) add("schedule=1f1b", [](Layout& l) { l.schedule = Schedule::one_f_one_b; });
  if (!from.offload_activations) add("offload=on", [](Layout& l) { l.offload_activations = true; });
  if (!from.offload_optimizer) add("offload_optimizer=on", [](Layout& l) { l.offload_optimizer = true; });
  return all;
}

}  // namespace

std::optional<NearestFit> nearest_fit(const Job& job, const Machine& machine, const Layout& layout) {
  struct Step {
    Layout layout;
    std::vector<std::string> changes;
  };
  std::vector<Step> reached = {{layout, {}}};
  for (int changes = 1; changes <= 3; ++changes) {
    std::vector<Step> next;
    std::optional<NearestFit> best;
    for (const Step& step : reached)
      for (const Change& change : single_changes(job, step.layout)) {
        if (!step.changes.empty() && change.text <= step.changes.back()) continue;  // each set of changes once
        Step to{change.layout, step.changes};
        to.changes.push_back(change.text);
        next.push_back(to);
        if (illegality(job, machine, to.layout, false)) continue;
        const MemoryUse memory = memory_use(job, machine, to.layout);
        if (memory.total() > machine.accelerator->memory || memory.host > machine.accelerator->host_capacity) continue;
        const StepEstimate e = evaluate(job, machine, to.layout);
        if (!best || e.step < best->ranked.estimate.step) best = NearestFit{{to.layout, e}, to.changes};
      }
    if (best) return best;
    reached = std::move(next);
  }
  return std::nullopt;
}

}  // namespace orrery::training
