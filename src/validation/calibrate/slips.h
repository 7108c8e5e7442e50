// The law of announced dates fitted again to the editions of the sites' timelines.
#pragma once
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// Fits the catalog's slips/building to every two consecutive editions in the folder sites of the measurements; shows
/// with it what each site changes when it is left out. Throws Error where the editions or the folder are missing.
Calibrated calibrate_slips(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
