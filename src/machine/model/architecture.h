// A model as its shape: what decides its parameters, its arithmetic and its memory traffic. A model is a row of layers
// of a few kinds; a layer is what mixes tokens (attention of some form, or a state), an MLP or a mixture of them, and
// norms. Counts follow the published implementations tensor by tensor, so that they equal the published numbers
// exactly.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace orrery::model {

/// A size as it is multiplied with others.
inline double real(std::int64_t n) {
  return static_cast<double>(n);
}

/// What mixes the tokens of a layer. Counts are plain numbers; a width is in elements.
struct Mixer {
  /// grouped: attention with any number of key-value heads (MHA, GQA of Ainslie et al. 2023, MQA of Shazeer 2019), with
  /// an indexer also block-sparse (MiniMax-M3). latent: multi-head latent attention (DeepSeek-V2, arXiv 2405.04434,
  /// section 2.1), with an indexer sparse (DeepSeek-V3.2). compressed: one key for some tokens beside a window
  /// (DeepSeek-V4). delta: gated delta nets (Yang et al., arXiv 2412.06464; Kimi Linear, arXiv 2510.26692).
  /// state_space: Mamba-2 (Dao and Gu, arXiv 2405.21060); selective: Mamba (Gu and Dao, arXiv 2312.00752).
  /// lightning: linear attention with a fixed decay a head (Qin et al., arXiv 2401.04658; MiniMax-01).
  /// convolution: a short gated convolution (LFM2).
  enum class Kind { none, grouped, latent, compressed, delta, state_space, selective, lightning, convolution };
  Kind kind = Kind::grouped;

  std::int64_t heads = 0;     ///< of the queries; of a state: of its values
  std::int64_t kv_heads = 0;  ///< of keys and values; of a state: of queries and keys (groups in Mamba-2)
  std::int64_t head_dim = 0;  ///< of queries and keys; of a state: its one side (d_state in Mamba)
  std::int64_t v_dim = 0;     ///< of values where it differs, always of latent attention and states; 0: head_dim

  bool qkv_bias = false, output_bias = false;
  bool qk_norm = false;             ///< a norm over head_dim on queries and keys
  bool qk_norm_wide = false;        ///< it weighs every head's elements on their own (OLMo 2, Command R+)
  bool relative_positions = false;  ///< a projection of relative positions (Transformer-XL)
  bool sinks = false;               ///< one learned logit per head (gpt-oss)
  bool rotary = true;               ///< queries and keys are rotated
  bool output_gate = false;         ///< the result is gated by a projection of its own width (Qwen3-Next)
  bool head_gate = false;           ///< by one of a number a head (Step-3.5)
  bool keys_are_values = false;     ///< one projection for both (Gemma 4)
  bool borrows_keys = false;        ///< keys and values are those of an earlier layer (Gemma 3n)
  bool borrowed = false;            ///< all its weights are those of an earlier layer (ALBERT, Zamba)
  bool state_norm = true;           ///< a state's result is normed (not in Falcon-H1)
  bool state_parts_norm = false;    ///< of a selective state, its step and both its inputs are normed too (Jamba)
  bool causal = true;               ///< false: every token sees every token, as in an encoder
  bool crosses = false;             ///< keys and values are of the encoder's tokens

  std::int64_t input = 0;                         ///< width that it reads where it is not the model's (Zamba)
  std::int64_t window = 0;                        ///< newest keys a query sees; 0: all before it
  std::int64_t q_lora_rank = 0;                   ///< 0: queries are projected directly
  std::int64_t kv_lora_rank = 0;                  ///< latent attention
  std::int64_t qk_nope_dim = 0, qk_rope_dim = 0;  ///< its parts of a head of queries and keys
  std::int64_t index_heads = 0, index_dim = 0;    ///< of the indexer that picks keys; 0: none, or another layer's
  std::int64_t index_keys = 0;                    ///< keys (compressed: compressed keys) it picks; 0: all are met
  std::int64_t index_block = 1;                   ///< keys that are picked together
  std::int64_t compress = 0;                      ///< tokens behind one kept key; 0: the window alone
  std::int64_t out_groups = 0, out_rank = 0;      ///< of a low-rank output projection
  std::int64_t taps = 0;                          ///< of the short convolution of a state
  bool taps_bias = false;
  /// Of a delta net: low-rank gates, and a decay a channel (Kimi Linear); with output_gate the result's gate is full
  /// (Kimi K3). 0: a full gate, and one decay a head.
  std::int64_t gate_rank = 0;
  std::int64_t step_rank = 0;  ///< of a selective state: rank of its step (dt_rank)

