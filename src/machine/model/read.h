// A model as people name it: an entry of the catalog, or the config.json that Hugging Face keeps beside its weights.
#pragma once
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "machine/model/architecture.h"

namespace orrery::model {

struct Model {
  std::string name;
  bool in_catalog = false;
  std::optional<Architecture> shape;  ///< nothing where the catalog states parameters alone
  bool mixture = false;               ///< of experts
  double active = 0;                  ///< parameters that a token meets
  std::string active_source;          ///< "models/llama-3.1-405b.params_total", "config.json.parameters"
  double context = 0;                 ///< longest sequence the publisher names; 0 unknown
};

/// Whether a name is a path: it ends in ".json" or holds a slash.
bool is_path(std::string_view name_or_path);

/// Reads a name or alias of the catalog's models, or the path of a config.json, as a known type where one is given.
/// Throws Error with the nearest names, or as read_huggingface_config(); without a place where the catalog has no such
/// name, or read_as is given with one.
Model read(const std::string& name_or_path, const catalog::Catalog& catalog, const std::string& read_as = "");

/// Its shape. Throws Error (without a place) where the catalog states parameters alone.
const Architecture& shape_of(const Model& model);

}  // namespace orrery::model
