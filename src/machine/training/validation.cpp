#include "machine/training/validation.h"

#include <cmath>
#include <cstdlib>

#include "base/error.h"

namespace orrery::training {

Score validate_training(const CsvTable& table, const Hardware& hardware,
                        const std::vector<model::Architecture>& models) {
  table.require({"model", "accelerator", "n_accelerators", "seq_len", "global_batch"},
                "give a table with the columns of measurements/training.csv");
  std::vector<ScoredRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const MeasuredRun run = read_run(table, i, hardware, models);
    ScoredRow row;
    row.id = run.id, row.group = run.group, row.measured = run.measured, row.skipped = run.skipped;
    if (row.skipped.empty()) {
      try {
        model::check(run.job.model);
        row.predicted = evaluate(run.job, run.machine, run.layout).step.value();
      } catch (const Error& e) {
        row.skipped = e.problem();
      }
    }
    rows.push_back(std::move(row));
  }
  return summarise(std::move(rows));
}

namespace {

/// The table's precision names; fp8_static scales ahead of time but casts all the same.
bool kernel_precision(const std::string& printed, Precision& precision) {
  if (printed.starts_with("bfloat16") || printed.starts_with("bf16") || printed.starts_with("fp16") ||
      printed == "half")
    precision = Precision::bf16;
  else if (printed == "fp8_block" || printed == "mxfp8")
    precision = Precision::fp8_block;
  else if (printed.starts_with("fp8"))
    precision = Precision::fp8;
  else if (printed == "nvfp4")
    precision = Precision::nvfp4;
  else if (printed == "sq" || printed == "int8")
    precision = Precision::int8;
  else
    return false;
  return true;
}

/// A release's factor: the longest of its names that the printed framework holds; 1 when none is.
double release_factor(const std::vector<std::pair<std::string, double>>& releases, const std::string& framework) {
  double factor = 1;
  std::size_t length = 0;
  for (const auto& [name, value] : releases)
    if (name.size() > length && framework.find(name) != std::string::npos) factor = value, length = name.size();
  return factor;
}

}  // namespace

Score validate_kernels(const CsvTable& table, const Hardware& hardware) {
  table.require({"kernel", "gpu_type", "dtype", "latency_ms"},
                "give a table of id, kernel, gpu_type, dtype, m, n, k, batch, seq, heads, kv_heads, head_dim, causal, "
                "latency_ms");
  std::vector<ScoredRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    ScoredRow row;
    row.id = table.cell(i, "id");
    row.measured = table.number(i, "latency_ms", 0) * 1e-3;
    const std::string kernel = table.cell(i, "kernel"), dtype = table.cell(i, "dtype"),
                      framework = table.cell(i, "framework");
    const Accelerator* chip = hardware.find_accelerator(table.cell(i, "gpu_type"));
    const std::string length = row.measured >= 50e-6 ? " 50 us and longer" : " below 50 us";
    row.group = (chip ? chip->name : table.cell(i, "gpu_type")) + " " + kernel + " " + dtype + length;
    const auto n = [&](const char* column, double fallback = 0) { return table.number(i, column, fallback); };
    Precision precision = Precision::bf16;
    if (row.measured <= 0) {
      row.skipped = "no latency";
    } else if (!chip) {
      row.skipped = "the accelerator is not in the catalog";
    } else if (!kernel_precision(dtype, precision)) {
      row.skipped = "the precision " + dtype + " is not modelled";
    } else if (kernel == "gemm") {
      const std::size_t p = static_cast<std::size_t>(precision);
      if (chip->peak[p] <= 0)
        row.skipped = "the accelerator lacks the precision";
      else if (n("m") < 1 || n("n") < 1 || n("k") < 1)
        row.skipped = "a size is missing or zero";
      else
        row.predicted =
            gemm_time(chip->gemm[p], n("m"), n("n"), n("k")) * release_factor(chip->gemm_releases[p], framework);
    } else if (kernel == "context_attention" || kernel == "generation_attention") {
      const AttentionConstants& c = dtype.starts_with("fp8")                    ? chip->attention_fp8
                                    : dtype.find("kv:fp8") != std::string::npos ? chip->attention_kv8
                                                                                : chip->attention;
      double window = 0;
      if (const auto at = framework.find("window="); at != std::string::npos)
        window = std::atof(framework.c_str() + at + 7);
      const double heads = n("heads"), kv = n("kv_heads", heads), dim = n("head_dim", 128);
      if (n("batch") < 1 || n("seq") < 1 || heads < 1)
        row.skipped = "a size is missing or zero";
      else if (kernel == "context_attention")
        row.predicted = attention_time(c, n("batch"), n("seq"), heads, kv, dim, dim, window);
      else
        row.predicted = decode_attention_time(c, n("batch"), n("seq"), heads, kv, dim, dim, window);
    } else {
      row.skipped = "the kernel " + kernel + " is not modelled";
    }
    rows.push_back(std::move(row));
  }
  return summarise(std::move(rows));
}

}  // namespace orrery::training
