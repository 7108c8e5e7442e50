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

/// The keys that Llama made common: most later models keep them.
Architecture common(const Config& c) {
  Architecture m;
  m.layers = c.whole("num_hidden_layers", 1, most_layers);
  m.hidden = c.whole("hidden_size");
  m.heads = c.whole("num_attention_heads");
  m.kv_heads = c.whole_or("num_key_value_heads", m.heads);
  m.head_dim = c.find("head_dim") ? c.whole("head_dim") : per_head(c, m.hidden, m.heads, "num_attention_heads");
  m.ffn_hidden = c.whole("intermediate_size");
  m.vocab = c.whole("vocab_size");
  m.tied = c.flag("tie_word_embeddings", false);
  m.context = c.whole_or("max_position_embeddings", 0);
  return m;
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

void sliding_window(const Config& c, Architecture& m, std::int64_t global_every) {
  if (!c.find("sliding_window") || !c.flag("use_sliding_window", true)) return;
  m.global_every = global_layers(c, global_every);
  if (m.global_every != 1) m.window = c.whole("sliding_window", 1, 1'000'000'000);
}

Architecture llama(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.ffn_bias = c.flag("mlp_bias", false);
  return m;
}

Architecture mistral(const Config& c) {
  Architecture m = common(c);
  sliding_window(c, m, 0);
  return m;
}

Architecture mixtral(const Config& c) {
  Architecture m = mistral(c);
  m.experts = c.whole("num_local_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = m.ffn_hidden;
  return m;
}

Architecture qwen2(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, m, 0);
  return m;
}

void qwen_experts(const Config& c, Architecture& m) {
  m.experts = c.whole("num_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = c.whole("moe_intermediate_size");
  m.moe_every = c.whole_or("decoder_sparse_step", 1);
  m.dense_first = m.moe_every - 1;
  if (const Json* dense = c.find("mlp_only_layers"); dense && !(dense->is_array() && dense->empty()))
    c.refuse("mlp_only_layers", "single dense layers between mixtures are not modelled", "leave it empty");
}

Architecture qwen2_moe(const Config& c) {
  Architecture m = qwen2(c);
  qwen_experts(c, m);
  m.shared_experts = 1;
  m.shared_hidden = c.whole("shared_expert_intermediate_size");
  m.shared_gate = true;
  return m;
}

Architecture qwen3(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.qk_norm = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, m, 0);
  return m;
}

Architecture qwen3_moe(const Config& c) {
  Architecture m = qwen3(c);
  qwen_experts(c, m);
  return m;
}

Architecture deepseek(const Config& c) {
  Architecture m;
  m.attention = Attention::latent;
  m.layers = c.whole("num_hidden_layers", 1, most_layers);
  m.hidden = c.whole("hidden_size");
  m.heads = m.kv_heads = c.whole("num_attention_heads");
  c.whole_or("num_key_value_heads", m.heads);  // of no effect, but not of any kind
  m.q_lora_rank = c.find("q_lora_rank") ? c.whole("q_lora_rank") : 0;
  m.kv_lora_rank = c.whole("kv_lora_rank");
  m.qk_nope_dim = c.whole("qk_nope_head_dim");
  m.qk_rope_dim = c.whole("qk_rope_head_dim");
  m.v_dim = c.whole("v_head_dim");
  m.head_dim = m.qk_nope_dim + m.qk_rope_dim;
  m.ffn_hidden = c.whole("intermediate_size");
  m.vocab = c.whole("vocab_size");
  m.tied = c.flag("tie_word_embeddings", false);
  m.context = c.whole_or("max_position_embeddings", 0);
  m.experts = c.whole("n_routed_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = c.whole("moe_intermediate_size");
  m.shared_experts = c.whole_or("n_shared_experts", 0);
  m.shared_hidden = m.shared_experts * m.expert_hidden;
  m.dense_first = c.whole_or("first_k_dense_replace", 0, 0);
  m.moe_every = c.whole_or("moe_layer_freq", 1);
  return m;
}

Architecture deepseek_v3(const Config& c) {
  Architecture m = deepseek(c);
  m.router_bias = true;
  m.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return m;
}

/// GLM-4.5: grouped attention, experts as DeepSeek-V3's.
Architecture glm4_moe(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = c.flag("attention_bias", false);
  m.qk_norm = c.flag("use_qk_norm", false);
  m.experts = c.whole("n_routed_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = c.whole("moe_intermediate_size");
  m.shared_experts = c.whole_or("n_shared_experts", 0, 0);
  m.shared_hidden = m.shared_experts * m.expert_hidden;
  m.dense_first = c.whole_or("first_k_dense_replace", 0, 0);
  m.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  m.router_bias = true;
  return m;
}

Architecture glm(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = c.flag("attention_bias", true);
  return m;
}

Architecture glm4(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = c.flag("attention_bias", false);
  m.norms_per_layer = 4;
  return m;
}

/// Llama 4: every mixture has one shared expert; chunks of a local layer are taken as a window, which they are for
/// sequences of one chunk and no less than for longer ones.
Architecture llama4(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.experts = c.whole("num_local_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = m.shared_hidden = m.ffn_hidden;
  m.shared_experts = 1;
  m.ffn_hidden = c.whole("intermediate_size_mlp");
  m.moe_every = c.whole_or("interleave_moe_layer_step", 1);
  m.dense_first = m.moe_every - 1;
  if (c.find("attention_chunk_size")) {
    m.window = c.whole("attention_chunk_size", 1, 1'000'000'000);
    m.global_every = global_layers(c, 4);
  }
  return m;
}

/// MiniMax-M2: grouped attention in every layer. (MiniMax-Text-01, "minimax", attends linearly and is not modelled.)
Architecture minimax_m2(const Config& c) {
  Architecture m = common(c);
  m.qk_norm = m.qk_norm_wide = c.flag("use_qk_norm", true);
  m.experts = c.whole("num_local_experts");
  m.top_k = c.whole("num_experts_per_tok");
  m.expert_hidden = m.ffn_hidden;
  m.router_bias = c.flag("use_routing_bias", true);
  return m;
}

/// OLMo 2 and 3: two norms after the branches, none before.
Architecture olmo2(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.qk_norm = m.qk_norm_wide = true;
  sliding_window(c, m, 4);
  return m;
}

/// Command R: attention and MLP side by side behind one norm.
Architecture cohere(const Config& c) {
  Architecture m = common(c);
  m.tied = c.flag("tie_word_embeddings", true);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.norms_per_layer = 1;
  m.qk_norm = m.qk_norm_wide = c.flag("use_qk_norm", false);
  sliding_window(c, m, c.whole_or("sliding_window_pattern", 4));
  return m;
}

Architecture starcoder2(const Config& c) {
  Architecture m = common(c);
  m.tied = c.flag("tie_word_embeddings", true);
  m.gated = false;
  m.norm_bias = true;
  m.qkv_bias = m.attention_output_bias = m.ffn_bias = c.flag("use_bias", true);
  sliding_window(c, m, 0);
  return m;
}

Architecture nemotron(const Config& c) {
  Architecture m = common(c);
  m.gated = false;
  m.norm_bias = true;
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", false);
  m.ffn_bias = c.flag("mlp_bias", false);
  return m;
}

/// The first Qwen: intermediate_size is that of both gated halves together.
Architecture qwen(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = true;
  m.ffn_hidden /= 2;
  return m;
}

Architecture internlm2(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("bias", false);
  return m;
}

Architecture gemma(const Config& c) {
  Architecture m = common(c);
  m.tied = c.flag("tie_word_embeddings", true);
  return m;
}

Architecture gemma2(const Config& c) {
  Architecture m = gemma(c);
  m.norms_per_layer = 4;
  sliding_window(c, m, 2);
  return m;
}

/// The published Gemma 3 configs leave out what equals the defaults of their class (transformers, Gemma3TextConfig).
Architecture gemma3(const Config& given) {
  Json filled = given.json;
  for (const auto& [key, value] : {std::pair<const char*, int>{"num_attention_heads", 8},
                                   {"num_key_value_heads", 4},
                                   {"head_dim", 256},
                                   {"vocab_size", 262208}})
    if (!given.find(key)) filled[key] = value;
  const Config c{filled, given.name, given.text};
  Architecture m = gemma(c);
  m.norms_per_layer = 4;
  m.qk_norm = true;
  sliding_window(c, m, c.whole_or("sliding_window_pattern", 6));
  return m;
}

Architecture gpt_neox(const Config& c) {
  Architecture m = common(c);
  m.gated = false;
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = true;
  return m;
}

Architecture falcon(const Config& c) {
  Architecture m;
  m.layers = c.first_whole({"num_hidden_layers", "n_layer"}, most_layers);
  m.hidden = c.whole("hidden_size");
  m.heads = c.first_whole({"num_attention_heads", "n_head"});
  m.head_dim = per_head(c, m.hidden, m.heads, "num_attention_heads");
  const bool newer = c.flag("new_decoder_architecture", false), parallel = c.flag("parallel_attn", true);
  m.kv_heads = newer ? c.first_whole({"num_kv_heads", "n_head_kv"}) : c.flag("multi_query", true) ? 1 : m.heads;
  m.ffn_hidden = c.whole_or("ffn_hidden_size", 4 * m.hidden);
  m.vocab = c.whole("vocab_size");
  m.gated = false;
  m.tied = c.flag("tie_word_embeddings", true);
  m.norm_bias = true;
  m.norms_per_layer = newer || !parallel ? 2 : 1;
  m.qkv_bias = m.attention_output_bias = m.ffn_bias = c.flag("bias", false);
  return m;
}

Architecture mpt(const Config& c) {
  Architecture m;
  m.layers = c.whole("n_layers", 1, most_layers);
  m.hidden = c.whole("d_model");
  m.heads = c.whole("n_heads");
  m.head_dim = per_head(c, m.hidden, m.heads, "n_heads");
  m.kv_heads = m.heads;
  bool alibi = false;
  if (const Json* attention = c.find("attn_config")) {
    if (!attention->is_object()) c.refuse("attn_config", "expected a table", "write the attention keys between braces");
    const Config inner{*attention, c.name, c.text};
    m.kv_heads = inner.whole_or("kv_n_heads", m.heads);
    alibi = inner.flag("alibi", false) || inner.flag("rope", false);
  }
  m.ffn_hidden = c.whole_or("expansion_ratio", 4) * m.hidden;
  m.vocab = c.whole("vocab_size");
  m.context = c.whole_or("max_seq_len", 2048);
  m.learned_positions = alibi || !c.flag("learned_pos_emb", true) ? 0 : m.context;
  m.gated = false;
  m.tied = true;
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = !c.flag("no_bias", false);
  return m;
}

Architecture phi(const Config& c) {
  Architecture m = common(c);
  m.gated = false;
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = m.head_bias = true;
  m.norms_per_layer = 1;
  return m;
}

Architecture opt(const Config& c) {
  Architecture m;
  m.layers = c.whole("num_hidden_layers", 1, most_layers);
  m.hidden = c.whole("hidden_size");
  m.heads = m.kv_heads = c.whole("num_attention_heads");
  m.head_dim = per_head(c, m.hidden, m.heads, "num_attention_heads");
  m.ffn_hidden = c.whole("ffn_dim");
  m.vocab = c.whole("vocab_size");
  if (c.whole_or("word_embed_proj_dim", m.hidden) != m.hidden)
    c.refuse("word_embed_proj_dim", "an embedding narrower than the model is not modelled", "use a config without it");
  m.context = c.whole("max_position_embeddings");
  m.learned_positions = m.context + 2;  // the published table keeps two rows for padding
  m.gated = false;
  m.tied = c.flag("tie_word_embeddings", true);
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = true;
  return m;
}

Architecture bloom(const Config& c) {
  Architecture m;
  m.layers = c.first_whole({"n_layer", "num_hidden_layers"}, most_layers);
  m.hidden = c.first_whole({"hidden_size", "n_embed"});
  m.heads = m.kv_heads = c.first_whole({"n_head", "num_attention_heads"});
  m.head_dim = per_head(c, m.hidden, m.heads, "n_head");
  m.ffn_hidden = 4 * m.hidden;
  m.vocab = c.whole("vocab_size");
  m.gated = false;
  m.tied = true;
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = m.embedding_norm = true;
  return m;
}

Architecture gpt2(const Config& c) {
  Architecture m;
  m.layers = c.whole("n_layer", 1, most_layers);
  m.hidden = c.whole("n_embd");
  m.heads = m.kv_heads = c.whole("n_head");
  m.head_dim = per_head(c, m.hidden, m.heads, "n_head");
  m.ffn_hidden = c.whole_or("n_inner", 4 * m.hidden);
  m.vocab = c.whole("vocab_size");
  m.context = m.learned_positions = c.first_whole({"n_positions", "n_ctx"});
  m.gated = false;
  m.tied = true;
  m.norm_bias = m.qkv_bias = m.attention_output_bias = m.ffn_bias = true;
  return m;
}

Architecture gpt_oss(const Config& c) {
  Architecture m = common(c);
  m.qkv_bias = m.attention_output_bias = c.flag("attention_bias", true);
  m.attention_sinks = true;
  m.experts = c.first_whole({"num_local_experts", "num_experts"});
  m.top_k = c.first_whole({"num_experts_per_tok", "experts_per_token"});
  m.expert_hidden = m.ffn_hidden;
  m.router_bias = m.expert_bias = true;
  sliding_window(c, m, 2);
  return m;
}

Architecture grok(const Config& c) {
  Architecture m = common(c);
  m.experts = c.first_whole({"num_experts", "num_local_experts"});
  m.top_k = c.first_whole({"num_experts_per_tok", "num_selected_experts"});
  m.expert_hidden = c.find("moe_intermediate_size") ? c.whole("moe_intermediate_size") : m.ffn_hidden;
  m.norms_per_layer = 4;
  return m;
}

using Reader = Architecture (*)(const Config&);

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
  Architecture m = reader->second(config);
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
