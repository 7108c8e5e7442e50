// orrery finance: a finance file, as orrery run answers it; and SAM's cases.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "app/command.h"
#include "app/run.h"
#include "base/error.h"
#include "base/files.h"
#include "base/units.h"
#include "money/sam/sam.h"
#include "report/document.h"
#include "report/finance_xlsx.h"
#include "study/finance.h"
#include "study/kinds.h"

namespace orrery::app {
namespace {

struct Options : RunOptions {
  std::string sam;
};

/// A SAM case as a document: returns, debt, cost of energy, and the cash flow by year. Prices are in SAM's cents.
study::Document sam_document(const money::SamCase& read) {
  study::Document out;
  if (read.kind == money::SamCase::Kind::fixed_charge) {
    const money::FixedChargeCase& c = read.fixed_charge;
    out.say(fmt::format(
        "Cost of energy by fixed charge rate: {:.6g} $/kWh\n",
        money::levelised_cost_by_fixed_charge(c.capital, c.fixed_charge_rate, c.fixed_a_year, c.energy, c.variable)));
    return out;
  }
  money::SingleOwnerWorkspace workspace;
  const money::SingleOwnerResult r = money::run(read.project, workspace, true);
  for (double& price : workspace.lines[money::FlowLine::ppa_price]) price *= 100;
  study::Table results{"", "", {study::text_column("", "result"), study::count_column("", "value", "")}};
  auto row = [&](const char* name, std::string value) { results.rows.push_back({name, std::move(value)}); };
  auto cents = [](double price) { return fmt::format("{:.3f} cents/kWh", price * 100); };
  auto whole = [](double amount) { return (amount < 0 ? "-$" : "$") + format_count(std::fabs(amount)); };
  row("price, year 1", cents(r.price));
  row("internal rate of return after tax",
      study::rates_text(money::internal_rates(workspace.lines[money::FlowLine::project_return_aftertax])));
  row("levelised cost, nominal", cents(r.levelised_cost_nominal));
  row("levelised cost, real", cents(r.levelised_cost_real));
  row("net present value after tax", whole(r.npv));
  row("installed cost", whole(r.installed_cost));
  row("debt", whole(r.debt));
  row("equity", whole(r.equity));
  row("least debt service coverage",
      r.minimum_coverage < 1e300 ? fmt::format("{:.2f}", r.minimum_coverage) : "no debt");
  out.add(std::move(results));
  study::say_uncovered_debt(out, workspace.lines);
  study::add_cash_flow(out, workspace.lines, "lines");
  return out;
}

void run_sam(const Options& o) {
  // Hourly inputs for every year of a lifetime are the largest: half a dozen lists of 50 years fit.
  const money::SamCase read = money::read_sam(read_file(o.sam, 64u << 20), o.sam);
  if (read.kind != money::SamCase::Kind::single_owner && (!o.xlsx.empty() || !o.csv.empty()))
    throw Error({o.sam}, "", "a fixed-charge case has no cash flow to write", "leave out --xlsx and --csv");
  try {
    const study::Document document = sam_document(read);
    StagedFiles staged;
    if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(document));
    if (!o.xlsx.empty()) staged.add(o.xlsx, report::cash_flow_workbook(read.project));
    print(o.json ? money::sam_outputs(read) + '\n' : report::text_of(document));
    staged.commit();
  } catch (const Error& error) {
    if (!error.place().file.empty()) throw;
    throw Error({o.sam}, error.key(), error.problem(), error.remedy());  // what the models refuse has no file
  }
}

}  // namespace

void add_finance(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("finance", "own, lease or cloud; commitments and their gap; project finance as in SAM");
  auto o = std::make_shared<Options>();
  o->scenario = "own-lease-cloud";
  add_run_options(*command, *o);
  CLI::Option* sam =
      command
          ->add_option(
              "--sam", o->sam,
              "run a JSON file of SAM's single-owner or fixed-charge inputs instead; --json prints SAM's names")
          ->type_name("FILE")
          ->check(not_empty());
  command->callback([o, command, sam, &status] {
    if (o->sam.empty()) return void(status = run(*o, {&study::finance_kind, 1}));
    for (const CLI::Option* other : command->get_options())
      if (const std::string name = other->get_name();
          other != sam && other->count() > 0 && name != "--json" && name != "--csv" && name != "--xlsx")
        throw Error({}, "--sam", "runs SAM's inputs by themselves, without " + (name[0] == '-' ? name : "a scenario"),
                    "leave one of the two out");
    run_sam(*o);
  });
}

}  // namespace orrery::app
