#include "validation/operators.h"
#include "validation/columns.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "silicon/chip/grouped_products.h"
#include "silicon/chip/latent_attention.h"
#include "silicon/chip/linear_attention.h"

namespace orrery::validation {

using namespace silicon;

namespace {

/// A row under its columns.
struct Cells {
  const CsvTable& table;
  std::size_t row;

  std::string text(const char* column) const { return table.cell(row, column); }
  double number(const char* column, double fallback = 0) const { return table.number(row, column, fallback); }
  /// The number after key= in the column extra ("d_conv=4;d_state=128"); 0 where that is no size.
  double extra(std::string_view key, double fallback) const {
    const std::string all = text("extra");
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find(';', at), all.size());
      const std::string_view part = std::string_view(all).substr(at, end - at);
      if (part.size() > key.size() && part.starts_with(key) && part[key.size()] == '=') {
        const double value = size_at(all, at + key.size() + 1);
        return value <= 1e6 ? value : 0;
      }
      at = end + 1;
    }
    return fallback;
  }
};

/// The name of a model as the catalog writes it: without its owner and the format of its weights.
std::string model_name(std::string printed) {
  printed = lower_case(printed.substr(printed.find('/') + 1));
  for (const char* format : {"-fp8", "-nvfp4", "-bf16"})
    if (printed.ends_with(format)) printed.resize(printed.size() - std::string_view(format).size());
  return printed;
}

/// The attention layer of a printed model, all its heads on one rank; null where the catalog has none.
const catalog::Entry* layer_entry(const Facts& facts, const std::string& printed) {
  const std::string name = printed.empty() ? "deepseek-v3" : model_name(printed);
  if (const catalog::Entry* entry = facts.catalog.find("attention", name)) return entry;
  return facts.catalog.find("models", name);
}

AttentionLayer layer_of(const catalog::Entry& entry) {
  AttentionLayer layer;
  for (const auto& [key, into] :
       std::initializer_list<std::pair<std::string_view, double*>>{{"hidden", &layer.hidden},
                                                                   {"heads", &layer.heads},
                                                                   {"kv_heads", &layer.kv_heads},
                                                                   {"q_lora_rank", &layer.q_rank},
                                                                   {"kv_lora_rank", &layer.kv_rank},
                                                                   {"qk_rope_dim", &layer.rope},
                                                                   {"qk_nope_dim", &layer.nope},
                                                                   {"v_dim", &layer.value},
                                                                   {"index_heads", &layer.index_heads},
                                                                   {"index_dim", &layer.index_width},
                                                                   {"index_keys", &layer.index_keys},
                                                                   {"index_block", &layer.index_block},
                                                                   {"window", &layer.window},
                                                                   {"out_groups", &layer.out_groups},
                                                                   {"out_rank", &layer.out_rank}})
    *into = entry.number(key, *into);
  return layer;
}

/// Exponent of the power law of a printed distribution ("power_law_1.2_eplb"); 0: balanced.
double skew_of(const std::string& printed) {
  const std::size_t at = printed.find_first_of("0123456789");
  return printed.starts_with("power_law") && at != std::string::npos ? size_at(printed, at) : 0;
}

/// Grouped products of one rank. num_tokens counts those of all ranks, but of the fused module those of each.
void read_mixture(const Cells& row, const OperatorKernels& kernels, MeasuredOperator& m) {
  const std::string& table = row.text("table");
  const bool fused = table == "dsv4_megamoe_module_perf", dense = row.text("op_name") == "mlp";
  MixtureShape shape;
  shape.tokens = row.number("num_tokens"), shape.hidden = row.number("hidden"), shape.inter = row.number("inter");
  shape.top_k = row.number("topk", 1), shape.experts = row.number("experts", 1);
  shape.tensor = row.number("moe_tp", 1), shape.ranks = row.number("moe_ep", 1);
  if (fused) shape.tokens *= shape.ranks;
  shape.skew = skew_of(row.text("distribution"));
  if (row.text("distribution").ends_with("_eplb")) shape.slots = row.extra("num_slots", shape.experts);
  shape.gated = !kernels.ungated(shape.hidden, shape.inter);
  const auto most = [](double x) { return x >= 1 && x <= 1e9; };
  if (!most(shape.tokens) || !most(shape.hidden) || !most(shape.inter) || !most(shape.top_k) ||
      !(shape.experts >= 1 && shape.experts <= 1e5 && shape.slots <= 1e5) || !most(shape.tensor) ||
      !most(shape.ranks)) {
    m.skipped = "a size is missing or zero";
    return;
  }
  m.operation = fused ? "fused-mixture" : "grouped-products";
  if (dense) m.kernel.kernel += " mlp";
  else if (table == "wideep_context_moe_perf") m.kernel.kernel += " context";
  else if (table == "wideep_generation_moe_perf") m.kernel.kernel += " generation";
  m.kernel.format = row.text("dtype");
  if (const auto chip = operator_chip(*m.chip, m.kernel.format)) m.work = grouped_products(shape, *chip);
  else m.skipped = "the precision " + m.kernel.format + " is not modelled";
}

