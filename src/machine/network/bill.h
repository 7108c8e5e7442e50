// Bill of materials of a Clos: switches, NICs, cables and optics by tier, with cost and power from catalog facts; what
// is left of its ports, what it bisects to, how often a link fails. Counts are closed forms of the tree (Al-Fares,
// SIGCOMM 2008); lengths come from the floor a subtree's racks take.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "machine/network/clos.h"

namespace orrery::network {

/// What to buy, as catalog names. cables are tried by price: the cheapest that reaches far enough is taken.
struct Parts {
  std::string switch_name = "quantum-2";
  std::string nic = "connectx-7";
  std::vector<std::string> cables{"dac-400", "aec-400", "sr-400", "dr-400", "fr-400", "lr-400", "zr-400"};
  double ports_per_transceiver = 1;  ///< 2: twin-port modules serve two ports
  double prices_at = 0.5;            ///< share of the catalog's prices below those of the bill: 0.1 for P10
};

/// A price of a part, $, at that share; 0 where the catalog has none.
double price_of(const catalog::Entry& part, const Parts& parts, std::string_view key = "price");

/// One line of the bill. Powers are medians of the catalog's figures.
struct BillLine {
  std::string item;   ///< catalog name
  std::string place;  ///< "tier 2", "hosts"
  double count = 0;
  Money price;  ///< of one
  Power power;  ///< of one
  Money cost() const { return price * count; }
  Power load() const { return power * count; }
};

/// The bill and what follows from the counts.
struct Bill {
  std::vector<BillLine> lines;
  std::vector<double> switches;  ///< by tier, the leaves first
  double switch_count = 0, cables = 0, transceivers = 0;
  double accelerators = 0;      ///< that it is for
  double ports_left = 0;        ///< of all switches
  Bandwidth bisection;          ///< one direction, between halves of the hosts
  double oversubscription = 1;  ///< hosts' rate over the narrowest tier's
  Money cost;                   ///< of all lines: of the cards, the switches, and what lies between them
  Money card_cost, switch_cost, link_cost;
  Power power;
  Money storage;                           ///< of each accelerator, beside the network (prices/default.storage)
  Time link_failure;                       ///< mean time to the first failure of any link
  std::vector<std::string> single_points;  ///< what, failing alone, cuts hosts off
  std::string tiers_note;                  ///< why it has the tiers it has
};

/// ranks, where above 0, is how many of the hosts are accelerators that take a card and a cable for each plane; 0: all.
/// Throws Error for parts the catalog has not, a switch with fewer ports at the link's rate than the tree needs, or a
/// distance no cable reaches.
Bill bill_of_materials(const Clos& clos, const Parts& parts, const catalog::Catalog& catalog, std::uint32_t ranks = 0);

/// Sums the lines of a bill into its costs and its power.
void add_up(Bill& bill, const Parts& parts);

/// What each accelerator pays for the network and for storage beside it, $: with its card, or without where that is in
/// the price of its server.
Money price_per_accelerator(const Bill& bill, bool with_card);

/// Ports a switch has at a lower rate, by breakout: its ports times whole lanes.
double ports_at(const catalog::Entry& switch_entry, Bandwidth rate);

}  // namespace orrery::network
