// orrery train: one training job's step time, what it is made of, memory, power; orrery plan: its best layouts, proven,
// with launch flags. The options are keys of [train].
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "report/trace.h"
#include "study/kinds.h"
#include "study/training.h"

namespace orrery::app {
namespace {

struct Options : SectionOptions {
  std::string trace;
  int threads = 0;
};

/// What it refuses it says of the option.
study::Trace trace_of(const study::Answer& answer) {
  try {
    return answer.study.trace();
  } catch (const Error& e) {
    throw Error({}, "--trace", e.problem(), e.remedy());
  }
}

void run(const Options& o, bool plan, int& status) {
  check_shown(o);
  check_networks(o, {"network", "scenario"}, "--network NAME");
  if (o.threads > 0)
    for (const auto& [key, value] : o.keys)
      if (key == "layout")
        throw Error({}, "--threads", "are of a search, and the layout is stated", "leave one of the two out");
  Options asked = o;
  for (auto& [key, value] : asked.keys)
    if (key == "scenario") value = scenario_file(value);
  if (plan) asked.keys.emplace_back("plan", "true");
  scenario::Scenario scenario = scenario_of(asked, study::training_form());
  scenario.threads = o.threads;
  const std::span<const study::Kind> kinds(&study::training_kind, 1);
  const catalog::Catalog catalog = catalog_of(o);
  const study::Answer answer = study::answer(scenario, catalog, kinds, {});
  StagedFiles staged;
  if (!o.trace.empty()) {
    if (!answer.study.trace)
      throw Error({}, "--trace", "needs a layout, and none fits", "ask for more accelerators, or leave it out");
    staged.add(o.trace, report::trace_json(trace_of(answer)));
  }
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  staged.commit();
  status = answer.document.status;
}

void add(CLI::App& app, bool plan, const char* name, const char* meaning, int& status) {
  CLI::App* command = app.add_subcommand(name, meaning);
  auto o = std::make_shared<Options>();
  std::map<std::string_view, std::string> names = {{"network", "--fabric"}, {"plan", ""}};
  if (plan) names["layout"] = "";
  add_section_options(*command, study::training_form(), names, *o);
  add_networks_option(*command, *o);
  command->add_option("--threads", o->threads, "threads of the search (0: all cores); the answer does not depend on it")
      ->type_name("N")
      ->check(whole_number(1024));
  if (!plan)
    command->add_option("--trace", o->trace, "write one step's pipeline for Perfetto")
        ->type_name("FILE")
        ->check(not_empty());
  command->callback([o, plan, &status] { of_option([&] { run(*o, plan, status); }); });
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  add(app, false, "train", "one training job: step time, what it is made of, memory, power", status);
}

void add_plan(CLI::App& app, int& status) {
  add(app, true, "plan", "search the parallel layout; prints launch flags for the frameworks people use", status);
}

}  // namespace orrery::app
