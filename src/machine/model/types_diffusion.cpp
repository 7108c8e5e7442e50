// Transformers that take noise from images and films, as Diffusers stores them: no vocabulary, attention without a
// mask, norms that the time step scales (DiT, Peebles and Xie, arXiv 2212.09748). Layers with weights of their own for
// the text (MMDiT, Esser et al., arXiv 2403.03206) count as layers of the image, the text's weights beside.
#include <algorithm>

#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

/// Two products with a bias each.
double embedder(double in, double width) {
  return linear(in, width) + linear(width, width);
}

constexpr double time_width = 256;  // of the sines that a time step becomes

Draft outline(const Config& c) {
  Draft d;
  Mixer& x = d.usual.mixer;
  d.model.layers = c.whole("num_layers", 1, most_layers);
  x.heads = x.kv_heads = c.whole("num_attention_heads");
  x.head_dim = c.whole("attention_head_dim");
  d.model.hidden = x.heads * x.head_dim;
  x.causal = false;
  x.qkv_bias = x.output_bias = true;
  d.usual.mlp.width = 4 * d.model.hidden;
  d.usual.mlp.gated = false;
  d.usual.mlp.bias = true;
  d.usual.norms = 0;
  d.model.final_norm = false;
  d.model.tied = true;
  return d;
}

/// What a layer with weights for the text too has beside those of the image.
double text_side(double h, bool norms, double head) {
  return 4 * linear(h, h) + linear(h, 4 * h) + linear(4 * h, h) + (norms ? 2 * head : 0) + 12 * h * h + 12 * h;
}

Draft flux(const Config& c) {
  Draft d = outline(c);
  const std::int64_t both = d.model.layers, single = c.whole("num_single_layers", 0, most_layers);
  const double h = real(d.model.hidden), head = real(d.usual.mixer.head_dim);
  const double in = real(c.whole("in_channels")), out = real(c.whole_or("out_channels", c.whole("in_channels")));
  d.model.layers = both + single;
  d.usual.mixer.qk_norm = true;
  d.adjust = [=](std::int64_t i, Layer& layer) {
    if (i < both) {
      layer.other = text_side(h, true, head);
      return;
    }
    layer.mixer.output_bias = false;  // the MLP's last product is one with that of attention
    layer.other = linear(h, 3 * h);
  };
  d.model.other = linear(in, h) + linear(real(c.whole("joint_attention_dim")), h) + embedder(time_width, h) +
                  embedder(real(c.whole("pooled_projection_dim")), h) +
                  (c.flag("guidance_embeds", false) ? embedder(time_width, h) : 0) + linear(h, 2 * h) + linear(h, out);
  return d;
}

Draft sd3(const Config& c) {
  Draft d = outline(c);
  const double h = real(d.model.hidden), head = real(d.usual.mixer.head_dim);
  const double patch = real(c.whole_or("patch_size", 2)), in = real(c.whole("in_channels"));
  const double out = real(c.whole_or("out_channels", c.whole("in_channels")));
  const bool norms = c.find("qk_norm") != nullptr;
  const std::vector<std::int64_t> dual = c.wholes("dual_attention_layers", 0, most_layers);
  d.usual.mixer.qk_norm = norms;
  d.usual.mixer.rotary = false;
  d.adjust = [=, last = d.model.layers - 1](std::int64_t i, Layer& layer) {
    layer.other = text_side(h, norms, head);
    // The text ends before the last layer's MLP.
    if (i == last) layer.other -= linear(h, h) + linear(h, 4 * h) + linear(4 * h, h) + 4 * h * h + 4 * h;
    if (std::find(dual.begin(), dual.end(), i) == dual.end()) return;
    layer.beside = layer.mixer;
    layer.other += linear(h, 3 * h);
  };
  d.model.other = linear(in * patch * patch, h) + linear(real(c.whole("joint_attention_dim")), h) +
                  embedder(time_width, h) + embedder(real(c.whole("pooled_projection_dim")), h) + linear(h, 2 * h) +
                  linear(h, patch * patch * out);
  return d;
}

