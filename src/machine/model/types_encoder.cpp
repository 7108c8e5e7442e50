// Encoders (BERT and its kin) and encoders with a decoder that attends to them (T5, BART, Whisper). A row of layers all
// the same: those of the encoder first, then those of the decoder, with a second attention across.
#include <algorithm>
#include <cmath>

#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

/// Whether the file says that it is of a model with this head, or says nothing.
bool has_head(const Config& c, const std::vector<std::string>& endings) {
  const std::vector<std::string> names = c.words("architectures", 0);
  if (names.empty()) return true;
  for (const std::string& name : names)
    for (const std::string& ending : endings)
      if (name.ends_with(ending)) return true;
  return false;
}

/// An encoder of attention and an MLP, everything biased, with tables of positions and of segments.
Draft encoder(const Config& c) {
  Draft d = common(c, true);
  d.usual.mixer.causal = d.usual.mixer.rotary = false;
  d.usual.mlp.gated = false;
  d.model.norm_bias = d.model.embedding_norm = true;
  d.model.final_norm = false;
  set_biases(d, true);
  return d;
}

void tables(const Config& c, Draft& d) {
  const double h = real(d.model.hidden), types = real(c.whole_or("type_vocab_size", 0, 0));
  d.model.learned_positions = c.whole("max_position_embeddings");
  d.model.other_tables += types * h;
  d.model.other += types * h;
}

/// A head that guesses masked tokens: a product, a norm and the table with a bias.
void masked_head(Draft& d) {
  const double h = real(d.model.hidden);
  d.model.head_bias = true;
  d.model.other += h * h + h + 2 * h;
}

/// BERT: a product on the first token, and the heads it was trained with.
Draft bert(const Config& c) {
  Draft d = encoder(c);
  const double h = real(d.model.hidden);
  tables(c, d);
  d.model.other += h * h + h;
  if (has_head(c, {"ForMaskedLM", "ForPreTraining", "LMHeadModel"})) {
    masked_head(d);
    d.model.other += 2 * h + 2;
  }
  return d;
}

Draft roberta(const Config& c) {
  Draft d = encoder(c);
  const double h = real(d.model.hidden);
  tables(c, d);
  if (has_head(c, {"ForMaskedLM"})) masked_head(d);
  else d.model.other += h * h + h;
  return d;
}

/// MPNet: one table of relative positions.
Draft mpnet(const Config& c) {
  Draft d = roberta(c);
  d.model.other += real(c.whole_or("relative_attention_num_buckets", 32)) * real(d.usual.mixer.heads);
  return d;
}

/// Longformer: a window on both sides, and further products for the few tokens that see everything.
Draft longformer(const Config& c) {
  Draft d = roberta(c);
  const double h = real(d.model.hidden);
  d.usual.other = 3 * h * h + 3 * h;
  const Json* window = c.find("attention_window");
  if (window && !window->is_array()) d.window = c.whole("attention_window", 2, 1'000'000) / 2;
  return d;
}

/// ViT (arXiv 2010.11929): patches in place of tokens, no vocabulary.
Draft vit(const Config& c) {
  Draft d;
  Mixer& x = d.usual.mixer;
  d.model.layers = c.whole("num_hidden_layers", 1, most_layers);
  d.model.hidden = c.whole("hidden_size");
  x.heads = x.kv_heads = c.whole("num_attention_heads");
  x.head_dim = per_head(c, d.model.hidden, x.heads, "num_attention_heads");
  x.causal = x.rotary = false;
  d.usual.mlp.width = c.whole("intermediate_size");
  d.usual.mlp.gated = false;
  d.model.norm_bias = d.model.tied = true;
  set_biases(d, true);
  x.qkv_bias = c.flag("qkv_bias", true);
  const double h = real(d.model.hidden), patch = real(c.whole_or("patch_size", 16));
  const double side = std::floor(real(c.whole_or("image_size", 224)) / patch);
  d.model.other = real(c.whole_or("num_channels", 3)) * patch * patch * h + 2 * h + (side * side + 1) * h;
  const Json* labels = c.find("id2label");
  if (has_head(c, {"ForImageClassification"}) && labels && labels->is_object())
    d.model.other += (h + 1) * static_cast<double>(labels->size());
  return d;
}

