// Decoders with latent attention (DeepSeek-V2, arXiv 2405.04434), the sparse form of it (DeepSeek-V3.2, GLM-5), and
// compressed attention with hyper-connections (DeepSeek-V4). All are mixtures, or may be.
#include <algorithm>

#include "base/units.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

/// Which layers are mixtures: after so many dense ones, one in so many, or as listed.
void mixtures(const Config& c, Draft& d) {
  const std::vector<std::string> types = layer_types(c, d.model.layers, {"dense", "sparse"}, "mlp_layer_types");
  if (!types.empty()) {
    d.sparse = [types](std::int64_t i) { return types[static_cast<std::size_t>(i)] == "sparse"; };
    return;
  }
  mixtures_from(d, c.whole_or("first_k_dense_replace", 0, 0), c.whole_or("moe_layer_freq", 1));
}

Draft deepseek(const Config& c) {
  Draft d = sized(c);
  Mixer& x = d.usual.mixer;
  const bool plain = !c.flag("use_mla", true) || !c.find("kv_lora_rank") || c.whole("kv_lora_rank", 0) == 0;
  if (plain && c.json.contains("use_mla")) {
    // DeepSeek-VL2's smallest: heads of their own keys.
    x.heads = c.whole("num_attention_heads");
    x.kv_heads = c.whole_or("num_key_value_heads", x.heads);
    x.head_dim = per_head(c, d.model.hidden, x.heads, "num_attention_heads");
  } else {
    x = latent_attention(c);
  }
  x.output_bias = c.flag("attention_bias", false);
  if (x.output_bias && x.kind == Mixer::Kind::latent)  // those that go down have one too
    d.usual.other += real(x.q_lora_rank) + real(x.kv_lora_rank) + real(x.qk_rope_dim);
  const bool mixture = c.find("n_routed_experts") != nullptr;
  if (!mixture || c.find("intermediate_size")) d.usual.mlp.width = c.whole("intermediate_size");
  if (!mixture) return d;
  experts(c, d, {"n_routed_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"n_shared_experts"});
  mixtures(c, d);
  return d;
}

Draft deepseek_v2(const Config& c) {
  Draft d = deepseek(c);
  d.usual.mlp.router_bias = c.word("topk_method", "") == "noaux_tc";
  return d;
}

Draft deepseek_v3(const Config& c) {
  Draft d = deepseek(c);
  d.usual.mlp.router_bias = true;
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return d;
}

/// DeepSeek-V3.2 and GLM-5: an indexer picks the keys that a query meets; in later GLM-5s layers share what one picked.
Draft deepseek_v32(const Config& c) {
  Draft d = deepseek_v3(c);
  Mixer& x = d.usual.mixer;
  x.index_heads = c.whole("index_n_heads");
  x.index_dim = c.whole("index_head_dim");
  x.index_keys = c.whole("index_topk");
  std::vector<bool> own;
  if (c.find("indexer_types")) {
    for (const std::string& type : layer_types(c, d.model.layers, {"full", "shared"}, "indexer_types"))
      own.push_back(type == "full");
  } else if (c.find("index_topk_pattern") && c.find("index_topk_pattern")->is_string()) {
    const std::string pattern = c.word("index_topk_pattern", "");
    if (static_cast<std::int64_t>(pattern.size()) < d.model.layers ||
        pattern.find_first_not_of("FS") != std::string::npos)
      c.refuse("index_topk_pattern", "is not a letter F or S for each layer", "write F or S for each layer");
    for (const char letter : pattern) own.push_back(letter == 'F');
  } else {
    const std::int64_t every = std::max<std::int64_t>(c.whole_or("index_topk_freq", 1, 0), 1);
    const std::int64_t skipped = c.whole_or("index_skip_topk_offset", 2, 0);
    for (std::int64_t i = 0; i < d.model.layers; ++i)
      own.push_back(std::max<std::int64_t>(i - skipped + 1, 0) % every == 0);
  }
  d.adjust = [own](std::int64_t i, Layer& layer) {
    if (!own[static_cast<std::size_t>(i)]) layer.mixer.index_heads = layer.mixer.index_dim = 0;
  };
  return d;
}

/// Kimi-VL and Kimi-K2.5 leave their language model DeepSeek-V3's; GLM-4.7-Flash is one too.
Draft glm4_moe_lite(const Config& c) {
  return deepseek_v3(c);
}

/// Mistral 4: DeepSeek's layers without a bias of choice.
Draft mistral4(const Config& c) {
  Draft d = deepseek(c);
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return d;
}

/// Maps of hyper-connections (arXiv 2512.24880) on both branches of a layer, and at the end of the model.
void hyper_connections(Draft& d, std::int64_t streams) {
  const double n = real(streams), h = real(d.model.hidden), maps = (2 + n) * n;
  d.model.streams = streams;
  d.usual.matrices += 2 * maps * n * h;
  d.usual.other += 2 * (maps + 3);
  d.model.other += n * n * h + n + 1;
}

/// DeepSeek-V4: a window of keys beside keys that stand for 4 tokens, picked by an indexer, or for 128 tokens. The
/// first layers choose experts by the token itself: they weigh them all the same.
Draft deepseek_v4(const Config& c) {
  Draft d = sized(c);
  Mixer& x = d.usual.mixer;
  x.kind = Mixer::Kind::compressed;
  x.heads = c.whole("num_attention_heads");
  x.kv_heads = 1;
  x.head_dim = c.whole("head_dim");
  x.q_lora_rank = c.whole("q_lora_rank");
  x.out_groups = c.whole("o_groups");
  x.out_rank = c.whole("o_lora_rank");
  x.window = c.whole("sliding_window", 1, 1'000'000'000);
  x.sinks = true;
  experts(c, d, {"n_routed_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"n_shared_experts"});
  d.usual.mlp.router_bias = true;
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  hyper_connections(d, c.whole_or("hc_mult", 4));
  std::int64_t near = 4, far = 128;
  if (const auto rates = c.table("compress_rates")) {
    near = rates->whole_or("compressed_sparse_attention", near);
    far = rates->whole_or("heavily_compressed_attention", far);
  }
  std::vector<std::int64_t> ratios;
  const std::vector<std::string> types = layer_types(
      c, d.model.layers, {"sliding_attention", "compressed_sparse_attention", "heavily_compressed_attention"});
  for (const std::string& type : types)
    ratios.push_back(type == "sliding_attention" ? 0 : type == "compressed_sparse_attention" ? near : far);
  if (types.empty() && c.find("compress_ratios")) {
    c.list("compress_ratios", d.model.layers);
    ratios = c.wholes("compress_ratios", 0, 1'000'000);
  } else if (types.empty()) {
    for (std::int64_t i = 0; i < d.model.layers; ++i) ratios.push_back(i < 2 || i % 2 == 0 ? far : near);
  }
  const std::vector<std::string> mlps = layer_types(c, d.model.layers, {"hash_moe", "moe"}, "mlp_layer_types");
  const std::int64_t hashed = c.whole_or("num_hash_layers", 3, 0);
  const std::int64_t heads = c.whole("index_n_heads"), width = c.whole("index_head_dim"), keys = c.whole("index_topk");
  d.adjust = [=](std::int64_t i, Layer& layer) {
    const auto at = static_cast<std::size_t>(i);
    layer.mixer.compress = ratios[at];
    if (ratios[at] > 0 && ratios[at] <= near)
      layer.mixer.index_heads = heads, layer.mixer.index_dim = width, layer.mixer.index_keys = keys;
    layer.mlp.router_bias = mlps.empty() ? i >= hashed : mlps[at] == "moe";
  };
  Layer module = d.usual;
  d.mtp = {module};
  return d;
}

/// LongCat-Flash: two layers of attention and a dense MLP each; beside the first MLP stands a mixture, some of whose
/// experts give back what they get (arXiv 2509.01322). With n-grams, tables of their hashes add to the embedding.
Draft longcat(const Config& c) {
  Draft d;
  d.model.layers = 2 * c.whole(c.first({"num_layers", "num_hidden_layers"}), 1, most_layers / 2);
  d.model.hidden = c.whole("hidden_size");
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", false);
  d.model.context = c.whole_or("max_position_embeddings", 0, 0);
  d.usual.mixer = latent_attention(c);
  const std::int64_t width = c.first_whole({"ffn_hidden_size", "intermediate_size"});
  experts(c, d, {"n_routed_experts"}, {"moe_topk", "num_experts_per_tok"},
          {"expert_ffn_hidden_size", "moe_intermediate_size"});
  Mlp& mlp = d.usual.mlp;
  mlp.width = mlp.shared_width = width;
  mlp.shared_experts = 1;
  mlp.null_experts = c.whole_or("zero_expert_num", 0, 0);
  mlp.router_bias = true;
  d.sparse = [](std::int64_t i) { return i % 2 == 0; };
  if (c.find("ngram_vocab_size_ratio")) {
    const double n = real(c.whole_or("emb_neighbor_num", 4, 2)), k = real(c.whole_or("emb_split_num", 4));
    const double tables = (n - 1) * k, h = real(d.model.hidden);
    d.model.other_tables = real(c.whole("ngram_vocab_size_ratio")) * real(d.model.vocab) * h;
    d.model.other = d.model.other_tables + tables * (h / tables) * h;
  }
  return d;
}

constexpr const char* of_deepseek_v2 = R"({"num_hidden_layers":30,"hidden_size":4096,"num_attention_heads":32,
  "intermediate_size":11008,"vocab_size":102400,"kv_lora_rank":512,"q_lora_rank":1536,"qk_nope_head_dim":128,
  "qk_rope_head_dim":64,"v_head_dim":128,"num_experts_per_tok":6,"moe_intermediate_size":1407})";
constexpr const char* of_deepseek_v3 = R"({"num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":128,
  "intermediate_size":18432,"vocab_size":129280,"kv_lora_rank":512,"q_lora_rank":1536,"qk_nope_head_dim":128,
  "qk_rope_head_dim":64,"v_head_dim":128,"num_experts_per_tok":8,"moe_intermediate_size":2048})";
constexpr const char* of_deepseek_v32 = R"({"num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":128,
  "intermediate_size":18432,"vocab_size":129280,"kv_lora_rank":512,"q_lora_rank":1536,"qk_nope_head_dim":128,
  "qk_rope_head_dim":64,"v_head_dim":128,"num_experts_per_tok":8,"moe_intermediate_size":2048,
  "index_n_heads":64,"index_head_dim":128,"index_topk":2048})";
