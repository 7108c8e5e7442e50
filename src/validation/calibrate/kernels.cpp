#include "validation/calibrate/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/csv.h"
#include "base/error.h"
#include "base/spread.h"
#include "validation/calibrate/products.h"
#include "validation/operators.h"

namespace orrery::validation {

using namespace silicon;
using namespace study;

namespace {

using Samples = std::vector<const OperatorSample*>;

OperatorError error_of(const OperatorRows& rows, std::size_t i, const OperatorKernels& fitted) {
  const OperatorSample& sample = rows.samples[i];
  const KnownKernel known = fitted.find(sample.operation, sample.kernel, *rows.chips[i]);
  // Samples are stated for the reference already: take back what find() restates.
  const OperatorKernels::Operation& operation = fitted.operation(sample.operation);
  OperatorKernels::Operation inverse = operation;
  inverse.memory_exponent = -operation.memory_exponent, inverse.step_exponent = -operation.step_exponent;
  const OperatorConstants constants = restated(known.constants, inverse, rows.chips[i]->memory_bandwidth,
                                               rows.chips[i]->peak[0] / rows.chips[i]->cores);
  const double time = operator_time(constants, sample.work);
  return {i, std::log(time / sample.measured), certainty_of(known, time)};
}

/// Appends the errors of samples that keep() leaves out of the fit.
void leave_out(const OperatorRows& rows, const OperatorKernels& kernels, const std::function<bool(std::size_t)>& keep,
               std::vector<OperatorError>& errors) {
  Samples kept;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < rows.samples.size(); ++i)
    if (keep(i)) kept.push_back(&rows.samples[i]), seen.insert(rows.samples[i].operation);
  const OperatorKernels fitted = fit_operators(kernels, kept);
  for (std::size_t i = 0; i < rows.samples.size(); ++i)
    if (!keep(i) && seen.contains(rows.samples[i].operation)) errors.push_back(error_of(rows, i, fitted));
}

study::Table summary_table(std::string key, std::string heading) {
  study::Table table{std::move(key),
                     std::move(heading),
                     {text_column("of", "of"), text_column("group", "group"), count_column("rows", "rows", "")},
                     {}};
  for (Column& column : error_columns()) table.columns.push_back(std::move(column));
  return table;
}

void add_errors(study::Table& table, const OperatorRows& rows, const std::vector<OperatorError>& errors, bool by_chip) {
  std::map<std::pair<std::string, std::string>, std::vector<double>> groups;
  for (const OperatorError& e : errors) {
    const std::string of = rows.sparse[e.sample] ? "sparse and linear" : "mixtures and latent";
    const double relative = std::expm1(e.error);
    groups[{of, "all"}].push_back(relative);
    groups[{of, by_chip ? rows.samples[e.sample].chip : rows.samples[e.sample].operation}].push_back(relative);
  }
  for (const auto& [key, list] : groups) {
    std::vector<Cell> row{key.first, key.second, list.size()};
    for (Cell& cell : error_cells(list)) row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
}

LeftOutError left_out(double error, double weight, const KernelCertainty& certainty) {
  const KernelBandTerms terms = kernel_band_terms(certainty);
  return {error, weight, {terms.begin(), terms.end()}};
}

/// Errors of products, attention and operators launched one by one: in the fit, and on the constants of a relative of
/// each chip. Returns how well each kernel is explained, of those with twenty rows.
std::map<std::string, double> add_products(const Facts& facts, const std::string& folder,
                                           std::vector<LeftOutError>& errors) {
  const std::vector<MeasuredKernel> kernels = read_measured_kernels(facts, folder);
  const auto group_of = [](const MeasuredKernel& k, double time) {
    return kernel_group(k.chip->name, k.name, time >= long_kernel);
  };
  std::map<std::string, std::pair<double, int>> sums;
  for (const MeasuredKernel& k : kernels) {
    const double time = kernel_time(k, *k.chip);
    auto& [sum, rows] = sums[group_of(k, time)];
    sum += std::abs(std::log(time / k.row.measured)), ++rows;
  }
  std::map<std::string, double> spreads;
  for (const auto& [group, sum] : sums)
    if (sum.second >= 20) spreads[group] = sum.first / sum.second;
  const auto add = [&](const MeasuredKernel& k, const silicon::Accelerator& on, double weight) {
    const double time = kernel_time(k, on);
    const auto spread = spreads.find(group_of(k, time));
    errors.push_back(
        left_out(std::log(time / k.row.measured), weight,
                 certainty_of(k, on, time, spread == spreads.end() ? KernelCertainty().spread : spread->second)));
  };
  for (const MeasuredKernel& k : kernels) add(k, *k.chip, k.kind == KernelKind::dispatched ? 1 : 0.3);
  const std::vector<ProductPart> parts = parts_of(facts, kernels);
  for (const ProductPart& part : parts)
    if (const silicon::Accelerator* kin = kin_of(part, parts)) {
      const silicon::Accelerator relative = as_relative(*kin, *part.chip);
      for (const MeasuredKernel* k : part.rows) add(*k, relative, 0.1);
    }
  return spreads;
}

/// The constants of a group and those within it, as the catalog writes them.
void list_node(const OperatorKernels::Node& node, const OperatorKernels::Node* before, const std::string& operation,
               const std::string& part, std::size_t depth, std::vector<Constant>& out) {
  if (!before) return;  // a kernel that the catalog does not state stands on the one above it
  static constexpr std::array<const char*, 5> groups = {"engine", "kernel", "format", "chip", "release"};
  if (node.constants) {
    OperatorConstants now = *node.constants, then = before && before->constants ? *before->constants : now;
    const auto keys = keys_of(now), old = keys_of(then);
    for (std::size_t i = 0; i < keys.size(); ++i)
      out.push_back({"operators", operation, part, keys[i].first, before && before->constants ? *old[i].second : 0,
                     *keys[i].second});
  }
  out.push_back({"operators", operation, part, "spread", before ? before->spread : 0, node.spread});
  for (const auto& [name, within] : node.within) {
    const OperatorKernels::Node* same = nullptr;
    if (before)
      if (const auto it = before->within.find(name); it != before->within.end()) same = &it->second;
    list_node(within, same, operation, part + (part.empty() ? "" : "|") + groups[depth] + '.' + name, depth + 1, out);
  }
}

/// The band widened to hold a little more than four fifths of what was left out, since rows that nobody has yet are
/// further off than those left out of these tables.
catalog::BandRule widened(catalog::BandRule band, const std::vector<LeftOutError>& errors) {
  constexpr double held = 0.825, step = 1.01;
  while (coverage(band, errors) < held) band.below *= step, band.above *= step;
  return band;
}

}  // namespace

OperatorRows read_operator_rows(const Facts& facts, const OperatorKernels& kernels, const std::string& folder) {
  OperatorRows out;
  for (const bool sparse : {false, true}) {
    const CsvTable table = read_csv(folder + (sparse ? "/kernels_sparse_linear.csv" : "/kernels_moe_mla.csv"));
    for (std::size_t i = 0; i < table.size(); ++i) {
      const MeasuredOperator m = read_operator(table, i, facts, kernels);
      if (!m.skipped.empty() || !m.suspect.empty()) continue;
      const OperatorKernels::Operation& operation = kernels.operation(m.operation);
      out.samples.push_back(
          {m.operation, m.kernel, m.chip->name,
           restated_work(m.work, operation, m.chip->memory_bandwidth, m.chip->peak[0] / m.chip->cores), m.measured});
      out.chips.push_back(m.chip);
      out.sparse.push_back(sparse);
    }
  }
  return out;
}

std::vector<OperatorError> operator_errors(const OperatorRows& rows, const OperatorKernels& kernels, LeftOutBy by) {
  std::vector<OperatorError> errors;
  if (by == LeftOutBy::nothing) {
    Samples all;
    for (const OperatorSample& sample : rows.samples) all.push_back(&sample);
    const OperatorKernels fitted = fit_operators(kernels, all);
    for (std::size_t i = 0; i < rows.samples.size(); ++i) errors.push_back(error_of(rows, i, fitted));
  } else if (by == LeftOutBy::rows) {
    leave_out(
        rows, kernels, [&](std::size_t i) { return mixed_hash(std::to_string(i)) % 3 != 0; }, errors);
  } else if (by == LeftOutBy::kernel) {
    for (std::uint64_t part = 0; part < 4; ++part)
      leave_out(
          rows, kernels, [&](std::size_t i) { return mixed_hash(rows.samples[i].kernel.kernel) % 4 != part; }, errors);
  } else {
    std::set<std::string> chips;
    for (const OperatorSample& sample : rows.samples) chips.insert(sample.chip);
    for (const std::string& chip : chips)
      leave_out(
          rows, kernels, [&](std::size_t i) { return rows.samples[i].chip != chip; }, errors);
  }
  return errors;
}

Calibrated calibrate_kernels(const Facts& facts, const CalibrateOptions& options) {
  if (!options.leave_out.empty() && options.leave_out != "chip")
    throw Error({}, "leave_out", in_quotes(options.leave_out) + " cannot be left out of kernels",
                "leave out chip, or nothing");
  const OperatorKernels before(facts.catalog);
  const OperatorRows rows = read_operator_rows(facts, before, options.measurements);
  if (rows.samples.empty())
    throw Error({}, options.measurements, "has no rows that can be fitted", "give the folder of the measured tables");
  Calibrated out;
  Document& document = out.document;
  document.title = "Kernels, fitted again";
  document.say(document.title + "\n");

  const std::vector<OperatorError> by_chip = operator_errors(rows, before, LeftOutBy::chip);
  if (options.leave_out == "chip") {
    study::Table table = summary_table("left_out", "Each chip by the others");
    add_errors(table, rows, by_chip, true);
    document.add(std::move(table));
    return out;
  }
  Samples all;
  for (const OperatorSample& sample : rows.samples) all.push_back(&sample);
  const OperatorKernels fitted = fit_operators(before, all);
  std::vector<OperatorError> in_fit;
  for (std::size_t i = 0; i < rows.samples.size(); ++i) in_fit.push_back(error_of(rows, i, fitted));
  const std::vector<OperatorError> by_rows = operator_errors(rows, before, LeftOutBy::rows),
                                   by_kernel = operator_errors(rows, before, LeftOutBy::kernel);
  for (const auto& [name, operation] : fitted.operations())
    list_node(operation.root, &before.operation(name).root, name, "", 0, out.constants);

  std::vector<LeftOutError> errors;
  std::vector<std::size_t> ends;
  for (const auto& [part, weight] : {std::pair(&by_rows, 1.0), {&by_chip, 0.3}, {&by_kernel, 0.15}}) {
    for (const OperatorError& e : *part) errors.push_back(left_out(e.error, weight, e.certainty));
    ends.push_back(errors.size());
  }
  const std::map<std::string, double> spreads = add_products(facts, options.measurements, errors);
  const catalog::BandRule band = widened(fit_band(errors), errors);
  for (Constant& c : band_constants(facts.catalog, "kernels", kernel_band_keys, band))
    out.constants.push_back(std::move(c));
  const KernelBandRule before_band = read_kernel_band(facts.catalog);
  for (const auto& [kernel, spread] : spreads)
    if (before_band.spreads.contains(kernel))
      out.constants.push_back(
          {"bands", "kernels", "kernel." + kernel, "spread", before_band.spread_of(kernel), spread});

  study::Table fit = summary_table("in_fit", "In the fit"), third = summary_table("left_out_rows", "A third left out");
  add_errors(fit, rows, in_fit, false), add_errors(third, rows, by_rows, false);
  study::Table chip = summary_table("left_out_chips", "Each chip by the others"),
               kernel = summary_table("left_out_kernels", "Each kernel by the others");
  add_errors(chip, rows, by_chip, true), add_errors(kernel, rows, by_kernel, true);
  for (study::Table* table : {&fit, &third, &chip, &kernel}) document.add(std::move(*table));
  const auto cover = [&](const char* key, const char* heading, std::size_t first, std::size_t last) {
    document.add(coverage_table(key, heading, band,
                                {errors.begin() + static_cast<long>(first), errors.begin() + static_cast<long>(last)}));
  };
  cover("bands/all", "Bands of all errors left out", 0, errors.size());
  cover("bands/rows", "Bands of rows left out", 0, ends[0]);
  cover("bands/chips", "Bands of chips left out", ends[0], ends[1]);
  cover("bands/kernels", "Bands of kernels left out", ends[1], ends[2]);
  cover("bands/older", "Bands of the older tables", ends[2], errors.size());
  return out;
}

}  // namespace orrery::validation
