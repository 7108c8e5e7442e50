// A site's supply by the hour as the folder of CSV files that PyPSA reads (import_from_csv_folder): power in MW, energy
// in MWh, dollars, tonnes of CO2, with the sizes that were found as p_nom_opt and e_nom_opt. PyPSA's total cost of it
// is the answer's objective.
//
// What PyPSA has no form of its own for is put together of its parts. Storage whose power and energy are sized apart is
// a store, behind one link without loss that carries its power both ways and two with the losses. Load that is not
// served or gives way is a generator at its price, with a limit of primary_energy where its share is limited. What
// stands beside what can be built is a component of its own, of a fixed size, that costs its upkeep.
#pragma once
#include <map>
#include <string>

#include "site/power/supply.h"

namespace orrery::site {

/// Names of the folder's files and their text. Hours are labelled as those of years of 365 days from 2025. Throws Error
/// for what is not written here (a path, reserve and the loss of units, ramps, part load, peaks, sales, permits, clean
/// energy) and for what PyPSA cannot say: a year that does not hold its reliability, and storage where prices are below
/// 0, which could lose energy in its two lossy links beyond its power.
std::map<std::string, std::string> pypsa_files(const SupplyQuestion& question, const SupplyYear& year,
                                               const std::string& name);

}  // namespace orrery::site
