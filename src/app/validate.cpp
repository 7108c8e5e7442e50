// orrery validate: predictions against published measurements. One subcommand for each table of measurements.
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "base/csv.h"
#include "base/error.h"
#include "machine/model/from_catalog.h"
#include "machine/network/measured.h"
#include "machine/training/validation.h"
#include "report/network.h"
#include "report/site_validation.h"
#include "report/validation.h"
#include "site/timeline.h"

namespace orrery::app {
namespace {

struct Options {
  std::string data, catalog, edition = "2026-08-03";  // the edition of the shipped measurements/sites
  bool json = false;
};

/// The measurements that ship with Orrery stand in for those that are not named.
std::string measurements(const std::string& given, const std::string& shipped) {
  if (!given.empty()) return given;
  std::string place = share_folder() + "/measurements/" + shipped;
  std::error_code ignored;
  if (!std::filesystem::exists(place, ignored))
    throw Error({}, "--data", "these measurements do not ship with Orrery", "name a " + shipped + " of your own");
  return place;
}

void score_training(const Options& o) {
  const std::string folder = catalog_folder(o.catalog);
  const training::Score score = training::validate_training(read_csv(measurements(o.data, "training.csv")),
                                                            training::load_hardware(folder + "/kernels"),
                                                            model::known_models(catalog::Catalog(folder)));
  print(o.json ? report::score_json(score) : report::score_text(score, "training"));
}

void score_kernels(const Options& o) {
  const training::Score score = training::validate_kernels(
      read_csv(measurements(o.data, "kernels.csv")), training::load_hardware(catalog_folder(o.catalog) + "/kernels"));
  print(o.json ? report::score_json(score) : report::score_text(score, "kernels"));
}

void score_vtrain(const Options& o) {
  const training::Score score = training::validate_vtrain(
      read_csv(measurements(o.data, "vtrain.csv")), training::load_hardware(catalog_folder(o.catalog) + "/kernels"));
  print(o.json ? report::score_json(score) : report::score_text(score, "vtrain"));
}

void score_simumax(const Options& o, bool memory) {
  const training::Score score =
      training::validate_simumax(read_csv(measurements(o.data, "simumax.csv")),
                                 training::load_hardware(catalog_folder(o.catalog) + "/kernels"), memory);
  print(o.json ? report::score_json(score) : report::score_text(score, memory ? "simumax-memory" : "simumax"));
}
void score_simumax_time(const Options& o) {
  score_simumax(o, false);
}
void score_simumax_memory(const Options& o) {
  score_simumax(o, true);
}

void score_collectives(const Options& o) {
  const network::CollectiveValidation validation = network::validate_collectives(
      read_csv(measurements(o.data, "collectives.csv")), catalog::Catalog(catalog_folder(o.catalog)));
  print(o.json ? report::collectives_json(validation) : report::collectives_text(validation));
}

void score_sites(const Options& o) {
  const std::string folder = measurements(o.data, "sites");
  const Date edition = parse_date(o.edition);
  const CsvTable timelines = read_csv(folder + "/data_center_timelines.csv"),
                 owners = read_csv(folder + "/data_centers.csv");
  const auto sites = site::read_timelines(timelines, owners);
  try {
    const auto scores = site::score_timelines(sites, edition);
    print(o.json ? report::site_validation_json(scores) : report::site_validation_text(scores));
  } catch (const Error& error) {
    if (!error.place().file.empty()) throw;
    throw Error({timelines.name}, error.key(), error.problem(), error.remedy());  // the fit does not know the file
  }
}

CLI::App* subcommand(CLI::App& parent, const char* name, const char* meaning, const std::shared_ptr<Options>& o,
                     void (*command)(const Options&)) {
  CLI::App* sub = parent.add_subcommand(name, meaning);
  sub->add_option("--data", o->data, "another place for the measurements")->type_name("FILE")->check(not_empty());
  sub->add_option("--catalog", o->catalog, "another catalog folder")->type_name("FOLDER")->check(not_empty());
  sub->add_flag("--json", o->json, "print JSON");
  sub->callback([o, command] { command(*o); });
  return sub;
}

}  // namespace

void add_validate(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("validate", "predictions against published measurements");
  command->require_subcommand(1);
  auto o = std::make_shared<Options>();
  subcommand(*command, "training", "step times of published training runs", o, score_training);
  subcommand(*command, "kernels", "times of measured matrix products and attention", o, score_kernels);
  subcommand(*command, "vtrain", "iteration times of vTrain's single-node runs", o, score_vtrain);
  subcommand(*command, "simumax", "step times of SimuMax's B200 runs", o, score_simumax_time);
  subcommand(*command, "simumax-memory", "peak memory of SimuMax's B200 runs", o, score_simumax_memory);
  subcommand(*command, "collectives", "times of measured collectives", o, score_collectives);
  subcommand(*command, "sites", "when sites have their first capacity and half of what they have now", o, score_sites)
      ->add_option("--edition", o->edition, "day of the data's edition; later rows are projections and are not used")
      ->type_name("DATE")
      ->check(not_empty())
      ->capture_default_str();
}

}  // namespace orrery::app
