// Published annual PUE of places, predicted from the operator and the climate: the rows of measurements/pue.csv, each
// by lines that never saw its place.
#pragma once
#include <string>
#include <vector>

#include "base/csv.h"
#include "site/pue.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// The catalog's stations and the rule that they give.
struct Climates {
  std::vector<site::Station> stations;
  site::ClimateRule rule;

  explicit Climates(const catalog::Catalog& catalog);
};

/// The places of a table with the columns id, pue, operator, lat, lon (and year, site, pue_kind where it has them): the
/// mean of each operator's annual figures and trailing twelve months within 50 km of the first of them, in the order
/// of the table. Left out: rows without a PUE or a place, quarters, and figures that stand for unknown ones (the
/// catalog's placeholder). Throws Error with the line for a PUE that is none, and for coordinates that are none.
std::vector<site::PuePlace> pue_places(const CsvTable& table, const catalog::Catalog& catalog,
                                       const Climates& climates);
/// Those of one line of the catalog's pue; of "unknown" all.
std::vector<site::PuePlace> places_of(const std::vector<site::PuePlace>& places, const std::string& line);

/// A line as the catalog has it.
site::PueLine pue_line(const catalog::Entry& entry);

/// Predicts every row with a band. Summaries are of the means of each operator and place. Beside them stands what
/// climate alone says, as for an operator of whom nothing is known. A row of a place that the shipped table has is
/// predicted by lines fitted without that place, bands aside. A row whose site the shipped table puts more than 150 km
/// away has that table's coordinates, and says so. Throws Error as pue_places does.
Score validate_pue(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
