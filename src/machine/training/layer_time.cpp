#include "machine/training/layer_time.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {
namespace {

using model::Operator;

/// The chip whose scans framework.scan is stated for: H100's bf16 peak, FLOP/s.
constexpr double scan_peak = 989e12;

/// What the loops below need, looked up once.
struct Context {
  const Job& job;
  const Machine& machine;
  const Accelerator& chip;
  const Framework& framework;
  const Layout& layout;
  model::Slice slice;
  RankGroup tp, cp, ep, etp;

  Context(const Job& j, const Machine& m, const Layout& l)
      : job(j), machine(m), chip(*m.accelerator), framework(*m.framework), layout(l), slice(slice_of(j, l)) {
    tp = rank_group(m, l.tp, 1);
    cp = rank_group(m, l.cp, l.tp);
    ep = rank_group(m, l.ep, l.etp);
    etp = rank_group(m, l.etp, 1);
  }
  const silicon::GemmConstants& gemm(Precision p) const { return chip.gemm[static_cast<std::size_t>(p)]; }
  double product(Precision p, double m, double n, double k, double count) const {
    const bool aligned = std::fmod(n, 64) == 0 && std::fmod(k, 64) == 0;
    return gemm_time(gemm(p), std::max(m, 1.0), n, k, count, false) * framework.slowdown *
           (aligned ? 1 : chip.unaligned) /
           (silicon::operand_bytes[static_cast<std::size_t>(p)] >= 2 ? chip.sustained : chip.sustained_low) / chip.pace;
  }
  /// The format of what stays out of narrow products, and how many times the two bytes of the counts its elements have.
  Precision usual() const { return silicon::is_wide(job.precision) ? job.precision : Precision::bf16; }
  double width() const { return silicon::is_wide(job.precision) ? 2 : 1; }
  double stream(double bytes) const { return bytes / (chip.memory_bandwidth * chip.gemm[0].memory_share * chip.pace); }
};

/// Attention as a kernel sees it.
struct Core {
  double heads = 1, kv_heads = 1, qk = 1, v = 1, window = 0;
  double masked = 1;  ///< time over that under a causal mask
};

Core core_of(const Context& c, const model::Mixer& x) {
  using Kind = model::Mixer::Kind;
  const auto real = [](std::int64_t n) { return static_cast<double>(n); };
  Core a;
  a.heads = real(x.heads) / c.layout.tp;
  a.window = real(x.window);
  a.masked = x.causal && !x.crosses ? 1 : 2;
  const double keys = real(x.index_keys) * real(x.index_block), length = c.job.attended();
  const bool sparse = x.index_keys > 0 && keys < length;
  if (x.kind == Kind::latent) {
    a.kv_heads = a.heads;
    a.qk = real(x.qk_nope_dim + x.qk_rope_dim), a.v = real(x.v_dim);
    // Keys that are picked are read compressed, one for all heads.
    if (sparse) a.kv_heads = 1, a.qk = real(x.kv_lora_rank + x.qk_rope_dim), a.v = real(x.kv_lora_rank);
  } else {
    a.kv_heads = x.kind == Kind::compressed ? 1 : std::max(real(x.kv_heads) / c.layout.tp, 1.0);
    a.qk = real(x.head_dim), a.v = real(x.value_dim());
  }
  if (x.kind == Kind::compressed) {
    // As many keys as a window that leaves each query the same number of them.
    const double met = std::min(model::keys_met(x, length), (length + 1) / 2);
    a.window = std::max(1.0, length - std::sqrt(std::max(length * (length - 2 * met), 0.0)));
  } else if (sparse) {
    a.window = a.window > 0 ? std::min(a.window, keys) : keys;
  }
  return a;
}

/// Attention that writes its scores to memory: two batched products and passes over the scores (scale, mask, softmax,
/// dropout, forward about 5 of 2 bytes; backward about twice).
double unfused_attention(const Context& c, const model::Mixer& mixer, double factor) {
  const Core a = core_of(c, mixer);
  const double length = c.job.attended(), documents = c.job.sequence / length;
  const double s = length / c.layout.cp, batch = c.slice.sequences * documents * a.heads;
  const double scores = batch * s * length * 2 * c.width();
  return factor * c.framework.attention *
         (c.product(c.usual(), s, length, a.qk, batch) + c.product(c.usual(), s, a.v, length, batch) +
          c.stream(scores * 5));
}

double fused_attention(const Context& c, const model::Mixer& mixer) {
  const Core a = core_of(c, mixer);
  // Context parallel ranks take balanced parts of the causal triangle: one of cp of the whole.
  const double whole = attention_time(c.chip.attention, c.slice.sequences * (c.job.sequence / c.job.attended()),
                                      c.job.attended(), a.heads, a.kv_heads, a.qk, a.v, a.window);
  return a.masked * whole / c.layout.cp / c.chip.pace * c.framework.attention *
         (c.chip.asynchronous ? c.framework.attention_young : 1);
}

/// The bytes that expert traffic moves one way for the tokens of this accelerator.
double dispatched_bytes(const Context& c, const model::Mlp& mlp) {
  const double width = static_cast<double>(mlp.latent > 0 ? mlp.latent : c.job.model.hidden);
  return model::busiest_load(c.job.model, c.slice) * c.slice.own() * mlp.routed() * width * 2 * c.width();
}

/// What context-parallel ranks exchange for one mixer, in the open.
void add_context(const Context& c, const model::Mixer& x, double attention, double attention_backward, LayerTime& t) {
  if (x.kind == model::Mixer::Kind::none) return;
  const Layout& layout = c.layout;
  const double tokens = c.slice.tokens(), sent = tokens * 2 * c.width() * (layout.cp - 1) / layout.cp;
  const auto exchange = [&](double width) { return all_to_all_time(c.machine, c.cp, sent * width); };
  if (!x.attends()) {
    // A state runs over whole sequences: the split of the sequence becomes one of its heads, and back.
    const auto n = [](std::int64_t count) { return static_cast<double>(count); };
    const double inner = x.keeps_state() ? n(x.heads) * n(x.v_dim) : n(c.job.model.hidden);
    const double keys = x.keeps_state() ? 2 * n(x.kv_heads) * n(x.head_dim) : 2 * inner;
    const double both = exchange((inner + keys) / layout.tp) + exchange(inner / layout.tp);
    t.forward.context += both, t.backward.context += both;
    return;
  }
  const double width = model::key_value_width(x, layout.tp);
  const double gather = all_gather_time(c.machine, c.cp, tokens * layout.cp * width * 2 * c.width());
  if (layout.context == ContextExchange::ring) {
    t.forward.context += std::max(0.3 * gather, gather - attention);
    t.backward.context += std::max(0.6 * gather, 2 * gather - attention_backward);
  } else if (layout.context == ContextExchange::all_gather) {
    // Nothing hides it: attention waits for all keys, and their gradients are scattered after it.
    t.forward.context += gather;
    t.backward.context += 2 * gather;
  } else {
    // Queries, keys, values and the result change places; fewer key-value heads than ranks are copied to each.
    const Core a = core_of(c, x);
    const bool latent = x.kind == model::Mixer::Kind::latent;
    const double qk = static_cast<double>(latent ? x.qk_nope_dim + x.qk_rope_dim : x.head_dim);
    const double v = static_cast<double>(x.value_dim());
    const double kv =
        latent ? width
               : std::max(static_cast<double>(x.kv_heads) / layout.tp, static_cast<double>(layout.cp)) * (qk + v);
    const double both = exchange(a.heads * qk + kv) + exchange(a.heads * v);
    t.forward.context += both, t.backward.context += both;
  }
}

}  // namespace

