// Overrides that change what a scenario gives in place of replacing it: "+90 days", "-2 weeks", "less 2 weeks", "x1.2".
#pragma once
#include <optional>
#include <string>

#include "base/amount.h"
#include "base/distribution.h"
#include "base/document.h"

namespace orrery::scenario {

/// The value that an override's text makes of one that is given, nothing where the text is a value of its own:
///   x1.2       every level of an amount, a count or a distribution times 1.2
///   +90 days   a date later, one that hangs on an event too, or every level of a duration longer
///   -2 weeks   a date earlier; on anything else a value of its own
///   less 2 weeks   a date earlier, or every level of a duration shorter, down to nothing
/// given: what stands there now; null where nothing does, and a change of the default is what it makes: { times = 1.2
/// }, { longer = "90 days" }, { shorter = "14 days" }. Throws Error at place for a change of what cannot be changed so.
/// of_date: whether the key is of a date, where nothing is given.
std::optional<Node> changed(const Node* given, const std::string& text, const Place& place, const std::string& key,
                            bool of_date = false);

/// Whether a value is a change of its default, and what the default becomes by it. Throws Error where it is of another
/// dimension.
bool is_change(const Node& node);
/// By how many days a change makes it longer or later; negative where it is shorter or earlier. It has one of the two.
double shift_of_change(const Node& change, const std::string& key);
Distribution apply_change(const Node& change, const Distribution& of, Dimension dimension, const std::string& key);

}  // namespace orrery::scenario
