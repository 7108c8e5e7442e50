// Scores the kernel model on measured products, attention and operators: one row, one kernel; what is not modelled is
// counted with its reason. Tables with the columns of measurements/kernels.csv or of measurements/operators.csv.
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "silicon/chip/kernel_band.h"
#include "validation/communication_kernels.h"
#include "validation/kernels.h"
#include "validation/operators.h"

namespace orrery::validation {

using namespace training;
using silicon::KernelKind;

namespace {

/// The table's precision names; fp8_static scales ahead of time but casts all the same.
bool kernel_precision(const std::string& printed, Precision& precision) {
  if (printed.starts_with("bfloat16") || printed.starts_with("bf16") || printed.starts_with("fp16") ||
      printed.starts_with("float16") || printed == "half")
    precision = Precision::bf16;
  else if (printed == "fp8_block" || printed == "mxfp8") precision = Precision::fp8_block;
  else if (printed.starts_with("fp8")) precision = Precision::fp8;
  else if (printed == "nvfp4") precision = Precision::nvfp4;
  else if (printed == "sq" || printed == "int8") precision = Precision::int8;
  else return false;
  return true;
}

/// What is known of a release: the longest of the names that the printed framework holds; nothing when none is.
silicon::GemmRelease release_of(const std::vector<silicon::GemmRelease>& releases, const std::string& framework) {
  silicon::GemmRelease found;
  for (const silicon::GemmRelease& r : releases)
    if (r.name.size() > found.name.size() && framework.find(r.name) != std::string::npos) found = r;
  return found;
}

/// Puts a predicted time into a row, with its band: launch is its part that does not depend on the size, s.
void predict(Row& row, const silicon::KernelBandRule& rule, silicon::KernelKind kind, const Accelerator& chip,
             const std::string& kernel, double launch, double time) {
  silicon::KernelCertainty certainty;
  row.kernel = silicon::kernel_group(chip.name, kernel, time >= 50e-6);
  certainty.spread = rule.spread_of(row.kernel);
  certainty.kind = kind;
  certainty.launch = launch / time;
  certainty.chip_measured = chip.measured, certainty.relative_measured = true;
  certainty.long_running = time >= 50e-6;
  const silicon::KernelBand band = kernel_band(rule, certainty);
  row.predicted = time, row.launch = launch;
  row.band = {time * band.p10, time * band.p90};
}

/// One product of a table row, or the reason why there is none.
void predict_product(Row& row, const silicon::KernelBandRule& rule, const Accelerator& chip, const std::string& dtype,
                     const std::string& framework, double m, double n, double k) {
  Precision precision = Precision::bf16;
  if (m < 1 || n < 1 || k < 1) {
    row.skipped = "a size is missing or zero";
  } else if (dtype == "int8_wo" || dtype == "int4_wo") {
    const silicon::GemmConstants& c = chip.weight_only[dtype == "int8_wo" ? 0 : 1];
    predict(row, rule, KernelKind::product, chip, "gemm " + dtype, c.launch, gemm_time(c, m, n, k));
  } else if (!kernel_precision(dtype, precision)) {
    row.skipped = "the precision " + dtype + " is not modelled";
  } else if (const auto p = static_cast<std::size_t>(precision); chip.peak[p] <= 0) {
    row.skipped = "the accelerator lacks the precision";
  } else if (precision == Precision::bf16 && framework.empty() && !chip.dispatched.empty()) {
    const silicon::GemmConstants& c = chip.dispatched_product;  // no serving software: a layer benchmark
    predict(row, rule, KernelKind::dispatched, chip, "dispatched gemm", c.launch, gemm_time(c, m, n, k));
  } else {
    // Benchmarks of the library alone multiply operands that are narrow already.
    const bool casts = !framework.starts_with("cublas") && !framework.starts_with("torch");
    const silicon::GemmRelease release = release_of(chip.gemm_releases[p], framework);
    const silicon::GemmConstants& c = chip.gemm[p];
    predict(row, rule, KernelKind::product, chip, "gemm " + dtype, c.launch + (casts ? c.quantise_fixed : 0),
            gemm_time(c, m, n, k, 1, casts) * release.factor + m * release.row);
  }
}

/// Predicts one row of a table like kernels.csv.
Row kernel_row(const CsvTable& table, std::size_t i, const Facts& facts, const silicon::KernelBandRule& rule) {
  const auto n = [&](const char* column, double fallback = 0) { return table.number(i, column, fallback); };
  const std::string &printed = table.cell(i, "kernel"), &dtype = table.cell(i, "dtype"),
                    &framework = table.cell(i, "framework");
  const bool product = printed == "gemm" || printed.starts_with("gemm ");
  const std::string kernel = product ? "gemm" : printed;
  Row row;
  row.id = table.cell(i, "id");
  row.measured = n("latency_ms") * 1e-3;
  if (row.measured == 0 && product && n("tflops") > 0)
    row.measured = 2 * n("m") * n("n") * n("k") / (n("tflops") * 1e12);
  const Accelerator* chip = accelerator_called(facts, table.cell(i, "gpu_type"));
  row.group = (chip ? chip->name : table.cell(i, "gpu_type")) + " " + kernel + " " + dtype +
              (row.measured >= 50e-6 ? " 50 us and longer" : " below 50 us");
  if (row.measured <= 0) {
    row.skipped = "no latency";
  } else if (!chip) {
    row.skipped = "the accelerator is not in the catalog";
  } else if (product) {
    predict_product(row, rule, *chip, dtype, framework, n("m"), n("n"), n("k"));
  } else if (kernel == "context_attention" || kernel == "generation_attention") {
    const bool fp8_keys = dtype.find("kv:fp8") != std::string::npos;
    const silicon::AttentionConstants& c = dtype.starts_with("fp8") && kernel == "context_attention"
                                               ? chip->attention_fp8
                                           : fp8_keys || dtype.starts_with("fp8") ? chip->attention_kv8
                                                                                  : chip->attention;
    double window = 0;
    if (const auto at = framework.find("window="); at != std::string::npos)
      window = std::atof(framework.c_str() + at + 7);
    const double batch = n("batch"), length = n("seq"), heads = n("heads"), kv = n("kv_heads", heads),
                 dim = n("head_dim", 128);
    if (Precision known = Precision::bf16; !kernel_precision(dtype, known))
      row.skipped = "the precision " + dtype + " is not modelled";
    else if (batch < 1 || length < 1 || heads < 1 || kv < 1 || dim < 1 || !(window >= 0))
      row.skipped = "a size is missing or zero";
    else if (heads < kv) row.skipped = "fewer heads than key heads";
    else if (kernel == "context_attention")
      predict(row, rule, KernelKind::attention, *chip, kernel + ' ' + dtype, c.launch,
              attention_time(c, batch, length, heads, kv, dim, dim, window));
    else
      predict(row, rule, KernelKind::attention, *chip, kernel + ' ' + dtype, c.decode_shared.launch,
              decode_attention_time(c, batch, length, heads, kv, dim, window, framework));
  } else {
    row.skipped = "the kernel " + kernel + " is not modelled";
  }
  return row;
}

/// The number after KEY= in a printed shape ("M=64 N=128 K=128"); fallback when it is not there.
double size_of(const std::string& shape, char key, double fallback) {
  for (std::size_t at = 0; at + 1 < shape.size(); ++at)
    if (shape[at] == key && shape[at + 1] == '=' && (at == 0 || shape[at - 1] == ' '))
      return std::strtod(shape.c_str() + at + 2, nullptr);
  return fallback;
}

/// Predicts one row of a table like operators.csv: operators launched one by one from a framework.
Row operator_row(const CsvTable& table, std::size_t i, const Facts& facts, const silicon::KernelBandRule& rule) {
  const std::string &printed = table.cell(i, "op"), &shape = table.cell(i, "shape"), &unit = table.cell(i, "unit");
  const std::string& device = table.cell(i, "device");
  const bool half = printed.ends_with("_fp16") || printed.ends_with("_bf16");
  const std::string op = half ? printed.substr(0, printed.size() - 5) : printed;
  Row row;
  row.id = table.cell(i, "id");
  if (row.id.empty()) row.id = device + " " + printed + " " + shape;
  row.measured = table.number(i, "value", 0);
  const double m = size_of(shape, 'M', 1), n = size_of(shape, 'N', 0), k = size_of(shape, 'K', 0);
  if (unit.starts_with("G elements per s")) row.measured = row.measured > 0 ? m * n / row.measured * 1e-9 : 0;
  const Accelerator* chip = accelerator_called(facts, device);
  row.group = (chip ? chip->name : device) + " " + printed;
  const auto is_size = [](double x) { return x >= 1 && x <= 1e15; };
  if (!chip) row.skipped = "the accelerator is not in the catalog, or there are several";
  else if (unit != "s" && !unit.starts_with("G elements per s")) row.skipped = "the unit " + unit + " is not known";
  else if (!half) row.skipped = "the operator " + printed + " is not modelled";
  else if (!is_size(m) || !is_size(n) || (op == "gemm" && !is_size(k))) row.skipped = "a size is missing or zero";
  else if (row.measured <= 0) row.skipped = "no latency";
  else if (op == "gemm") predict_product(row, rule, *chip, "fp16", "", m, n, k);
  else if (const auto it = chip->dispatched.find(op); it != chip->dispatched.end())
    predict(row, rule, KernelKind::dispatched, *chip, "dispatched " + op, it->second.dispatch,
            elementwise_time(it->second, chip->memory_bandwidth, m, n));
  else row.skipped = "the operator " + printed + " is not modelled";
  return row;
}

/// Prices a measured operator.
void predict_operator(Row& row, const silicon::KernelBandRule& rule, const silicon::OperatorKernels& kernels,
                      const MeasuredOperator& measured) {
  const silicon::KnownKernel known = kernels.find(measured.operation, measured.kernel, *measured.chip);
  row.predicted = operator_time(known.constants, measured.work);
  const silicon::KernelBand band = kernel_band(rule, certainty_of(measured.operation, known, row.predicted));
  row.band = {row.predicted * band.p10, row.predicted * band.p90};
}

}  // namespace

Score validate_kernels(const CsvTable& table, const Facts& facts) {
  if (table.column("table") >= 0 && !table.rows.empty() && is_communication(table.cell(0, "table")))
    return validate_communication(table, facts);
  const silicon::KernelBandRule rule = silicon::read_kernel_band(facts.catalog);
  Score score;
  if (has_operators(table)) {
    table.require({"id", "table", "gpu", "framework", "version", "kernel_source", "op_name", "dtype", "latency_ms"},
                  "give a table with the columns of measurements/kernels_moe_mla.csv");
    const silicon::OperatorKernels kernels(facts.catalog);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const MeasuredOperator measured = read_operator(table, i, facts, kernels);
      Row row = row_of(measured, table, i);
      if (row.skipped.empty()) predict_operator(row, rule, kernels, measured);
      if (row.skipped.empty() && !measured.suspect.empty()) {
        row.group = "suspect";
        row.skipped = "suspect: " + measured.suspect;
      }
      score.rows.push_back(std::move(row));
    }
    return score;
  }
  const bool operators = table.column("op") >= 0 && table.column("kernel") < 0;
  if (operators)
    table.require({"device", "op", "shape", "value", "unit"}, "give a table of device, op, shape, value, unit");
  else
    table.require(
        {"kernel", "gpu_type", "dtype", "latency_ms"},
        "give a table of id, kernel, gpu_type, dtype, m, n, k, batch, seq, heads, kv_heads, head_dim, causal, "
        "latency_ms");
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    score.rows.push_back(operators ? operator_row(table, i, facts, rule) : kernel_row(table, i, facts, rule));
  return score;
}

}  // namespace orrery::validation
