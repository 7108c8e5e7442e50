// Dies on a wafer against the closed form; limits of yield.
#include "silicon/chip/die.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace orrery::silicon {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Die, DiesOnAWaferFollowTheClosedForm) {
  // pi 150^2 / 814 - pi 300 / sqrt(1628) = 86.84 - 23.36
  EXPECT_EQ(gross_dies(814e-6, 0.3), 63);
  EXPECT_EQ(gross_dies(100e-6, 0.3), 640);
  EXPECT_EQ(gross_dies(0.06, 0.3), 0);
  EXPECT_THROW(gross_dies(0, 0.3), Error);
  EXPECT_THROW(gross_dies(1e-4, -1), Error);
}

TEST(Die, YieldHasItsLimits) {
  EXPECT_DOUBLE_EQ(die_yield(1e-4, 0, 3), 1);
  EXPECT_NEAR(die_yield(1e-4, 1e4, 1), 0.5, 1e-15);             // Seeds: 1 / (1 + A D)
  EXPECT_NEAR(die_yield(1e-4, 1e4, inf), std::exp(-1), 1e-15);  // Poisson
  EXPECT_NEAR(die_yield(1e-4, 1e4, 1e9), std::exp(-1), 1e-8);
  EXPECT_GT(die_yield(1e-4, 1e4, 2), die_yield(1e-4, 1e4, 10));
  EXPECT_THROW(die_yield(1e-4, -1, 3), Error);
  EXPECT_THROW(die_yield(1e-4, 1, 0), Error);
}

TEST(Die, DefectsHalveTheirDistanceToTheMatureDensity) {
  EXPECT_DOUBLE_EQ(defect_density(5, 1, 10, 0), 5);
  EXPECT_DOUBLE_EQ(defect_density(5, 1, 10, 10), 3);
  EXPECT_DOUBLE_EQ(defect_density(5, 1, 10, 20), 2);
  EXPECT_THROW(defect_density(5, 1, 0, 0), Error);
}

}  // namespace
}  // namespace orrery::silicon
