// orrery show: what the catalog or a scenario says, with basis and source.
#include "report/show.h"

#include <algorithm>
#include <memory>

#include "app/command.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "programme/keys.h"
#include "programme/resolve.h"
#include "programme/scenario.h"
#include "report/forecast.h"

namespace orrery::app {
namespace {

struct Options {
  std::vector<std::string> words, set;
  std::string catalog;
  bool json = false, schema = false, resolved = false;
};

void show(const Options& o) {
  const catalog::Catalog catalog(catalog_folder(o.catalog));
  const bool scenario = o.words.size() == 1 && (o.words[0].ends_with(".toml") || o.resolved);
  if (scenario) {
    const programme::Plan plan = programme::make_plan(programme::read_scenario(scenario_file(o.words[0]), o.set), catalog);
    print(o.json ? report::resolved_json(plan) : report::resolved_text(plan));
    return;
  }
  if (o.resolved) throw Error({}, "--resolved", "needs one scenario", "write orrery show scenarios/colossus-1.toml --resolved");
  if (!o.set.empty()) throw Error({}, "--set", "changes a scenario, and none is named", "write orrery show SCENARIO --resolved --set KEY=VALUE");
  if (o.schema && o.words.size() == 1 && o.words[0] == "scenario")
    print(programme::describe_keys());
  else
    print(report::show_catalog(catalog, o.words, o.schema, o.json));
}

}  // namespace

void add_show(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("show", "what the catalog or a scenario says, with basis and source");
  auto o = std::make_shared<Options>();
  command->add_option("words", o->words, "nothing for the kinds; a kind; a name; a kind and a name; or a scenario file");
  command->add_flag("--resolved", o->resolved, "a scenario with every default and where each value came from");
  command->add_option("--set", o->set, "override a value of the scenario")->allow_extra_args(false)->type_name("KEY=VALUE");
  command->add_flag("--schema", o->schema, "the keys of a kind, or of \"scenario\"");
  command->add_flag("--json", o->json, "print JSON");
  command->add_option("--catalog", o->catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o] { show(*o); });
}

}  // namespace orrery::app