  bool operator==(const Mixer&) const = default;
  std::int64_t value_dim() const { return v_dim > 0 ? v_dim : head_dim; }
  bool attends() const { return kind == Kind::grouped || kind == Kind::latent || kind == Kind::compressed; }
  bool keeps_state() const { return kind >= Kind::delta && kind <= Kind::lightning; }
  bool present() const { return kind != Kind::none; }
};

/// An MLP, a mixture of them, or none (width and experts 0).
struct Mlp {
  std::int64_t width = 0;  ///< of a dense MLP
  bool gated = true;       ///< three matrices (SwiGLU, GeGLU) instead of two
  bool bias = false;

  std::int64_t experts = 0, top_k = 0, expert_width = 0;
  std::int64_t null_experts = 0;                      ///< choices of the router that compute nothing (LongCat)
  std::int64_t shared_experts = 0, shared_width = 0;  ///< shared_width is that of all shared experts together
  bool shared_gate = false;                           ///< the shared expert is scaled by a learned gate (Qwen2-MoE)
  bool router_bias = false, expert_bias = false;
  std::int64_t latent = 0;   ///< width that the experts work on where it is not the model's (Nemotron 3 Super)
  bool latent_norm = false;  ///< what they give is normed before it is widened (Kimi K3)
  bool borrowed = false;     ///< its weights are those of an earlier layer (ALBERT, Zamba)

  bool operator==(const Mlp&) const = default;
  bool mixture() const { return experts > 0; }
  bool none() const { return experts == 0 && width == 0; }
  /// Experts that compute something for a token: with null experts, as many as an even choice meets.
  double routed() const;
};

/// One layer.
struct Layer {
  Mixer mixer;
  Mixer beside = {Mixer::Kind::none};  ///< a second one: cross attention, or heads beside a state (Falcon-H1)
  Mlp mlp;
  int norms = 2;  ///< of the model's width: 1 with a shared norm of parallel branches, 4 with norms after each as well
  double matrices = 0;  ///< elements of further matrices of every token: per-layer inputs, hyper-connections, adapters
  double other = 0;     ///< parameters that are none of these: scales, modulations
  double idle = 0;      ///< parameters that no token of text meets: experts for images, weights that are not used

  bool operator==(const Layer&) const = default;
};

/// The shape of a model.
struct Architecture {
  std::string name;
  std::string family;  ///< the model_type it was read from, empty when built by hand

  std::int64_t layers = 0, hidden = 0, vocab = 0;
  std::vector<Layer> kinds = {Layer()};  ///< of layers
  std::vector<std::uint8_t> order;       ///< the kind of each layer; empty: all are of the first

  std::int64_t embedding_dim = 0;      ///< width of the embedding where it is not the model's (ALBERT, OPT-350M)
  std::int64_t learned_positions = 0;  ///< rows of a learned position table
  std::int64_t context = 0;            ///< longest sequence the publisher names; 0 unknown
  std::int64_t streams = 1;            ///< copies of the residual stream (hyper-connections)
  bool tied = false;                   ///< input embedding and output head share one table
  bool head_bias = false;
  bool norm_bias = false;       ///< LayerNorm with a bias, not RMSNorm
  bool embedding_norm = false;  ///< a norm behind the embedding (BLOOM)
  bool final_norm = true;       ///< a norm before the head
  double other = 0;             ///< parameters outside the layers that are none of these
  double other_tables = 0;      ///< of them, in tables that are looked up (per-layer embeddings)
  double towers = 0;            ///< parameters of what sees and hears, with its projector
  double capacity_factor = 0;   ///< tokens an expert computes, over the even share; 0: dropless

