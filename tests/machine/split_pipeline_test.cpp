// Zero bubble and DualPipe against the closed forms of their papers and against 1F1B.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "machine/training/pipeline.h"

using namespace orrery::training;

namespace {

PipelineWork split(int stages, double forward, double input, double weight, bool both_ways = false) {
  PipelineWork w;
  w.stages = stages;
  w.forward.assign(stages, forward);
  w.backward.assign(stages, input + weight);
  w.weight.assign(stages, weight);
  w.both_ways = both_ways;
  return w;
}

}  // namespace

TEST(ZeroBubble, EqualStagesWaitStagesLessOneTimesForwardAndInputGradientLessWeights) {
  // Qi et al. 2023, table 1, ZB-H1.
  for (int p : {2, 4, 8})
    for (int m : {16, 32, 200})
      EXPECT_NEAR(pipeline_time(split(p, 1, 1, 1), m), m * 3.0 + (p - 1), 1e-9) << p << " " << m;
}

TEST(ZeroBubble, WithoutWeightsNothingChanges) {
  PipelineWork plain = split(4, 2, 3, 0);
  plain.weight.clear();
  EXPECT_NEAR(pipeline_time(split(4, 2, 3, 0), 32), pipeline_time(plain, 32), 1e-9);
}

RC_GTEST_PROP(ZeroBubble, IsNeverSlowerThanOneForwardOneBackward, ()) {
  PipelineWork w;
  w.stages = *rc::gen::inRange(1, 8);
  for (int s = 0; s < w.stages; ++s) {
    w.forward.push_back(*rc::gen::inRange(1, 30));
    w.weight.push_back(*rc::gen::inRange(0, 30));
    w.backward.push_back(w.weight.back() + *rc::gen::inRange(1, 30));
  }
  w.transfer = *rc::gen::inRange(0, 3);
  PipelineWork plain = w;
  plain.weight.clear();
  const int m = *rc::gen::inRange(1, 24);
  std::vector<PipelineEvent> split_events, plain_events;
  const double zero = pipeline_time(w, m, &split_events);
  RC_ASSERT(zero <= pipeline_time(plain, m, &plain_events) * (1 + 1e-12));
  RC_ASSERT(zero >= busiest_stage(w, m) * (1 - 1e-12));
  if (w.stages > 1) RC_ASSERT(split_events.size() == static_cast<std::size_t>(3 * m * w.stages));
}

TEST(DualPipe, WaitsLessThanZeroBubbleAndNoLessThanItsWork) {
  // Both bubbles of equal passes: (p - 1) of zero bubble; DualPipe's table gives (p / 2 - 1) (F&B + B - 3 W), with
  // whole backward passes B of 2 and overlapped passes F&B of 3 as long as apart.
  for (int p : {4, 8, 16})
    for (int m : {2 * p, 4 * p, 10 * p}) {
      const double time = pipeline_time(split(p, 1, 1, 1, true), m), work = m * 3.0;
      EXPECT_LE(time, pipeline_time(split(p, 1, 1, 1), m)) << p << " " << m;
      EXPECT_GE(time, work) << p << " " << m;
      EXPECT_NEAR(time - work, (p / 2 - 1) * 2.0, 0.5 * p) << p << " " << m;
    }
}

RC_GTEST_PROP(DualPipe, EveryPassRunsOnceAfterItsInputAndAloneOnItsAccelerator, ()) {
  const int p = 2 * *rc::gen::inRange(1, 5), m = 2 * *rc::gen::inRange(1, 12);
  PipelineWork w = split(p, *rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9), true);
  w.transfer = 0.25;
  std::vector<PipelineEvent> events;
  const double time = pipeline_time(w, m, &events);
  RC_ASSERT(events.size() == static_cast<std::size_t>(3 * m * p));
  std::vector<double> free(p, 0);
  for (const PipelineEvent& e : events) {
    RC_ASSERT(e.start >= free[e.stage] - 1e-12);
    free[e.stage] = e.end;
    RC_ASSERT(e.end <= time + 1e-12);
  }
  RC_ASSERT(time >= busiest_stage(w, m) * (1 - 1e-12));
}
