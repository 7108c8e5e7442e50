// orrery operate: what a training job makes of its time while accelerators fail, by the mechanism that it recovers by.
// The options are keys of [operate].
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/progress.h"
#include "app/section_options.h"
#include "base/files.h"
#include "report/document.h"
#include "report/trace.h"
#include "study/kinds.h"
#include "study/operate.h"

namespace orrery::app {
namespace {

struct OperateOptions : SectionOptions {
  int replications = 0;
  std::optional<std::uint64_t> seed;
  int threads = 0;
  std::string timeline;
};

void run(const OperateOptions& o, int& status) {
  check_shown(o);
  const std::span<const study::Kind> kinds(&study::operate_kind, 1);
  study::Sampling sampling{o.replications, o.seed.value_or(1), o.threads};
  sampling.progress = tell_progress;
  const study::Answer answer = study::answer(scenario_of(o, study::operate_form()), catalog_of(o), kinds, sampling);
  for (const auto& [given, name] : {std::pair{o.seed.has_value(), "--seed"}, {o.replications > 0, "--replications"}})
    if (given && answer.study.inputs.empty())
      throw Error({}, name, "finds nothing to draw: no input is uncertain", "leave it out");
  StagedFiles staged;
  if (!o.timeline.empty()) {
    if (!answer.study.trace)
      throw Error({}, "--timeline", "needs a job that is followed", "add --days 60, or leave it out");
    staged.add(o.timeline, report::trace_json(answer.study.trace()));
  }
  print(o.json ? report::json_of(answer) : report::text_of(answer.document, o.detail()));
  staged.commit();
  status = answer.document.status;
}

}  // namespace

void add_operate(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "operate", "a training job while accelerators fail: goodput, what it is lost to, by which means");
  auto o = std::make_shared<OperateOptions>();
  // The accelerators also without a dash. What takes a power block or a hall with it is a scenario's own cause.
  add_section_options(*command, study::operate_form(),
                      {{"on", "on"}, {"goal", "--for"}, {"power_block", ""}, {"hall", ""}}, *o);
  command
      ->add_option("--replications", o->replications, "runs, each with its own faults and draws of what is uncertain")
      ->check(whole_number(1'000'000, 1));
  command->add_option("--seed", o->seed, "of the random numbers: the same seed gives the same answer")
      ->check(whole_number(UINT64_MAX));
  command->add_option("--threads", o->threads, "cores to use; the answer is the same")->check(whole_number(1024, 1));
  command->add_option("--timeline", o->timeline, "write one run for Perfetto: interruptions, repairs, spares")
      ->type_name("FILE")
      ->check(not_empty());
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
