// The lines of PUE over climate fitted again to published places.
#pragma once
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// Fits the catalog's pue to pue.csv of the measurements; shows with it how far left-out places are missed by operator
/// and climate, by the operator alone and by climate alone, and how often bands that were made without a place hold
/// it. Throws Error where the table is missing.
Calibrated calibrate_pue(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
