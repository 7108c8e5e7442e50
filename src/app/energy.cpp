// orrery energy: what powers a site through a year of hours at least cost. The options are keys of [energy]; in place
// of the load a PyPSA folder, which says all that there is.
#include "study/energy.h"

#include <filesystem>
#include <memory>

#include "app/command.h"
#include "app/section_options.h"
#include "base/files.h"
#include "base/units.h"
#include "report/document.h"
#include "study/kinds.h"
#include "study/pypsa.h"

namespace orrery::app {
namespace {

struct EnergyOptions : SectionOptions {
  std::string csv, pypsa;
};

/// The PyPSA folder that stands in place of the load: what is no amount and is a path, or lies there; else empty.
std::string folder_of(const EnergyOptions& o) {
  for (const auto& [key, value] : o.keys) {
    if (key != "load") continue;
    try {
      parse_amount(value);
    } catch (const Error&) {
      std::error_code ignored;
      if (value.find('/') != std::string::npos || std::filesystem::exists(value, ignored)) return value;
    }
  }
  return "";
}

void write_and_print(const EnergyOptions& o, const study::Document& document, const std::string& json,
                     const std::map<std::string, std::string>& pypsa) {
  StagedFiles staged;
  if (!o.csv.empty()) staged.add_folder(o.csv, report::csv_of(document));
  if (!pypsa.empty()) staged.add_folder(o.pypsa, pypsa);
  print(o.json ? json : report::text_of(document, o.detail(), terminal_columns()));
  staged.commit();
}

void run_folder(const EnergyOptions& o, const std::string& folder, int& status) {
  const auto refuse = [&](const std::string& option) {
    throw Error({}, option, "stands beside a PyPSA folder, which says all that there is", "leave one of the two out");
  };
  for (const auto& [key, value] : o.keys)
    if (key != "load" || value != folder) refuse(option_of(key));
  if (!o.catalog.empty()) refuse("--catalog");
  if (!o.pypsa.empty()) refuse("--pypsa");
  const study::Document document = study::pypsa_document(folder);
  write_and_print(o, document, o.json ? report::json_of(document, "pypsa") : "", {});
  status = document.status;
}

void run(const EnergyOptions& o, int& status) {
  check_shown(o);
  if (const std::string folder = folder_of(o); !folder.empty()) return run_folder(o, folder, status);
  const std::span<const study::Kind> kinds(&study::energy_kind, 1);
  const study::Answer answer = study::answer(scenario_of(o, study::energy_form()), catalog_of(o), kinds, {});
  std::map<std::string, std::string> pypsa;
  if (!o.pypsa.empty()) pypsa = answer.study.pypsa();
  write_and_print(o, answer.document, o.json ? report::json_of(answer) : "", pypsa);
  status = answer.document.status;
}

}  // namespace

void add_energy(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "energy", "what powers a site through a year of hours at least cost: mix, dispatch, CO2; or a PyPSA folder");
  auto o = std::make_shared<EnergyOptions>();
  add_section_options(*command, study::energy_form(), {{"load", "load"}}, *o);
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->add_option("--pypsa", o->pypsa, "write the question, with the sizes found, as a folder that PyPSA reads")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
