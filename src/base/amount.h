// Amounts that carry their dimension, so that adding unlike amounts does not compile.
// A dimension is a vector of integer exponents over Orrery's base dimensions (dimensional analysis as in
// Kennedy, "Types for units-of-measure", 2009); a value is held as one double in the base units below.
#pragma once
#include <compare>
#include <limits>
#include <type_traits>

namespace orrery {

/// Exponents of the base dimensions. Base units: second, byte, operation (one FLOP or integer operation), joule,
/// US dollar, kilogram, metre, accelerator (one chip as sold), wafer, token.
struct Dimension {
  signed char time = 0, data = 0, operation = 0, energy = 0, money = 0, mass = 0, length = 0, chip = 0, wafer = 0,
              token = 0;
  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;

  friend constexpr Dimension operator+(Dimension a, Dimension b) { return combine(a, b, 1); }
  friend constexpr Dimension operator-(Dimension a, Dimension b) { return combine(a, b, -1); }

 private:
  static constexpr Dimension combine(Dimension a, Dimension b, int sign) {
    auto add = [sign](signed char x, signed char y) { return static_cast<signed char>(x + sign * y); };
    return {add(a.time, b.time),   add(a.data, b.data),  add(a.operation, b.operation), add(a.energy, b.energy),
            add(a.money, b.money), add(a.mass, b.mass),  add(a.length, b.length),       add(a.chip, b.chip),
            add(a.wafer, b.wafer), add(a.token, b.token)};
  }
};

namespace dimension {
inline constexpr Dimension none{};
inline constexpr Dimension time{.time = 1};
inline constexpr Dimension data{.data = 1};
inline constexpr Dimension operations{.operation = 1};
inline constexpr Dimension energy{.energy = 1};
inline constexpr Dimension money{.money = 1};
inline constexpr Dimension mass{.mass = 1};
inline constexpr Dimension length{.length = 1};
inline constexpr Dimension chips{.chip = 1};
inline constexpr Dimension wafers{.wafer = 1};
inline constexpr Dimension tokens{.token = 1};
inline constexpr Dimension area = length + length;
inline constexpr Dimension volume = area + length;
inline constexpr Dimension power = energy - time;
inline constexpr Dimension bandwidth = data - time;
inline constexpr Dimension compute_rate = operations - time;
inline constexpr Dimension frequency = none - time;
}  // namespace dimension

/// An amount of dimension D. value() is in base units (s, B, op, J, $, kg, m, chips, wafers, tokens and products).
template <Dimension D>
class Quantity {
 public:
  constexpr Quantity() = default;
  /// From a number of base units: explicit, so that a bare number never becomes an amount by accident.
  constexpr explicit Quantity(double base_units) : value_(base_units) {}
  constexpr double value() const { return value_; }
  static constexpr Dimension dimension() { return D; }

  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.value_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(k * a.value_); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
  constexpr Quantity& operator+=(Quantity b) { return value_ += b.value_, *this; }
  constexpr Quantity& operator-=(Quantity b) { return value_ -= b.value_, *this; }

 private:
  double value_ = 0;
};

/// Products and ratios: dimensions add and subtract; where nothing is left the result is a plain double.
template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  if constexpr (A + B == dimension::none) return a.value() * b.value();
  else return Quantity<A + B>(a.value() * b.value());
}
template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  if constexpr (A == B) return a.value() / b.value();
  else return Quantity<A - B>(a.value() / b.value());
}
template <Dimension B>
constexpr auto operator/(double a, Quantity<B> b) {
  return Quantity<dimension::none - B>(a / b.value());
}

using Time = Quantity<dimension::time>;                 ///< s
using Data = Quantity<dimension::data>;                 ///< B
using Operations = Quantity<dimension::operations>;     ///< FLOP or integer operations
using Energy = Quantity<dimension::energy>;             ///< J
using Money = Quantity<dimension::money>;               ///< $
using Mass = Quantity<dimension::mass>;                 ///< kg
using Length = Quantity<dimension::length>;             ///< m
using Area = Quantity<dimension::area>;                 ///< m2
using Volume = Quantity<dimension::volume>;             ///< m3
using Chips = Quantity<dimension::chips>;               ///< accelerators
using Wafers = Quantity<dimension::wafers>;             ///< wafers
using Tokens = Quantity<dimension::tokens>;             ///< tokens
using Power = Quantity<dimension::power>;               ///< W
using Bandwidth = Quantity<dimension::bandwidth>;       ///< B/s
using ComputeRate = Quantity<dimension::compute_rate>;  ///< FLOP/s
using Frequency = Quantity<dimension::frequency>;       ///< 1/s

/// What never happens, and a bound that there is not.
inline constexpr double infinity = std::numeric_limits<double>::infinity();

inline constexpr Time hours(double n) {
  return Time(n * 3600);
}
inline constexpr Time days(double n) {
  return Time(n * 86400);
}
inline constexpr Time year_length = days(365.25);     ///< the Julian year
inline constexpr Time mean_month = year_length / 12;  ///< 30.4375 days
inline constexpr Time years(double n) {
  return year_length * n;
}
inline constexpr Time months(double n) {
  return mean_month * n;
}
inline constexpr double in_days(Time t) {
  return t.value() / 86400;
}

}  // namespace orrery
