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
  const catalog::Entry* kin = &chip;
  for (int generations = 0; generations < 8; ++generations) {
    const catalog::Entry* kernels = catalog.find("kernels", kin->name);
    const catalog::Figure* like = kernels ? kernels->find("like") : nullptr;
    kin = like ? catalog.find("chips", like->text) : nullptr;
    if (!kin) return std::nullopt;
    const catalog::Figure* price = kin->find("price");
    const double memory = chip.number("hbm") / kin->number("hbm", chip.number("hbm"));
    if (!price || !(memory > 0)) continue;
    const double middle = price->amount.median() * std::sqrt(memory);
    Fallback out =
        from_rule(0, fmt::format("chips/{}.price x the square root of the memories' ratio, {:.2f}: no price of "
                                 "{} is known",
                                 kin->name, std::sqrt(memory), chip.name));
    out.value = {Distribution::Kind::pert, 0.75 * middle, middle, 1.4 * middle, {}};
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
  const catalog::Entry& contract = catalog.entry("prices", "h100-contract");
  const catalog::Entry* h100 = catalog.find("chips", contract.text("chip"));
  const auto price = chip_price(catalog, chip);
  const double known = h100 ? h100->number("price") : 0;
  if (!price || !(known > 0)) return std::nullopt;
  Fallback out = from_catalog(contract, contract.at("rental"));
  const double times = price->price.value.median() / known;
  if (chip.name != h100->name)
    out.note = fmt::format("of {}, x {:.2f}: the prices of {} and {}", h100->name, times, chip.name, h100->name);
  out.value.a *= times, out.value.b *= times, out.value.c *= times;
  for (double& v : out.value.values) v *= times;
  out.origin = scenario::Origin::rule;
  return out;
}

}  // namespace orrery::programme
