// The catalog's law of announced dates.
#pragma once
#include "catalog/catalog.h"
#include "site/slip.h"

namespace orrery::programme {

/// The law that an entry of kind slips states with `late`, `delay`, `ahead`, `exponent` and its spreads. Throws Error
/// where it states none.
site::SlipLaw slip_law(const catalog::Entry& entry);

}  // namespace orrery::programme