model::Slice slice_of(const Job& j, const Layout& l) {
  model::Slice slice;
  slice.sequences = l.micro_batch;
  slice.sequence = j.sequence;
  slice.tp = l.tp, slice.cp = l.cp, slice.ep = l.ep, slice.etp = l.etp;
  slice.expert_load = j.expert_load;
  slice.sequence_parallel = l.sequence_parallel || l.tp == 1;
  return slice;
}

LayerTime layer_time(const Job& job, const Machine& machine, const Layout& layout, const model::Layer& layer) {
  const Context c(job, machine, layout);
  const model::OperatorList list = model::layer_operators(job.model, layer, c.slice);
  const bool moe = layer.mlp.mixture();
  LayerTime t;
  double weight_gradient = 0;
  const double unfused = c.framework.elementwise * c.framework.eager;
  // Low precision costs passes over every operand that is cast; wider formats none.
  const double cast = silicon::operand_bytes[static_cast<std::size_t>(job.precision)] < 2 ? 1 : 0;
  // Fused attention knows no wider format than two bytes.
  const bool fused = c.framework.fused_attention && c.width() == 1;
  for (const Operator& o : list) {
    if (o.kind == Operator::Kind::gemm) {
      const bool low = o.n > 512;  // routers stay in bf16
      const Precision p = low ? job.precision : c.usual();
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
      const double passes = c.width() * (o.expert ? c.framework.expert_traffic : unfused);
      t.forward.elementwise += c.stream(o.bytes) * passes;
      t.backward.elementwise += 1.5 * c.stream(o.bytes) * passes;
    } else if (o.kind == Operator::Kind::attention) {
      const double once = fused ? fused_attention(c, *o.mixer) : unfused_attention(c, *o.mixer, 1);
      const double back = fused ? once * c.chip.attention_backward : unfused_attention(c, *o.mixer, 2);
      t.forward.attention += once, t.backward.attention += back;
      if (layout.cp > 1) add_context(c, *o.mixer, once, back, t);
    } else {
      // Such kernels gain less from a faster chip than products do (as the steps of operators, catalog/operators).
      const double gain = std::pow(c.chip.peak[0] / scan_peak, 0.3);
      const double once = c.framework.scan * gain * (o.work / c.chip.peak[0] + c.stream(o.bytes)) / c.chip.pace;
      t.forward.attention += once;
      t.backward.attention += once * (o.kind == Operator::Kind::scan ? c.chip.attention_backward : 2);
    }
  }
  if (job.task != Task::lora) t.backward.products += weight_gradient, t.weight = weight_gradient;
  if (layout.cp > 1)
    for (const model::Mixer* x : {&layer.mixer, &layer.beside})
      if (!x->attends()) add_context(c, *x, 0, 0, t);
  const double h = static_cast<double>(job.model.hidden), tokens = c.slice.tokens();
  const int mixers = (layer.mixer.kind != model::Mixer::Kind::none) + (layer.beside.kind != model::Mixer::Kind::none);
  const int branches = mixers + !layer.mlp.none();
  if (layout.tp > 1) {
    // An all-reduce (or its halves around sequence-parallel parts) a branch and pass; a mixture needs none.
    const double bytes = tokens * h * 2 * c.width();
    const double once = c.slice.sequence_parallel
                            ? all_gather_time(machine, c.tp, bytes) + reduce_scatter_time(machine, c.tp, bytes)
                            : all_reduce_time(machine, c.tp, bytes);
    // Run one by one, what is gathered is put in order by a copy, and so is what is to be reduced.
    const double copies = c.framework.memory.kept == Kept::eager && c.slice.sequence_parallel ? c.stream(4 * bytes) : 0;
    const double each = (branches - moe) * (once * c.framework.tp_exposed + copies);
    t.forward.tensor = each;
    t.backward.tensor = each;
  }
  if (moe && layout.ep > 1) {
    const double once =
        expert_exchange_time(machine, c.ep, dispatched_bytes(c, layer.mlp), static_cast<double>(layer.mlp.top_k)) *
        c.framework.ep_exposed;
    t.forward.expert = 2 * once;
    t.backward.expert = 2 * once;
  }
  if (moe && c.slice.etp > 1) {
    // Ranks that share an expert meet each other's tokens before it, and add up what each made of them.
    const double bytes = dispatched_bytes(c, layer.mlp) * c.slice.etp;
    const double once = all_gather_time(machine, c.etp, bytes) + reduce_scatter_time(machine, c.etp, bytes);
    t.forward.expert += once * c.framework.tp_exposed;
    t.backward.expert += once * c.framework.tp_exposed;
  }
  // The constants are of layers of two branches.
  t.forward.host = t.backward.host =
      c.chip.host * (c.framework.layer_fixed * 0.5 * branches + (moe ? c.framework.moe_fixed : 0));
  // Short kernels wait for the host that launches them.
  const double host = c.chip.host * c.framework.layer_host * 0.5 * branches;
  t.forward.host += std::max(host - t.forward.total(), 0.0);
  t.backward.host += std::max(host - t.backward.total(), 0.0);
  if (layout.offload_activations) {
    // Behind the pass that made them, and again behind the one that needs them.
    const double link = c.chip.host_bandwidth > 0 ? c.chip.host_bandwidth : c.chip.host_link;
    const double carried = saved_by_layer(job, machine, layout, layer) / link;
    Layout uncovered = layout;
    if (layout.recompute == Recompute::full) uncovered.recompute = Recompute::none;
    const double whole = saved_by_layer(job, machine, uncovered, layer) / link;
    const double forward = t.forward.total(), backward = t.backward.total();
    t.forward.offload = std::max(carried - forward, 0.0), t.forward_offload_whole = std::max(whole - forward, 0.0);
    t.backward.offload = std::max(carried - backward, 0.0), t.backward_offload_whole = std::max(whole - backward, 0.0);
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
  t.forward.products = c.product(c.usual(), tokens, vocab, h, 1);
  t.backward.products = c.product(c.usual(), tokens, h, vocab, 1);
  if (job.task != Task::lora) t.weight = c.product(c.usual(), h, vocab, tokens, 1);
  t.backward.products += t.weight;
  // Logits are cast to fp32, reduced to a loss and turned into gradients.
  t.forward.elementwise = c.stream(tokens * vocab * (2 + 4 + 4)) * c.framework.elementwise * c.framework.eager;
  t.backward.elementwise =
      c.stream(tokens * vocab * (4 + 2) + tokens * h * 12) * c.framework.elementwise * c.framework.eager;
  return t;
}

LayerTimes layer_times(const Job& job, const Machine& machine, const Layout& layout) {
  LayerTimes times;
  times.kinds.reserve(job.model.kinds.size());
  for (const model::Layer& kind : job.model.kinds) times.kinds.push_back(layer_time(job, machine, layout, kind));
  times.head = head_time(job, machine, layout);
  return times;
}

}  // namespace orrery::training
