// Parameter counts against the published ones, and hostile config.json files.
#include "machine/model/huggingface.h"

#include <gtest/gtest.h>

#include "base/error.h"

using namespace orrery;
using namespace orrery::model;

namespace {

struct Published {
  const char* name;
  double parameters;
  const char* config;
};

// The numbers of parameters that the publishers' own checkpoints hold.
const Published published[] = {
    {"Llama-2-7b", 6738415616, R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"intermediate_size":11008,"vocab_size":32000})"},
    {"Llama-2-70b", 68976648192, R"({"model_type":"llama","num_hidden_layers":80,"hidden_size":8192,
      "num_attention_heads":64,"num_key_value_heads":8,"intermediate_size":28672,"vocab_size":32000})"},
    {"Llama-3-8B", 8030261248, R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256})"},
    {"Llama-3.1-405B", 405853388800, R"({"model_type":"llama","num_hidden_layers":126,"hidden_size":16384,
      "num_attention_heads":128,"num_key_value_heads":8,"intermediate_size":53248,"vocab_size":128256})"},
    {"Mistral-7B", 7241732096, R"({"model_type":"mistral","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,
      "sliding_window":4096})"},
    {"Mixtral-8x7B", 46702792704, R"({"model_type":"mixtral","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,
      "num_local_experts":8,"num_experts_per_tok":2,"sliding_window":null})"},
    {"Qwen2.5-7B", 7615616512, R"({"model_type":"qwen2","num_hidden_layers":28,"hidden_size":3584,
      "num_attention_heads":28,"num_key_value_heads":4,"intermediate_size":18944,"vocab_size":152064})"},
    {"Qwen3-8B", 8190735360, R"({"model_type":"qwen3","num_hidden_layers":36,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,
      "vocab_size":151936})"},
    {"Qwen1.5-MoE-A2.7B", 14315784192, R"({"model_type":"qwen2_moe","num_hidden_layers":24,"hidden_size":2048,
      "num_attention_heads":16,"num_key_value_heads":16,"intermediate_size":5632,"vocab_size":151936,
      "num_experts":60,"num_experts_per_tok":4,"moe_intermediate_size":1408,
      "shared_expert_intermediate_size":5632})"},
    {"Qwen3-30B-A3B", 30532122624, R"({"model_type":"qwen3_moe","num_hidden_layers":48,"hidden_size":2048,
      "num_attention_heads":32,"num_key_value_heads":4,"head_dim":128,"intermediate_size":6144,
      "vocab_size":151936,"num_experts":128,"num_experts_per_tok":8,"moe_intermediate_size":768})"},
    {"Qwen3-235B-A22B", 235093634560, R"({"model_type":"qwen3_moe","num_hidden_layers":94,"hidden_size":4096,
      "num_attention_heads":64,"num_key_value_heads":4,"head_dim":128,"intermediate_size":12288,
      "vocab_size":151936,"num_experts":128,"num_experts_per_tok":8,"moe_intermediate_size":1536})"},
    {"DeepSeek-V2-Lite", 15706484224, R"({"model_type":"deepseek_v2","num_hidden_layers":27,"hidden_size":2048,
      "num_attention_heads":16,"q_lora_rank":null,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,
      "v_head_dim":128,"intermediate_size":10944,"vocab_size":102400,"n_routed_experts":64,"num_experts_per_tok":6,
      "moe_intermediate_size":1408,"n_shared_experts":2,"first_k_dense_replace":1})"},
    {"DeepSeek-V3", 671026419200, R"({"model_type":"deepseek_v3","num_hidden_layers":61,"hidden_size":7168,
      "num_attention_heads":128,"q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,
      "v_head_dim":128,"intermediate_size":18432,"vocab_size":129280,"n_routed_experts":256,"num_experts_per_tok":8,
      "moe_intermediate_size":2048,"n_shared_experts":1,"first_k_dense_replace":3,"num_nextn_predict_layers":1})"},
    {"gemma-2b", 2506172416, R"({"model_type":"gemma","num_hidden_layers":18,"hidden_size":2048,
      "num_attention_heads":8,"num_key_value_heads":1,"head_dim":256,"intermediate_size":16384,
      "vocab_size":256000})"},
    {"gemma-2-9b", 9241705984, R"({"model_type":"gemma2","num_hidden_layers":42,"hidden_size":3584,
      "num_attention_heads":16,"num_key_value_heads":8,"head_dim":256,"intermediate_size":14336,"vocab_size":256000,
      "sliding_window":4096})"},
    {"gpt-neox-20b", 20554567680, R"({"model_type":"gpt_neox","num_hidden_layers":44,"hidden_size":6144,
      "num_attention_heads":64,"intermediate_size":24576,"vocab_size":50432})"},
    {"falcon-7b", 6921720704, R"({"model_type":"falcon","num_hidden_layers":32,"hidden_size":4544,
      "num_attention_heads":71,"vocab_size":65024,"multi_query":true,"parallel_attn":true,"bias":false})"},
    {"falcon-40b", 41303293952, R"({"model_type":"falcon","num_hidden_layers":60,"hidden_size":8192,
      "num_attention_heads":128,"num_kv_heads":8,"vocab_size":65024,"new_decoder_architecture":true,"bias":false})"},
    {"mpt-7b", 6649286656, R"({"model_type":"mpt","n_layers":32,"d_model":4096,"n_heads":32,"vocab_size":50432,
      "no_bias":true,"expansion_ratio":4,"attn_config":{"alibi":true}})"},
    {"phi-2", 2779683840, R"({"model_type":"phi","num_hidden_layers":32,"hidden_size":2560,
      "num_attention_heads":32,"intermediate_size":10240,"vocab_size":51200})"},
    {"Phi-3-mini", 3821079552, R"({"model_type":"phi3","num_hidden_layers":32,"hidden_size":3072,
      "num_attention_heads":32,"intermediate_size":8192,"vocab_size":32064})"},
    {"opt-6.7b", 6658473984, R"({"model_type":"opt","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"ffn_dim":16384,"vocab_size":50272,"max_position_embeddings":2048})"},
    {"bloom-7b1", 7069016064, R"({"model_type":"bloom","n_layer":30,"hidden_size":4096,"n_head":32,
      "vocab_size":250880})"},
    {"bloom", 176247271424, R"({"model_type":"bloom","n_layer":70,"hidden_size":14336,"n_head":112,
      "vocab_size":250880})"},
    {"gpt2", 124439808, R"({"model_type":"gpt2","n_layer":12,"n_embd":768,"n_head":12,"vocab_size":50257,
      "n_positions":1024})"},
    {"gpt-oss-120b", 116829156672, R"({"model_type":"gpt_oss","num_hidden_layers":36,"hidden_size":2880,
      "num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,"intermediate_size":2880,"vocab_size":201088,
      "num_local_experts":128,"num_experts_per_tok":4,"sliding_window":128})"},
    {"gpt-oss-20b", 20914757184, R"({"model_type":"gpt_oss","num_hidden_layers":24,"hidden_size":2880,
      "num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,"intermediate_size":2880,"vocab_size":201088,
      "num_local_experts":32,"num_experts_per_tok":4,"sliding_window":128,
      "layer_types":[
      "sliding_attention","full_attention","sliding_attention","full_attention",
      "sliding_attention","full_attention","sliding_attention","full_attention",
      "sliding_attention","full_attention","sliding_attention","full_attention",
      "sliding_attention","full_attention","sliding_attention","full_attention",
      "sliding_attention","full_attention","sliding_attention","full_attention",
      "sliding_attention","full_attention","sliding_attention","full_attention"]})"},
    {"starcoder2-3b", 3030371328, R"({"model_type":"starcoder2","num_hidden_layers":30,"hidden_size":3072,
      "num_attention_heads":24,"num_key_value_heads":2,"intermediate_size":12288,"vocab_size":49152,
      "sliding_window":4096})"},
    {"starcoder2-15b", 15957889024, R"({"model_type":"starcoder2","num_hidden_layers":40,"hidden_size":6144,
      "num_attention_heads":48,"num_key_value_heads":4,"intermediate_size":24576,"vocab_size":49152,
      "tie_word_embeddings":false})"},
    {"internlm2-7b", 7737708544, R"({"model_type":"internlm2","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":92544,"bias":false})"},
    {"Baichuan2-13B", 13896668160, R"({"model_type":"baichuan","num_hidden_layers":40,"hidden_size":5120,
      "num_attention_heads":40,"intermediate_size":13696,"vocab_size":125696})"},
    {"c4ai-command-r-v01", 34980831232, R"({"model_type":"cohere","num_hidden_layers":40,"hidden_size":8192,
      "num_attention_heads":64,"num_key_value_heads":64,"intermediate_size":22528,"vocab_size":256000})"},
    {"c4ai-command-r-plus", 103810674688, R"({"model_type":"cohere","num_hidden_layers":64,"hidden_size":12288,
      "num_attention_heads":96,"num_key_value_heads":8,"intermediate_size":33792,"vocab_size":256000,
      "use_qk_norm":true})"},
    {"OLMo-2-13B", 13716198400, R"({"model_type":"olmo2","num_hidden_layers":40,"hidden_size":5120,
      "num_attention_heads":40,"intermediate_size":13824,"vocab_size":100352})"},
    {"glm-4-9b", 9399951360, R"({"model_type":"glm","num_hidden_layers":40,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":2,"intermediate_size":13696,"vocab_size":151552})"},
    {"Kimi-K2", 1026408232448, R"({"model_type":"kimi_k2","num_hidden_layers":61,"hidden_size":7168,
      "num_attention_heads":64,"q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,
      "v_head_dim":128,"intermediate_size":18432,"vocab_size":163840,"n_routed_experts":384,"num_experts_per_tok":8,
      "moe_intermediate_size":2048,"n_shared_experts":1,"first_k_dense_replace":1})"},
    {"Qwen-7B", 7721324544, R"({"model_type":"qwen","num_hidden_layers":32,"hidden_size":4096,
      "num_attention_heads":32,"intermediate_size":22016,"vocab_size":151936})"},
    {"Qwen2-VL-7B, language model", 7615616512, R"({"model_type":"qwen2_vl","num_hidden_layers":28,
      "hidden_size":3584,"num_attention_heads":28,"num_key_value_heads":4,"intermediate_size":18944,
      "vocab_size":152064,"vision_config":{"depth":32}})"},
    {"gemma-3-1b", 999885952, R"({"model_type":"gemma3_text","num_hidden_layers":26,"hidden_size":1152,
      "num_attention_heads":4,"num_key_value_heads":1,"head_dim":256,"intermediate_size":6912,"vocab_size":262144,
      "sliding_window":512,"sliding_window_pattern":6})"},
    // 4,300,079,472 less SigLIP's 416,866,032 and the projector's 2,950,272.
    {"gemma-3-4b, language model", 3880263168, R"({"model_type":"gemma3","vision_config":{"hidden_size":1152},
      "text_config":{"model_type":"gemma3_text","num_hidden_layers":34,"hidden_size":2560,"intermediate_size":10240,
      "sliding_window":1024}})"},
    {"MiniMax-M2", 228689764864, R"({"model_type":"minimax_m2","num_hidden_layers":62,"hidden_size":3072,
      "num_attention_heads":48,"num_key_value_heads":8,"head_dim":128,"intermediate_size":1536,"vocab_size":200064,
      "num_local_experts":256,"num_experts_per_tok":8,"use_qk_norm":true})"},
    {"granite-3.1-8b", 8170848256, R"({"model_type":"granite","num_hidden_layers":40,"hidden_size":4096,
      "num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":12800,"vocab_size":49155,
      "tie_word_embeddings":true})"},
};

