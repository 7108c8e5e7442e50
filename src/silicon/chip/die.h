// Dies on a wafer and the share of them that is good.
#pragma once
#include <string_view>

namespace orrery::silicon {

/// Whole dies on a round wafer: pi (d/2)^2 / A - pi d / sqrt(2 A), floored, at least 0; d in m, A in m2.
/// The usual closed form, compared with others by de Vries, IEEE Trans. Semiconductor Manufacturing 18 (2005).
/// Throws Error unless both are above 0.
double gross_dies(double die_area, double wafer_diameter);

/// Share of dies without a defect: (1 + A D / k)^-k, the negative binomial of Stapper (IBM J. Res. Dev. 27, 1983); an
/// infinite clustering k gives Poisson's exp(-A D). area in m2, density in defects per m2.
/// Throws Error for a negative area or density and for a clustering of 0 or less.
double die_yield(double area, double density, double clustering);

/// Laws of yield of a die whose expected number of defects is A D.
enum class YieldLaw {
  poisson,            ///< exp(-A D): defects know nothing of one another
  murphy,             ///< ((1 - exp(-A D)) / (A D))^2: their density is triangular (Murphy, Proc. IEEE 52, 1964)
  seeds,              ///< 1 / (1 + A D): exponential (Seeds, IEEE IEDM 1967)
  negative_binomial,  ///< Stapper's, with a clustering
};
/// Throws Error (key yield) with the names for another one.
YieldLaw parse_yield_law(std::string_view name);
/// "poisson", "murphy", "seeds", "negative-binomial".
std::string_view yield_law_name(YieldLaw law);
/// Share of dies without a defect by a law; clustering is the negative binomial's alone. Units and errors as above.
double die_yield(YieldLaw law, double area, double density, double clustering);

/// Whole dies on a wafer cut in rows and columns: the most that any placing of the grid gives of rectangles width x
/// height with a scribe line around them, within the wafer less its edge. Lengths in m. Throws Error unless width,
/// height and diameter are above 0 and the edge leaves something.
double whole_dies(double width, double height, double diameter, double edge, double scribe);

/// Sides of a die of an area that has one of width `width` (0: not known, as square as fits in the reticle), m.
struct DieSides {
  double width = 0, height = 0;
};
DieSides sides_of(double area, double width, double reticle_short);

/// Defects per m2 after a time of learning: mature + (first - mature) 2^(-age / halving); age and halving in s.
/// Throws Error unless halving is above 0.
double defect_density(double first, double mature, double halving, double age);

}  // namespace orrery::silicon
