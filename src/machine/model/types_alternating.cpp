// Mixtures whose layers alternate between forms of attention: local layers with heads of their own, gates, sinks, or an
// indexer that picks blocks of keys.
#include <algorithm>

#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

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
  Draft d = common(c, false, true);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", false);
  experts(c, d, {"n_routed_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"n_shared_experts"});
  mixtures_of_deepseek(c, d);
  Mixer& x = d.usual.mixer;
  x.v_dim = c.whole_or("v_head_dim", x.head_dim);
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

constexpr const char* of_minimax_m3 = R"({"hidden_size":6144,"num_attention_heads":64,"num_key_value_heads":4,
  "head_dim":128,"intermediate_size":3072,"dense_intermediate_size":12288,"vocab_size":200064,"num_local_experts":128,
  "num_experts_per_tok":4,"n_shared_experts":1,"shared_intermediate_size":3072})";
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

const std::vector<ModelType>& alternating_types() {
  static const std::vector<ModelType> types = {{"afmoe", afmoe},
                                               {"exaone_moe", exaone_moe},
                                               {"laguna", laguna, of_laguna},
                                               {"mimo_v2", mimo_v2, of_mimo_v2},
                                               {"mimo_v2_flash", mimo_v2, of_mimo_v2},
                                               {"minimax_m3", minimax_m3, of_minimax_m3},
                                               {"minimax_m3_vl", minimax_m3, of_minimax_m3},
                                               {"minimax_m3_vl_text", minimax_m3, of_minimax_m3},
                                               {"step3", step3, of_step3},
                                               {"step3_text", step3, of_step3},
                                               {"step3_vl", step3, of_step3},
                                               {"step3p5", step3p5, of_step3p5},
                                               {"step3p7", step3p5, of_step3p5}};
  return types;
}

}  // namespace orrery::model
