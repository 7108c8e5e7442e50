// The keys of a site programme's scenario, declared once, and its shorthands.
#pragma once
#include "scenario/section.h"

namespace orrery::programme {

/// Sections and keys of a site programme; `site` and `chips` at the top are short for tables.
const scenario::Form& form();

/// What a forecast may last, s: its tables are by the month.
inline constexpr double longest_forecast = 40 * year_length.value();

}  // namespace orrery::programme
