// What powers a site by the hour at least cost, as a kind of study.
#pragma once
#include "study/kind.h"

namespace orrery::study {

/// What a file with [energy] may say.
const scenario::Form& energy_form();

}  // namespace orrery::study
