// Towers of models that see and hear, with the projectors that bring what they find to the width of the language model:
// their parameters, after the published modelling code of each. A tower of a kind that is not known counts as a vision
// transformer with biases.
#include <algorithm>
#include <cmath>

#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

/// A vision transformer: what its layers have, and what stands around them.
struct Vision {
  double hidden = 0, width = 0, layers = 0, heads = 0, patch = 0, image = 0;
  double frames = 1;   ///< films: pictures a patch takes together
  bool biases = true;  ///< of all products
  bool gated = false;  ///< the MLP has three matrices
  bool norm_biases = true;
  double layer_other = 0;  ///< scales, norms over heads
  double positions = 0;    ///< rows of a learned table
  double other = 0;        ///< tokens of the class, norms at both ends

  double norm() const { return (norm_biases ? 2 : 1) * hidden; }
  double total() const {
    const double products = 4 * hidden * hidden + (gated ? 3 : 2) * hidden * width;
    const double bias = biases ? 4 * hidden + (gated ? 2 : 1) * width + hidden : 0;
    return layers * (products + bias + 2 * norm() + layer_other) + 3 * frames * patch * patch * hidden +
           positions * hidden + other;
  }
};

/// The sizes under the names that towers use, else those of the class; nothing where a size is nowhere.
Vision sizes(const Config& c, double hidden, double width, double layers, double heads, double patch, double image) {
  const auto of = [&](const std::vector<std::string>& keys, double fallback) {
    const std::string key = c.first(keys);
    const Json* value = c.find(key);
    if (!value || value->is_array()) return fallback;
    return real(c.whole(key, 0));
  };
  Vision v;
  v.hidden = of({"embed_dim", "vt_hidden_size", "width", "hidden_size", "d_model"}, hidden);
  v.layers =
      std::min(of({"depth", "num_hidden_layers", "vt_num_hidden_layers", "layers", "num_layers"}, layers), 2000.0);
  v.heads = of({"num_attention_heads", "num_heads", "vt_num_attention_heads", "heads"}, heads);
  v.patch = of({"patch_size", "spatial_patch_size"}, patch);
  v.image = of({"image_size", "input_image_size", "img_size"}, image);
  v.width = of({"intermediate_size", "vt_intermediate_size", "mlp_dim"}, 0);
  if (v.width == 0)
    v.width = c.find("mlp_ratio") ? std::floor(c.number("mlp_ratio", 4) * v.hidden) : width > 0 ? width : 4 * v.hidden;
  return v;
}

/// Rows of the grid of patches.
double grid(const Vision& v) {
  const double side = v.patch > 0 ? std::floor(v.image / v.patch) : 0;
  return side * side;
}

double merged(const Config& c, double fallback) {
  const std::string key = c.first({"spatial_merge_size", "merge_size"});
  const double m = c.find(key) && c.find(key)->is_number() ? real(c.whole(key, 1, 100)) : fallback;
  return m * m;
}

/// A projector of two products, as LLaVA's.
double two_products(double in, double out, double hidden) {
  return linear(in, out) + linear(out, hidden);
}

double qwen_vision(const Config& c, double hidden, const std::string& type) {
  const bool first = type.starts_with("qwen2_vl"), second = type.starts_with("qwen2_5");
  Vision v = first    ? sizes(c, 1280, 0, 32, 16, 14, 0)
             : second ? sizes(c, 1280, 3420, 32, 16, 14, 0)
                      : sizes(c, 1152, 4304, 27, 16, 16, 0);
  const double out = first ? real(c.whole_or("hidden_size", 0, 0)) : real(c.first_or({"out_hidden_size"}, 0, 0));
  const double wide = v.hidden * merged(c, 2), to = out > 0 && c.find("depth") ? out : hidden;
  v.frames = real(c.whole_or("temporal_patch_size", 2));
  if (second) v.gated = true, v.norm_biases = false;
  double merger = v.norm() + linear(wide, wide) + linear(wide, to);
  if (!first && !second) {
    v.positions = real(c.whole_or("num_position_embeddings", 2304));
    v.other += v.hidden;  // the patches' bias
    const std::size_t deep = c.find("deepstack_visual_indexes") ? c.wholes("deepstack_visual_indexes", 0, 2000).size()
                             : type.starts_with("qwen3_vl") || type.starts_with("qwen3_omni") ? 3
                                                                                              : 0;
    merger += static_cast<double>(deep) * (2 * wide + linear(wide, wide) + linear(wide, to));
  }
  return v.total() + merger;
}