std::string llama_with(const std::string& key, const std::string& value) {
  std::string text = R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,)"
                     R"("intermediate_size":11008,"vocab_size":32000})";
  const auto at = text.find("\"" + key + "\":");
  const auto colon = text.find(':', at), end = text.find_first_of(",}", colon);
  return text.replace(colon + 1, end - colon - 1, value);
}

std::string refusal(const std::string& json) {
  try {
    read_huggingface_config(json, "config.json");
  } catch (const Error& e) {
    EXPECT_EQ(e.message().find('\n'), std::string::npos);
    return e.message();
  }
  return "";
}

}  // namespace

TEST(HuggingFace, ParameterCountsEqualThePublishedOnes) {
  for (const Published& p : published) {
    const Architecture m = read_huggingface_config(p.config, "config.json");
    EXPECT_EQ(parameters(m).total, p.parameters) << p.name;
    EXPECT_LE(parameters(m).active, parameters(m).total) << p.name;
  }
}

TEST(HuggingFace, CheckpointsWithOtherPartsHoldThisLanguageModel) {
  // GLM-4.5's checkpoint keeps a table and a head of its own for its prediction module.
  const ParameterCount glm = parameters(read_huggingface_config(
      R"({"model_type":"glm4_moe","num_hidden_layers":92,"hidden_size":5120,"num_attention_heads":96,
      "num_key_value_heads":8,"head_dim":128,"intermediate_size":12288,"vocab_size":151552,"attention_bias":true,
      "use_qk_norm":true,"n_routed_experts":160,"n_shared_experts":1,"num_experts_per_tok":8,
      "moe_intermediate_size":1536,"first_k_dense_replace":3,"num_nextn_predict_layers":1})",
      "config.json"));
  EXPECT_EQ(glm.total + glm.mtp + 2 * glm.embedding, 358337791296);
  // Llama 4's vision tower: 34 layers of 1,408, an adapter and a projector, 871.9 million as counted from its shape.
  const auto llama4 = [](const char* experts, const char* step) {
    return parameters(
               read_huggingface_config(std::string(R"({"model_type":"llama4","text_config":{"model_type":"llama4_text",
      "num_hidden_layers":48,"hidden_size":5120,"num_attention_heads":40,"num_key_value_heads":8,"head_dim":128,
      "intermediate_size":8192,"intermediate_size_mlp":16384,"num_experts_per_tok":1,"vocab_size":202048,
      "attention_chunk_size":8192,"num_local_experts":)") +
                                           experts + R"(,"interleave_moe_layer_step":)" + step + "}}",
                                       "config.json"))
        .total;
  };
  EXPECT_NEAR(llama4("16", "1") + 871923712, 108641793536, 1e4);
  EXPECT_NEAR(llama4("128", "2") + 871923712, 401583781376, 1e4);
}

