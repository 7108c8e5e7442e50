// Piecewise linear functions of time with jumps: delivered accelerators, energised megawatts, racks installed. Capacity
// is computed on whole curves at once (sums, minima, delays and the fluid queue of network calculus: Le Boudec and
// Thiran, "Network Calculus", 2001), so a simulation visits only the dates at which something changes.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace orrery {

/// A right-continuous piecewise linear function of time. Units are the caller's; Orrery uses days for time.
class Curve {
 public:
  struct Knot {
    double time;   ///< where the piece starts
    double value;  ///< value at its start
    double slope;  ///< per unit of time, until the next knot
  };

  /// The same value at all times.
  explicit Curve(double constant = 0) : before_(constant) {}
  /// 0 before time, height from then on.
  static Curve step(double time, double height);
  /// 0 before start, then rising at rate (> 0; infinite: at once) until height is reached.
  static Curve ramp(double start, double rate, double height);
  /// From pieces in rising order of time; before is the value at all earlier times.
  static Curve from(double before, std::vector<Knot> knots);

  double before() const { return before_; }
  const std::vector<Knot>& knots() const { return knots_; }

  double at(double time) const;
  /// The first time at which the value is at least level (within 1e-9 of it, relatively); -infinity when it always
  /// was, +infinity when it never is.
  double first_at_least(double level) const;
  /// The integral from a to b, a <= b.
  double integral(double a, double b) const;
  /// The largest value at or after the first knot, or before it.
  double maximum() const;
  /// The largest value from a to b, or what it comes near to before b; a < b.
  double maximum(double a, double b) const;
  /// The last time up to which it is anywhere above level; -infinity where it never is, +infinity where it stays so.
  double last_above(double level) const;

  Curve shifted(double delay) const;  ///< f(t - delay)
  Curve scaled(double factor) const;
  Curve until(double time) const;  ///< f before time, 0 from then on

  /// f + g and f - g in place of f: as those, but the pieces of f before g's first knot, where g is 0, stay untouched,
  /// so that adding many short curves takes no time for what came before them.
  Curve& operator+=(const Curve& g) { return add(g, 1); }
  Curve& operator-=(const Curve& g) { return add(g, -1); }
  /// The pieces that reach into [from, to); before and after them the value is another.
  Curve pieces(double from, double to) const;
  /// Whether the value is at least level at all times from `from` on.
  bool stays_at_least(double level, double from) const;

  friend Curve operator+(const Curve& f, const Curve& g);
  friend Curve operator-(const Curve& f, const Curve& g);
  friend Curve minimum(const Curve& f, const Curve& g);
  /// f where f is positive, else 0.
  friend Curve positive_part(const Curve& f);
  /// The largest value of f up to each time; from each time on, where the last piece does not rise.
  friend Curve running_maximum(const Curve& f);
  friend Curve maximum_to_come(const Curve& f);
  /// f(t) / g(t) where g is piecewise constant and positive. A slope of g is ignored.
  friend Curve divided_by_steps(const Curve& f, const Curve& g);

 private:
  double before_ = 0;
  std::vector<Knot> knots_;

  void append(double time, double value, double slope);
  Curve& add(const Curve& g, double sign);
};

/// What a server of rate service'(t) has finished of the arrivals by each time: the output of a fluid queue that starts
/// empty, works whenever there is a backlog, and never finishes before arrival. Both curves rise and start at 0;
/// service has no jumps.
Curve served(const Curve& arrivals, const Curve& service);

/// The same where arrivals are added one after the other: each adds to the queue, of which only what comes from the new
/// arrivals on is worked out again.
class FluidQueue {
 public:
  explicit FluidQueue(Curve service);
  /// What has been finished more by each time for these arrivals.
  Curve add(const Curve& arrivals);
  const Curve& arrivals() const { return arrivals_; }
  Curve finished() const { return Curve::from(0, finished_); }

 private:
  /// At the start of a piece on which arrivals and service are linear.
  struct State {
    double start, arrived, arriving, served, rate, done;
    std::size_t arrival, service;  ///< the next knots
    std::size_t knots;             ///< of finished_
    double last_slope;             ///< of the last of them
  };

  Curve service_, arrivals_;
  std::vector<Curve::Knot> finished_;
  std::vector<State> states_;

  void put(double time, double done, double slope);
  void work(State at);
};

/// All knot times of several curves, sorted, once each.
std::vector<double> knot_times(const std::vector<const Curve*>& curves);

}  // namespace orrery
