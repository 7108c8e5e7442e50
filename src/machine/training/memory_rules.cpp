#include "machine/training/memory_rules.h"

#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace orrery::training {
namespace {

const catalog::Entry& named(const catalog::Catalog& catalog, std::string_view kind, std::string_view name,
                            const char* key) {
  if (const catalog::Entry* entry = catalog.find(kind, name)) return *entry;
  std::vector<std::string> known;
  for (const catalog::Entry& entry : catalog.entries(kind)) known.push_back(entry.name);
  throw Error({}, key, "nothing is called " + in_quotes(name), catalog::remedy_for_name(kind, name, known));
}

}  // namespace

Optimizer read_optimizer(const catalog::Catalog& catalog, std::string_view name) {
  const catalog::Entry& entry = named(catalog, "optimizers", name, "optimizer");
  Optimizer o;
  o.name = entry.name;
  o.states = entry.number("states");
  o.temporary = entry.number("temporary");
  if (const catalog::Figure* master = entry.find("master")) o.master = master->boolean;
  return o;
}

Kept parse_kept(std::string_view text) {
  if (text == "fused") return Kept::fused;
  if (text == "eager") return Kept::eager;
  if (text == "compiled") return Kept::compiled;
  throw Error({}, "keeps", "nothing is called " + in_quotes(text), "fused, eager or compiled");
}

void take_loss(MemoryRules& rules, const catalog::Catalog& catalog, std::string_view loss) {
  const catalog::Entry& entry = named(catalog, "losses", loss, "loss");
  rules.logit = entry.number("logit_bytes");
  if (const catalog::Figure* keeps = entry.find("keeps_last")) rules.keeps_last = keeps->boolean;
}

catalog::Band memory_band(const MemoryRules& rules) {
  constexpr double p90 = 1.2815515655446004;  // of a standard normal
  return {std::exp(-p90 * rules.spread), std::exp(p90 * rules.spread)};
}

void compile(MemoryRules& rules, bool compiled) {
  if (rules.kept == Kept::fused) return;
  rules.kept = compiled ? Kept::compiled : Kept::eager;
  if (rules.reserved < segmented) rules.reserved = compiled ? 1 : growing;
}

Runtime runtime_of(const catalog::Catalog& catalog, std::string_view chip) {
  const catalog::Entry* entry = catalog.find("runtimes", lower_case(catalog.entry("chips", chip).text("vendor")));
  if (!entry) entry = catalog.find("runtimes", "default");
  if (!entry) return {};
  return {entry->number("context"), entry->number("communicator"), entry->number("exchange")};
}

}  // namespace orrery::training
