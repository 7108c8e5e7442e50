// Decoders whose layers differ in kind: states beside or between attention (Mamba, delta nets, lightning attention),
// and short convolutions.
#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

using Kind = Mixer::Kind;

/// The shape outside the layers, where heads are not those of attention.
Draft outline(const Config& c, bool tied) {
  Draft d;
  d.model.layers = c.first_whole({"num_hidden_layers", "n_layer", "num_layers"}, most_layers);
  d.model.hidden = c.first_whole({"hidden_size", "d_model"});
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag(c.first({"tie_word_embeddings", "tie_embeddings"}), tied);
  d.model.context = c.whole_or("max_position_embeddings", 0, 0);
  return d;
}

Mixer attention(const Config& c, const Draft& d) {
  Mixer x;
  x.heads = c.whole("num_attention_heads");
  x.kv_heads = c.whole_or("num_key_value_heads", x.heads);
  x.head_dim = head_dim_of(c, d.model.hidden, x.heads);
  x.qkv_bias = x.output_bias = c.flag("attention_bias", false);
  return x;
}

/// Mamba: rank of the step "auto" is a 16th of the width.
Mixer selective(const Config& c, const Draft& d, const std::string& prefix) {
  Mixer x;
  x.kind = Kind::selective;
  const std::string expand = prefix.empty() ? "expand" : prefix + "expand";
  x.heads = c.find("intermediate_size") && prefix.empty() ? c.whole("intermediate_size")
                                                          : c.whole_or(expand, 2) * d.model.hidden;
  x.kv_heads = x.v_dim = 1;
  x.head_dim = c.first_or({prefix + "d_state", "state_size", "ssm_state_size"}, 16);
  x.taps = c.first_or({prefix + "d_conv", "conv_kernel", "conv_dimension"}, 4);
  const std::string rank = c.first({prefix + "dt_rank", "time_step_rank"});
  const Json* given = c.find(rank);
  x.step_rank = given && !given->is_string() ? c.whole(rank) : (d.model.hidden + 15) / 16;
  x.taps_bias = c.flag(c.first({prefix + "conv_bias", "use_conv_bias"}), true);
  return x;
}

/// Mamba-2 as those that put it between attention write it.
Mixer state_space(const Config& c) {
  Mixer x;
  x.kind = Kind::state_space;
  x.heads = c.first_whole({"mamba_n_heads", "mamba_num_heads", "n_mamba_heads", "num_heads"});
  x.kv_heads = c.first_or({"mamba_n_groups", "n_groups", "mamba_ngroups"}, 1);
  x.head_dim = c.first_or({"mamba_d_state", "ssm_state_size", "state_size"}, 128);
  x.taps = c.first_or({"mamba_d_conv", "conv_kernel"}, 4);
  x.taps_bias = c.flag(c.first({"mamba_conv_bias", "use_conv_bias"}), true);
  return x;
}

/// The width of a head that is written, or follows from how much wider the state is than the model.
void set_head(const Config& c, const Draft& d, Mixer& x, const std::vector<std::string>& keys,
              const std::string& expand) {
  const std::string key = c.first(keys);
  const Json* given = c.find(key);
  x.v_dim =
      given && !given->is_string() ? c.whole(key) : per_head(c, c.whole_or(expand, 2) * d.model.hidden, x.heads, key);
}

Draft mamba(const Config& c) {
  Draft d = outline(c, true);
  d.usual.mixer = selective(c, d, "");
  d.usual.norms = 1;
  return d;
}

Draft falcon_mamba(const Config& c) {
  Draft d = mamba(c);
  d.model.tied = c.flag("tie_word_embeddings", true);
  return d;
}

Draft mamba2(const Config& c) {
  Draft d = outline(c, false);
  d.usual.mixer = state_space(c);
  set_head(c, d, d.usual.mixer, {"head_dim"}, "expand");
  d.usual.norms = 1;
  return d;
}

