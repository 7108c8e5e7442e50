// The pipeline against its closed forms (Narayanan et al. 2021, section 2.2) and against itself unfolded.
#include "machine/training/pipeline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace orrery::training;

namespace {

PipelineWork equal(int stages, int chunks, double forward, double backward) {
  PipelineWork w;
  w.stages = stages, w.chunks = chunks;
  w.forward.assign(stages * chunks, forward / chunks);
  w.backward.assign(stages * chunks, backward / chunks);
  return w;
}

}  // namespace

TEST(Pipeline, BubbleOfEqualStagesIsStagesLessOneOverMicrobatches) {
  for (int p : {1, 2, 4, 8, 16})
    for (int m : {16, 32, 64, 512}) {
      const double ideal = m * 3.0, t = pipeline_time(equal(p, 1, 1, 2), m);
      EXPECT_NEAR((t - ideal) / ideal, (p - 1.0) / m, 1e-12) << p << " " << m;
    }
}

TEST(Pipeline, VirtualStagesDivideTheBubble) {
  for (int p : {2, 4, 8})
    for (int v : {2, 4}) {
      const int m = 8 * p;
      const double ideal = m * 3.0, t = pipeline_time(equal(p, v, 1, 2), m);
      EXPECT_NEAR((t - ideal) / ideal, (p - 1.0) / (v * m), 1e-12) << p << " " << v;
    }
}

TEST(Pipeline, GPipeHasTheSameBubbleAsOneForwardOneBackward) {
  PipelineWork w = equal(4, 1, 1, 2);
  w.gpipe = true;
  EXPECT_NEAR(pipeline_time(w, 16), pipeline_time(equal(4, 1, 1, 2), 16), 1e-12);
}

RC_GTEST_PROP(Pipeline, FoldingChangesNothing, ()) {
  PipelineWork w;
  w.stages = *rc::gen::inRange(1, 7);
  w.chunks = w.stages == 1 ? 1 : *rc::gen::inRange(1, 4);
  // Equal stages but for the last, as a head makes them.
  const double f = *rc::gen::inRange(1, 50), b = *rc::gen::inRange(1, 100), head = *rc::gen::inRange(0, 60);
  w.forward.assign(w.stages * w.chunks, f);
  w.backward.assign(w.stages * w.chunks, b);
  w.forward.back() += head;
  w.backward.back() += 2 * head;
  const int m = w.stages * *rc::gen::inRange(1, 20);
  std::vector<PipelineEvent> events;
  const double whole = pipeline_time(w, m, &events), folded = pipeline_time(w, m);
  RC_ASSERT(events.size() == static_cast<std::size_t>(2 * m * w.stages * w.chunks));
  RC_ASSERT(std::abs(folded - whole) <= 0.02 * whole);
  if (w.chunks == 1) RC_ASSERT(std::abs(folded - whole) <= 1e-9 * whole);
  RC_ASSERT(whole >= busiest_stage(w, m) * (1 - 1e-12));
  RC_ASSERT(folded >= least_pipeline_time(w, m) * (1 - 1e-12));
  RC_ASSERT(least_pipeline_time(w, m) >= busiest_stage(w, m) * (1 - 1e-12));
}

RC_GTEST_PROP(Pipeline, AStageRunsOnePassAtATimeAndWaitsForItsInput, ()) {
  PipelineWork w;
  w.stages = *rc::gen::inRange(2, 6);
  w.chunks = *rc::gen::inRange(1, 3);
  for (int i = 0; i < w.stages * w.chunks; ++i) {
    w.forward.push_back(*rc::gen::inRange(1, 20));
    w.backward.push_back(*rc::gen::inRange(1, 40));
  }
  w.transfer = 0.5;
  std::vector<PipelineEvent> events;
  const int m = w.stages * *rc::gen::inRange(1, 4);
  pipeline_time(w, m, &events);
  std::vector<double> free(w.stages, 0);
  for (const PipelineEvent& e : events) {
    RC_ASSERT(e.start >= free[e.stage] - 1e-12);
    free[e.stage] = e.end;
    for (const PipelineEvent& other : events)
      if (!e.backward && !other.backward && other.microbatch == e.microbatch &&
          other.chunk * w.stages + other.stage + 1 == e.chunk * w.stages + e.stage)
        RC_ASSERT(e.start >= other.end + w.transfer - 1e-12);
  }
}