constexpr const char* of_glm_moe_dsa = R"({"num_hidden_layers":78,"hidden_size":6144,"num_attention_heads":64,
  "intermediate_size":12288,"vocab_size":154880,"kv_lora_rank":512,"q_lora_rank":2048,"qk_nope_head_dim":192,
  "qk_rope_head_dim":64,"v_head_dim":256,"n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":8,
  "moe_intermediate_size":2048,"first_k_dense_replace":3,"index_n_heads":32,"index_head_dim":128,"index_topk":2048})";
constexpr const char* of_glm4_moe_lite = R"({"num_hidden_layers":47,"hidden_size":2048,"num_attention_heads":20,
  "intermediate_size":10240,"vocab_size":154880,"kv_lora_rank":512,"q_lora_rank":768,"qk_nope_head_dim":192,
  "qk_rope_head_dim":64,"v_head_dim":256,"n_routed_experts":64,"n_shared_experts":1,"num_experts_per_tok":4,
  "moe_intermediate_size":1536,"first_k_dense_replace":1})";
constexpr const char* of_mistral4 = R"({"num_hidden_layers":36,"hidden_size":4096,"num_attention_heads":32,
  "intermediate_size":12288,"vocab_size":131072,"kv_lora_rank":256,"q_lora_rank":1024,"qk_nope_head_dim":64,
  "qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":128,"n_shared_experts":1,"num_experts_per_tok":4,
  "moe_intermediate_size":2048})";