double glm_vision(const Config& c, double hidden) {
  Vision v = sizes(c, 1536, 0, 24, 12, 14, 336);
  const double out = real(c.whole_or("out_hidden_size", static_cast<std::int64_t>(hidden)));
  const double context = real(c.whole_or("intermediate_size", 13696));
  v.width = out, v.gated = true, v.norm_biases = false;
  v.biases = c.flag("attention_bias", false);
  v.frames = real(c.whole_or("temporal_patch_size", 2));
  v.positions = grid(v);
  v.other = v.hidden + 2 * v.hidden;
  return v.total() + linear(v.hidden * merged(c, 2), out) + out * out + 2 * out + 3 * out * context;
}

double intern_vision(const Config& whole, const Config& c, double hidden) {
  Vision v = sizes(c, 1024, 4096, 24, 16, 14, 448);
  if (c.find("image_size") && c.find("image_size")->is_array()) v.image = 448;
  if (c.find("patch_size") && c.find("patch_size")->is_array()) v.patch = 14;
  v.norm_biases = c.word("norm_type", "layer_norm") != "rms_norm";
  v.layer_other = 2 * v.hidden;
  if (c.flag(c.first({"qk_normalization", "use_qk_norm"}), false)) v.layer_other += 2 * v.hidden;
  if (!c.flag(c.first({"qkv_bias", "attention_bias"}), true)) v.layer_other -= 3 * v.hidden;
  v.positions = grid(v) + 1;
  v.other = 2 * v.hidden;
  const double ratio = whole.number("downsample_ratio", 0.5), wide = v.hidden / std::max(ratio * ratio, 0.01);
  return v.total() + 2 * wide + two_products(wide, hidden, hidden);
}

/// CLIP itself brings both towers to one width; LLaVA and its kin project to the language model's.
double clip_vision(const Config& whole, const Config& c, double hidden, bool projects) {
  Vision v = sizes(c, 768, 3072, 12, 12, 32, 224);
  v.positions = grid(v) + 1;
  v.other = v.hidden + 4 * v.hidden;
  if (projects) return v.total() + two_products(v.hidden, hidden, hidden);
  return v.total() + (v.hidden + hidden) * real(whole.whole_or("projection_dim", 512)) + 1;
}

/// Idefics 2: a gated product to the model's width, then layers whose few latents attend to the patches.
double resampler(const Config& whole, double in, double hidden) {
  const auto text = whole.table("text_config"), given = whole.table("perceiver_config");
  const Config& c = given ? *given : whole;
  const double width = text ? real(text->whole_or("intermediate_size", 14336)) : 4 * hidden;
  const double latents = real(c.whole_or("resampler_n_latents", 64)), heads = real(c.whole_or("resampler_n_heads", 16));
  const double depth = std::min(real(c.whole_or("resampler_depth", 3)), 2000.0);
  const double head = real(c.whole_or("resampler_head_dim", 96)), keys = real(c.whole_or("num_key_value_heads", 4));
  const double layer = 2 * hidden * head * (heads + keys) + 3 * hidden * 4 * hidden + 3 * hidden;
  return 2 * in * width + width * hidden + latents * hidden + depth * layer + hidden;
}

double siglip_vision(const Config& whole, const Config& c, double hidden, const std::string& model) {
  Vision v = sizes(c, model.starts_with("gemma3") ? 1152 : 768, model.starts_with("gemma3") ? 4304 : 3072,
                   model.starts_with("gemma3") ? 27 : 12, 12, model.starts_with("gemma3") ? 14 : 16,
                   model.starts_with("gemma3") ? 896 : 224);
  v.positions = grid(v);
  v.other = v.hidden + 2 * v.hidden;
  if (model.starts_with("gemma3")) return v.total() + v.hidden * hidden + v.hidden;
  if (model == "paligemma") return v.total() + linear(v.hidden, real(c.whole_or("projection_dim", 2048)));
  if (model == "idefics2") return v.total() + resampler(whole, v.hidden, hidden);
  if (model == "idefics3" || model == "smolvlm") {
    const double scale = real(whole.whole_or("scale_factor", 2));
    return v.total() + v.hidden * scale * scale * hidden;
  }
  return v.total() + two_products(v.hidden, hidden, hidden);
}