/// The published checkpoints of Mamba's authors: vocabulary in whole blocks, the state's shape in a table of its own.
Draft mamba_ssm(const Config& c) {
  Draft d = outline(c, true);
  const std::int64_t block = c.whole_or("pad_vocab_size_multiple", 8);
  d.model.vocab = (d.model.vocab + block - 1) / block * block;
  const auto state = c.table("ssm_cfg");
  if (!state) c.whole("ssm_cfg");
  Mixer& x = d.usual.mixer;
  d.usual.norms = 1;
  if (state->word("layer", "Mamba1") == "Mamba2") {
    x.kind = Kind::state_space;
    x.v_dim = state->whole_or("headdim", 64);
    x.heads = per_head(c, state->whole_or("expand", 2) * d.model.hidden, x.v_dim, "ssm_cfg");
    x.kv_heads = state->whole_or("ngroups", 1);
    x.head_dim = state->whole_or("d_state", 128);
    x.taps = state->whole_or("d_conv", 4);
    x.taps_bias = true;
    return d;
  }
  x = selective(*state, d, "");
  return d;
}

/// Jamba (arXiv 2403.19887): attention in one layer of a period, a mixture in one of another.
Draft jamba(const Config& c) {
  Draft d = outline(c, false);
  const Mixer attends = attention(c, d);
  Mixer state = selective(c, d, "mamba_");
  state.state_parts_norm = true;
  d.usual.mixer = state;
  Mlp& mlp = d.usual.mlp;
  mlp.width = c.whole("intermediate_size");
  if (c.whole_or("num_experts", 16) > 1) {
    mlp.experts = c.whole_or("num_experts", 16);
    mlp.top_k = c.whole_or("num_experts_per_tok", 2);
    mlp.expert_width = mlp.width;
  }
  const std::int64_t period = c.whole_or("attn_layer_period", 8), offset = c.whole_or("attn_layer_offset", 4, 0);
  const std::int64_t every = c.whole_or("expert_layer_period", 2), first = c.whole_or("expert_layer_offset", 1, 0);
  d.sparse = [every, first](std::int64_t i) { return i % every == first; };
  d.adjust = [period, offset, attends](std::int64_t i, Layer& layer) {
    if (i % period == offset) layer.mixer = attends;
  };
  return d;
}

Draft bamba(const Config& c) {
  Draft d = outline(c, false);
  d.usual.mixer = state_space(c);
  set_head(c, d, d.usual.mixer, {"mamba_d_head"}, "mamba_expand");
  d.usual.mlp.width = c.whole("intermediate_size");
  const Mixer attends = attention(c, d);
  const std::vector<std::int64_t> at = c.wholes("attn_layer_indices", 0, most_layers);
  d.adjust = [at, attends](std::int64_t i, Layer& layer) {
    if (std::find(at.begin(), at.end(), i) != at.end()) layer.mixer = attends;
  };
  return d;
}

/// Granite 4: Mamba-2 or attention, and a shared MLP with or without experts beside it.
Draft granite_hybrid(const Config& c) {
  Draft d = outline(c, false);
  const std::vector<std::string> types =
      layer_types(c, d.model.layers, {"mamba", "attention"}, c.first({"layer_types", "layers_block_type"}));
  const bool states = types.empty() || std::find(types.begin(), types.end(), "mamba") != types.end();
  const Mixer attends = attention(c, d);
  d.usual.mixer = attends;
  if (states) {
    d.usual.mixer = state_space(c);
    set_head(c, d, d.usual.mixer, {"mamba_d_head"}, "mamba_expand");
  }
  Mlp& mlp = d.usual.mlp;
  mlp.experts = c.whole_or("num_local_experts", 0, 0);
  const std::int64_t shared = c.whole_or("shared_intermediate_size", 0, 0);
  if (mlp.experts > 0) {
    mlp.top_k = c.whole("num_experts_per_tok");
    mlp.expert_width = c.whole("intermediate_size");
    mlp.shared_width = shared, mlp.shared_experts = shared > 0 ? 1 : 0;
  } else {
    mlp.width = c.whole("shared_intermediate_size");
  }
  d.adjust = [types, attends](std::int64_t i, Layer& layer) {
    if (!types.empty() && types[static_cast<std::size_t>(i)] == "attention") layer.mixer = attends;
  };
  return d;
}

