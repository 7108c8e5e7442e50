// The continuous ranked probability score of a forecast, CRPS = integral over x of (F(x) - [y <= x])^2 with F the
// forecast's distribution function and y what happened: the mean absolute error of a forecast that is one number, and
// least, on average, for the forecast that is right (Gneiting and Raftery, "Strictly proper scoring rules, prediction,
// and estimation", 2007, section 4.2). In the unit of y. Closed forms, so that a score does not depend on a grid.
#pragma once
#include <limits>

#include "base/distribution.h"

namespace orrery {

/// The distribution function of the standard normal distribution.
double normal_share_below(double x);

/// A normal forecast of which all below `from` is known not to have come to pass: cut off there and scaled to one.
struct NormalForecast {
  double mean = 0, deviation = 1;                          ///< before it is cut; deviation over 0
  double from = -std::numeric_limits<double>::infinity();  ///< -infinity: nothing is cut
  /// The value below which the share p lies, 0 < p < 1.
  double quantile(double p) const;
};

/// CRPS where y happened (normal: Gneiting and Raftery 2007, eq. 21; cut off: Jordan, Krueger and Lerch, "Evaluating
/// probabilistic forecasts with scoringRules", 2019, appendix A).
double crps(const NormalForecast& forecast, double y);
/// The part of the CRPS that is settled where all that is known is that it lies beyond `waited`: the integral up to
/// there, of F squared (the censored score; Gneiting and Ranjan, "Comparing density forecasts using threshold- and
/// quantile-weighted scoring rules", 2011, with the indicator of x < waited as weight).
double crps_open(const NormalForecast& forecast, double waited);

/// CRPS of a lognormal, with or without its share of zeros: E|X - y| - E|X - X'| / 2 with X, X' independent draws
/// (Gneiting and Raftery 2007, eq. 21); every term has a closed form. Throws Error for another kind of distribution.
double crps(const Distribution& lognormal, double y);

}  // namespace orrery