Draft distilbert(const Config& c) {
  Draft d = encoder(c);
  d.usual.mlp.width = c.whole("hidden_dim");
  d.model.learned_positions = c.whole("max_position_embeddings");
  if (has_head(c, {"ForMaskedLM"})) masked_head(d);
  return d;
}

/// A narrow embedding and what widens it; positions and segments are as narrow.
void narrow_embedding(const Config& c, Draft& d, const std::string& key, bool always) {
  const std::int64_t width = c.whole_or(key, d.model.hidden);
  const double e = real(width), h = real(d.model.hidden);
  const double rows = real(c.whole("max_position_embeddings")) + real(c.whole_or("type_vocab_size", 2, 0));
  d.model.embedding_norm = false;
  d.model.other_tables += rows * e;
  d.model.other += rows * e + 2 * e + (always || width != d.model.hidden ? e * h + h : 0);
  if (width != d.model.hidden) d.model.embedding_dim = width;
}

Draft electra(const Config& c) {
  Draft d = encoder(c);
  const double h = real(d.model.hidden);
  narrow_embedding(c, d, "embedding_size", false);
  if (has_head(c, {"ForPreTraining"})) d.model.other += h * h + h + h + 1;
  return d;
}

/// ALBERT: the weights of all layers are those of the first.
Draft albert(const Config& c) {
  Draft d = encoder(c);
  const double h = real(d.model.hidden);
  narrow_embedding(c, d, "embedding_size", true);
  d.model.other += h * h + h;
  const double e = d.model.embedding_dim > 0 ? real(d.model.embedding_dim) : h;
  if (has_head(c, {"ForMaskedLM", "ForPreTraining"})) d.model.other += h * e + e + 2 * e, d.model.head_bias = true;
  d.adjust = [](std::int64_t i, Layer& layer) {
    if (i == 0) return;
    layer.mixer.borrowed = layer.mlp.borrowed = true;
    layer.norms = 0;
  };
  return d;
}

/// DeBERTa: one table of relative positions for all layers.
Draft deberta(const Config& c) {
  Draft d = encoder(c);
  const double h = real(d.model.hidden);
  if (c.flag("position_biased_input", true)) d.model.learned_positions = c.whole("max_position_embeddings");
  d.model.other += real(c.whole_or("type_vocab_size", 0, 0)) * h;
  if (c.flag("relative_attention", true)) {
    const Json* given = c.find("position_buckets");
    const std::int64_t buckets = given ? c.whole("position_buckets", -1) : -1;
    const double rows = buckets > 0 ? 2 * real(buckets) : 2 * real(c.whole("max_position_embeddings"));
    d.model.other += rows * h;
    if (c.word("norm_rel_ebd", "none").find("layer_norm") != std::string::npos) d.model.other += 2 * h;
    if (!c.flag("share_att_key", false)) d.usual.other += 2 * h * h + h;
  }
  const std::int64_t kernel = c.whole_or("conv_kernel_size", 0, 0);
  if (kernel > 0) d.model.other += real(kernel) * h * h + h + 2 * h;
  if (has_head(c, {"ForMaskedLM"}) && !c.words("architectures", 0).empty()) masked_head(d);
  return d;
}

/// ModernBERT (arXiv 2412.13663): gated, without biases, windows in two layers of three.
Draft modernbert(const Config& c) {
  Draft d = common(c, true);
  Mixer& x = d.usual.mixer;
  const double h = real(d.model.hidden);
  x.causal = false;
  x.qkv_bias = x.output_bias = c.flag("attention_bias", false);
  d.usual.mlp.bias = c.flag("mlp_bias", false);
  d.model.embedding_norm = true;
  d.model.norm_bias = c.flag("norm_bias", false);
  const std::int64_t every = c.whole_or("global_attn_every_n_layers", 3);
  d.window = c.whole_or("local_attention", 128, 0) / 2;  // of both sides together
  d.global = [every](std::int64_t i) { return i % every == 0; };
  d.adjust = [](std::int64_t i, Layer& layer) {
    if (i == 0) layer.norms = 1;
  };
  if (has_head(c, {"ForMaskedLM"})) {
    d.model.head_bias = c.flag("decoder_bias", true);
    d.model.other += h * h + (c.flag("classifier_bias", false) ? h : 0) + (d.model.norm_bias ? 2 : 1) * h;
  }
  return d;
}

