// Bill of materials of a Clos: switches, NICs, cables and optics by tier, with cost and power from catalog facts; what
// is left of its ports, what it bisects to, how often a link fails. Counts are closed forms of the tree (Al-Fares,
// SIGCOMM 2008); lengths come from the floor a subtree's racks take.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "machine/network/clos.h"

namespace orrery::network {

/// The hall: racks in rows. A subtree's racks make a block as square as they can; its switches stand in the middle, so
/// the longest cable runs half the block's width and depth, plus the risers at both ends.
struct Hall {
  double hosts_per_rack = 32;  ///< accelerators
  double rack_pitch = 0.6;     ///< m along a row
  double row_pitch = 3.0;      ///< m from row to row
  double riser = 2.5;          ///< m from a port to the tray, each end
};
/// Longest cable, m, from a port to a switch in the middle of this many hosts.
double cable_length(const Hall& hall, double hosts);

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
Bill bill_of_materials(const Clos& clos, const Parts& parts, const catalog::Catalog& catalog, const Hall& hall = {});

/// Ports a switch has at a lower rate, by breakout: its ports times whole lanes.
double ports_at(const catalog::Entry& switch_entry, Bandwidth rate);

/// Optical circuit switches that join cubes of block^3 accelerators into tori of any shape (TPU v4: Jouppi et al., ISCA
/// 2023): each face of a cube has block^2 links; the two faces of a dimension share a switch per link.
struct CircuitBill {
  double cubes = 0, links_per_cube = 0, switches = 0, ports_used = 0, strands = 0;
};
/// Throws Error when the accelerators are no whole number of cubes.
CircuitBill circuit_bill(std::uint32_t accelerators, std::uint32_t block);

/// Mean time to the first failure among independent links.
inline Time first_failure(Time link_mtbf, double links) {
  return link_mtbf / links;
}

}  // namespace orrery::network