  std::int64_t mtp_layers = 0;          ///< multi-token prediction modules (DeepSeek-V3, arXiv 2412.19437, section 2.2)
  std::vector<std::uint8_t> mtp_order;  ///< kinds of a module's layers; empty: one as the last of the model

  std::size_t kind_of(std::int64_t layer) const { return order.empty() ? 0 : order[static_cast<std::size_t>(layer)]; }
  const Layer& layer(std::int64_t i) const { return kinds[kind_of(i)]; }
  /// The kinds of a multi-token prediction module's layers.
  std::vector<std::uint8_t> mtp_kinds() const;
  /// Whether any layer is a mixture, and the first that is; null where none is.
  const Layer* mixture() const;
  /// How many layers are of each kind.
  std::vector<double> counts() const;
  bool operator==(const Architecture&) const = default;
};

/// Gives the model so many layers, each as asked for by its number; equal ones are one kind.
void set_layers(Architecture& model, std::int64_t layers, const std::function<Layer(std::int64_t)>& layer_of);

/// How the layers of most models alternate.
struct Pattern {
  std::int64_t dense_first = 0;   ///< leading layers with a dense MLP
  std::int64_t moe_every = 1;     ///< of the others, one in so many is a mixture
  std::int64_t window = 0;        ///< keys a local layer sees; 0: every layer attends to everything before it
  std::int64_t global_every = 0;  ///< one layer in so many is global; 0 with a window: every layer is local
};
/// Gives the model so many layers after a pattern. usual names the widths of both a dense MLP and a mixture.
void set_layers(Architecture& model, std::int64_t layers, const Layer& usual, const Pattern& pattern);

/// Throws Error (without a place) when the shape makes no model: a width or count that is zero, negative or beyond 1e7
/// (1e5 layers), heads that do not share the key-value heads evenly, top_k over experts.
void check(const Architecture& model);

/// Parameters of one layer of a kind, unsharded.
struct LayerParameters {
  double mixer = 0;    ///< split over tensor-parallel ranks
  double mlp = 0;      ///< a dense MLP, or what is not routed of a mixture: shared experts, gates
  double experts = 0;  ///< all routed experts
  double whole = 0;    ///< norms, router and what no rank shares
  double active = 0;   ///< of them all, what one token meets
  double total() const { return mixer + mlp + experts + whole; }
};
LayerParameters layer_parameters(const Architecture& model, const Layer& layer);

/// Parameters by where they sit. All counts are of the whole model, unsharded.
struct ParameterCount {
  double embedding = 0, positions = 0, head = 0;  ///< head is 0 when tied
  double norms = 0;                               ///< outside the layers
  double mtp = 0;                                 ///< all multi-token prediction modules
  double total = 0, active = 0;                   ///< of the whole model, without the mtp modules and towers
  double non_embedding = 0;                       ///< total without tables that are looked up and the head
};

/// Parameters of a checked architecture.
ParameterCount parameters(const Architecture& model);

/// Parameters of a second branch of attention or of a state, with its products' biases and own norms.
double mixer_parameters(const Architecture& model, const Mixer& mixer);

/// Keys that a query meets on average in sequences of the given length: causal masks counted exactly, or with full the
/// masked ones too. Of an indexer: the keys that are attended to.
double keys_met(const Mixer& mixer, double sequence, bool full = false);

/// Floating-point operations of one token's forward pass through the matrix products and attention (a multiply-add is
/// two), for sequences of the given length with causal masks counted exactly: the numerator of model FLOP
/// utilisation (PaLM, arXiv 2204.02311, appendix B, with the causal half). full_attention counts masked products too,
/// as Megatron's formula (Narayanan et al. 2021, equation 3) does. A state costs 7 operations an element and token, as
/// in Megatron-LM's count of Mamba layers.
double forward_flops_per_token(const Architecture& model, double sequence, bool full_attention = false);
/// The same of one layer.
double layer_flops_per_token(const Architecture& model, const Layer& layer, double sequence, bool full_attention);

}  // namespace orrery::model
