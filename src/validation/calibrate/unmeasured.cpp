#include "validation/calibrate/unmeasured.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/spread.h"
#include "validation/calibrate/collectives.h"
#include "validation/unmeasured.h"

namespace orrery::validation {

using namespace study;

namespace {

using Rows = std::vector<const MeasuredKernel*>;
using ByChip = std::map<const silicon::Accelerator*, Rows>;

/// Mean over chips of the mean absolute error of a chip's rows.
double misfit(const Facts& facts, const ByChip& chips, const silicon::UnmeasuredKernels& kernels) {
  double sum = 0;
  for (const auto& [chip, rows] : chips) {
    const silicon::Accelerator a = as_unmeasured(facts, *chip, kernels);
    double errors = 0;
    for (const MeasuredKernel* row : rows) errors += std::abs(kernel_time(*row, a) / row->row.measured - 1);
    sum += errors / static_cast<double>(rows.size());
  }
  return sum / static_cast<double>(chips.size());
}

/// The figures that rows of products tell apart.
silicon::NamedConstants fitted_of(silicon::UnmeasuredKernels& kernels) {
  silicon::NamedConstants out = constants_of(kernels);
  std::erase_if(out, [](const auto& figure) { return figure.first == "exponentials"; });
  return out;
}

silicon::UnmeasuredKernels fit(const Facts& facts, const ByChip& chips, silicon::UnmeasuredKernels kernels) {
  constexpr int evaluations = 60;  // for each figure
  const auto figures = fitted_of(kernels);
  std::vector<double> from;
  for (const auto& figure : figures) from.push_back(*figure.second);
  const auto put = [&](const std::vector<double>& x) {
    for (std::size_t i = 0; i < x.size(); ++i) *figures[i].second = x[i];
  };
  put(minimise(
      [&](const std::vector<double>& x) {
        put(x);
        double beyond = 0;
        for (const auto& [key, value] : figures)
          beyond += beyond_bounds("unmeasured-kernels", std::string(key), *value);
        return misfit(facts, chips, kernels) + beyond;
      },
      from, evaluations * static_cast<int>(figures.size())));
  return kernels;
}

Cell number(double value) {
  return {Value(value), fmt::format("{:.4g}", value)};
}

}  // namespace

Calibrated calibrate_unmeasured(const Facts& facts, const CalibrateOptions& options) {
  if (!options.leave_out.empty() && options.leave_out != "chip")
    throw Error({}, "leave_out", in_quotes(options.leave_out) + " cannot be left out of chips that nobody has measured",
                "leave out chip, or nothing");
  const std::vector<MeasuredKernel> kernels = read_measured_kernels(facts, options.measurements);
  ByChip chips;
  for (const MeasuredKernel& kernel : kernels)
    if (not_unmeasured(kernel).empty()) chips[kernel.chip].push_back(&kernel);
  if (chips.size() < 2)
    throw Error({}, options.measurements, "has products of fewer than two measured chips",
                "give the folder of the measured tables");
  Calibrated out;
  out.document.title = "Products of chips that nobody has measured";
  out.document.say(out.document.title + "\n");
  const silicon::UnmeasuredKernels shipped = unmeasured_kernels(facts);
  const bool left_out = options.leave_out == "chip";
  silicon::UnmeasuredKernels fitted = left_out ? shipped : fit(facts, chips, shipped);
  study::Table table{
      "chips",
      left_out ? "Each chip by constants fitted on the others" : "Each chip by constants fitted on all",
      {text_column("chip", "chip"), count_column("rows", "rows", ""), percent_column("mean_abs_error", "mean", 1),
       percent_column("mean_abs_error_long", "above 20 us", 1)},
      {}};
  for (auto& column : error_columns()) table.columns.push_back(std::move(column));
  for (const auto& [chip, rows] : chips) {
    ByChip others = chips;
    others.erase(chip);
    const silicon::Accelerator a = as_unmeasured(facts, *chip, left_out ? fit(facts, others, shipped) : fitted);
    std::vector<double> errors, longer;
    for (const MeasuredKernel* row : rows) {
      errors.push_back(kernel_time(*row, a) / row->row.measured - 1);
      if (row->row.measured >= 20e-6) longer.push_back(errors.back());
    }
    std::vector<Cell> cells{chip->name, rows.size(), summary_of_errors(errors).mean,
                            longer.empty() ? Cell() : Cell(summary_of_errors(longer).mean)};
    for (Cell& cell : error_cells(errors)) cells.push_back(std::move(cell));
    table.rows.push_back(std::move(cells));
  }
  out.document.add(std::move(table));
  if (left_out) return out;
  // What each chip would have by itself says how far a chip that nobody has measured may be from what all have.
  study::Table figures{
      "constants",
      "Constants fitted on all chips, and on each by itself",
      {text_column("key", "figure"), fixed_column("before", "was", "", 0), fixed_column("after", "is", "", 0)},
      {}};
  silicon::UnmeasuredKernels before = shipped;
  const auto was = fitted_of(before), is = fitted_of(fitted);
  for (std::size_t i = 0; i < was.size(); ++i)
    figures.rows.push_back({std::string(was[i].first), number(*was[i].second), number(*is[i].second)});
  for (const auto& [chip, rows] : chips) {
    figures.columns.push_back(fixed_column(chip->name, chip->name, "", 0));
    silicon::UnmeasuredKernels own = fit(facts, {{chip, rows}}, fitted);
    const auto values = fitted_of(own);
    for (std::size_t i = 0; i < values.size(); ++i) figures.rows[i].push_back(number(*values[i].second));
  }
  out.document.add(std::move(figures));
  return out;
}

}  // namespace orrery::validation
