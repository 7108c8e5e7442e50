#include "machine/model/architecture.h"

#include <algorithm>

#include "base/error.h"
#include "base/units.h"

namespace orrery::model {
namespace {

void require(bool good, const std::string& key, const std::string& problem, const std::string& remedy) {
  if (!good) throw Error({}, key, problem, remedy);
}

void require_range(std::int64_t value, std::int64_t low, std::int64_t high, const std::string& key) {
  if (value < low || value > high)
    require(false, key, format_count(real(value)) + " is outside what a model has",
            "give " + format_count(real(low)) + " to " + format_count(real(high)));
}

constexpr std::int64_t widest = 10'000'000;

}  // namespace

double Mlp::routed() const {
  return experts > 0 ? real(top_k) * real(experts) / real(experts + null_experts) : 0;
}

std::vector<std::uint8_t> Architecture::mtp_kinds() const {
  if (!mtp_order.empty() || layers == 0) return mtp_order;
  return {static_cast<std::uint8_t>(kind_of(layers - 1))};
}

const Layer* Architecture::mixture() const {
  for (const Layer& kind : kinds)
    if (kind.mlp.mixture()) return &kind;
  return nullptr;
}

std::vector<double> Architecture::counts() const {
  std::vector<double> n(kinds.size());
  if (order.empty()) n.front() = real(layers);
  for (const std::uint8_t kind : order) n[kind] += 1;
  return n;
}

void set_layers(Architecture& m, std::int64_t layers, const std::function<Layer(std::int64_t)>& layer_of) {
  m.layers = layers;
  m.kinds.clear(), m.order.clear();
  for (std::int64_t i = 0; i < layers; ++i) {
    const Layer layer = layer_of(i);
    const auto known = std::find(m.kinds.begin(), m.kinds.end(), layer);
    if (known == m.kinds.end() && m.kinds.size() == 255)
      throw Error({}, "layers", "are of more than 255 kinds", "use a model whose layers repeat");
    m.order.push_back(static_cast<std::uint8_t>(known - m.kinds.begin()));
    if (known == m.kinds.end()) m.kinds.push_back(layer);
  }
  if (m.kinds.size() == 1) m.order.clear();
}

void set_layers(Architecture& m, std::int64_t layers, const Layer& usual, const Pattern& p) {
  require_range(layers, 1, 100'000, "layers");
  require_range(p.dense_first, 0, layers, "dense_first");
  require_range(p.moe_every, 1, layers, "moe_every");
  set_layers(m, layers, [&](std::int64_t i) {
    Layer layer = usual;
    const bool moe = usual.mlp.experts > 0 && i >= p.dense_first &&
                     (i - p.dense_first) % std::max<std::int64_t>(p.moe_every, 1) == 0;
    if (moe) {
      layer.mlp.width = 0, layer.mlp.bias = false;
    } else {
      require_range(usual.mlp.width, 1, widest, "ffn_hidden");
      if (usual.mlp.experts > 0) layer.mlp = {usual.mlp.width, usual.mlp.gated, usual.mlp.bias};
    }
    const bool local = p.window > 0 && (p.global_every <= 0 || (i + 1) % p.global_every != 0);
    if (local) layer.mixer.window = p.window;
    return layer;
  });
}

namespace {

void check(const Mixer& x) {
  using Kind = Mixer::Kind;
  if (x.kind == Kind::none) return;
  require_range(x.heads, 1, widest, "heads");
  if (x.kind == Kind::grouped || x.keeps_state()) {
    require_range(x.kv_heads, 1, x.heads, "kv_heads");
    require_range(x.head_dim, 1, widest, "head_dim");
    require(x.heads % x.kv_heads == 0, "kv_heads",
            format_count(real(x.kv_heads)) + " does not divide the " + format_count(real(x.heads)) + " heads",
            "give a divisor of the number of heads");
  }
  if (x.kind == Kind::latent) {
    require_range(x.kv_lora_rank, 1, widest, "kv_lora_rank");
    require_range(x.qk_nope_dim, 1, widest, "qk_nope_dim");
    require_range(x.qk_rope_dim, 0, widest, "qk_rope_dim");
    require_range(x.v_dim, 1, widest, "v_dim");
  }
  if (x.kind == Kind::compressed) {
    require_range(x.q_lora_rank, 1, widest, "q_lora_rank");
    require_range(x.head_dim, 1, widest, "head_dim");
    require_range(x.out_groups, 1, x.heads, "out_groups");
    require_range(x.out_rank, 1, widest, "out_rank");
  }
  if (x.keeps_state()) require_range(x.v_dim, 1, widest, "v_dim");
  if (x.kind == Kind::selective) require_range(x.step_rank, 1, widest, "step_rank");
  require_range(x.input, 0, widest, "input");
  require_range(x.v_dim, 0, widest, "v_dim");
  require_range(x.q_lora_rank, 0, widest, "q_lora_rank");
  require_range(x.window, 0, 1'000 * widest, "window");
  require_range(x.taps, 0, 1'000, "taps");
  require_range(x.index_heads, 0, widest, "index_heads");
  require_range(x.index_dim, 0, widest, "index_dim");
  require_range(x.index_keys, 0, 1'000 * widest, "index_keys");
  require_range(x.index_block, 1, widest, "index_block");
  require_range(x.compress, 0, widest, "compress");
  require_range(x.gate_rank, 0, widest, "gate_rank");
  require_range(x.step_rank, 0, widest, "step_rank");
}

void check(const Mlp& m) {
  require_range(m.width, 0, widest, "ffn_hidden");
  require_range(m.experts, 0, 1'000'000, "experts");
  if (m.experts == 0) return;
  require_range(m.top_k, 1, m.experts + std::max<std::int64_t>(m.null_experts, 0), "top_k");
  require_range(m.null_experts, 0, 1'000'000, "null_experts");
  require_range(m.expert_width, 1, widest, "expert_hidden");
  require_range(m.shared_width, 0, widest, "shared_hidden");
  require_range(m.latent, 0, widest, "latent");
}

}  // namespace

void check(const Architecture& m) {
  require_range(m.layers, 1, 100'000, "layers");
  require_range(m.hidden, 1, widest, "hidden");
  require_range(m.vocab, 0, widest, "vocab");  // none in a model of images
  require_range(m.embedding_dim, 0, widest, "embedding_dim");
  require_range(m.learned_positions, 0, 1'000 * widest, "learned_positions");
  require_range(m.mtp_layers, 0, 100, "mtp_layers");
  require_range(m.streams, 1, 1'000, "streams");
  for (const Layer& layer : m.kinds) {
    require(layer.matrices >= 0 && layer.other >= 0 && layer.idle >= 0, "layers", "hold fewer than no parameters",
            "check the widths");
    check(layer.mixer);
    check(layer.beside);
    check(layer.mlp);
  }
}

namespace {

/// Elements of the matrices of a mixer.
double product_elements(const Architecture& m, const Mixer& x) {
  using Kind = Mixer::Kind;
  const double h = real(m.hidden), heads = real(x.heads), dim = real(x.head_dim), v = real(x.value_dim());
  const double q_rank = real(x.q_lora_rank);
  double n = 0;
  switch (x.kind) {
    case Kind::none:
      return 0;
    case Kind::grouped: {
      const double q = heads * dim, in = x.input > 0 ? real(x.input) : h;
      n = q_rank > 0 ? in * q_rank + q_rank * q : in * q;
      if (!x.borrows_keys) n += in * real(x.kv_heads) * (dim + (x.keys_are_values ? 0 : v));
      n += heads * v * h;
      if (x.index_heads > 0) n += h * (real(x.index_heads) + 1) * real(x.index_dim);
      if (x.relative_positions) n += h * q;
      break;
    }
    case Kind::latent: {
      const double qk = real(x.qk_nope_dim) + real(x.qk_rope_dim), rank = real(x.kv_lora_rank);
      n = q_rank > 0 ? h * q_rank + q_rank * heads * qk : h * heads * qk;
      n += h * (rank + real(x.qk_rope_dim)) + rank * heads * (real(x.qk_nope_dim) + v) + heads * v * h;
      if (x.index_heads > 0)
        n += (q_rank > 0 ? q_rank : h) * real(x.index_heads) * real(x.index_dim) +
             h * (real(x.index_dim) + real(x.index_heads));
      break;
    }
    case Kind::compressed: {
      n = h * q_rank + q_rank * heads * dim + h * dim;
      n += heads * dim * real(x.out_rank) + real(x.out_groups) * real(x.out_rank) * h;
      // A compressor weighs the tokens behind a key; with few of them it overlaps the ones before, twice as wide.
      const double wide = x.index_heads > 0 ? 2 : 1;
      if (x.compress > 0) n += 2 * h * wide * dim;
      if (x.index_heads > 0)
        n += q_rank * real(x.index_heads) * real(x.index_dim) + h * real(x.index_heads) +
             2 * h * wide * real(x.index_dim);
      break;
    }
    case Kind::delta: {
      const double keys = real(x.kv_heads) * dim, values = heads * v, rank = real(x.gate_rank);
      n = h * (2 * keys + values) + values * h + h * heads;  // the last: how much is written
      n += rank == 0 ? h * (values + heads) : h * rank + rank * keys;
      if (rank > 0 && !x.output_gate) n += h * rank + rank * values;
      break;
    }
    case Kind::state_space: {
      const double inner = heads * v;
      n = h * (2 * inner + 2 * real(x.kv_heads) * dim + heads) + inner * h;
      break;
    }
    case Kind::selective: {
      const double inner = heads * v;
      n = h * 2 * inner + inner * (real(x.step_rank) + 2 * dim) + real(x.step_rank) * inner + inner * h;
      break;
    }
    case Kind::lightning:
      n = h * (2 * real(x.kv_heads) * dim + heads * v) + heads * v * h;
      break;
    case Kind::convolution:
      n = 4 * h * h;
      break;
  }
  if (x.output_gate) n += h * heads * v;
  if (x.head_gate) n += h * heads;
  return n;
}

/// Norms, biases, taps and the like of a mixer.
double small_elements(const Architecture& m, const Mixer& x) {
  using Kind = Mixer::Kind;
  const double h = real(m.hidden), heads = real(x.heads), dim = real(x.head_dim), v = real(x.value_dim());
  const double kv = real(x.kv_heads) * dim;
  double n = 0;
  if (x.kind == Kind::none) return 0;
  if (x.attends()) n += real(x.q_lora_rank) + (x.kind == Kind::latent ? real(x.kv_lora_rank) : 0);
  if (x.kind == Kind::grouped && x.qkv_bias)
    n += heads * dim + (x.borrows_keys ? 0 : kv + (x.keys_are_values ? 0 : real(x.kv_heads) * v));
  if (x.qk_norm) {
    const double keys = x.borrows_keys ? 0 : 1;
    n += x.qk_norm_wide ? heads * dim + keys * kv : (1 + keys) * dim;
  }
  if (x.output_bias) n += h;
  if (x.sinks) n += heads;
  if (x.kind == Kind::latent && x.index_heads > 0) n += 2 * real(x.index_dim);
  if (x.kind == Kind::grouped && x.index_heads > 0) n += 2 * real(x.index_dim);
  if (x.kind == Kind::compressed) {
    const double wide = x.index_heads > 0 ? 2 : 1;
    n += dim;
    if (x.compress > 0) n += real(x.compress) * wide * dim + dim;
    if (x.index_heads > 0) n += real(x.compress) * wide * real(x.index_dim) + real(x.index_dim);
  }
  const double taps = real(x.taps) + (x.taps_bias ? 1 : 0);
  if (x.kind == Kind::delta) n += taps * (2 * kv + heads * v) + (x.gate_rank > 0 ? kv + heads : 2 * heads) + v;
  if (x.kind == Kind::state_space) n += taps * (heads * v + 2 * kv) + 3 * heads + (x.state_norm ? heads * v : 0);
  if (x.kind == Kind::selective)
    n += taps * heads * v + heads * v * (dim + 2) + (x.state_parts_norm ? real(x.step_rank) + 2 * dim : 0);
  if (x.kind == Kind::lightning) n += heads * v;
  if (x.kind == Kind::convolution) n += taps * h;
  return n;
}

double mlp_elements(double in, double hidden, double width) {
  return (in + 1) * hidden * width;
}

double mlp_parameters(const Mlp& mlp, double hidden, double width, bool bias) {
  const double in = mlp.gated ? 2 : 1;
  return mlp_elements(in, hidden, width) + (bias ? in * width + hidden : 0);
}

double norm_width(const Architecture& m) {
  return (m.norm_bias ? 2 : 1) * real(m.hidden);
}

}  // namespace

double mixer_parameters(const Architecture& m, const Mixer& x) {
  return x.borrowed ? 0 : product_elements(m, x) + small_elements(m, x);
}

LayerParameters layer_parameters(const Architecture& m, const Layer& layer) {
  LayerParameters p;
  const Mlp& mlp = layer.mlp;
  const double h = real(m.hidden);
  p.mixer = mixer_parameters(m, layer.mixer) + mixer_parameters(m, layer.beside);
  p.whole = layer.norms * norm_width(m) + layer.matrices + layer.other;
  if (mlp.borrowed) {
    p.active = p.mixer + p.whole;
  } else if (mlp.mixture()) {
    const double inside = mlp.latent > 0 ? real(mlp.latent) : h, routes = real(mlp.experts + mlp.null_experts);
    const double expert = mlp_parameters(mlp, inside, real(mlp.expert_width), mlp.expert_bias);
    p.experts = real(mlp.experts) * expert;
    p.mlp = (mlp.router_bias ? routes : 0) + mlp_parameters(mlp, h, real(mlp.shared_width), false) +
            (mlp.shared_gate ? h : 0) + (mlp.latent > 0 ? 2 * h * real(mlp.latent) : 0) +
            (mlp.latent_norm ? real(mlp.latent) : 0);
    p.whole += routes * h;
    p.active = p.mixer + p.mlp + p.whole + mlp.routed() * expert;
  } else {
    p.mlp = mlp.width > 0 ? mlp_parameters(mlp, h, real(mlp.width), mlp.bias) : 0;
    p.active = p.mixer + p.mlp + p.whole;
  }
  p.whole += layer.idle;
  return p;
}

ParameterCount parameters(const Architecture& m) {
  ParameterCount c;
  const double h = real(m.hidden), norm = norm_width(m);
  c.embedding = real(m.vocab) * (m.embedding_dim > 0 ? real(m.embedding_dim) : h);
  c.positions = real(m.learned_positions) * h;
  c.head = (m.tied ? 0 : c.embedding) + (m.head_bias ? real(m.vocab) : 0);
  c.norms = (m.final_norm ? norm : 0) + (m.embedding_norm ? norm : 0);
  const double outside = c.embedding + c.positions + c.head + c.norms + m.other;
  c.total = c.active = outside;
  const std::vector<double> n = m.counts();
  for (std::size_t k = 0; k < m.kinds.size(); ++k) {
    const LayerParameters p = layer_parameters(m, m.kinds[k]);
    c.total += n[k] * p.total();
    c.active += n[k] * p.active;
  }
  c.non_embedding = c.total - c.embedding - c.positions - c.head - m.other_tables;
  if (m.mtp_layers == 0) return c;
  // One module: two norms, the 2h x h projection, its layers, a final norm; tables are shared.
  double module = 3 * norm + 2 * h * h;
  for (const std::uint8_t kind : m.mtp_kinds()) module += layer_parameters(m, m.kinds[kind]).total();
  c.mtp = real(m.mtp_layers) * module;
  return c;
}

double keys_met(const Mixer& x, double sequence, bool full) {
  if (!x.attends()) return 0;
  const auto causal = [&](double most) {
    const double w = most > 0 ? std::min(most, sequence) : sequence;
    return full ? w : w - w * (w - 1) / (2 * sequence);
  };
  if (x.crosses || !x.causal) return x.window > 0 ? std::min(2 * real(x.window), sequence) : sequence;
  if (x.kind == Mixer::Kind::compressed) {
    double kept = x.compress > 0 ? (full ? 1 : 0.5) * sequence / real(x.compress) : 0;
    if (x.index_keys > 0) kept = std::min(kept, real(x.index_keys));
    return causal(real(x.window)) + kept;
  }
  if (x.index_keys > 0) return causal(real(x.index_keys) * real(x.index_block));
  // Megatron's count of whole attention does not know of windows.
  return full ? sequence : causal(real(x.window));
}

namespace {

/// Operations of a token in a mixer beside its products with weights.
double mixing_flops(const Mixer& x, double sequence, bool full) {
  using Kind = Mixer::Kind;
  const double heads = real(x.heads), v = real(x.value_dim());
  if (x.attends()) {
    const double qk = x.kind == Kind::latent ? real(x.qk_nope_dim + x.qk_rope_dim) : real(x.head_dim);
    double flops = 2 * keys_met(x, sequence, full) * heads * (qk + v);
    if (x.index_heads > 0) {
      const double seen = (full ? sequence : (sequence + 1) / 2) / (x.compress > 0 ? real(x.compress) : 1);
      flops += 2 * seen * real(x.index_heads) * real(x.index_dim);
    }
    return flops;
  }
  if (x.keeps_state()) return 7 * heads * real(x.head_dim) * v;
  return 0;
}

}  // namespace

double layer_flops_per_token(const Architecture& m, const Layer& layer, double sequence, bool full) {
  const Mlp& mlp = layer.mlp;
  const double h = real(m.hidden), in = mlp.gated ? 2 : 1;
  double products = product_elements(m, layer.mixer) + product_elements(m, layer.beside) + layer.matrices;
  if (mlp.mixture()) {
    const double inside = mlp.latent > 0 ? real(mlp.latent) : h;
    products += mlp_elements(in, inside, mlp.routed() * real(mlp.expert_width)) +
                mlp_elements(in, h, real(mlp.shared_width)) + (mlp.latent > 0 ? 2 * h * inside : 0) +
                h * real(mlp.experts + mlp.null_experts);
  } else {
    products += mlp_elements(in, h, real(mlp.width));
  }
  return 2 * products + mixing_flops(layer.mixer, sequence, full) + mixing_flops(layer.beside, sequence, full);
}

double forward_flops_per_token(const Architecture& m, double sequence, bool full) {
  const double h = real(m.hidden);
  const std::vector<double> n = m.counts();
  double flops = 2 * (m.embedding_dim > 0 ? real(m.embedding_dim) : h) * real(m.vocab);
  for (std::size_t k = 0; k < m.kinds.size(); ++k)
    if (n[k] > 0) flops += n[k] * layer_flops_per_token(m, m.kinds[k], sequence, full);
  if (m.mtp_layers == 0) return flops;
  double module = 2 * (2 * h * h + h * real(m.vocab));
  for (const std::uint8_t kind : m.mtp_kinds()) module += layer_flops_per_token(m, m.kinds[kind], sequence, full);
  return flops + real(m.mtp_layers) * module;
}

}  // namespace orrery::model
