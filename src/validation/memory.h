// Peak memory of published training runs, predicted: the rows of measurements/memory.csv, whose configurations are
// typed or those of rows of training.csv, and reports of what fitted and what did not.
#pragma once
#include <string>

#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Predicts the peak memory of every row of the table at path, bytes of one accelerator: of what the row says was
/// measured. Rows of training.csv are looked up beside it, models' config.json files beside it or one folder up. Throws
/// Error for a missing column or a cell that is no number.
Score validate_memory(const std::string& path, const Facts& facts);

}  // namespace orrery::validation
