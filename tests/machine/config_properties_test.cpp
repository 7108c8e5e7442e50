// Properties of every model type over generated configs: what is read is a model whose numbers are finite and not
// negative; what is not read is refused in one line with a key, a problem and a remedy.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.h"
#include "machine/model/huggingface.h"
#include "machine/model/operators.h"

using namespace orrery;
using namespace orrery::model;
using Json = nlohmann::json;

namespace {

/// A small model under every name that a reader asks for.
const Json& every_key() {
  static const Json keys = Json::parse(R"({"num_hidden_layers":4,"num_layers":4,"n_layer":4,"n_layers":4,
    "num_transformer_layers":4,"hidden_size":64,"n_embd":64,"d_model":64,"model_dim":64,"dim":64,
    "num_attention_heads":4,"n_head":4,"n_heads":4,"num_heads":4,"num_key_value_heads":2,"num_kv_heads":2,
    "head_dim":16,"attention_head_dim":16,"d_kv":16,"intermediate_size":128,"ffn_dim":128,"d_ff":128,
    "ffn_hidden_size":128,"hidden_dim":128,"intermediate_size_mlp":128,"dense_intermediate_size":128,
    "ff_intermediate_size":128,"block_ff_dim":384,"vocab_size":1000,"padded_vocab_size":1000,
    "max_position_embeddings":128,"n_positions":128,"num_local_experts":8,"num_experts":8,"n_routed_experts":8,
    "moe_num_experts":8,"num_experts_per_tok":2,"moe_topk":2,"moe_k":2,"moe_top_k":2,"top_k_experts":2,
    "moe_intermediate_size":32,"expert_ffn_hidden_size":32,"shared_expert_intermediate_size":32,"n_shared_experts":1,
    "num_shared_experts":1,"shared_intermediate_size":32,"moe_shared_expert_intermediate_size":32,
    "share_expert_dim":32,"zero_expert_num":4,"first_k_dense_replace":1,"kv_lora_rank":16,"q_lora_rank":16,
    "qk_nope_head_dim":8,"qk_rope_head_dim":8,"v_head_dim":8,"index_n_heads":2,"index_head_dim":8,"index_topk":16,
    "o_groups":2,"o_lora_rank":8,"sliding_window":32,"share_q_dim":16,"vocab_size_per_layer_input":100,
    "hidden_size_per_layer_input":8,"mamba_n_heads":8,"n_mamba_heads":8,"mamba_num_heads":8,"mamba_d_head":16,
    "mamba_head_dim":16,"mamba_headdim":16,"mamba_d_state":16,"ssm_cfg":{},"attn_layer_indices":[1],
    "hybrid_override_pattern":"M*-E","mtp_hybrid_override_pattern":"*E","num_nextn_predict_layers":1,
    "linear_num_value_heads":4,"linear_num_key_heads":2,"linear_key_head_dim":16,"linear_value_head_dim":16,
    "linear_conv_kernel_dim":4,"linear_attn_config":{"num_heads":4,"head_dim":16,"kda_layers":[1,2,3]},
    "num_query_heads":[4,4,4,4],"ffn_multipliers":[0.5,1,2,4],
    "block_configs":[{"attention":{"no_op":true},"ffn":{"ffn_mult":2}},
      {"attention":{"n_heads_in_group":2},"ffn":{"no_op":true}},
      {"attention":{"replace_with_linear":true},"ffn":{"intermediate_size":64}},
      {"attention":{"n_heads_in_group":4},"ffn":{"replace_with_linear":true}}],
    "attn_config":{"kv_n_heads":2},"ffn_config":{"moe_num_experts":4,"moe_top_k":2,"ffn_hidden_size":64},
    "encoder_layers":2,"decoder_layers":2,"encoder_attention_heads":4,"decoder_attention_heads":4,
    "encoder_ffn_dim":128,"decoder_ffn_dim":128,"type_vocab_size":2,"embedding_size":32,"in_channels":4,
    "joint_attention_dim":32,"pooled_projection_dim":16,"num_single_layers":2,"layer_group_size":2,
    "hidden_dropout":0.1,"rope_scaling":null,"hybrid_layer_ids":[1,3],"num_mem_blocks":1,"n_groups":1,
    "mamba_n_groups":1,"state_size":16,"laurel_rank":8,"attention_bias":true,"tie_word_embeddings":true})");
  return keys;
}

/// Keys that few types ask for, to be written at random too.
const std::vector<std::string>& rare_keys() {
  static const std::vector<std::string> keys = {"layer_types",
                                                "mlp_layer_types",
                                                "moe_layer_freq",
                                                "compress_ratios",
                                                "indexer_types",
                                                "full_attn_idxs",
                                                "attn_type_list",
                                                "layers_block_type",
                                                "num_kv_shared_layers",
                                                "global_head_dim",
                                                "hc_mult",
                                                "mlp_only_layers",
                                                "decoder_sparse_step",
                                                "interleave_moe_layer_step",
                                                "moe_layers_enum",
                                                "num_attention_heads_per_layer",
                                                "attention_other_setting",
                                                "sparse_attention_config",
                                                "architectures",
                                                "torch_dtype",
                                                "quantization_config",
                                                "vision_config",
                                                "audio_config",
                                                "text_config",
                                                "enable_moe_block",
                                                "attention_k_eq_v",
                                                "altup_num_inputs",
                                                "sliding_window_pattern",
                                                "cross_attention_layers",
                                                "position_buckets",
                                                "word_embed_proj_dim",
                                                "mlp_bias",
                                                "moe_layer_start_index",
                                                "moe_layer_end_index",
                                                "moe_layer_interval",
                                                "is_moe_layer",
                                                "conv_kernel",
                                                "routed_expert_hidden_size",
                                                "attn_res_block_size",
                                                "moe_latent_size",
                                                "expand",
                                                "time_step_rank",
                                                "hybrid_layer_pattern",
                                                "dual_attention_layers",
                                                "patch_size",
                                                "image_dim",
                                                "num_global_key_value_heads",
                                                "ngram_vocab_size_ratio",
                                                "emb_neighbor_num",
                                                "emb_split_num",
                                                "adapter_rank",
                                                "attn_layer_period",
                                                "expert_layer_period",
                                                "block_multiple_of",
                                                "block_ffn_dim_multiplier",
                                                "ffn_dim_divisor",
                                                "cla_share_factor",
                                                "use_cla",
                                                "full_attention_interval",
                                                "conv_L_cache",
                                                "index_topk_freq",
                                                "index_skip_topk_offset"};
  return keys;
}

