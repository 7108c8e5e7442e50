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
  const Job& job = r.run.job;
  // What is known of mixtures and LoRA says nothing where chip or software is new.
  out.terms = {overhead_of(e.breakdown), !unseen && job.model.experts > 0 ? 1.0 : 0.0, unseen ? 1.0 : 0.0,
               !unseen && job.task == Task::lora ? 1.0 : 0.0};
  return out;
}

/// The part of six that a cluster belongs to (FNV-1a).
std::size_t part_of(const std::string& cluster) {
  std::uint64_t hash = 1469598103934665603ull;
  for (const char c : cluster) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash % parts;
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
                     [part](const TrainingFit::Run& r) { return part_of(r.cluster) == part; }});
  return folds;
}

/// Every fold predicted by a fit of the rest.
std::vector<Residual> left_out(const CsvTable& table, const Facts& facts, const std::vector<Fold>& folds, int threads) {
  std::vector<std::vector<Residual>> found(folds.size());
  parallel_for(folds.size(), threads, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) {
      const Fold& fold = folds[i];
      TrainingFit fit(table, facts);
      fit.fit([&](const TrainingFit::Run& r) { return !fold.out(r); }, fold_sweeps);
      for (const TrainingFit::Run& r : fit.runs())
        if (!r.implied && fold.out(r)) found[i].push_back(residual_of(fit, r, fold.set, fold.unseen));
    }
  });
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
                      const Errors* second = nullptr) {
  Table t{key, heading, {text_column("name", what), count_column("rows", "rows", "rows")}, {}};
  for (const char* prefix : {"", "held_out_"}) {
    if (*prefix && !second) break;
    const std::string of = *prefix ? ", held out" : "";
    t.columns.push_back(percent_column(std::string(prefix) + "median_abs_error", "median" + of, 1));
    t.columns.push_back(percent_column(std::string(prefix) + "p90_abs_error", "P90" + of, 1));
    t.columns.push_back(percent_column(std::string(prefix) + "bias", "bias" + of, 1));
  }
  for (const auto& [name, list] : errors) {
    std::vector<Cell> row{name, list.size()};
    const auto add = [&](const std::vector<double>* e) {
      if (!e) return row.insert(row.end(), 3, Cell(Value(), "-")), void();
      const ErrorSummary s = summary_of_errors(*e);
      row.insert(row.end(), {Cell(s.median), Cell(s.p90), Cell(s.bias, fmt::format("{:+.1f} %", 100 * s.bias))});
    };
    add(&list);
    if (second) add(second->contains(name) ? &second->at(name) : nullptr);
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

/// Coverage and width in thirds by width.
Table thirds_of(const FittedBand& band, std::vector<LeftOutError> errors) {
  Table t{"band/thirds", "The band on what was left out, by thirds of its width", {}, {}};
  t.columns = {text_column("third", "third"), percent_column("coverage", "inside", 0),
               fixed_column("width", "median P90/P10", "", 2)};
  std::stable_sort(errors.begin(), errors.end(),
                   [&](const auto& a, const auto& b) { return band.sigma(a.terms) < band.sigma(b.terms); });
  const std::size_t n = errors.size();
  const char* names[] = {"narrow", "middle", "wide"};
  for (std::size_t third = 0; third < 3; ++third) {
    const std::vector<LeftOutError> some(errors.begin() + static_cast<std::ptrdiff_t>(third * n / 3),
                                         errors.begin() + static_cast<std::ptrdiff_t>((third + 1) * n / 3));
    if (some.empty()) continue;
    t.rows.push_back({names[third], coverage(band, some),
                      std::exp((band.below + band.above) * band.sigma(some[some.size() / 2].terms))});
  }
  t.rows.push_back(
      {"all", coverage(band, errors), std::exp((band.below + band.above) * band.sigma(errors[n / 2].terms))});
  return t;
}

Calibrated chips_left_out(const CsvTable& table, const Facts& facts, const CalibrateOptions& options) {
  const TrainingFit rows(table, facts);
  const std::vector<Residual> all = left_out(table, facts, folds_of(rows, true), options.threads);
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
  const std::vector<Residual> unseen = left_out(table, facts, folds_of(fit, false), options.threads);
  const std::vector<LeftOutError> errors = weighted(unseen);
  const FittedBand band = fit_band(errors);
  const catalog::Entry& was = facts.catalog.entry("bands", "training");
  const auto put = [&](const char* key, double value) {
    out.constants.push_back({"bands", "training", "", key, was.number(key), value});
  };
  put("base", band.base);
  const char* terms[] = {"overhead", "mixture", "unseen", "lora"};
  for (std::size_t i = 0; i < std::size(terms); ++i) put(terms[i], band.factors[i]);
  put("below", band.below), put("above", band.above);

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
  d.add(thirds_of(band, errors));
  d.add(table_of(out.constants));
  return out;
}

}  // namespace orrery::validation
