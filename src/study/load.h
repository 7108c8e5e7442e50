// The electric load of accelerators at the grid, as a kind of study.
#pragma once
#include "study/kind.h"

namespace orrery::study {

/// What a file with [load] may say.
const scenario::Form& load_form();

}  // namespace orrery::study
