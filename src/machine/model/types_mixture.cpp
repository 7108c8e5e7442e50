// Decoders with grouped attention and a mixture of experts in all or some of their layers.
#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

double real(std::int64_t n) {
  return static_cast<double>(n);
}

/// The layers that a list of flags or types makes mixtures.
void mixtures_listed(const Config& c, Draft& d, const std::string& key) {
  std::vector<bool> sparse;
  for (const Json& one : *c.list(key, d.model.layers)) {
    const bool known = one == "sparse" || one == "moe" || one == "hash_moe" || one == "dense" || one == 0 || one == 1 ||
                       one.is_boolean();
    if (!known) c.refuse(key, shown(one) + " is not known", "write \"dense\" or \"sparse\", or 0 or 1");
    sparse.push_back(!(one == "dense" || one == 0 || one == false));
  }
  d.sparse = [sparse](std::int64_t i) { return sparse[static_cast<std::size_t>(i)]; };
}

/// Layers of DeepSeek's kind: the first are dense, or a list says which are.
void mixtures_of_deepseek(const Config& c, Draft& d) {
  if (c.find("mlp_layer_types")) return mixtures_listed(c, d, "mlp_layer_types");
  const Json* every = c.find("moe_layer_freq");
  if (every && every->is_array()) return mixtures_listed(c, d, "moe_layer_freq");
  mixtures_from(d, c.whole_or("first_k_dense_replace", 0, 0), c.whole_or("moe_layer_freq", 1));
}

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

