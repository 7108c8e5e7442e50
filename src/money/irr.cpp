// The chain of exponential sums, its zeros from the last level up, and the quick way for one sign change.
#include "money/irr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace orrery::money {

namespace {

// Largest |x| searched: rates from -99.9999996 % to 4.8e9 % per period (e^-20 - 1 to e^20 - 1 would do for money; the
// chain's inner levels may have zeros further out, which only bound intervals).
constexpr double farthest = 60;

// Sign-true value of sum c_t e^(-x t): Horner in e^-x for x >= 0, in e^x from the other end for x < 0, so that nothing
// overflows. For x < 0 the value carries the positive factor e^(x n).
double value_at(std::span<const double> c, double x) {
  double sum = 0;
  if (x >= 0) {
    const double v = std::exp(-x);
    for (std::size_t t = c.size(); t-- > 0;) sum = sum * v + c[t];
  } else {
    const double v = std::exp(x);
    for (const double coefficient : c) sum = sum * v + coefficient;
  }
  return sum;
}

int sign(double value) {
  return (value > 0) - (value < 0);
}

// The time between which and the next non-zero coefficient the sign first changes, or -1.
double first_change(std::span<const double> c) {
  int last_sign = 0;
  std::size_t last = 0;
  for (std::size_t t = 0; t < c.size(); ++t) {
    const int s = sign(c[t]);
    if (s == 0) continue;
    if (last_sign != 0 && s != last_sign) return 0.5 * static_cast<double>(last + t);
    last_sign = s;
    last = t;
  }
  return -1;
}

// The zero between low and high, where the signs differ (bisection with Illinois steps, to the last bits of x).
double zero_between(std::span<const double> c, double low, double high) {
  double f_low = value_at(c, low), f_high = value_at(c, high);
  const bool same_scale = (low >= 0) == (high >= 0);
  int side = 0;
  for (int i = 0; i < 200; ++i) {
    const double width = high - low;
    if (width <= 4e-16 * std::max(1.0, std::max(std::abs(low), std::abs(high)))) break;
    double x = 0.5 * (low + high);
    // The two halves of value_at differ by a factor, so a secant across x = 0 would be skewed, though still inside.
    if (same_scale && i % 3 != 2) {
      const double secant = low + width * f_low / (f_low - f_high);
      if (secant > low && secant < high) x = secant;
    }
    const double f = value_at(c, x);
    if (f == 0) return x;
    if (sign(f) == sign(f_low)) {
      low = x;
      f_low = f;
      if (side == -1) f_high *= 0.5;
      side = -1;
    } else {
      high = x;
      f_high = f;
      if (side == 1) f_low *= 0.5;
      side = 1;
    }
  }
  return 0.5 * (low + high);
}

// A value so small against its terms that rounding decides its sign: the sum touches nought there.
bool is_touching(std::span<const double> c, double x) {
  double sum = 0, terms = 0;
  const double v = std::exp(-std::abs(x));
  for (std::size_t i = 0; i < c.size(); ++i) {
    const std::size_t t = x >= 0 ? c.size() - 1 - i : i;
    sum = sum * v + c[t];
    terms = terms * v + std::abs(c[t]);
  }
  return std::abs(sum) <= 1e-14 * terms;
}

// Zeros of one level from the zeros of the next, both ascending.
void zeros_of(std::span<const double> c, std::span<const double> turning, std::vector<double>& zeros) {
  zeros.clear();
  double low = -farthest;
  auto search = [&](double from, double to) {
    if (!(to > from)) return;
    if (sign(value_at(c, from)) * sign(value_at(c, to)) < 0) zeros.push_back(zero_between(c, from, to));
  };
  for (const double x : turning) {
    if (is_touching(c, x)) {
      // A double zero, or two zeros that cannot be told apart: one entry, and the search goes on beyond it.
      const double apart = 1e-7 * std::max(1.0, std::abs(x));
      search(low, x - apart);
      if (zeros.empty() || x - zeros.back() > apart) zeros.push_back(x);
      low = x + apart;
    } else {
      search(low, x);
      low = x;
    }
  }
  search(low, farthest);
}

// Net present value and its derivative in the rate, Horner in v = 1 / (1 + r).
void value_and_slope(std::span<const double> flows, double rate, double& value, double& slope) {
  const double v = 1 / (1 + rate);
  double p = 0, d = 0;
  for (std::size_t t = flows.size(); t-- > 0;) {
    d = d * v + p;
    p = p * v + flows[t];
  }
  value = p;
  slope = -d * v * v;
}

std::size_t sign_changes(std::span<const double> flows) {
  std::size_t changes = 0;
  int last = 0;
  for (const double flow : flows) {
    const int s = sign(flow);
    if (s == 0) continue;
    if (last != 0 && s != last) ++changes;
    last = s;
  }
  return changes;
}

}  // namespace

