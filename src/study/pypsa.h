// The least cost of a PyPSA network (site/power/pypsa.h) as a document: what is built, by component, and what each
// does.
#pragma once
#include <string>

#include "study/document.h"

namespace orrery::study {

/// Reads a PyPSA folder and solves it. The exit status is 1 where no choice serves the load within the network's
/// limits. Throws Error.
Document pypsa_document(const std::string& folder);

}  // namespace orrery::study
