#include "machine/training/layer_time.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {
namespace {

using model::Operator;

/// What the loops below need, looked up once.
struct Context {
  const Job& job;
  const Machine& machine;
  const Accelerator& chip;
  const Framework& framework;
  const Layout& layout;
  model::Slice slice;
  RankGroup tp, cp, ep;

  Context(const Job& j, const Machine& m, const Layout& l)
      : job(j), machine(m), chip(*m.accelerator), framework(*m.framework), layout(l) {
    slice.sequences = l.micro_batch;
    slice.sequence = j.sequence;
    slice.tp = l.tp, slice.cp = l.cp, slice.ep = l.ep;
    slice.expert_load = j.expert_load;
    slice.sequence_parallel = l.sequence_parallel || l.tp == 1;
    tp = rank_group(m, l.tp, 1);
    cp = rank_group(m, l.cp, l.tp);
    ep = rank_group(m, l.ep, 1);
  }
  const silicon::GemmConstants& gemm(Precision p) const { return chip.gemm[static_cast<std::size_t>(p)]; }
  double product(Precision p, double m, double n, double k, double count) const {
    const bool aligned = std::fmod(n, 64) == 0 && std::fmod(k, 64) == 0;
    return gemm_time(gemm(p), std::max(m, 1.0), n, k, count, false) * framework.slowdown *
           (aligned ? 1 : chip.unaligned) / (p == Precision::bf16 ? chip.sustained : chip.sustained_low) / chip.pace;
  }
  double stream(double bytes) const { return bytes / (chip.memory_bandwidth * chip.gemm[0].memory_share * chip.pace); }
};

/// Attention that writes its scores to memory: two batched products and passes over the scores (scale, mask, softmax,
/// dropout, forward about 5 of 2 bytes; backward about twice).
double unfused_attention(const Context& c, double factor) {
  const model::Architecture& a = c.job.model;
  const double length = c.job.attended(), documents = c.job.sequence / length;
  const double heads = static_cast<double>(a.heads) / c.layout.tp, s = length / c.layout.cp;
  const double batch = c.slice.sequences * documents * heads, d = static_cast<double>(a.head_dim);
  const double scores = batch * s * length * 2;
  return factor * c.framework.attention *
         (c.product(Precision::bf16, s, length, d, batch) + c.product(Precision::bf16, s, d, length, batch) +
          c.stream(scores * 5));
}

double fused_attention(const Context& c, bool local) {
  const model::Architecture& a = c.job.model;
  const bool latent = a.attention == model::Attention::latent;
  const double heads = static_cast<double>(a.heads) / c.layout.tp;
  const double kv = latent ? heads : std::max(static_cast<double>(a.kv_heads) / c.layout.tp, 1.0);
  const double qk = static_cast<double>(latent ? a.qk_nope_dim + a.qk_rope_dim : a.head_dim);
  const double v = static_cast<double>(latent ? a.v_dim : a.head_dim);
  // Context parallel ranks take balanced parts of the causal triangle: one of cp of the whole.
  const double whole = attention_time(c.chip.attention, c.slice.sequences * (c.job.sequence / c.job.attended()),
                                      c.job.attended(), heads, kv, qk, v, local ? static_cast<double>(a.window) : 0);
  return whole / c.layout.cp / c.chip.pace;
}

/// The bytes that expert traffic moves one way for the tokens of this accelerator.
double dispatched_bytes(const Context& c) {
  const double own = c.slice.sequence_parallel ? c.slice.tokens() / c.slice.tp : c.slice.tokens();
  const double load = c.job.model.capacity_factor > 0 ? c.job.model.capacity_factor : c.job.expert_load;
  return load * own * static_cast<double>(c.job.model.top_k) * static_cast<double>(c.job.model.hidden) * 2;
}

}  // namespace

