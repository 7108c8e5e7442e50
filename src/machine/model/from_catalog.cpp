#include "machine/model/from_catalog.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>

#include "base/error.h"
#include "base/files.h"
#include "machine/model/huggingface.h"

namespace orrery::model {
namespace {

constexpr const char* shape_keys[] = {"layers", "hidden", "heads", "vocab"};

std::int64_t whole(const catalog::Entry& entry, std::string_view key, std::int64_t fallback) {
  const catalog::Figure* figure = entry.find(key);
  if (!figure) return fallback;
  const double value = figure->amount.median();
  if (!(value >= 0 && value < 1e15 && std::floor(value) == value))
    throw Error(figure->place, entry.name + "." + std::string(key), "not a whole number", "write a count");
  return static_cast<std::int64_t>(value);
}

bool flag(const catalog::Entry& entry, std::string_view key, bool fallback) {
  const catalog::Figure* figure = entry.find(key);
  return figure ? figure->boolean : fallback;
}

std::string word(const catalog::Entry& entry, std::string_view key) {
  const catalog::Figure* figure = entry.find(key);
  return figure ? figure->text : "";
}

}  // namespace

bool has_shape(const catalog::Entry& entry) {
  if (entry.find("config")) return true;
  return std::all_of(std::begin(shape_keys), std::end(shape_keys), [&](const char* key) { return entry.find(key); });
}

Architecture from_catalog(const catalog::Entry& entry) {
  if (const catalog::Figure* config = entry.find("config")) {
    const std::string path = (std::filesystem::path(entry.place.file).parent_path() / config->text).string();
    Architecture m =
        at(config->place, entry.name + ".config", [&] { return read_huggingface_config(read_file(path), path); });
    m.name = entry.name;
    return m;
  }
  for (const char* key : shape_keys) entry.at(key);
  Architecture m;
  Layer usual;
  Pattern pattern;
  m.name = entry.name;
  m.family = word(entry, "family");
  m.layers = whole(entry, "layers", 0);
  m.hidden = whole(entry, "hidden", 0);
  usual.mixer.heads = whole(entry, "heads", 0);
  usual.mixer.kv_heads = whole(entry, "kv_heads", usual.mixer.heads);
  usual.mixer.head_dim = whole(entry, "head_dim", usual.mixer.heads > 0 ? m.hidden / usual.mixer.heads : 0);
  m.vocab = whole(entry, "vocab", 0);
  usual.mlp.width = whole(entry, "ffn", 0);
  m.context = whole(entry, "context", 0);
  usual.mlp.gated = flag(entry, "gated_mlp", true);
  m.tied = flag(entry, "tied_embeddings", false);
  const bool biases = flag(entry, "biases", false);
  usual.mixer.qkv_bias = usual.mixer.output_bias = usual.mlp.bias = m.norm_bias = biases;
  if (word(entry, "positional") == "learned") m.learned_positions = m.context;
  usual.mixer.relative_positions = word(entry, "positional") == "relative";
  usual.mlp.experts = whole(entry, "experts", 0);
  usual.mlp.top_k = whole(entry, "top_k", 0);
  usual.mlp.expert_width = whole(entry, "moe_ffn", usual.mlp.width);
  usual.mlp.shared_experts = whole(entry, "shared_experts", 0);
  usual.mlp.shared_width = usual.mlp.shared_experts * usual.mlp.expert_width;
  pattern.dense_first = whole(entry, "dense_first_layers", 0);
  m.mtp_layers = whole(entry, "mtp_layers", 0);
  if (word(entry, "attention") == "mla") {
    usual.mixer.kind = Mixer::Kind::latent;
    usual.mixer.q_lora_rank = whole(entry, "q_lora_rank", 0);
    usual.mixer.kv_lora_rank = whole(entry, "kv_lora_rank", 0);
    usual.mixer.qk_rope_dim = whole(entry, "qk_rope_dim", 0);
    usual.mixer.qk_nope_dim = whole(entry, "qk_nope_dim", 0);
    usual.mixer.v_dim = whole(entry, "v_dim", 0);
    usual.mixer.head_dim = usual.mixer.qk_rope_dim + usual.mixer.qk_nope_dim;
  }
  if (m.learned_positions > 0) usual.mixer.rotary = false;
  try {
    set_layers(m, m.layers, usual, pattern);
    check(m);
  } catch (const Error& e) {
    throw Error(entry.place, entry.name + "." + e.key(), e.problem(), e.remedy());
  }
  return m;
}

std::vector<Architecture> known_models(const catalog::Catalog& catalog) {
  std::vector<Architecture> models;
  for (const catalog::Entry& entry : catalog.entries("models"))
    if (has_shape(entry)) models.push_back(from_catalog(entry));
  return models;
}

}  // namespace orrery::model
