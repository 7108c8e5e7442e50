// The catalog's causes of faults, and hosts as the catalog's servers have them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "machine/operations/faults.h"

namespace orrery::operations {

/// The domain, or effect, of a name. Throws Error at place, path with the names there are.
Domain domain_of(const std::string& name, const Place& place, const std::string& path);
Effect effect_of(const std::string& name, const Place& place, const std::string& path);

/// A cause, and its part of the interruptions of a job; or its own rate.
struct Cause {
  Fault fault;       ///< without a rate
  double share = 0;  ///< of the rate of all causes that were counted: together 1
  double rate = 0;   ///< per domain and second, in place of a share
};

/// The catalog's causes, all of them. Throws Error for one without count and rate, or with both, and for several hosts
/// that are slow or wrong at once.
std::vector<Cause> causes_of(const catalog::Catalog& catalog);

/// The server that the catalog has for a chip; null where it has none.
const catalog::Entry* server_of(const catalog::Catalog& catalog, const std::string& chip);

}  // namespace orrery::operations