double pixtral_vision(const Config& whole, const Config& c, double hidden, const std::string& model) {
  Vision v = sizes(c, 1024, 4096, 24, 16, 16, 1024);
  v.biases = v.norm_biases = false, v.gated = true;
  v.other = v.hidden;
  if (model == "llava" || model == "pixtral") return v.total() + two_products(v.hidden, hidden, hidden);
  const bool bias = whole.flag("multimodal_projector_bias", false);
  const double wide = v.hidden * merged(whole, 2);
  return v.total() + v.hidden + wide * v.hidden + v.hidden * hidden + hidden * hidden + (bias ? 2 * hidden : 0);
}

double llama4_vision(const Config& c, double hidden) {
  Vision v = sizes(c, 1408, 5632, 34, 16, 14, 336);
  v.positions = grid(v) + 1;
  v.other = v.hidden + 4 * v.hidden;
  const double in = real(c.whole_or("projector_input_dim", 4096)), out = real(c.whole_or("projector_output_dim", 4096));
  const double pixels = v.width;  // four patches become one
  return v.total() + pixels * in + in * out + real(c.whole_or("vision_output_dim", 4096)) * hidden;
}

double mllama_vision(const Config& c, double hidden) {
  Vision v = sizes(c, 1280, 5120, 32, 16, 14, 448);
  const double local = v.layers, global = real(c.whole_or("num_global_layers", 8)), h = v.hidden;
  const double tiles = real(c.whole_or("max_num_tiles", 4)), aspects = 9, rows = grid(v) + 1;
  v.layers = local + global;
  const double ungated = v.total() - v.layers * 4 * h;  // attention has no biases
  const double tables = rows * h + aspects * tiles * rows * h + 2 * aspects * tiles * h + 3;
  return ungated + global * 2 + tables + h + 4 * h + linear(real(c.whole_or("vision_output_dim", 7680)), hidden);
}

double moon_vision(const Config& c, double hidden) {
  Vision v = sizes(c, 1152, 4304, 27, 16, 14, 0);
  const bool rms = c.word("norm_type", "layernorm") == "rmsnorm";
  const double inside = real(c.first_or({"qkv_hidden_size"}, static_cast<std::int64_t>(v.hidden), 0));
  v.biases = c.flag("linear_bias", true);
  v.norm_biases = !rms;
  v.layer_other = 4 * v.hidden * (inside - v.hidden);
  v.positions = real(c.whole_or("init_pos_emb_height", 64)) * real(c.whole_or("init_pos_emb_width", 64));
  v.other = v.hidden + v.norm();
  const double wide = v.hidden * 4;
  return v.total() + 2 * v.hidden + two_products(wide, wide, hidden);
}

double gemma4_vision(const Config& c, double hidden) {
  Vision v = sizes(c, 768, 3072, 16, 12, 16, 0);
  const double head = real(c.whole_or("head_dim", 64));
  v.biases = v.norm_biases = false, v.gated = true;
  v.layer_other = 2 * v.hidden + 2 * head + 4 * v.hidden * (v.heads * head - v.hidden);
  v.positions = 2 * real(c.whole_or("position_embedding_size", 10240));
  v.other = c.flag("standardize", false) ? 2 * v.hidden : 0;
  return v.total() + v.hidden * hidden;
}

/// Of MobileNet-V5, which Gemma 3n sees with, the config tells the name alone.
constexpr double mobilenet_v5 = 294'284'096;

double vision(const Config& whole, const Config& c, double hidden, const std::string& model) {
  const std::string type = c.word("model_type", model);
  if (type.starts_with("qwen2") || type.starts_with("qwen3")) return qwen_vision(c, hidden, type);
  if (type.starts_with("glm4v") || type.starts_with("glm_ocr")) return glm_vision(c, hidden);
  if (type.starts_with("intern")) return intern_vision(whole, c, hidden);
  if (type == "clip_vision_model" || type == "clip") return clip_vision(whole, c, hidden, model != "clip");
  if (type.starts_with("siglip") || type.starts_with("idefics") || type == "smolvlm_vision" || type == "gemma3")
    return siglip_vision(whole, c, hidden, model);
  if (type == "pixtral") return pixtral_vision(whole, c, hidden, model);
  if (type == "llama4_vision_model" || type == "llama4") return llama4_vision(c, hidden);
  if (type == "mllama_vision_model" || type == "mllama") return mllama_vision(c, hidden);
  if (type == "moonvit" || type.starts_with("kimi")) return moon_vision(c, hidden);
  if (type.starts_with("gemma4")) return gemma4_vision(c, hidden);
  if (type.starts_with("gemma3n")) {
    const double out = real(c.whole_or("hidden_size", 2048)), rows = real(c.whole_or("vocab_size", 128, 0));
    return mobilenet_v5 + rows * out + 2 * out + out * hidden;
  }
  Vision v = sizes(c, 0, 0, 0, 0, 14, 0);
  if (v.hidden == 0 || v.layers == 0) return 0;
  v.positions = grid(v);
  v.other = 3 * v.hidden;
  const double wide = v.hidden * merged(c, 1);
  return v.total() + two_products(wide, hidden, hidden);
}

