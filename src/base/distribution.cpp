#include "base/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/spread.h"

namespace orrery {
namespace {

double polynomial(const double (&c)[8], double x) {
  double y = 0;
  for (int i = 7; i >= 0; --i) y = y * x + c[i];
  return y;
}

/// Continued fraction of the incomplete beta function by the modified Lentz method.
double beta_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  if (std::fabs(d) < tiny) d = tiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m <= 300; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (const double numerator : {even, odd}) {
      d = 1 + numerator * d;
      c = 1 + numerator / c;
      if (std::fabs(d) < tiny) d = tiny;
      if (std::fabs(c) < tiny) c = tiny;
      d = 1 / d;
      h *= d * c;
    }
    if (std::fabs(d * c - 1) < 1e-15) break;
  }
  return h;
}

double log_beta(double a, double b) {
  // lgamma writes the sign to a global; the reentrant form keeps this function pure across threads.
  int sign = 0;
  return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

double incomplete_beta(double x, double a, double b, double log_norm) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_norm);
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a : 1 - front * beta_fraction(1 - x, b, a) / b;
}

}  // namespace

double normal_quantile(double p) {
  static constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                  1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr double b[8] = {1,
                                  4.2313330701600911252e+1,
                                  6.8718700749205790830e+2,
                                  5.3941960214247511077e+3,
                                  2.1213794301586595867e+4,
                                  3.9307895800092710610e+4,
                                  2.8729085735721942674e+4,
                                  5.2264952788528545610e+3};
  static constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                  3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double d[8] = {1,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
  static constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[8] = {1,
                                  5.99832206555887937690e-1,
                                  1.36929880922735805310e-1,
                                  1.48753612908506148525e-2,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  double x = 0;
  if (r <= 5) {
    r -= 1.6;
    x = polynomial(c, r) / polynomial(d, r);
  } else {
    r -= 5;
    x = polynomial(e, r) / polynomial(f, r);
  }
  return q < 0 ? -x : x;
}

double normal_probability(double z) {
  return std::clamp(0.5 * std::erfc(-z / std::numbers::sqrt2), 0x1p-60, std::nextafter(1.0, 0.0));
}

double beta_quantile(double p, double alpha, double beta) {
  const double log_norm = log_beta(alpha, beta);
  double low = 0, high = 1, x = alpha / (alpha + beta);
  for (int i = 0; i < 100; ++i) {
    const double miss = incomplete_beta(x, alpha, beta, log_norm) - p;
    (miss > 0 ? high : low) = x;
    const double density = std::exp((alpha - 1) * std::log(x) + (beta - 1) * std::log1p(-x) - log_norm);
    double next = x - miss / density;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::fabs(next - x) <= 1e-13 * x) return next;
    x = next;
  }
  return x;
}

double Distribution::quantile(double p) const {
  switch (kind) {
    case Kind::constant:
      return a;
    case Kind::uniform:
      return a + p * (b - a);
    case Kind::triangular: {
      const double width = c - a;
      if (width <= 0) return b;
      const double split = (b - a) / width;
      return p < split ? a + std::sqrt(p * width * (b - a)) : c - std::sqrt((1 - p) * width * (c - b));
    }
    case Kind::pert: {
      const double width = c - a;
      if (width <= 0) return b;
      return a + width * beta_quantile(p, 1 + 4 * (b - a) / width, 1 + 4 * (c - b) / width);
    }
    case Kind::normal:
      return a + b * normal_quantile(p);
    case Kind::lognormal:
      return p <= c ? 0 : a * std::exp(b * normal_quantile((p - c) / (1 - c)));
    case Kind::percentiles: {
      static const double z90 = normal_quantile(0.9);
      const double steps = normal_quantile(p) / z90;
      if (a > 0) return b * std::pow(steps > 0 ? c / b : b / a, steps);
      return b + steps * (steps > 0 ? c - b : b - a);
    }
    case Kind::empirical:
      return sorted_quantile(values, p);
  }
  return a;
}

namespace {

constexpr double tail = 0.001;

bool has_bounds(Distribution::Kind kind) {
  return kind != Distribution::Kind::normal && kind != Distribution::Kind::lognormal &&
         kind != Distribution::Kind::percentiles;
}

}  // namespace

Sampler::Sampler(const Distribution& distribution, Tables& tables) : of_(distribution) {
  const double width = of_.c - of_.a;
  if (of_.kind != Distribution::Kind::pert || width <= 0) return;
  const double alpha = 1 + 4 * (of_.b - of_.a) / width, beta = 1 + 4 * (of_.c - of_.b) / width;
  std::shared_ptr<const Table>& known = tables[{alpha, beta}];
  if (!known) {
    Table table{alpha, beta, log_beta(alpha, beta), {}, {}};
    constexpr int pieces = 64;
    for (int i = 0; i <= pieces; ++i) {
      const double x = i == 0 ? 0 : i == pieces ? 1 : beta_quantile(static_cast<double>(i) / pieces, alpha, beta);
      table.quantiles.push_back(x);
      table.slopes.push_back(std::exp(table.log_norm - (alpha - 1) * std::log(x) - (beta - 1) * std::log1p(-x)) /
                             pieces);
    }
    known = std::make_shared<const Table>(std::move(table));
  }
  table_ = known;
}

double Sampler::draw(double uniform) const {
  if (!table_) return of_.draw(uniform);
  const auto& [alpha, beta, log_norm, quantiles, slopes] = *table_;
  const double at = uniform * static_cast<double>(quantiles.size() - 1);
  const auto piece = static_cast<std::size_t>(at);
  // In the first and the last piece the slope may be infinite.
  if (piece == 0 || piece + 2 >= quantiles.size()) return of_.draw(uniform);
  const double t = at - static_cast<double>(piece), s = 1 - t;
  const double x = quantiles[piece] * s * s * (1 + 2 * t) + quantiles[piece + 1] * t * t * (1 + 2 * s) +
                   s * t * (slopes[piece] * s - slopes[piece + 1] * t);
  const double miss = incomplete_beta(x, alpha, beta, log_norm) - uniform;
  const double newton = miss * std::exp(log_norm - (alpha - 1) * std::log(x) - (beta - 1) * std::log1p(-x));
  // The step's own error is its third power over the square of the distance to the nearer end.
  if (!(std::fabs(newton) <= 1e-4 * std::min(x, 1 - x))) return of_.draw(uniform);
  const double step = newton / (1 - 0.5 * newton * ((alpha - 1) / x - (beta - 1) / (1 - x)));
  return of_.a + (of_.c - of_.a) * (x - step);
}

Distribution Distribution::scaled(double factor) const {
  Distribution out = *this;
  out.a *= factor;
  if (kind != Kind::lognormal) out.b *= factor, out.c *= factor;  // there b is of the logarithm, c a share
  for (double& v : out.values) v *= factor;
  return out;
}

Distribution Distribution::shifted(double by) const {
  if (kind == Kind::lognormal && c > 0)
    throw Error({}, "", "has a share of zeros, which cannot be longer or shorter", "give the value itself");
  if (kind == Kind::lognormal) return scaled((a + by) / a);
  Distribution out = *this;
  out.a += by;
  if (kind != Kind::constant && kind != Kind::normal) out.b += by, out.c += by;
  for (double& v : out.values) v += by;
  return out;
}

Distribution Distribution::shortened(double by) const {
  if (kind == Kind::lognormal) return by < a ? shifted(-by) : constant(0);
  Distribution out = shifted(-by);
  for (double* level : {&out.a, &out.b, &out.c})
    if (level == &out.a || (kind != Kind::constant && kind != Kind::normal)) *level = std::max(0.0, *level);
  for (double& v : out.values) v = std::max(0.0, v);
  return out;
}

double Distribution::lowest() const {
  if (!has_bounds(kind)) return quantile(tail);
  return kind == Kind::empirical ? values.front() : a;
}

double Distribution::highest() const {
  if (!has_bounds(kind)) return quantile(1 - tail);
  switch (kind) {
    case Kind::uniform:
      return b;
    case Kind::triangular:
    case Kind::pert:
      return c;
    case Kind::empirical:
      return values.back();
    default:
      return a;
  }
}

double Distribution::draw(double uniform) const {
  return quantile(has_bounds(kind) ? uniform : std::clamp(uniform, tail, 1 - tail));
}

void Distribution::check() const {
  auto refuse = [&](const std::string& problem, const std::string& remedy) {
    throw Error({}, "", distribution_name(kind) + ": " + problem, remedy);
  };
  for (const double x : {a, b, c})
    if (!std::isfinite(x)) refuse("a parameter is not a finite number", "give finite numbers");
  switch (kind) {
    case Kind::constant:
      break;
    case Kind::uniform:
      if (a > b) refuse("low is above high", "give low <= high");
      break;
    case Kind::triangular:
    case Kind::pert:
      if (a > b || b > c) refuse("low, mode and high are not in order", "give low <= mode <= high");
      break;
    case Kind::normal:
      if (b < 0) refuse("the standard deviation is negative", "give sd >= 0");
      break;
    case Kind::lognormal:
      if (a <= 0) refuse("the median is not positive", "give median > 0, or use normal");
      if (b < 0) refuse("sigma is negative", "give sigma >= 0, the standard deviation of the logarithm");
      if (c < 0 || c >= 1) refuse("the share of zeros is not at least 0 and below 1", "give zero = 0.2 for a fifth");
      break;
    case Kind::percentiles:
      if (a > b || b > c) refuse("P10, P50 and P90 are not in order", "give p10 <= p50 <= p90");
      break;
    case Kind::empirical:
      if (values.empty()) refuse("there are no values", "give at least one value");
      if (!std::is_sorted(values.begin(), values.end())) refuse("values are not sorted", "sort them");
      for (const double x : values)
        if (!std::isfinite(x)) refuse("a value is not a finite number", "give finite numbers");
      break;
  }
}

std::string distribution_name(Distribution::Kind kind) {
  static constexpr const char* names[] = {"constant", "uniform",   "triangular",  "pert",
                                          "normal",   "lognormal", "p10/p50/p90", "empirical"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace orrery