/// MiniMax-M3: an indexer picks blocks of keys for each of its heads; norms over the heads' elements.
Draft minimax_m3(const Config& c) {
  Draft d = common(c, false, true);
  const std::int64_t width = c.whole(c.first({"moe_intermediate_size", "intermediate_size"}));
  d.usual.mlp.width = c.whole(c.first({"dense_intermediate_size", "intermediate_size"}));
  d.usual.mixer.qk_norm = c.flag("use_qk_norm", true);
  d.usual.mixer.output_gate = c.flag("attention_output_gate", false);
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  d.usual.mlp.expert_width = width;
  shared_experts(c, d, {"n_shared_experts"}, "shared_intermediate_size");
  d.usual.mlp.router_bias = c.flag("use_routing_bias", true);
  mixtures_of_deepseek(c, d);
  d.model.mtp_layers = c.first_or({"num_nextn_predict_layers", "num_mtp_modules"}, 0, 0);
  const std::vector<std::string> types =
      layer_types(c, d.model.layers, {"full_attention", "minimax_m3_sparse", "sliding_attention"});
  const auto sparse = c.table("sparse_attention_config");
  if ((!sparse || !sparse->flag("use_sparse_attention", true)) && types.empty()) return d;
  const Config& s = sparse ? *sparse : c;
  std::vector<std::int64_t> flags(static_cast<std::size_t>(d.model.layers), 1);
  if (!types.empty())
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = types[i] == "minimax_m3_sparse" ? 1 : 0;
  else if (s.find("sparse_attention_freq")) flags = s.per_layer("sparse_attention_freq", d.model.layers);
  Mixer indexed = d.usual.mixer;
  indexed.index_heads = s.first_or({"sparse_num_index_heads", "index_n_heads"}, indexed.kv_heads);
  indexed.index_dim = s.first_or({"sparse_index_dim", "index_head_dim"}, 128);
  indexed.index_block = s.first_or({"sparse_block_size", "index_block_size"}, 128);
  indexed.index_keys = s.first_or({"sparse_topk_blocks", "index_topk_blocks"}, 16);
  d.adjust = [flags, indexed](std::int64_t i, Layer& layer) {
    if (flags[static_cast<std::size_t>(i)] != 0) layer.mixer = indexed;
  };
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
      if (l.mlp.mixture()) l.other += n * 3 * h * w + n * h + n;
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

/// K-EXAONE: EXAONE 4's layers with DeepSeek's experts.
Draft exaone_moe(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qk_norm = true;
  if (c.find("sliding_window")) {
    const Json* pattern = c.find("sliding_window_pattern");
    sliding_window(c, d, pattern && pattern->is_number() ? c.whole("sliding_window_pattern") : 4);
  }
  experts(c, d, {"num_experts", "n_routed_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"num_shared_experts", "n_shared_experts"});
  d.usual.mlp.router_bias = true;
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  if (c.find("is_moe_layer")) mixtures_listed(c, d, "is_moe_layer");
  else if (c.find("mlp_layer_types")) mixtures_listed(c, d, "mlp_layer_types");
  else mixtures_from(d, c.first_or({"first_k_dense_replace", "first_last_k_dense_replace"}, 1, 0));
  return d;
}

/// MiMo-V2: local layers with heads of their own, and sinks.
Draft mimo_v2(const Config& c) {
  Draft d = deepseek_moe(c);
  Mixer& x = d.usual.mixer;
  x.v_dim = c.whole_or("v_head_dim", x.head_dim);
  x.output_bias = false;
  x.sinks = c.flag("add_full_attention_sink_bias", false);
  d.usual.mlp.router_bias = true;
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  std::vector<std::int64_t> local(static_cast<std::size_t>(d.model.layers), 0);
  if (c.find("hybrid_layer_pattern")) local = c.per_layer("hybrid_layer_pattern", d.model.layers);
  Mixer other = x;
  other.heads = c.whole_or("swa_num_attention_heads", x.heads);
  other.kv_heads = c.whole_or("swa_num_key_value_heads", x.kv_heads);
  other.head_dim = c.whole_or("swa_head_dim", x.head_dim);
  other.v_dim = c.whole_or("swa_v_head_dim", x.v_dim);
  other.sinks = c.flag("add_swa_attention_sink_bias", false);
  other.window = c.first_or({"sliding_window_size", "sliding_window"}, 0, 0);
  d.adjust = [local, other](std::int64_t i, Layer& layer) {
    if (local[static_cast<std::size_t>(i)] != 0) layer.mixer = other;
  };
  return d;
}

/// The layers that a text of numbers with commas, or a list, names.
std::vector<std::int64_t> layers_named(const Config& c, const std::string& key) {
  const Json* value = c.find(key);
  if (!value) return {};
  if (value->is_array()) return c.wholes(key, 0, most_layers);
  std::vector<std::int64_t> out;
  std::int64_t number = 0;
  bool digits = false;
  for (const char letter : c.word(key, "") + ",") {
    if (letter >= '0' && letter <= '9') {
      number = std::min<std::int64_t>(10 * number + (letter - '0'), 10'000'000), digits = true;
    } else if (letter == ',') {
      if (digits) out.push_back(number);
      number = 0, digits = false;
    } else if (letter != ' ') {
      c.refuse(key, "holds other letters than digits and commas", "name layers as \"3,4,5\"");
    }
  }
  return out;
}

void mixtures_named(const Config& c, Draft& d, std::int64_t first) {
  const std::vector<std::int64_t> named = layers_named(c, "moe_layers_enum");
  if (named.empty()) return mixtures_from(d, first);
  d.sparse = [named](std::int64_t i) { return std::find(named.begin(), named.end(), i) != named.end(); };
}

/// Step-3: queries through a low rank that all heads share, one head of keys and values (arXiv 2507.19427).
Draft step3(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.kv_heads = c.first_or({"num_attention_groups", "num_key_value_heads"}, 1);
  d.usual.mixer.q_lora_rank = c.whole("share_q_dim");
  experts(c, d, {"moe_num_experts", "num_experts"}, {"moe_top_k", "num_experts_per_tok"}, {"moe_intermediate_size"});
  d.usual.mlp.shared_width = c.first_or({"share_expert_dim", "share_expert_dims"}, 0, 0);
  d.usual.mlp.shared_experts = d.usual.mlp.shared_width > 0 ? 1 : 0;
  mixtures_named(c, d, 4);
  return d;
}

/// Step-3.5: local layers have more heads than global ones, and every head a gate.
Draft step3p5(const Config& c) {
  Draft d = common(c, false, true);
  Mixer& x = d.usual.mixer;
  x.kv_heads = c.first_or({"num_attention_groups", "num_key_value_heads"}, x.kv_heads);
  x.qkv_bias = c.flag("attention_bias", false);
  x.qk_norm = c.flag("use_qk_norm", true);
  x.head_gate = c.flag("use_head_wise_attn_gate", true);
  sliding_window(c, d, 4);
  if (!c.find("layer_types")) d.global = [](std::int64_t i) { return i % 4 == 0; };
  experts(c, d, {"moe_num_experts", "num_experts"}, {"moe_top_k", "num_experts_per_tok"}, {"moe_intermediate_size"});
  d.usual.mlp.shared_width = c.first_or({"share_expert_dim", "share_expert_dims"}, 0, 0);
  d.usual.mlp.shared_experts = d.usual.mlp.shared_width > 0 ? 1 : 0;
  d.usual.mlp.router_bias = c.flag("use_moe_router_bias", true);
  mixtures_named(c, d, c.whole_or("first_k_dense_replace", 3, 0));
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  const auto other = c.table("attention_other_setting");
  if (!other || d.window == 0) return d;
  Mixer local = x;
  local.heads = other->whole_or("num_attention_heads", x.heads);
  local.kv_heads = other->whole_or("num_attention_groups", x.kv_heads);
  local.head_dim = other->whole_or("head_dim", x.head_dim);
  local.window = d.window;
  d.adjust = [local](std::int64_t, Layer& layer) {
    if (layer.mixer.window > 0) layer.mixer = local;
  };
  // Prediction modules are dense and local.
  Layer module;
  module.mixer = local;
  module.mlp.width = d.usual.mlp.width;
  if (d.usual.mlp.width > 0) d.mtp = {module};
  return d;
}

/// Trinity: norms behind the branches too, and a gate as wide as the heads.
Draft afmoe(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qk_norm = d.usual.mixer.output_gate = true;
  d.usual.norms = 4;
  sliding_window(c, d, c.whole_or("global_attn_every_n_layers", 4));
  experts(c, d, {"num_experts", "num_local_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"num_shared_experts"});
  d.usual.mlp.router_bias = true;
  mixtures_from(d, c.whole_or("num_dense_layers", 1, 0));
  return d;
}

/// Laguna: layers with numbers of heads of their own, a gate a head.
Draft laguna(const Config& c) {
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = true;
  const Json* gating = c.find("gating");
  d.usual.mixer.head_gate = !gating || *gating != false;
  sliding_window(c, d, 0);
  if (!c.find("layer_types")) d.window = 0;
  experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  d.usual.mlp.shared_width = c.whole_or("shared_expert_intermediate_size", 0, 0);
  d.usual.mlp.shared_experts = d.usual.mlp.shared_width > 0 ? 1 : 0;
  d.usual.mlp.router_bias = true;
  if (c.find("mlp_layer_types")) mixtures_listed(c, d, "mlp_layer_types");
  else mixtures_from(d, 1);
  if (!c.find("num_attention_heads_per_layer")) return d;
  const std::vector<std::int64_t> heads = c.per_layer("num_attention_heads_per_layer", d.model.layers, 1);
  d.adjust = [heads](std::int64_t i, Layer& layer) { layer.mixer.heads = heads[static_cast<std::size_t>(i)]; };
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
constexpr const char* of_minimax_m3 = R"({"hidden_size":6144,"num_attention_heads":64,"num_key_value_heads":4,
  "head_dim":128,"intermediate_size":3072,"dense_intermediate_size":12288,"vocab_size":200064,"num_local_experts":128,
  "num_experts_per_tok":4,"n_shared_experts":1,"shared_intermediate_size":3072})";
constexpr const char* of_gpt_oss = R"({"num_hidden_layers":36,"hidden_size":2880,"num_attention_heads":64,
  "num_key_value_heads":8,"head_dim":64,"intermediate_size":2880,"vocab_size":201088,"num_local_experts":128,
  "num_experts_per_tok":4,"sliding_window":128})";
constexpr const char* of_hy_v3 = R"({"num_hidden_layers":80,"hidden_size":4096,"num_attention_heads":64,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":13312,"vocab_size":120832,"num_experts":192,
  "num_experts_per_tok":8,"num_shared_experts":1,"moe_intermediate_size":1536})";
