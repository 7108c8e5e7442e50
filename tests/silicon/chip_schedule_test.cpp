// From the tape-out of a chip to its volume.
#include "silicon/chip/chip_schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/amount.h"

namespace orrery::silicon {
namespace {

constexpr SpinTimes times{.first_silicon = 120, .bring_up = 60, .respin = 50, .qualification = 90};

TEST(ChipSchedule, GoodMasksAreInVolumeAfterBringUpAndQualification) {
  const ChipSchedule s = chip_schedule(100, 0, times);
  EXPECT_EQ(s.tape_outs, std::vector<double>{100});
  EXPECT_EQ(s.volume, 100 + 120 + 60 + 90);
}

TEST(ChipSchedule, EachRespinIsOneMoreRoundOfSiliconAndBringUp) {
  const ChipSchedule s = chip_schedule(100, 2, times);
  EXPECT_EQ(s.tape_outs, (std::vector<double>{100, 330, 560}));
  EXPECT_EQ(s.volume, 560 + 270);
}

// A rate that rises evenly makes half of what it would over the ramp.
TEST(ChipSchedule, ProductionRisesEvenly) {
  const Curve made = made_from(10, 100, 60);
  EXPECT_EQ(made.at(10), 0);
  EXPECT_NEAR(made.at(40), 100 * 30 * 30 / (2 * 60.0), 1e-9);
  EXPECT_NEAR(made.at(70), 3000, 1e-9);
  EXPECT_NEAR(made.at(80), 4000, 1e-9);
}

TEST(ChipSchedule, WithoutARateAllIsThereAtOnce) {
  const Curve made = made_from(10, infinity, 60);
  EXPECT_EQ(made.at(9.9), 0);
  EXPECT_GE(made.at(10), 1e9);
  EXPECT_EQ(made_from(infinity, 100, 60).maximum(), 0);
}

RC_GTEST_PROP(ChipSchedule, AChordIsNeverBelowWhatIsMade, ()) {
  const double ramp = *rc::gen::inRange(1, 400), rate = *rc::gen::inRange(1, 5000), t = *rc::gen::inRange(0, 400);
  const double exact = t < ramp ? rate * t * t / (2 * ramp) : rate * (t - ramp / 2);
  const double by_chord = made_from(0, rate, ramp).at(t);
  RC_ASSERT(by_chord >= exact - 1e-6);
  RC_ASSERT(by_chord <= exact + rate * ramp / (8 * 12 * 12) + 1e-6);
}

}  // namespace
}  // namespace orrery::silicon