/// An encoder and a decoder of the same width: the decoder's layers have a second attention, to the encoder's tokens.
void add_decoder(Draft& d, std::int64_t encoders, std::int64_t decoders, const Mixer& attends, std::int64_t width) {
  d.model.layers = encoders + decoders;
  d.adjust = [=](std::int64_t i, Layer& layer) {
    layer.mixer.causal = i >= encoders;
    if (i < encoders) return;
    layer.mixer.heads = layer.mixer.kv_heads = attends.heads;
    layer.mixer.head_dim = attends.head_dim;
    layer.beside = layer.mixer;
    layer.beside.causal = false;
    layer.beside.crosses = true;
    layer.mlp.width = width;
    layer.norms += 1;
  };
}

Draft t5(const Config& c) {
  Draft d;
  Mixer& x = d.usual.mixer;
  const std::int64_t encoders = c.whole("num_layers", 1, most_layers);
  const std::int64_t decoders = c.find("num_decoder_layers") ? c.whole("num_decoder_layers", 0, most_layers) : encoders;
  d.model.hidden = c.whole("d_model");
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.model.context = c.whole_or("n_positions", 512);
  x.heads = x.kv_heads = c.whole("num_heads");
  x.head_dim = c.whole("d_kv");
  x.rotary = false;
  d.usual.mlp.width = c.whole("d_ff");
  d.usual.mlp.gated = c.word("feed_forward_proj", "relu").starts_with("gated") || c.flag("is_gated_act", false);
  add_decoder(d, encoders, decoders, x, d.usual.mlp.width);
  const double table = real(c.whole_or("relative_attention_num_buckets", 32)) * real(x.heads);
  const bool everywhere = c.word("model_type", "") == "umt5";
  if (everywhere) d.usual.other = table;
  else d.model.other += (decoders > 0 ? 2 : 1) * table;
  if (decoders > 0) d.model.other += real(d.model.hidden);  // the encoder's own last norm
  return d;
}

/// How BART's kin differ: positions of their own, norms behind the embeddings and at the end.
struct Seq2Seq {
  bool learned = true;          ///< positions, with two rows for padding
  bool embedding_norms = true;  ///< behind both embeddings
  bool final_norms = false;     ///< at the end of both
};

Draft seq2seq(const Config& c, const Seq2Seq& form) {
  Draft d;
  const double h = real(d.model.hidden = c.whole("d_model"));
  const std::int64_t encoders = c.first_whole({"encoder_layers", "num_hidden_layers"}, most_layers);
  const std::int64_t decoders = c.whole("decoder_layers", 1, most_layers);
  Mixer& x = d.usual.mixer;
  x.heads = x.kv_heads = c.whole("encoder_attention_heads");
  x.head_dim = per_head(c, d.model.hidden, x.heads, "encoder_attention_heads");
  x.rotary = false;
  Mixer decoder = x;
  decoder.heads = c.whole("decoder_attention_heads");
  decoder.head_dim = per_head(c, d.model.hidden, decoder.heads, "decoder_attention_heads");
  d.usual.mlp.width = c.whole("encoder_ffn_dim");
  d.usual.mlp.gated = false;
  set_biases(d, true);
  add_decoder(d, encoders, decoders, decoder, c.whole("decoder_ffn_dim"));
  d.model.vocab = c.whole("vocab_size");
  d.model.tied = c.flag("tie_word_embeddings", true);
  d.model.norm_bias = true;
  d.model.context = c.whole_or("max_position_embeddings", 0, 0);
  d.model.final_norm = form.final_norms;
  if (form.final_norms) d.model.other += 2 * h;
  if (form.embedding_norms) d.model.other += 4 * h;
  if (form.learned) {
    d.model.learned_positions = 2 * (d.model.context + 2);
    c.whole("max_position_embeddings");
  }
  return d;
}

