// What a training job makes of its time while accelerators fail, as a kind of study.
#pragma once
#include "study/kind.h"

namespace orrery::study {

/// What a file with [operate] may say.
const scenario::Form& operate_form();

}  // namespace orrery::study
