// What the catalog says, as text for a terminal and as JSON: the kinds, the names of a kind, one entry with the basis
// and source of every figure, and the keys a kind may have. The functions print nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::report {

/// Every kind with the number of its entries and its meaning.
std::string kinds_text(const catalog::Catalog& catalog);
std::string kinds_json(const catalog::Catalog& catalog);

/// The names of a kind with titles and aliases. Throws Error for an unknown kind.
std::string names_text(const catalog::Catalog& catalog, std::string_view kind);
std::string names_json(const catalog::Catalog& catalog, std::string_view kind);

/// One entry: every figure with its value, basis, source, date and note; parts below.
std::string entry_text(const catalog::Entry& entry);
/// As text; an amount has "value" (its median in base units), "p10", "p90" where it is uncertain, "text" and "unit"
/// (the name of its dimension). Base units: second, byte, operation, joule, dollar, kilogram, metre, accelerator,
/// wafer, token.
std::string entry_json(const catalog::Entry& entry);

/// The keys a kind may have, with dimension, meaning and whether they must be there. Throws Error for an unknown kind.
std::string schema_text(std::string_view kind);
std::string schema_json(std::string_view kind);

/// The entries with this name or alias, over all kinds (a name may be used in several). Throws Error with the nearest
/// kinds and names when there is none.
std::vector<const catalog::Entry*> find_entries(const catalog::Catalog& catalog, std::string_view name);

/// What `orrery show WORD...` prints: nothing lists the kinds, KIND its names, NAME an entry of any kind, KIND NAME
/// that entry; schema asks for the keys of a kind (or of all kinds) instead. Throws Error for more words or unknown
/// names.
std::string show_catalog(const catalog::Catalog& catalog, const std::vector<std::string>& words, bool schema,
                         bool json);

}  // namespace orrery::report
