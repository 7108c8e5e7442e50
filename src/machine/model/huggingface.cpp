#include "machine/model/huggingface.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "machine/model/config.h"
#include "machine/model/model_types.h"

namespace orrery::model {
namespace {

const std::map<std::string, ModelType>& types() {
  static const std::map<std::string, ModelType> table = [] {
    std::map<std::string, ModelType> all;
    for (const auto* family : {&plain_types(), &gemma_types(), &mixture_types(), &alternating_types(), &latent_types(),
                               &hybrid_types(), &searched_types(), &encoder_types(), &diffusion_types()})
      for (const ModelType& type : *family) all.emplace(type.name, type);
    return all;
  }();
  return table;
}

/// The known type of a name that architectures give: "LlamaForCausalLM" is a llama.
const ModelType* type_of_class(const std::string& written) {
  static const std::map<std::string, std::string> others = {{"grok1forcausallm", "grok-1"},
                                                            {"grok1modelforcausallm", "grok-1"},
                                                            {"decilmforcausallm", "nemotron-nas"},
                                                            {"mambalmheadmodel", "mamba_ssm"},
                                                            {"qwenlmheadmodel", "qwen"}};
  std::string name = folded(written);
  if (const auto other = others.find(name); other != others.end()) return &types().at(other->second);
  for (const char* ending : {"forcausallm", "forconditionalgeneration", "lmheadmodel", "formaskedlm", "model"})
    if (name.ends_with(ending)) {
      name.resize(name.size() - std::string(ending).size());
      break;
    }
  for (const auto& [known, type] : types())
    if (folded(known) == name) return &type;
  return nullptr;
}

/// The text below a key, where there is any.
std::string text_below(const Json& json, const std::string& key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : "";
}

/// The keys that say the type are what they should be, or missing.
void check_type_of(const Json& json, std::string_view text, const std::string& name) {
  constexpr std::size_t longest = 200;
  const auto refuse = [&](const char* key, const std::string& problem, const char* remedy) {
    throw Error(place_of(key, text, name), key, problem, remedy);
  };
  if (const auto it = json.find("model_type"); it != json.end() && !it->is_null()) {
    if (!it->is_string())
      refuse("model_type", "expected text, found " + shown(*it), "write the type, such as \"llama\"");
    if (it->get_ref<const std::string&>().size() > longest)
      refuse("model_type", "is longer than any type's name", "write the type, such as \"llama\"");
  }
  if (const auto it = json.find("architectures"); it != json.end() && !it->is_null() && !it->is_array())
    refuse("architectures", "expected a list, found " + shown(*it), "write a list, such as [\"LlamaForCausalLM\"]");
}

const ModelType* find_type(const Json& json) {
  const auto known = types().find(text_below(json, "model_type"));
  if (known != types().end()) return &known->second;
  const auto diffuser = types().find(text_below(json, "_class_name"));
  if (diffuser != types().end()) return &diffuser->second;
  if (const auto it = json.find("architectures"); it != json.end() && it->is_array())
    for (const Json& name : *it)
      if (name.is_string())
        if (const ModelType* type = type_of_class(name.get<std::string>())) return type;
  // Mamba's authors write neither.
  if (json.contains("ssm_cfg")) return &types().at("mamba_ssm");
  return nullptr;
}

/// Where models with several inputs keep the language model: the table, or nothing.
const Json* language_model(const Json& json, std::string_view text, const std::string& name) {
  for (const char* key : {"thinker_config", "text_config", "language_config", "llm_config", "llm_cfg", "text_model",
                          "text_model_config", "language_model_config", "language_model", "lm_config", "decoder"}) {
    const auto inner = json.find(key);
    if (inner == json.end() || inner->is_null()) continue;
    if (!inner->is_object()) {
      if (std::string_view(key) != "text_config") continue;  // other keys of the same name are no tables
      throw Error(place_of(key, text, name), key, "expected a table, found " + shown(*inner),
                  "give the language model's own keys there");
    }
    const Json* deeper = language_model(*inner, text, name);
    return deeper ? deeper : &*inner;
  }
  return nullptr;
}

/// What makes a config that of a model: at the top of a file it must be written, since a class's default would be a
/// model that nobody meant. Nested tables leave it out where it equals the default.
bool is_size(const std::string& key) {
  static const std::vector<std::string> sizes = {"num_hidden_layers",
                                                 "hidden_size",
                                                 "vocab_size",
                                                 "num_attention_heads",
                                                 "num_key_value_heads",
                                                 "intermediate_size",
                                                 "n_layer",
                                                 "n_embd",
                                                 "n_head",
                                                 "num_layers",
                                                 "dim",
                                                 "n_layers",
                                                 "n_heads",
                                                 "hidden_dim"};
  return std::find(sizes.begin(), sizes.end(), key) != sizes.end();
}

Json defaults_of(const ModelType& type, bool nested) {
  Json all = *type.defaults ? Json::parse(type.defaults) : Json::object();
  if (nested) return all;
  Json rest = Json::object();
  for (const auto& [key, value] : all.items())
    if (!is_size(key)) rest[key] = value;
  return rest;
}

/// The config's own name of a number that the architecture refuses.
std::string config_key(const Config& c, const std::string& key) {
  static const std::map<std::string, std::vector<std::string>> names = {
      {"top_k", {"num_experts_per_tok", "experts_per_token", "num_selected_experts", "moe_topk", "moe_top_k", "moe_k"}},
      {"experts", {"num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"}},
      {"expert_hidden", {"moe_intermediate_size", "intermediate_size"}},
      {"ffn_hidden", {"intermediate_size", "ffn_hidden_size", "d_ff"}},
      {"heads", {"num_attention_heads", "n_head", "num_heads"}},
      {"kv_heads",
       {"num_key_value_heads", "num_kv_heads", "n_head_kv", "num_attention_groups", "multi_query_group_num",
        "mamba_n_groups", "n_groups", "linear_num_key_heads"}},
      {"layers", {"num_hidden_layers", "n_layer", "num_layers"}},
      {"streams", {"hc_mult", "altup_num_inputs"}},
      {"window", {"sliding_window", "attention_chunk_size"}},
      {"mtp_layers", {"num_nextn_predict_layers", "mtp_num_hidden_layers"}}};
  if (const auto known = names.find(key); known != names.end())
    for (const std::string& name : known->second)
      if (c.find(name)) return name;
  return key;
}

[[noreturn]] void refuse_type(const Config& c, const std::string& type, const std::string& read_as) {
  if (!read_as.empty())
    throw Error({}, "read_as", "the model type " + in_quotes(read_as) + " is not known",
                suggest(read_as, huggingface_types(), "name a known type: llama, mixtral, qwen3_moe, deepseek_v3 ..."));
  if (type.empty())
    c.refuse("model_type", "missing or not text",
             "add the model's type, such as \"llama\", or name a known one with --read-as TYPE");
  const std::string key = c.find("model_type") ? "model_type" : "_class_name";
  c.refuse(key, "the model type " + in_quotes(type) + " is not known",
           suggest(type, huggingface_types(), "known types: llama, mixtral, qwen3_moe, deepseek_v3 and others") +
               ", or name the known type that its layers are like with --read-as TYPE");
}

}  // namespace

std::vector<std::string> huggingface_types() {
  std::vector<std::string> names;
  for (const auto& [name, type] : types()) names.push_back(name);
  return names;
}

Architecture read_huggingface_config(std::string_view text, const std::string& name, const std::string& read_as) {
  const Json json = parse_once(text, name);
  if (!json.is_object()) throw Error({name, 0, 0}, "", "not a JSON object", "give the model's own config.json");
  check_type_of(json, text, name);
  const Json* inner = language_model(json, text, name);
  if (inner) check_type_of(*inner, text, name);
  Json body = inner ? *inner : json;
  if (inner)
    for (const char* key : {"tie_word_embeddings", "vocab_size"})
      if (const auto outer = json.find(key); outer != json.end() && !body.contains(key)) body[key] = *outer;
  // The inner table's own type, else that of the whole.
  const ModelType* type = nullptr;
  if (!read_as.empty()) {
    const auto known = types().find(read_as);
    if (known != types().end()) type = &known->second;
  } else {
    type = find_type(body);
    if (!type) type = find_type(json);
  }
  std::string written = text_below(body, "model_type");
  if (written.empty()) written = text_below(json, "model_type");
  if (written.empty()) written = text_below(json, "_class_name");
  const Config plain{body, name, text};
  if (!type) refuse_type(plain, written, read_as);
  const Json defaults = defaults_of(*type, inner != nullptr);
  const Config config{body, name, text, &defaults};
  Draft d = type->read(config);
  if (!d.global && !d.adjust)  // what a model does not use is read all the same
    layer_types(config, d.model.layers, {"full_attention", "sliding_attention", "chunked_attention"});
  d.model.family = type->name;
  d.model.name = written.empty() ? type->name : written;
  for (const Json* table : {static_cast<const Json*>(&body), &json})
    if (const std::string id = text_below(*table, "_name_or_path"); !id.empty()) d.model.name = id;
  for (char& c : d.model.name)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';  // the name is printed
  try {
    Architecture m = finished(std::move(d));
    check(m);
    m.towers = tower_parameters({json, name, text}, m);
    return m;
  } catch (const Error& e) {
    if (!e.place().file.empty()) throw;
    const std::string key = config_key(config, e.key());
    throw Error(place_of(key, text, name), key, e.problem(), e.remedy());
  }
}

}  // namespace orrery::model