Draft bart(const Config& c) {
  return seq2seq(c, {});
}

Draft mbart(const Config& c) {
  return seq2seq(c, {true, true, true});
}

/// M2M-100, NLLB, Pegasus: positions are computed.
Draft m2m(const Config& c) {
  return seq2seq(c, {false, false, true});
}

Draft marian(const Config& c) {
  Draft d = seq2seq(c, {false, false, false});
  d.model.head_bias = true;
  return d;
}

/// Whisper (arXiv 2212.04356): two convolutions in front of the encoder; keys have no bias.
Draft whisper(const Config& c) {
  Draft d = seq2seq(c, {false, false, true});
  const double h = real(d.model.hidden), mel = real(c.whole_or("num_mel_bins", 80));
  const std::int64_t heard = c.whole_or("max_source_positions", 1500), said = c.whole_or("max_target_positions", 448);
  d.usual.mixer.qkv_bias = false;
  d.usual.other = 2 * h;
  const auto decoder = d.adjust;
  d.adjust = [decoder, h](std::int64_t i, Layer& layer) {
    decoder(i, layer);
    if (layer.beside.present()) layer.other += 2 * h;
  };
  d.model.learned_positions = heard + said;
  d.model.context = said;
  d.model.other += mel * 3 * h + h + 3 * h * h + h;
  return d;
}

/// Text towers of CLIP and SigLIP as models of their own.
Draft clip_text(const Config& c) {
  Draft d = common(c, true);
  d.usual.mixer.rotary = false;
  d.usual.mlp.gated = false;
  d.model.norm_bias = true;
  set_biases(d, true);
  d.model.learned_positions = c.whole_or("max_position_embeddings", 77);
  return d;
}

constexpr const char* of_bert = R"({"num_hidden_layers":12,"hidden_size":768,"num_attention_heads":12,
  "intermediate_size":3072,"vocab_size":30522,"max_position_embeddings":512,"type_vocab_size":2})";
constexpr const char* of_clip_text = R"({"num_hidden_layers":12,"hidden_size":512,"num_attention_heads":8,
  "intermediate_size":2048,"vocab_size":49408})";
constexpr const char* of_siglip_text = R"({"num_hidden_layers":12,"hidden_size":768,"num_attention_heads":12,
  "intermediate_size":3072,"vocab_size":32000,"max_position_embeddings":64})";
constexpr const char* of_distilbert = R"({"n_layers":6,"dim":768,"n_heads":12,"hidden_dim":3072,"vocab_size":30522,
  "max_position_embeddings":512})";

}  // namespace

const std::vector<ModelType>& encoder_types() {
  static const std::vector<ModelType> types = {{"albert", albert},
                                               {"bart", bart},
                                               {"bert", bert, of_bert},
                                               {"camembert", roberta, of_bert},
                                               {"clip", clip_text, of_clip_text},
                                               {"clip_text_model", clip_text, of_clip_text},
                                               {"deberta", deberta},
                                               {"deberta-v2", deberta},
                                               {"distilbert", distilbert, of_distilbert},
                                               {"electra", electra},
                                               {"longformer", longformer, of_bert},
                                               {"m2m_100", m2m},
                                               {"marian", marian},
                                               {"mbart", mbart},
                                               {"modernbert", modernbert},
                                               {"mpnet", mpnet},
                                               {"mt5", t5},
                                               {"nllb", m2m},
                                               {"pegasus", m2m},
                                               {"roberta", roberta, of_bert},
                                               {"siglip", clip_text, of_siglip_text},
                                               {"siglip_text_model", clip_text, of_siglip_text},
                                               {"t5", t5},
                                               {"umt5", t5},
                                               {"vit", vit},
                                               {"whisper", whisper},
                                               {"xlm-roberta", roberta, of_bert}};
  return types;
}

}  // namespace orrery::model