/// Layers with a state of fixed size: the convolution, the scan and the step of gated delta nets and of Mamba-2.
void read_state(const Cells& row, MeasuredOperator& m) {
  const bool mamba = row.text("table") == "mamba2_perf";
  StateLayer layer;
  layer.heads = row.extra(mamba ? "nheads" : "num_v_heads", 0);
  layer.key_heads = row.extra(mamba ? "n_groups" : "num_k_heads", 0);
  layer.key_width = row.extra(mamba ? "d_state" : "head_k_dim", 0);
  layer.value_width = mamba ? row.number("head_dim") : row.extra("head_v_dim", 0);
  layer.taps = row.extra("d_conv", layer.taps), layer.chunk = row.extra("chunk_size", layer.chunk);
  layer.delta = !mamba;
  const double batch = row.number("batch"), length = row.number("isl");
  if (layer.heads < 1 || layer.key_heads < 1 || layer.key_width < 1 || layer.value_width < 1 || layer.chunk < 1 ||
      batch < 1 || length < 1) {
    m.skipped = "a size is missing or zero";
    return;
  }
  const OperatorChip chip = *operator_chip(*m.chip, "");
  m.kernel.format = mamba ? "mamba2" : "gated-delta-net";
  const std::string& kernel = row.text("kernel_source");
  if (kernel.find("conv1d") != std::string::npos) {
    m.operation = "short-convolution", m.work = short_convolution(layer, batch, length, chip);
  } else if (kernel.find("recurrent") != std::string::npos) {
    m.operation = "recurrent-step", m.work = recurrent_step(layer, batch, chip);
  } else {
    m.operation = "chunked-scan", m.work = chunked_scan(layer, batch, length, chip);
  }
}

/// Attention of every kind; modules with their projections.
void read_attention(const Cells& row, const Facts& facts, MeasuredOperator& m) {
  const std::string &table = row.text("table"), &op = row.text("op_name"), &kept = row.text("kv_cache_dtype");
  const bool generation = table.find("generation") != std::string::npos;
  const double heads = row.number("num_heads", 0);
  AttentionPass pass;
  pass.batch = row.number("batch", 1), pass.queries = row.number("isl", 1), pass.past = row.number("past_kv");
  pass.kv_bytes = kept.starts_with("fp8") ? 1 : 2;
  if (heads < 1 || pass.batch < 1 || pass.queries < 1 || pass.past < 0) {
    m.skipped = "a size is missing or zero";
    return;
  }
  const OperatorChip chip16 = *operator_chip(*m.chip, "");
  if (table == "encoder_attention_perf") {
    const double width = row.number("head_dim");
    if (width < 1) m.skipped = "a size is missing or zero";
    m.operation = "encoder-attention", m.kernel.format = row.text("dtype");
    m.work = encoder_attention(pass.batch, pass.queries, heads, width, chip16);
    return;
  }
  const catalog::Entry* entry = layer_entry(facts, row.text("model"));
  if (!entry || entry->number("hidden") <= 0) {
    m.skipped = "the catalog has no attention layer of " + row.text("model");
    return;
  }
  AttentionLayer layer = layer_of(*entry);
  const double all_heads = layer.heads;
  layer.heads = heads;
  if (table == "context_mla_perf") {
    m.operation = "latent-context", m.kernel.format = kept, m.work = latent_context(layer, pass, chip16);
    return;
  }
  if (table == "generation_mla_perf") {
    m.operation = "latent-decode", m.kernel.format = kept, m.work = latent_decode(layer, pass, chip16);
    return;
  }
  const std::string format = !row.text("gemm_dtype").empty() ? row.text("gemm_dtype") : row.text("dtype");
  const auto chip = operator_chip(*m.chip, format);
  if (!chip) {
    m.skipped = "the precision " + format + " is not modelled";
    return;
  }
  const std::string phase = generation ? "decode" : "context";
  m.kernel.format = format + ' ' + kept;
  ModuleForm form;
  form.decode = generation;
  if (table.starts_with("mla_") || table.starts_with("wideep_")) {
    if (row.text("dtype") == "fp8") m.kernel.format += " fp8";
    // The table of large clusters prints the keys of decoding as isl.
    if (generation) pass.past += pass.queries - 1, pass.queries = 1;
    m.operation = "latent-module-" + phase, m.work = latent_module(layer, pass, form, *chip);
  } else if (table.starts_with("dsa_")) {
    form.indexed = true;
    form.dense = m.kernel.kernel.find("dense") != std::string::npos;
    form.selects = !form.dense && op.find("skip_indexer") == std::string::npos;
    m.operation = "sparse-latent-" + phase, m.work = latent_module(layer, pass, form, *chip);
  } else if (table.starts_with("dsv4_")) {
    const bool sparse = table.find("_csa_") != std::string::npos;
    layer.compress = row.extra("compress_ratio", 0);
    if (!sparse) layer.index_keys = 0;
    layer.out_groups = std::max(1.0, layer.out_groups * heads / all_heads);
    if (layer.compress < 1) m.skipped = "a size is missing or zero";
    m.kernel.format = format;
    m.operation = (sparse ? "compressed-sparse-" : "compressed-") + phase;
    m.work = compressed_module(layer, pass, *chip);
  } else {
    const double share = heads / all_heads;
    layer.kv_heads = std::max(1.0, std::ceil(layer.kv_heads * share));
    layer.index_heads = std::max(1.0, std::ceil(layer.index_heads * share));
    m.operation = "block-sparse-" + phase, m.work = block_sparse_module(layer, pass, *chip);
  }
}

