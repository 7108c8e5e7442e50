// The constants of the software behind two tables of single servers, each fitted on its table alone.
#pragma once
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// The frameworks simumax and vtrain on the catalog's chips: the constants that their entries state, by the least mean
/// absolute log error with a mild pull to those of the generation that they are like. A table that is not in the folder
/// is passed over. Throws Error for a table that cannot be read.
Calibrated calibrate_single_nodes(const Facts& facts, const CalibrateOptions& options);

}  // namespace orrery::validation
