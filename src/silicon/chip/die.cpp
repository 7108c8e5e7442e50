#include "silicon/chip/die.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace orrery::silicon {
namespace {

void not_negative(const char* key, double value) {
  if (!(value >= 0)) throw Error({}, key, "is below 0 or no number", "give 0 or more");
}

}  // namespace

double gross_dies(double die_area, double wafer_diameter) {
  if (!(die_area > 0)) throw Error({}, "die_area", "is not above 0", "give an area such as 814 mm2");
  if (!(wafer_diameter > 0)) throw Error({}, "wafer_diameter", "is not above 0", "give a length such as 300 mm");
  const double d = wafer_diameter, pi = std::numbers::pi;
  return std::max(0.0, std::floor(pi * d * d / 4 / die_area - pi * d / std::sqrt(2 * die_area)));
}

double die_yield(double area, double density, double clustering) {
  not_negative("area", area);
  not_negative("density", density);
  if (!(clustering > 0)) throw Error({}, "clustering", "is not above 0", "give 3, or infinity for Poisson's yield");
  if (std::isinf(clustering)) return std::exp(-area * density);
  return std::exp(-clustering * std::log1p(area * density / clustering));
}

double defect_density(double first, double mature, double halving, double age) {
  if (!(halving > 0)) throw Error({}, "halving", "is not above 0", "give a time such as 10 months");
  return mature + (first - mature) * std::exp2(-std::max(0.0, age) / halving);
}

}  // namespace orrery::silicon
