// Models as the catalog keeps them (catalog/models), turned into shapes.
#pragma once
#include <vector>

#include "catalog/catalog.h"
#include "machine/model/architecture.h"

namespace orrery::model {

/// Whether an entry says a shape: a config.json, or layers, hidden, heads and vocab.
bool has_shape(const catalog::Entry& entry);

/// The shape of a catalog entry of kind "models". Throws Error with the entry's place for a key that is missing or does
/// not make a model.
Architecture from_catalog(const catalog::Entry& entry);

/// Every model of the catalog whose shape is known; entries that only state a number of parameters are left out.
std::vector<Architecture> known_models(const catalog::Catalog& catalog);

}  // namespace orrery::model
