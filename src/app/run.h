// What every command does that answers scenarios.
#pragma once
#include "app/scenario_options.h"
#include "app/shown.h"

namespace orrery::app {

struct RunOptions : ScenarioOptions, Shown {
  std::string against, csv, output, trace, xlsx, html, svg, figure, pypsa;
};

/// Adds the options of `orrery run` to a command.
void add_run_options(CLI::App& command, RunOptions& options);

/// Answers a scenario of one of these kinds: prints, writes the files that are asked for, gives the exit status. Throws
/// Error; nothing is written then.
int run(const RunOptions& options, std::span<const study::Kind> kinds);

}  // namespace orrery::app
