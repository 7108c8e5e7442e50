// Dies on a wafer and the share of them that is good.
#pragma once

namespace orrery::silicon {

/// Whole dies on a round wafer: pi (d/2)^2 / A - pi d / sqrt(2 A), floored, at least 0; d in m, A in m2.
/// The usual closed form, compared with others by de Vries, IEEE Trans. Semiconductor Manufacturing 18 (2005).
/// Throws Error unless both are above 0.
double gross_dies(double die_area, double wafer_diameter);

/// Share of dies without a defect: (1 + A D / k)^-k, the negative binomial of Stapper (IBM J. Res. Dev. 27, 1983); an
/// infinite clustering k gives Poisson's exp(-A D). area in m2, density in defects per m2.
/// Throws Error for a negative area or density and for a clustering of 0 or less.
double die_yield(double area, double density, double clustering);

/// Defects per m2 after a time of learning: mature + (first - mature) 2^(-age / halving); age and halving in s.
/// Throws Error unless halving is above 0.
double defect_density(double first, double mature, double halving, double age);

}  // namespace orrery::silicon