/// Falcon-H1 (arXiv 2507.22448): heads of attention beside a state in every layer.
Draft falcon_h1(const Config& c) {
  Draft d = outline(c, false);
  Mixer& x = d.usual.mixer;
  x = state_space(c);
  if (c.find("mamba_d_head") || !c.find("mamba_d_ssm")) set_head(c, d, x, {"mamba_d_head"}, "mamba_expand");
  else x.v_dim = per_head(c, c.whole("mamba_d_ssm"), x.heads, "mamba_n_heads");
  x.state_norm = c.flag("mamba_rms_norm", false);
  d.usual.beside = attention(c, d);
  d.usual.mlp.width = c.whole("intermediate_size");
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  return d;
}

/// Nemotron-H (arXiv 2504.03624): every layer is one thing behind one norm: a state, attention, an MLP or a mixture.
Draft nemotron_h(const Config& c) {
  Draft d = outline(c, false);
  Layer state, attends, dense, sparse;
  state.norms = attends.norms = dense.norms = sparse.norms = 1;
  dense.mixer = sparse.mixer = {Kind::none};
  const auto letters = [&](const std::string& key, const std::string& listed) {
    std::string out = c.word(key, "");
    if (out.empty())
      for (const std::string& type : layer_types(c, 0, {"mamba", "attention", "mlp", "moe"}, listed))
        out += type == "mamba" ? 'M' : type == "attention" ? '*' : type == "mlp" ? '-' : 'E';
    if (out.find_first_not_of("M*-E") != std::string::npos)
      c.refuse(key, "holds other letters than M, *, - and E", "write a letter for each layer");
    return out;
  };
  const std::string pattern = letters("hybrid_override_pattern", "layers_block_type");
  if (static_cast<std::int64_t>(pattern.size()) != d.model.layers)
    c.refuse("hybrid_override_pattern",
             format_count(real(static_cast<std::int64_t>(pattern.size()))) + " letters for " +
                 format_count(real(d.model.layers)) + " layers",
             "write a letter for each layer");
  const std::string module = letters("mtp_hybrid_override_pattern", "mtp_layers_block_type");
  const auto has = [&](char letter) { return (pattern + module).find(letter) != std::string::npos; };
  if (has('M')) {
    state.mixer = state_space(c);
    set_head(c, d, state.mixer, {"mamba_head_dim"}, "expand");
  }
  if (has('*')) {
    attends.mixer = attention(c, d);
    if (c.find("attention_head_dim")) attends.mixer.head_dim = c.whole("attention_head_dim");
  }
  dense.mlp.gated = sparse.mlp.gated = false;
  if (has('-')) dense.mlp.width = c.whole("intermediate_size");
  dense.mlp.bias = c.flag("mlp_bias", false);
  if (has('E')) {
    Mlp& mlp = sparse.mlp;
    mlp.experts = c.whole("n_routed_experts", 1, 1'000'000);
    mlp.top_k = c.whole("num_experts_per_tok");
    mlp.expert_width = c.whole("moe_intermediate_size");
    mlp.shared_experts = c.whole_or("n_shared_experts", 1, 0);
    mlp.shared_width = mlp.shared_experts * c.whole_or("moe_shared_expert_intermediate_size", mlp.expert_width, 0);
    mlp.latent = c.whole_or("moe_latent_size", 0, 0);
    mlp.router_bias = true;
  }
  const auto layer_of = [state, attends, dense, sparse](char letter) {
    return letter == 'M' ? state : letter == '*' ? attends : letter == '-' ? dense : sparse;
  };
  d.adjust = [pattern, layer_of](std::int64_t i, Layer& layer) {
    layer = layer_of(pattern[static_cast<std::size_t>(i)]);
  };
  d.model.mtp_layers = module.empty() ? 0 : c.whole_or("num_nextn_predict_layers", 0, 0);
  for (const char letter : module) d.mtp.push_back(layer_of(letter));
  return d;
}

