// orrery plan: the best layouts of a training job, proven, with launch flags.
#include <memory>

#include "app/command.h"
#include "app/training_options.h"
#include "base/error.h"
#include "report/training.h"

namespace orrery::app {
namespace {

void plan(const TrainingOptions& o, const std::vector<std::string>& schedules, unsigned threads, int& status) {
  const training::Hardware hardware = read_hardware_tables(o);
  const TrainingQuestion q = read_training_question(o, hardware);
  training::SearchSpace space = search_space(q.machine, threads);
  if (!schedules.empty()) space.schedule.clear();
  for (const std::string& name : schedules) {
    try {
      space.schedule.push_back(training::parse_schedule(name));
    } catch (const Error& e) {
      throw Error({}, "--schedules", e.problem(), e.remedy());
    }
  }
  training::SearchResult result = search_with_offload(q.job, q.machine, space);
  if (q.machine.fabric == nullptr) result.fewer = training::fewer_accelerators(q.job, q.machine, space);
  print(o.json ? report::plan_json(q.job, q.machine, result) : report::plan_text(q.job, q.machine, result));
  if (result.best.empty()) status = 1;
}

}  // namespace

void add_plan(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("plan", "search the parallel layout; prints launch flags for the frameworks people use");
  auto o = std::make_shared<TrainingOptions>();
  auto threads = std::make_shared<unsigned>(2);
  add_training_options(*command, *o);
  command->add_option("--threads", *threads, "threads of the search; the answer is the same for any number")
      ->type_name("N")
      ->check(whole_number(256, 1))
      ->capture_default_str();
  auto schedules = std::make_shared<std::vector<std::string>>();
  command
      ->add_option("--schedules", *schedules,
                   "pipeline schedules to try: 1f1b, gpipe, zero-bubble, dualpipe (1f1b if not given)")
      ->type_name("LIST")
      ->delimiter(',');
  command->callback([o, schedules, threads, &status] { plan(*o, *schedules, *threads, status); });
}

}  // namespace orrery::app
