#include "validation/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "machine/training/band.h"

namespace orrery::validation {

using namespace training;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Gated and grouped-query models are younger than FlashAttention.
bool younger(const model::Architecture& m) {
  const model::Layer& layer = m.kinds.front();
  return layer.mlp.gated || layer.mixer.kv_heads < layer.mixer.heads;
}

/// The known model whose name is the longest that stands in a printed one; nullptr when none does.
const model::Architecture* model_called(const std::vector<model::Architecture>& models, const std::string& printed) {
  const model::Architecture* longest = nullptr;
  for (const model::Architecture& known : models)
    if (has(printed, folded(known.name)) && (!longest || known.name.size() > longest->name.size())) longest = &known;
  return longest;
}

/// MLP gating, tying and, where missing, the number of layers are those that come nearest to the printed parameters.
std::string fit_shape(model::Architecture& m, double params, bool layers_known) {
  if (params <= 0) return "";
  double best = 1e99;
  model::Architecture chosen = m;
  for (const bool gated : {true, false})
    for (const bool tied : {true, false}) {
      model::Architecture trial = m;
      trial.kinds.front().mlp.gated = gated, trial.tied = tied;
      if (!layers_known) {
        trial.layers = 1;
        const model::ParameterCount c = model::parameters(trial);
        const double outside = c.embedding + c.head;
        const double each = model::layer_parameters(trial, trial.kinds.front()).total();
        trial.layers = std::llround(std::clamp((params - outside) / each, 1.0, 1e5));
      }
      const double off = std::abs(std::log(model::parameters(trial).total / params)) +
                         (gated == m.kinds.front().mlp.gated ? 0 : 0.02) + (tied == m.tied ? 0 : 0.005);
      if (off < best) best = off, chosen = trial;
    }
  m = chosen;
  return fmt::format("{} MLP, {} head, {} layers by parameters", m.kinds.front().mlp.gated ? "gated" : "plain",
                     m.tied ? "tied" : "untied", m.layers);
}

model::Architecture shape_of(const CsvTable& t, std::size_t r, const std::vector<model::Architecture>& models,
                             std::vector<std::string>& inferred, std::string& skipped) {
  model::Architecture m;
  const std::string name = t.cell(r, "model"), p = folded(name);
  m.name = name;
  for (const char* column :
       {"layers", "hidden", "ffn_hidden", "heads", "kv_heads", "vocab", "moe_experts", "moe_top_k", "moe_shared"})
    if (const double value = t.number(r, column, 0); value < 0 || value > 1e7) {
      skipped = std::string(column) + " is out of range";
      return m;
    }
  m.hidden = static_cast<std::int64_t>(t.number(r, "hidden", 0));
  const model::Architecture* known = model_called(models, p);
  if (m.hidden <= 0) {
    if (known) {
      inferred.push_back("shape of " + known->name);
      return *known;
    }
    skipped = "the model's shape is not printed";
    return m;
  }
  m.layers = static_cast<std::int64_t>(t.number(r, "layers", 0));
  const bool layers_known = m.layers > 0;
  model::Layer usual;
  model::Pattern pattern;
  model::Mixer& attention = usual.mixer;
  model::Mlp& mlp = usual.mlp;
  attention.heads = static_cast<std::int64_t>(t.number(r, "heads", 0));
  if (attention.heads <= 0) {
    // Heads of 128 are the rule of large models; the next number that divides the width, and that tensor-parallel
    // ranks share, stands in.
    const auto ranks = static_cast<std::int64_t>(std::clamp(t.number(r, "tp", 1), 1.0, 1e4));
    const std::int64_t step = m.hidden % ranks == 0 ? ranks : 1;
    attention.heads = std::max<std::int64_t>(step, m.hidden / 128 / step * step);
    while (m.hidden % attention.heads != 0) attention.heads += step;
    inferred.push_back(fmt::format("{} heads", attention.heads));
  }
  const double kv = t.number(r, "kv_heads", 0);
  attention.kv_heads = kv > 0 ? static_cast<std::int64_t>(kv) : attention.heads;
  attention.head_dim = m.hidden / attention.heads;
  mlp.width = static_cast<std::int64_t>(t.number(r, "ffn_hidden", 4.0 * static_cast<double>(m.hidden)));
  m.vocab = static_cast<std::int64_t>(t.number(r, "vocab", 50304));
  mlp.experts = static_cast<std::int64_t>(t.number(r, "moe_experts", 0));
  if (mlp.experts > 1) {
    mlp.top_k = static_cast<std::int64_t>(t.number(r, "moe_top_k", 2));
    mlp.expert_width = mlp.width;
    mlp.shared_experts = static_cast<std::int64_t>(t.number(r, "moe_shared", 0));
    mlp.shared_width = mlp.shared_experts * mlp.expert_width;
  } else {
    mlp.experts = 0;
  }
  const auto done = [&] {
    try {
      model::set_layers(m, m.layers, usual, pattern);
    } catch (const Error& e) {
      skipped = "the shape makes no model: " + e.key() + " " + e.problem();
    }
    return m;
  };
  if (known && known->kinds.front().mixer.kind == model::Mixer::Kind::latent) {
    attention = known->kinds.front().mixer;
    attention.heads = static_cast<std::int64_t>(t.number(r, "heads", static_cast<double>(attention.heads)));
    if (mlp.experts > 0)
      if (const model::Layer& first = known->layer(0); first.mlp.width > 0) {
        while (pattern.dense_first < known->layers && known->layer(pattern.dense_first).mlp.width > 0)
          ++pattern.dense_first;
        mlp.width = first.mlp.width;
      }
    if (mlp.experts > 0) m.mtp_layers = known->mtp_layers;
    inferred.push_back("latent attention of " + known->name);
    return done();
  }
  // Widths of heads and gating that names imply before parameters are asked.
  if (mlp.experts > 0 && has(p, "qwen3")) attention.head_dim = 128;
  if (has(p, "gptoss")) {
    attention.head_dim = 64, attention.sinks = mlp.expert_bias = true;
    pattern.window = 128, pattern.global_every = 2;
  }
  mlp.gated = static_cast<double>(mlp.width) != 4.0 * static_cast<double>(m.hidden);
  const double params = t.number(r, "params_b", 0) * 1e9;
  if (mlp.experts == 0 && params > 0) {
    m.kinds = {usual};
    inferred.push_back(fit_shape(m, params, layers_known));
    return m;
  }
  if (!layers_known) {
    skipped = "neither layers nor parameters are printed";
    return m;
  }
  if (mlp.experts > 0) mlp.gated = true;
  return done();
}

Precision precision_of(const std::string& printed, const std::string& group, const Accelerator& chip,
                       std::vector<std::string>& inferred) {
  const std::string p = folded(printed);
  if (has(p, "nvfp4") || has(p, "mxfp4")) return Precision::nvfp4;
  // Rowwise scaling without fused kernels gains nothing over bf16.
  if (has(p, "rowwise")) return Precision::bf16;
  if (has(p, "mxfp8") || has(p, "fp8mx") || has(p, "granularity") || has(p, "blockwise")) return Precision::fp8_block;
  if (has(p, "int8") && chip.peak[4] > chip.peak[0]) return Precision::int8;
  if (has(p, "fp8") || has(p, "float8")) return chip.peak[1] > 0 ? Precision::fp8 : Precision::bf16;
  if (p.empty() && has(group, "mlperf") && chip.peak[1] > 0 && !has(group, "v3.0") && !has(chip.generation, "tpu")) {
    inferred.push_back("fp8: MLPerf since 3.1 on a chip that has it");
    return Precision::fp8;
  }
  if (has(group, "mlperf") && has(chip.generation, "tpu") && !has(group, "v3.0") && chip.peak[4] > chip.peak[0]) {
    inferred.push_back("int8: MLPerf on TPUs since 3.1 trains quantised");
    return Precision::int8;
  }
  return Precision::bf16;
}

Sharding sharding_of(const std::string& printed, const Accelerator& chip, Layout& layout,
                     std::vector<std::string>& inferred) {
  const std::string p = folded(printed);
  if (has(p, "fsdpshardgradop") || has(p, "zero2")) return Sharding::gradients;
  if (has(p, "fsdp") || has(p, "zero3")) {
    if (const auto at = p.find("shardgroup"); at != std::string::npos)
      layout.shard_group = std::atoi(p.c_str() + at + 10);
    return Sharding::full;
  }
  if (has(p, "zero0") || p == "none" || has(p, "plainddp")) return Sharding::none;
  if (!p.empty()) return Sharding::optimizer;
  inferred.push_back(has(chip.generation, "tpu") ? "sharded parameters" : "sharded optimizer");
  return has(chip.generation, "tpu") ? Sharding::full : Sharding::optimizer;
}

}  // namespace