constexpr const char* of_step3 = R"({"num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":64,
  "num_attention_groups":1,"head_dim":256,"share_q_dim":2048,"intermediate_size":18432,"vocab_size":128815,
  "moe_num_experts":48,"moe_top_k":3,"moe_intermediate_size":5120,"share_expert_dim":5120})";
constexpr const char* of_step3p5 = R"({"num_hidden_layers":45,"hidden_size":4096,"num_attention_heads":64,
  "head_dim":128,"intermediate_size":11264,"vocab_size":128896,"moe_intermediate_size":1280,"share_expert_dim":1280,
  "sliding_window":512,"attention_other_setting":{"num_attention_heads":96,"num_attention_groups":8,"head_dim":128}})";
constexpr const char* of_laguna = R"({"num_hidden_layers":40,"hidden_size":2048,"num_attention_heads":48,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":8192,"vocab_size":100352,"num_experts":256,
  "num_experts_per_tok":8,"moe_intermediate_size":512,"shared_expert_intermediate_size":512,"sliding_window":512})";
constexpr const char* of_mimo_v2 = R"({"num_hidden_layers":48,"hidden_size":4096,"num_attention_heads":64,
  "num_key_value_heads":4,"head_dim":192,"v_head_dim":128,"intermediate_size":16384,"vocab_size":152576,
  "n_routed_experts":256,"num_experts_per_tok":8,"moe_intermediate_size":2048,"swa_num_key_value_heads":8})";

}  // namespace

