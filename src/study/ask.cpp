#include "study/ask.h"

#include <chrono>

namespace orrery::study {

Answer answer(const Changed& asked, const catalog::Catalog& catalog, std::span<const Kind> kinds,
              const Sampling& sampling) {
  const auto from = std::chrono::steady_clock::now();
  scenario::Scenario scenario = scenario::read_scenario(asked.file, asked.set, forms_of(kinds));
  scenario.threads = sampling.threads;
  const std::chrono::duration<double> reading = std::chrono::steady_clock::now() - from;
  Answer out = answer(scenario, catalog, kinds, sampling);
  out.passes.insert(out.passes.begin(), {"scenario", reading.count()});
  return out;
}

Answers ask(const Asked& asked, const catalog::Catalog& catalog, std::span<const Kind> kinds, Sampling sampling) {
  sampling.levers = !asked.against;
  sampling.kept = asked.against ? 2 : 1;
  Answers out{answer(asked.scenario, catalog, kinds, sampling), std::nullopt};
  if (asked.against) out.against = answer(*asked.against, catalog, kinds, sampling);
  return out;
}

}  // namespace orrery::study
