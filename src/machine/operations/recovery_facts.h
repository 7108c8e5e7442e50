// The catalog's mechanisms of recovery, and which of them a job of a size goes by.
#pragma once
#include "catalog/catalog.h"
#include "machine/operations/goodput.h"

namespace orrery::operations {

/// An entry of the catalog's recovery, figures at their medians.
Recovery recovery_of(const catalog::Entry& entry);

/// The mechanism that a job on so many accelerators goes by where nothing is said: of those with `from` the one from
/// the largest number that is not above. Throws Error where the catalog has none.
const catalog::Entry& usual_mechanism(const catalog::Catalog& catalog, double accelerators);

}  // namespace orrery::operations
