#include "machine/model/huggingface.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "base/error.h"
#include "base/units.h"
#include "machine/model/config.h"

namespace orrery::model {
namespace {

/// The deepest published transformer has 1,000 layers (DeepNet); far above it a search of layouts would not end.
constexpr std::int64_t most_layers = 2'000;

std::int64_t per_head(const Config& c, std::int64_t hidden, std::int64_t heads, const std::string& key) {
  if (hidden % heads != 0)
    c.refuse(key,
             format_count(static_cast<double>(heads)) + " heads do not divide the width " +
                 format_count(static_cast<double>(hidden)),
             "give a divisor of the width, or head_dim");
  return hidden / heads;
}

/// What a reader finds: the model, its usual layer and how layers alternate.
struct Draft {
  Architecture model;
  Layer usual;
  Pattern pattern;
};

/// The keys that Llama made common: most later models keep them.
Draft common(const Config& c) {
  Draft d;
  d.model.layers = c.whole("num_hidden_layers", 1, most_layers);
  d.model.hidden = c.whole("hidden_size");
  d.usual.mixer.heads = c.whole("num_attention_heads");
  d.usual.mixer.kv_heads = c.whole_or("num_key_value_heads", d.usual.mixer.heads);
  d.usual.mixer.head_dim = c.find("head_dim") ? c.whole("head_dim") : per_head(c, d.model.hidden, d.usual.mixer.heads, "num_attention_heads");
  d.usual.mlp.width = c.whole("intermediate_size");
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", false);
  d.model.context = c.whole_or("max_position_embeddings", 0);
  return d;
}

/// Layer types, of whatever model: one for each layer, and none that is not modelled.
void check_layer_types(const Config& c, std::int64_t layers) {
  const Json* types = c.find("layer_types");
  if (!types) return;
  if (!types->is_array())
    c.refuse("layer_types", "expected a list, found " + shown(*types), "list a type for each layer");
  for (const Json& type : *types)
    if (type != "full_attention" && type != "sliding_attention" && type != "chunked_attention")
      c.refuse("layer_types", "a layer of type " + shown(type) + " is not modelled",
               "use a model of full_attention and sliding_attention layers");
  if (static_cast<std::int64_t>(types->size()) != layers)
    c.refuse("layer_types",
             format_count(static_cast<double>(types->size())) + " types for " +
                 format_count(static_cast<double>(layers)) + " layers",
             "list a type for each layer");
}

/// One layer in how many attends to everything: from layer_types where the config lists them, which must then repeat.
std::int64_t global_layers(const Config& c, std::int64_t fallback) {
  const Json* types = c.find("layer_types");
  if (!types) return fallback;
  check_layer_types(c, c.whole("num_hidden_layers", 1, most_layers));
  const auto full = [&](std::size_t i) { return (*types)[i] == "full_attention"; };
  std::size_t every = 0;
  while (every < types->size() && !full(every)) ++every;
  for (std::size_t i = 0; i < types->size(); ++i)
    if (full(i) != ((i + 1) % (every + 1) == 0))
      c.refuse("layer_types", "global layers do not come at regular distances", "use a model whose pattern repeats");
  return every == types->size() ? 0 : static_cast<std::int64_t>(every) + 1;
}

void sliding_window(const Config& c, Draft& d, std::int64_t global_every) {
  if (!c.find("sliding_window") || !c.flag("use_sliding_window", true)) return;
  d.pattern.global_every = global_layers(c, global_every);
  if (d.pattern.global_every != 1) d.pattern.window = c.whole("sliding_window", 1, 1'000'000'000);
}

Draft llama(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

Draft mistral(const Config& c) {
  Draft d = common(c);
  sliding_window(c, d, 0);
  return d;
}

Draft mixtral(const Config& c) {
  Draft d = mistral(c);
  d.usual.mlp.experts = c.whole("num_local_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = d.usual.mlp.width;
  return d;
}

Draft qwen2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
  return d;
}

void qwen_experts(const Config& c, Draft& d) {
  d.usual.mlp.experts = c.whole("num_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = c.whole("moe_intermediate_size");
  d.pattern.moe_every = c.whole_or("decoder_sparse_step", 1);
  d.pattern.dense_first = d.pattern.moe_every - 1;
  if (const Json* dense = c.find("mlp_only_layers"); dense && !(dense->is_array() && dense->empty()))
    c.refuse("mlp_only_layers", "single dense layers between mixtures are not modelled", "leave it empty");
}

Draft qwen2_moe(const Config& c) {
  Draft d = qwen2(c);
  qwen_experts(c, d);
  d.usual.mlp.shared_experts = 1;
  d.usual.mlp.shared_width = c.whole("shared_expert_intermediate_size");
  d.usual.mlp.shared_gate = true;
  return d;
}

Draft qwen3(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
  return d;
}

Draft qwen3_moe(const Config& c) {
  Draft d = qwen3(c);
  qwen_experts(c, d);
  return d;
}

Draft deepseek(const Config& c) {
  Draft d;
  d.usual.mixer.kind = Mixer::Kind::latent;
  d.model.layers = c.whole("num_hidden_layers", 1, most_layers);
  d.model.hidden = c.whole("hidden_size");
  d.usual.mixer.heads = d.usual.mixer.kv_heads = c.whole("num_attention_heads");
  c.whole_or("num_key_value_heads", d.usual.mixer.heads);  // of no effect, but not of any kind
  d.usual.mixer.q_lora_rank = c.find("q_lora_rank") ? c.whole("q_lora_rank") : 0;
  d.usual.mixer.kv_lora_rank = c.whole("kv_lora_rank");
  d.usual.mixer.qk_nope_dim = c.whole("qk_nope_head_dim");
  d.usual.mixer.qk_rope_dim = c.whole("qk_rope_head_dim");
  d.usual.mixer.v_dim = c.whole("v_head_dim");
  d.usual.mixer.head_dim = d.usual.mixer.qk_nope_dim + d.usual.mixer.qk_rope_dim;
  d.usual.mlp.width = c.whole("intermediate_size");
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", false);
  d.model.context = c.whole_or("max_position_embeddings", 0);
  d.usual.mlp.experts = c.whole("n_routed_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = c.whole("moe_intermediate_size");
  d.usual.mlp.shared_experts = c.whole_or("n_shared_experts", 0);
  d.usual.mlp.shared_width = d.usual.mlp.shared_experts * d.usual.mlp.expert_width;
  d.pattern.dense_first = c.whole_or("first_k_dense_replace", 0, 0);
  d.pattern.moe_every = c.whole_or("moe_layer_freq", 1);
  return d;
}

Draft deepseek_v3(const Config& c) {
  Draft d = deepseek(c);
  d.usual.mlp.router_bias = true;
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return d;
}

/// GLM-4.5: grouped attention, experts as DeepSeek-V3's.
Draft glm4_moe(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = c.flag("use_qk_norm", false);
  d.usual.mlp.experts = c.whole("n_routed_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = c.whole("moe_intermediate_size");
  d.usual.mlp.shared_experts = c.whole_or("n_shared_experts", 0, 0);
  d.usual.mlp.shared_width = d.usual.mlp.shared_experts * d.usual.mlp.expert_width;
  d.pattern.dense_first = c.whole_or("first_k_dense_replace", 0, 0);
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  d.usual.mlp.router_bias = true;
  return d;
}

Draft glm(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", true);
  return d;
}

Draft glm4(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", false);
  d.usual.norms = 4;
  return d;
}

/// Llama 4: every mixture has one shared expert; chunks of a local layer are taken as a window, which they are for
/// sequences of one chunk and no less than for longer ones.
Draft llama4(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.experts = c.whole("num_local_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = d.usual.mlp.shared_width = d.usual.mlp.width;
  d.usual.mlp.shared_experts = 1;
  d.usual.mlp.width = c.whole("intermediate_size_mlp");
  d.pattern.moe_every = c.whole_or("interleave_moe_layer_step", 1);
  d.pattern.dense_first = d.pattern.moe_every - 1;
  if (c.find("attention_chunk_size")) {
    d.pattern.window = c.whole("attention_chunk_size", 1, 1'000'000'000);
    d.pattern.global_every = global_layers(c, 4);
  }
  return d;
}

/// MiniMax-M2: grouped attention in every layer. (MiniMax-Text-01, "minimax", attends linearly and is not modelled.)
Draft minimax_m2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = c.flag("use_qk_norm", true);
  d.usual.mlp.experts = c.whole("num_local_experts");
  d.usual.mlp.top_k = c.whole("num_experts_per_tok");
  d.usual.mlp.expert_width = d.usual.mlp.width;
  d.usual.mlp.router_bias = c.flag("use_routing_bias", true);
  return d;
}

/// OLMo 2 and 3: two norms after the branches, none before.
Draft olmo2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = true;
  sliding_window(c, d, 4);
  return d;
}

/// Command R: attention and MLP side by side behind one norm.
Draft cohere(const Config& c) {
  Draft d = common(c);
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.norms = 1;
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = c.flag("use_qk_norm", false);
  sliding_window(c, d, c.whole_or("sliding_window_pattern", 4));
  return d;
}

Draft starcoder2(const Config& c) {
  Draft d = common(c);
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = c.flag("use_bias", true);
  sliding_window(c, d, 0);
  return d;
}

Draft nemotron(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

/// The first Qwen: intermediate_size is that of both gated halves together.
Draft qwen(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = true;
  d.usual.mlp.width /= 2;
  return d;
}

Draft internlm2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("bias", false);
  return d;
}

Draft gemma(const Config& c) {
  Draft d = common(c);
  d.model.tied = c.flag("tie_word_embeddings", true);
  return d;
}

Draft gemma2(const Config& c) {
  Draft d = gemma(c);
  d.usual.norms = 4;
  sliding_window(c, d, 2);
  return d;
}

/// The published Gemma 3 configs leave out what equals the defaults of their class (transformers, Gemma3TextConfig).
Draft gemma3(const Config& given) {
  Json filled = given.json;
  for (const auto& [key, value] : {std::pair<const char*, int>{"num_attention_heads", 8},
                                   {"num_key_value_heads", 4},
                                   {"head_dim", 256},
                                   {"vocab_size", 262208}})
    if (!given.find(key)) filled[key] = value;
  const Config c{filled, given.name, given.text};
  Draft d = gemma(c);
  d.usual.norms = 4;
  d.usual.mixer.qk_norm = true;
  sliding_window(c, d, c.whole_or("sliding_window_pattern", 6));
  return d;
}

Draft gpt_neox(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.gated = false;
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = true;
  return d;
}

Draft falcon(const Config& c) {
  Draft d;
  d.model.layers = c.first_whole({"num_hidden_layers", "n_layer"}, most_layers);
  d.model.hidden = c.whole("hidden_size");
  d.usual.mixer.heads = c.first_whole({"num_attention_heads", "n_head"});
  d.usual.mixer.head_dim = per_head(c, d.model.hidden, d.usual.mixer.heads, "num_attention_heads");
  const bool newer = c.flag("new_decoder_architecture", false), parallel = c.flag("parallel_attn", true);
  d.usual.mixer.kv_heads = newer ? c.first_whole({"num_kv_heads", "n_head_kv"}) : c.flag("multi_query", true) ? 1 : d.usual.mixer.heads;
  d.usual.mlp.width = c.whole_or("ffn_hidden_size", 4 * d.model.hidden);
  d.model.vocab = c.whole("vocab_size");
  d.usual.mlp.gated = false;
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.model.norm_bias = true;
  d.usual.norms = newer || !parallel ? 2 : 1;
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = c.flag("bias", false);
  return d;
}

Draft mpt(const Config& c) {
  Draft d;
  d.model.layers = c.whole("n_layers", 1, most_layers);
  d.model.hidden = c.whole("d_model");
  d.usual.mixer.heads = c.whole("n_heads");
  d.usual.mixer.head_dim = per_head(c, d.model.hidden, d.usual.mixer.heads, "n_heads");
  d.usual.mixer.kv_heads = d.usual.mixer.heads;
  bool alibi = false;
  if (const Json* attention = c.find("attn_config")) {
    if (!attention->is_object()) c.refuse("attn_config", "expected a table", "write the attention keys between braces");
    const Config inner{*attention, c.name, c.text};
    d.usual.mixer.kv_heads = inner.whole_or("kv_n_heads", d.usual.mixer.heads);
    alibi = inner.flag("alibi", false) || inner.flag("rope", false);
  }
  d.usual.mlp.width = c.whole_or("expansion_ratio", 4) * d.model.hidden;
  d.model.vocab = c.whole("vocab_size");
  d.model.context = c.whole_or("max_seq_len", 2048);
  d.model.learned_positions = alibi || !c.flag("learned_pos_emb", true) ? 0 : d.model.context;
  d.usual.mlp.gated = false;
  d.model.tied = true;
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = !c.flag("no_bias", false);
  return d;
}

Draft phi(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.gated = false;
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = d.model.head_bias = true;
  d.usual.norms = 1;
  return d;
}

Draft opt(const Config& c) {
  Draft d;
  d.model.layers = c.whole("num_hidden_layers", 1, most_layers);
  d.model.hidden = c.whole("hidden_size");
  d.usual.mixer.heads = d.usual.mixer.kv_heads = c.whole("num_attention_heads");
  d.usual.mixer.head_dim = per_head(c, d.model.hidden, d.usual.mixer.heads, "num_attention_heads");
  d.usual.mlp.width = c.whole("ffn_dim");
  d.model.vocab = c.whole("vocab_size");
  if (c.whole_or("word_embed_proj_dim", d.model.hidden) != d.model.hidden)
    c.refuse("word_embed_proj_dim", "an embedding narrower than the model is not modelled", "use a config without it");
  d.model.context = c.whole("max_position_embeddings");
  d.model.learned_positions = d.model.context + 2;  // the published table keeps two rows for padding
  d.usual.mlp.gated = false;
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = true;
  return d;
}

Draft bloom(const Config& c) {
  Draft d;
  d.model.layers = c.first_whole({"n_layer", "num_hidden_layers"}, most_layers);
  d.model.hidden = c.first_whole({"hidden_size", "n_embed"});
  d.usual.mixer.heads = d.usual.mixer.kv_heads = c.first_whole({"n_head", "num_attention_heads"});
  d.usual.mixer.head_dim = per_head(c, d.model.hidden, d.usual.mixer.heads, "n_head");
  d.usual.mlp.width = 4 * d.model.hidden;
  d.model.vocab = c.whole("vocab_size");
  d.usual.mlp.gated = false;
  d.model.tied = true;
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = d.model.embedding_norm = true;
  return d;
}

Draft gpt2(const Config& c) {
  Draft d;
  d.model.layers = c.whole("n_layer", 1, most_layers);
  d.model.hidden = c.whole("n_embd");
  d.usual.mixer.heads = d.usual.mixer.kv_heads = c.whole("n_head");
  d.usual.mixer.head_dim = per_head(c, d.model.hidden, d.usual.mixer.heads, "n_head");
  d.usual.mlp.width = c.whole_or("n_inner", 4 * d.model.hidden);
  d.model.vocab = c.whole("vocab_size");
  d.model.context = d.model.learned_positions = c.first_whole({"n_positions", "n_ctx"});
  d.usual.mlp.gated = false;
  d.model.tied = true;
  d.model.norm_bias = d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = true;
  return d;
}

Draft gpt_oss(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", true);
  d.usual.mixer.sinks = true;
  d.usual.mlp.experts = c.first_whole({"num_local_experts", "num_experts"});
  d.usual.mlp.top_k = c.first_whole({"num_experts_per_tok", "experts_per_token"});
  d.usual.mlp.expert_width = d.usual.mlp.width;
  d.usual.mlp.router_bias = d.usual.mlp.expert_bias = true;
  sliding_window(c, d, 2);
  return d;
}

Draft grok(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.experts = c.first_whole({"num_experts", "num_local_experts"});
  d.usual.mlp.top_k = c.first_whole({"num_experts_per_tok", "num_selected_experts"});
  d.usual.mlp.expert_width = c.find("moe_intermediate_size") ? c.whole("moe_intermediate_size") : d.usual.mlp.width;
  d.usual.norms = 4;
  return d;
}

using Reader = Draft (*)(const Config&);

const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> table = {{"baichuan", llama},
                                                      {"bloom", bloom},
                                                      {"cohere", cohere},
                                                      {"cohere2", cohere},
                                                      {"deepseek_v2", deepseek},
                                                      {"deepseek_v3", deepseek_v3},
                                                      {"falcon", falcon},
                                                      {"gemma", gemma},
                                                      {"gemma2", gemma2},
                                                      {"gemma3_text", gemma3},
                                                      {"glm", glm},
                                                      {"glm4", glm4},
                                                      {"glm4_moe", glm4_moe},
                                                      {"gpt2", gpt2},
                                                      {"gpt_neox", gpt_neox},
                                                      {"gpt_oss", gpt_oss},
                                                      {"granite", llama},
                                                      {"grok-1", grok},
                                                      {"internlm2", internlm2},
                                                      {"kimi_k2", deepseek_v3},
                                                      {"llama", llama},
                                                      {"llama4_text", llama4},
                                                      {"minimax_m2", minimax_m2},
                                                      {"mistral", mistral},
                                                      {"mixtral", mixtral},
                                                      {"mpt", mpt},
                                                      {"nemotron", nemotron},
                                                      {"olmo2", olmo2},
                                                      {"olmo3", olmo2},
                                                      {"opt", opt},
                                                      {"phi", phi},
                                                      {"phi3", mistral},
                                                      {"qwen", qwen},
                                                      {"qwen2", qwen2},
                                                      {"qwen2_5_vl", qwen2},
                                                      {"qwen2_5_vl_text", qwen2},
                                                      {"qwen2_moe", qwen2_moe},
                                                      {"qwen2_vl", qwen2},
                                                      {"qwen2_vl_text", qwen2},
                                                      {"qwen3", qwen3},
                                                      {"qwen3_moe", qwen3_moe},
                                                      {"qwen3_vl_moe_text", qwen3_moe},
                                                      {"qwen3_vl_text", qwen3},
                                                      {"starcoder2", starcoder2}};
  return table;
}

/// The config's own name of a number that the architecture refuses.
std::string config_key(const Config& c, const std::string& key) {
  static const std::map<std::string, std::vector<std::string>> names = {
      {"top_k", {"num_experts_per_tok", "experts_per_token", "num_selected_experts"}},
      {"kv_heads", {"num_key_value_heads", "num_kv_heads", "n_head_kv"}},
      {"dense_first", {"first_k_dense_replace", "decoder_sparse_step", "interleave_moe_layer_step"}},
      {"moe_every", {"moe_layer_freq", "decoder_sparse_step", "interleave_moe_layer_step"}},
      {"mtp_layers", {"num_nextn_predict_layers"}}};
  if (const auto known = names.find(key); known != names.end())
    for (const std::string& name : known->second)
      if (c.find(name)) return name;
  return key;
}

}  // namespace

std::vector<std::string> huggingface_types() {
  std::vector<std::string> names;
  for (const auto& [name, reader] : readers()) names.push_back(name);
  return names;
}

Architecture read_huggingface_config(std::string_view text, const std::string& name) {
  const Json json = parse_once(text, name);
  if (!json.is_object()) throw Error({name, 0, 0}, "", "not a JSON object", "give the model's own config.json");
  // Models with several inputs keep the language model below text_config.
  Json body = json;
  if (const auto inner = json.find("text_config"); inner != json.end() && !inner->is_null()) {
    if (!inner->is_object())
      throw Error(place_of("text_config", text, name), "text_config", "expected a table, found " + shown(*inner),
                  "give the language model's own keys there");
    body = *inner;
    if (const auto tied = json.find("tie_word_embeddings"); tied != json.end() && !body.contains("tie_word_embeddings"))
      body["tie_word_embeddings"] = *tied;
  }
  const Config config{body, name, text};
  const Json* type = config.find("model_type");
  if (!type || !type->is_string())
    config.refuse("model_type", "missing or not text", "add the model's type, such as \"llama\"");
  const std::string& model_type = type->get_ref<const std::string&>();
  const auto reader = readers().find(model_type);
  if (reader == readers().end())
    config.refuse(
        "model_type", "the model type " + in_quotes(model_type) + " is not known",
        suggest(model_type, huggingface_types(), "known types: llama, mixtral, qwen3_moe, deepseek_v3 and others"));
  Draft d = reader->second(config);
  if (d.model.learned_positions > 0) d.usual.mixer.rotary = false;
  set_layers(d.model, d.model.layers, d.usual, d.pattern);
  Architecture m = std::move(d.model);
  m.family = model_type;
  m.name = model_type;
  if (const Json* id = config.find("_name_or_path"); id && id->is_string() && !id->get<std::string>().empty())
    m.name = id->get<std::string>();
  for (char& c : m.name)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';  // the name is printed
  try {
    check(m);
  } catch (const Error& e) {
    const std::string key = config_key(config, e.key());
    throw Error(place_of(key, text, name), key, e.problem(), e.remedy());
  }
  check_layer_types(config, m.layers);
  return m;
}

}  // namespace orrery::model