/// Zamba (arXiv 2405.16712) and Zamba 2: before some layers of states stand blocks of attention and an MLP, whose
/// weights are few and used again; they read the embedding beside the stream.
Draft zamba(const Config& c, bool second) {
  Draft d = outline(c, true);
  const std::int64_t h = d.model.hidden;
  Mixer& x = d.usual.mixer;
  if (second) {
    x = state_space(c);
    set_head(c, d, x, {"mamba_headdim"}, "mamba_expand");
  } else {
    x = selective(c, d, "mamba_");
  }
  d.usual.norms = 1;
  Mixer block;
  block.heads = c.whole("num_attention_heads");
  block.kv_heads = c.whole_or("num_key_value_heads", block.heads);
  block.input = 2 * h;
  const std::string width = second ? "attention_head_dim" : "attention_head_dim";
  block.head_dim = c.find(width) ? c.whole(width) : per_head(c, 2 * h, block.heads, "num_attention_heads");
  Mlp mlp;
  mlp.width = c.whole("intermediate_size");
  const std::vector<std::string> types =
      layer_types(c, d.model.layers, {"mamba", "linear_attention", "hybrid"}, "layers_block_type");
  std::vector<bool> hybrid(static_cast<std::size_t>(d.model.layers), false);
  const std::vector<std::int64_t> ids = c.wholes("hybrid_layer_ids", 0, most_layers);
  const std::int64_t period = c.whole_or("attn_layer_period", 6), offset = c.whole_or("attn_layer_offset", 4, 0);
  for (std::int64_t i = 0; i < d.model.layers; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!types.empty()) hybrid[at] = types[at] == "hybrid";
    else if (!ids.empty()) hybrid[at] = std::find(ids.begin(), ids.end(), i) != ids.end();
    else hybrid[at] = !second && i % period == offset;
  }
  std::vector<std::int64_t> use(hybrid.size(), 0);  // which use of the blocks a layer is
  for (std::size_t i = 1; i < use.size(); ++i) use[i] = use[i - 1] + (hybrid[i - 1] ? 1 : 0);
  const std::int64_t blocks = second ? c.whole_or("num_mem_blocks", 1) : 1, rank = c.whole_or("adapter_rank", 128);
  double adapters = 0;
  if (second) {
    if (c.flag("use_shared_mlp_adapter", true)) adapters += real(rank) * (real(h) + 2 * real(mlp.width));
    if (c.flag("use_shared_attention_adapter", false)) adapters += 3 * real(rank) * 4 * real(h);
  }
  d.adjust = [=](std::int64_t i, Layer& layer) {
    const auto at = static_cast<std::size_t>(i);
    if (!hybrid[at]) return;
    layer.beside = block, layer.mlp = mlp;
    layer.beside.borrowed = layer.mlp.borrowed = use[at] >= blocks;
    layer.norms = layer.mlp.borrowed ? 1 : 4;  // the block's first is twice as wide
    layer.matrices = real(h) * real(h) + adapters;
  };
  return d;
}

Draft zamba1(const Config& c) {
  return zamba(c, false);
}

Draft zamba2(const Config& c) {
  return zamba(c, true);
}

/// LFM2: short gated convolutions between attention. The MLP's width is two thirds of what is written, in whole blocks.
Draft lfm2(const Config& c) {
  Draft d = outline(c, true);
  Mixer attends = attention(c, d);
  attends.qk_norm = true;
  attends.qkv_bias = attends.output_bias = false;
  d.usual.mixer = attends;
  const std::string key = c.first({"block_ff_dim", "intermediate_size"});
  std::int64_t width = c.whole(key);
  if (c.flag("block_auto_adjust_ff_dim", true)) {
    const std::int64_t block = c.whole_or("block_multiple_of", 256);
    const double scaled = c.number("block_ffn_dim_multiplier", 1) * std::floor(2 * real(width) / 3);
    width = static_cast<std::int64_t>(std::ceil(std::floor(std::min(scaled, 1e7)) / real(block))) * block;
  }
  d.usual.mlp.width = width;
  const std::vector<std::string> types = layer_types(c, d.model.layers, {"conv", "full_attention"});
  const std::vector<std::int64_t> full = c.wholes("full_attn_idxs", 0, most_layers);
  Mixer conv;
  conv.kind = Kind::convolution;
  conv.heads = conv.kv_heads = attends.heads;
  conv.head_dim = attends.head_dim;
  conv.taps = c.whole_or("conv_L_cache", 3);
  conv.taps_bias = c.flag("conv_bias", false);
  d.adjust = [=](std::int64_t i, Layer& layer) {
    const bool attends_here = !types.empty() ? types[static_cast<std::size_t>(i)] == "full_attention"
                                             : full.empty() || std::find(full.begin(), full.end(), i) != full.end();
    if (!attends_here) layer.mixer = conv;
  };
  return d;
}

