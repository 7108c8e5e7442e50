// Decoders with grouped attention and a mixture of experts in all or some of their layers.
#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

Draft mixtral(const Config& c) {
  Draft d = common(c);
  sliding_window(c, d, 0);
  experts(c, d, {"num_local_experts", "num_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  return d;
}

/// Qwen's mixtures: one layer in decoder_sparse_step, but for those that are named dense.
void qwen_experts(const Config& c, Draft& d) {
  experts(c, d, {"num_experts", "num_local_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  const std::int64_t every = c.whole_or("decoder_sparse_step", 1);
  const std::vector<std::int64_t> dense = c.wholes("mlp_only_layers", 0, most_layers);
  d.sparse = [every, dense](std::int64_t i) {
    return (i + 1) % every == 0 && std::find(dense.begin(), dense.end(), i) == dense.end();
  };
}

void qwen_shared(const Config& c, Draft& d) {
  const std::int64_t width = c.whole_or("shared_expert_intermediate_size", 0, 0);
  d.usual.mlp.shared_experts = width > 0 ? 1 : 0;
  d.usual.mlp.shared_width = width;
  d.usual.mlp.shared_gate = width > 0;
}

Draft qwen2_moe(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = c.flag("qkv_bias", true);
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
  qwen_experts(c, d);
  c.whole("shared_expert_intermediate_size", 0);
  qwen_shared(c, d);
  return d;
}

Draft qwen3_moe(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
  qwen_experts(c, d);
  // Qwen3-Omni's talker has a shared expert.
  qwen_shared(c, d);
  return d;
}

/// DeepSeek's first mixture, with heads of its own keys.
Draft deepseek_moe(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  experts(c, d, {"n_routed_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"n_shared_experts", "num_shared_experts"});
  mixtures_of_deepseek(c, d);
  return d;
}

/// GLM-4.5, dots.llm1, Solar Open: grouped attention, experts as DeepSeek-V3's.
Draft glm4_moe(const Config& c) {
  Draft d = deepseek_moe(c);
  d.usual.mixer.output_bias = false;
  d.usual.mixer.qk_norm = c.flag("use_qk_norm", false);
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  d.usual.mlp.router_bias = true;
  return d;
}

Draft dots1(const Config& c) {
  Draft d = glm4_moe(c);
  d.usual.mixer.qk_norm = true;
  if (c.find("sliding_window") && c.find("layer_types")) sliding_window(c, d, 0);
  return d;
}

/// Llama 4: every mixture has one shared expert; chunks of a local layer are taken as a window, which they are for
/// sequences of one chunk and no less than for longer ones.
Draft llama4(const Config& c) {
  Draft d = common(c);
  Mlp& mlp = d.usual.mlp;
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  mlp.shared_experts = 1;
  mlp.shared_width = mlp.expert_width;
  mlp.width = c.whole("intermediate_size_mlp");
  const std::vector<std::int64_t> listed = c.wholes("moe_layers", 0, most_layers);
  const std::int64_t every = c.whole_or("interleave_moe_layer_step", 1);
  if (listed.empty()) mixtures_from(d, every - 1, every);
  else d.sparse = [listed](std::int64_t i) { return std::find(listed.begin(), listed.end(), i) != listed.end(); };
  if (c.find("attention_chunk_size")) {
    d.window = c.whole("attention_chunk_size", 1, 1'000'000'000);
    global_layers(c, d, 4);
  }
  return d;
}

/// MiniMax-M2: grouped attention in every layer.
Draft minimax_m2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = c.flag("use_qk_norm", true);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  d.usual.mlp.router_bias = c.flag("use_routing_bias", true);
  if (c.flag("use_mtp", false))
    d.model.mtp_layers = c.whole_or("num_mtp_modules", 0, 0) * c.whole_or("mtp_transformer_layers", 1, 0);
  return d;
}

Draft gpt_oss(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", true);
  d.usual.mixer.sinks = true;
  experts(c, d, {"num_local_experts", "num_experts"}, {"num_experts_per_tok", "experts_per_token"},
          {"intermediate_size"});
  d.usual.mlp.router_bias = d.usual.mlp.expert_bias = true;
  sliding_window(c, d, 2);
  return d;
}

/// Grok-1 and Grok-2; the second has a dense MLP beside its experts.
Draft grok(const Config& c) {
  Draft d = common(c);
  experts(c, d, {"num_experts", "num_local_experts"}, {"num_experts_per_tok", "num_selected_experts"},
          {"moe_intermediate_size", "intermediate_size"});
  if (c.flag("residual_moe", false)) {
    d.usual.mlp.shared_experts = 1;
    d.usual.mlp.shared_width = d.usual.mlp.width;
  }
  d.usual.norms = 4;
  return d;
}

Draft dbrx(const Config& c) {
  Draft d;
  d.model.layers = c.whole("n_layers", 1, most_layers);
  d.model.hidden = c.whole("d_model");
  Mixer& x = d.usual.mixer;
  x.heads = x.kv_heads = c.whole("n_heads");
  x.head_dim = per_head(c, d.model.hidden, x.heads, "n_heads");
  if (const auto attention = c.table("attn_config")) x.kv_heads = attention->whole_or("kv_n_heads", x.heads);
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", false);
  d.model.context = c.whole_or("max_seq_len", 0, 0);
  const auto ffn = c.table("ffn_config");
  if (!ffn) c.whole("ffn_config");
  d.usual.mlp.experts = ffn->whole("moe_num_experts", 1, 1'000'000);
  d.usual.mlp.top_k = ffn->whole("moe_top_k");
  d.usual.mlp.expert_width = ffn->whole("ffn_hidden_size");
  return d;
}

/// Snowflake Arctic: a dense MLP as wide as the model beside the experts, with a norm of its own.
Draft arctic(const Config& c) {
  Draft d = common(c);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  if (c.flag(c.first({"use_residual", "parallel_attn_mlp_res"}), true)) {
    d.usual.mlp.shared_experts = 1;
    d.usual.mlp.shared_width = d.model.hidden;
    d.usual.norms = 3;
  }
  const std::int64_t every = c.whole_or("moe_layer_frequency", 1);
  mixtures_from(d, every - 1, every);
  return d;
}

Draft phimoe(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.model.norm_bias = true;
  d.model.head_bias = c.flag("lm_head_bias", false);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  return d;
}

Draft olmoe(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = true;
  experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  return d;
}

Draft granitemoe(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  d.usual.mlp.shared_width = c.whole_or("shared_intermediate_size", 0, 0);
  d.usual.mlp.shared_experts = d.usual.mlp.shared_width > 0 ? 1 : 0;
  return d;
}

/// Ernie 4.5: a mixture from one layer to another. Its vision models have experts for text and others for images, in
/// lists; those for images are counted as parameters that text does not meet.
Draft ernie_moe(const Config& c) {
  Draft d = common(c, true, true);
  Mlp& mlp = d.usual.mlp;
  set_biases(d, c.flag("use_bias", false));
  const auto first_of = [&](const std::string& key, std::int64_t low) {
    const Json* value = c.find(key);
    if (!value || !value->is_array()) return c.whole(key, low);
    const std::vector<std::int64_t> all = c.wholes(key, low, 10'000'000);
    if (all.empty()) c.refuse(key, "the list is empty", "list a number for text");
    return all.front();
  };
  mlp.experts = first_of("moe_num_experts", 1);
  mlp.top_k = c.whole(c.first({"moe_k", "num_experts_per_tok"}));
  mlp.expert_width = first_of("moe_intermediate_size", 1);
  mlp.router_bias = c.flag("moe_use_aux_free", true);
  shared_experts(c, d, {"moe_num_shared_experts"});
  const auto layer = [&](const char* key, std::int64_t fallback) {
    const Json* value = c.find(key);
    if (value && value->is_array()) {
      const std::vector<std::int64_t> all = c.wholes(key, -1, most_layers);
      return all.empty() ? fallback : all.front();
    }
    return value ? c.whole(key, -1, most_layers) : fallback;
  };
  const std::int64_t start = layer("moe_layer_start_index", 0);
  std::int64_t end = layer("moe_layer_end_index", -1);
  if (end < 0) end = d.model.layers - 1;
  const std::int64_t every = c.whole_or("moe_layer_interval", 1);
  d.sparse = [=](std::int64_t i) { return (i + 1) % every == 0 && i >= start && i <= end; };
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  const Json* counts = c.find("moe_num_experts");
  const Json* widths = c.find("moe_intermediate_size");
  if (counts && widths && counts->is_array() && widths->is_array() && counts->size() > 1 && widths->size() > 1) {
    const double n = real(c.wholes("moe_num_experts", 0, 1'000'000)[1]);
    const double w = real(c.wholes("moe_intermediate_size", 0, 10'000'000)[1]), h = real(d.model.hidden);
    d.adjust = [n, w, h](std::int64_t, Layer& l) {
      if (l.mlp.mixture()) l.idle = n * 3 * h * w + n * h + n;
    };
  }
  return d;
}

/// Hunyuan's mixtures: numbers may differ from layer to layer; in Hunyuan-Large, layers in groups share their keys and
/// values (cross-layer attention, Brandon et al., arXiv 2405.12981).
Draft hunyuan_moe(const Config& c) {
  Draft d = common(c, true, true);
  const std::int64_t n = d.model.layers;
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = c.flag(c.first({"use_qk_norm", "use_query_key_norm"}), true);
  const std::vector<std::int64_t> count = c.per_layer(c.first({"num_experts", "n_routed_experts"}), n, 1);
  const std::vector<std::int64_t> top_k = c.per_layer(c.first({"moe_topk", "num_experts_per_tok"}), n, 1);
  const std::vector<std::int64_t> width = c.per_layer(c.first({"moe_intermediate_size", "intermediate_size"}), n, 1);
  std::vector<std::int64_t> shared(static_cast<std::size_t>(n), 0);
  const std::string key = c.first({"num_shared_expert", "num_shared_experts", "n_shared_experts"});
  if (c.flag("use_mixed_mlp_moe", true) && c.find(key)) shared = c.per_layer(key, n, 0);
  const std::int64_t share = c.flag("use_cla", false) ? c.whole_or("cla_share_factor", 1) : 1;
  d.usual.mlp.experts = count.front(), d.usual.mlp.top_k = top_k.front(), d.usual.mlp.expert_width = width.front();
  if (c.find("moe_layer_num_skipped") || c.find("first_k_dense_replace"))
    mixtures_from(d, c.first_or({"moe_layer_num_skipped", "first_k_dense_replace"}, 0, 0));
  d.adjust = [=](std::int64_t i, Layer& layer) {
    const auto at = static_cast<std::size_t>(i);
    layer.mixer.borrows_keys = share > 1 && i % share != 0;
    if (!layer.mlp.mixture()) return;
    layer.mlp.experts = count[at], layer.mlp.top_k = top_k[at], layer.mlp.expert_width = width[at];
    layer.mlp.shared_experts = shared[at], layer.mlp.shared_width = shared[at] * width[at];
  };
  return d;
}

/// Hunyuan 3: norms over the heads, the first layer dense, a bias of choice.
Draft hy_v3(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = c.flag("qk_norm", true);
  experts(c, d, {"num_experts", "num_local_experts"}, {"num_experts_per_tok"},
          {"moe_intermediate_size", "expert_hidden_dim"});
  shared_experts(c, d, {"num_shared_experts"});
  d.usual.mlp.router_bias = c.flag("moe_router_enable_expert_bias", true);
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  if (c.find("mlp_layer_types")) mixtures_listed(c, d, "mlp_layer_types");
  else mixtures_from(d, c.whole_or("first_k_dense_replace", 1, 0));
  return d;
}

/// Ling: Ant's mixtures.
Draft bailing_moe(const Config& c) {
  Draft d = common(c, false, true);
  const bool later = c.find("use_qk_norm") || c.find("moe_router_enable_expert_bias");
  set_biases(d, c.flag("use_bias", false));
  d.usual.mixer.qkv_bias = c.flag("use_qkv_bias", false);
  d.usual.mixer.qk_norm = c.flag("use_qk_norm", false);
  experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"num_shared_experts"}, "moe_shared_expert_intermediate_size");
  d.usual.mlp.router_bias = c.flag("moe_router_enable_expert_bias", later);
  mixtures_from(d, c.whole_or("first_k_dense_replace", 0, 0));
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return d;
}

Draft skywork_moe(const Config& c) {
  Draft d = common(c);
  const std::vector<std::int64_t> count = c.find("num_experts") && c.find("num_experts")->is_array()
                                              ? c.wholes("num_experts", 1, 1'000'000)
                                              : std::vector<std::int64_t>{c.whole("num_experts")};
  if (count.empty()) c.refuse("num_experts", "the list is empty", "write the number of experts");
  d.usual.mlp.experts = count.front();
  d.usual.mlp.top_k = c.first_or({"num_experts_per_tok", "moe_top_k"}, 2);
  d.usual.mlp.expert_width = d.usual.mlp.width;
  return d;
}

constexpr const char* of_mixtral = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,"num_local_experts":8,
  "num_experts_per_tok":2})";
constexpr const char* of_qwen2_moe = R"({"num_hidden_layers":24,"hidden_size":2048,"num_attention_heads":16,
  "num_key_value_heads":16,"intermediate_size":5632,"vocab_size":151936,"num_experts_per_tok":4,"num_experts":60,
  "moe_intermediate_size":1408,"shared_expert_intermediate_size":5632})";
