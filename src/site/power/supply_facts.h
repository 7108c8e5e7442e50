// What a supply by the hour stands on beside weather: constants of sun and wind as the catalog has them (its kind
// supply), and prices and
// loads by the hour from files.
#pragma once
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "site/power/renewables.h"

namespace orrery::site {

/// Of an entry of the catalog's supply, by its medians.
SolarFacts solar_facts(const catalog::Entry& entry);
WindFacts wind_facts(const catalog::Entry& entry);

/// $ per J by hour of a CSV of $/MWh in its one column, or in that of the name price, with a row for each of so many
/// hours or for those of one year, which then stand for each. Throws Error with the line.
std::vector<double> read_hourly_prices(const std::string& path, std::size_t hours);

/// W by hour of a CSV of MW, in its one column or in that of the name load; else as prices.
std::vector<double> read_hourly_load(const std::string& path, std::size_t hours);

}  // namespace orrery::site
