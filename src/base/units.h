// Natural units in and out: "400 Gb/s", "3.35 TB/s", "1.2 GW", "$2.10/h", "18 months", "80 GiB", "989 TFLOP/s",
// "$30k". Bits and bytes, decimal and binary prefixes are told apart by their letters, as in IEC 80000-13.
// A month is a twelfth of a Julian year of 365.25 days.
#pragma once
#include <string>
#include <string_view>

#include "base/amount.h"

namespace orrery {

/// A number with its dimension, as read from text. value is in base units.
struct AnyAmount {
  double value = 0;
  Dimension dimension;
};

/// Reads an amount such as "1.2 GW" or "$2.10/h" or "35%". Throws Error (without a place) that says what is wrong:
/// no number, an unknown unit with the nearest known ones, a thousands comma, a number that is not finite.
AnyAmount parse_amount(std::string_view text);

/// As parse_amount, but the dimension must be the wanted one; the error names both dimensions and shows an example,
/// and says so when bits or energy stand for bytes or power.
double parse_amount_of(std::string_view text, Dimension wanted);

/// "power", "data rate", "money per energy": the words for a dimension; built from its exponents when it has no name.
std::string dimension_name(Dimension dimension);

/// An example of how an amount of this dimension is written, such as "35 MW"; empty for a plain number.
std::string dimension_example(Dimension dimension);

/// A value in base units with the prefix that leaves one to three digits before the point: "1.2 GW", "3.35 TB/s",
/// "$5.27B", "131 days". digits is the number of significant digits (large plain counts are printed whole).
std::string format_amount(double value, Dimension dimension, int digits = 3);

/// A value in base units, written in the unit given: format_in(x, "$/kW/year") is "$250/kW/year". For amounts whose
/// dimension has two customary units: money per energy is also money per power and time. Throws Error for an unknown
/// unit.
std::string format_in(double value, std::string_view unit, int digits = 3);

template <Dimension D>
std::string format(Quantity<D> amount, int digits = 3) {
  return format_amount(amount.value(), D, digits);
}

/// "1,234,567": a whole number with thousands separators, rounded half away from zero.
std::string format_count(double value);

}  // namespace orrery
