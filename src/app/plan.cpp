// orrery plan: the best layouts of a training job, proven, with launch flags.
#include <memory>

#include "app/command.h"
#include "app/training_options.h"
#include "base/error.h"
#include "report/training.h"

namespace orrery::app {
namespace {

void plan(const TrainingOptions& o, const std::vector<std::string>& schedules, unsigned threads, int& status) {
  const AskedJob asked(o);
  const training::Job& job = asked.posed.job;
  const training::Machine& machine = asked.posed.machine;
  training::SearchSpace space = training::default_space(machine, threads);
  if (!schedules.empty()) space.schedule.clear();
  for (const std::string& name : schedules)
    space.schedule.push_back(at({}, "--schedules", [&] { return training::parse_schedule(name); }));
  training::SearchResult result = training::fastest_layouts(job, machine, space);
  if (machine.fabric == nullptr) result.fewer = training::fewer_accelerators(job, machine, space);
  print(o.json ? report::plan_json(job, machine, result) : report::plan_text(job, machine, result));
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
