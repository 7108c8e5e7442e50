// orrery run: the dated forecast of a scenario.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>

#include "app/command.h"
#include "base/document.h"
#include "catalog/catalog.h"
#include "programme/factory.h"
#include "programme/finance.h"
#include "programme/market.h"
#include "programme/resolve.h"
#include "programme/scenario.h"
#include "report/factory.h"
#include "report/finance.h"
#include "report/forecast.h"
#include "report/market.h"

namespace orrery::app {
namespace {

struct Options {
  std::string scenario = "colossus-1", against, catalog, csv, output, trace;
  std::vector<std::string> set;
  int trials = 0, threads = 0;
  std::uint64_t seed = 1;
  bool json = false, explain = false;
};

void show_progress(double share) {
  std::fprintf(stderr, "\r%3.0f %% of the trials", 100 * share);
  if (share >= 1) std::fprintf(stderr, "\r                     \r");
}

report::Result forecast_file(const Options& o, const std::string& file, const std::vector<std::string>& overrides,
                             const catalog::Catalog& catalog) {
  const programme::Scenario scenario = programme::read_scenario(file, overrides);
  return report::forecast(programme::make_plan(scenario, catalog), o.trials, o.seed, o.threads,
                          isatty(STDERR_FILENO) ? show_progress : nullptr);
}

void stage(StagedFiles& staged, const std::string& folder, const std::map<std::string, std::string>& files) {
  staged.folder(folder);
  for (const auto& [name, text] : files) staged.add(folder + '/' + name, text);
}

/// A market, a chip factory and a ledger of commitments are scenarios of their own kind: they have no sites and no days.
bool run_other_kind(const Options& o, const std::string& file) {
  const Node root = read_document(file);
  const bool market = root.find("market"), factory = root.find("factory"), ledger = root.find("commitment") && !root.find("start");
  if (!market && !factory && !ledger) return false;
  const std::string kind = market ? "a market" : factory ? "a chip factory" : "a ledger of commitments";
  const std::pair<const char*, bool> options[] = {{"--against", !o.against.empty()}, {"--set", !o.set.empty()}, {"--csv", !o.csv.empty()},
                                                  {"--trace", !o.trace.empty()}, {"--output", !o.output.empty()}, {"--explain", o.explain}};
  for (const auto& [name, given] : options)
    if (given) throw Error({file}, name, "does not go with " + kind, "leave it out");
  if (market) {
    const programme::MarketQuestion question = programme::read_market(root, file);
    const programme::MarketForecast forecast = programme::forecast_market(question, o.trials, o.seed);
    print(o.json ? report::market_json(question, forecast, o.trials) : report::market_text(question, forecast, o.trials));
  } else if (factory) {
    const programme::FactoryQuestion question = programme::read_factory(root, file);
    const auto results = programme::forecast_factory(question, o.trials, o.seed);
    print(o.json ? report::factory_json(question, results, o.trials) : report::factory_text(question, results, o.trials));
  } else {
    const catalog::Catalog catalog(catalog_folder(o.catalog));
    const report::FinanceResult result = report::finance(programme::read_finance(root, file, catalog), o.trials, o.seed);
    print(o.json ? report::finance_json(result) : report::finance_text(result));
  }
  return true;
}

void run(const Options& o) {
  if (run_other_kind(o, scenario_file(o.scenario))) return;
  const catalog::Catalog catalog(catalog_folder(o.catalog));
  const report::Result result = forecast_file(o, scenario_file(o.scenario), o.set, catalog);
  // Overrides change the scenario, not what it is held against: run S --set K=V --against S shows what V brings.
  std::unique_ptr<report::Result> other;
  if (!o.against.empty()) other = std::make_unique<report::Result>(forecast_file(o, scenario_file(o.against), {}, catalog));

  // Files are put in place once everything, the printed report too, is out: no failure leaves a part of them.
  StagedFiles staged;
  if (!o.csv.empty()) stage(staged, o.csv, report::forecast_csv(result));
  if (!o.trace.empty()) staged.add(o.trace, report::forecast_trace(result));
  if (!o.output.empty()) {
    std::map<std::string, std::string> files = report::forecast_csv(result);
    files["report.txt"] = report::forecast_text(result, true);
    files["forecast.json"] = report::forecast_json(result, other.get());
    files["trace.json"] = report::forecast_trace(result);
    stage(staged, o.output, files);
  }
  if (o.json)
    print(report::forecast_json(result, other.get()));
  else if (other)
    print(report::comparison_text(result, *other));
  else
    print(report::forecast_text(result, o.explain));
  staged.commit();
}

}  // namespace

void add_run(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("run", "forecast a scenario: dates, capacity and what binds, runs, money, energy");
  auto o = std::make_shared<Options>();
  command->add_option("scenario", o->scenario, "a scenario file, or the name of a shipped one")->type_name("")->capture_default_str();
  command->add_option("--against", o->against, "another scenario, or the same without --set: print the difference to it")
      ->type_name("SCENARIO")->check(not_empty());
  command->add_option("--set", o->set, "override a value, such as site.memphis.burn_in=\"3 days\"; may be repeated")
      ->allow_extra_args(false)->type_name("KEY=VALUE");
  command->add_option("--trials", o->trials, "draws of the uncertain inputs, for P10, P50 and P90")
      ->type_name("N")->check(whole_number(1000000));
  command->add_option("--seed", o->seed, "seed of the draws")->type_name("N")->check(whole_number(UINT64_MAX))->capture_default_str();
  command->add_option("--threads", o->threads, "threads for the trials (0: all cores); the result does not depend on it")
      ->type_name("N")->check(whole_number(1024));
  command->add_flag("--json", o->json, "print JSON (docs/json.md)");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->add_option("--trace", o->trace, "write a Perfetto trace to this file")->type_name("FILE")->check(not_empty());
  command->add_option("-o,--output", o->output, "write the report, JSON, CSV and trace into this folder")
      ->type_name("FOLDER")->check(not_empty());
  command->add_flag("--explain", o->explain, "list every value behind the forecast with its source");
  command->add_option("--catalog", o->catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o] { run(*o); });
}

}  // namespace orrery::app
