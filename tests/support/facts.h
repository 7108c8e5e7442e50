// The shipped catalog, read once.
#pragma once
#include "catalog/catalog.h"
#include "support/folders.h"

namespace orrery {

inline const catalog::Catalog& facts() {
  static const catalog::Catalog catalog(source_folder() + "/catalog");
  return catalog;
}

}  // namespace orrery