TEST(HuggingFace, RefusesHostileFilesWithOneMessage) {
  EXPECT_NE(refusal(R"({"model_type":"llama4","text_config":[1]})").find("expected a table"), std::string::npos);
  EXPECT_NE(refusal(R"({"model_type":"minimax","num_hidden_layers":80})").find("hidden_size"), std::string::npos);
  const std::string olmo = R"({"model_type":"olmo3","num_hidden_layers":4,"hidden_size":256,"num_attention_heads":4,
      "intermediate_size":512,"vocab_size":1000,"sliding_window":64,"layer_types":)";
  EXPECT_EQ(refusal(olmo + R"(["sliding_attention","full_attention","sliding_attention","full_attention"]})"), "");
  EXPECT_NE(refusal(olmo + R"(["sliding_attention","full_attention"]})").find("2 types for 4 layers"),
            std::string::npos);
  EXPECT_EQ(refusal(olmo + R"(["full_attention","full_attention","sliding_attention","full_attention"]})"), "");
  EXPECT_NE(refusal(olmo + R"(["linear_attention"]})").find("not modelled"), std::string::npos);
  EXPECT_NE(refusal(olmo + R"("full"})").find("expected a list"), std::string::npos);

  EXPECT_NE(refusal(llama_with("num_hidden_layers", "1e30")).find("num_hidden_layers"), std::string::npos);
  EXPECT_NE(refusal(llama_with("num_hidden_layers", "-3")).find("out of range"), std::string::npos);
  EXPECT_NE(refusal(llama_with("num_attention_heads", "0")).find("num_attention_heads"), std::string::npos);
  EXPECT_NE(refusal(llama_with("num_attention_heads", "48")).find("do not divide"), std::string::npos);
  EXPECT_NE(refusal(llama_with("hidden_size", "\"wide\"")).find("expected a number"), std::string::npos);
  EXPECT_NE(refusal(llama_with("hidden_size", "4096.5")).find("not whole"), std::string::npos);
  EXPECT_NE(refusal(llama_with("vocab_size", "null")).find("missing"), std::string::npos);
  EXPECT_NE(refusal(llama_with("model_type", "\"lama\"")).find("llama"), std::string::npos);
  // What a model does not use is read all the same.
  EXPECT_NE(refusal(llama_with("vocab_size", R"(9,"layer_types":["linear_attention"])")).find("not modelled"),
            std::string::npos);
  EXPECT_NE(refusal(llama_with("vocab_size", R"(9,"layer_types":["full_attention"])")).find("1 types for"),
            std::string::npos);
  EXPECT_NE(refusal(llama_with("num_hidden_layers", "32") + std::string("\0{}", 3)).find("not JSON"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"model_type":"mixtral","num_hidden_layers":2,"hidden_size":256,"num_attention_heads":4,
      "intermediate_size":512,"vocab_size":1000,"num_local_experts":8,"num_experts_per_tok":9})")
                .find("num_experts_per_tok: 9"),
            std::string::npos);
  EXPECT_NE(refusal("[1,2]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(refusal("").find("not JSON"), std::string::npos);
  EXPECT_NE(refusal("{}").find("model_type"), std::string::npos);
}

TEST(HuggingFace, NestedTablesHaveTheDefaultsOfTheirClass) {
  // As transformers writes a Llama below LLaVA: what equals its class is left out.
  const Architecture m = read_huggingface_config(
      R"({"model_type":"llava","text_config":{"model_type":"llama","vocab_size":32064}})", "config.json");
  EXPECT_EQ(parameters(m).total, 6738939904);
  EXPECT_EQ(m.family, "llama");
  // At the top of a file nothing of that is guessed.
  EXPECT_NE(refusal(R"({"model_type":"llama","vocab_size":32064})").find("num_hidden_layers: the key is missing"),
            std::string::npos);
  // A table without a type has that of the whole; what null says is not there.
  EXPECT_EQ(
      read_huggingface_config(R"({"model_type":"minimax_m3_vl","text_config":{"num_hidden_layers":2}})", "config.json")
          .layers,
      2);
  EXPECT_NE(refusal(R"({"model_type":"minimax_m3_vl","text_config":{}})").find("num_hidden_layers"), std::string::npos);
  EXPECT_NE(refusal(R"({"model_type":"llava","text_config":{"model_type":"llama","hidden_size":null}})")
                .find("hidden_size: the key is missing"),
            std::string::npos);
  // Other names of the table, and tables in tables.
  for (const char* key : {"language_config", "llm_config", "text_config"})
    EXPECT_EQ(read_huggingface_config(
                  std::string(R"({"model_type":"other","vision_config":{},")") + key + R"(":{"model_type":"qwen2"}})",
                  "config.json")
                  .family,
              "qwen2");
  EXPECT_EQ(read_huggingface_config(R"({"model_type":"qwen2_5_omni","thinker_config":{"text_config":
                {"model_type":"qwen2_5_omni_text"}},"talker_config":{}})",
                                    "config.json")
                .hidden,
            3584);
}