/// The products that absorb projections into queries and results of latent attention.
void read_absorbed(const Cells& row, const Facts& facts, MeasuredOperator& m) {
  const AttentionLayer layer = layer_of(facts.catalog.entry("models", "deepseek-v3"));
  const bool queries = row.text("op_name") == "mla_gen_pre";
  const double tokens = row.number("num_tokens"), heads = row.number("num_heads");
  m.operation = "absorbed-projection", m.kernel.format = row.text("dtype");
  m.kernel.kernel += queries ? " pre" : " post";
  const auto chip = operator_chip(*m.chip, m.kernel.format);
  if (!chip) m.skipped = "the precision " + m.kernel.format + " is not modelled";
  else if (tokens < 1 || heads < 1) m.skipped = "a size is missing or zero";
  else
    m.work = absorbed_projection(tokens, heads, queries ? layer.nope : layer.kv_rank,
                                 queries ? layer.kv_rank : layer.value, *chip);
}

void read_hyper_connection(const Cells& row, MeasuredOperator& m) {
  const bool before = row.text("op_name") == "pre";
  const double tokens = row.number("num_tokens"), hidden = row.number("hidden"), streams = row.extra("hc_mult", 0);
  m.operation = before ? "hyper-connection-before" : "hyper-connection-after";
  if (tokens < 1 || hidden < 1 || streams < 1) m.skipped = "a size is missing or zero";
  else
    m.work =
        hyper_connection(before, tokens, hidden, streams, row.extra("sinkhorn_iters", 1), *operator_chip(*m.chip, ""));
}

/// Which reader a table's rows have: what they name in the column table.
void read_by_table(const Cells& row, const Facts& facts, const OperatorKernels& kernels, MeasuredOperator& m) {
  const std::string& table = row.text("table");
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), table) != names.end();
  };
  if (is({"moe_perf", "wideep_moe_perf", "wideep_context_moe_perf", "wideep_generation_moe_perf",
          "dsv4_megamoe_module_perf", "wideep_context_mlp_perf", "wideep_generation_mlp_perf"}))
    return read_mixture(row, kernels, m);
  if (is({"context_mla_perf", "generation_mla_perf", "mla_context_module_perf", "mla_generation_module_perf",
          "wideep_context_mla_perf", "wideep_generation_mla_perf", "dsa_context_module_perf",
          "dsa_generation_module_perf", "dsv4_csa_context_module_perf", "dsv4_csa_generation_module_perf",
          "dsv4_hca_context_module_perf", "dsv4_hca_generation_module_perf", "msa_context_module_perf",
          "msa_generation_module_perf", "encoder_attention_perf"}))
    return read_attention(row, facts, m);
  if (table == "mla_bmm_perf") return read_absorbed(row, facts, m);
  if (is({"gdn_perf", "mamba2_perf"})) return read_state(row, m);
  if (table == "mhc_module_perf") return read_hyper_connection(row, m);
  if (is({"custom_allreduce_perf", "oneccl_perf", "trtllm_alltoall_perf", "wideep_deepep_ll_perf",
          "wideep_deepep_normal_perf"})) {
    m.skipped = "communication is not modelled here";
    return;
  }
  m.skipped = "the table " + table + " is not modelled";
}

}  // namespace

bool has_operators(const CsvTable& table) {
  return table.column("table") >= 0 && table.column("op_name") >= 0 && table.column("kernel_source") >= 0;
}

MeasuredOperator read_operator(const CsvTable& table, std::size_t i, const Facts& facts,
                               const OperatorKernels& kernels) {
  const Cells row{table, i};
  MeasuredOperator m;
  m.id = row.text("id");
  m.measured = row.number("latency_ms") * 1e-3;
  m.suspect = row.text("suspect");
  m.chip = accelerator_called(facts, row.text("gpu"));
  m.kernel = {lower_case(row.text("framework")), row.text("kernel_source"), "", row.text("version")};
  if (m.measured <= 0) m.skipped = "no latency";
  else if (!m.chip) m.skipped = "the accelerator is not in the catalog";
  else read_by_table(row, facts, kernels, m);
  return m;
}

Row row_of(const MeasuredOperator& m, const CsvTable& table, std::size_t i) {
  Row row;
  row.id = m.id;
  row.measured = m.measured;
  row.skipped = m.skipped;
  row.group = (m.chip ? m.chip->name : table.cell(i, "gpu")) + ' ' +
              (m.operation.empty() ? table.cell(i, "table") : m.operation);
  return row;
}

}  // namespace orrery::validation
