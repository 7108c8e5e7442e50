#include "app/scenario_options.h"

#include <cstdio>

#include "app/command.h"
#include "app/progress.h"
#include "base/error.h"

namespace orrery::app {
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
  command.add_option("--seed", o.seed, "seed of the draws (1)")->type_name("N")->check(whole_number(UINT64_MAX));
  command.add_flag("--independent", o.independent, "draw every input by itself, as if no causes were shared");
  command.add_option("--threads", o.threads, "threads for the trials (0: all cores); the result does not depend on it")
      ->type_name("N")
      ->check(whole_number(1024));
  command.add_flag("--timings", o.timings, "print the passes with their times on standard error");
  add_catalog_option(command, o.catalog);
}

scenario::Scenario scenario_of(const ScenarioOptions& options, std::span<const study::Kind> kinds) {
  scenario::Scenario out =
      scenario::read_scenario(scenario_file(options.scenario), options.set, study::forms_of(kinds));
  out.threads = options.threads;
  return out;
}

study::Changed changed_of(const ScenarioOptions& o) {
  return {scenario_file(o.scenario), o.set};
}

void check_sampling(const ScenarioOptions& o, bool sampled, const char* trials) {
  if (sampled) return;
  for (const auto& [given, option] : {std::pair{o.seed.has_value(), "--seed"}, {o.independent, "--independent"}})
    if (given)
      throw Error({}, option, "says how trials are drawn, and there are none",
                  std::string("add ") + trials + ", or leave it out");
}

study::Sampling sampling_of(const ScenarioOptions& o) {
  study::Sampling sampling{o.trials, o.seed.value_or(1), o.threads};
  sampling.independent = o.independent;
  sampling.progress = tell_progress;
  return sampling;
}

void show_passes(const ScenarioOptions& o, const study::Answer& answer) {
  if (!o.timings) return;
  end_progress();
  for (const study::Pass& pass : answer.passes)
    std::fprintf(stderr, "%9.3f ms  %s\n", 1e3 * pass.seconds, pass.name.c_str());
}

}  // namespace orrery::app
