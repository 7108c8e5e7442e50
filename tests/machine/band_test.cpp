// How far off a predicted step may be.
#include "machine/training/band.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "machine/model/read.h"
#include "machine/training/question.h"
#include "support/facts.h"
#include "support/hardware.h"

namespace orrery::training {
namespace {

catalog::Band band_of(const std::string& chip, const std::string& framework, int stages = 1) {
  Question q;
  q.model = model::shape_of(model::read("llama-3-8b", facts()));
  q.accelerator = chip, q.accelerators = 64, q.batch = stages > 1 ? 64 : 256, q.framework = framework;
  const Posed posed = pose(q, hardware(), facts());
  Layout layout;
  layout.pp = stages;
  return step_band(read_step_band(facts()), posed.job, posed.machine, layout,
                   evaluate(posed.job, posed.machine, layout));
}

double width(const catalog::Band& band) {
  return std::log(band.p90 / band.p10);
}

TEST(StepBand, IsWiderTheLessIsKnown) {
  const std::string known = "Megatron-Bridge 26.06";
  const double best = width(band_of("h100-sxm", known));
  EXPECT_GT(width(band_of("gh200", known)), 1.5 * best) << "a chip of which no run was fitted";
  EXPECT_GT(width(band_of("h100-sxm", "")), 1.5 * best) << "software that is not named";
  EXPECT_GT(width(band_of("h100-sxm", known, 16)), 1.2 * best) << "a step that mostly waits";
}

TEST(StepBand, IsWidestOfAChipThatNobodyMeasured) {
  const catalog::Band kin = band_of("gh200", ""), designed = band_of("jalapeno", "");
  EXPECT_GT(designed.p90, 1.05 * kin.p90);
  EXPECT_LT(designed.p10, kin.p10);
  const Accelerator& chip = hardware().accelerator("jalapeno");
  EXPECT_GE(chip.ranges.size(), 10u);
  // By hand: with one figure uncertain, its change and the rule's band add up in squares.
  Question q;
  q.model = model::shape_of(model::read("llama-3-8b", facts()));
  q.accelerator = "jalapeno", q.accelerators = 64, q.batch = 256;
  Posed posed = pose(q, hardware(), facts());
  const Layout layout;
  const StepEstimate step = evaluate(posed.job, posed.machine, layout);
  Accelerator certain = chip, slow = chip;
  certain.ranges.clear();
  const auto band_on = [&](const Accelerator& a) {
    posed.machine.accelerator = &a;
    return step_band(read_step_band(facts()), posed.job, posed.machine, layout, step);
  };
  const catalog::Band rule = band_on(certain);
  certain.ranges.push_back(*std::find_if(chip.ranges.begin(), chip.ranges.end(),
                                         [](const silicon::ChipRange& r) { return r.figure == "bf16_dense"; }));
  static_cast<silicon::Accelerator&>(slow) = certain.ranges[0].low;
  const catalog::Band both = band_on(certain);
  posed.machine.accelerator = &slow;
  const double change = std::log(evaluate(posed.job, posed.machine, layout).step / step.step);
  EXPECT_GT(change, 0.1);
  EXPECT_NEAR(std::pow(std::log(both.p90), 2), std::pow(std::log(rule.p90), 2) + change * change, 1e-9);
}

TEST(StepBand, LiesAroundThePrediction) {
  for (const char* chip : {"h100-sxm", "mi355x", "tpu-v5p"}) {
    const catalog::Band band = band_of(chip, "");
    EXPECT_LT(band.p10, 1);
    EXPECT_GT(band.p90, 1);
    const Distribution speed = speed_within(3e14, band);
    EXPECT_NEAR(speed.quantile(0.1), 3e14 / band.p90, 1e6);
    EXPECT_NEAR(speed.quantile(0.9), 3e14 / band.p10, 1e6);
    EXPECT_NEAR(speed.median(), 3e14, 1e6);
  }
}

}  // namespace
}  // namespace orrery::training
