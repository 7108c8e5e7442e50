#include "app/scenario_options.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "app/command.h"

namespace orrery::app {
namespace {

void show_progress(double share) {
  std::fprintf(stderr, "\r%3.0f %% of the trials", 100 * share);
  if (share >= 1) std::fprintf(stderr, "\r                     \r");
}

}  // namespace

void add_scenario_options(CLI::App& command, ScenarioOptions& o) {
  command.add_option("scenario", o.scenario, "a scenario file, or the name of a shipped one")
      ->type_name("")
      ->capture_default_str();
  command.add_option("--set", o.set, "override a value, such as site.memphis.burn_in=\"3 days\"; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command.add_option("--trials", o.trials, "draws of the uncertain inputs, for P10, P50 and P90")
      ->type_name("N")
      ->check(whole_number(1000000));
  command.add_option("--seed", o.seed, "seed of the draws")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX))
      ->capture_default_str();
  command.add_flag("--independent", o.independent, "draw every input by itself, as if no causes were shared");
  command.add_option("--threads", o.threads, "threads for the trials (0: all cores); the result does not depend on it")
      ->type_name("N")
      ->check(whole_number(1024));
  command.add_flag("--timings", o.timings, "print the passes with their times on standard error");
  add_catalog_option(command, o.catalog);
}

ScenarioOptions with_scenario(const ScenarioOptions& options, const std::string& scenario) {
  ScenarioOptions other = options;
  other.scenario = scenario;
  other.set.clear();
  other.levers = false;
  return other;
}

scenario::Scenario scenario_of(const ScenarioOptions& options, std::span<const study::Kind> kinds) {
  scenario::Scenario out =
      scenario::read_scenario(scenario_file(options.scenario), options.set, study::forms_of(kinds));
  out.threads = options.threads;
  return out;
}

study::Answer answer_of(const ScenarioOptions& o, const catalog::Catalog& catalog, std::span<const study::Kind> kinds) {
  const auto from = std::chrono::steady_clock::now();
  const scenario::Scenario scenario = scenario_of(o, kinds);
  const std::chrono::duration<double> reading = std::chrono::steady_clock::now() - from;
  study::Answer answer = study::answer(
      scenario, catalog, kinds,
      {o.trials, o.seed, o.threads, isatty(STDERR_FILENO) ? show_progress : nullptr, o.independent, o.levers});
  if (o.timings) {
    answer.passes.insert(answer.passes.begin(), {"scenario", reading.count()});
    for (const study::Pass& pass : answer.passes)
      std::fprintf(stderr, "%9.3f ms  %s\n", 1e3 * pass.seconds, pass.name.c_str());
  }
  return answer;
}

}  // namespace orrery::app
