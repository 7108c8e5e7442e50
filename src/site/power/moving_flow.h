// A flow of a problem of energy on its way to the least cost: its values by hour, and what an iteration does with each
// of them. least_cost.h has the method; the loops here are over hours and nothing else.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

namespace orrery::site {

/// Steps of flows and their prices, from 0 to 1.
struct StepLengths {
  double primal = 1, dual = 1;
};

/// In an hour whose share is 0 there is no flow: its values are 1, its steps 0. Without a bound shares are 1, s and zs
/// stand still at 1 and 0.
struct MovingFlow {
  using Values = std::vector<double>;
  bool bounded = true;
  Values share, cost;       ///< of its capacity, that bounds it; of a unit, with the hour's weight
  Values x, s, zx, zs;      ///< flow, room below its bound, and the prices of both
  Values dx, ds, dzx, dzs;  ///< a step
  Values theta;             ///< 1 / (zx / x + zs / s)

  bool in(std::size_t h) const { return share[h] > 0; }

  /// Weights of hours [first, last), and what a unit of its capacity adds to it, q; the capacity's own weight.
  double weigh(std::size_t first, std::size_t last, bool of_capacity, double* q) {
    double own = 0;
    for (std::size_t h = first; h < last; ++h) {
      const double on = share[h] > 0 ? 1 : 0, d = zx[h] / x[h], e = zs[h] / s[h], w = on / (d + e);
      const double a = of_capacity ? share[h] : 0;
      theta[h] = w, q[h] = w * e * a, own += a * a * e * d * w;
    }
    return own;
  }

  /// Right-hand sides of a step towards complementarity of `target`; second: with the products of the step that is
  /// there taken off. paid: by the rows it is in; k: its capacity. Left in its steps until step() is g in dx, what
  /// products lack in dzx and dzs, room in ds. Adds to `to_capacity`; the largest violation of a price.
  double aim(std::size_t first, std::size_t last, const double* paid, double k, double target, bool second,
             bool of_capacity, double& to_capacity) {
    double sum = 0, most = 0;
    const double times = second ? 1 : 0, limit = bounded ? 1 : 0;
    for (std::size_t h = first; h < last; ++h) {
      const double on = share[h] > 0 ? 1 : 0, both = on * limit, a = of_capacity ? share[h] : 0;
      const double r = on * (cost[h] - paid[h] + zs[h] - zx[h]), room = both * (share[h] * k - x[h] - s[h]);
      const double cx = on * (target - x[h] * zx[h] - times * dx[h] * dzx[h]);
      const double cs = both * (target - s[h] * zs[h] - times * ds[h] * dzs[h]);
      const double e = zs[h] / s[h], f = cs / s[h] - e * room, g = cx / x[h] - r - f;
      sum += a * (f + e * theta[h] * g);
      most = std::max(most, r < 0 ? -r : r);
      dx[h] = g, ds[h] = room, dzx[h] = cx, dzs[h] = cs;
    }
    to_capacity -= sum;
    return most;
  }

  /// The step, for a step of the rows that it is in (paid) and of its capacity.
  void step(std::size_t first, std::size_t last, const double* paid, double dk) {
    const double limit = bounded ? 1 : 0;
    for (std::size_t h = first; h < last; ++h) {
      const double a = share[h] * dk, both = share[h] > 0 ? limit : 0;
      dx[h] = theta[h] * (paid[h] + zs[h] / s[h] * a + dx[h]);
      ds[h] = both * (a + ds[h] - dx[h]);
      dzx[h] = (dzx[h] - zx[h] * dx[h]) / x[h];
      dzs[h] = (dzs[h] - zs[h] * ds[h]) / s[h];
    }
  }

  /// The longest steps, up to those given, that keep all above 0: largest ratios of what falls first.
  void keep(StepLengths& steps) const {
    double primal = 1 / steps.primal, dual = 1 / steps.dual;
    for (std::size_t h = 0; h < x.size(); ++h) {
      primal = std::max(primal, std::max(-dx[h] / x[h], -ds[h] / s[h]));
      dual = std::max(dual, -dzx[h] / zx[h]);
    }
    if (bounded)
      for (std::size_t h = 0; h < x.size(); ++h) dual = std::max(dual, -dzs[h] / zs[h]);
    steps.primal = 1 / primal, steps.dual = 1 / dual;
  }

  /// Products of flow and price after steps; with steps of 0, as they are.
  double products(const StepLengths& after) const {
    double sum = 0;
    for (std::size_t h = 0; h < x.size(); ++h) {
      const double on = share[h] > 0 ? 1 : 0;
      sum += on * ((x[h] + after.primal * dx[h]) * (zx[h] + after.dual * dzx[h]) +
                   (s[h] + after.primal * ds[h]) * (zs[h] + after.dual * dzs[h]));
    }
    return sum;
  }

  void move(const StepLengths& by) {
    for (std::size_t h = 0; h < x.size(); ++h) {
      x[h] += by.primal * dx[h], s[h] += by.primal * ds[h];
      zx[h] += by.dual * dzx[h], zs[h] += by.dual * dzs[h];
    }
  }

  /// $ of all hours, scaled.
  double costs() const {
    double sum = 0;
    for (std::size_t h = 0; h < x.size(); ++h) sum += (share[h] > 0 ? cost[h] : 0) * x[h];
    return sum;
  }

  /// Takes value x (x + with_step theta g) off a row by hour, or off the row of the hour after.
  void take(double value, double with_step, double* row, const int* after) const {
    for (std::size_t h = 0; h < x.size(); ++h) {
      const double on = share[h] > 0 ? value : 0, v = on * (x[h] + with_step * theta[h] * dx[h]);
      row[after ? static_cast<std::size_t>(after[h]) : h] -= v;
    }
  }
};

}  // namespace orrery::site
