#include "site/power/supply_facts.h"

#include <fmt/format.h>

#include <cmath>

#include "base/csv.h"
#include "base/error.h"
#include "base/gzip.h"

namespace orrery::site {
namespace {

/// A value for each hour of a CSV's one column, or of that of a name; a row for each, or for those of one year.
std::vector<double> read_hourly(const std::string& path, std::size_t hours, const char* column, const char* unit,
                                double least, double most) {
  const CsvTable table =
      at({path, 0, 0}, "", [&] { return parse_csv(read_perhaps_gzipped(path, std::size_t{32} << 20), path); });
  if (table.header.size() != 1 && table.column(column) < 0)
    throw Error({path}, "", fmt::format("has several columns, of which none is {}", column),
                fmt::format("head that of the {}, {}, so", column, unit));
  const std::string name = table.header.size() == 1 ? table.header.front() : column;
  if (table.size() != hours_of_year && table.size() != hours)
    throw Error({path}, "", fmt::format("has {} rows of {}s", table.size(), column),
                fmt::format("give one for each of the {} hours", hours));
  std::vector<double> out(hours);
  for (std::size_t t = 0; t < hours; ++t) {
    const std::size_t row = t % table.size();
    if (table.cell(row, name).empty())
      throw Error({path, table.line(row)}, name, fmt::format("has no {} in an hour", column), "give every hour");
    out[t] = table.number(row, name, 0);
    if (!(out[t] >= least && out[t] <= most))
      throw Error({path, table.line(row)}, name,
                  fmt::format("is beyond {:.0f} {}", out[t] < least ? least : most, unit),
                  fmt::format("give each {} in {}", column, unit));
  }
  return out;
}

}  // namespace

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
  std::vector<double> prices = read_hourly(path, hours, "price", "$/MWh", -1e5, 1e5);
  for (double& price : prices) price /= 3.6e9;
  return prices;
}

std::vector<double> read_hourly_load(const std::string& path, std::size_t hours) {
  std::vector<double> load = read_hourly(path, hours, "load", "MW", 0, 1e7);
  for (double& power : load) power *= 1e6;
  return load;
}

}  // namespace orrery::site