void expect_model(const Architecture& m, const std::string& what) {
  const auto fine = [&](double x, const char* name) {
    EXPECT_TRUE(std::isfinite(x) && x >= 0) << what << ": " << name << ' ' << x;
  };
  const ParameterCount c = parameters(m);
  EXPECT_GT(c.total, 0) << what;
  for (const auto& [name, value] : {std::pair<const char*, double>{"total", c.total},
                                    {"active", c.active},
                                    {"mtp", c.mtp},
                                    {"not in tables", c.non_embedding},
                                    {"towers", m.towers},
                                    {"FLOPs", forward_flops_per_token(m, 4096)},
                                    {"all FLOPs", forward_flops_per_token(m, 4096, true)}})
    fine(value, name);
  EXPECT_LE(c.active, c.total * (1 + 1e-12)) << what;
  EXPECT_LE(forward_flops_per_token(m, 4096), forward_flops_per_token(m, 4096, true) * (1 + 1e-12)) << what;
  for (const Layer& layer : m.kinds)
    for (const Operator& o : layer_operators(m, layer, {.sequence = 4096}))
      for (const double x : {o.m, o.n, o.k, o.count, o.work, o.bytes, o.saved, o.saved_linear}) fine(x, o.name);
}

/// Reads, or is refused in one line; whether it was read.
bool read_or_refused(const std::string& text, const std::string& type) {
  try {
    expect_model(read_huggingface_config(text, "config.json", type), type + ' ' + text);
    return true;
  } catch (const Error& e) {
    EXPECT_EQ(e.message().find('\n'), std::string::npos) << e.message();
    EXPECT_FALSE(e.problem().empty()) << type;
    EXPECT_FALSE(e.remedy().empty()) << type << ": " << e.message();
    return false;
  }
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  Json value(int depth = 0) {
    static const std::vector<Json> plain = {0,
                                            1,
                                            2,
                                            3,
                                            4,
                                            5,
                                            7,
                                            8,
                                            16,
                                            63,
                                            64,
                                            100,
                                            128,
                                            1000,
                                            -1,
                                            -7,
                                            1e7,
                                            1e9,
                                            1e18,
                                            1e300,
                                            0.5,
                                            3.7,
                                            true,
                                            false,
                                            nullptr,
                                            "",
                                            "full_attention",
                                            "sliding_attention",
                                            "mamba",
                                            "auto",
                                            "NaN",
                                            "Infinity",
                                            "MME*-x",
                                            "1,2,x"};
    const std::size_t kind = below(depth > 1 ? 8 : 10);
    if (kind < 8) return plain[below(plain.size())];
    Json out = kind == 8 ? Json::array() : Json::object();
    for (std::size_t i = below(6); i > 0; --i)
      if (kind == 8) out.push_back(value(depth + 1));
      else out[key()] = value(depth + 1);
    return out;
  }

  std::string key() {
    if (below(3) == 0) return rare_keys()[below(rare_keys().size())];
    auto it = every_key().begin();
    std::advance(it, static_cast<std::ptrdiff_t>(below(every_key().size())));
    return it.key();
  }

 private:
  std::mt19937 random_;
};

}  // namespace

TEST(ConfigProperties, EveryTypeReadsASmallModel) {
  for (const std::string& type : huggingface_types()) {
    EXPECT_NO_THROW(read_huggingface_config(every_key().dump(), "config.json", type)) << type;
    EXPECT_TRUE(read_or_refused(every_key().dump(), type)) << type;
  }
}

TEST(ConfigProperties, AnyChangeIsReadOrRefused) {
  Generator random(7);
  for (const std::string& type : huggingface_types())
    for (int trial = 0; trial < 60; ++trial) {
      Json json = every_key();
      for (std::size_t changes = 1 + random.below(3); changes > 0; --changes) {
        const std::string key = random.key();
        if (random.below(4) == 0) json.erase(key);
        else json[key] = random.value();
      }
      read_or_refused(json.dump(), type);
      // The same as the language model of a larger one, which may leave keys out.
      Json nested = Json::object();
      for (std::size_t i = random.below(8); i > 0; --i) nested[random.key()] = random.value();
      read_or_refused(Json{{"model_type", type}, {"text_config", nested}, {"vision_config", random.value()}}.dump(),
                      type);
    }
}

TEST(ConfigProperties, LayersOfMoreKindsThanCanBeToldAreRefused) {
  Json json = every_key();
  json["num_hidden_layers"] = 300;
  json["num_attention_heads_per_layer"] = Json::array();
  for (int i = 0; i < 300; ++i) json["num_attention_heads_per_layer"].push_back(2 * (i + 1));
  json["layer_types"] = std::vector<std::string>(300, "full_attention");
  try {
    read_huggingface_config(json.dump(), "config.json", "laguna");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(e.message().find("255 kinds"), std::string::npos) << e.message();
  }
}