constexpr const char* of_qwen3_moe = R"({"num_hidden_layers":24,"hidden_size":2048,"num_attention_heads":32,
  "num_key_value_heads":4,"intermediate_size":6144,"vocab_size":151936,"num_experts_per_tok":8,"num_experts":128,
  "moe_intermediate_size":768})";
constexpr const char* of_qwen3_vl_moe = R"({"num_hidden_layers":24,"hidden_size":2048,"num_attention_heads":16,
  "num_key_value_heads":16,"intermediate_size":5632,"vocab_size":151936,"num_experts_per_tok":4,"num_experts":60,
  "moe_intermediate_size":1408})";
constexpr const char* of_qwen3_omni = R"({"num_hidden_layers":28,"hidden_size":3584,"num_attention_heads":28,
  "num_key_value_heads":4,"intermediate_size":18944,"vocab_size":152064,"num_experts_per_tok":8,"num_experts":128,
  "moe_intermediate_size":768})";
constexpr const char* of_glm4_moe = R"({"num_hidden_layers":46,"hidden_size":4096,"num_attention_heads":96,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":10944,"vocab_size":151552,"n_routed_experts":128,
  "n_shared_experts":1,"num_experts_per_tok":8,"moe_intermediate_size":1408,"first_k_dense_replace":1})";
