// orrery run: the answer to a scenario of any kind.
#include <memory>
#include <optional>

#include "app/command.h"
#include "app/scenario_options.h"
#include "base/document.h"
#include "base/files.h"
#include "report/document.h"
#include "report/trace.h"

namespace orrery::app {
namespace {

struct Options : ScenarioOptions {
  std::string against, csv, output, trace;
  bool json = false, explain = false;
};

void run(const Options& o, int& status) {
  const catalog::Catalog catalog = catalog_of(o);
  const study::Answer answer = answer_of(o, catalog);
  // Overrides change the scenario, not what it is held against: run S --set K=V --against S shows what V brings.
  std::optional<study::Answer> other;
  if (!o.against.empty()) other = answer_of(with_scenario(o, o.against), catalog);
  if (!o.trace.empty() && !answer.study.trace)
    throw Error({}, "--trace",
                std::string("does not go with ") + std::string(answer.kind->form().called) +
                    ", in which nothing lasts from day to day",
                "leave it out");

  const std::string text =
      other ? report::text_of(study::compare(answer, *other), o.explain) : report::text_of(answer.document, o.explain);
  const std::string json = o.json || !o.output.empty() ? report::json_of(answer, other ? &*other : nullptr) : "";
  // Files are put in place once everything, the printed report too, is out: no failure leaves a part of them.
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(answer.document));
  if (!o.trace.empty()) staged.add(o.trace, report::trace_json(answer.study.trace()));
  if (!o.output.empty()) {
    std::map<std::string, std::string> files = report::csv_of(answer.document);
    files["report.txt"] = report::text_of(answer.document, true);
    files["forecast.json"] = json;
    if (answer.study.trace) files["trace.json"] = report::trace_json(answer.study.trace());
    staged.add_folder(o.output, files);
  }
  print(o.json ? json : text);
  staged.commit();
  status = answer.document.status;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "run", "answer a scenario: dates, capacity and what binds, runs, money, energy; or of another kind");
  auto o = std::make_shared<Options>();
  o->scenario = "colossus-1";
  add_scenario_options(*command, *o);
  command
      ->add_option("--against", o->against, "another scenario, or the same without --set: print the difference to it")
      ->type_name("SCENARIO")
      ->check(not_empty());
  command->add_flag("--json", o->json, "print JSON (docs/json.md)");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->add_option("--trace", o->trace, "write a Perfetto trace to this file")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("-o,--output", o->output, "write the report, JSON, CSV and trace into this folder")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->add_flag("--explain", o->explain, "list every value behind the answer with its source");
  command->callback([o, &status] { run(*o, status); });
}

}  // namespace orrery::app
