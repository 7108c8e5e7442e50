// What is asked of a site's supply by the hour, read from [energy], the catalog and rules.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "scenario/reader.h"
#include "site/cooling_plant/hourly.h"
#include "site/power/supply.h"
#include "study/energy_sources.h"

namespace orrery::study {

/// The keys of [energy], and of [energy.load].
std::vector<scenario::Key> energy_keys();
std::vector<scenario::Key> energy_load_keys();

/// A service that comes late on a path.
struct SupplySlip {
  std::size_t source = 0;
  int quarters = 0;
};

struct EnergyQuestion {
  site::SupplyQuestion supply;                      ///< of a path over its quarters
  std::vector<std::string> titles;                  ///< of sources, then of stores
  std::vector<site::SupplySource> candidates;       ///< firm plant that could end a lack, whether asked for or not
  std::vector<site::SupplyStore> candidate_stores;  ///< and storage
  double power = 0;                                 ///< W as given: of the facility, or of IT with a cooling plant
  std::string place;                                ///< title of the site; empty: none
  std::string cooling;                              ///< title of the cooling plant; empty: power is the facility's
  std::optional<site::CoolingYear> climate;         ///< by hour, with a cooling plant
  bool weather = false, usual_sources = false;
  std::optional<Date> path_start;  ///< first day of the path's first quarter
  std::vector<SupplySlip> slips;   ///< on a path
  std::vector<double> room;        ///< W by hour that a grid's own load leaves; empty: not asked
  double wait = 0;                 ///< s until a connection to that grid would be firm
  double room_price = 0;           ///< $/J of its energy
};

/// Throws Error.
EnergyQuestion read_energy(scenario::Reader& reader);

}  // namespace orrery::study
