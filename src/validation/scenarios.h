// Hindsight over scenarios: what was seen of real systems, held against forecasts that were made of their plans.
#pragma once
#include <string>

#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Forecasts every programme of a folder of scenarios (1,000 trials, seed 1; with the causes that inputs share, and a
/// second time with every input drawn by itself for its band alone) and scores each of its observations:
/// dates in days since the scenario's start, levels (accelerators, W, $) on their day. A date that the forecast does
/// not reach counts as one day after its end. Files of other kinds and those without observations are passed over.
/// Throws Error for a folder that cannot be read and for whatever is wrong with a scenario.
Score validate_scenarios(const std::string& folder, const Facts& facts);

}  // namespace orrery::validation