TEST(HuggingFace, WhatPythonWritesForNumbersIsReadWhereItIsNotUsed) {
  const std::string llama = R"({"time_step_limit":[0.0,Infinity],"low":-Infinity,"not":NaN,"model_type":"llama",
      "num_hidden_layers":2,"hidden_size":256,"num_attention_heads":4,"vocab_size":1000,"intermediate_size":)";
  EXPECT_EQ(refusal(llama + "512}"), "");
  EXPECT_NE(refusal(llama + "Infinity}").find("intermediate_size: expected a number"), std::string::npos);
  EXPECT_NE(refusal(llama + "NaN}").find("intermediate_size: expected a number"), std::string::npos);
  EXPECT_NE(refusal(llama + "512,\"a\":Infinit}").find("not JSON"), std::string::npos);
  // A text that holds one of the words stays as it is; the byte of a mistake is that of the file.
  EXPECT_EQ(refusal(R"({"note":"NaN \" Infinity","_name_or_path":"a\\",)" + llama.substr(1) + "512}"), "");
  EXPECT_NE(refusal(R"({"a":NaN,"b":Infinity,"c":;})").find("breaks at byte 27"), std::string::npos);
}

TEST(HuggingFace, AnUnknownTypeIsReadAsAKnownOne) {
  const std::string text = R"({"model_type":"lllama","num_hidden_layers":2,"hidden_size":256,"num_attention_heads":4,
      "intermediate_size":512,"vocab_size":1000})";
  const std::string message = refusal(text);
  EXPECT_NE(message.find("'llama'"), std::string::npos);
  EXPECT_NE(message.find("--read-as TYPE"), std::string::npos);
  const Architecture m = read_huggingface_config(text, "config.json", "llama");
  EXPECT_EQ(m.family, "llama");
  EXPECT_EQ(m.name, "lllama");
  try {
    read_huggingface_config(text, "config.json", "lama");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.key(), "read_as");
    EXPECT_NE(e.remedy().find("'llama'"), std::string::npos);
  }
  // Without a type, the class of the weights says it.
  EXPECT_EQ(read_huggingface_config(R"({"architectures":["Qwen3ForCausalLM"],"num_hidden_layers":2,"hidden_size":256,
      "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":512,"vocab_size":1000})",
                                    "config.json")
                .family,
            "qwen3");
}

