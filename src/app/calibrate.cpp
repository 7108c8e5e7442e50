// orrery calibrate: constants of basis "derived" made again from the measured tables.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/progress.h"
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

void tell_fits(double share) {
  tell_progress("fits", share);
}

/// Throws Error for a name that no calibration has, with the nearest.
void check_names(const Options& o) {
  std::vector<std::string> known;
  std::string all;
  for (const validation::Calibration& c : validation::calibrations()) {
    known.emplace_back(c.name);
    all += (all.empty() ? "" : ", ") + known.back();
  }
  for (const std::string& name : o.names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error({}, "", in_quotes(name) + " is nothing to calibrate", suggest(name, known, "name one of " + all));
  if (!o.how.leave_out.empty() && o.how.leave_out != "chip")
    throw Error({}, "--leave-out", in_quotes(o.how.leave_out) + " cannot be left out", "give chip");
}

void calibrate(const Options& o) {
  check_names(o);
  if (o.write && !o.how.leave_out.empty())
    throw Error({}, "--write", "needs constants that saw every row", "leave out --leave-out");
  if (o.json && o.names.size() != 1)
    throw Error({}, "--json", "prints one document", "name one calibration, for example training");
  validation::CalibrateOptions how = o.how;
  how.progress = tell_fits;
  if (how.measurements.empty()) how.measurements = installed_folder() + "/measurements";
  for (const validation::Calibration& c : validation::calibrations()) {
    if (!o.names.empty() && std::find(o.names.begin(), o.names.end(), c.name) == o.names.end()) continue;
    if (!how.leave_out.empty() && !c.leaves_out) {
      if (o.names.empty()) continue;
      throw Error({}, "--leave-out", "is not known to " + std::string(c.name), "leave it out");
    }
    // One stands on the constants that the one before has written.
    StagedFiles staged;
    validation::Facts facts = validation::load_facts(catalog_of({}), parse_date("2026-08-03"));
    const validation::Calibrated found = c.run(facts, how);
    if (o.write) {
      std::vector<validation::Constant> written = found.constants;
      std::erase_if(written, [&](const validation::Constant& constant) { return constant.kind == c.printed; });
      for (const auto& [file, text] : validation::with_constants(facts.catalog, written)) staged.add(file, text);
    }
    if (!o.csv.empty()) staged.add_folder(o.csv + "/" + std::string(c.name), report::csv_of(found.document));
    print(o.json ? report::json_of(found.document, "calibration") : report::text_of(found.document));
    staged.commit();
  }
}

}  // namespace

void add_calibrate(CLI::App& app, int&) {
  CLI::App* command =
      app.add_subcommand("calibrate", "the catalog's fitted constants, made again from measurements: minutes");
  auto o = std::make_shared<Options>();
  std::string names;
  for (const validation::Calibration& c : validation::calibrations())
    names += (names.empty() ? "" : ", ") + std::string(c.name);
  command->add_option("name", o->names, "which: " + names + "; all without");
  command->add_option("--measurements", o->how.measurements, "folder of the tables, in place of the shipped ones")
      ->type_name("FOLDER")
      ->check(not_empty());
  command->add_option("--leave-out", o->how.leave_out, "chip: predict each by constants that never saw its rows")
      ->type_name("WHAT")
      ->check(not_empty());
  command->add_option("--threads", o->how.threads, "threads; 0: as many as cores")->check(whole_number(1024));
  command->add_flag("--write", o->write, "write the constants into the catalog");
  command->add_flag("--json", o->json, "print JSON (docs/json.md)");
  command->add_option("--csv", o->csv, "write CSV files into this folder")->type_name("FOLDER")->check(not_empty());
  command->callback([o] { calibrate(*o); });
}

}  // namespace orrery::app
