// orrery show: what the catalog or a scenario says, with basis and source.
#include <algorithm>
#include <memory>

#include "app/command.h"
#include "app/scenario_options.h"
#include "report/document.h"
#include "study/describe.h"

namespace orrery::app {
namespace {

struct Options {
  std::vector<std::string> words, set, catalog;
  bool json = false, schema = false, resolved = false, fields = false;
};

/// Lists to look things up in: each row is one line, however long.
void print_document(const study::Document& document, std::string_view kind, bool json) {
  print(json ? report::json_of(document, kind) : report::text_of(document, study::Detail::explained));
}

/// The forms that --schema asks for by the name of a kind of study, or all of them by "scenario".
std::vector<const scenario::Form*> forms_called(const std::string& name) {
  std::vector<const scenario::Form*> forms = study::forms_of(study::kinds());
  if (name != "scenario") std::erase_if(forms, [&](const scenario::Form* form) { return form->name != name; });
  return forms;
}

void show(const Options& o) {
  const std::string word = o.words.size() == 1 ? o.words[0] : "";
  if (o.resolved + o.schema + o.fields > 1)
    throw Error({}, o.resolved ? "--resolved" : "--fields", "stands beside another view", "ask for one of them");
  if (o.schema && word.ends_with(".toml"))
    throw Error({}, "--schema", "gives the keys of a kind, and " + in_quotes(word) + " is a file",
                "name its kind (orrery show kinds), or leave one of the two out");
  if (!o.catalog.empty() && (o.schema || word == "scenarios" || word == "kinds"))
    throw Error({}, "--catalog", "adds facts, and this shows none", "leave it out");
  if (o.fields) {
    if (word.empty())
      throw Error({}, "--fields", "needs one scenario", "write orrery show scenarios/gpu-market.toml --fields");
    ScenarioOptions asked;
    asked.scenario = word, asked.set = o.set, asked.catalog = o.catalog, asked.trials = 100;
    const study::Answer answer =
        study::answer(changed_of(asked), catalog_of(asked.catalog), study::kinds(), sampling_of(asked));
    return print_document(study::describe_fields(answer.document), "fields", o.json);
  }
  if (word.ends_with(".toml") || (o.resolved && !word.empty())) {
    ScenarioOptions asked;
    asked.scenario = word, asked.set = o.set, asked.catalog = o.catalog;
    const study::Study study = study::read_study(scenario_of(asked), catalog_of(asked.catalog), study::kinds());
    return print_document(study::resolved(study), "plan", o.json);
  }
  if (o.resolved)
    throw Error({}, "--resolved", "needs one scenario", "write orrery show scenarios/colossus-1.toml --resolved");
  if (!o.set.empty())
    throw Error({}, "--set", "changes a scenario, and none is named",
                "write orrery show SCENARIO --resolved --set KEY=VALUE");
  if (o.schema && !word.empty())
    if (const auto forms = forms_called(word); !forms.empty())
      return print_document(study::describe_keys(forms), "schema", o.json);
  if (!o.schema && word == "scenarios")
    return print_document(
        study::describe_scenarios({installed_folder() + "/scenarios", installed_folder() + "/scenarios/finance"},
                                  study::kinds()),
        "scenarios", o.json);
  if (!o.schema && word == "kinds") return print_document(study::describe_kinds(study::kinds()), "kinds", o.json);
  const auto [kind, document] = study::describe_catalog(catalog_of(o.catalog), o.words, o.schema);
  print_document(document, kind, o.json);
}

}  // namespace

void add_show(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("show", "what the catalog or a scenario says, with basis and source");
  auto o = std::make_shared<Options>();
  command->add_option(
      "words", o->words,
      "nothing for the kinds of facts; a kind; a name; a kind and a name; scenarios; kinds of them; or a "
      "scenario file");
  command->add_flag("--resolved", o->resolved, "a scenario with every default and where each value came from");
  command->add_flag("--fields", o->fields, "what the JSON of a scenario's answer holds: fields, types and units");
  command->add_option("--set", o->set, "override a value of the scenario")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command->add_flag("--schema", o->schema,
                    "the keys of a kind of facts or of scenarios, or of \"scenario\" for all of those");
  command->add_flag("--json", o->json, "print JSON");
  add_catalog_option(*command, o->catalog);
  command->callback([o] { show(*o); });
}

}  // namespace orrery::app