TEST(HuggingFace, LayersThatDifferAreKindsOfTheirOwn) {
  const auto kinds = [](const char* config) { return read_huggingface_config(config, "config.json").counts(); };
  // Nemotron 3 Nano: 23 states, 6 times attention, 23 mixtures.
  const std::string nemotron = R"({"model_type":"nemotron_h","num_hidden_layers":8,"hidden_size":256,"vocab_size":1000,
      "num_attention_heads":4,"num_key_value_heads":2,"head_dim":64,"mamba_num_heads":8,"mamba_head_dim":64,
      "n_groups":2,"ssm_state_size":16,"n_routed_experts":8,"num_experts_per_tok":2,"moe_intermediate_size":128,
      "intermediate_size":512,"num_nextn_predict_layers":1,"mtp_hybrid_override_pattern":"*E",
      "hybrid_override_pattern":")";
  const Architecture m = read_huggingface_config(nemotron + "MEM*EM-M\"}", "config.json");
  EXPECT_EQ(m.counts(), (std::vector<double>{4, 2, 1, 1}));
  EXPECT_EQ(m.mtp_kinds(), (std::vector<std::uint8_t>{2, 1}));
  EXPECT_NE(refusal(nemotron + "MEM*EMxM\"}").find("other letters"), std::string::npos);
  EXPECT_NE(refusal(nemotron + "MEM\"}").find("3 letters for 8 layers"), std::string::npos);
  // Step-3 names its mixtures in a text.
  const std::string step = R"({"model_type":"step3_text","num_hidden_layers":6,"hidden_size":256,"vocab_size":1000,
      "num_attention_heads":4,"intermediate_size":512,"moe_layers_enum":")";
  EXPECT_EQ(kinds((step + "1, 3,4\"}").c_str()), (std::vector<double>{3, 3}));
  EXPECT_NE(refusal(step + "1;3\"}").find("digits and commas"), std::string::npos);
  // Gemma 4: local and global layers have heads of different width; the last is global whatever the list says.
  EXPECT_EQ(kinds(R"({"model_type":"gemma4","text_config":{"num_hidden_layers":7,"layer_types":["sliding_attention",
      "sliding_attention","full_attention","sliding_attention","sliding_attention","sliding_attention",
      "sliding_attention"]}})"),
            (std::vector<double>{5, 2}));
}