LayerTime layer_time(const Job& job, const Machine& machine, const Layout& layout, bool moe, bool local) {
  const Context c(job, machine, layout);
  const model::OperatorList list = model::layer_operators(job.model, moe, c.slice);
  LayerTime t;
  double weight_gradient = 0;
  const double unfused = c.framework.elementwise;
  // Low precision costs passes over every operand that is cast; wider formats none.
  const double cast = job.precision == Precision::bf16 ? 0 : 1;
  for (const Operator& o : list) {
    if (o.kind == Operator::Kind::gemm) {
      const bool low = o.n > 512;  // routers stay in bf16
      const Precision p = low ? job.precision : Precision::bf16;
      const double slower = o.expert ? c.framework.expert_slowdown : 1;
      t.forward.products += slower * c.product(p, o.m, o.n, o.k, o.count);
      t.backward.products += slower * c.product(p, o.m, o.k, o.n, o.count);
      weight_gradient += slower * c.product(p, o.k, o.n, o.m, o.count);
      if (cast > 0 && low) {
        t.forward.elementwise += cast * c.stream(o.count * o.m * o.k * 3);
        t.backward.elementwise += cast * c.stream(o.count * o.m * o.n * 3);
      }
    } else if (o.kind == Operator::Kind::elementwise) {
      if (o.unfused && c.framework.fused_biased_experts) continue;
      const double passes = o.expert ? c.framework.expert_traffic : unfused;
      t.forward.elementwise += c.stream(o.bytes) * passes;
      t.backward.elementwise += 1.5 * c.stream(o.bytes) * passes;
    }
  }
  if (job.task != Task::lora) t.backward.products += weight_gradient, t.weight = weight_gradient;
  if (c.framework.fused_attention) {
    t.forward.attention =
        fused_attention(c, local) * c.framework.attention * (c.chip.asynchronous ? c.framework.attention_young : 1);
    t.backward.attention = t.forward.attention * c.chip.attention_backward;
  } else {
    t.forward.attention = unfused_attention(c, 1);
    t.backward.attention = unfused_attention(c, 2);
  }
  const double h = static_cast<double>(job.model.hidden), tokens = c.slice.tokens();
  if (layout.tp > 1) {
    // Two all-reduces (or their halves around sequence-parallel parts) a pass; the mixture needs one of them less.
    const double bytes = tokens * h * 2;
    const double once = c.slice.sequence_parallel
                            ? all_gather_time(machine, c.tp, bytes) + reduce_scatter_time(machine, c.tp, bytes)
                            : all_reduce_time(machine, c.tp, bytes);
    const double each = once * (moe ? 1 : 2) * c.framework.tp_exposed;
    t.forward.tensor = each;
    t.backward.tensor = each;
  }
  if (layout.cp > 1) {
    const model::Architecture& a = job.model;
    const bool latent = a.attention == model::Attention::latent;
    const double width =
        latent ? static_cast<double>(a.heads) / layout.tp * static_cast<double>(a.head_dim + a.v_dim)
               : 2 * std::max(static_cast<double>(a.kv_heads) / layout.tp, 1.0) * static_cast<double>(a.head_dim);
    const double gather = all_gather_time(machine, c.cp, tokens * layout.cp * width * 2);
    if (layout.context == ContextExchange::ring) {
      t.forward.context = std::max(0.3 * gather, gather - t.forward.attention);
      t.backward.context = std::max(0.6 * gather, 2 * gather - t.backward.attention);
    } else if (layout.context == ContextExchange::all_gather) {
      // Nothing hides it: attention waits for all keys, and their gradients are scattered after it.
      t.forward.context = gather;
      t.backward.context = 2 * gather;
    } else {
      // Queries, keys, values and the result change places; fewer key-value heads than ranks are copied to each.
      const double heads = static_cast<double>(a.heads) / layout.tp;
      const double query = heads * static_cast<double>(a.head_dim);
      const double result = heads * static_cast<double>(latent ? a.v_dim : a.head_dim);
      const double kv =
          latent ? width
                 : 2 * std::max(static_cast<double>(a.kv_heads) / layout.tp, static_cast<double>(layout.cp)) *
                       static_cast<double>(a.head_dim);
      const double sent = tokens * 2 * (layout.cp - 1) / layout.cp;
      t.forward.context = t.backward.context =
          all_to_all_time(machine, c.cp, sent * (query + kv)) + all_to_all_time(machine, c.cp, sent * result);
    }
  }
  if (moe && layout.ep > 1) {
    const double once = expert_exchange_time(machine, c.ep, dispatched_bytes(c), static_cast<double>(job.model.top_k)) *
                        c.framework.ep_exposed;
    t.forward.expert = 2 * once;
    t.backward.expert = 2 * once;
  }
  t.forward.host = t.backward.host = c.chip.host * (c.framework.layer_fixed + (moe ? c.framework.moe_fixed : 0));
  // Short kernels wait for the host that launches them.
  const double host = c.chip.host * c.framework.layer_host;
  t.forward.host += std::max(host - t.forward.total(), 0.0);
  t.backward.host += std::max(host - t.backward.total(), 0.0);
  if (layout.offload_activations) {
    // Behind the pass that made them, and again behind the one that needs them.
    const double link = c.chip.host_bandwidth > 0 ? c.chip.host_bandwidth : c.chip.host_link;
    const double carried = saved_by_layer(job, layout, c.slice, moe, c.framework.fused_attention) / link;
    t.forward.offload = std::max(carried - t.forward.total(), 0.0);
    t.backward.offload = std::max(carried - t.backward.total(), 0.0);
  }
  if (layout.recompute == Recompute::full) {
    t.backward.again = t.forward.total() - t.forward.offload;
  } else if (layout.recompute == Recompute::selective) {
    t.backward.again = (c.framework.fused_attention ? 0 : t.forward.attention) + 0.5 * t.forward.elementwise +
                       c.framework.selective_products * t.forward.products;
  }
  return t;
}

LayerTime head_time(const Job& job, const Machine& machine, const Layout& layout) {
  const Context c(job, machine, layout);
  LayerTime t;
  const double tokens = c.slice.tokens(), h = static_cast<double>(job.model.hidden);
  const double vocab = static_cast<double>(job.model.vocab) / layout.tp;
  t.forward.products = c.product(Precision::bf16, tokens, vocab, h, 1);
  t.backward.products = c.product(Precision::bf16, tokens, h, vocab, 1);
  if (job.task != Task::lora) t.weight = c.product(Precision::bf16, h, vocab, tokens, 1);
  t.backward.products += t.weight;
  // Logits are cast to fp32, reduced to a loss and turned into gradients.
  t.forward.elementwise = c.stream(tokens * vocab * (2 + 4 + 4)) * c.framework.elementwise;
  t.backward.elementwise = c.stream(tokens * vocab * (4 + 2) + tokens * h * 12) * c.framework.elementwise;
  return t;
}

LayerTimes layer_times(const Job& job, const Machine& machine, const Layout& layout) {
  const model::Architecture& a = job.model;
  LayerTimes times;
  std::array<bool, 4> needed{};
  for (std::int64_t layer = 0; layer < a.layers; ++layer)
    needed[(a.is_moe_layer(layer) ? 2u : 0u) + (a.is_local_layer(layer) ? 1u : 0u)] = true;
  for (std::size_t k = 0; k < 4; ++k)
    if (needed[k]) times.kinds[k] = layer_time(job, machine, layout, k >= 2, k % 2 == 1);
  times.head = head_time(job, machine, layout);
  return times;
}

}  // namespace orrery::training