constexpr const char* of_glm4v_moe = R"({"num_hidden_layers":46,"hidden_size":4096,"num_attention_heads":96,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":10944,"vocab_size":151424,"attention_bias":true,
  "n_routed_experts":128,"n_shared_experts":1,"num_experts_per_tok":8,"moe_intermediate_size":1408,
  "first_k_dense_replace":1})";
constexpr const char* of_llama4 = R"({"num_hidden_layers":48,"hidden_size":5120,"num_attention_heads":40,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":8192,"intermediate_size_mlp":16384,"vocab_size":202048,
  "num_local_experts":16,"num_experts_per_tok":1,"attention_chunk_size":8192})";
constexpr const char* of_minimax_m2 = R"({"num_hidden_layers":62,"hidden_size":3072,"num_attention_heads":48,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":1536,"vocab_size":200064,"num_local_experts":256,
  "num_experts_per_tok":8})";
constexpr const char* of_gpt_oss = R"({"num_hidden_layers":36,"hidden_size":2880,"num_attention_heads":64,
  "num_key_value_heads":8,"head_dim":64,"intermediate_size":2880,"vocab_size":201088,"num_local_experts":128,
  "num_experts_per_tok":4,"sliding_window":128})";
constexpr const char* of_hy_v3 = R"({"num_hidden_layers":80,"hidden_size":4096,"num_attention_heads":64,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":13312,"vocab_size":120832,"num_experts":192,
  "num_experts_per_tok":8,"num_shared_experts":1,"moe_intermediate_size":1536})";

}  // namespace