TEST(HuggingFace, EveryTruncationIsRefused) {
  const std::string whole = published[12].config;
  for (std::size_t n = 0; n + 1 < whole.size(); ++n) EXPECT_NE(refusal(whole.substr(0, n)), "") << n;
}

TEST(Architecture, FlopsPerTokenApproachTwiceTheMatrixParameters) {
  Architecture m = read_huggingface_config(published[3].config, "config.json");
  const ParameterCount c = parameters(m);
  const double matrices = c.total - c.embedding - (2.0 * m.layers + 1) * m.hidden;
  const Mixer& attention = m.kinds.front().mixer;
  EXPECT_DOUBLE_EQ(forward_flops_per_token(m, 1), 2 * matrices + 4.0 * m.layers * attention.heads * attention.head_dim);
  EXPECT_GT(forward_flops_per_token(m, 8192, true), forward_flops_per_token(m, 8192));
}

TEST(Architecture, AWindowBoundsTheKeysOfLocalLayersOnly) {
  Architecture m = read_huggingface_config(published[4].config, "config.json");
  const double local = forward_flops_per_token(m, 65536);
  Layer usual = m.kinds.front();
  usual.mixer.window = 0;
  set_layers(m, m.layers, usual, {});
  const double global = forward_flops_per_token(m, 65536);
  set_layers(m, m.layers, usual, {.window = 4096, .global_every = 2});
  const double mixed = forward_flops_per_token(m, 65536);
  EXPECT_LT(local, mixed);
  EXPECT_LT(mixed, global);
  EXPECT_NEAR(mixed, (local + global) / 2, 1e-9 * global);
}
