// Reads the config.json that Hugging Face keeps beside a model into an Architecture. What a key means depends on the
// model_type: each type is a short reader of its own, after the published modelling code (types_*.cpp).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "machine/model/architecture.h"

namespace orrery::model {

/// The model types that can be read, sorted.
std::vector<std::string> huggingface_types();

/// Reads config.json text; name stands for the file in messages. Of models with several inputs, the language model,
/// with the parameters of their towers; keys that nested tables leave out have the defaults of the type's class.
/// read_as is a known type to read a plain model of an unknown one as; empty: the file's own. Throws Error with one
/// message: not JSON (with the byte where it breaks), no or an unknown type (with the nearest known), a key that is
/// missing, of a wrong type, not whole, or out of range, heads that do not divide the width.
Architecture read_huggingface_config(std::string_view json, const std::string& name, const std::string& read_as = "");

}  // namespace orrery::model
