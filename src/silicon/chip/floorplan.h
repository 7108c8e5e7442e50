// Where the parts of a package lie, as a picture: dies in the middle, memory at their long edges, the rest below; on
// each die its blocks, halved again and again along the longer side until each block has its area (a treemap,
// Shneiderman 1992). Areas are those of the model; places are drawn, not designed.
#pragma once
#include <string>
#include <vector>

#include "silicon/chip/design.h"

namespace orrery::silicon {

/// A rectangle of the package, m from its lower left corner.
struct PlacedPart {
  std::string name, kind;  ///< kind: "die", "block", "memory", "blank", "dummy"
  double x = 0, y = 0, width = 0, height = 0;
};

/// Parts from the back to the front: a die before its blocks and the dies bonded on it. What a die has beyond its
/// blocks is left bare; blocks beyond its area are drawn smaller to fit.
std::vector<PlacedPart> floorplan(const Design& design, const std::vector<double>& areas);

}  // namespace orrery::silicon
