// orrery calibrate: constants of basis "derived" made again from the measured tables.
#include <algorithm>
#include <memory>

#include "app/command.h"
#include "base/error.h"
#include "base/files.h"
#include "report/document.h"
#include "validation/calibrate/calibration.h"
#include "validation/calibrate/write_constants.h"

namespace orrery::app {
namespace {

struct Options {
  std::vector<std::string> names;
  validation::CalibrateOptions how;
  bool write = false, json = false;
  std::string csv;
};

void calibrate(const Options& o) {
  if (o.write && !o.how.leave_out.empty())
    throw Error({}, "--write", "needs constants that saw every row", "leave out --leave-out");
  validation::CalibrateOptions how = o.how;
  if (how.measurements.empty()) how.measurements = installed_folder() + "/measurements";
  StagedFiles staged;
  std::string printed;
  for (const validation::Calibration& c : validation::calibrations()) {
    if (!o.names.empty() && std::find(o.names.begin(), o.names.end(), c.name) == o.names.end()) continue;
    validation::Facts facts = validation::load_facts(catalog_of({}), parse_date("2026-08-03"));
    const validation::Calibrated found = c.run(facts, how);
    if (o.write)
      for (const auto& [file, text] : validation::with_constants(facts.catalog, found.constants))
        staged.add(file, text);
    if (!o.csv.empty()) staged.add_folder(o.csv + "/" + std::string(c.name), report::csv_of(found.document));
    printed += o.json ? report::json_of(found.document, "calibration") : report::text_of(found.document, false);
  }
  print(printed);
  staged.commit();
}

}  // namespace

void add_calibrate(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("calibrate", "the catalog's fitted constants, made again from measurements");
  auto o = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const validation::Calibration& c : validation::calibrations()) names.emplace_back(c.name);
  command->add_option("name", o->names, "which of them; all without")->check(CLI::IsMember(names));
  command->add_option("--measurements", o->how.measurements, "folder of the tables, in place of the shipped ones")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->add_option("--leave-out", o->how.leave_out, "predict each chip in turn by constants that never saw its rows")
      ->check(CLI::IsMember({"chip"}));
  command->add_option("--threads", o->how.threads, "threads; 0: as many as cores")->check(whole_number(1024));
  command->add_flag("--write", o->write, "write the constants into the catalog");
  command->add_flag("--json", o->json, "print JSON (docs/json.md)");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o] { calibrate(*o); });
}

}  // namespace orrery::app
