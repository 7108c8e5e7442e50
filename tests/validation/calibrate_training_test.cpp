// Constants of the training model are found again from step times that they made; bands from errors of known spread;
// constants go into the catalog's files where they stand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/files.h"
#include "base/spread.h"
#include "support/folders.h"
#include "validation/calibrate/bands.h"
#include "validation/calibrate/training.h"
#include "validation/calibrate/write_constants.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

/// A table without rows.
CsvTable like(const CsvTable& table) {
  CsvTable out;
  out.name = table.name, out.header = table.header;
  return out;
}

/// Adds another table's row with this step time.
void add(CsvTable& out, const CsvTable& from, std::size_t row, const std::string& step) {
  std::vector<std::string_view> cells;
  for (std::size_t c = 0; c < from.header.size(); ++c) cells.push_back(from.at(row, c));
  cells[static_cast<std::size_t>(from.column("step_time_s"))] = step;
  out.add(cells, from.line(row));
}

/// The rows of a group, their step times made by other constants than the catalog's.
CsvTable made_runs(const std::string& group) {
  CsvTable table = read_csv(source_folder() + "/measurements/training.csv");
  CsvTable out = like(table);
  Facts other = facts();
  for (training::Framework& f : other.hardware.frameworks) f.slowdown *= 1.3, f.attention *= 1.2, f.layer_fixed *= 2;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.cell(i, "group") != group) continue;
    const MeasuredRun run = read_run(table, i, other);
    if (!run.row.skipped.empty()) continue;
    const double step = evaluate(run.job, run.machine, run.layout).step.value();
    add(out, table, i, std::to_string(step));
  }
  return out;
}

TEST(CalibrateTraining, FindsConstantsThatMadeTheSteps) {
  const CsvTable table = made_runs("narayanan2021");
  TrainingFit fit(table, facts());
  ASSERT_GT(fit.runs().size(), 15u);
  const auto median_error = [&] {
    std::vector<double> errors;
    for (const TrainingFit::Run& r : fit.runs()) errors.push_back(std::abs(fit.error(r)));
    return quantile(errors, 0.5);
  };
  EXPECT_GT(median_error(), 0.05);
  fit.fit([](const auto&) { return true; }, 12);
  EXPECT_LT(median_error(), 0.015);

  TrainingFit again(table, facts());
  again.fit([](const auto&) { return true; }, 12);
  for (std::size_t i = 0; i < fit.runs().size(); ++i) EXPECT_EQ(fit.error(fit.runs()[i]), again.error(again.runs()[i]));
}

TEST(CalibrateTraining, ALeftOutRowMovesNothing) {
  CsvTable table = made_runs("narayanan2021");
  const auto out = [&](const TrainingFit::Run& r) { return r.run.row.id == table.cell(3, "id"); };
  TrainingFit fit(table, facts());
  fit.fit([&](const auto& r) { return !out(r); }, 6);
  CsvTable changed = like(table);
  for (std::size_t i = 0; i < table.size(); ++i) add(changed, table, i, i == 3 ? "1234" : table.cell(i, "step_time_s"));
  TrainingFit other(changed, facts());
  other.fit([&](const auto& r) { return !out(r); }, 6);
  for (std::size_t i = 0; i < fit.runs().size(); ++i)
    if (!out(fit.runs()[i])) {
      EXPECT_EQ(fit.error(fit.runs()[i]), other.error(other.runs()[i]));
    }
}

TEST(Bands, FindTheSpreadThatMadeTheErrors) {
  // Errors of a Laplace distribution by its quantiles, twice as wide where the term is 1.
  std::vector<LeftOutError> errors;
  for (int i = 1; i < 2000; ++i)
    for (const double term : {0.0, 1.0}) {
      const double u = i / 2000.0, sigma = 0.05 * std::exp2(term);
      const double e = u < 0.5 ? sigma * std::log(2 * u) : -sigma * std::log(2 * (1 - u));
      errors.push_back({e, 1, {term}});
    }
  const catalog::BandRule band = fit_band(errors);
  EXPECT_NEAR(std::exp(band.base), 0.05, 0.001);
  EXPECT_NEAR(band.factors[0], std::log(2.0), 0.02);
  EXPECT_NEAR(coverage(band, errors), 0.8, 0.01);
  EXPECT_NEAR(band.below, std::log(5.0), 0.05);  // the 90th percentile of a Laplace distribution, in sigma
  EXPECT_THROW(fit_band({}), Error);
}

TEST(WriteConstants, OnlyValuesChange) {
  const std::string name = "default";
  const catalog::Entry& entry = facts().catalog.entry("frameworks", name);
  const std::string before = read_file(entry.place.file);
  const auto files = with_constants(facts().catalog, {{"frameworks", name, "", "slowdown", 0, 1.2345},
                                                      {"frameworks", name, "", "step_fixed", 0, 0.05},
                                                      {"frameworks", name, "", "attention", 0, 0, true}});
  ASSERT_EQ(files.size(), 1u);
  const std::string& after = files.begin()->second;
  EXPECT_NE(after.find("slowdown = 1.234"), std::string::npos);
  EXPECT_NE(after.find("step_fixed = \"50 ms\""), std::string::npos);
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(after), lines(before) - 1);
  const std::vector<catalog::Entry> read = catalog::read_entries(after, "frameworks", "after");
  const auto again = std::find_if(read.begin(), read.end(), [&](const auto& e) { return e.name == name; });
  EXPECT_NEAR(again->number("step_fixed"), 0.05, 1e-12);
  EXPECT_EQ(again->find("attention"), nullptr);
  EXPECT_EQ(again->number("elementwise"), entry.number("elementwise"));
  EXPECT_THROW(with_constants(facts().catalog, {{"kernels", "h100-sxm", "gemm.bf17", "rate", 0, 1}}), Error);
}

}  // namespace
}  // namespace orrery::validation
