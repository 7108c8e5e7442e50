#include "catalog/catalog.h"

#include <gtest/gtest.h>

namespace orrery::catalog {
namespace {

const std::string shipped = ORRERY_SOURCE "/catalog";

TEST(ShippedCatalog, LoadsWhole) {
  const Catalog catalog(shipped);
  for (const KindSchema& kind : schema()) {
    SCOPED_TRACE(std::string(kind.kind));
    try {
      EXPECT_FALSE(catalog.entries(kind.kind).empty());
      for (const Entry& entry : catalog.entries(kind.kind)) {
        EXPECT_EQ(&catalog.entry(kind.kind, entry.name), &entry);
        for (const std::string& alias : entry.aliases) EXPECT_EQ(&catalog.entry(kind.kind, alias), &entry);
      }
    } catch (const Error& error) {
      ADD_FAILURE() << error.message();
    }
  }
}

}  // namespace
}  // namespace orrery::catalog
