// What the network that an order names costs, draws and waits for: its bill of materials at the order's size.
#pragma once
#include <optional>
#include <string>

#include "base/amount.h"
#include "machine/network/bill.h"
#include "scenario/reader.h"

namespace orrery::programme {

/// The network that an order names.
struct OrderNetwork {
  std::string name;                   ///< empty: none
  double accelerators = 0;            ///< of the order
  std::string chip;                   ///< whose scale-up domains stand on it
  std::optional<network::Bill> bill;  ///< nothing where its parts are not known, or no tree of this size is
  network::Bill cheap, dear;          ///< the same at P10 and P90 of all its prices
  std::string bill_problem;           ///< why there is none
};

/// Throws Error as make_network() does: a network of fixed shape that is too small, accelerators that do not fit it.
OrderNetwork order_network(const catalog::Catalog& catalog, const std::string& name, Chips accelerators,
                           const catalog::Entry& chip);

/// W of network per accelerator.
double network_power(const network::Bill& bill);

/// $ per accelerator of the named network and of storage; with its cards unless they are in the price of the server.
/// P10 and P90 where all prices of the bill are low or high together. Nothing without a bill.
std::optional<scenario::Fallback> network_price(const OrderNetwork& network, bool cards_in_server);

/// Order to arrival: of its parts the one that is waited for longest (by median), by the `equipment` of switches and
/// optics; without a bill equipment/network-fabric.
std::optional<scenario::Fallback> network_lead_time(const OrderNetwork& network, const catalog::Catalog& catalog);

/// The IT power of a server's accelerator on the named network: the server's figure was published of systems on
/// another (its `network`), so that one's watts at the same number give way to this one's. As it is where either has
/// no bill.
scenario::Fallback on_network(scenario::Fallback it_power, const OrderNetwork& network, const catalog::Entry& server,
                              const catalog::Catalog& catalog);

}  // namespace orrery::programme
