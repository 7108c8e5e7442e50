// The constants of the software behind two tables of single servers, each fitted on its table alone.
#pragma once
#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// The frameworks simumax and vtrain on the chips as facts' hardware has them: the constants that their entries state,
/// by the least mean absolute log error. A table that is not in the folder is passed over. Throws Error for a table
/// that cannot be read.
std::vector<Constant> single_node_constants(Facts facts, const CalibrateOptions& options);

}  // namespace orrery::validation
