// The options of every command that takes a scenario: which one, changed how, sampled how.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/ask.h"

namespace orrery::app {

struct ScenarioOptions {
  std::string scenario;
  std::vector<std::string> set, catalog;
  int trials = 0, threads = 0;
  std::optional<std::uint64_t> seed;  ///< 1 where none is given
  bool timings = false, independent = false;
};

/// Adds the scenario (positional, of any kind), --set, --trials, --seed, --independent, --threads, --timings,
/// --catalog to a command.
void add_scenario_options(CLI::App& command, ScenarioOptions& options);

/// The scenario with its overrides, of one of these kinds.
scenario::Scenario scenario_of(const ScenarioOptions& options, std::span<const study::Kind> kinds = study::kinds());

/// Its file with its overrides, as a question.
study::Changed changed_of(const ScenarioOptions& options);

/// Refuses what says how trials are drawn where none are.
void check_sampling(const ScenarioOptions& options, bool sampled, const char* trials);

/// How it is sampled; the share that is done is shown on a terminal.
study::Sampling sampling_of(const ScenarioOptions& options);

/// With --timings: the passes of an answer with their times on stderr.
void show_passes(const ScenarioOptions& options, const study::Answer& answer);

}  // namespace orrery::app
