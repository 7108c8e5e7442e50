// Rents that go back to a falling level: limits in closed form, and the moments of many paths.
#include "money/rent_process.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/amount.h"
#include "base/error.h"

namespace orrery::money {
namespace {

constexpr double year = year_length.value();

TEST(RentProcess, WithoutShocksGoesBackToTheLevel) {
  const RentProcess still{2, 0, 1 / year, 0.3};
  EXPECT_NEAR(rent_path(still, 2, year, {0, 0}).back(), 2, 1e-12);
  // A half-life of ln 2 years: the ratio 4 is 2 then.
  EXPECT_NEAR(rent_path(still, 8, std::log(2) * year, {0}).back(), 4, 1e-12);
  // A level that falls by a tenth of its logarithm a year is followed a tenth above it.
  const RentProcess falling{2, 0.1 / year, 1 / year, 0};
  EXPECT_NEAR(rent_path(falling, 3, year, std::vector<double>(50)).back(), 2 * std::exp(-5 + 0.1), 1e-12);
}

TEST(RentProcess, ASpreadIsThatOfTheStationaryProcessInTheEnd) {
  const RentProcess p{1, 0, 2 / year, 0.4};
  const double one = std::log(rent_path(p, 1, 100 * year, {1}).back());
  EXPECT_NEAR(one, 0.4 / std::sqrt(2 * 2), 1e-12);
  // Of a short step it is that of a random walk.
  EXPECT_NEAR(std::log(rent_path(p, 1, year / 1e4, {1}).back()), 0.4 / 100, 1e-5);
}

TEST(RentProcess, RefusesWhatIsNone) {
  EXPECT_THROW(rent_path({0, 0, 1, 0}, 1, 1, {0}), Error);
  EXPECT_THROW(rent_path({1, 0, 0, 0}, 1, 1, {0}), Error);
  EXPECT_THROW(rent_path({1, 0, 1, -1}, 1, 1, {0}), Error);
  EXPECT_THROW(rent_path({1, 0, 1, 0}, 0, 1, {0}), Error);
}

RC_GTEST_PROP(RentProcess, TwoStepsAreOneOfTheirSum, ()) {
  const RentProcess p{*rc::gen::inRange(1, 50) / 10.0, *rc::gen::inRange(0, 50) / 100.0 / year,
                      *rc::gen::inRange(1, 50) / 10.0 / year, 0.3};
  const double rent = *rc::gen::inRange(1, 100) / 10.0, step = *rc::gen::inRange(1, 100) / 50.0 * year;
  const double twice = rent_path(p, rent, step, {0, 0}).back(), once = rent_path(p, rent, 2 * step, {0}).back();
  RC_ASSERT(std::abs(twice / once - 1) < 1e-9);
}

}  // namespace
}  // namespace orrery::money
