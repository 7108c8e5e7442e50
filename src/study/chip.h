// A chip as a kind of study: its floorplan, area, yield, cost, power, roofline and the operators of a model on it.
#pragma once
#include "study/kind.h"

namespace orrery::study {

/// What a file with [chip] may say.
const scenario::Form& chip_form();

}  // namespace orrery::study
