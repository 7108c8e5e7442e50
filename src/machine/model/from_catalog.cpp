#include "machine/model/from_catalog.h"

#include <cmath>

#include "base/error.h"

namespace orrery::model {
namespace {

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

Architecture from_catalog(const catalog::Entry& entry) {
  for (const char* key : {"layers", "hidden", "heads", "vocab"}) entry.at(key);
  Architecture m;
  m.name = entry.name;
  m.family = word(entry, "family");
  m.layers = whole(entry, "layers", 0);
  m.hidden = whole(entry, "hidden", 0);
  m.heads = whole(entry, "heads", 0);
  m.kv_heads = whole(entry, "kv_heads", m.heads);
  m.head_dim = whole(entry, "head_dim", m.heads > 0 ? m.hidden / m.heads : 0);
  m.vocab = whole(entry, "vocab", 0);
  m.ffn_hidden = whole(entry, "ffn", 0);
  m.context = whole(entry, "context", 0);
  m.gated = flag(entry, "gated_mlp", true);
  m.tied = flag(entry, "tied_embeddings", false);
  const bool biases = flag(entry, "biases", false);
  m.qkv_bias = m.attention_output_bias = m.ffn_bias = m.norm_bias = biases;
  if (word(entry, "positional") == "learned") m.learned_positions = m.context;
  m.relative_positions = word(entry, "positional") == "relative";
  m.experts = whole(entry, "experts", 0);
  m.top_k = whole(entry, "top_k", 0);
  m.expert_hidden = whole(entry, "moe_ffn", m.ffn_hidden);
  m.shared_experts = whole(entry, "shared_experts", 0);
  m.shared_hidden = m.shared_experts * m.expert_hidden;
  m.dense_first = whole(entry, "dense_first_layers", 0);
  m.mtp_layers = whole(entry, "mtp_layers", 0);
  if (word(entry, "attention") == "mla") {
    m.attention = Attention::latent;
    m.q_lora_rank = whole(entry, "q_lora_rank", 0);
    m.kv_lora_rank = whole(entry, "kv_lora_rank", 0);
    m.qk_rope_dim = whole(entry, "qk_rope_dim", 0);
    m.qk_nope_dim = whole(entry, "qk_nope_dim", 0);
    m.v_dim = whole(entry, "v_dim", 0);
    m.head_dim = m.qk_rope_dim + m.qk_nope_dim;
  }
  try {
    check(m);
  } catch (const Error& e) {
    throw Error(entry.place, entry.name + "." + e.key(), e.problem(), e.remedy());
  }
  return m;
}

std::vector<Architecture> known_models(const catalog::Catalog& catalog) {
  std::vector<Architecture> models;
  for (const catalog::Entry& entry : catalog.entries("models"))
    if (entry.find("layers") && entry.find("hidden") && entry.find("heads") && entry.find("vocab"))
      models.push_back(from_catalog(entry));
  return models;
}

}  // namespace orrery::model
