// Which inputs of a programme share which causes: crews and contractors of a site, an operator and a region, one
// vendor's deliveries, one utility's connections, one vendor's training software.
#pragma once
#include "catalog/catalog.h"
#include "programme/plan.h"

namespace orrery::programme {

/// Puts the catalog's causes into the ties of a plan's inputs, by what they are inputs of; scenario::tie_causes gives
/// the loadings. Prices and physical facts hang on none. Sites that name no operator are of one; an order, its design,
/// its servers and its network are late with the vendor of its accelerators; speeds of training fall with that vendor's
/// software. Called once all inputs are there.
void share_causes(Plan& plan, const catalog::Catalog& catalog);

}  // namespace orrery::programme
