// Decoders of one dense layer that repeats: grouped attention, and an MLP of two or three matrices. What a key means is
// taken from each type's published modelling code.
#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

Draft llama(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag(c.first({"attention_bias", "bias"}), false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

Draft mistral(const Config& c) {
  Draft d = common(c);
  sliding_window(c, d, 0);
  return d;
}

Draft qwen2(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
  return d;
}

/// MiMo-7B: Qwen2 with prediction modules.
Draft mimo(const Config& c) {
  Draft d = qwen2(c);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", true);
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  return d;
}

Draft qwen3(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mixer.qk_norm = true;
  if (c.flag("use_sliding_window", false)) sliding_window(c, d, 0);
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

/// ChatGLM: the first of them has biases and positions of two kinds, later ones are GLM-4.
Draft chatglm(const Config& c) {
  if (c.find("inner_hidden_size")) {
    Draft d;
    d.model.layers = c.whole("num_layers", 1, most_layers);
    d.model.hidden = c.whole("hidden_size");
    Mixer& x = d.usual.mixer;
    x.heads = x.kv_heads = c.whole("num_attention_heads");
    x.head_dim = per_head(c, d.model.hidden, x.heads, "num_attention_heads");
    d.usual.mlp.width = c.whole("inner_hidden_size");
    d.usual.mlp.gated = false;
    set_biases(d, true);
    d.model.vocab = c.whole("vocab_size");
    d.model.norm_bias = true;
    d.model.context = c.whole_or("max_sequence_length", 0);
    return d;
  }
  Draft d = common(c);
  d.usual.mlp.width = c.whole("ffn_hidden_size");
  if (c.flag("multi_query_attention", false)) d.usual.mixer.kv_heads = c.whole("multi_query_group_num");
  set_biases(d, c.flag("add_bias_linear", false));
  if (c.flag("add_qkv_bias", false)) d.usual.mixer.qkv_bias = true;
  return d;
}

/// OLMo: norms without weights.
Draft olmo(const Config& c) {
  Draft d = llama(c);
  d.usual.norms = 0;
  d.model.final_norm = false;
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
  Draft d = common(c, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.norms = 1;
  d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = c.flag("use_qk_norm", false);
  sliding_window(c, d, c.whole_or("sliding_window_pattern", 4));
  return d;
}

Draft starcoder2(const Config& c) {
  Draft d = common(c, true);
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  set_biases(d, c.flag("use_bias", true));
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

Draft internlm3(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("qkv_bias", false);
  d.usual.mixer.output_bias = d.usual.mlp.bias = c.flag("bias", false);
  return d;
}

Draft ernie(const Config& c) {
  Draft d = common(c, true);
  set_biases(d, c.flag("use_bias", false));
  return d;
}

Draft seed_oss(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("attention_bias", true);
  d.usual.mixer.output_bias = c.flag("attention_out_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

Draft smollm3(const Config& c) {
  Draft d = common(c, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

/// EXAONE 4: norms behind the branches, and over the heads of queries and keys. Its pattern is letters, one for each
/// layer of a group: L is local.
Draft exaone4(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qk_norm = true;
  if (!c.find("sliding_window")) return d;
  const Json* pattern = c.find("sliding_window_pattern");
  if (pattern && pattern->is_string()) {
    const auto letters = pattern->get<std::string>();
    if (letters.empty() || letters.find_first_not_of("LG") != std::string::npos)
      c.refuse("sliding_window_pattern", "holds other letters than L and G",
               "write a letter for each layer of a group");
    sliding_window(c, d, 0);
    if (!c.find("layer_types"))
      d.global = [letters, last = d.model.layers - 1](std::int64_t i) {
        return letters[static_cast<std::size_t>(i) % letters.size()] == 'G' || i == last;
      };
  } else {
    sliding_window(c, d, c.whole_or("sliding_window_pattern", 4));
  }
  return d;
}

Draft hunyuan_dense(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  d.usual.mixer.qk_norm = c.flag(c.first({"use_qk_norm", "use_query_key_norm"}), true);
  return d;
}

/// Apertus: two matrices, and two constants of the activation a layer.
Draft apertus(const Config& c) {
  Draft d = llama(c);
  d.usual.mlp.gated = false;
  d.usual.mixer.qk_norm = true;
  d.usual.other = 2;
  return d;
}

Draft arcee(const Config& c) {
  Draft d = llama(c);
  d.usual.mlp.gated = false;
  return d;
}

Draft minicpm(const Config& c) {
  Draft d = common(c, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  return d;
}

/// MiniCPM3: latent attention in a dense model.
Draft minicpm3(const Config& c) {
  Draft d = common(c, true);
  Mixer& x = d.usual.mixer;
  const std::int64_t value = c.find("v_head_dim") ? c.whole("v_head_dim") : x.head_dim;
  x.kind = Mixer::Kind::latent;
  x.q_lora_rank = c.whole("q_lora_rank");
  x.kv_lora_rank = c.whole("kv_lora_rank");
  x.qk_nope_dim = c.whole("qk_nope_head_dim");
  x.qk_rope_dim = c.whole("qk_rope_head_dim");
  x.kv_heads = x.heads, x.v_dim = value, x.head_dim = x.qk_nope_dim + x.qk_rope_dim;
  return d;
}

Draft stablelm(const Config& c) {
  Draft d = common(c);
  d.usual.mixer.qkv_bias = c.flag("use_qkv_bias", false);
  d.usual.norms = c.flag("use_parallel_residual", false) ? 1 : 2;
  d.model.norm_bias = true;
  if (c.flag("qk_layernorm", false)) d.usual.mixer.qk_norm = d.usual.mixer.qk_norm_wide = true;
  return d;
}

Draft phi(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.gated = false;
  set_biases(d, true);
  d.model.norm_bias = d.model.head_bias = true;
  d.usual.norms = 1;
  return d;
}

Draft phi3small(const Config& c) {
  Draft d = common(c, true, true);
  d.usual.mlp.width = c.whole(c.first({"ff_intermediate_size", "intermediate_size"}));
  set_biases(d, true);
  d.model.norm_bias = true;
  return d;
}

Draft gpt_neox(const Config& c) {
  Draft d = common(c);
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  set_biases(d, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", true);
  return d;
}

/// GPT-J and CodeGen: one norm, biases in the MLP and the head alone.
Draft gptj(const Config& c) {
  Draft d = common(c, false, true);
  if (d.usual.mlp.width == 0) d.usual.mlp.width = 4 * d.model.hidden;
  d.usual.mlp.gated = false;
  d.usual.mlp.bias = d.model.norm_bias = d.model.head_bias = true;
  d.usual.norms = 1;
  return d;
}

Draft gpt2(const Config& c) {
  Draft d = common(c, true, true);
  if (d.usual.mlp.width == 0) d.usual.mlp.width = 4 * d.model.hidden;
  if (!c.find("n_positions") && !c.find("n_ctx")) c.whole("n_positions");
  d.model.context = d.model.learned_positions = c.first_whole({"n_positions", "n_ctx"});
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  set_biases(d, true);
  return d;
}

Draft gpt_bigcode(const Config& c) {
  Draft d = gpt2(c);
  if (c.flag("multi_query", true)) d.usual.mixer.kv_heads = 1;
  return d;
}

/// Jais: GPT-2 with ALiBi and a gated MLP.
Draft jais(const Config& c) {
  Draft d = gpt2(c);
  if (c.word("position_embedding_type", "learned") == "alibi") d.model.learned_positions = 0;
  d.usual.mlp.gated = c.word("activation_function", "gelu") == "swiglu";
  if (c.find("tie_word_embeddings")) d.model.tied = c.flag("tie_word_embeddings", true);
  d.usual.mixer.rotary = false;
  return d;
}

/// GPT-Neo: every other layer sees a window; queries, keys and values have no bias.
Draft gpt_neo(const Config& c) {
  Draft d = common(c, true, true);
  if (d.usual.mlp.width == 0) d.usual.mlp.width = 4 * d.model.hidden;
  d.usual.mlp.gated = false;
  d.usual.mlp.bias = d.usual.mixer.output_bias = d.model.norm_bias = true;
  d.model.learned_positions = d.model.context = c.whole("max_position_embeddings");
  if (c.find("window_size")) {
    d.window = c.whole("window_size");
    d.global = [](std::int64_t i) { return i % 2 == 0; };
  }
  return d;
}

Draft falcon(const Config& c) {
  Draft d = common(c, true, true);
  Mixer& x = d.usual.mixer;
  const bool newer = c.flag("new_decoder_architecture", false), parallel = c.flag("parallel_attn", true);
  if (newer) x.kv_heads = c.first_whole({"num_kv_heads", "n_head_kv"});
  else x.kv_heads = c.flag("multi_query", true) ? 1 : x.heads;
  d.usual.mlp.width = c.whole_or("ffn_hidden_size", 4 * d.model.hidden);
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  d.usual.norms = parallel && (!newer || c.whole_or("num_ln_in_parallel_attn", 2) == 1) ? 1 : 2;
  set_biases(d, c.flag("bias", false));
  return d;
}

Draft mpt(const Config& c) {
  Draft d;
  d.model.layers = c.whole("n_layers", 1, most_layers);
  d.model.hidden = c.whole("d_model");
  Mixer& x = d.usual.mixer;
  x.heads = x.kv_heads = c.whole("n_heads");
  x.head_dim = per_head(c, d.model.hidden, x.heads, "n_heads");
  bool alibi = false;
  if (const auto attention = c.table("attn_config")) {
    x.kv_heads = attention->whole_or("kv_n_heads", x.heads);
    alibi = attention->flag("alibi", false) || attention->flag("rope", false);
  }
  d.usual.mlp.width = c.whole_or("expansion_ratio", 4) * d.model.hidden;
  d.model.vocab = c.whole("vocab_size");
  d.model.context = c.whole_or("max_seq_len", 2048);
  d.model.learned_positions = alibi || !c.flag("learned_pos_emb", true) ? 0 : d.model.context;
  d.usual.mlp.gated = false;
  d.model.tied = true;
  d.model.norm_bias = !c.flag("no_bias", false);
  set_biases(d, d.model.norm_bias);
  return d;
}

/// OPT: the table of positions keeps two rows for padding. The smallest but one embeds in half its width.
Draft opt(const Config& c) {
  Draft d = common(c, true);
  const std::int64_t width = c.whole_or("word_embed_proj_dim", d.model.hidden);
  if (width != d.model.hidden) {
    d.model.embedding_dim = width;
    d.model.other = 2.0 * static_cast<double>(width) * static_cast<double>(d.model.hidden);
  }
  d.model.final_norm = c.flag("do_layer_norm_before", true) && !c.flag("_remove_final_layer_norm", false);
  d.model.context = c.whole("max_position_embeddings");
  d.model.learned_positions = d.model.context + 2;
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  set_biases(d, true);
  return d;
}

Draft bloom(const Config& c) {
  Draft d = common(c, true, true);
  d.usual.mlp.width = 4 * d.model.hidden;
  d.usual.mlp.gated = false;
  d.usual.mixer.rotary = false;
  d.model.norm_bias = d.model.embedding_norm = true;
  set_biases(d, true);
  return d;
}

/// BitNet (arXiv 2402.17764): norms in front of both last products of a layer.
Draft bitnet(const Config& c) {
  Draft d = llama(c);
  d.usual.other = static_cast<double>(d.model.hidden + d.usual.mlp.width);
  return d;
}

/// Llama 3.2's vision model: layers of their own attend to what the tower sees; the table has rows for the image.
Draft mllama(const Config& c) {
  Draft d = common(c);
  const std::vector<std::int64_t> crossing = c.wholes("cross_attention_layers", 0, most_layers);
  d.adjust = [crossing](std::int64_t i, Layer& layer) {
    if (std::find(crossing.begin(), crossing.end(), i) == crossing.end()) return;
    layer.mixer.crosses = layer.mixer.qk_norm = true;
    layer.mixer.rotary = false;
    layer.other = 2;  // gates
  };
  d.model.other = d.model.other_tables = 8.0 * static_cast<double>(d.model.hidden);
  return d;
}

constexpr const char* of_llama = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
  "intermediate_size":11008,"vocab_size":32000})";
constexpr const char* of_mistral = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,"sliding_window":4096})";
constexpr const char* of_qwen2 = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":32,"intermediate_size":22016,"vocab_size":151936})";
constexpr const char* of_qwen2_vl = R"({"num_hidden_layers":80,"hidden_size":8192,"num_attention_heads":64,
  "num_key_value_heads":8,"intermediate_size":29568,"vocab_size":152064})";
constexpr const char* of_qwen2_5_omni = R"({"num_hidden_layers":28,"hidden_size":3584,"num_attention_heads":28,
  "num_key_value_heads":4,"intermediate_size":18944,"vocab_size":152064})";
constexpr const char* of_qwen3 = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":32,"head_dim":128,"intermediate_size":22016,"vocab_size":151936})";
constexpr const char* of_glm4v = R"({"num_hidden_layers":40,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":2,"intermediate_size":13696,"vocab_size":151552,"attention_bias":true})";
constexpr const char* of_ministral3 = R"({"num_hidden_layers":34,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":14336,"vocab_size":131072})";
constexpr const char* of_phi3 = R"({"num_hidden_layers":32,"hidden_size":3072,"num_attention_heads":32,
  "intermediate_size":8192,"vocab_size":32064})";
