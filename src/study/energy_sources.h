// What may power a site, read from the list `sources`, the sections [energy.source.*] and the catalog's power.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "scenario/reader.h"
#include "site/power/supply.h"
#include "site/weather/weather.h"

namespace orrery::study {

/// The keys of [energy.source.*].
std::vector<scenario::Key> energy_source_keys();

/// What the reading of a source needs to know of the question.
struct SupplyBasis {
  double load = 0;                       ///< W at most
  std::size_t hours = 8760;              ///< of the year or years that are read
  double discount = 0;                   ///< a year
  double life = 0;                       ///< s, of what has no life of its own
  double grid_price = 0;                 ///< $/J
  std::optional<double> grid_emissions;  ///< kg/J of the site
  const site::Weather* weather = nullptr;
  std::optional<Date> path_start;
  int quarters = 0;  ///< of the path
  bool part_load = false, n_minus_1 = false;
};

struct SupplySources {
  std::vector<site::SupplySource> sources;
  std::vector<site::SupplyStore> stores;
  std::vector<std::string> titles;                           ///< of sources, then of stores
  std::vector<site::SupplyTimes> source_times, store_times;  ///< on a path
  std::vector<site::SupplySource> candidates;                ///< firm plant that could end a lack, asked for or not
  std::vector<site::SupplyStore> candidate_stores;           ///< and storage
  std::vector<double> room;  ///< W by hour that a grid's own load leaves to a connection; empty: not asked
  double wait = 0;           ///< s that such a connection would wait to be made firm
  double room_price = 0;     ///< $/J of its energy, in the mean
  bool usual = false;        ///< nothing was asked for
};

/// Throws Error.
SupplySources read_supply_sources(scenario::Reader& reader, const scenario::View& energy, const SupplyBasis& basis);

/// The source of a name, by its place; the number of sources where it is none.
std::size_t source_named(const SupplySources& sources, const std::string& name);

}  // namespace orrery::study
