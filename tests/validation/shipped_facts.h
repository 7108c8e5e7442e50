// What predictions of the shipped tables stand on, read once.
#pragma once
#include "support/folders.h"
#include "validation/facts.h"

namespace orrery::validation {

inline const Facts& facts() {
  static const Facts all = load_facts(catalog::Catalog(source_folder() + "/catalog"), make_date(2026, 8, 3));
  return all;
}

}  // namespace orrery::validation
