// orrery operate: what a training job makes of its time while accelerators fail, by the mechanism that it recovers by.
// The options are keys of [operate].
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "report/document.h"
#include "study/kinds.h"
#include "study/operate.h"

namespace orrery::app {
namespace {

void run(const SectionOptions& o, int& status) {
  check_shown(o);
  const std::span<const study::Kind> kinds(&study::operate_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::operate_form()), catalog_of(o), kinds, {});
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  status = answer.document.status;
}

}  // namespace

void add_operate(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "operate", "a training job while accelerators fail: goodput, what it is lost to, by which means");
  auto o = std::make_shared<SectionOptions>();
  add_section_options(*command, study::operate_form(), {{"on", "on"}}, *o);  // or without a dash
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
