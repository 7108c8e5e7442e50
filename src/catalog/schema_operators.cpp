// Operators of today's models: the constants of their kernels, and the attention layers that models' shapes leave open.
#include "catalog/schema_keys.h"

namespace orrery::catalog {
namespace {

KeySchema times(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::none, meaning), 1e-6, 1e6);
}

/// The constants of a kernel, wherever they are said.
std::vector<KeySchema> constants() {
  return {
      brief("launch", "launches and host work that nothing hides"),
      between(amount("overlap", d::none, "exponent that joins arithmetic, traffic and steps of a part"), 1, 10),
      times("products_compute", "time of the products with weights over that at peak"),
      times("products_memory", "time of their traffic over that at the datasheet's bandwidth"),
      brief("products_step", "of 64 elements of the inner dimension on the busiest core"),
      times("attention_compute", "the same of attention and scans: arithmetic"),
      times("attention_memory", "traffic"),
      brief("attention_step", "a step of the busiest core"),
      times("selection_compute", "the same of choosing keys, or of rows that belong to other ranks: arithmetic"),
      times("selection_memory", "traffic"),
      brief("selection_step", "a step of the busiest core"),
      times("traffic_compute", "the same of elementwise passes: arithmetic"),
      times("traffic_memory", "traffic"),
      brief("traffic_step", "a step of the busiest core"),
      between(amount("spread", d::none, "mean absolute logarithm of predicted over measured times in the fit"), 0, 10),
  };
}

std::vector<KeySchema> constants_and(std::vector<KeySchema> more) {
  std::vector<KeySchema> keys = constants();
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

}  // namespace

void operators_schema(std::vector<KindSchema>& kinds) {
  const GroupSchema release{"release", "A release of that software, where it differs.", constants(), {}, true};
  const GroupSchema chip{"chip", "An accelerator it was measured on, and where that differs.", constants(), {release}};
  const GroupSchema format{"format",
                           "Number formats: of the operands; of modules the products' and the kept keys'.",
                           constants(),
                           {chip},
                           true};
  const GroupSchema kernel{"kernel", "A kernel as that software prints it.", constants(), {format}, true};
  kinds.push_back(
      {"operators",
       "Constants of the operators of today's models, fitted by kernel; what a part leaves out is said around it.",
       constants_and({
           required(text("reference", "the accelerator whose datasheet the constants are stated for")),
           required(text("family", "latent, attention, mixture, sparse or state: whose predictions are off alike")),
           between(amount("memory_exponent", d::none,
                          "traffic loses so much of a chip's larger bandwidth: exponent of the ratio of bandwidths"),
                   0, 1),
           between(
               amount("step_exponent", d::none, "steps gain from a faster core: exponent of the ratio of core peaks"),
               0, 1),
           texts("ungated", "hidden/inter widths of models whose experts have no gate"),
       }),
       {{"engine", "Serving software.", constants(), {kernel}, true}}});
  const auto width = [](std::string_view key, std::string_view meaning) { return whole(key, meaning, 0, 1e7); };
  kinds.push_back({"attention",
                   "Attention layers of models that compress or choose their keys, as their config.json says.",
                   {
                       required(width("hidden", "width of the residual stream")),
                       required(width("heads", "query heads")),
                       width("kv_heads", "key heads of grouped-query attention"),
                       width("q_lora_rank", "rank of the queries"),
                       width("kv_lora_rank", "rank of keys and values; width of a compressed key"),
                       width("qk_rope_dim", "rotary part of a head"),
                       width("qk_nope_dim", "rest of a query and key head"),
                       width("v_dim", "value head"),
                       width("index_heads", "heads of the indexer"),
                       width("index_dim", "width of its heads"),
                       width("index_keys", "keys it picks"),
                       width("index_block", "keys that are picked together"),
                       width("window", "newest tokens that are attended to uncompressed"),
                       width("out_groups", "groups of heads with a low-rank output"),
                       width("out_rank", "rank of that output"),
                   }});
}

}  // namespace orrery::catalog
