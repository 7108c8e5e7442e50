// The options of every command that takes a scenario: which one, changed how, sampled how.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "study/kind.h"

namespace orrery::app {

struct ScenarioOptions {
  std::string scenario;
  std::vector<std::string> set, catalog;
  int trials = 0, threads = 0;
  std::uint64_t seed = 1;
  bool timings = false, independent = false;
  bool levers = false;  ///< of the answer too, not an option
};

/// Adds the scenario (positional, of any kind), --set, --trials, --seed, --independent, --threads, --timings,
/// --catalog to a command.
void add_scenario_options(CLI::App& command, ScenarioOptions& options);

/// The same options for another scenario as it stands in its file, without overrides.
ScenarioOptions with_scenario(const ScenarioOptions& options, const std::string& scenario);

/// The scenario with its overrides, of one of these kinds.
scenario::Scenario scenario_of(const ScenarioOptions& options, std::span<const study::Kind> kinds = study::kinds());

/// Its answer; the share that is done is shown on a terminal, and with --timings the passes with their times on stderr.
study::Answer answer_of(const ScenarioOptions& options, const catalog::Catalog& catalog,
                        std::span<const study::Kind> kinds = study::kinds());

}  // namespace orrery::app
