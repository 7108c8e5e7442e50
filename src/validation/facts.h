// What the predictions of measured rows stand on.
#pragma once
#include <string>
#include <vector>

#include "base/date.h"
#include "catalog/catalog.h"
#include "machine/model/architecture.h"
#include "machine/training/framework.h"

namespace orrery::validation {

struct Facts {
  catalog::Catalog catalog;
  training::Hardware hardware;              ///< accelerators and frameworks with their fitted constants
  std::vector<model::Architecture> models;  ///< the catalog's, those whose shape is known
  Date edition;                             ///< day of the sites' timelines; later rows are projections
  bool edition_asked = false;               ///< that day was asked for, rather than being that of what ships
};

/// What a catalog says. Throws Error for every defect of its files.
Facts load_facts(catalog::Catalog catalog, Date edition);

/// The accelerator that a table's words mean; null where the catalog has no such chip or no constants of it.
const training::Accelerator* accelerator_called(const Facts& facts, const std::string& printed);

}  // namespace orrery::validation
