// orrery run: the answer to a scenario of any kind.
#include "app/run.h"

#include <filesystem>
#include <memory>
#include <optional>

#include "app/command.h"
#include "base/files.h"
#include "report/document.h"
#include "report/figure_data.h"
#include "report/figure_svg.h"
#include "report/finance_xlsx.h"
#include "report/trace.h"
#include "view/page.h"

namespace orrery::app {

namespace {

/// The place that a path leads to, links followed, whether or not there is anything.
std::filesystem::path led_to(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int most_links = 40;
  std::error_code failed;
  fs::path at = fs::absolute(path);
  for (int links = 0; links < most_links && fs::is_symlink(at, failed); ++links)
    at = at.parent_path() / fs::read_symlink(at, failed);
  fs::path out = fs::weakly_canonical(at, failed);
  return failed ? at.lexically_normal() : out;
}

/// Refuses two outputs where one would take the other's place, and a figure that nothing draws.
void check_places(const RunOptions& o) {
  namespace fs = std::filesystem;
  const std::pair<const char*, const std::string*> all[] = {
      {"--output", &o.output}, {"--csv", &o.csv}, {"--xlsx", &o.xlsx},  {"--trace", &o.trace},
      {"--html", &o.html},     {"--svg", &o.svg}, {"--pypsa", &o.pypsa}};
  if (!o.figure.empty() && o.svg.empty() && o.output.empty())
    throw Error({}, "--figure", "says what --svg draws, and there is no --svg", "give --svg FILE too");
  for (const auto& [name, path] : all)
    for (const auto& [other, folder] : all) {
      if (path == folder || path->empty() || folder->empty()) continue;
      const fs::path inside = led_to(*path).lexically_relative(led_to(*folder));
      if (!inside.empty() && *inside.begin() != "..")
        throw Error({}, name, "writes into " + in_quotes(*folder) + ", where " + other + " writes",
                    "name another place");
    }
}

}  // namespace

int run(const RunOptions& o, std::span<const study::Kind> kinds) {
  check_shown(o);
  check_sampling(o, o.trials > 0, "--trials 1000");
  check_places(o);
  const std::optional<view::Page> page = o.html.empty() ? std::nullopt : std::optional(view::required_page("--html"));
  const catalog::Catalog catalog = catalog_of(o.catalog);
  // Run S --set K=V --against S shows what V brings.
  study::Asked asked{changed_of(o), {}};
  if (!o.against.empty()) asked.against = study::Changed{scenario_file(o.against), {}};
  const auto [answer, other] = study::ask(asked, catalog, kinds, sampling_of(o));
  if (o.threads > 0 && answer.study.inputs.empty() && (!other || other->study.inputs.empty()))
    throw Error({}, "--threads", "finds nothing to share out: no input is uncertain", "leave it out");
  show_passes(o, answer);
  if (other) show_passes(o, *other);
  if (!o.trace.empty() && !answer.study.trace)
    throw Error({}, "--trace", "finds nothing in this answer that takes its time", "leave it out");
  if (!o.xlsx.empty() && !answer.study.project)
    throw Error({}, "--xlsx", "writes the cash flow of a project, and there is none",
                "give a finance file with [project]");
  if (!o.pypsa.empty() && !answer.study.pypsa)
    throw Error({}, "--pypsa", "writes a site's supply by the hour, and this is none", "give a file with [energy]");

  std::string text = other ? report::text_of(study::compare(answer, *other), o.detail())
                           : report::text_of(answer.document, o.detail(), terminal_columns());
  if (other && o.explain) text += "\nEvery value\n" + report::text_of(study::resolved(answer.study));
  const std::string json =
      o.json || page || !o.output.empty() ? report::json_of(answer, other ? &*other : nullptr) : "";
  // Files are put in place once everything, the printed report too, is out: no failure leaves a part of them.
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(answer.document));
  if (!o.pypsa.empty()) staged.add_folder(o.pypsa, answer.study.pypsa());
  if (!o.trace.empty()) staged.add(o.trace, report::trace_json(answer.study.trace()));
  if (!o.svg.empty()) staged.add(o.svg, report::svg_of(answer.document, o.figure));
  if (!o.output.empty()) {
    std::map<std::string, std::string> files = report::csv_of(answer.document);
    files["report.txt"] = report::text_of(answer.document, study::Detail::explained);
    files["forecast.json"] = json;
    if (answer.study.trace) files["trace.json"] = report::trace_json(answer.study.trace());
    if (!o.figure.empty() || report::has_figures(answer.document))
      files["picture.svg"] = report::svg_of(answer.document, o.figure);
    staged.add_folder(o.output, files);
  }
  if (!o.xlsx.empty()) staged.add(o.xlsx, report::cash_flow_workbook(*answer.study.project, true, "accelerator-hour"));
  if (page) staged.add(o.html, view::self_contained(*page, json));
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
  file("--html", o.html, "write the page of the answer as one file that opens without a network", "FILE");
  file("--trace", o.trace, "write a Perfetto trace to this file", "FILE");
  file("--pypsa", o.pypsa, "write a site's supply by the hour as a folder that PyPSA reads", "FOLDER");
  file("--svg", o.svg, "draw a figure of the answer into this file: the one that stands for it, or --figure", "FILE");
  file("--figure", o.figure, "which figure --svg draws (key in JSON's figures), and of its choices which: KEY=CHOICE",
       "KEY");
  file("-o,--output", o.output, "write the report, JSON, CSV, trace and picture into this folder", "FOLDER");
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
