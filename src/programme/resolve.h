// From a checked scenario and the catalog to a plan: defaults are filled in and every value's origin is written down.
#pragma once
#include "catalog/catalog.h"
#include "programme/plan.h"
#include "programme/scenario.h"

namespace orrery::programme {

/// The plan of a scenario. Throws Error for what only shows once names are looked up: a chip, site, model or class that
/// the catalog does not have, an order without a site, dates out of order, tasks that wait for each other in a circle.
Plan make_plan(const Scenario& scenario, const catalog::Catalog& catalog);

}  // namespace orrery::programme