const std::vector<ModelType>& mixture_types() {
  static const std::vector<ModelType> types = {{"afmoe", afmoe},
                                               {"arctic", arctic},
                                               {"bailing_moe", bailing_moe},
                                               {"bailing_moe_v2", bailing_moe},
                                               {"dbrx", dbrx},
                                               {"deepseek", deepseek_moe},
                                               {"dots1", dots1},
                                               {"ernie4_5_moe", ernie_moe},
                                               {"ernie4_5_moe_vl", ernie_moe},
                                               {"ernie4_5_vl_moe_text", ernie_moe},
                                               {"exaone_moe", exaone_moe},
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
                                               {"laguna", laguna, of_laguna},
                                               {"llama4", llama4, of_llama4},
                                               {"llama4_text", llama4, of_llama4},
                                               {"mimo_v2", mimo_v2, of_mimo_v2},
                                               {"mimo_v2_flash", mimo_v2, of_mimo_v2},
                                               {"minimax_m2", minimax_m2, of_minimax_m2},
                                               {"minimax_m3", minimax_m3, of_minimax_m3},
                                               {"minimax_m3_vl", minimax_m3, of_minimax_m3},
                                               {"minimax_m3_vl_text", minimax_m3, of_minimax_m3},
                                               {"mixtral", mixtral, of_mixtral},
                                               {"olmoe", olmoe},
                                               {"phimoe", phimoe},
                                               {"qwen2_moe", qwen2_moe, of_qwen2_moe},
                                               {"qwen3_moe", qwen3_moe, of_qwen3_moe},
                                               {"qwen3_omni_moe_text", qwen3_moe, of_qwen3_omni},
                                               {"qwen3_vl_moe", qwen3_moe, of_qwen3_vl_moe},
                                               {"qwen3_vl_moe_text", qwen3_moe, of_qwen3_vl_moe},
                                               {"skywork_moe", skywork_moe},
                                               {"solar_open", glm4_moe},
                                               {"step3", step3, of_step3},
                                               {"step3_text", step3, of_step3},
                                               {"step3_vl", step3, of_step3},
                                               {"step3p5", step3p5, of_step3p5},
                                               {"step3p7", step3p5, of_step3p5}};
  return types;
}

}  // namespace orrery::model
