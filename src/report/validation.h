// A score (predictions beside measurements) as text for a terminal and as JSON. The functions print nothing.
#pragma once
#include <string>

#include "machine/training/score.h"

namespace orrery::report {

/// The errors by group, what was left out and why; title names what was scored.
std::string score_text(const training::Score& score, const std::string& title);

/// {"rows": [{"id", "group", "measured", "predicted", "error"} or {"id", "group", "skipped"}], "summary": {"rows",
/// "predicted", "median_abs_error", "mean_abs_error", "p90_abs_error", "groups": {name: the same}, "skipped": {reason:
/// n}}}. Times are in seconds, memory in bytes.
std::string score_json(const training::Score& score);

}  // namespace orrery::report