Layout infer_layout(const Job& job, const Machine& machine, const Layout& known, const OpenFields& open) {
  const Accelerator& chip = *machine.accelerator;
  const double domain = machine.domain > 0 ? machine.domain : chip.domain;
  Layout best = known;
  double best_time = 1e99, best_memory = 1e99;
  bool best_fits = false;
  const auto choices = [](bool is_open, int value, std::vector<int> all) {
    return is_open ? all : std::vector<int>{value};
  };
  for (const int tp : choices(open.tp, known.tp, {1, 2, 4, 8})) {
    if (open.tp && tp > domain) continue;
    for (const int pp : choices(open.pp, known.pp, {1, 2, 4, 8, 16}))
      for (const int cp : choices(open.cp, known.cp, {1, 2, 4, 8, 16})) {
        if (open.cp && cp > 1 && job.sequence / cp < 1024) continue;
        for (const int ep : choices(open.ep, known.ep, {1, 8, 16, 32, 64})) {
          if (open.ep && !job.model.mixture() && ep > 1) continue;
          std::vector<int> vps = {known.vp};
          if (open.vp) {
            // Interleaving frameworks use the most virtual stages that divide the layers and leave one or more each,
            // unless the microbatches do not fill the pipeline.
            vps = {1};
            if (machine.framework->interleaves && pp > 1)
              for (int v = 2; v * pp <= job.model.layers + 2; ++v)
                if ((job.model.layers % (v * pp) == 0 || (job.model.layers + 2) % (v * pp) == 0) &&
                    job.model.layers / (v * pp) >= 1)
                  vps = {v, 1};
          }
          for (const int vp : vps)
            for (const double micro :
                 open.micro_batch ? std::vector<double>{1, 2, 4, 8, 16} : std::vector<double>{known.micro_batch}) {
              std::vector<Recompute> saves = {known.recompute};
              if (open.recompute) saves = {Recompute::none, Recompute::selective, Recompute::full};
              // Where the host's memory is close, activations go there before they are computed again.
              std::vector<std::pair<Recompute, bool>> ways;
              for (const Recompute recompute : saves) {
                if (open.recompute && recompute == Recompute::full && chip.host_bandwidth > 0)
                  ways.emplace_back(Recompute::none, true);
                ways.emplace_back(recompute, known.offload_activations);
              }
              for (const auto& [recompute, offload] : ways) {
                Layout l = known;
                l.offload_activations = offload;
                l.tp = tp, l.pp = pp, l.cp = cp, l.ep = ep, l.vp = vp, l.micro_batch = micro, l.recompute = recompute;
                if (open.tp || open.pp || open.cp || open.ep || open.micro_batch) {
                  // A batch that the printed degrees do not divide runs as micro-batches of no more than each rank's
                  // share.
                  const auto bad = illegality(job, machine, l, false);
                  if (open.vp && vp > 1 && !even_chunks(job.model, l)) continue;
                  const bool uneven = bad && std::string_view(bad->key) == "batch" && !open.tp && !open.pp && !open.cp;
                  if (bad && (!uneven || micro * data_parallel(machine, l) > job.global_batch)) continue;
                }
                const StepEstimate e = evaluate(job, machine, l);
                const bool better =
                    e.fits ? !best_fits || e.step.value() < best_time : !best_fits && e.memory.total() < best_memory;
                if (better) best = l, best_fits = e.fits, best_time = e.step.value(), best_memory = e.memory.total();
                // The lightest recomputation that fits is the one people run.
                if (e.fits) break;
              }
            }
        }
      }
  }
  return best;
}

