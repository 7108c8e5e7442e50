// Google's decoders: Gemma 1 to 4. Later ones alternate local and global layers of different shape, add a table of
// inputs for every layer (Gemma 3n, Gemma 4's E models) and experts beside the dense MLP (Gemma 4).
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

Draft gemma(const Config& c) {
  Draft d = common(c, true);
  d.usual.mixer.qkv_bias = d.usual.mixer.output_bias = c.flag("attention_bias", false);
  return d;
}

Draft gemma2(const Config& c) {
  Draft d = gemma(c);
  d.usual.norms = 4;
  sliding_window(c, d, 2);
  return d;
}

/// VaultGemma: Gemma 2 without the norms behind the branches.
Draft vaultgemma(const Config& c) {
  Draft d = gemma2(c);
  d.usual.norms = 2;
  return d;
}

Draft gemma3(const Config& c) {
  Draft d = gemma(c);
  d.usual.norms = 4;
  d.usual.mixer.qk_norm = true;
  sliding_window(c, d, c.first_or({"sliding_window_pattern", "_sliding_window_pattern"}, 6));
  return d;
}

/// Inputs of every layer: a table with a row of all layers' inputs for each token, and what brings them in.
void per_layer_inputs(const Config& c, Draft& d) {
  const std::int64_t width = c.whole_or("hidden_size_per_layer_input", 0, 0);
  if (width == 0) return;
  const double all = real(d.model.layers) * real(width), h = real(d.model.hidden);
  d.model.other_tables = all * real(c.whole("vocab_size_per_layer_input"));
  d.model.other += d.model.other_tables + h * all + real(width);
  d.usual.matrices += 2 * h * real(width);
  d.usual.norms += 1;
}

/// Gemma 3n: several copies of the residual stream that a small map predicts and corrects (AltUp, Baykal et al.,
/// arXiv 2301.13310), and a low-rank branch beside attention (LAuReL, arXiv 2411.07501).
Draft gemma3n(const Config& c) {
  Draft d = common(c, true, true);
  const double h = real(d.model.hidden), rank = real(c.whole_or("laurel_rank", 64));
  const std::vector<std::int64_t> widths = c.per_layer("intermediate_size", d.model.layers, 1);
  d.usual.mlp.width = widths.front();
  d.adjust = [widths](std::int64_t i, Layer& layer) { layer.mlp.width = widths[static_cast<std::size_t>(i)]; };
  d.usual.norms = 4;
  d.usual.mixer.qk_norm = true;
  sliding_window(c, d, 5);
  per_layer_inputs(c, d);
  d.model.streams = c.whole_or("altup_num_inputs", 4);
  const double copies = real(d.model.streams);
  d.usual.matrices += 2 * h * rank + h * copies;
  d.usual.norms += 2;
  d.usual.other += h + copies * copies + copies * copies * copies;
  d.model.other += 2 * (copies - 1) * h * h;
  return d;
}

Draft gemma4(const Config& c) {
  const bool mixture = c.flag("enable_moe_block", false);
  Draft d = gemma(c);
  Mixer& x = d.usual.mixer;
  x.qk_norm = true;
  d.usual.norms = 4;
  sliding_window(c, d, 6);
  if (!d.global) d.global = [](std::int64_t i) { return (i + 1) % 6 == 0; };
  const auto types_global = d.global;
  d.global = [types_global, last = d.model.layers - 1](std::int64_t i) { return i == last || types_global(i); };
  per_layer_inputs(c, d);
  if (mixture) {
    experts(c, d, {"num_experts"}, {"top_k_experts"}, {"moe_intermediate_size"});
    d.usual.mlp.shared_experts = 1;
    d.usual.mlp.shared_width = d.usual.mlp.width;
    d.usual.mlp.router_bias = true;  // a scale an expert
    d.usual.norms += 3;
    d.usual.other += real(d.model.hidden);
  }
  const std::int64_t own = d.model.layers - c.whole_or("num_kv_shared_layers", 0, 0);
  const std::int64_t global_dim = c.whole_or("global_head_dim", x.head_dim);
  const double h = real(d.model.hidden);
  const bool same = c.flag("attention_k_eq_v", false), wide = c.flag("use_double_wide_mlp", false);
  const std::int64_t global_kv = same ? c.whole_or("num_global_key_value_heads", x.kv_heads) : x.kv_heads;
  d.adjust = [=, global = d.global](std::int64_t i, Layer& layer) {
    if (global(i)) {
      layer.mixer.head_dim = global_dim;
      layer.mixer.kv_heads = global_kv;
      layer.mixer.keys_are_values = same;
    }
    if (i < own || own <= 0) return;
    // Its own products of keys and values stand in the published files all the same.
    const double keys = real(layer.mixer.kv_heads) * real(layer.mixer.head_dim);
    layer.idle = h * keys * (layer.mixer.keys_are_values ? 1 : 2) + real(layer.mixer.head_dim);
    layer.mixer.borrows_keys = true;
    if (wide && layer.mlp.width > 0) layer.mlp.width *= 2;
  };
  return d;
}

constexpr const char* of_gemma = R"({"num_hidden_layers":28,"hidden_size":3072,"num_attention_heads":16,
  "num_key_value_heads":16,"head_dim":256,"intermediate_size":24576,"vocab_size":256000})";
constexpr const char* of_gemma2 = R"({"num_hidden_layers":26,"hidden_size":2304,"num_attention_heads":8,
  "num_key_value_heads":4,"head_dim":256,"intermediate_size":9216,"vocab_size":256000,"sliding_window":4096})";
constexpr const char* of_gemma3 = R"({"num_hidden_layers":26,"hidden_size":2304,"num_attention_heads":8,
  "num_key_value_heads":4,"head_dim":256,"intermediate_size":9216,"vocab_size":262208,"sliding_window":4096})";
constexpr const char* of_gemma3n = R"({"num_hidden_layers":35,"hidden_size":2048,"num_attention_heads":8,
  "num_key_value_heads":2,"head_dim":256,"intermediate_size":16384,"vocab_size":262400,"sliding_window":512,
  "vocab_size_per_layer_input":262144,"hidden_size_per_layer_input":256,"altup_num_inputs":4,"laurel_rank":64})";
constexpr const char* of_gemma4 = R"({"num_hidden_layers":30,"hidden_size":2304,"num_attention_heads":8,
  "num_key_value_heads":4,"head_dim":256,"global_head_dim":512,"intermediate_size":9216,"vocab_size":262144,
  "sliding_window":512,"vocab_size_per_layer_input":262144,"hidden_size_per_layer_input":256})";

}  // namespace

const std::vector<ModelType>& gemma_types() {
  static const std::vector<ModelType> types = {{"gemma", gemma, of_gemma},       {"gemma2", gemma2, of_gemma2},
                                               {"gemma3", gemma3, of_gemma3},    {"gemma3_text", gemma3, of_gemma3},
                                               {"gemma3n", gemma3n, of_gemma3n}, {"gemma3n_text", gemma3n, of_gemma3n},
                                               {"gemma4", gemma4, of_gemma4},    {"gemma4_text", gemma4, of_gemma4},
                                               {"paligemma", gemma, of_gemma},   {"vaultgemma", vaultgemma, of_gemma2}};
  return types;
}

}  // namespace orrery::model