Draft lfm2_moe(const Config& given) {
  Draft d = lfm2(given);
  const Config& c = given;
  d.usual.mlp.width = c.whole("intermediate_size");
  experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  d.usual.mlp.router_bias = c.flag("use_expert_bias", true);
  mixtures_from(d, c.whole_or("num_dense_layers", 0, 0));
  return d;
}

/// Qwen3-Next and Qwen3.5: gated delta nets, and gated attention in one layer of four.
Draft qwen3_next(const Config& c) {
  Draft d = outline(c, false);
  Mixer attends = attention(c, d);
  attends.qk_norm = true;
  attends.output_gate = c.flag("attn_output_gate", true);
  Mixer delta;
  delta.kind = Kind::delta;
  delta.heads = c.whole("linear_num_value_heads");
  delta.kv_heads = c.whole("linear_num_key_heads");
  delta.head_dim = c.whole("linear_key_head_dim");
  delta.v_dim = c.whole("linear_value_head_dim");
  delta.taps = c.whole("linear_conv_kernel_dim");
  d.usual.mixer = attends;
  if (c.find("num_experts") && c.whole("num_experts", 0, 1'000'000) > 0) {
    experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
    d.usual.mlp.shared_width = c.whole_or("shared_expert_intermediate_size", 0, 0);
    d.usual.mlp.shared_gate = d.usual.mlp.shared_width > 0;
    d.usual.mlp.shared_experts = d.usual.mlp.shared_gate ? 1 : 0;
    if (c.find("intermediate_size")) d.usual.mlp.width = c.whole("intermediate_size");
    const std::int64_t every = c.whole_or("decoder_sparse_step", 1);
    const std::vector<std::int64_t> dense = c.wholes("mlp_only_layers", 0, most_layers);
    d.sparse = [every, dense](std::int64_t i) {
      return (i + 1) % every == 0 && std::find(dense.begin(), dense.end(), i) == dense.end();
    };
  } else {
    d.usual.mlp.width = c.whole("intermediate_size");
  }
  const std::vector<std::string> types = layer_types(c, d.model.layers, {"linear_attention", "full_attention"});
  const std::int64_t every = c.whole_or("full_attention_interval", 4);
  const auto full = [types, every](std::int64_t i) {
    return types.empty() ? (i + 1) % every == 0 : types[static_cast<std::size_t>(i)] == "full_attention";
  };
  d.adjust = [full, delta](std::int64_t i, Layer& layer) {
    if (!full(i)) layer.mixer = delta;
  };
  d.model.mtp_layers = c.first_or({"mtp_num_hidden_layers", "num_nextn_predict_layers"}, 0, 0);
  Layer module = d.usual;
  if (module.mlp.experts > 0) module.mlp.width = 0;
  d.mtp = {module};
  return d;
}

