// orrery load: what a training job is to the grid that feeds it. The options are keys of [load].
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "report/document.h"
#include "study/kinds.h"
#include "study/load.h"

namespace orrery::app {
namespace {

void run(const SectionOptions& o, int& status) {
  check_shown(o);
  const std::span<const study::Kind> kinds(&study::load_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::load_form()), catalog_of(o), kinds, {});
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  status = answer.document.status;
}

}  // namespace

void add_load(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "load", "a training job as the grid sees it: swings, storage against them, the electrical chain");
  auto o = std::make_shared<SectionOptions>();
  add_section_options(*command, study::load_form(), {{"on", "on"}, {"reactance_ratio", "--xr"}}, *o);
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
