#include "programme/chip_prices.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery::programme {

using scenario::Fallback;
using scenario::from_catalog;
using scenario::from_rule;
using scenario::maybe;

std::optional<KnownPrice> chip_price(const catalog::Catalog& catalog, const catalog::Entry& chip) {
  if (chip.find("price")) return KnownPrice{*maybe(chip, "price"), &chip};
  const catalog::Figure* band = catalog.entry("prices", "default").find("kin");
  const catalog::Entry* kin = &chip;
  for (int generations = 0; band && generations < 8; ++generations) {
    const catalog::Entry* kernels = catalog.find("kernels", kin->name);
    const catalog::Figure* like = kernels ? kernels->find("like") : nullptr;
    kin = like ? catalog.find("chips", like->text) : nullptr;
    if (!kin) return std::nullopt;
    const catalog::Figure* price = kin->find("price");
    const double memory = chip.number("hbm") / kin->number("hbm", chip.number("hbm"));
    if (!price || !(memory > 0)) continue;
    const double times = price->amount.median() * std::sqrt(memory);
    Fallback out =
        from_rule(0, fmt::format("chips/{}.price x the square root of the memories' ratio, {:.2f}: no price of "
                                 "{} is known",
                                 kin->name, std::sqrt(memory), chip.name));
    out.value = band->amount.scaled(times);
    out.drawn_as = "price of " + chip.name;
    return KnownPrice{std::move(out), kin};
  }
  return std::nullopt;
}

std::optional<Fallback> rental_of(const catalog::Catalog& catalog, const catalog::Entry& chip) {
  for (const catalog::Entry& entry : catalog.entries("prices"))
    if (const auto* of = entry.find("chip"), *rent = entry.find("rental"); of && rent && of->text == chip.name)
      return from_catalog(entry, *rent);
  return std::nullopt;
}

std::optional<Fallback> worth_of(const catalog::Catalog& catalog, const catalog::Entry& chip) {
  const std::string name = catalog.entry("prices", "default").text("worth");
  if (name.empty()) return std::nullopt;
  const catalog::Entry& contract = catalog.entry("prices", name);
  const catalog::Entry* rented = catalog.find("chips", contract.text("chip"));
  const auto price = chip_price(catalog, chip);
  const double known = rented ? rented->number("price") : 0;
  if (!price || !(known > 0)) return std::nullopt;
  Fallback out = from_catalog(contract, contract.at("rental"));
  const double times = price->price.value.median() / known;
  if (chip.name != rented->name)
    out.note = fmt::format("of {}, x {:.2f}: the prices of {} and {}", rented->name, times, chip.name, rented->name);
  out.value = out.value.scaled(times);
  out.origin = scenario::Origin::rule;
  return out;
}

}  // namespace orrery::programme
