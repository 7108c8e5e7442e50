#include "machine/training/framework.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "catalog/likeness.h"
#include "machine/network/fabrics.h"

namespace orrery::training {
namespace {

bool is_default(const Framework& framework) {
  return framework.name == "default";
}

void read_kept(const catalog::Catalog& catalog, const catalog::Entry& entry, MemoryRules& rules) {
  if (const catalog::Figure* kept = entry.find("keeps"))
    rules.kept = at(kept->place, entry.name + ".keeps", [&] { return parse_kept(kept->text); });
  if (const catalog::Figure* loss = entry.find("loss"))
    at(loss->place, entry.name + ".loss", [&] { take_loss(rules, catalog, loss->text); });
}

Framework read_framework(const catalog::Catalog& catalog, const catalog::Entry& entry, const Framework* other) {
  Framework f = other ? *other : Framework{};
  f.name = entry.name;
  f.fitted = !is_default(f);
  f.only_on.clear();
  const std::pair<const char*, std::vector<std::string>*> lists[] = {
      {"matches", &f.matches}, {"families", &f.families}, {"only_on", &f.only_on}};
  for (const auto& [key, into] : lists)
    if (const catalog::Figure* figure = entry.find(key)) *into = figure->texts;
  const std::pair<const char*, bool*> flags[] = {{"fused_attention", &f.fused_attention},
                                                 {"fused_biased_experts", &f.fused_biased_experts},
                                                 {"interleaves", &f.interleaves},
                                                 {"sequence_parallel", &f.sequence_parallel},
                                                 {"keeps_outputs", &f.memory.keeps_outputs},
                                                 {"gathers_late", &f.memory.gathers_late}};
  for (const auto& [key, into] : flags)
    if (const catalog::Figure* figure = entry.find(key)) *into = figure->boolean;
  const std::pair<const char*, double*> numbers[] = {{"elementwise", &f.elementwise},
                                                     {"eager", &f.eager},
                                                     {"slowdown", &f.slowdown},
                                                     {"attention", &f.attention},
                                                     {"attention_young", &f.attention_young},
                                                     {"moe_fixed", &f.moe_fixed},
                                                     {"scan", &f.scan},
                                                     {"expert_slowdown", &f.expert_slowdown},
                                                     {"expert_traffic", &f.expert_traffic},
                                                     {"network_share", &f.network_share},
                                                     {"layer_fixed", &f.layer_fixed},
                                                     {"layer_host", &f.layer_host},
                                                     {"step_fixed", &f.step_fixed},
                                                     {"tp_exposed", &f.tp_exposed},
                                                     {"dp_exposed", &f.dp_exposed},
                                                     {"ep_exposed", &f.ep_exposed},
                                                     {"selective_products", &f.selective_products},
                                                     {"gradient_bytes", &f.gradient_bytes},
                                                     {"release", &f.release},
                                                     {"ageing", &f.ageing},
                                                     {"jitter", &f.jitter},
                                                     {"weight_bytes", &f.memory.weight},
                                                     {"gradient_kept", &f.memory.gradient},
                                                     {"gradient_copy", &f.memory.gradient_copy},
                                                     {"master_bytes", &f.memory.master},
                                                     {"update_bytes", &f.memory.update},
                                                     {"bucket", &f.memory.bucket},
                                                     {"context", &f.memory.context},
                                                     {"reserved", &f.memory.reserved},
                                                     {"reserved_spread", &f.memory.spread}};
  for (const auto& [key, into] : numbers) *into = entry.number(key, *into);
  read_kept(catalog, entry, f.memory);
  return f;
}

}  // namespace

Framework aged(const Framework& framework, Time later) {
  Framework f = framework;
  const double years = std::clamp(later / year_length, 0.0, 1.0);
  f.release *= std::exp(-f.ageing * years);
  f.fitted = false;
  return f;
}

const Accelerator* Hardware::find_accelerator(std::string_view name) const {
  const std::string wanted = folded(name);
  for (const Accelerator& a : accelerators) {
    if (folded(a.name) == wanted) return &a;
    for (const std::string& alias : a.aliases)
      if (folded(alias) == wanted) return &a;
  }
  return nullptr;
}

const Accelerator& Hardware::accelerator(std::string_view name) const {
  if (const Accelerator* a = find_accelerator(name)) return *a;
  std::vector<std::string> known = unfitted;
  for (const std::string& chip : unfitted)
    if (folded(chip) == folded(name))
      throw Error(
          {}, "accelerator",
          "of " + in_quotes(chip) + " no kernel was measured, no relative is named, and how it is built is not known",
          "add [" + chip +
              "] with like = \"h100-sxm\" or another to a file of kernels and give that by --catalog; or " +
              "its dies (docs/chip.md) and bf16_dense, hbm, hbm_bandwidth, scaleup_bandwidth to the chip");
  for (const Accelerator& a : accelerators) {
    known.push_back(a.name);
    known.insert(known.end(), a.aliases.begin(), a.aliases.end());
  }
  throw Error({}, "accelerator", "no accelerator is called " + in_quotes(name),
              catalog::remedy_for_name("chips", name, known));
}

const Framework& Hardware::framework(std::string_view published, std::string_view family) const {
  const std::string lower = lower_case(published);
  const Framework* best = nullptr;
  std::size_t length = 0;
  for (const Framework& f : frameworks) {
    const bool own = std::find(f.families.begin(), f.families.end(), family) != f.families.end();
    if (!f.families.empty() && !own) continue;
    if (!f.only_on.empty() && std::find(f.only_on.begin(), f.only_on.end(), family) == f.only_on.end()) continue;
    // A framework made for one family of chips is what runs on it, whatever else the name says.
    if (own && (!best || best->families.empty())) best = &f, length = 0;
    if (best && !best->families.empty() && !own) continue;
    // The catalog's own name is what it says, whichever matches it holds.
    if (!f.matches.empty() && lower == f.name) return f;
    for (const std::string& match : f.matches)
      if (match.size() > length && lower.find(match) != std::string::npos) best = &f, length = match.size();
  }
  return best ? *best : *std::find_if(frameworks.begin(), frameworks.end(), is_default);
}

Hardware load_hardware(const catalog::Catalog& catalog) {
  Hardware out;
  const auto add = [&](silicon::Accelerator a, std::vector<silicon::ChipRange> ranges) {
    network::Fabric network = network::chip_fabric(catalog, a.name);
    const Runtime runtime = runtime_of(catalog, a.name);
    out.accelerators.push_back({std::move(a), std::move(network), runtime, std::move(ranges)});
  };
  for (silicon::Accelerator& a : silicon::read_accelerators(catalog)) add(std::move(a), {});
  for (silicon::UnmeasuredChip& chip : silicon::read_unmeasured(catalog))
    add(std::move(chip.median), std::move(chip.ranges));
  out.frameworks = catalog::read_by_likeness<Framework>(
      catalog, "frameworks",
      [&](const catalog::Entry& entry, const Framework* other) { return read_framework(catalog, entry, other); });
  if (std::none_of(out.frameworks.begin(), out.frameworks.end(), is_default))
    throw Error({}, "frameworks", "has no entry called default", "add [default] to a file of frameworks");
  for (const catalog::Entry& chip : catalog.entries("chips"))
    if (!out.find_accelerator(chip.name)) {
      out.unfitted.push_back(chip.name);
      out.unfitted.insert(out.unfitted.end(), chip.aliases.begin(), chip.aliases.end());
    }
  return out;
}

}  // namespace orrery::training
