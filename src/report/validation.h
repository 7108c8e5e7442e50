// A score (predictions beside measurements) as text for a terminal and as JSON. The functions print nothing.
#pragma once
#include <string>

#include "validation/score.h"

namespace orrery::report {

/// The rows where the score lists them, the errors by group, what was left out and why, and the bars.
std::string score_text(const validation::Score& score);

/// {"schema", "kind", "version", "unit", "rows": [{"id", "group", "measured", "predicted", "error" or "skipped"}],
/// "summary": {"rows", "predicted", "median_abs_error", ..., "groups": {name: the same}, "skipped": {reason: n}},
/// "bars": [{"group", "figure", "least", "most", "value", "met"}]}, the same for every table: docs/json.md.
std::string score_json(const validation::Score& score);

}  // namespace orrery::report
