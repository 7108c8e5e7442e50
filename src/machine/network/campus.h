// Buildings joined by data-centre interconnect (DCI): each a Clos, each with so many lines of coherent or long-reach
// optics to the others, some kilometres away. In the tree the DCI is one tier more, above the buildings' top switches.
#pragma once
#include "machine/network/bill.h"

namespace orrery::network {

struct Campus {
  std::uint32_t buildings = 1;
  double distance = 0;      ///< m of fibre between two buildings
  std::uint32_t lines = 0;  ///< of DCI at each building
  Bandwidth line;           ///< of one of them, each direction
  Clos building;            ///< one building alone
};

/// The buildings as one Clos, accelerators numbered building by building. A building's lines are bundled evenly by its
/// top switches: one link of the top tier stands for a switch's bundle, and fails as a whole. Throws Error for fewer
/// than two buildings, no lines, rails, a building whose tree is not full, or a fifth tier.
Clos join_buildings(const Campus& campus);

/// s that light takes over the distance, one way: fibre of group index 1.468 (ITU-T G.652 at 1550 nm).
double propagation(double distance);

/// The buildings' bills, and at each line's ends the cheapest optics that reach the distance. The lines end on leaves
/// of their own: the bill's buildings are trees of that many ports more. Throws Error as bill_of_materials does, and
/// where the tree has no room for the lines.
Bill campus_bill(const Campus& campus, const Parts& parts, const catalog::Catalog& catalog);

}  // namespace orrery::network
