#include "site/power/supply_facts.h"

#include <fmt/format.h>

#include <cmath>

#include "base/csv.h"
#include "base/error.h"

namespace orrery::site {

SolarFacts solar_facts(const catalog::Entry& e) {
  SolarFacts f;
  f.tracking_angle = e.number("tracking_angle"), f.albedo = e.number("albedo");
  f.cell_temperature = e.number("cell_temperature"), f.temperature_loss = e.number("temperature_loss");
  f.losses = e.number("solar_losses"), f.panels_per_inverter = e.number("panels_per_inverter");
  return f;
}

WindFacts wind_facts(const catalog::Entry& e) {
  return {e.number("hub_height"), e.number("measured_height"), e.number("shear"),      e.number("cut_in"),
          e.number("rated_wind"), e.number("cut_out"),         e.number("wind_losses")};
}

std::vector<double> read_hourly_prices(const std::string& path, std::size_t hours) {
  const CsvTable table = read_csv(path);
  if (table.header.size() != 1 && table.column("price") < 0)
    throw Error({path}, "", "has several columns, of which none is price", "head that of the prices, $/MWh, so");
  const std::string name = table.header.size() == 1 ? table.header.front() : "price";
  if (table.size() != hours_of_year && table.size() != hours)
    throw Error({path}, "", fmt::format("has {} rows of prices", table.size()),
                fmt::format("give one for each of the {} hours", hours));
  std::vector<double> prices(hours);
  for (std::size_t t = 0; t < hours; ++t) {
    const std::size_t row = t % table.size();
    if (table.cell(row, name).empty())
      throw Error({path, table.line(row)}, name, "has no price in an hour", "give every hour");
    prices[t] = table.number(row, name, 0) / 3.6e9;
    if (std::abs(prices[t]) > 1e5 / 3.6e9)
      throw Error({path, table.line(row)}, name, "is beyond 100,000 $/MWh", "give prices in $/MWh");
  }
  return prices;
}

}  // namespace orrery::site
