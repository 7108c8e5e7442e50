// What the readers of model types share: the draft of a model, the keys most of them have, and how layers alternate.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "machine/model/architecture.h"
#include "machine/model/config.h"

namespace orrery::model {

/// The deepest published transformer has 1,000 layers (DeepNet); far above it a search of layouts would not end.
constexpr std::int64_t most_layers = 2'000;

/// What a reader finds: the model, its usual layer with the widths of a dense MLP and of a mixture, and which layers
/// differ from it.
struct Draft {
  Architecture model;
  Layer usual;
  std::int64_t window = 0;                           ///< of layers that do not attend to everything before them
  std::function<bool(std::int64_t)> global;          ///< which layers do; empty with a window: none
  std::function<bool(std::int64_t)> sparse;          ///< which layers are mixtures; empty: all, of a mixture
  std::function<void(std::int64_t, Layer&)> adjust;  ///< what else differs
  std::vector<Layer> mtp;                            ///< layers of a prediction module that the model has not
};

/// One type's reader. Throws Error as Config does.
using Reader = Draft (*)(const Config&);

/// A model type with what its class takes for keys that are not written, as JSON text; empty: nothing.
struct ModelType {
  const char* name;
  Reader read;
  const char* defaults = "";
};

const std::vector<ModelType>& plain_types();        ///< decoders of one dense layer
const std::vector<ModelType>& gemma_types();        ///< Google's decoders, whose layers differ most
const std::vector<ModelType>& mixture_types();      ///< grouped attention and a mixture of experts
const std::vector<ModelType>& alternating_types();  ///< mixtures whose layers attend in several forms
const std::vector<ModelType>& latent_types();       ///< latent, sparse and compressed attention
const std::vector<ModelType>& hybrid_types();       ///< states and convolutions
const std::vector<ModelType>& searched_types();     ///< layers that are all of their own width
const std::vector<ModelType>& encoder_types();      ///< encoders, and encoders with decoders
const std::vector<ModelType>& diffusion_types();    ///< transformers that take noise from images and films

/// Elements a head has: as said, else the width shared among the heads.
std::int64_t head_dim_of(const Config& c, std::int64_t hidden, std::int64_t heads);
std::int64_t per_head(const Config& c, std::int64_t hidden, std::int64_t heads, const std::string& key);

/// Parameters of a product with a bias.
inline double linear(double in, double out) {
  return in * out + out;
}

/// A draft of the layers, width, vocabulary, tied tables and context that a config says.
Draft sized(const Config& c);

/// The keys that Llama made common, under the names that others gave them. tied is what the type takes for
/// tie_word_embeddings; mixtures may leave out the width of a dense MLP.
Draft common(const Config& c, bool tied = false, bool mixture = false);

/// A draft with the heads of attention alone, biased or not, as older decoders write them.
void set_biases(Draft& d, bool biases);

/// The model's layer_types where it lists them: one for each layer, and none that is not among the known.
std::vector<std::string> layer_types(const Config& c, std::int64_t layers, const std::vector<std::string>& known,
                                     const std::string& key = "layer_types");

/// A window below "sliding_window", for layers that layer_types call so, or all but one in global_every (0: all).
void sliding_window(const Config& c, Draft& d, std::int64_t global_every);
/// Which layers attend to everything, of a window that is known.
void global_layers(const Config& c, Draft& d, std::int64_t global_every);

/// Experts under the names that the types give them: count, choices, width.
void experts(const Config& c, Draft& d, const std::vector<std::string>& count, const std::vector<std::string>& top_k,
             const std::vector<std::string>& width);
/// Shared experts of the routed ones' width, or of a width of their own below a key.
void shared_experts(const Config& c, Draft& d, const std::vector<std::string>& count, const std::string& width = "");
/// Mixtures from so many layers on, one in so many.
void mixtures_from(Draft& d, std::int64_t first, std::int64_t every = 1);

/// The layers that a list of flags or types makes mixtures. The list must be there.
void mixtures_listed(const Config& c, Draft& d, const std::string& key);
/// Layers of DeepSeek's kind: the first are dense, or a list says which are.
void mixtures_of_deepseek(const Config& c, Draft& d);

/// Multi-head latent attention (DeepSeek-V2).
Mixer latent_attention(const Config& c);

/// The model: its layers are made, and those of a prediction module. Throws Error.
Architecture finished(Draft d);

/// Parameters of what sees and hears, with its projectors, as far as the config describes it. body is the language
/// model's own table.
double tower_parameters(const Config& whole, const Architecture& language);

}  // namespace orrery::model
