// Peak memory of a pipeline stage: what is resident (weights, gradients, optimizer), what the schedule keeps alive
// (activations of microbatches in flight, Korthikanti et al. 2022, section 4), and the most of what comes and goes
// beside them: the loss, a layer's backward pass, the optimizer's step. The rules of software are in memory_rules.h.
#include <algorithm>
#include <numeric>
#include <string_view>

#include "machine/model/operators.h"
#include "machine/training/communication.h"
#include "machine/training/layer_time.h"
#include "machine/training/step.h"

namespace orrery::training {
namespace {

double real(std::int64_t n) {
  return static_cast<double>(n);
}

/// Bytes a layer keeps where nothing of it is computed again.
double whole_layer(const Job& j, const Framework& f, const model::Slice& slice, const model::Layer& layer,
                   bool selective) {
  const MemoryRules& rules = f.memory;
  const bool narrow = silicon::operand_bytes[static_cast<std::size_t>(j.precision)] < 2 && rules.kept == Kept::fused;
  double saved = 0;
  for (const model::Operator& o : model::layer_operators(j.model, layer, slice)) {
    double bytes = o.saved;
    if (narrow) bytes -= 0.5 * o.saved_linear;
    // A frozen base needs no inputs of its products; the adapters keep theirs.
    if (j.task == Task::lora) bytes -= 0.5 * o.saved_linear;
    // Selective recomputation drops what norms and activations would keep.
    if (selective && o.kind == model::Operator::Kind::elementwise) bytes *= 0.25;
    if (!f.fused_attention && o.kind == model::Operator::Kind::attention && !selective)
      bytes += 5 * slice.sequences * real(o.mixer->heads) / slice.tp * j.sequence / slice.cp * j.attended();
    saved += bytes;
  }
  if (rules.kept == Kept::fused) return saved;
  // Autograd keeps tokens before and after they are sorted to their experts; eager also the gate's result, scores in
  // fp32.
  const bool eager = rules.kept == Kept::eager;
  const double copies = model::expert_tokens(j.model, layer.mlp, slice), h = real(j.model.hidden);
  saved += copies * (eager ? 8 * h + 2 * real(layer.mlp.expert_width) / slice.etp : 4 * h);
  if (eager && layer.mlp.gated)
    saved += 2 * slice.tokens() * real(layer.mlp.mixture() ? layer.mlp.shared_width : layer.mlp.width) / slice.tp;
  return saved;
}

/// Results of products in the order torchtitan's layers run them, elements a rank; its selective recomputation keeps
/// those of every other one, beginning with the first.
double kept_products(const model::Layer& layer, const model::Slice& s, double hidden, bool compiled, bool attention) {
  double kept = 0;
  int count = 0;
  const auto product = [&](double elements, bool dead = false) {
    if (count++ % 2 == 0 && !dead) kept += elements;
  };
  for (const model::Mixer* x : {&layer.mixer, &layer.beside}) {
    if (!attention || x->kind == model::Mixer::Kind::none) continue;
    const double heads = real(x->heads) / s.tp, t = s.tokens();
    if (x->kind == model::Mixer::Kind::latent) {
      if (x->q_lora_rank > 0) product(t * real(x->q_lora_rank));
      product(t * heads * real(x->qk_nope_dim + x->qk_rope_dim));
      product(t * real(x->kv_lora_rank + x->qk_rope_dim));
      product(t * heads * real(x->qk_nope_dim + x->v_dim));
    } else {
      const double kv = std::max(real(x->kv_heads) / s.tp, 1.0);
      product(t * heads * real(x->head_dim));
      product(t * kv * real(x->head_dim));
      product(t * kv * real(x->value_dim()));
    }
    kept += t * heads * real(x->value_dim());  // the result of attention
    product(t * hidden);
  }
  if (!attention) count = 4;
  const double width = real(layer.mlp.mixture() ? layer.mlp.shared_width : layer.mlp.width) / s.tp;
  if (width > 0) {
    product(s.tokens() * width);
    if (layer.mlp.gated) product(s.tokens() * width);
    product(s.tokens() * hidden, compiled);  // what the residual takes needs no result of its own
  }
  return kept;
}

/// Bytes that wait for the backward pass under PyTorch's selective recomputation by operator.
double selective_layer(const Job& j, const Framework& f, const model::Slice& s, const model::Layer& layer) {
  const double h = real(j.model.hidden);
  const bool eager = f.memory.kept == Kept::eager;
  // Flexible attention outside a compiled model is computed again whole.
  const bool flexible = eager && layer.mixer.kind == model::Mixer::Kind::latent;
  double kept = flexible ? 8 * h * s.own() : 2 * h * s.own();
  kept += 2 * kept_products(layer, s, h, !eager && !f.memory.keeps_last, !flexible);
  // What all-to-alls brought is not asked for twice.
  if (s.ep > 1) kept += 2 * 2 * h * model::expert_tokens(j.model, layer.mlp, s);
  return kept;
}

/// Gradients that stand beside a layer while it runs backwards, and a weight's.
double backward_transient(const Job& j, const Framework& f, const model::Slice& s, const model::Layer& layer) {
  if (f.memory.kept != Kept::fused) return 0;
  const double h = real(j.model.hidden), columns = layer.mlp.gated ? 2 : 1;
  const double expert = real(layer.mlp.expert_width) / s.etp, width = real(layer.mlp.width) / s.tp;
  const double wide = layer.mlp.mixture() ? layer.mlp.routed() * expert + real(layer.mlp.shared_width) / s.tp : width;
  const double gradient = j.task == Task::lora ? 0 : 4 * columns * h * (layer.mlp.mixture() ? expert : width);
  return s.tokens() * 2 * (columns + 1) * wide + gradient;
}

LayerMemory layer_memory(const Job& j, const Framework& f, const Layout& l, const model::Slice& slice,
                         const model::Layer& layer) {
  LayerMemory m;
  const double more = silicon::is_wide(j.precision) ? 2 : 1;
  m.whole = more * whole_layer(j, f, slice, layer, false);
  if (l.recompute == Recompute::full) {
    m.kept = more * 2 * slice.own() * real(j.model.hidden);
    m.again = f.memory.kept == Kept::fused ? m.whole : 1.5 * m.whole;
  } else if (l.recompute == Recompute::none) {
    m.kept = m.whole;
  } else if (f.memory.kept == Kept::fused) {
    m.kept = more * whole_layer(j, f, slice, layer, true);
  } else {
    m.kept = more * selective_layer(j, f, slice, layer);
    m.again = std::max(m.whole - m.kept, 0.0);
  }
  m.transient = backward_transient(j, f, slice, layer);
  return m;
}

/// Microbatches whose activations a stage holds at once.
double in_flight(const Layout& l, int stage, double micro) {
  if (l.schedule == Schedule::gpipe) return micro;
  // What the weights' gradients wait for is kept: every stage holds as much as the first one under 1F1B.
  if (l.schedule == Schedule::zero_bubble) return std::min(micro, static_cast<double>(l.pp));
  if (l.vp > 1) return std::min(micro, (2.0 * (l.pp - stage - 1) + (l.vp - 1.0) * l.pp + 1) / l.vp);
  return std::min(micro, static_cast<double>(l.pp - stage));
}

/// Bytes of each state of a stage's parameters after sharding.
void add_states(const Job& j, const Machine& m, const Layout& l, double dense, double expert, MemoryUse& u) {
  const MemoryRules& rules = m.framework->memory;
  const double dp = data_parallel(m, l) * l.cp, expert_dp = expert_data_parallel(m, l);
  const double group = l.shard_group > 0 ? l.shard_group : dp;
  const bool full = l.sharding == Sharding::full, lora = j.task == Task::lora;
  const bool wide = silicon::is_wide(j.precision);
  const auto over = [&](double ranks, double expert_ranks) { return dense / ranks + expert / expert_ranks; };
  const double here = over(1, 1), sharded = over(dp, expert_dp), grouped = over(group, std::min(group, expert_dp));
  const double trained = lora ? 0.005 : 1;
  // Without fp32 weights of its own the optimizer steps in the model's two bytes.
  const bool narrow = !wide && !j.optimizer.master;
  const double weight = wide                                                                        ? 4
                        : lora && silicon::operand_bytes[static_cast<std::size_t>(j.precision)] < 2 ? 1
                        : narrow                                                                    ? 2
                                                                                                    : rules.weight;
  const double gradient = wide ? 4 : narrow ? 2 : rules.gradient;
  const double master = wide || narrow ? 0 : rules.master;
  const double states = master + j.optimizer.states + (narrow ? 0 : rules.gradient_copy);
  const double owned = l.sharding == Sharding::none ? here : full ? grouped : sharded;
  u.weights = weight * (full ? grouped : here);
  const bool gradients_sharded = full || l.sharding == Sharding::gradients;
  u.gradients = trained * gradient * (gradients_sharded ? grouped : here);
  u.optimizer = trained * states * owned;
  if (l.offload_optimizer) u.host = u.optimizer, u.optimizer = 0;
  else u.update = trained * (rules.update + j.optimizer.temporary) * owned;
  if (rules.update > 0) u.update -= u.gradients;
}

/// What comes and goes beside a stage's states all through a step.
double buffers_of(const Job& j, const Machine& m, const Layout& l, double largest_layer, double table) {
  const MemoryRules& rules = m.framework->memory;
  // What tensor-parallel ranks gathered of a sequence, for the product and for its gradient.
  const double gathered = rules.kept == Kept::fused && l.tp > 1 && l.sequence_parallel
                              ? 2 * 2 * slice_of(j, l).tokens() * real(j.model.hidden)
                              : 0;
  if (l.sharding != Sharding::full) return rules.bucket + gathered;
  // Two layers are there whole while a third comes.
  if (!rules.gathers_late) return 3 * 2 * largest_layer + rules.bucket + gathered;
  // FSDP2: gathered and copied out in 2 bytes each, the gradient in 2 and reduced in 4, of the largest unit; a layer
  // more is on its way.
  return 10 * std::max(table, largest_layer) + 4 * largest_layer;
}

/// Communicators of more than two ranks.
double communicators(const Machine& m, const Layout& l) {
  double n = m.accelerators > 2 ? 1 : 0;
  for (const double ranks : {static_cast<double>(l.tp), static_cast<double>(l.cp), static_cast<double>(l.pp),
                             static_cast<double>(l.ep), data_parallel(m, l) * l.cp})
    if (ranks > 2 && ranks < m.accelerators) n += 1;
  return n;
}

}  // namespace

const char* MemoryUse::peak() const {
  if (at_update() > std::max(at_loss(), at_backward())) return "optimizer";
  return at_loss() >= at_backward() ? "loss" : "backward";
}

std::vector<std::pair<const char*, double>> MemoryUse::parts() const {
  const std::string_view phase = peak();
  std::vector<std::pair<const char*, double>> out = {
      {"weights", weights}, {"gradients", gradients}, {"optimizer", optimizer}};
  if (phase != "optimizer") out.emplace_back("activations", activations);
  if (phase == "loss") out.emplace_back("head and loss", head);
  if (phase == "backward") out.emplace_back("a layer backwards", backward);
  if (phase == "optimizer") out.emplace_back("optimizer's step", update);
  out.emplace_back("buffers", buffers);
  out.emplace_back("fragmentation", fragmentation);
  out.emplace_back("framework", framework);
  return out;
}

double saved_by_layer(const Job& j, const Machine& m, const Layout& l, const model::Layer& layer) {
  return layer_memory(j, *m.framework, l, slice_of(j, l), layer).kept;
}

LayerMemories layer_memories(const Job& j, const Machine& m, const Layout& l) {
  LayerMemories all;
  const model::Slice slice = slice_of(j, l);
  for (const model::Layer& kind : j.model.kinds) {
    all.kinds.push_back(layer_memory(j, *m.framework, l, slice, kind));
    const model::LayerShare share = model::layer_share(j.model, kind, l.tp, l.ep, l.etp);
    all.kinds.back().dense = share.dense, all.kinds.back().expert = share.expert;
  }
  all.parameters = model::parameters(j.model);
  return all;
}

MemoryUse memory_use(const Job& j, const Machine& m, const Layout& l) {
  return memory_use(j, m, l, layer_memories(j, m, l));
}

MemoryUse memory_use(const Job& j, const Machine& m, const Layout& l, const LayerMemories& memories) {
  const model::Architecture& a = j.model;
  const MemoryRules& rules = m.framework->memory;
  const model::ParameterCount& c = memories.parameters;
  const std::vector<LayerMemory>& kinds = memories.kinds;
  const double tokens = slice_of(j, l).tokens();
  const std::vector<int> sizes = layers_of_chunks(a, l.pp * l.vp);
  std::vector<std::int64_t> firsts(sizes.size());
  std::exclusive_scan(sizes.begin(), sizes.end(), firsts.begin(), std::int64_t{0});
  const double micro = std::max(1.0, microbatches(j, m, l));
  MemoryUse worst;
  std::vector<MemoryUse> stages;
  stages.reserve(static_cast<std::size_t>(l.pp));
  for (int stage = 0; stage < l.pp; ++stage) {
    MemoryUse u;
    double dense = 0, expert = 0, kept = 0, here = 0, largest = 0, again = 0, transient = 0;
    const auto add = [&](std::size_t kind, bool whole) {
      const LayerMemory& one = kinds[kind];
      dense += one.dense, expert += one.expert;
      kept += whole ? one.whole : one.kept;
      largest = std::max(largest, one.dense + one.expert);
      if (!whole) again = std::max(again, one.again);
      transient = std::max(transient, one.transient);
      ++here;
    };
    for (int chunk = 0; chunk < l.vp; ++chunk) {
      const auto place = static_cast<std::size_t>(chunk * l.pp + stage);
      const std::int64_t first = firsts[place];
      const int size = sizes[place];
      for (int i = 0; i < size; ++i)
        add(a.kind_of(first + i), l.recompute == Recompute::full && l.recompute_layers > 0 && i >= l.recompute_layers);
    }
    const double table = c.embedding / l.tp;
    if (stage == 0) dense += table + (c.positions + a.other) / l.tp;
    if (stage == l.pp - 1) {
      dense += (c.head > 0 || l.pp == 1 ? c.head : c.embedding) / l.tp + c.norms;
      for (std::int64_t i = 0; i < a.mtp_layers; ++i)
        for (const std::uint8_t kind : a.mtp_kinds()) add(kind, false);
      if (a.mtp_layers > 0) dense += real(a.mtp_layers) * 2 * real(a.hidden) * real(a.hidden) / l.tp;
    }
    const double flying = in_flight(l, stage, micro);
    add_states(j, m, l, dense, expert, u);
    u.buffers = buffers_of(j, m, l, largest, stage == 0 || stage == l.pp - 1 ? table : 0);
    u.activations = kept * flying;
    if (l.offload_activations) {
      // What the host cannot hold stays; two layers are on their way.
      const double moved = std::clamp(m.accelerator->host_capacity - u.host, 0.0, kept * flying);
      u.host += moved;
      u.activations += std::min(kept / std::max(here, 1.0) * 2, moved) - moved;
    }
    if (rules.keeps_outputs && l.pp > 1) u.activations += 2 * tokens * real(a.hidden) * flying;
    if (l.cp > 1 && l.context == ContextExchange::all_gather)
      u.activations += 2 * tokens * l.cp * model::key_value_width(a.kinds.front().mixer, l.tp);
    u.backward = again + transient;
    if (stage == l.pp - 1) u.head = tokens * real(a.vocab) / l.tp * rules.logit;
    // The schedule holds on to the logits, in place of which their gradients stand, and to the head's own gradient in
    // the width of its weights.
    if (rules.kept == Kept::fused && stage == l.pp - 1)
      u.backward += 2 * (tokens + (j.task == Task::lora ? 0 : real(a.hidden))) * real(a.vocab) / l.tp;
    const Runtime& runtime = m.accelerator->runtime;
    u.framework = runtime.context + rules.context + communicators(m, l) * runtime.communicator +
                  (l.ep > 1 ? runtime.exchange : 0);
    stages.push_back(u);
  }
  for (std::size_t s = 0; s < stages.size(); ++s) {
    MemoryUse u = stages[s];
    if (l.schedule == Schedule::dualpipe && l.pp > 1) {
      // Two stages on each accelerator; their optimizer is sharded over the ranks of both.
      const MemoryUse& other = stages[stages.size() - 1 - s];
      const double share = l.sharding == Sharding::none ? 1 : 0.5;
      u.weights += other.weights, u.gradients += other.gradients, u.activations += other.activations;
      u.optimizer = share * (u.optimizer + other.optimizer), u.host += other.host;
      u.update = share * (u.update + other.update);
      u.head += other.head, u.buffers = std::max(u.buffers, other.buffers);
      u.backward = std::max(u.backward, other.backward);
    }
    u.fragmentation = (rules.reserved - 1) * u.allocated();
    if (u.total() > worst.total()) worst = u;
  }
  return worst;
}

}  // namespace orrery::training
