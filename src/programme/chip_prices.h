// What accelerators cost and rent for: the catalog's figures, and where it has none those of kin.
#pragma once
#include <optional>

#include "scenario/reader.h"

namespace orrery::programme {

/// The price of an accelerator, and whose it is.
struct KnownPrice {
  scenario::Fallback price;
  const catalog::Entry* of = nullptr;
};

/// The catalog's, else that of the chip whose constants stand for it, and of that one's, by the square root of their
/// memory, within the band of prices/default.kin. Nothing where no kin has one.
std::optional<KnownPrice> chip_price(const catalog::Catalog& catalog, const catalog::Entry& chip);

/// The catalog's rent of a chip, the first that it lists (contracts before on-demand). Nothing where it has none.
std::optional<scenario::Fallback> rental_of(const catalog::Catalog& catalog, const catalog::Entry& chip);

/// What an hour of an accelerator is worth: the rent of the entry that prices/default.worth names, by the prices of
/// both chips. Nothing where the chip's price is not known.
std::optional<scenario::Fallback> worth_of(const catalog::Catalog& catalog, const catalog::Entry& chip);

}  // namespace orrery::programme
