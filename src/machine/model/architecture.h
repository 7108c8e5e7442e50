// A transformer as its shape: what decides its parameters, its arithmetic and its memory traffic.
// Counts follow the published implementations tensor by tensor, so that they equal the published numbers exactly.
#pragma once
#include <cstdint>
#include <string>

namespace orrery::model {

/// Multi-head attention with any number of key-value heads (MHA, GQA of Ainslie et al. 2023, MQA of Shazeer 2019), or
/// multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1).
enum class Attention { grouped, latent };

/// The shape of a decoder-only transformer. Counts are plain numbers; a width is in elements.
struct Architecture {
  std::string name;
  std::string family;  ///< the model_type it was read from, empty when built by hand

  std::int64_t layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_dim = 0;
  std::int64_t ffn_hidden = 0;  ///< width of the MLP of a dense layer
  std::int64_t vocab = 0;
  std::int64_t learned_positions = 0;  ///< rows of a learned position table; 0 with rotary or ALiBi
  std::int64_t context = 0;            ///< longest sequence the publisher names; 0 unknown

  bool gated = true;  ///< three MLP matrices (SwiGLU, GeGLU) instead of two
  bool tied = false;  ///< input embedding and output head share one table
  bool qkv_bias = false, attention_output_bias = false, ffn_bias = false, head_bias = false;
  bool norm_bias = false;       ///< LayerNorm with a bias, not RMSNorm
  int norms_per_layer = 2;      ///< 1 with a shared norm of parallel branches, 4 with norms after each branch as well
  bool qk_norm = false;         ///< a norm over head_dim on queries and keys
  bool qk_norm_wide = false;    ///< it weighs every head's elements on their own (OLMo 2, Command R+)
  bool embedding_norm = false;  ///< a norm behind the embedding (BLOOM)
  bool relative_positions = false;  ///< a projection of relative positions in every layer (Transformer-XL)
  bool attention_sinks = false;     ///< one learned logit per head (gpt-oss)

  Attention attention = Attention::grouped;
  std::int64_t q_lora_rank = 0;                                                ///< 0: queries are projected directly
  std::int64_t kv_lora_rank = 0, qk_nope_dim = 0, qk_rope_dim = 0, v_dim = 0;  ///< latent attention only

  std::int64_t window = 0;        ///< keys a local layer sees; 0: every layer attends to everything before it
  std::int64_t global_every = 0;  ///< one layer in so many is global; 0 with a window: every layer is local

  std::int64_t experts = 0, top_k = 0, expert_hidden = 0;
  std::int64_t shared_experts = 0, shared_hidden = 0;  ///< shared_hidden is the width of all shared experts together
  bool shared_gate = false;                            ///< the shared expert is scaled by a learned gate (Qwen2-MoE)
  std::int64_t dense_first = 0;                        ///< leading layers with a dense MLP
  std::int64_t moe_every = 1;                          ///< of the others, one in so many is a mixture
  bool router_bias = false, expert_bias = false;
  double capacity_factor = 0;  ///< tokens an expert computes, over the even share; 0: dropless

  std::int64_t mtp_layers = 0;  ///< multi-token prediction modules (DeepSeek-V3, arXiv 2412.19437, section 2.2)

  bool is_moe_layer(std::int64_t layer) const;
  std::int64_t moe_layers() const;
  bool is_local_layer(std::int64_t layer) const;
  bool operator==(const Architecture&) const = default;
};

/// Throws Error (without a place) when the shape makes no model: a width or count that is zero, negative or beyond 1e7
/// (1e5 layers), heads that do not share the key-value heads evenly, top_k over experts.
void check(const Architecture& model);

/// Parameters by where they sit. All counts are of the whole model or of one layer, unsharded.
struct ParameterCount {
  double embedding = 0, positions = 0, head = 0;   ///< head is 0 when tied
  double attention = 0, dense_mlp = 0, norms = 0;  ///< of one layer
  double moe_mlp = 0;                              ///< of one mixture layer: all experts, shared ones, router
  double moe_active = 0;                           ///< of it, what one token meets
  double mtp = 0;                                  ///< all multi-token prediction modules
  double total = 0, active = 0;                    ///< of the whole model, without the mtp modules
};

/// Parameters of a checked architecture.
ParameterCount parameters(const Architecture& model);

/// Floating-point operations of one token's forward pass through the matrix products and attention (a multiply-add is
/// two), for sequences of the given length with causal masks counted exactly: the numerator of model FLOP
/// utilisation (PaLM, arXiv 2204.02311, appendix B, with the causal half). full_attention counts masked products too,
/// as Megatron's formula (Narayanan et al. 2021, equation 3) does.
double forward_flops_per_token(const Architecture& model, double sequence, bool full_attention = false);

}  // namespace orrery::model
