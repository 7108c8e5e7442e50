// orrery energy: what powers a site through a year of hours at least cost. The options are keys of [energy].
#include "study/energy.h"

#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "report/document.h"
#include "study/kinds.h"

namespace orrery::app {
namespace {

void run(const SectionOptions& o, int& status) {
  check_shown(o);
  const std::span<const study::Kind> kinds(&study::energy_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::energy_form()), catalog_of(o), kinds, {});
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  status = answer.document.status;
}

}  // namespace

void add_energy(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("energy", "what powers a site through a year of hours at least cost: mix, dispatch, CO2");
  auto o = std::make_shared<SectionOptions>();
  add_section_options(*command, study::energy_form(), {{"load", "load"}}, *o);
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