Draft qwen_image(const Config& c) {
  Draft d = outline(c);
  const double h = real(d.model.hidden), text = real(c.whole("joint_attention_dim"));
  const double in = real(c.whole("in_channels")), patch = real(c.whole_or("patch_size", 2));
  d.usual.mixer.qk_norm = true;
  d.usual.other = text_side(h, true, real(d.usual.mixer.head_dim));
  d.model.other = linear(in, h) + linear(text, h) + text + embedder(time_width, h) + linear(h, 2 * h) +
                  linear(h, patch * patch * real(c.whole_or("out_channels", 16)));
  return d;
}

Draft dit(const Config& c) {
  Draft d = outline(c);
  const double h = real(d.model.hidden), patch = real(c.whole_or("patch_size", 2));
  const double in = real(c.whole_or("in_channels", 4));
  const double out = real(c.whole_or("out_channels", 2 * c.whole_or("in_channels", 4)));
  d.usual.mixer.rotary = false;
  d.usual.other = linear(h, 6 * h);
  d.model.other = linear(in * patch * patch, h) + embedder(time_width, h) +
                  (real(c.whole_or("num_embeds_ada_norm", 1000)) + 1) * h + linear(h, 2 * h) +
                  linear(h, patch * patch * out);
  return d;
}

/// PixArt: the image attends to the text, and all layers share what the time step scales.
Draft pixart(const Config& c) {
  Draft d = outline(c);
  const double h = real(d.model.hidden), patch = real(c.whole_or("patch_size", 2));
  const double in = real(c.whole_or("in_channels", 4)), out = real(c.whole_or("out_channels", 8));
  d.usual.mixer.rotary = false;
  d.usual.beside = d.usual.mixer;
  d.usual.beside.crosses = true;
  d.usual.other = 6 * h;
  d.model.other = linear(in * patch * patch, h) + embedder(time_width, h) + linear(h, 6 * h) +
                  embedder(real(c.whole_or("caption_channels", 4096)), h) + 2 * h + linear(h, patch * patch * out);
  return d;
}

Draft wan(const Config& c) {
  Draft d = outline(c);
  const double h = real(d.model.hidden), in = real(c.whole_or("in_channels", 16));
  const double out = real(c.whole_or("out_channels", 16));
  double patch = 1;
  for (const std::int64_t side : c.wholes("patch_size", 1, 1'000)) patch *= real(side);
  if (!c.find("patch_size")) patch = 4;
  Mixer& x = d.usual.mixer;
  d.usual.mlp.width = c.whole("ffn_dim");
  x.qk_norm = x.qk_norm_wide = true;
  d.usual.beside = x;
  d.usual.beside.crosses = true;
  d.usual.beside.rotary = false;
  d.usual.other = 6 * h + (c.flag("cross_attn_norm", true) ? 2 * h : 0);
  if (c.find("added_kv_proj_dim")) d.usual.other += 2 * linear(real(c.whole("added_kv_proj_dim")), h) + h;
  d.model.other = linear(in * patch, h) + embedder(real(c.whole_or("freq_dim", 256)), h) + linear(h, 6 * h) +
                  embedder(real(c.whole_or("text_dim", 4096)), h) + 2 * h + linear(h, patch * out);
  if (c.find("image_dim")) {
    const double image = real(c.whole("image_dim"));
    d.model.other += 2 * image + linear(image, image) + linear(image, h) + 2 * h;
  }
  return d;
}

}  // namespace

const std::vector<ModelType>& diffusion_types() {
  static const std::vector<ModelType> types = {
      {"DiTTransformer2DModel", dit},       {"FluxTransformer2DModel", flux},
      {"PixArtTransformer2DModel", pixart}, {"QwenImageTransformer2DModel", qwen_image},
      {"SD3Transformer2DModel", sd3},       {"WanTransformer3DModel", wan}};
  return types;
}

}  // namespace orrery::model
