#include "silicon/chip/die.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

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

YieldLaw parse_yield_law(std::string_view name) {
  std::vector<std::string> names;
  for (const YieldLaw law : {YieldLaw::poisson, YieldLaw::murphy, YieldLaw::seeds, YieldLaw::negative_binomial}) {
    if (yield_law_name(law) == name) return law;
    names.emplace_back(yield_law_name(law));
  }
  throw Error({}, "yield", in_quotes(name) + " is no law of yield",
              suggest(name, names, "write poisson, murphy, seeds or negative-binomial"));
}

std::string_view yield_law_name(YieldLaw law) {
  static constexpr std::string_view names[] = {"poisson", "murphy", "seeds", "negative-binomial"};
  return names[static_cast<std::size_t>(law)];
}

double die_yield(YieldLaw law, double area, double density, double clustering) {
  const double by_stapper = die_yield(area, density, law == YieldLaw::seeds ? 1 : clustering), defects = area * density;
  switch (law) {
    case YieldLaw::poisson:
      return std::exp(-defects);
    case YieldLaw::murphy: {
      const double root = defects > 1e-9 ? -std::expm1(-defects) / defects : 1;
      return root * root;
    }
    case YieldLaw::seeds:
    case YieldLaw::negative_binomial:
      return by_stapper;
  }
  return by_stapper;
}

double whole_dies(double width, double height, double diameter, double edge, double scribe) {
  const double radius = diameter / 2 - edge;
  if (!(width > 0 && height > 0)) throw Error({}, "width", "is not above 0", "give a length such as 26 mm");
  if (!(radius > 0)) throw Error({}, "edge", "leaves nothing of the wafer", "give less, such as 3 mm");
  const double w = width + scribe, h = height + scribe;
  // How far the grid stands from the wafer's middle, in parts of a die: whole dies change at few places only.
  constexpr int steps = 16;
  double best = 0;
  for (int i = 0; i < steps; ++i) {
    double counts[steps] = {};
    const double first = (static_cast<double>(i) / steps - std::ceil(radius / h) - 1) * h;
    for (double low = first; low < radius; low += h) {
      const double far = std::max(std::fabs(low), std::fabs(low + h));
      if (far >= radius) continue;
      const double half = std::sqrt(radius * radius - far * far) / w;
      for (int k = 0; k < steps; ++k) {
        const double shift = static_cast<double>(k) / steps;
        counts[k] += std::max(0.0, std::floor(half - shift + 1e-9) - std::ceil(-half - shift - 1e-9));
      }
    }
    for (const double count : counts) best = std::max(best, count);
  }
  return best;
}

DieSides sides_of(double area, double width, double reticle_short) {
  if (width > 0) return {width, area / width};
  const double side = std::min(std::sqrt(area), reticle_short);
  return {side, area / side};
}

double defect_density(double first, double mature, double halving, double age) {
  if (!(halving > 0)) throw Error({}, "halving", "is not above 0", "give a time such as 10 months");
  return mature + (first - mature) * std::exp2(-std::max(0.0, age) / halving);
}

}  // namespace orrery::silicon
