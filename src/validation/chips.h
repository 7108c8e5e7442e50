// Chips as they are built beside what is published of them: areas of dies, each left out of the fit of the blocks, what
// they cost, and what they sustain under their power limit.
#pragma once
#include "base/csv.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Rows with id, chip, what ("die area mm2", "cost USD", "die price USD", "sustained bf16 TFLOP/s", "clock MHz") and
/// value. Throws Error with the line for what cannot be read.
Score validate_chips(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
