// orrery: a working model of an AI supercomputer programme, from wafer to token. Exit status: 0 done, 1 the answer is
// no, 2 the input cannot be used.
#include <cstdio>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/progress.h"
#include "base/error.h"
#include "base/interrupt.h"

namespace {

/// What makes a command's question large, for one that took all the memory there is.
std::string smaller(const CLI::App& app) {
  const std::map<std::string, std::vector<std::pair<std::string, std::string>>> sizes = {
      {"run", {{"--trials", "fewer trials"}, {"", "a shorter forecast or fewer orders and runs"}}},
      {"solve", {{"--trials", "fewer trials"}, {"--vary", "fewer keys to vary"}, {"", "a shorter forecast"}}},
      {"finance", {{"--trials", "fewer trials"}, {"--sam", "a smaller file of inputs"}, {"", "fewer contracts"}}},
      {"train", {{"--trace", "no trace, or a smaller batch"}, {"--batch", "a smaller batch"}, {"", "a smaller job"}}},
      {"plan", {{"--batch", "a smaller batch"}, {"", "a smaller job"}}},
      {"network",
       {{"--traffic", "less traffic or fewer ranks"}, {"--ranks", "fewer ranks"}, {"", "a smaller network"}}},
      {"validate", {{"--data", "a smaller table"}, {"", "one table at a time"}}},
      {"calibrate", {{"", "one calibration at a time"}}},
      {"view", {{"", "fewer trials"}}}};
  for (const CLI::App* command : app.get_subcommands()) {
    // Options of the innermost command: `orrery validate training --data`.
    const CLI::App* inner = command;
    while (!inner->get_subcommands().empty()) inner = inner->get_subcommands().front();
    const auto found = sizes.find(command->get_name());
    if (found == sizes.end()) continue;
    for (const auto& [option, remedy] : found->second) {
      if (option.empty()) return "ask for " + remedy;
      const CLI::Option* given = inner->get_option_no_throw(option);
      if (given && given->count() > 0) return option + ": ask for " + remedy;
    }
  }
  return "ask for less";
}

}  // namespace

int main(int argc, char** argv) {
  orrery::remove_unfinished_on_signals();
  CLI::App app{"A working model of an AI supercomputer programme, from wafer to token."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("orrery ") + orrery::app::version);

  int status = 0;
  orrery::app::add_run(app, status);        // a scenario's dated forecast
  orrery::app::add_solve(app, status);      // the same asked backwards: the least change that does it
  orrery::app::add_train(app, status);      // one training job: step time, breakdown, memory, power
  orrery::app::add_plan(app, status);       // the search of the parallel layout
  orrery::app::add_network(app, status);    // a fabric: counts, cost, power; collectives and traffic on it
  orrery::app::add_operate(app, status);    // a training job while accelerators fail: goodput, and what it is lost to
  orrery::app::add_load(app, status);       // a training job as the grid sees it
  orrery::app::add_energy(app, status);     // what powers a site through a year of hours at least cost
  orrery::app::add_chip(app, status);       // a chip: area, yield, cost, power, the operators of a model on it
  orrery::app::add_finance(app, status);    // own, lease or cloud; commitments; project finance as in SAM
  orrery::app::add_validate(app, status);   // predictions against published measurements
  orrery::app::add_calibrate(app, status);  // fitted constants, made again from measurements
  orrery::app::add_show(app, status);       // what the catalog or a scenario says, with basis and source
  orrery::app::add_view(app, status);       // the page, served on this machine

  const orrery::app::ProgressLine progress(argc > 1 ? argv[1] : "");
  try {
    app.parse(argc, argv);
    return status;
  } catch (const CLI::ParseError& error) {
    orrery::app::end_progress();
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "orrery: %s\n", orrery::app::command_line_problem(app, error, argc, argv).c_str());
  } catch (const orrery::Error& error) {
    orrery::app::end_progress();
    std::fprintf(stderr, "orrery: %s\n", error.message().c_str());
  } catch (const std::bad_alloc&) {
    orrery::app::end_progress();
    std::fprintf(stderr, "orrery: there is not enough memory; %s\n", smaller(app).c_str());
  } catch (const std::exception& error) {
    orrery::app::end_progress();
    std::fprintf(stderr, "orrery: %s\n", error.what());
  }
  return 2;
}
