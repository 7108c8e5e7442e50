// orrery validate: predictions against published measurements. One subcommand for each measured table.
#include <memory>

#include "app/command.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "validation/tables.h"

namespace orrery::app {
namespace {

struct Options {
  std::vector<std::string> catalog;
  std::string data, bars, csv, edition = "2026-08-03";  // the edition of the shipped measurements/sites
  bool json = false;
};

void score_table(const validation::Table& table, const Options& o, bool shipped, bool edition_asked, int& status) {
  if (o.data.empty() && table.place.empty())
    throw Error({}, "--data", "these measurements do not ship with Orrery", "give " + std::string(table.origin));
  const std::string measurements = installed_folder() + "/measurements/";
  const std::string place = o.data.empty() ? measurements + std::string(table.place) : o.data;
  validation::Facts facts = validation::load_facts(catalog_of(o.catalog), parse_date(o.edition));
  facts.edition_asked = edition_asked;
  validation::Score score = validate(table, place, facts);
  // The shipped bars are of the shipped tables; a table of one's own has those that are named.
  if (!o.bars.empty() || shipped) judge(score, read_csv(o.bars.empty() ? measurements + "bars.csv" : o.bars));
  if (!o.bars.empty() && score.bars.empty())
    throw Error({o.bars}, "table", "holds no limit of " + std::string(table.name), "add one, or leave out --bars");
  const study::Document document = document_of(score);
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(document));
  print(o.json ? report::json_of(document, "validation") : report::text_of(document));
  staged.commit();
  status = document.status;
}

}  // namespace

void add_validate(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("validate", "predictions against published measurements");
  command->require_subcommand(1);
  for (const validation::Table& table : validation::tables()) {
    auto o = std::make_shared<Options>();
    CLI::App* sub = command->add_subcommand(std::string(table.name), std::string(table.meaning));
    const CLI::Option* data =
        sub->add_option("--data", o->data, "another place for the measurements")->type_name("FILE")->check(not_empty());
    sub->add_option("--bars", o->bars, "limits to the errors, as measurements/bars.csv")
        ->type_name("FILE")
        ->check(not_empty());
    add_catalog_option(*sub, o->catalog);
    sub->add_flag("--json", o->json, "print JSON (docs/json.md)");
    sub->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
    const CLI::Option* edition = nullptr;
    if (table.place == "sites")
      edition =
          sub->add_option("--edition", o->edition,
                          "day of the edition without one in its name; later rows are projections and are not used")
              ->type_name("DATE")
              ->check(not_empty())
              ->capture_default_str();
    sub->callback([o, &table, data, edition, &status] {
      const bool asked = edition != nullptr && edition->count() > 0;
      score_table(table, *o, data->count() == 0 && !asked, asked, status);
    });
  }
}

}  // namespace orrery::app