constexpr const char* of_mllama = R"({"num_hidden_layers":40,"hidden_size":4096,"num_attention_heads":32,
  "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256,
  "cross_attention_layers":[3,8,13,18,23,28,33,38]})";
constexpr const char* of_gpt2 = R"({"n_layer":12,"n_embd":768,"n_head":12,"vocab_size":50257})";
constexpr const char* of_opt = R"({"num_hidden_layers":12,"hidden_size":768,"num_attention_heads":12,"ffn_dim":3072,
  "vocab_size":50272,"max_position_embeddings":2048})";
constexpr const char* of_smollm3 = R"({"num_hidden_layers":36,"hidden_size":2048,"num_attention_heads":16,
  "num_key_value_heads":4,"intermediate_size":11008,"vocab_size":128256})";
constexpr const char* of_cohere2 = R"({"num_hidden_layers":40,"hidden_size":8192,"num_attention_heads":64,
  "intermediate_size":22528,"vocab_size":256000,"sliding_window":4096})";
constexpr const char* of_granite = of_llama;

}  // namespace

const std::vector<ModelType>& plain_types() {
  static const std::vector<ModelType> types = {{"apertus", apertus},
                                               {"aquila", llama},
                                               {"arcee", arcee},
                                               {"baichuan", llama},
                                               {"bitnet", bitnet},
                                               {"bloom", bloom},
                                               {"chatglm", chatglm},
                                               {"codegen", gptj},
                                               {"cohere", cohere},
                                               {"cohere2", cohere, of_cohere2},
                                               {"ernie4_5", ernie},
                                               {"exaone", llama},
                                               {"exaone4", exaone4},
                                               {"falcon", falcon},
                                               {"glm", glm},
                                               {"glm4", glm4},
                                               {"glm4v", glm4, of_glm4v},
                                               {"glm4v_text", glm4, of_glm4v},
                                               {"glm_ocr_text", glm4, of_glm4v},
                                               {"gpt2", gpt2, of_gpt2},
                                               {"gpt_bigcode", gpt_bigcode, of_gpt2},
                                               {"gpt_neo", gpt_neo},
                                               {"gpt_neox", gpt_neox},
                                               {"gptj", gptj},
                                               {"granite", llama, of_granite},
                                               {"helium", llama},
                                               {"hunyuan_v1_dense", hunyuan_dense},
                                               {"idefics2", mistral, of_mistral},
                                               {"idefics3", llama, of_llama},
                                               {"internlm", llama},
                                               {"internlm2", internlm2},
                                               {"internlm3", internlm3},
                                               {"internvl", qwen2, of_qwen2},
                                               {"jais", jais},
                                               {"llama", llama, of_llama},
                                               {"llava", llama, of_llama},
                                               {"llava_next", llama, of_llama},
                                               {"llava_onevision", qwen2, of_qwen2},
                                               {"mimo", mimo},
                                               {"minicpm", minicpm},
                                               {"minicpm3", minicpm3},
                                               {"ministral", mistral, of_mistral},
                                               {"ministral3", mistral, of_ministral3},
                                               {"mistral", mistral, of_mistral},
                                               {"mistral3", mistral, of_mistral},
                                               {"mllama", mllama, of_mllama},
                                               {"mllama_text_model", mllama, of_mllama},
                                               {"mpt", mpt},
                                               {"nemotron", nemotron},
                                               {"olmo", olmo},
                                               {"olmo2", olmo2},
                                               {"olmo3", olmo2},
                                               {"opt", opt, of_opt},
                                               {"phi", phi},
                                               {"phi3", mistral, of_phi3},
                                               {"phi3_v", mistral, of_phi3},
                                               {"phi3small", phi3small},
                                               {"phi4mm", mistral, of_phi3},
                                               {"pixtral", mistral, of_mistral},
                                               {"qwen", qwen},
                                               {"qwen2", qwen2, of_qwen2},
                                               {"qwen2_5_omni", qwen2, of_qwen2_5_omni},
                                               {"qwen2_5_omni_text", qwen2, of_qwen2_5_omni},
                                               {"qwen2_5_vl", qwen2, of_qwen2_vl},
                                               {"qwen2_5_vl_text", qwen2, of_qwen2_vl},
                                               {"qwen2_audio", qwen2, of_qwen2},
                                               {"qwen2_vl", qwen2, of_qwen2_vl},
                                               {"qwen2_vl_text", qwen2, of_qwen2_vl},
                                               {"qwen3", qwen3, of_qwen3},
                                               {"qwen3_vl", qwen3, of_qwen3},
                                               {"qwen3_vl_text", qwen3, of_qwen3},
                                               {"seed_oss", seed_oss},
                                               {"skywork", llama},
                                               {"smollm3", smollm3, of_smollm3},
                                               {"smolvlm", llama, of_llama},
                                               {"stablelm", stablelm},
                                               {"starcoder2", starcoder2},
                                               {"xverse", llama},
                                               {"yi", llama}};
  return types;
}

}  // namespace orrery::model
