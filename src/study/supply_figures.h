// Pictures of supply: what a load is met with as stacked areas, by the hour, the day or the quarter.
#pragma once
#include <string>
#include <vector>

#include "study/document.h"
#include "study/energy_read.h"

namespace orrery::study {

/// A column of a table of supply, and how it is drawn.
struct SupplyPart {
  std::string column, name;
  bool below = false;  ///< what storage takes
};

/// A figure of parts stacked along a column, with the load as a line where load names its column. of is its key, title,
/// chapter, unit, plot and axis.
Figure supply_figure(Figure of, const std::string& table, const std::string& along,
                     const std::vector<SupplyPart>& parts, const std::string& load = "");

/// Adds pictures of a year of supply: a week of July by the hour (from the document's table week), the year by the day,
/// prices by how many hours they last, PUE and water by the month; with the tables that they are drawn from.
void add_supply_pictures(Document& document, const EnergyQuestion& question, const site::SupplyYear& year);

}  // namespace orrery::study
