// Single-node tables in their own columns: vTrain's GPT sweep on A100 and SimuMax's runs on B200.
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/error.h"
#include "machine/training/validation.h"

namespace orrery::training {

Score validate_vtrain(const CsvTable& table, const Hardware& hardware) {
  table.require({"# GPUs", "global batch", "micro batch", "hidden size", "attention heads", "# layers", "sequence length",
                 "tensor parallelism", "pipeline parallelism", "iteration time (ms)"},
                "give the single-node table of vTrain");
  std::vector<ScoredRow> rows;
  Job job;
  job.sequence = 0;
  Machine machine;
  machine.accelerator = &hardware.accelerator("a100-sxm-40gb");
  machine.framework = &hardware.framework("vtrain");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto n = [&](const char* column) { return std::clamp(table.number(i, column, 0), 0.0, 1e9); };
    model::Architecture& m = job.model;
    m.hidden = static_cast<std::int64_t>(n("hidden size"));
    m.heads = m.kv_heads = static_cast<std::int64_t>(n("attention heads"));
    m.layers = static_cast<std::int64_t>(n("# layers"));
    m.head_dim = m.heads > 0 ? m.hidden / m.heads : 0;
    m.ffn_hidden = 4 * m.hidden;
    m.vocab = 51200;
    m.gated = false, m.tied = true;
    m.learned_positions = static_cast<std::int64_t>(n("sequence length"));
    job.sequence = n("sequence length");
    job.global_batch = n("global batch");
    machine.accelerators = n("# GPUs");
    Layout l;
    l.tp = static_cast<int>(n("tensor parallelism"));
    l.pp = static_cast<int>(n("pipeline parallelism"));
    l.micro_batch = n("micro batch");
    l.sharding = Sharding::none;
    l.sequence_parallel = false;
    ScoredRow row;
    row.id = std::to_string(table.lines[i]);
    row.group = "tp " + std::to_string(l.tp) + " pp " + std::to_string(l.pp);
    row.measured = n("iteration time (ms)") * 1e-3;
    if (row.measured <= 0)
      row.skipped = "no time";
    else if (m.layers > 2000 || m.hidden < 1 || m.hidden > 1000000 || m.heads < 1 || job.global_batch > 1e6)
      row.skipped = "no such model or batch";
    else if (const auto bad = illegality(job, machine, l))
      row.skipped = bad->problem;
    else
      row.predicted = evaluate(job, machine, l).step.value();
    rows.push_back(std::move(row));
  }
  return summarise(std::move(rows));
}

namespace {

/// The number behind a tag of a case's name: "_tp" in "x_tp4_pp1" is 4; fallback when the tag is absent.
double tagged(const std::string& name, const std::string& tag, double fallback) {
  for (std::size_t at = name.find(tag); at != std::string::npos; at = name.find(tag, at + 1))
    if (at + tag.size() < name.size() && std::isdigit(static_cast<unsigned char>(name[at + tag.size()])))
      return std::atof(name.c_str() + at + tag.size());
  return fallback;
}

model::Architecture truncated(const std::string& name) {
  model::Architecture m;
  m.name = name;
  m.layers = static_cast<std::int64_t>(tagged(name, "_l", 4));
  if (name.starts_with("llama3")) {
    const bool large = name.find("405b") != std::string::npos;
    m.hidden = large ? 16384 : 8192, m.heads = large ? 128 : 64, m.kv_heads = 8, m.head_dim = 128;
    m.ffn_hidden = large ? 53248 : 28672, m.vocab = 128256;
    return m;
  }
  const bool third = name.starts_with("deepseekv3");
  m.attention = model::Attention::latent;
  m.hidden = third ? 7168 : 5120, m.heads = m.kv_heads = 128, m.head_dim = 192;
  m.q_lora_rank = 1536, m.kv_lora_rank = 512, m.qk_nope_dim = 128, m.qk_rope_dim = 64, m.v_dim = 128;
  m.vocab = third ? 129280 : 102400;
  m.ffn_hidden = third ? 18432 : 12288;
  m.experts = third ? 256 : 160, m.top_k = third ? 8 : 6, m.expert_hidden = third ? 2048 : 1536;
  m.shared_experts = third ? 1 : 2, m.shared_hidden = m.shared_experts * m.expert_hidden;
  m.dense_first = 1;  // SimuMax's truncated models keep one dense layer
  return m;
}

}  // namespace

Score validate_simumax(const CsvTable& table, const Hardware& hardware, bool memory) {
  table.require({"case", memory ? "real_alloc_GiB" : "real_ms"}, "give the B200 table of SimuMax");
  std::vector<ScoredRow> rows;
  Machine machine;
  machine.accelerator = &hardware.accelerator("b200-sxm");
  machine.framework = &hardware.framework("simumax megatron");
  machine.accelerators = 8;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::string& name = table.cell(i, "case");
    Job job;
    job.model = truncated(name);
    job.sequence = tagged(name, "_seq", 4096);
    Layout l;
    l.tp = static_cast<int>(tagged(name, "_tp", 1));
    l.pp = static_cast<int>(tagged(name, "_pp", 1));
    l.cp = static_cast<int>(tagged(name, "_cp", 1));
    l.ep = static_cast<int>(tagged(name, "_ep", 1));
    const double dp = data_parallel(machine, l);
    job.global_batch = tagged(name, "_mbc", 1) * dp;
    ScoredRow row;
    row.id = name;
    row.group = name.substr(0, name.find('_', name.find('_') + 1));
    row.measured = memory ? table.number(i, "real_alloc_GiB", 0) * 1073741824.0 : table.number(i, "real_ms", 0) * 1e-3;
    if (row.measured <= 0)
      row.skipped = "not measured";
    else
      row.predicted = memory ? memory_use(job, machine, l).total() - machine.accelerator->reserved : evaluate(job, machine, l).step.value();
    rows.push_back(std::move(row));
  }
  return summarise(std::move(rows));
}

}  // namespace orrery::training
