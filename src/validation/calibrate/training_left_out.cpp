// The refit of the training model as a calibration, and how its predictions fare on rows that were left out of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/parallel.h"
#include "base/spread.h"
#include "machine/training/band.h"
#include "validation/calibrate/bands.h"
#include "validation/calibrate/training.h"

namespace orrery::validation {

using namespace study;
using namespace training;

namespace {

constexpr int whole_sweeps = 40, fold_sweeps = 24;
constexpr int parts = 6;

/// A prediction of a row by constants that never saw it, or that did.
struct Residual {
  std::string set, group, chip, framework, cluster;
  double error = 0;  ///< ln(predicted / measured)
  std::vector<double> terms;
};

Residual residual_of(const TrainingFit& fit, const TrainingFit::Run& r, std::string set, bool unseen) {
  StepEstimate e;
  Residual out{std::move(set),
               r.run.row.group,
               r.run.machine.accelerator->name,
               r.run.machine.framework->name,
               r.cluster,
               fit.error(r, &e),
               {}};
  const auto terms = step_band_terms(r.run.job, e, unseen);
  out.terms.assign(terms.begin(), terms.end());
  return out;
}

/// A share of the rows that is predicted by constants that did not see it.
struct Fold {
  std::string set;  ///< "cluster", "chip", "framework"
  std::string name;
  bool unseen = false;
  std::function<bool(const TrainingFit::Run&)> out;
};

std::vector<Fold> folds_of(const TrainingFit& fit, bool chips_alone) {
  std::vector<Fold> folds;
  std::map<std::string, int> chips, frameworks;
  for (const TrainingFit::Run& r : fit.runs())
    if (!r.implied) ++chips[r.run.machine.accelerator->name], ++frameworks[r.run.machine.framework->name];
  for (const auto& [name, rows] : chips)
    if (rows >= 4)
      folds.push_back({"chip", name, true,
                       [name = name](const TrainingFit::Run& r) { return r.run.machine.accelerator->name == name; }});
  if (chips_alone) return folds;
  for (const auto& [name, rows] : frameworks)
    folds.push_back({"framework", name, true,
                     [name = name](const TrainingFit::Run& r) { return r.run.machine.framework->name == name; }});
  for (std::size_t part = 0; part < parts; ++part)
    folds.push_back({"cluster", fmt::format("part {}", part + 1), false,
                     [part](const TrainingFit::Run& r) { return mixed_hash(r.cluster) % parts == part; }});
  return folds;
}

/// Every fold predicted by a fit of the rest.
std::vector<Residual> left_out(const CsvTable& table, const Facts& facts, const std::vector<Fold>& folds,
                               const CalibrateOptions& options) {
  std::vector<std::vector<Residual>> found(folds.size());
  const auto predict = [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) {
      const Fold& fold = folds[i];
      TrainingFit fit(table, facts);
      fit.fit([&](const TrainingFit::Run& r) { return !fold.out(r); }, fold_sweeps);
      for (const TrainingFit::Run& r : fit.runs())
        if (!r.implied && fold.out(r)) found[i].push_back(residual_of(fit, r, fold.set, fold.unseen));
    }
  };
  parallel_for(folds.size(), options.threads, 1, predict, options.progress);
  std::vector<Residual> all;
  for (std::vector<Residual>& some : found) std::move(some.begin(), some.end(), std::back_inserter(all));
  return all;
}

/// Errors by what `key` gives, of those it gives something.
using Errors = std::map<std::string, std::vector<double>>;
Errors errors_by(const std::vector<Residual>& all, const std::function<std::string(const Residual&)>& key) {
  Errors out;
  for (const Residual& r : all)
    if (const std::string k = key(r); !k.empty()) out[k].push_back(std::expm1(r.error));
  return out;
}

Table table_of_errors(const char* key, const char* heading, const char* what, const Errors& errors,
                      const Errors* held_out = nullptr) {
  Table t{key, heading, {text_column("name", what), count_column("rows", "rows", "rows")}, {}};
  const auto append = [](auto& to, auto more) { to.insert(to.end(), more.begin(), more.end()); };
  append(t.columns, error_columns());
  if (held_out) append(t.columns, error_columns("held_out_", ", held out"));
  for (const auto& [name, list] : errors) {
    std::vector<Cell> row{name, list.size()};
    append(row, error_cells(list));
    if (held_out) append(row, error_cells(held_out->contains(name) ? held_out->at(name) : std::vector<double>()));
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::vector<LeftOutError> weighted(const std::vector<Residual>& all) {
  std::map<std::pair<std::string, std::string>, double> counts;
  for (const Residual& r : all) ++counts[{r.set, r.cluster}];
  std::vector<LeftOutError> out;
  for (const Residual& r : all) out.push_back({r.error, 1 / counts[{r.set, r.cluster}], r.terms});
  return out;
}

Calibrated chips_left_out(const CsvTable& table, const Facts& facts, const CalibrateOptions& options) {
  const TrainingFit rows(table, facts);
  const std::vector<Residual> all = left_out(table, facts, folds_of(rows, true), options);
  const auto from = [&](const std::string& chip) {
    const catalog::Figure* like = facts.catalog.entry("kernels", chip).find("like");
    return like ? chip + " from " + like->text : chip + " from the least known";
  };
  Calibrated out;
  out.document.title = "training, each chip left out";
  out.document.say(out.document.title + ": step times by constants refitted without any run of the chip\n");
  out.document.add(
      table_of_errors("chips", "By chip", "chip", errors_by(all, [&](const Residual& r) { return from(r.chip); })));
  out.document.add(table_of_errors("chip_frameworks", "By chip and framework generation", "chip, framework",
                                   errors_by(all, [](const Residual& r) { return r.chip + ", " + r.framework; })));
  return out;
}

}  // namespace

Calibrated calibrate_training(const Facts& facts, const CalibrateOptions& options) {
  const CsvTable table = read_csv(options.measurements + "/training.csv");
  if (options.leave_out == "chip") return chips_left_out(table, facts, options);
  TrainingFit fit(table, facts);
  fit.fit([](const TrainingFit::Run&) { return true; }, whole_sweeps);
  Calibrated out;
  out.constants = fit.constants();

  std::vector<Residual> seen;
  for (const TrainingFit::Run& r : fit.runs())
    if (!r.implied) seen.push_back(residual_of(fit, r, "seen", false));
  const std::vector<Residual> unseen = left_out(table, facts, folds_of(fit, false), options);
  const std::vector<LeftOutError> errors = weighted(unseen);
  const catalog::BandRule band = fit_band(errors);
  for (Constant& c : band_constants(facts.catalog, "training", step_band_keys, band))
    out.constants.push_back(std::move(c));

  Document& d = out.document;
  d.title = "training";
  d.say(fmt::format("training: constants of long runs, fitted on {} rows of training.csv\n", fit.runs().size()));
  const auto group = [](const Residual& r) { return r.group; };
  const auto by_cluster = [](const Residual& r) { return r.set == "cluster" ? r.group : ""; };
  Errors all = errors_by(seen, group), held = errors_by(unseen, by_cluster);
  all["all"] = errors_by(seen, [](const Residual&) { return "all"; })["all"];
  held["all"] = errors_by(unseen, [](const Residual& r) { return r.set == "cluster" ? "all" : ""; })["all"];
  d.add(table_of_errors("groups", "By group: fitted, and each cluster of group, model and chip held out in six parts",
                        "group", all, &held));
  const auto of_set = [&](const char* set, std::string Residual::*name) {
    return errors_by(unseen, [=](const Residual& r) { return r.set == set ? r.*name : std::string(); });
  };
  d.add(table_of_errors("chips", "Chips left out", "chip", of_set("chip", &Residual::chip)));
  d.add(table_of_errors("frameworks", "Framework generations left out, as the one they are like", "framework",
                        of_set("framework", &Residual::framework)));
  d.add(coverage_table("band", "The band on what was left out, by its width", band, errors));
  d.add(table_of(out.constants));
  return out;
}

}  // namespace orrery::validation
