#include "validation/columns.h"

#include <fmt/format.h>
#include <cstdlib>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace orrery::validation {
namespace {

struct Range {
  double low = 0, high = 0;
  bool whole = false;
  std::initializer_list<std::string_view> columns;
};

const Range ranges[] = {
    // Counts of which there is one at least.
    {1,
     1e9,
     true,
     {"n_accelerators",
      "accelerators",
      "gpus_per_node",
      "n_gpus",
      "n_nodes",
      "layers",
      "hidden",
      "ffn_hidden",
      "heads",
      "kv_heads",
      "num_heads",
      "vocab",
      "seq_len",
      "sequence",
      "tp",
      "pp",
      "vp",
      "cp",
      "ep",
      "dp",
      "moe_tp",
      "moe_ep",
      "micro_batch",
      "global_batch",
      "grad_accum",
      "batch",
      "moe_top_k",
      "topk",
      "experts",
      "inter",
      "isl",
      "seq",
      "head_dim",
      "num_tokens",
      "# GPUs",
      "global batch",
      "micro batch",
      "hidden size",
      "attention heads",
      "# layers",
      "sequence length",
      "tensor parallelism",
      "data parallelism",
      "pipeline parallelism"}},
    // Counts that may be none.
    {0, 1e15, true, {"moe_experts", "moe_shared", "past_kv", "message_bytes", "message_elems", "m", "n", "k"}},
    // What was measured, and what predictions are held against.
    {1e-9,
     1e9,
     false,
     {"step_time_s", "latency_ms", "real_ms", "value", "measured_GiB", "real_alloc_GiB", "peak_mem_gb",
      "iteration time (ms)"}},
    {1e-9, 1e12, false, {"time_us", "tokens_per_s_per_gpu", "time_to_train_min", "gpu_hours"}},
    {1e-6, 1e6, false, {"params_b", "active_params_b", "inter_node_gbps_per_gpu", "tflops_per_gpu"}},
    {0, 1e6, false, {"algbw_gbs", "busbw_gbs"}},
    {1e-6, 100, false, {"mfu_pct", "hfu_pct"}},
    {0, 1, false, {"goodput"}},
    {0, 1e9, false, {"units", "units_p5", "units_p95"}},
};

void check_column(const CsvTable& table, std::size_t column, const Range& range) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string_view cell = table.at(row, column);
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (cell.empty() || error != std::errc{} || end != cell.data() + cell.size()) continue;
    if (value >= range.low && value <= range.high && (!range.whole || value == std::floor(value))) continue;
    throw Error(
        {table.name, table.line(row), 0}, table.header[column],
        fmt::format("{} is not a {}number from {:g} to {:g}", cell, range.whole ? "whole " : "", range.low, range.high),
        "write one, or leave the cell empty");
  }
}

}  // namespace

CsvTable read_measured(const std::string& path) {
  CsvTable table = read_csv(path);
  // A row takes a hundred times its bytes once it is a prediction.
  constexpr std::size_t most_rows = 100'000;
  if (table.size() > most_rows)
    throw Error({table.name, table.line(most_rows), 0}, "", "the table has more than 100,000 rows", "give it in parts");
  for (std::size_t row = 0; row < table.size(); ++row) {
    bool blank = true;
    for (std::size_t column = 0; blank && column < table.header.size(); ++column) blank = table.at(row, column).empty();
    if (blank) throw Error({table.name, table.line(row), 0}, "", "the row is blank", "remove it");
  }
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (!table.header[i].empty() && table.column(table.header[i]) != static_cast<int>(i))
      throw Error({table.name, 1, 0}, table.header[i], "is a column twice", "keep one of them");
  for (const Range& range : ranges)
    for (const std::string_view name : range.columns)
      if (const int column = table.column(name); column >= 0)
        check_column(table, static_cast<std::size_t>(column), range);
  return table;
}

double size_at(const std::string& text, std::size_t at) {
  const double value = at < text.size() ? std::strtod(text.c_str() + at, nullptr) : 0;
  return value >= 0 && value <= 1e12 ? value : 0;
}

}  // namespace orrery::validation