MeasuredRun read_run(const CsvTable& t, std::size_t r, const Facts& facts, bool rates) {
  const Hardware& hardware = facts.hardware;
  MeasuredRun run;
  run.row.id = t.cell(r, "id");
  const std::string& group = run.row.group = t.cell(r, "group");
  run.row.measured = t.number(r, "step_time_s", 0);
  std::string& skipped = run.row.skipped;
  if (t.cell(r, "tflops_kind") == "model") run.printed_flops = t.number(r, "tflops_per_gpu", 0) * 1e12;
  if (run.row.measured <= 0 && !(rates && run.printed_flops > 0)) {
    skipped = "no step time";
    return run;
  }
  const Accelerator* chip = accelerator_called(facts, t.cell(r, "accelerator"));
  if (!chip) {
    skipped = "the accelerator is not in the catalog";
    return run;
  }
  run.machine.accelerator = chip;
  const std::string framework = t.cell(r, "framework");
  // The framework's own words first; the collection it stands in only where they say nothing.
  const std::string words = framework + " " + t.cell(r, "notes").substr(0, 40);
  run.machine.framework = &hardware.framework(words, chip->generation);
  if (run.machine.framework->matches.empty() || (has(group, "mlperf") && run.machine.framework->families.empty()))
    run.machine.framework = &hardware.framework(words + " " + group, chip->generation);
  run.machine.accelerators = t.number(r, "n_accelerators", 0);
  const bool part_of_one = run.machine.accelerators > 0 && run.machine.accelerators < 1;
  if (run.machine.accelerators > 1e8 || part_of_one || run.row.measured > 1e9) {
    skipped = "a number is out of range";
    return run;
  }
  if (run.machine.accelerators <= 0) {
    skipped = "the number of accelerators is not printed";
    return run;
  }
  Job& job = run.job;
  job.model = shape_of(t, r, facts.models, run.inferred, skipped);
  if (!skipped.empty()) return run;
  try {
    model::check(job.model);
  } catch (const Error& e) {
    skipped = "the shape makes no model: " + e.key() + " " + e.problem();
    return run;
  }
  // Old names mean later software on younger models.
  if (const bool young = younger(job.model);
      young && !run.machine.framework->fused_attention && run.machine.framework->families.empty())
    run.machine.framework = &hardware.framework(words, "");
  const std::string task = t.cell(r, "task");
  job.task = has(task, "lora") ? Task::lora : has(task, "sft") ? Task::finetune : Task::pretrain;
  job.precision = precision_of(t.cell(r, "precision"), group, *chip, run.inferred);
  if (chip->peak[static_cast<std::size_t>(job.precision)] <= 0) job.precision = Precision::bf16;
  job.sequence = t.number(r, "seq_len", 0);
  if (job.sequence <= 0 && job.model.context > 0) job.sequence = static_cast<double>(job.model.context);
  if (job.sequence <= 0 && has(folded(job.model.name), "gpt3")) {
    job.sequence = 2048;
    run.inferred.push_back("sequence 2048: GPT-3's own");
  }
  if (job.sequence <= 0) {
    skipped = "the sequence length is not printed";
    return run;
  }
  Layout& l = run.layout;
  OpenFields open;
  const bool tpu = has(chip->generation, "tpu");
  const auto field = [&](const char* name, int& into, bool& is_open) {
    const double value = t.number(r, name, 0);
    is_open = value < 1;
    if (value > run.machine.accelerators && value > 1 && std::string(name) != "vp")
      skipped = std::string(name) + " is more than the accelerators";
    if (value >= 1) into = static_cast<int>(std::min(value, 1e6));
  };
  field("tp", l.tp, open.tp);
  field("pp", l.pp, open.pp);
  field("vp", l.vp, open.vp);
  field("cp", l.cp, open.cp);
  field("ep", l.ep, open.ep);
  if (static_cast<double>(l.pp) * l.vp > static_cast<double>(job.model.layers) + 2)
    skipped = "more pipeline stages than layers";
  if (!skipped.empty()) return run;
  l.sharding = sharding_of(t.cell(r, "zero_fsdp"), *chip, l, run.inferred);
  const double n = run.machine.accelerators, dp = t.number(r, "dp", 0);
  if (l.sharding == Sharding::full || tpu) {
    // Sharded data parallelism stands alone unless a degree is printed.
    open.tp = open.pp = open.cp = open.vp = open.ep = false;
  }
  // What the other degrees leave no room for is 1.
  if (!open.tp && !open.pp && dp > 0 && l.tp * l.pp * dp * (open.cp ? 1 : l.cp) >= n) open.cp = false;
  if (!open.tp && !open.pp) open.cp = open.cp && dp <= 0 && job.sequence > 8192;
  if (l.pp == 1 && !open.pp) open.vp = false;
  if (!job.model.mixture()) open.ep = false, l.ep = 1;
  job.global_batch = t.number(r, "global_batch", 0);
  l.micro_batch = t.number(r, "micro_batch", 0);
  const double accumulation = t.number(r, "grad_accum", 0);
  double ranks = open.tp || open.pp || open.cp ? 0 : data_parallel(run.machine, l);
  if (job.global_batch <= 0 && l.micro_batch > 0 && ranks > 0) {
    job.global_batch = l.micro_batch * ranks * std::max(accumulation, 1.0);
    run.inferred.push_back(fmt::format("global batch {:.0f} from micro-batch", job.global_batch));
  }
  if (job.global_batch > 1e9 || job.sequence > 1e9 || l.micro_batch > 1e9) {
    skipped = "the batch or the sequence is out of range";
    return run;
  }
  if (job.global_batch <= 0) {
    skipped = "the batch is not printed";
    return run;
  }
  if (l.micro_batch <= 0 && ranks > 0 && accumulation > 0) l.micro_batch = job.global_batch / (ranks * accumulation);
  if (tpu && ranks > job.global_batch) {
    // More accelerators than sequences: the rest splits tensors.
    while (data_parallel(run.machine, l) > job.global_batch && l.tp < 4096) l.tp *= 2;
    ranks = data_parallel(run.machine, l);
    run.inferred.push_back(fmt::format("tp {}", l.tp));
  }
  if (l.micro_batch <= 0 && tpu && ranks > 0) l.micro_batch = job.global_batch / ranks;
  if (l.micro_batch <= 0) open.micro_batch = true, l.micro_batch = 1;
  // A micro-batch cannot exceed what the batch leaves each rank.
  if (ranks > 0) l.micro_batch = std::min(l.micro_batch, job.global_batch / ranks);
  const std::string recompute = folded(t.cell(r, "recompute"));
  if (has(recompute, "full")) l.recompute = Recompute::full;
  else if (recompute == "none") l.recompute = Recompute::none;
  else if (recompute.empty()) open.recompute = true;
  else if (has(recompute, "offloaded")) l.recompute = Recompute::full;
  else if (has(recompute, "custom") || has(recompute, "minimal")) open.recompute = true;
  else l.recompute = Recompute::selective;
  const std::string sp = t.cell(r, "seq_parallel");
  l.sequence_parallel = sp.empty() ? run.machine.framework->sequence_parallel : sp == "True";
  const double node = t.number(r, "gpus_per_node", 0), gbps = t.number(r, "inter_node_gbps_per_gpu", 0);
  if (chip->domain <= 8 && node > 0) run.machine.domain = static_cast<int>(std::min(node, 8.0));
  if (gbps > 0) run.machine.nic = gbps * 1e9 / 8;
  if (open.tp || open.pp || open.vp || open.cp || open.ep || open.micro_batch || open.recompute) {
    l = infer_layout(job, run.machine, l, open);
    run.inferred.push_back("layout " + layout_text(run.machine, l));
  }
  return run;
}

Score validate_training(const CsvTable& table, const Facts& facts) {
  table.require({"model", "accelerator", "n_accelerators", "seq_len", "global_batch"},
                "give a table with the columns of measurements/training.csv");
  const catalog::BandRule rule = read_step_band(facts.catalog);
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i) {
    MeasuredRun run = read_run(table, i, facts);
    if (run.row.skipped.empty()) try {
        const StepEstimate estimate = evaluate(run.job, run.machine, run.layout);
        const catalog::Band band = step_band(rule, run.job, run.machine, run.layout, estimate);
        run.row.predicted = estimate.step.value();
        run.row.band = {run.row.predicted * band.p10, run.row.predicted * band.p90};
      } catch (const Error& e) {
        run.row.skipped = e.problem();
      }
    score.rows.push_back(std::move(run.row));
  }
  return score;
}

}  // namespace orrery::validation