/// Whisper's encoder, with a product to the language model's width.
double whisper_encoder(const Config& c, double hidden) {
  const auto of = [&](const std::vector<std::string>& keys, std::int64_t fallback) {
    return real(c.whole_or(c.first(keys), fallback, 0));
  };
  const double h = of({"d_model", "hidden_size"}, 1280),
               layers = std::min(of({"encoder_layers", "num_hidden_layers"}, 32), 2000.0);
  const double f = of({"encoder_ffn_dim", "intermediate_size"}, 5120), mel = of({"num_mel_bins"}, 128);
  return layers * (4 * h * h + 3 * h + linear(h, f) + linear(f, h) + 4 * h) + mel * 3 * h + h + 3 * h * h + h +
         of({"max_source_positions"}, 1500) * h + 2 * h + linear(h, hidden);
}

/// The conformers of Gemma 3n and Gemma 4: two half MLPs around attention and a convolution, twice halved in front.
double conformer(const Config& c, double hidden) {
  const double h = real(c.whole_or("hidden_size", 1024));
  const double layers = std::min(real(c.first_or({"conf_num_hidden_layers", "num_hidden_layers"}, 12, 0)), 2000.0);
  const double kernel = real(c.first_or({"conf_conv_kernel_size", "conv_kernel_size"}, 5));
  const double halves = 2 * (2 * h * 4 * h + 2 * h), attends = 5 * h * h + 2 * h,
               mixes = 3 * h * h + kernel * h + 2 * h;
  const double out = c.find("output_proj_dims") ? real(c.whole("output_proj_dims")) : h;
  return layers * (halves + attends + mixes + h) + 128 * 32 * h + (out != h ? linear(h, out) : 0) + out * hidden;
}

double audio(const Config& c, double hidden, const std::string& model) {
  const std::string type = c.word("model_type", model);
  if (type.starts_with("gemma")) return conformer(c, hidden);
  if (type == "qwen3_omni_moe_audio_encoder" || type == "qwen3_omni_moe") {
    const double h = real(c.whole_or("d_model", 1280)), half = real(c.whole_or("downsample_hidden_size", 480));
    const double out = real(c.whole_or("output_dim", static_cast<std::int64_t>(hidden)));
    const double layers = std::min(real(c.first_or({"encoder_layers", "num_hidden_layers"}, 32, 0)), 2000.0);
    const double f = real(c.whole_or("encoder_ffn_dim", 5120));
    return layers * (4 * linear(h, h) + linear(h, f) + linear(f, h) + 4 * h) + 9 * half + half +
           2 * linear(9 * half, half) + 16 * half * h + 2 * h + linear(h, h) + linear(h, out);
  }
  return whisper_encoder(c, hidden);
}

}  // namespace

double tower_parameters(const Config& whole, const Architecture& language) {
  const double hidden = static_cast<double>(language.hidden);
  const std::string model =
      whole.find("model_type") && whole.find("model_type")->is_string() ? whole.word("model_type", "") : std::string();
  // Inputs that say what they are leave out their keys: these are tables, or nothing is known.
  const auto tower = [&](const Config& c, const char* key) {
    const Json* given = c.find(key);
    return given && given->is_object() ? c.table(key) : std::nullopt;
  };
  const auto inner = tower(whole, "thinker_config");
  const Config& c = inner ? *inner : whole;
  double total = 0;
  if (const auto seen = tower(c, "vision_config")) total += vision(c, *seen, hidden, model);
  if (const auto heard = tower(c, "audio_config")) total += audio(*heard, hidden, model);
  return total;
}

}  // namespace orrery::model
