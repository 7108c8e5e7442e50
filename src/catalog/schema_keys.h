// What the tables of kinds and keys are written with: one constructor for each sort of figure, with its range.
#pragma once
#include "catalog/bounds.h"
#include "catalog/catalog.h"

namespace orrery::catalog {

namespace d = dimension;

inline constexpr Dimension power_per_chip = d::power - d::chips;
inline constexpr Dimension money_per_chip = d::money - d::chips;
inline constexpr Dimension money_per_chip_time = d::money - d::chips - d::time;
inline constexpr Dimension money_per_power = d::money - d::power;
inline constexpr Dimension money_per_power_time = d::money - d::power - d::time;
inline constexpr Dimension money_per_time = d::money - d::time;
inline constexpr Dimension money_per_energy = d::money - d::energy;
inline constexpr Dimension mass_per_energy = d::mass - d::energy;
inline constexpr Dimension volume_per_energy = d::volume - d::energy;
inline constexpr Dimension rate_per_chip = d::none - d::chips - d::time;
using bounds::longest, bounds::year;
inline constexpr double day = 86400;        ///< s
inline constexpr double most_domain = 1e6;  ///< accelerators of a scale-up domain, a server or a rack
inline constexpr double most_hosts = 1e9;   ///< accelerators of a network
inline constexpr double most_ports = 1e5;   ///< of a switch

/// An amount from 0 to the most of its dimension; that of a plain number must be said (between).
inline KeySchema amount(std::string_view key, Dimension dimension, std::string_view meaning) {
  return {key, Figure::Kind::amount, dimension, false, meaning, 0, bounds::most_of(dimension)};
}
/// Money per power and time, which has the dimension of money per energy: written in a unit such as "$/kW/year".
inline KeySchema yearly_per_power(std::string_view unit, std::string_view key, std::string_view meaning) {
  KeySchema amount_of = amount(key, money_per_power_time, meaning);
  amount_of.high = bounds::most_per_power_year / year;
  amount_of.unit = unit;
  return amount_of;
}
inline KeySchema text(std::string_view key, std::string_view meaning) {
  return {key, Figure::Kind::text, d::none, false, meaning};
}
inline KeySchema texts(std::string_view key, std::string_view meaning) {
  return {key, Figure::Kind::texts, d::none, false, meaning};
}
inline KeySchema boolean(std::string_view key, std::string_view meaning) {
  return {key, Figure::Kind::boolean, d::none, false, meaning};
}
inline KeySchema required(KeySchema key) {
  key.required = true;
  return key;
}
/// low and high in base units, both allowed.
inline KeySchema between(KeySchema key, double low, double high) {
  key.low = low;
  key.high = high;
  return key;
}
/// What something is divided by, from low on.
inline KeySchema from(double low, KeySchema key) {
  key.low = low;
  return key;
}
/// A count: one whole number.
inline KeySchema whole(std::string_view key, std::string_view meaning, double low, double high) {
  KeySchema count = between(amount(key, d::none, meaning), low, high);
  count.whole = true;
  return count;
}
/// From none to all.
inline KeySchema share(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::none, meaning), 0, 1);
}
/// A share that something is divided by: never none.
inline KeySchema part(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::none, meaning), 1e-6, 1);
}
/// Multiplies times or traffic.
inline KeySchema factor(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::none, meaning), 1e-3, 1e3);
}
/// A chip's peak, operations a second.
inline KeySchema peak(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::compute_rate, meaning), 1e9, bounds::most_compute_rate);
}
/// A bandwidth, B/s.
inline KeySchema rate(std::string_view key, std::string_view meaning) {
  return from(bounds::least_bandwidth, amount(key, d::bandwidth, meaning));
}
/// What machines do within an hour, s.
inline KeySchema brief(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::time, meaning), 0, 3600);
}
/// The years over which a price is spread, s: as a scenario's.
inline KeySchema life(std::string_view key, std::string_view meaning) {
  return between(amount(key, d::time, meaning), day, longest);
}

/// The dies of a chip, and the further keys of one that says how it is built.
GroupSchema dies_schema();
std::vector<KeySchema> design_keys();
/// Each adds its kinds, in the order of the house.
void chips_schema(std::vector<KindSchema>& kinds);
void design_schema(std::vector<KindSchema>& kinds);
void operators_schema(std::vector<KindSchema>& kinds);
void sites_schema(std::vector<KindSchema>& kinds);
void networks_schema(std::vector<KindSchema>& kinds);

}  // namespace orrery::catalog
