#include "programme/order_network.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/units.h"
#include "machine/network/network.h"

namespace orrery::programme {
namespace {

using scenario::Fallback;

/// Nothing, and why, for a network whose parts have no names, or of which no tree of the size can be built.
std::optional<network::Bill> bill_of(const catalog::Catalog& catalog, const std::string& name, double accelerators,
                                     const std::string& chip, std::string& problem, double prices_at = 0.5) {
  const double ranks = std::ceil(accelerators);
  problem = "no network is so large";
  if (!(ranks >= 1) || ranks > 4e9) return std::nullopt;
  try {
    network::Network n = network::make_network(catalog, name, static_cast<std::uint32_t>(ranks), 0, chip);
    n.parts.prices_at = prices_at;
    return network::bill_of(n, catalog);
  } catch (const Error& error) {
    if (!error.place().file.empty()) throw;  // a mistake in the catalog stands there
    problem = error.problem();               // speeds() refuses what a run needs
    return std::nullopt;
  }
}

/// What a line of a bill waits as; null where nothing is said.
const catalog::Figure* equipment_of(const catalog::Catalog& catalog, const std::string& item) {
  for (const char* kind : {"switches", "optics"})
    if (const catalog::Entry* part = catalog.find(kind, item)) return part->find("equipment");
  return nullptr;
}

}  // namespace

OrderNetwork order_network(const catalog::Catalog& catalog, const std::string& name, Chips accelerators,
                           const catalog::Entry& chip) {
  OrderNetwork out;
  out.name = name, out.accelerators = accelerators.value(), out.chip = chip.name;
  if (name.empty()) return out;
  const auto at = [&](double prices) {
    return bill_of(catalog, name, out.accelerators, chip.name, out.bill_problem, prices);
  };
  out.bill = at(0.5);
  if (out.bill) out.cheap = *at(0.1), out.dear = *at(0.9);
  return out;
}

double network_power(const network::Bill& bill) {
  return bill.power.value() / bill.accelerators;
}

std::optional<Fallback> network_price(const OrderNetwork& network, bool cards_in_server) {
  if (!network.bill) return std::nullopt;
  const auto each = [&](const network::Bill& bill) {
    return network::price_per_accelerator(bill, !cards_in_server).value();
  };
  Fallback price = scenario::from_rule(
      each(*network.bill), fmt::format("bill of {} for {} accelerators, storage beside it{}", network.name,
                                       format_count(network.accelerators),
                                       cards_in_server ? "; the cards are in the server's price" : ", with the cards"));
  // What its parts sell for is one thing for all orders, of whatever size.
  price.drawn_as = "networks/" + network.name + ".price";
  if (each(network.cheap) < each(network.dear))
    price.value = {Distribution::Kind::percentiles, each(network.cheap), each(*network.bill), each(network.dear), {}};
  return price;
}

std::optional<Fallback> network_lead_time(const OrderNetwork& network, const catalog::Catalog& catalog) {
  const catalog::Entry* latest = nullptr;
  const catalog::Entry& usual = catalog.entry("equipment", "network-fabric");
  if (network.bill)
    for (const network::BillLine& line : network.bill->lines)
      if (const catalog::Figure* waits = equipment_of(catalog, line.item)) {
        const catalog::Entry& as = catalog.entry("equipment", waits->text, waits->place, line.item + ".equipment");
        if (!latest || as.number("lead_time") > latest->number("lead_time")) latest = &as;
      }
  return scenario::maybe(latest ? *latest : usual, "lead_time");
}

Fallback on_network(Fallback it_power, const OrderNetwork& network, const catalog::Entry& server,
                    const catalog::Catalog& catalog) {
  const catalog::Figure* stood_on = server.find("network");
  if (!network.bill || !stood_on || stood_on->text == network.name) return it_power;
  catalog.entry("networks", stood_on->text, stood_on->place, server.name + ".network");
  std::string unused;
  const auto usual = bill_of(catalog, stood_on->text, network.accelerators, network.chip, unused);
  const double median = it_power.value.median();
  if (!usual || !(median > 0)) return it_power;
  const double old = network_power(*usual), own = network_power(*network.bill);
  const double with = median - old + own;
  if (!(with > 0)) return it_power;
  it_power.value = it_power.value.scaled(with / median);
  it_power.origin = scenario::Origin::rule;
  it_power.drawn_as = it_power.place;
  it_power.place +=
      fmt::format(", its {:.0f} W of {} replaced by {:.0f} W of {}", old, stood_on->text, own, network.name);
  return it_power;
}

}  // namespace orrery::programme
