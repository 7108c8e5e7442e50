// Annual PUE of an operator in a climate: a line over the wet-bulb excess for each operator (site/climate), by Huber's
// robust regression on published places, with the band that left-out places need.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "site/climate.h"

namespace orrery::site {

/// The published PUE of an operator at a place: the mean of its years.
struct PuePlace {
  std::string label;      ///< "AWS, Europe (Frankfurt)"
  std::string operator_;  ///< the name of its line
  Point at;
  Climate climate;
  double pue = 1;
};

/// PUE = base + slope x wet-bulb excess, with an 80 % band, and what is said where the place is unknown.
struct PueLine {
  double base = 1;                          ///< where the wet bulb never passes 15 C
  double slope = 0;                         ///< per K, 0 or more
  double below = 0, above = 0;              ///< P50 to P10 and P90 where the climate is known
  double alone = 1;                         ///< median of the operator's places
  double alone_below = 0, alone_above = 0;  ///< likewise, of it
};

/// A prediction: its P50 and the band from P10 to P90. PUE is never below 1.
struct PueBand {
  double median = 1, low = 1, high = 1;
};
/// In a climate; what the climate is not known by is added to the band in quadrature.
PueBand pue_at(const PueLine& line, const Climate& climate);
/// Where the place is not known.
PueBand pue_anywhere(const PueLine& line);

/// Two places are one within so far, m: their climates and grids are the same, and they are left out together.
inline constexpr double same_place = 50e3;

/// base, slope and alone of a line, by Huber's regression (k = 1.345 x 1.4826 x the median absolute residual, iterated
/// weights; Huber 1964) on the operator's places; the bands stay 0. A slope below 0 becomes 0. Throws Error for fewer
/// than three places.
PueLine fit_pue(std::span<const PuePlace> places);
/// The operator's other places, more than 50 km from a point.
std::vector<PuePlace> left_out(std::span<const PuePlace> places, const Point& from);

/// What a place was predicted by without it, beside what is published.
struct PueLeftOut {
  const PuePlace* place{};
  PueLine line;  ///< fitted without the place and those beside it
};
/// Every place of a list by the rest of that list.
std::vector<PueLeftOut> leave_places_out(std::span<const PuePlace> places);

/// Half-widths of the 80 % band so that, with what the climates add, it covers 80 % of the left-out places: one width
/// for both sides where symmetric, else the tenth that is furthest off on each side left outside.
void fit_band(PueLine& line, std::span<const PueLeftOut> errors, bool symmetric);

}  // namespace orrery::site