/// Kimi Linear and Kimi K3: delta nets with a decay a channel, latent attention in one layer of four. K3 adds experts
/// that work on less than the model's width, full gates, and residuals that attend to earlier blocks of layers.
Draft kimi_linear(const Config& c) {
  Draft d = outline(c, false);
  Mixer attends = latent_attention(c);
  attends.rotary = !c.flag("mla_use_nope", false);
  attends.output_gate = c.flag("mla_use_output_gate", false);
  d.usual.mixer = attends;
  d.usual.mlp.width = c.whole("intermediate_size");
  const std::int64_t count = c.first_or({"num_experts", "n_routed_experts"}, 0, 0);
  if (count > 0) {
    experts(c, d, {"num_experts", "n_routed_experts"}, {"num_experts_per_token", "num_experts_per_tok"},
            {"moe_intermediate_size"});
    shared_experts(c, d, {"num_shared_experts", "n_shared_experts"});
    d.usual.mlp.router_bias = true;
    d.usual.mlp.latent = c.whole_or("routed_expert_hidden_size", 0, 0);
    d.usual.mlp.latent_norm = d.usual.mlp.latent > 0 && c.flag("latent_moe_use_norm", false);
    const std::int64_t first = c.whole_or("first_k_dense_replace", 0, 0), every = c.whole_or("moe_layer_freq", 1);
    d.sparse = [first, every](std::int64_t i) { return i >= first && i % every == 0; };
  }
  if (c.find("attn_res_block_size")) {
    d.usual.norms += 2;
    d.usual.matrices += 2 * real(d.model.hidden);
    d.model.other += 2 * real(d.model.hidden);
  }
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  const auto linear = c.table("linear_attn_config");
  if (!linear) return d;
  Mixer delta;
  delta.kind = Kind::delta;
  delta.heads = delta.kv_heads = linear->whole("num_heads");
  delta.head_dim = delta.v_dim = delta.gate_rank = linear->whole("head_dim");
  delta.taps = linear->whole_or("short_conv_kernel_size", 4);
  delta.output_gate = linear->flag("use_full_rank_gate", false);
  const std::vector<std::int64_t> at = linear->wholes("kda_layers", 0, most_layers);  // counted from one
  d.adjust = [at, delta](std::int64_t i, Layer& layer) {
    if (std::find(at.begin(), at.end(), i + 1) != at.end()) layer.mixer = delta;
  };
  return d;
}

/// MiniMax-Text-01 and M1 (arXiv 2501.08313): lightning attention, and softmax attention in one layer of eight.
Draft minimax(const Config& c) {
  Draft d = common(c);
  const Mixer attends = d.usual.mixer;
  Mixer linear = attends;
  linear.kind = Kind::lightning;
  linear.kv_heads = linear.heads;
  linear.v_dim = linear.head_dim;
  linear.output_gate = true;
  linear.rotary = false;
  experts(c, d, {"num_local_experts"}, {"num_experts_per_tok"}, {"intermediate_size"});
  d.usual.mlp.shared_width = c.whole_or("shared_intermediate_size", 0, 0);
  d.usual.mlp.shared_experts = d.usual.mlp.shared_width > 0 ? 1 : 0;
  const std::vector<std::string> types = layer_types(c, d.model.layers, {"linear_attention", "full_attention"});
  std::vector<std::int64_t> full(static_cast<std::size_t>(d.model.layers), 0);
  for (std::size_t i = 0; i < full.size(); ++i)
    full[i] = !types.empty() ? types[i] == "full_attention" : (i + 1) % 8 == 0;
  if (types.empty() && c.find("attn_type_list")) full = c.per_layer("attn_type_list", d.model.layers);
  d.adjust = [full, linear](std::int64_t i, Layer& layer) {
    if (full[static_cast<std::size_t>(i)] == 0) layer.mixer = linear;
  };
  return d;
}

/// Ling's linear models: lightning attention but for one layer of a group, which attends with shared or latent keys.
Draft bailing_linear(const Config& c) {
  Draft d = common(c, false, true);
  Mixer& x = d.usual.mixer;
  x.qkv_bias = c.flag("use_qkv_bias", false);
  x.output_bias = c.flag("use_bias", false);
  x.qk_norm = c.flag("use_qk_norm", true);
  Mixer linear = x;
  linear.kind = Kind::lightning;
  linear.kv_heads = linear.heads;
  linear.v_dim = linear.head_dim;
  linear.output_gate = true;
  if (c.find("kv_lora_rank")) x = latent_attention(c);
  experts(c, d, {"num_experts"}, {"num_experts_per_tok"}, {"moe_intermediate_size"});
  shared_experts(c, d, {"num_shared_experts"}, "moe_shared_expert_intermediate_size");
  d.usual.mlp.router_bias = c.flag("moe_router_enable_expert_bias", true);
  mixtures_from(d, c.whole_or("first_k_dense_replace", 0, 0));
  d.model.mtp_layers = c.whole_or("num_nextn_predict_layers", 0, 0);
  const std::int64_t group = c.whole_or("layer_group_size", 8), last = d.model.layers / group * group;
  d.adjust = [=](std::int64_t i, Layer& layer) {
    if ((i + 1) % group != 0 && i < last) layer.mixer = linear;
  };
  return d;
}

