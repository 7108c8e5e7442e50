// The strict check of a scenario against the records of its kind: nothing unknown, mistyped or out of range passes.
#pragma once
#include <string>

#include "base/document.h"
#include "scenario/section.h"

namespace orrery::scenario {

/// What a value may say of its origin beside itself: basis, source, date, note.
const std::vector<std::string>& provenance_keys();

/// Whether a key is what a section may say of the origin of all its values: basis, source, note, as_of.
bool says_origin(std::string_view key);

/// { value = ..., basis = ... } around a text, a date, a list or a boolean: the value inside, or the node itself.
const Node& bare(const Node& node);

/// Whether a day hangs on an event: text that begins with "when ", or { when = "...", lag = ..., lead = ... }.
bool hangs(const Node& node);

/// Refuses unknown keys and tables, wrong types, wrong dimensions and values out of range anywhere in a scenario.
void check(const Node& root, const Form& form);

}  // namespace orrery::scenario
