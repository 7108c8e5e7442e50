// Days that hang on events, held at the medians against what their keys allow: a mistake in a file shows before any
// trial.
#pragma once
#include "programme/plan.h"

namespace orrery::programme {

/// Throws Error for a day that hangs on an event, or is held against one, and lies, with all inputs at their medians,
/// where its key does not allow: before the programme's start, before work begins, before the block serves.
void check_days(const Plan& plan);

}  // namespace orrery::programme
