#include "machine/model/model_types.h"

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace orrery::model {

std::int64_t per_head(const Config& c, std::int64_t hidden, std::int64_t heads, const std::string& key) {
  if (hidden % heads != 0)
    c.refuse(key,
             format_count(static_cast<double>(heads)) + " heads do not divide the width " +
                 format_count(static_cast<double>(hidden)),
             "give a divisor of the width, or head_dim");
  return hidden / heads;
}

std::int64_t head_dim_of(const Config& c, std::int64_t hidden, std::int64_t heads) {
  for (const char* key : {"head_dim", "attention_head_dim", "kv_channels"})
    if (c.find(key)) return c.whole(key);
  return per_head(c, hidden, heads, c.first({"num_attention_heads", "n_head", "n_heads", "num_heads"}));
}

Draft sized(const Config& c) {
  Draft d;
  d.model.layers = c.whole("num_hidden_layers", 1, most_layers);
  d.model.hidden = c.whole("hidden_size");
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", false);
  d.model.context = c.whole_or("max_position_embeddings", 0, 0);
  return d;
}

Draft common(const Config& c, bool tied, bool mixture) {
  Draft d;
  d.model.layers = c.first_whole({"num_hidden_layers", "n_layer", "n_layers", "num_layers"}, most_layers);
  d.model.hidden = c.first_whole({"hidden_size", "n_embd", "d_model", "n_embed", "dim"});
  Mixer& x = d.usual.mixer;
  x.heads = c.first_whole({"num_attention_heads", "n_head", "n_heads", "num_heads"});
  x.kv_heads = c.first_or({"num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads", "n_kv_heads"}, x.heads);
  x.head_dim = head_dim_of(c, d.model.hidden, x.heads);
  const std::string width = c.first({"intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim", "hidden_dim"});
  // Where layers differ, a list stands there that the type's reader takes.
  const Json* given = c.find(width);
  if (!mixture || (given && !given->is_array())) d.usual.mlp.width = c.whole(width);
  d.model.vocab = c.first_whole({"vocab_size", "padded_vocab_size"});
  d.model.tied = c.flag("tie_word_embeddings", tied);
  d.model.context = c.first_or({"max_position_embeddings", "n_positions", "seq_length", "max_seq_len", "n_ctx"}, 0, 0);
  return d;
}

void set_biases(Draft& d, bool biases) {
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = d.usual.mlp.bias = biases;
}

std::vector<std::string> layer_types(const Config& c, std::int64_t layers, const std::vector<std::string>& known,
                                     const std::string& key) {
  const Json* listed = c.find(key);
  if (!listed) return {};
  if (!listed->is_array()) c.refuse(key, "expected a list, found " + shown(*listed), "list a type for each layer");
  for (const Json& type : *listed)
    if (!type.is_string() || std::find(known.begin(), known.end(), type.get<std::string>()) == known.end()) {
      std::string all = known.front();
      for (std::size_t i = 1; i < known.size(); ++i) all += (i + 1 == known.size() ? " and " : ", ") + known[i];
      c.refuse(key, "a layer of type " + shown(type) + " is not modelled", "use a model of " + all + " layers");
    }
  // Layers of prediction modules follow those of the model.
  if (static_cast<std::int64_t>(listed->size()) < layers)
    c.refuse(key,
             format_count(static_cast<double>(listed->size())) + " types for " +
                 format_count(static_cast<double>(layers)) + " layers",
             "list a type for each layer");
  return listed->get<std::vector<std::string>>();
}

void global_layers(const Config& c, Draft& d, std::int64_t global_every) {
  const std::vector<std::string> types =
      layer_types(c, d.model.layers, {"full_attention", "sliding_attention", "chunked_attention"});
  if (!types.empty()) {
    d.global = [types](std::int64_t i) { return types[static_cast<std::size_t>(i)] == "full_attention"; };
  } else if (global_every > 0) {
    d.global = [global_every](std::int64_t i) { return (i + 1) % global_every == 0; };
  }
}

void sliding_window(const Config& c, Draft& d, std::int64_t global_every) {
  if (!c.find("sliding_window") || !c.flag("use_sliding_window", true)) return;
  global_layers(c, d, global_every);
  d.window = c.whole("sliding_window", 0, 1'000'000'000);
}

void experts(const Config& c, Draft& d, const std::vector<std::string>& count, const std::vector<std::string>& top_k,
             const std::vector<std::string>& width) {
  Mlp& mlp = d.usual.mlp;
  mlp.experts = c.whole(c.first(count), 1, 1'000'000);
  mlp.top_k = c.first_whole(top_k);
  mlp.expert_width = c.first_whole(width);
}

void shared_experts(const Config& c, Draft& d, const std::vector<std::string>& count, const std::string& width) {
  Mlp& mlp = d.usual.mlp;
  mlp.shared_experts = c.first_or(count, 0, 0);
  const std::int64_t each = !width.empty() && c.find(width) ? c.whole(width, 0) : mlp.expert_width;
  mlp.shared_width = mlp.shared_experts * each;
}

void mixtures_from(Draft& d, std::int64_t first, std::int64_t every) {
  const std::int64_t step = std::max<std::int64_t>(every, 1);
  d.sparse = [first, step](std::int64_t i) { return i >= first && (i - first) % step == 0; };
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

Mixer latent_attention(const Config& c) {
  Mixer x;
  x.kind = Mixer::Kind::latent;
  x.heads = x.kv_heads = c.whole("num_attention_heads");
  c.whole_or("num_key_value_heads", x.heads);  // of no effect, but not of any kind
  x.q_lora_rank = c.find("q_lora_rank") ? c.whole("q_lora_rank", 0) : 0;
  x.kv_lora_rank = c.whole("kv_lora_rank");
  x.qk_nope_dim = c.whole("qk_nope_head_dim");
  x.qk_rope_dim = c.whole("qk_rope_head_dim", 0);
  x.v_dim = c.whole("v_head_dim");
  x.head_dim = x.qk_nope_dim + x.qk_rope_dim;
  return x;
}

Architecture finished(Draft d) {
  Architecture m = std::move(d.model);
  if (m.learned_positions > 0) d.usual.mixer.rotary = false;
  const auto layer_of = [&](std::int64_t i) {
    Layer layer = d.usual;
    Mlp& mlp = layer.mlp;
    if (mlp.experts > 0 && d.sparse && !d.sparse(i)) {
      Mlp dense;
      dense.width = mlp.width, dense.gated = mlp.gated, dense.bias = mlp.bias;
      mlp = dense;
      if (mlp.width == 0)
        throw Error({}, "intermediate_size", "the key is missing", "add it: some layers have a dense MLP");
    } else if (mlp.experts > 0) {
      mlp.width = 0, mlp.bias = false;
    }
    if (d.window > 0 && !(d.global && d.global(i))) layer.mixer.window = d.window;
    if (d.adjust) d.adjust(i, layer);
    return layer;
  };
  set_layers(m, m.layers, layer_of);
  if (d.mtp.empty() || m.mtp_layers == 0) return m;
  if (m.order.empty()) m.order.assign(static_cast<std::size_t>(m.layers), 0);
  for (const Layer& layer : d.mtp) {
    const auto known = std::find(m.kinds.begin(), m.kinds.end(), layer);
    if (known == m.kinds.end() && m.kinds.size() == 255)
      throw Error({}, "layers", "are of more than 255 kinds", "use a model whose layers repeat");
    m.mtp_order.push_back(static_cast<std::uint8_t>(known - m.kinds.begin()));
    if (known == m.kinds.end()) m.kinds.push_back(layer);
  }
  return m;
}

}  // namespace orrery::model
