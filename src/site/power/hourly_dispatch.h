// What plant that stands gives through the hours of a year for a load of one level: the cheapest first, hour by hour,
// and with storage at the least cost over the year (supply.h). One answer for each set of blocks and each level; curves
// between them are in hourly_curves.h.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace orrery::site {

using Hours = std::shared_ptr<const std::vector<double>>;  ///< a value for each hour; null: 1 in all of them

/// A block of a site's supply as it is dispatched, in full.
struct HourlyBlock {
  bool storage = false;
  bool weather = false;   ///< sun or wind: what is not taken is curtailed
  double power = 0;       ///< W that can be had at most
  Hours share;            ///< of it, by hour
  double price = 0;       ///< $/J, mean of all hours
  Hours price_shape;      ///< over that mean, by hour
  double energy = 0;      ///< J, of storage
  double efficiency = 1;  ///< of storage: out over in
};

struct HourlySupply {
  std::vector<HourlyBlock> blocks;  ///< 64 at most
  std::size_t hours = 8760;         ///< whole years
  Hours load_shape;                 ///< load by hour over its mean
  double lost_load_price = 0;       ///< $/J of load that is not served
};

/// A month, over the years of the hours. In W of a load whose mean over the year is the level, as if each hour of the
/// month had the mean load of the year: times the month's load, over the level, they are J.
struct HourlyMonth {
  std::vector<double> taken;   ///< by block; 0 of storage
  std::vector<double> given;   ///< by block: what storage gives
  std::vector<double> bought;  ///< by block: taken, each hour's at its price over the mean price
  std::vector<double> peaks;   ///< by block: the highest hour, W
  double unserved = 0, curtailed = 0;
  double stored = 0;  ///< what storage takes in less what it gives: lost, or kept for another month
};
/// taken summed, less stored, plus unserved is the level, to 1e-9 of it.
using HourlyYear = std::array<HourlyMonth, 12>;

/// The mean of each month of values by hour, which are of whole years.
std::array<double, 12> month_means(const Hours& values, std::size_t hours);

/// The year of the blocks whose bit is set in stands, for a mean load in W (0: what is curtailed without any), each
/// hour served by sources in order of price, of equal ones the first. Nothing where storage that stands could do
/// better: it cannot where what an hour with room would charge is in none below its efficiency times what the dearest
/// source that runs in an hour costs, as no price of stored energy then suits both.
std::optional<HourlyYear> dispatch_by_merit(const HourlySupply& supply, std::uint64_t stands, double level);

/// The same with storage at the least cost of the year. Hours are known ahead, and a store never takes and gives in the
/// same hour. Throws GivenUp as least_cost does.
HourlyYear dispatch_with_storage(const HourlySupply& supply, std::uint64_t stands, double level);

/// The one that is right.
HourlyYear dispatch(const HourlySupply& supply, std::uint64_t stands, double level);

}  // namespace orrery::site
