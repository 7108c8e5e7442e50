// Single-node tables in their own columns: vTrain's GPT sweep on A100 and SimuMax's runs on B200.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "machine/model/from_catalog.h"
#include "machine/training/step.h"
#include "validation/single_nodes.h"

namespace orrery::validation {

using namespace training;

Score validate_vtrain(const CsvTable& table, const Facts& facts) {
  table.require({"# GPUs", "global batch", "micro batch", "hidden size", "attention heads", "# layers",
                 "sequence length", "tensor parallelism", "pipeline parallelism", "iteration time (ms)"},
                "give the single-node table of vTrain");
  Score score;
  Job job;
  job.sequence = 0;
  Machine machine;
  machine.accelerator = &facts.hardware.accelerator("a100-sxm-40gb");
  machine.framework = &facts.hardware.framework("vtrain");
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto n = [&](const char* column) { return std::clamp(table.number(i, column, 0), 0.0, 1e9); };
    model::Architecture& m = job.model;
    m.hidden = static_cast<std::int64_t>(n("hidden size"));
    model::Layer& layer = m.kinds.front();
    layer.mixer.heads = layer.mixer.kv_heads = static_cast<std::int64_t>(n("attention heads"));
    layer.mixer.rotary = false;
    m.layers = static_cast<std::int64_t>(n("# layers"));
    layer.mixer.head_dim = layer.mixer.heads > 0 ? m.hidden / layer.mixer.heads : 0;
    layer.mlp.width = 4 * m.hidden, layer.mlp.gated = false;
    m.vocab = 51200;
    m.tied = true;
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
    Row row;
    row.id = std::to_string(table.line(i));
    row.group = "tp " + std::to_string(l.tp) + " pp " + std::to_string(l.pp);
    row.measured = n("iteration time (ms)") * 1e-3;
    if (row.measured <= 0) row.skipped = "no time";
    else if (m.layers > 2000 || m.hidden < 1 || m.hidden > 1000000 || layer.mixer.heads < 1 || job.global_batch > 1e6)
      row.skipped = "no such model or batch";
    else if (const auto bad = illegality(job, machine, l)) row.skipped = bad->problem;
    else row.predicted = evaluate(job, machine, l).step.value();
    score.rows.push_back(std::move(row));
  }
  return score;
}

namespace {

/// The number behind a tag of a case's name, at most 1e6: "_tp" in "x_tp4_pp1" is 4; fallback when the tag is absent.
double tagged(const std::string& name, const std::string& tag, double fallback) {
  for (std::size_t at = name.find(tag); at != std::string::npos; at = name.find(tag, at + 1))
    if (at + tag.size() < name.size() && std::isdigit(static_cast<unsigned char>(name[at + tag.size()])))
      return std::min(std::atof(name.c_str() + at + tag.size()), 1e6);
  return fallback;
}

/// What SimuMax ran under each head of a case's name: models of the catalog cut to few layers, one dense layer first
/// where there are experts, no prediction of further tokens.
constexpr std::pair<std::string_view, std::string_view> simumax_models[] = {{"llama3_70b", "llama-3-70b"},
                                                                            {"llama3_405b", "llama-3.1-405b"},
                                                                            {"deepseekv2", "deepseek-v2"},
                                                                            {"deepseekv3", "deepseek-v3"}};

/// One case as a row: measured as given, predicted by of(job, machine, layout), or the reason why not.
template <class Prediction>
Row simumax_row(const std::string& name, double measured, const Facts& facts, Prediction of) {
  Row row;
  row.id = name;
  row.group = name.substr(0, name.find('_', name.find('_') + 1));
  row.measured = measured;
  Machine machine;
  machine.accelerator = &facts.hardware.accelerator("b200-sxm");
  machine.framework = &facts.hardware.framework("simumax megatron");
  machine.accelerators = 8;
  Job job;
  for (const auto& [head, model] : simumax_models)
    if (name.starts_with(head)) job.model = model::from_catalog(facts.catalog.entry("models", model));
  if (measured <= 0 || job.model.hidden == 0) {
    row.skipped = measured <= 0 ? "not measured" : "the model is not one of SimuMax's";
    return row;
  }
  const auto layers = static_cast<std::int64_t>(tagged(name, "_l", 4));
  const model::Architecture whole = job.model;
  // The first layer and the last ones.
  model::set_layers(job.model, std::clamp<std::int64_t>(layers, 1, whole.layers),
                    [&](std::int64_t i) { return whole.layer(i == 0 ? 0 : whole.layers - 1); });
  job.model.mtp_layers = 0;
  job.sequence = tagged(name, "_seq", 4096);
  Layout l;
  l.tp = static_cast<int>(tagged(name, "_tp", 1));
  l.pp = static_cast<int>(tagged(name, "_pp", 1));
  l.cp = static_cast<int>(tagged(name, "_cp", 1));
  l.ep = static_cast<int>(tagged(name, "_ep", 1));
  if (std::min({l.tp, l.pp, l.cp, l.ep}) > 0) job.global_batch = tagged(name, "_mbc", 1) * data_parallel(machine, l);
  if (const auto bad = illegality(job, machine, l)) row.skipped = bad->problem;
  else row.predicted = of(job, machine, l);
  return row;
}

}  // namespace

Score validate_simumax(const CsvTable& table, const Facts& facts) {
  table.require({"case", "real_ms"}, "give the B200 table of SimuMax");
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i)
    score.rows.push_back(simumax_row(table.cell(i, "case"), table.number(i, "real_ms", 0) * 1e-3, facts,
                                     [](const Job& job, const Machine& machine, const Layout& layout) {
                                       return evaluate(job, machine, layout).step.value();
                                     }));
  return score;
}

Score validate_simumax_memory(const CsvTable& table, const Facts& facts) {
  table.require({"case", "real_alloc_GiB"}, "give the B200 table of SimuMax");
  constexpr double gibibyte = 1073741824;
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i)
    score.rows.push_back(simumax_row(table.cell(i, "case"), table.number(i, "real_alloc_GiB", 0) * gibibyte, facts,
                                     [](const Job& job, const Machine& machine, const Layout& layout) {
                                       return memory_use(job, machine, layout).allocated();
                                     }));
  return score;
}

}  // namespace orrery::validation
