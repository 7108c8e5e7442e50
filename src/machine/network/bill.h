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
};

/// One line of the bill. Costs and powers are medians of the catalog's figures.
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
  double ports_left = 0;        ///< of all switches
  Bandwidth bisection;          ///< one direction, between halves of the hosts
  double oversubscription = 1;  ///< hosts' rate over the narrowest tier's
  Money cost;
  Power power;
  Time link_failure;                       ///< mean time to the first failure of any link
  std::vector<std::string> single_points;  ///< what, failing alone, cuts hosts off
  std::string tiers_note;                  ///< why it has the tiers it has
};

/// Throws Error for parts the catalog has not, a switch with fewer ports at the link's rate than the tree needs, or a
/// distance no cable reaches.
Bill bill_of_materials(const Clos& clos, const Parts& parts, const catalog::Catalog& catalog);

/// Ports a switch has at a lower rate, by breakout: its ports times whole lanes.
double ports_at(const catalog::Entry& switch_entry, Bandwidth rate);

}  // namespace orrery::network
