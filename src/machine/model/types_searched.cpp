// Decoders whose layers are all of their own width: made narrower by a search (Nemotron's Puzzle), or wider with depth
// (OpenELM).
#include <algorithm>
#include <cmath>

#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

/// Models that a search made of Llama (Puzzle, arXiv 2411.19146): each layer has its own width, fewer keys, a plain
/// matrix in place of a part, or none of it.
Draft nemotron_nas(const Config& c) {
  Draft d = sized(c);
  const std::int64_t h = d.model.hidden, heads = c.whole("num_attention_heads");
  Mixer x;
  x.heads = heads;
  x.head_dim = head_dim_of(c, h, heads);
  x.qkv_bias = x.output_bias = c.flag("attention_bias", false);
  const Json* blocks = c.list("block_configs", d.model.layers);
  if (!blocks) c.whole("block_configs");
  std::vector<Layer> layers;
  for (const Json& block : *blocks) {
    if (!block.is_object()) c.refuse("block_configs", "expected a table, found " + shown(block), "describe each layer");
    const Config at{block, c.name, c.text};
    const auto attends = at.table("attention"), ffn = at.table("ffn");
    if (!attends || !ffn)
      c.refuse("block_configs", "a layer has no attention or no ffn", "describe both of each layer");
    Layer layer;
    layer.norms = 0;
    layer.mixer = {Mixer::Kind::none};
    if (!attends->flag("no_op", false)) {
      layer.norms += 1;
      if (attends->flag("replace_with_linear", false)) layer.matrices += real(h) * real(h);
      else {
        layer.mixer = x;
        if (attends->find("num_key_value_heads")) layer.mixer.kv_heads = attends->whole("num_key_value_heads");
        else layer.mixer.kv_heads = per_head(c, heads, attends->whole("n_heads_in_group"), "n_heads_in_group");
        layer.mixer.window = attends->whole_or("window_length", 0, 0);
      }
    }
    if (!ffn->flag("no_op", false)) {
      layer.norms += 1;
      if (ffn->flag("replace_with_linear", false)) layer.matrices += real(h) * real(h);
      else if (ffn->find("intermediate_size")) layer.mlp.width = ffn->whole("intermediate_size");
      else {
        const double width = std::floor(2 * ffn->number("ffn_mult", 0) * real(h) / 3);
        if (!(width >= 1 && width <= 1e7))
          c.refuse("ffn_mult", "makes no MLP", "give how many times the model's width");
        layer.mlp.width = static_cast<std::int64_t>(std::ceil(width / 256)) * 256;
      }
    }
    layers.push_back(layer);
  }
  d.adjust = [layers](std::int64_t i, Layer& layer) { layer = layers[static_cast<std::size_t>(i)]; };
  return d;
}

/// OpenELM (arXiv 2404.14619): heads and widths that grow with depth.
Draft openelm(const Config& c) {
  Draft d;
  d.model.layers = c.first_whole({"num_transformer_layers", "num_hidden_layers"}, most_layers);
  d.model.hidden = c.first_whole({"model_dim", "hidden_size"});
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("share_input_output_layers", true);
  d.model.context = c.whole_or("max_context_length", 0, 0);
  const std::vector<std::int64_t> heads = c.per_layer("num_query_heads", d.model.layers, 1);
  const std::vector<std::int64_t> keys = c.per_layer("num_kv_heads", d.model.layers, 1);
  const double block = real(c.whole_or("ffn_dim_divisor", 256));
  std::vector<std::int64_t> widths;
  const Json* factors = c.list("ffn_multipliers", d.model.layers);
  if (!factors) c.whole("ffn_multipliers");
  for (const Json& factor : *factors) {
    const double f = factor.is_number() ? factor.get<double>() : 0;
    if (!(f > 0 && f <= 1000)) c.refuse("ffn_multipliers", shown(factor) + " is out of range", "give 0.1 to 1,000");
    const double wanted = f * real(d.model.hidden);
    double width = std::max(block, std::floor((wanted + block / 2) / block) * block);
    if (width < 0.9 * wanted) width += block;
    widths.push_back(static_cast<std::int64_t>(width));
  }
  d.usual.mixer.head_dim = c.whole("head_dim");
  d.usual.mixer.qk_norm = c.flag("normalize_qk_projections", true);
  d.usual.mlp.gated = c.flag("ffn_with_glu", true);
  d.adjust = [=](std::int64_t i, Layer& layer) {
    const auto at = static_cast<std::size_t>(i);
    layer.mixer.heads = heads[at], layer.mixer.kv_heads = keys[at], layer.mlp.width = widths[at];
  };
  return d;
}

}  // namespace

const std::vector<ModelType>& searched_types() {
  static const std::vector<ModelType> types = {{"nemotron-nas", nemotron_nas}, {"openelm", openelm}};
  return types;
}

}  // namespace orrery::model