std::size_t internal_rates(std::span<const double> flows, IrrWorkspace& workspace) {
  double largest = 0;
  for (const double flow : flows) {
    if (!std::isfinite(flow))
      throw Error({}, "flows", "a cash flow is not a finite number", "give every period a number");
    largest = std::max(largest, std::abs(flow));
  }
  std::vector<double>& chain = workspace.coefficients;
  workspace.zeros.clear();
  if (largest == 0) return 0;
  // Empty periods at the ends only scale the sum, and would let it underflow far from x = 0.
  while (flows.front() == 0) flows = flows.subspan(1);
  while (flows.back() == 0) flows = flows.first(flows.size() - 1);
  const std::size_t n = flows.size();
  chain.assign(flows.begin(), flows.end());
  for (double& c : chain) c /= largest;
  std::size_t levels = 1;
  for (;;) {
    const std::span<const double> last(chain.data() + (levels - 1) * n, n);
    const double a = first_change(last);
    if (a < 0) break;
    chain.resize((levels + 1) * n);
    double* const next = chain.data() + levels * n;
    const double* const before = next - n;
    double scale = 0;
    for (std::size_t t = 0; t < n; ++t) {
      next[t] = before[t] * (a - static_cast<double>(t));
      scale = std::max(scale, std::abs(next[t]));
    }
    for (std::size_t t = 0; t < n; ++t) next[t] /= scale;
    ++levels;
  }
  workspace.next_zeros.clear();
  for (std::size_t level = levels; level-- > 0;) {
    zeros_of({chain.data() + level * n, n}, workspace.next_zeros, workspace.zeros);
    if (level > 0) std::swap(workspace.zeros, workspace.next_zeros);
  }
  return workspace.zeros.size();
}

InternalRates internal_rates(std::span<const double> flows) {
  IrrWorkspace workspace;
  internal_rates(flows, workspace);
  InternalRates result;
  for (const double x : workspace.zeros) result.rates.push_back(std::expm1(x));
  if (result.rates.size() == 1) result.kind = InternalRates::Kind::one;
  if (result.rates.size() > 1) result.kind = InternalRates::Kind::several;
  return result;
}

double internal_rate(std::span<const double> flows, IrrWorkspace& workspace, double guess) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::size_t changes = sign_changes(flows);
  if (changes == 0) return none;
  if (changes == 1) {
    // One sign change has exactly one rate, so whatever Newton converges to is it.
    double rate = guess > -1 ? guess : 0.1;
    for (int i = 0; i < 30; ++i) {
      double value = 0, slope = 0;
      value_and_slope(flows, rate, value, slope);
      const double step = value / slope;
      if (!std::isfinite(step)) break;
      double next = rate - step;
      if (next <= -1) next = 0.5 * (rate - 1);
      if (std::abs(next - rate) <= 1e-14 * (1 + std::abs(next))) return next;
      rate = next;
    }
  }
  internal_rates(flows, workspace);
  double best = none;
  for (const double x : workspace.zeros) {
    const double rate = std::expm1(x);
    double value = 0, slope = 0;
    value_and_slope(flows, rate, value, slope);
    if (workspace.zeros.size() == 1 || slope < 0) best = rate;  // ascending: the last that qualifies is the largest
  }
  return best;
}

}  // namespace orrery::money
