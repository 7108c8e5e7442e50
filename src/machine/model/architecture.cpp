#include "machine/model/architecture.h"

#include <algorithm>

#include "base/error.h"
#include "base/units.h"

namespace orrery::model {

bool Architecture::is_moe_layer(std::int64_t layer) const {
  return experts > 0 && layer >= dense_first && (layer - dense_first) % std::max<std::int64_t>(moe_every, 1) == 0;
}

std::int64_t Architecture::moe_layers() const {
  if (experts <= 0 || layers <= dense_first) return 0;
  const std::int64_t every = std::max<std::int64_t>(moe_every, 1);
  return (layers - dense_first + every - 1) / every;
}

bool Architecture::is_local_layer(std::int64_t layer) const {
  if (window <= 0) return false;
  return global_every <= 0 || (layer + 1) % global_every != 0;
}

namespace {

void require(bool good, const std::string& key, const std::string& problem, const std::string& remedy) {
  if (!good) throw Error({}, key, problem, remedy);
}

void require_range(std::int64_t value, std::int64_t low, std::int64_t high, const std::string& key) {
  require(value >= low && value <= high, key, format_count(static_cast<double>(value)) + " is outside what a model has",
          "give " + format_count(static_cast<double>(low)) + " to " + format_count(static_cast<double>(high)));
}

}  // namespace

void check(const Architecture& m) {
  constexpr std::int64_t widest = 10'000'000;
  require_range(m.layers, 1, 100'000, "layers");
  require_range(m.hidden, 1, widest, "hidden");
  require_range(m.heads, 1, widest, "heads");
  require_range(m.vocab, 1, widest, "vocab");
  require_range(m.learned_positions, 0, 1'000 * widest, "learned_positions");
  if (m.attention == Attention::grouped) {
    require_range(m.kv_heads, 1, m.heads, "kv_heads");
    require_range(m.head_dim, 1, widest, "head_dim");
    require(m.heads % m.kv_heads == 0, "kv_heads",
            format_count(static_cast<double>(m.kv_heads)) + " does not divide the " +
                format_count(static_cast<double>(m.heads)) + " heads",
            "give a divisor of the number of heads");
  } else {
    require_range(m.kv_lora_rank, 1, widest, "kv_lora_rank");
    require_range(m.qk_nope_dim, 1, widest, "qk_nope_dim");
    require_range(m.qk_rope_dim, 0, widest, "qk_rope_dim");
    require_range(m.v_dim, 1, widest, "v_dim");
    require_range(m.q_lora_rank, 0, widest, "q_lora_rank");
  }
  require_range(m.dense_first, 0, m.layers, "dense_first");
  if (m.moe_layers() < m.layers) require_range(m.ffn_hidden, 1, widest, "ffn_hidden");
  require_range(m.experts, 0, 1'000'000, "experts");
  if (m.experts > 0) {
    require_range(m.top_k, 1, m.experts, "top_k");
    require_range(m.expert_hidden, 1, widest, "expert_hidden");
    require_range(m.moe_every, 1, m.layers, "moe_every");
    require_range(m.shared_hidden, 0, widest, "shared_hidden");
  }
  require_range(m.mtp_layers, 0, 100, "mtp_layers");
  require_range(m.window, 0, 1'000 * widest, "window");
}

namespace {

double real(std::int64_t n) {
  return static_cast<double>(n);
}

double attention_parameters(const Architecture& m) {
  const double h = real(m.hidden);
  if (m.attention == Attention::latent) {
    const double heads = real(m.heads), qk = real(m.qk_nope_dim) + real(m.qk_rope_dim);
    double n = m.q_lora_rank > 0 ? h * real(m.q_lora_rank) + real(m.q_lora_rank) + real(m.q_lora_rank) * heads * qk
                                 : h * heads * qk;
    n += h * (real(m.kv_lora_rank) + real(m.qk_rope_dim)) + real(m.kv_lora_rank);
    n += real(m.kv_lora_rank) * heads * (real(m.qk_nope_dim) + real(m.v_dim));
    return n + heads * real(m.v_dim) * h;
  }
  const double q = real(m.heads) * real(m.head_dim), kv = real(m.kv_heads) * real(m.head_dim);
  double n = h * (q + 2 * kv) + q * h;
  if (m.qkv_bias) n += q + 2 * kv;
  if (m.attention_output_bias) n += h;
  if (m.qk_norm) n += m.qk_norm_wide ? q + kv : 2.0 * real(m.head_dim);
  if (m.attention_sinks) n += real(m.heads);
  if (m.relative_positions) n += h * q;
  return n;
}

double mlp_parameters(const Architecture& m, double width, bool bias) {
  const double in = m.gated ? 2 : 1;
  return (in + 1) * real(m.hidden) * width + (bias ? in * width + real(m.hidden) : 0);
}

}  // namespace

ParameterCount parameters(const Architecture& m) {
  ParameterCount c;
  const double h = real(m.hidden), norm = m.norm_bias ? 2 * h : h;
  c.embedding = real(m.vocab) * h;
  c.positions = real(m.learned_positions) * h;
  c.head = (m.tied ? 0 : c.embedding) + (m.head_bias ? real(m.vocab) : 0);
  c.attention = attention_parameters(m);
  c.dense_mlp = mlp_parameters(m, real(m.ffn_hidden), m.ffn_bias);
  c.norms = m.norms_per_layer * norm;
  if (m.experts > 0) {
    const double expert = mlp_parameters(m, real(m.expert_hidden), m.expert_bias);
    const double around = real(m.experts) * h + (m.router_bias ? real(m.experts) : 0) +
                          mlp_parameters(m, real(m.shared_hidden), false) + (m.shared_gate ? h : 0);
    c.moe_mlp = real(m.experts) * expert + around;
    c.moe_active = real(m.top_k) * expert + around;
  }
  const double moe = real(m.moe_layers()), dense = real(m.layers) - moe;
  const double outside = c.embedding + c.positions + c.head + norm + (m.embedding_norm ? norm : 0);
  const double every = real(m.layers) * (c.attention + c.norms) + dense * c.dense_mlp;
  c.total = outside + every + moe * c.moe_mlp;
  c.active = outside + every + moe * c.moe_active;
  // One module: two norms, the 2h x h projection, one layer as the last of the model, a final norm; tables are shared.
  const double last = m.experts > 0 ? c.moe_mlp : c.dense_mlp;
  c.mtp = real(m.mtp_layers) * (3 * norm + 2 * h * h + c.attention + c.norms + last);
  return c;
}

double forward_flops_per_token(const Architecture& m, double sequence, bool full_attention) {
  const ParameterCount c = parameters(m);
  const double h = real(m.hidden);
  double qk, v;
  double projections;
  if (m.attention == Attention::latent) {
    qk = real(m.heads) * (real(m.qk_nope_dim) + real(m.qk_rope_dim));
    v = real(m.heads) * real(m.v_dim);
    projections = c.attention - (real(m.q_lora_rank) + real(m.kv_lora_rank));
  } else {
    qk = v = real(m.heads) * real(m.head_dim);
    projections = 2 * h * qk + 2 * h * real(m.kv_heads) * real(m.head_dim);
  }
  double keys = 0;  // keys a query meets on average, summed over layers
  for (std::int64_t layer = 0; layer < m.layers; ++layer) {
    const double w = m.is_local_layer(layer) ? std::min(real(m.window), sequence) : sequence;
    keys += full_attention ? sequence : w - w * (w - 1) / (2 * sequence);
  }
  const double in = m.gated ? 3 : 2, layers = real(m.layers), moe = real(m.moe_layers());
  double mlp = (layers - moe) * in * h * real(m.ffn_hidden);
  mlp += moe * (in * h * (real(m.top_k) * real(m.expert_hidden) + real(m.shared_hidden)) + h * real(m.experts));
  double once = layers * projections + mlp + h * real(m.vocab);
  if (m.mtp_layers > 0) {
    const double last = m.experts > 0 ? in * h * (real(m.top_k) * real(m.expert_hidden) + real(m.shared_hidden))
                                      : in * h * real(m.ffn_hidden);
    once += real(m.mtp_layers) * (projections + last + 2 * h * h + h * real(m.vocab));
    keys += real(m.mtp_layers) * (full_attention ? sequence : (sequence + 1) / 2);
  }
  return 2 * once + 2 * keys * (qk + v);
}

}  // namespace orrery::model