constexpr const char* of_mamba = R"({"num_hidden_layers":32,"hidden_size":768,"vocab_size":50280})";
constexpr const char* of_mamba2 = R"({"num_hidden_layers":64,"hidden_size":4096,"vocab_size":32768,"num_heads":128,
  "head_dim":64,"n_groups":8})";
constexpr const char* of_qwen3_next = R"({"num_hidden_layers":48,"hidden_size":2048,"num_attention_heads":16,
  "num_key_value_heads":2,"head_dim":256,"intermediate_size":5632,"vocab_size":151936,"linear_num_value_heads":32,
  "linear_num_key_heads":16,"linear_key_head_dim":128,"linear_value_head_dim":128,"linear_conv_kernel_dim":4,
  "num_experts":512,"num_experts_per_tok":10,"moe_intermediate_size":512,"shared_expert_intermediate_size":512})";
constexpr const char* of_qwen3_5 = R"({"num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":16,
  "num_key_value_heads":4,"head_dim":256,"intermediate_size":12288,"vocab_size":248320,"linear_num_value_heads":32,
  "linear_num_key_heads":16,"linear_key_head_dim":128,"linear_value_head_dim":128,"linear_conv_kernel_dim":4})";
constexpr const char* of_qwen3_5_moe = R"({"num_hidden_layers":40,"hidden_size":2048,"num_attention_heads":16,
  "num_key_value_heads":2,"head_dim":256,"vocab_size":248320,"linear_num_value_heads":32,"linear_num_key_heads":16,
  "linear_key_head_dim":128,"linear_value_head_dim":128,"linear_conv_kernel_dim":4,"num_experts":256,
  "num_experts_per_tok":8,"moe_intermediate_size":512,"shared_expert_intermediate_size":512})";
constexpr const char* of_lfm2 = R"({"num_hidden_layers":32,"hidden_size":2560,"num_attention_heads":32,
  "num_key_value_heads":8,"intermediate_size":12288,"vocab_size":65536})";
constexpr const char* of_minimax = R"({"num_hidden_layers":80,"hidden_size":6144,"num_attention_heads":64,
  "num_key_value_heads":8,"head_dim":128,"intermediate_size":9216,"vocab_size":200064,"num_local_experts":32,
  "num_experts_per_tok":2})";

}  // namespace

const std::vector<ModelType>& hybrid_types() {
  static const std::vector<ModelType> types = {{"bailing_hybrid", bailing_linear},
                                               {"bailing_moe_linear", bailing_linear},
                                               {"bamba", bamba},
                                               {"falcon_h1", falcon_h1},
                                               {"falcon_mamba", falcon_mamba},
                                               {"granitemoehybrid", granite_hybrid},
                                               {"jamba", jamba},
                                               {"kimi_k3", kimi_linear},
                                               {"kimi_linear", kimi_linear},
                                               {"lfm2", lfm2, of_lfm2},
                                               {"lfm2_moe", lfm2_moe, R"({"block_auto_adjust_ff_dim":false})"},
                                               {"mamba", mamba, of_mamba},
                                               {"mamba2", mamba2, of_mamba2},
                                               {"mamba_ssm", mamba_ssm},
                                               {"minimax", minimax, of_minimax},
                                               {"minimax_m1", minimax, of_minimax},
                                               {"minimax_text_01", minimax, of_minimax},
                                               {"nemotron_h", nemotron_h},
                                               {"qwen3_5", qwen3_next, of_qwen3_5},
                                               {"qwen3_5_moe", qwen3_next, of_qwen3_5_moe},
                                               {"qwen3_5_moe_text", qwen3_next, of_qwen3_5_moe},
                                               {"qwen3_5_text", qwen3_next, of_qwen3_5},
                                               {"qwen3_next", qwen3_next, of_qwen3_next},
                                               {"zamba", zamba1},
                                               {"zamba2", zamba2}};
  return types;
}

}  // namespace orrery::model
