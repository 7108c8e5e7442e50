// Ticks of axes.
#include <gtest/gtest.h>

#include "report/figure_axis.h"

namespace orrery::report {
namespace {

TEST(NumberTicks, AreRoundAndWithinTheAxis) {
  const NumberTicks ticks = number_ticks(0, 230000, 6);
  EXPECT_DOUBLE_EQ(ticks.step, 50000);
  EXPECT_EQ(ticks.values.size(), 5u);
}

TEST(NumberTicks, OfAnAxisBelowTheRoundingOfItsNumbersAreOne) {
  EXPECT_EQ(number_ticks(1.10382180821428, 1.1038218082142806, 6).values.size(), 1u);
  EXPECT_EQ(number_ticks(-1e300, -1e300, 6).values.size(), 1u);
  EXPECT_LE(number_ticks(1.1038, 1.1039, 6).values.size(), 7u);
}

}  // namespace
}  // namespace orrery::report
