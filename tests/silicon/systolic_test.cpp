// Cycles of products on a systolic array.
#include "silicon/chip/systolic.h"

#include <gtest/gtest.h>

namespace orrery::silicon {
namespace {

constexpr SystolicArray array{128, 128};

// Weights stay: what SCALE-Sim prints for these.
TEST(Systolic, CyclesAreScaleSims) {
  EXPECT_EQ(systolic_cycles(array, 128, 128, 128), 509);
  EXPECT_EQ(systolic_cycles(array, 512, 512, 512), 14303);
}

TEST(Systolic, UseGrowsWithTheRowsThatStream) {
  EXPECT_NEAR(systolic_use(array, 1e7, 1024, 1024), 1, 1e-4);
  EXPECT_LT(systolic_use(array, 8, 1024, 1024), 0.03);
  // A fold that is half empty costs as much as a full one.
  EXPECT_EQ(systolic_cycles(array, 256, 192, 128), systolic_cycles(array, 256, 256, 128));
  EXPECT_DOUBLE_EQ(systolic_use(array, 256, 192, 128), 0.75 * systolic_use(array, 256, 256, 128));
}

}  // namespace
}  // namespace orrery::silicon
