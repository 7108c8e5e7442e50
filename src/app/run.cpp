// orrery run: the answer to a scenario of any kind.
#include "app/run.h"

#include <filesystem>
#include <memory>
#include <optional>

#include "app/command.h"
#include "base/files.h"
#include "report/document.h"
#include "report/finance_xlsx.h"
#include "report/trace.h"

namespace orrery::app {

namespace {

/// Refuses two outputs where one would take the other's place.
void check_places(const RunOptions& o) {
  namespace fs = std::filesystem;
  const auto place = [](const std::string& path) { return fs::absolute(path).lexically_normal(); };
  const std::pair<const char*, const std::string*> all[] = {
      {"--output", &o.output}, {"--csv", &o.csv}, {"--xlsx", &o.xlsx}, {"--trace", &o.trace}};
  for (const auto& [name, path] : all)
    for (const auto& [other, folder] : all) {
      if (path == folder || path->empty() || folder->empty()) continue;
      const fs::path inside = place(*path).lexically_relative(place(*folder));
      if (!inside.empty() && *inside.begin() != "..")
        throw Error({}, name, "writes into " + in_quotes(*folder) + ", where " + other + " writes",
                    "name another place");
    }
}

}  // namespace

int run(const RunOptions& o, std::span<const study::Kind> kinds) {
  check_places(o);
  const catalog::Catalog catalog = catalog_of(o.catalog);
  // Run S --set K=V --against S shows what V brings.
  study::Asked asked{changed_of(o), {}};
  if (!o.against.empty()) asked.against = study::Changed{scenario_file(o.against), {}};
  const auto [answer, other] = study::ask(asked, catalog, kinds, sampling_of(o));
  show_passes(o, answer);
  if (other) show_passes(o, *other);
  if (!o.trace.empty() && !answer.study.trace)
    throw Error({}, "--trace", "finds nothing in this answer that takes its time", "leave it out");
  if (!o.xlsx.empty() && !answer.study.project)
    throw Error({}, "--xlsx", "writes the cash flow of a project, and there is none",
                "give a finance file with [project]");

  std::string text = other ? report::text_of(study::compare(answer, *other), o.detail())
                           : report::text_of(answer.document, o.detail());
  if (other && o.explain) text += "\nEvery value\n" + report::text_of(study::resolved(answer.study));
  const std::string json = o.json || !o.output.empty() ? report::json_of(answer, other ? &*other : nullptr) : "";
  // Files are put in place once everything, the printed report too, is out: no failure leaves a part of them.
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(answer.document));
  if (!o.trace.empty()) staged.add(o.trace, report::trace_json(answer.study.trace()));
  if (!o.output.empty()) {
    std::map<std::string, std::string> files = report::csv_of(answer.document);
    files["report.txt"] = report::text_of(answer.document, study::Detail::explained);
    files["forecast.json"] = json;
    if (answer.study.trace) files["trace.json"] = report::trace_json(answer.study.trace());
    staged.add_folder(o.output, files);
  }
  if (!o.xlsx.empty()) staged.add(o.xlsx, report::cash_flow_workbook(*answer.study.project, true, "accelerator-hour"));
  print(o.json ? json : text);
  staged.commit();
  return answer.document.status;
}

void add_run_options(CLI::App& command, RunOptions& o) {
  add_scenario_options(command, o);
  const auto file = [&](const char* name, std::string& into, const char* meaning, const char* type) {
    command.add_option(name, into, meaning)->type_name(type)->check(not_empty());
  };
  file("--against", o.against, "another scenario, or the same without --set: print the difference to it", "SCENARIO");
  add_shown_options(command, o);
  file("--csv", o.csv, "write CSV files into this folder", "FOLDER");
  file("--xlsx", o.xlsx, "write a project's cash flow as a workbook of live formulas", "FILE");
  file("--trace", o.trace, "write a Perfetto trace to this file", "FILE");
  file("-o,--output", o.output, "write the report, JSON, CSV and trace into this folder", "FOLDER");
}

void add_run(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "run", "answer a scenario: dates, capacity, what binds and the levers, runs, money, energy; or of another kind");
  auto o = std::make_shared<RunOptions>();
  o->scenario = "colossus-1";
  add_run_options(*command, *o);
  command->callback([o, &status] { status = run(*o, study::kinds()); });
}

}  // namespace orrery::app
