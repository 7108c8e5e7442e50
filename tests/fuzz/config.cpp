// Hugging Face configs and SAM's cases from any bytes.
#include <cmath>

#include "fuzz/check.h"
#include "fuzz/target.h"
#include "machine/model/architecture.h"
#include "machine/model/huggingface.h"
#include "machine/model/operators.h"
#include "money/sam/sam.h"

namespace orrery::fuzz {

/// A model with parameters and operators of finite size, or one refusal.
void feed_config(std::string_view bytes) {
  refused([&] {
    const model::Architecture model = model::read_huggingface_config(bytes, "config.json");
    const double total = model::parameters(model).total, flops = model::forward_flops_per_token(model, 4096);
    if (!(total > 0 && std::isfinite(total) && flops > 0 && std::isfinite(flops) && model.towers >= 0))
      fail("a model without size");
    for (const model::Layer& layer : model.kinds)
      for (const auto& o : model::layer_operators(model, layer, {.sequence = 4096}))
        if (!(o.flops() >= 0 && o.bytes >= 0 && o.saved >= 0 && std::isfinite(o.flops())))
          fail("an operator of no size");
  });
}

/// Results that are JSON, or one refusal.
void feed_sam(std::string_view bytes) {
  refused([&] { money::sam_outputs(money::read_sam(bytes, "sam.json")); });
}

const Vocabulary& words_of_config() {
  static const Vocabulary words{{},
                                {"hidden_size",
                                 "num_hidden_layers",
                                 "num_attention_heads",
                                 "num_key_value_heads",
                                 "intermediate_size",
                                 "vocab_size",
                                 "head_dim",
                                 "num_experts",
                                 "n_routed_experts",
                                 "num_experts_per_tok",
                                 "layer_types",
                                 "llama",
                                 "deepseek_v3",
                                 "gemma3",
                                 "qwen3_moe",
                                 "mamba2",
                                 "bert",
                                 "t5",
                                 "true",
                                 "null",
                                 "[]",
                                 "{}",
                                 "Infinity"}};
  return words;
}

const Vocabulary& words_of_sam() {
  static const Vocabulary words = [] {
    Vocabulary all;
    for (const money::SamKey& key : money::sam_keys()) all.words.push_back(key.name);
    return all;
  }();
  return words;
}

}  // namespace orrery::fuzz
