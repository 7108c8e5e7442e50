// What a design is as a package: whether its dies fit the reticle, its memory their edges and its parts an interposer;
// how many interposers a wafer gives; the share of packages whose parts were all placed well.
#pragma once
#include "silicon/chip/design.h"

namespace orrery::silicon {

/// m2 of what stands side by side on the package: dies but those on others, and places for stacks.
double placed_area(const Design& design, const std::vector<double>& areas);
/// m2 of the interposer, or of the substrate under the parts where there is none.
double interposer_area(const Design& design, const std::vector<double>& areas);
/// Interposers of a wafer, each as square as may be; 0 without an interposer.
double interposers_on_wafer(const Design& design, const std::vector<double>& areas);

/// Parts placed side by side: dies but those on others, and stacks.
double placed_parts(const Design& design);
/// Dies bonded on others.
double bonded_dies(const Design& design);
/// Share of dies bonded on others that hold, of all of them together: they are tested before they are placed.
double bonding_yield(const Design& design);
/// Share of packages that work: the yield of all that is done once times that of each part placed.
double assembly_yield(const Design& design);

/// Throws Error (without a place; key: "die.NAME.area" and the like) for what cannot be built, with the number and what
/// would fit: a die beyond the reticle, memory beyond the edges of its dies, an interposer larger than its kind's, a
/// die with more cores needed than built, a power limit below leakage.
void check_design(const Design& design, const std::vector<double>& areas);

}  // namespace orrery::silicon
