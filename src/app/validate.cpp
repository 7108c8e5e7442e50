// orrery validate: predictions against published measurements.
#include <memory>

#include "app/command.h"
#include "base/error.h"
#include "machine/model/from_catalog.h"
#include "machine/training/validation.h"
#include "report/validation.h"

namespace orrery::app {
namespace {

struct Options {
  std::string what, data, catalog;
  bool json = false;
};

/// The measurements that ship with Orrery stand in for a file that is not named.
std::string data_file(const Options& o) {
  return o.data.empty() ? share_folder() + "/measurements/" + o.what + ".csv" : o.data;
}

void validate(const Options& o) {
  const std::string folder = catalog_folder(o.catalog);
  const training::Hardware hardware = training::load_hardware(folder + "/kernels");
  const CsvTable table = read_csv(data_file(o));
  const auto scored = [&] {
    if (o.what == "training")
      return training::validate_training(table, hardware, model::known_models(catalog::Catalog(folder)));
    if (o.what == "kernels") return training::validate_kernels(table, hardware);
    if (o.what == "vtrain") return training::validate_vtrain(table, hardware);
    if (o.what == "simumax") return training::validate_simumax(table, hardware, false);
    if (o.what == "simumax-memory") return training::validate_simumax(table, hardware, true);
    throw Error({}, "what", "nothing is called " + in_quotes(o.what),
                suggest(o.what, {"training", "kernels", "vtrain", "simumax", "simumax-memory"}, "training, kernels, vtrain, simumax or simumax-memory"));
  };
  const training::Score score = scored();
  print(o.json ? report::score_json(score) : report::score_text(score, o.what));
}

}  // namespace

void add_validate(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("validate", "predictions against published measurements");
  auto o = std::make_shared<Options>();
  command->add_option("what", o->what, "training, kernels, vtrain, simumax or simumax-memory")->required();
  command->add_option("--data", o->data, "a CSV file with the columns of measurements/WHAT.csv");
  command->add_flag("--json", o->json, "print JSON");
  command->add_option("--catalog", o->catalog, "another catalog folder");
  command->callback([o] { validate(*o); });
}

}  // namespace orrery::app
