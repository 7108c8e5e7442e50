// Peak memory of a pipeline stage: what is resident (weights, gradients, optimizer), what the schedule keeps alive
// (activations of microbatches in flight, Korthikanti et al. 2022, section 4), the head's logits and what the runtime
// holds.
#include <algorithm>
#include <cmath>

#include "machine/model/operators.h"
#include "machine/training/communication.h"
#include "machine/training/layer_time.h"
#include "machine/training/step.h"

namespace orrery::training {

double saved_by_layer(const Job& j, const Layout& l, const model::Slice& slice, bool moe, bool fused) {
  const double own = l.sequence_parallel ? slice.tokens() / slice.tp : slice.tokens();
  if (l.recompute == Recompute::full) return 2 * own * static_cast<double>(j.model.hidden);
  double saved = 0;
  for (const model::Operator& o : model::layer_operators(j.model, moe, slice)) {
    double bytes = o.saved;
    if (j.precision != Precision::bf16) bytes -= 0.5 * o.saved_linear;
    // A frozen base needs no inputs of its products; the adapters keep theirs.
    if (j.task == Task::lora) bytes -= 0.5 * o.saved_linear;
    // Selective recomputation drops what norms and activations would keep.
    if (l.recompute == Recompute::selective && o.kind == model::Operator::Kind::elementwise) bytes *= 0.25;
    saved += bytes;
  }
  if (!fused && l.recompute == Recompute::none)
    saved += 5 * slice.sequences * static_cast<double>(j.model.heads) / slice.tp * j.sequence / slice.cp * j.attended();
  return saved;
}

MemoryUse memory_use(const Job& j, const Machine& m, const Layout& l) {
  const model::Architecture& a = j.model;
  const model::ParameterCount c = model::parameters(a);
  model::Slice slice;
  slice.sequences = l.micro_batch, slice.sequence = j.sequence;
  slice.tp = l.tp, slice.cp = l.cp, slice.ep = l.ep;
  slice.expert_load = j.expert_load;
  slice.sequence_parallel = l.sequence_parallel || l.tp == 1;
  const double dp = data_parallel(m, l) * l.cp;
  const double expert_dp = std::max(m.accelerators / (static_cast<double>(l.pp) * l.ep), 1.0);
  const bool fused = m.framework->fused_attention;
  const model::LayerShare dense = model::layer_share(a, false, l.tp, l.ep),
                          moe = model::layer_share(a, true, l.tp, l.ep);
  double kept_dense = 0, kept_moe = 0;
  const std::int64_t moe_layers = a.moe_layers();
  if (moe_layers < a.layers) kept_dense = saved_by_layer(j, l, slice, false, fused);
  if (moe_layers > 0) kept_moe = saved_by_layer(j, l, slice, true, fused);
  // A layer that is computed again holds all of itself for a moment; one that is not holds it until its backward pass.
  double again = 0, open_dense = kept_dense, open_moe = kept_moe;
  if (l.recompute == Recompute::full) {
    Layout open = l;
    open.recompute = Recompute::none;
    again = saved_by_layer(j, open, slice, moe_layers > 0, fused);
    if (l.recompute_layers > 0)
      open_dense = saved_by_layer(j, open, slice, false, fused),
      open_moe = moe_layers > 0 ? saved_by_layer(j, open, slice, true, fused) : 0;
  }
  // While a layer runs backwards the gradients of its widest activations stand beside it, and one weight's gradient.
  const double width =
      static_cast<double>(a.moe_layers() > 0 ? a.top_k * a.expert_hidden + a.shared_hidden : a.ffn_hidden) / l.tp;
  const double columns = a.gated ? 2 : 1;
  const double transient = slice.tokens() * 2 * (columns + 1) * width;
  const double largest = columns * static_cast<double>(a.hidden) *
                         static_cast<double>(a.moe_layers() > 0 ? a.expert_hidden : a.ffn_hidden) / l.tp;
  const std::vector<int> sizes = layers_of_chunks(a, l.pp * l.vp);
  const double micro = std::max(1.0, microbatches(j, m, l));
  const double full_group = l.shard_group > 0 ? l.shard_group : dp;
  const double trained = j.task == Task::lora ? 0.005 : 1;
  MemoryUse worst;
  std::vector<MemoryUse> stages;
  for (int stage = 0; stage < l.pp; ++stage) {
    MemoryUse u;
    double params_dense = 0, params_expert = 0, kept = 0, layers_here = 0;
    for (int chunk = 0; chunk < l.vp; ++chunk) {
      std::int64_t first = 0;
      for (int before = 0; before < chunk * l.pp + stage; ++before) first += sizes[static_cast<std::size_t>(before)];
      for (std::int64_t layer = first; layer < first + sizes[static_cast<std::size_t>(chunk * l.pp + stage)]; ++layer) {
        const bool mixture = a.is_moe_layer(layer);
        params_dense += mixture ? moe.dense : dense.dense;
        params_expert += mixture ? moe.expert : 0;
        const bool all = l.recompute_layers > 0 && layer - first >= l.recompute_layers;
        kept += mixture ? (all ? open_moe : kept_moe) : all ? open_dense : kept_dense;
        ++layers_here;
      }
    }
    if (stage == 0) params_dense += (c.embedding + c.positions) / l.tp;
    if (stage == l.pp - 1) params_dense += (c.head > 0 || l.pp == 1 ? c.head : c.embedding) / l.tp;
    const double passes = static_cast<double>(l.pp - stage);
    double in_flight = l.schedule == Schedule::gpipe ? micro : std::min(micro, passes);
    // What the weights' gradients wait for is kept: every stage holds as much as the first one under 1F1B.
    if (l.schedule == Schedule::zero_bubble) in_flight = std::min(micro, static_cast<double>(l.pp));
    if (l.vp > 1 && l.schedule != Schedule::gpipe)
      in_flight = std::min(micro, (2.0 * (l.pp - stage - 1) + (l.vp - 1.0) * l.pp + 1) / l.vp);
    double weight = j.task == Task::lora && j.precision != Precision::bf16 ? 1 : 2,
           gradient = m.framework->gradient_bytes, optimizer = 12;
    const double params = params_dense + params_expert;
    const auto shard = [&](double bytes) {
      return bytes * (params_dense / full_group + params_expert / std::min(full_group, expert_dp));
    };
    u.weights = l.sharding == Sharding::full ? shard(weight) : weight * params;
    u.gradients = trained * (l.sharding == Sharding::full || l.sharding == Sharding::gradients ? shard(gradient)
                                                                                               : gradient * params);
    u.optimizer =
        trained * (l.sharding == Sharding::none   ? optimizer * params
                   : l.sharding == Sharding::full ? shard(optimizer)
                                                  : optimizer * (params_dense / dp + params_expert / expert_dp));
    if (l.offload_optimizer) u.host = u.optimizer, u.optimizer = 0;
    if (l.sharding == Sharding::full && layers_here > 0) u.buffers = 3 * 2 * params / std::max(layers_here, 1.0);
    if (l.offload_activations) u.host += kept * in_flight;
    u.activations = l.offload_activations ? kept / std::max(layers_here, 1.0) * 2 : kept * in_flight;
    u.activations += again + transient;
    if (l.cp > 1 && l.context == ContextExchange::all_gather && a.attention == model::Attention::grouped)
      u.activations += slice.tokens() * l.cp * 4 * std::max(static_cast<double>(a.kv_heads) / l.tp, 1.0) *
                       static_cast<double>(a.head_dim);
    if (j.task != Task::lora) u.buffers += 4 * largest;
    if (stage == l.pp - 1) u.head = slice.tokens() * static_cast<double>(a.vocab) / l.tp * m.framework->logit_bytes;
    u.framework = m.accelerator->reserved;
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
      u.head += other.head, u.buffers = std::max(u.buffers, other.buffers);
    }
    if (u.total() > worst.total()) worst = u;
  }
  return worst;
}

}  // namespace orrery::training
