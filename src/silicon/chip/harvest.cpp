#include "silicon/chip/harvest.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::silicon {
namespace {

/// Chance that of n parts, each bad with chance 1 - good, at most so many are bad.
double at_most(double n, double spares, double good, double bad) {
  double term = std::pow(good, n), sum = term;
  for (double k = 0; k < spares && term > 0; ++k) {
    term *= (n - k) / (k + 1) * bad / good;
    sum += term;
  }
  return std::min(sum, 1.0);
}

/// At one density of defects per m2.
double good_at(const SparedDie& die, double density) {
  double share = std::exp(-density * die.rest * (1 - die.repaired));
  for (const SparedParts& p : die.parts)
    share *= at_most(p.number, p.number - p.needed, std::exp(-density * p.area), -std::expm1(-density * p.area));
  return share;
}

}  // namespace

double harvested_yield(const SparedDie& die, YieldLaw law, double density, double clustering) {
  if (!(density >= 0) || !(die.rest >= 0))
    throw Error({}, "density", "or the area is below 0 or no number", "give 0 or more");
  if (!(clustering > 0)) throw Error({}, "clustering", "is not above 0", "give 3, or infinity for Poisson's yield");
  for (const SparedParts& p : die.parts)
    if (!(p.area >= 0) || !(p.needed <= p.number) || !(p.needed >= 0))
      throw Error({}, "cores", "needs more parts than there are", "build as many as are needed, or more");
  // A gamma distribution that is as good as certain.
  if (law == YieldLaw::poisson || (law == YieldLaw::negative_binomial && clustering > 1e4))
    return good_at(die, density);
  constexpr int steps = 160;
  double sum = 0, all = 0;
  if (law == YieldLaw::murphy) {  // a triangle from 0 to twice the mean
    for (int i = 1; i < 2 * steps; ++i) {
      const double g = static_cast<double>(i) / steps, weight = 1 - std::fabs(g - 1);
      all += weight, sum += weight * good_at(die, density * g);
    }
    return sum / all;
  }
  // The gamma distribution of g, shape k and mean 1, in t = ln g: a smooth bell whose trapezoids converge fast.
  const double k = law == YieldLaw::seeds ? 1 : clustering;
  const double low = -std::log1p(24 / std::sqrt(k)) - 30 / k, high = std::log1p(12 / std::sqrt(k));
  const double step = (high - low) / steps;
  for (int i = 0; i <= steps; ++i) {
    const double t = low + step * i, weight = std::exp(k * (t - std::exp(t) + 1));
    all += weight, sum += weight * good_at(die, density * std::exp(t));
  }
  return sum / all;
}

}  // namespace orrery::silicon
