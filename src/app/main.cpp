// orrery: a working model of an AI supercomputer programme, from wafer to token. Exit status: 0 done, 1 the answer is
// no, 2 the input cannot be used.
#include <cstdio>
#include <new>
#include <string>

#include "app/command.h"
#include "base/error.h"

int main(int argc, char** argv) {
  CLI::App app{"A working model of an AI supercomputer programme, from wafer to token."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("orrery ") + orrery::app::version);

  int status = 0;
  orrery::app::add_run(app, status);        // a scenario's dated forecast
  orrery::app::add_solve(app, status);      // the same asked backwards: the least change that does it
  orrery::app::add_train(app, status);      // one training job: step time, breakdown, memory, power
  orrery::app::add_plan(app, status);       // the search of the parallel layout
  orrery::app::add_network(app, status);    // a fabric: counts, cost, power; collectives and traffic on it
  orrery::app::add_finance(app, status);    // own, lease or cloud; commitments; project finance as in SAM
  orrery::app::add_validate(app, status);   // predictions against published measurements
  orrery::app::add_calibrate(app, status);  // fitted constants, made again from measurements
  orrery::app::add_show(app, status);       // what the catalog or a scenario says, with basis and source
  orrery::app::add_view(app, status);       // the page, served on this machine

  try {
    app.parse(argc, argv);
    return status;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "orrery: %s\n", orrery::app::command_line_problem(app, error, argc, argv).c_str());
  } catch (const orrery::Error& error) {
    std::fprintf(stderr, "orrery: %s\n", error.message().c_str());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "orrery: there is not enough memory; ask for fewer trials or a shorter forecast\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "orrery: %s\n", error.what());
  }
  return 2;
}
