#include "base/curve.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace orrery {
namespace {

Curve some_curve(bool rising) {
  Curve c;
  const int pieces = *rc::gen::inRange(0, 5);
  for (int i = 0; i < pieces; ++i) {
    const double at = *rc::gen::inRange(0, 100), height = *rc::gen::inRange(1, 50);
    Curve piece =
        *rc::gen::arbitrary<bool>() ? Curve::step(at, height) : Curve::ramp(at, *rc::gen::inRange(1, 20), height);
    if (!rising && *rc::gen::arbitrary<bool>()) piece = piece.scaled(-1);
    c = c + piece;
  }
  return c;
}

TEST(Curve, MinimumCrossesWhereTheGapIsRounding) {
  // At t = 200 the first is below by less than t can resolve, and rises away from the second at once.
  const Curve f = Curve::from(0, {{200, 1, 50}});
  const Curve g = Curve::from(0, {{200, 1 + 1e-15, 0}});
  EXPECT_NEAR(minimum(f, g).at(300), 1, 1e-9);
  EXPECT_NEAR(minimum(g, f).at(300), 1, 1e-9);
}

RC_GTEST_PROP(CurveProperty, AddingInPlaceGivesTheSum, ()) {
  const Curve f = some_curve(false), g = some_curve(false);
  Curve sum = f, difference = f;
  sum += g, difference -= g;
  for (int t = -1; t < 200; ++t) {
    RC_ASSERT(std::fabs(sum.at(t) - (f + g).at(t)) < 1e-9);
    RC_ASSERT(std::fabs(difference.at(t) - (f - g).at(t)) < 1e-9);
  }
}

RC_GTEST_PROP(CurveProperty, AQueueFilledBitByBitFinishesWhatItWouldOfAllAtOnce, ()) {
  const Curve service = Curve::from(0, {{0, 0, static_cast<double>(*rc::gen::inRange(1, 20))}});
  FluidQueue queue(service);
  Curve joint, finished;
  for (int k = *rc::gen::inRange(0, 6); k > 0; --k) {
    const Curve more = some_curve(true);
    joint = joint + more;
    finished = finished + queue.add(more);
  }
  const Curve all = served(joint, service);
  for (int t = 0; t < 200; ++t) {
    RC_ASSERT(std::fabs(queue.finished().at(t) - all.at(t)) < 1e-6);
    RC_ASSERT(std::fabs(finished.at(t) - all.at(t)) < 1e-6);
  }
}

TEST(Curve, StepsAndRamps) {
  const Curve c = Curve::step(10, 5) + Curve::ramp(20, 2, 10);
  EXPECT_EQ(c.at(9.99), 0);
  EXPECT_EQ(c.at(10), 5);
  EXPECT_EQ(c.at(22), 9);
  EXPECT_EQ(c.at(100), 15);
  EXPECT_EQ(c.first_at_least(5), 10);
  EXPECT_NEAR(c.first_at_least(9), 22, 1e-6);
  EXPECT_NEAR(c.first_at_least(15), 25, 1e-6);
  EXPECT_EQ(c.first_at_least(15.1), INFINITY);
  EXPECT_DOUBLE_EQ(c.integral(0, 25), 75 + 25);
  EXPECT_EQ(c.maximum(), 15);
}

/// What is the most up to, from, and between times agrees with the values at many times.
RC_GTEST_PROP(Curve, TheMostUpToAndFromATime, ()) {
  const Curve f = some_curve(false), before = running_maximum(f), after = maximum_to_come(f);
  // Values on a fine grid and just before each jump.
  std::vector<double> times;
  for (int i = -40; i < 1200; ++i) times.push_back(0.25 * i);
  for (const Curve::Knot& k : f.knots()) times.push_back(k.time - 1e-9);
  std::sort(times.begin(), times.end());
  double most = -1e99;
  for (const double t : times) {
    most = std::max(most, f.at(t));
    RC_ASSERT(std::fabs(before.at(t) - most) <= 1e-6);
  }
  most = -1e99;
  for (std::size_t i = times.size(); i-- > 0;) {
    most = std::max(most, f.at(times[i]));
    RC_ASSERT(std::fabs(after.at(times[i]) - most) <= 1e-6);
  }
  const double a = *rc::gen::inRange(-5, 90), b = a + *rc::gen::inRange(1, 60);
  most = -1e99;
  for (const double t : times)
    if (t >= a && t < b) most = std::max(most, f.at(t));
  RC_ASSERT(f.maximum(a, b) >= most - 1e-9);
  RC_ASSERT(f.maximum(a, b) <= most + 20 * 0.25 * 5 + 1e-6);  // what rises within a step of the grid
  const double last = f.last_above(10);
  for (const double t : times)
    if (t > last + 1e-6) RC_ASSERT(f.at(t) <= 10 + 1e-6);
  if (std::isfinite(last)) RC_ASSERT(f.maximum(last - 1e-6, last + 1e-12) > 10 - 1e-3);
}

/// Sum, difference, minimum, shift and integral agree with pointwise evaluation.
RC_GTEST_PROP(Curve, OperationsHoldPointwise, ()) {
  const Curve f = some_curve(false), g = some_curve(false);
  const Curve sum = f + g, less = f - g, low = minimum(f, g), late = f.shifted(7), up = positive_part(f);
  double integral = 0;
  for (double t = -3.37; t < 130; t += 1) {
    RC_ASSERT(std::abs(sum.at(t) - f.at(t) - g.at(t)) < 1e-9);
    RC_ASSERT(std::abs(less.at(t) - f.at(t) + g.at(t)) < 1e-9);
    RC_ASSERT(std::abs(low.at(t) - std::min(f.at(t), g.at(t))) < 1e-9);
    RC_ASSERT(std::abs(up.at(t) - std::max(f.at(t), 0.0)) < 1e-9);
    RC_ASSERT(std::abs(late.at(t) - f.at(t - 7)) < 1e-9);
    integral += f.integral(t, t + 1);
  }
  RC_ASSERT(std::abs(integral - f.integral(-3.37, -3.37 + 134)) < 1e-6);
}

/// Output never exceeds arrivals or service since the last idle time, and is finished in the end.
RC_GTEST_PROP(Curve, QueueKeepsItsLaws, ()) {
  const Curve arrivals = some_curve(true);
  const double rate = *rc::gen::inRange(1, 30), ready = *rc::gen::inRange(0, 100);
  const Curve service = Curve::ramp(ready, rate, 1e6);
  const Curve out = served(arrivals, service);
  double last = 0;
  for (double t = -1; t < 140; t += 0.5) {
    RC_ASSERT(out.at(t) <= arrivals.at(t) + 1e-6);
    RC_ASSERT(out.at(t) >= last - 1e-9);
    RC_ASSERT(out.at(t) - last <= rate * 0.5 + 1e-6);
    if (t < ready) RC_ASSERT(out.at(t) == 0);
    last = out.at(t);
  }
  RC_ASSERT(std::abs(out.at(1e5) - arrivals.at(1e5)) < 1e-6);
}

TEST(Curve, QueueOfAStepIsARamp) {
  const Curve out = served(Curve::step(10, 100), Curve::ramp(20, 5, 1e9));
  EXPECT_EQ(out.at(20), 0);
  EXPECT_DOUBLE_EQ(out.at(30), 50);
  EXPECT_DOUBLE_EQ(out.at(50), 100);
  EXPECT_NEAR(out.first_at_least(100), 40, 1e-5);
}

}  // namespace
}  // namespace orrery
