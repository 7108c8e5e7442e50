// A network as a kind of study: what it is made of, a collective and traffic on it.
#pragma once
#include "study/kind.h"

namespace orrery::study {

/// What a file with [network] may say.
const scenario::Form& network_form();

}  // namespace orrery::study
