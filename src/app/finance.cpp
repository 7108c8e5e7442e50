// orrery finance: owning against a contract, own against lease against cloud, a ledger of commitments; SAM's cases.
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "base/document.h"
#include "base/error.h"
#include "base/files.h"
#include "catalog/catalog.h"
#include "money/sam/sam.h"
#include "programme/finance.h"
#include "report/finance.h"
#include "report/finance_xlsx.h"

namespace orrery::app {
namespace {

struct Options {
  std::string file = "own-lease-cloud", sam, csv, xlsx, catalog;
  int trials = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

/// A file, or the name of one shipped in scenarios/finance or scenarios.
std::string finance_file(const std::string& given) {
  return shipped_file(given, {"scenarios/finance", "scenarios"}, "own-lease-cloud");
}

void run_sam(const Options& o) {
  // Hourly inputs for every year of a lifetime are the largest: half a dozen lists of 50 years fit.
  const money::SamCase read = money::read_sam(read_file(o.sam, 64u << 20), o.sam);
  const bool has_flow = read.kind == money::SamCase::Kind::single_owner;
  if (!has_flow && (!o.xlsx.empty() || !o.csv.empty()))
    throw Error({o.sam}, "", "a fixed-charge case has no cash flow to write", "leave out --xlsx and --csv");
  // What the models refuse has no file.
  at({o.sam}, "", [&] {
    StagedFiles staged;
    if (!o.csv.empty()) staged.add_folder(o.csv, {{"cash_flow.csv", report::sam_csv(read)}});
    if (!o.xlsx.empty()) report::write_cash_flow_workbook(read.project, o.xlsx);
    print(o.json ? money::sam_outputs(read) + '\n' : report::sam_text(read));
    staged.commit();
  });
}

void run(const Options& o) {
  if (!o.sam.empty()) return run_sam(o);
  const catalog::Catalog catalog(catalog_folder(o.catalog));
  const std::string file = finance_file(o.file);
  const report::FinanceResult result =
      report::finance(programme::read_finance(read_document(file), file, catalog), o.trials, o.seed);
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::finance_csv(result));
  if (!o.xlsx.empty()) {
    if (!result.questions.project)
      throw Error({}, "--xlsx", "writes the cash flow of a project", "give one with --sam, or a file with [project]");
    report::write_cash_flow_workbook(result.questions.project->project, o.xlsx, true, "accelerator-hour");
  }
  print(o.json ? report::finance_json(result) : report::finance_text(result));
  staged.commit();
}

}  // namespace

void add_finance(CLI::App& app, int&) {
  CLI::App* command =
      app.add_subcommand("finance", "own, lease or cloud; commitments and their gap; project finance as in SAM");
  auto o = std::make_shared<Options>();
  command->add_option("file", o->file, "a finance file (docs/money.md), or the name of a shipped one")
      ->type_name("")
      ->check(not_empty())
      ->capture_default_str();
  command->add_option("--sam", o->sam, "run a JSON file of SAM's single-owner or fixed-charge inputs instead")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--trials", o->trials, "draws of the uncertain inputs, for P10, P50 and P90")
      ->type_name("N")
      ->check(whole_number(1000000));
  command->add_option("--seed", o->seed, "seed of the draws")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX))
      ->capture_default_str();
  command->add_flag("--json", o->json, "print JSON; of a SAM case, under SAM's output names");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->add_option("--xlsx", o->xlsx, "write the project's cash flow as a workbook of live formulas")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--catalog", o->catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o] { run(*o); });
}

}  // namespace orrery::app