const std::vector<ModelType>& mixture_types() {
  static const std::vector<ModelType> types = {{"arctic", arctic},
                                               {"bailing_moe", bailing_moe},
                                               {"bailing_moe_v2", bailing_moe},
                                               {"dbrx", dbrx},
                                               {"deepseek", deepseek_moe},
                                               {"dots1", dots1},
                                               {"ernie4_5_moe", ernie_moe},
                                               {"ernie4_5_moe_vl", ernie_moe},
                                               {"ernie4_5_vl_moe_text", ernie_moe},
                                               {"flex_olmo", olmoe},
                                               {"glm4_moe", glm4_moe, of_glm4_moe},
                                               {"glm4v_moe", glm4_moe, of_glm4v_moe},
                                               {"glm4v_moe_text", glm4_moe, of_glm4v_moe},
                                               {"gpt_oss", gpt_oss, of_gpt_oss},
                                               {"granitemoe", granitemoe},
                                               {"granitemoeshared", granitemoe},
                                               {"grok-1", grok},
                                               {"grok-2", grok},
                                               {"hunyuan", hunyuan_moe},
                                               {"hunyuan_v1_moe", hunyuan_moe},
                                               {"hy_v3", hy_v3, of_hy_v3},
                                               {"llama4", llama4, of_llama4},
                                               {"llama4_text", llama4, of_llama4},
                                               {"minimax_m2", minimax_m2, of_minimax_m2},
                                               {"mixtral", mixtral, of_mixtral},
                                               {"olmoe", olmoe},
                                               {"phimoe", phimoe},
                                               {"qwen2_moe", qwen2_moe, of_qwen2_moe},
                                               {"qwen3_moe", qwen3_moe, of_qwen3_moe},
                                               {"qwen3_omni_moe", qwen3_moe, of_qwen3_omni},
                                               {"qwen3_omni_moe_text", qwen3_moe, of_qwen3_omni},
                                               {"qwen3_vl_moe", qwen3_moe, of_qwen3_vl_moe},
                                               {"qwen3_vl_moe_text", qwen3_moe, of_qwen3_vl_moe},
                                               {"skywork_moe", skywork_moe},
                                               {"solar_open", glm4_moe}};
  return types;
}

}  // namespace orrery::model