constexpr const char* of_deepseek_v4 = R"({"num_hidden_layers":43,"hidden_size":4096,"num_attention_heads":64,
  "head_dim":512,"q_lora_rank":1024,"o_groups":8,"o_lora_rank":1024,"vocab_size":129280,"sliding_window":128,
  "n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":6,"moe_intermediate_size":2048,
  "index_n_heads":64,"index_head_dim":128,"index_topk":512})";
constexpr const char* of_longcat = R"({"num_layers":28,"hidden_size":6144,"num_attention_heads":64,
  "ffn_hidden_size":12288,"vocab_size":131072,"kv_lora_rank":512,"q_lora_rank":1536,"qk_nope_head_dim":128,
  "qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":512,"zero_expert_num":256,"moe_topk":12,
  "expert_ffn_hidden_size":2048})";

}  // namespace

const std::vector<ModelType>& latent_types() {
  static const std::vector<ModelType> types = {{"axk1", deepseek_v3},
                                               {"deepseek_v2", deepseek_v2, of_deepseek_v2},
                                               {"deepseek_v3", deepseek_v3, of_deepseek_v3},
                                               {"deepseek_v32", deepseek_v32, of_deepseek_v32},
                                               {"deepseek_v4", deepseek_v4, of_deepseek_v4},
                                               {"deepseek_vl_v2", deepseek_v2, of_deepseek_v2},
                                               {"glm4_moe_lite", glm4_moe_lite, of_glm4_moe_lite},
                                               {"glm_moe_dsa", deepseek_v32, of_glm_moe_dsa},
                                               {"kimi_k2", deepseek_v3, of_deepseek_v3},
                                               {"kimi_k25", deepseek_v3, of_deepseek_v3},
                                               {"kimi_vl", deepseek_v3, of_deepseek_v3},
                                               {"longcat_flash", longcat, of_longcat},
                                               {"longcat_flash_ngram", longcat, of_longcat},
                                               {"mistral4", mistral4, of_mistral4},
                                               {"youtu_llm", deepseek_v3}};
  return types;
}

}  // namespace orrery::model
