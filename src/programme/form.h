// The keys of a site programme's scenario, declared once, and its shorthands.
#pragma once
#include "scenario/section.h"

namespace orrery::programme {

/// Sections and keys of a site programme; `site` and `chips` at the top are short for tables.
const scenario::Form& form();

}  // namespace orrery::programme
