// orrery energy: what powers a site through a year of hours at least cost. The options are keys of [energy]; in place
// of the load a site of the catalog with the weather that ships for it, a scenario, or a PyPSA folder.
#include "study/energy.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "app/run.h"
#include "app/section_options.h"
#include "base/files.h"
#include "base/units.h"
#include "report/document.h"
#include "site/climate.h"
#include "study/kinds.h"
#include "study/pypsa.h"

namespace orrery::app {
namespace {

struct EnergyOptions : SectionOptions {
  std::string csv, pypsa;
};

/// What stands in place of the load's amount; empty where that is one.
std::string in_place_of_load(const EnergyOptions& o) {
  for (const auto& [key, value] : o.keys) {
    if (key != "load") continue;
    try {
      parse_amount(value);
    } catch (const Error&) {
      // What begins as a number and is no path is a misspelt amount, of which its reader says more.
      std::error_code ignored;
      return value.find_first_of("0123456789") == 0 && !std::filesystem::exists(value, ignored) ? "" : value;
    }
  }
  return "";
}

/// Refuses options beside what says all that there is; those that are let by name are not.
void stands_alone(const EnergyOptions& o, const std::string& value, const std::string& what) {
  for (const auto& [key, given] : o.keys)
    if (key != "load" || given != value)
      throw Error({}, option_of(key), "stands beside " + what + ", which says all that there is",
                  "leave one of the two out");
}

/// The scenario that a word names, a file or a shipped one; of another kind of question it is refused.
std::string scenario_named(const std::string& word, const catalog::Catalog& catalog) {
  std::string file;
  try {
    file = scenario_file(word);
  } catch (const Error& e) {
    std::vector<std::string> sites;
    for (const catalog::Entry& site : catalog.entries("sites")) sites.push_back(site.name);
    throw Error({}, "--load", in_quotes(word) + " is no amount, no site of the catalog, no scenario and no folder",
                suggest(word, sites, e.remedy()));
  }
  if (std::error_code ignored; !std::filesystem::exists(file, ignored))
    throw Error({word}, "", "is neither a scenario's file nor a PyPSA folder", "check the path");
  const scenario::Scenario asked = scenario::read_scenario(file, {}, study::forms_of(study::kinds()));
  if (asked.form != &study::energy_form())
    throw Error({word}, "", "is of the kind " + std::string(asked.form->name) + ", not energy",
                "ask orrery run, which finds the energy of sites that name weather by the hour; or give a file with "
                "[energy]");
  return file;
}

/// A site of the catalog in place of a load: the site, with the shipped weather of a station within 150 km.
void take_site(EnergyOptions& o, const catalog::Catalog& catalog, const catalog::Entry& site) {
  const auto given = [&](const char* key) {
    return std::any_of(o.keys.begin(), o.keys.end(), [&](const auto& k) { return k.first == key; });
  };
  if (given("site")) throw Error({}, "--site", "stands beside a site in place of the load", "leave one of the two out");
  for (auto& [key, value] : o.keys)
    if (key == "load") key = "site", value = site.name;
  if (given("weather") || !site.find("latitude") || !site.find("longitude")) return;
  const site::Point at{site.number("latitude"), site.number("longitude")};
  const catalog::Entry* nearest = nullptr;
  double away = site::station_reach;
  for (const catalog::Entry& station : catalog.entries("climates")) {
    const double to = site::distance(at, {station.number("latitude"), station.number("longitude")});
    if (station.find("weather") && to <= away) nearest = &station, away = to;
  }
  if (nearest) o.keys.emplace_back("weather", installed_folder() + "/scenarios/weather/" + nearest->at("weather").text);
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
  stands_alone(o, folder, "a PyPSA folder");
  for (const auto& [option, given] : {std::pair{"--catalog", !o.catalog.empty()}, {"--pypsa", !o.pypsa.empty()}})
    if (given)
      throw Error({}, option, "stands beside a PyPSA folder, which says all that there is", "leave one of the two out");
  const study::Document document = study::pypsa_document(folder);
  write_and_print(o, document, o.json ? report::json_of(document, "pypsa") : "", {});
  status = document.status;
}

void run(EnergyOptions o, int& status) {
  check_shown(o);
  const std::span<const study::Kind> kinds(&study::energy_kind, 1);
  if (const std::string word = in_place_of_load(o); !word.empty()) {
    std::error_code ignored;
    if (std::filesystem::is_directory(word, ignored)) return run_folder(o, word, status);
    const catalog::Catalog catalog = catalog_of(o);
    if (const catalog::Entry* site = catalog.find("sites", word)) {
      take_site(o, catalog, *site);
    } else {
      const std::string file = scenario_named(word, catalog);
      stands_alone(o, word, "a scenario");
      RunOptions scenario;
      static_cast<Shown&>(scenario) = o;
      scenario.scenario = file, scenario.catalog = o.catalog, scenario.csv = o.csv, scenario.pypsa = o.pypsa;
      status = app::run(scenario, kinds);
      return;
    }
  }
  const study::Answer answer = study::answer(scenario_of(o, study::energy_form()), catalog_of(o), kinds, {});
  std::map<std::string, std::string> pypsa;
  if (!o.pypsa.empty()) pypsa = answer.study.pypsa();
  write_and_print(o, answer.document, o.json ? report::json_of(answer) : "", pypsa);
  status = answer.document.status;
}

}  // namespace

void add_energy(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("energy",
                                         "what powers a load, a site or a scenario by the hour at least cost: mix, "
                                         "path, dispatch, CO2; or a PyPSA folder");
  auto o = std::make_shared<EnergyOptions>();
  add_section_options(*command, study::energy_form(), {{"load", "load"}}, *o);
  command->get_option("--load")->type_name("AMOUNT|SITE|SCENARIO|FOLDER");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->add_option("--pypsa", o->pypsa, "write the question, with the sizes found, as a folder that PyPSA reads")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->callback([o, &status] { of_option([&] { run(*o, status); }); });
}

}  // namespace orrery::app
