// What the catalog says, as text for a terminal and as JSON: the kinds, the names of a kind, one entry with the basis
// and source of every figure, and the keys a kind may have.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::report {

/// The entries with this name or alias, over all kinds (a name may be used in several). Throws Error with the nearest
/// kinds and names when there is none.
std::vector<const catalog::Entry*> find_entries(const catalog::Catalog& catalog, std::string_view name);

/// What `orrery show WORD...` prints: nothing lists the kinds, KIND its names, NAME an entry of any kind, KIND NAME
/// that entry; schema asks for the keys of a kind (or of all kinds) instead. In JSON an amount has "value" (its median
/// in base units), "p10", "p90" where it is uncertain, "text" and "unit" (the name of its dimension). Base units:
/// second, byte, operation, joule, dollar, kilogram, metre, accelerator, wafer, token. Throws Error for more words or
/// unknown names.
std::string show_catalog(const catalog::Catalog& catalog, const std::vector<std::string>& words, bool schema,
                         bool json);

}  // namespace orrery::report
