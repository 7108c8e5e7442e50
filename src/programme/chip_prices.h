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
/// memory, within a band. Nothing where no kin has one.
std::optional<KnownPrice> chip_price(const catalog::Catalog& catalog, const catalog::Entry& chip);

/// The catalog's rent of a chip, the first that it lists (contracts before on-demand). Nothing where it has none.
std::optional<scenario::Fallback> rental_of(const catalog::Catalog& catalog, const catalog::Entry& chip);

/// What an hour of an accelerator is worth: the catalog's rent of H100 under contract, by the prices of both. Nothing
/// where the chip's price is not known.
std::optional<scenario::Fallback> worth_of(const catalog::Catalog& catalog, const catalog::Entry& chip);

}  // namespace orrery::programme
