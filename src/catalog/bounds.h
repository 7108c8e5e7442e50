// Bounds of sense: the most that an amount of a dimension could really be, with a generous margin. A key of a scenario
// or of the catalog that has no narrower range of its own has this one, so that sums and products stay finite.
#pragma once
#include "base/amount.h"

namespace orrery::bounds {

inline constexpr double year = year_length.value();        ///< s
inline constexpr double longest = 50 * year;               ///< s; of a lead time, a life, a contract
inline constexpr double most_chips = 1e9;                  ///< accelerators; some 1e7 were made by 2025
inline constexpr double most_power = 1e12;                 ///< W; the world's electricity is 3.5e12 W
inline constexpr double most_energy = 1e18;                ///< J, 278 TWh; a site of 10 GW takes 88 TWh a year
inline constexpr double most_storage_price = 1e5 / 3.6e6;  ///< $/J: $100k/kWh of what storage holds
inline constexpr double most_money = 1e15;                 ///< $; the world's yearly product is 1.1e14
inline constexpr double most_per_power_year = 1e3;         ///< $/W/year: $1M/kW/year
inline constexpr double most_tokens = 1e18;                ///< all text ever printed is below 1e15
inline constexpr double most_compute_rate = 1e20;          ///< FLOP/s of an accelerator
inline constexpr double most_bandwidth = 1e18;             ///< B/s of a link or a memory
inline constexpr double least_bandwidth = 1e3;             ///< B/s: 8 kb/s
inline constexpr double slowest = 1e-3 / 86400;            ///< accelerators/s, one in a thousand days: slower is none
inline constexpr double most_chip_rate = 1e9 / 86400;      ///< accelerators/s: all that could be, in a day
inline constexpr double most_power_rate = 1e12 / 86400;    ///< W/s: likewise

/// The most of an amount of a dimension, in base units; infinity where none is known, as of plain numbers, whose key
/// must say it.
double most_of(Dimension dimension);

}  // namespace orrery::bounds
