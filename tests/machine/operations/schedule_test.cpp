// Runs on pools of accelerators, worked out by hand, and that no accelerator is given twice.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "machine/operations/schedule.h"

namespace orrery::operations {
namespace {

const std::vector<double> months = {0, 31, 59, 90, 100};

/// Accelerator-days of work for accelerators of 1 FLOP/s.
Request run_of(double chip_days, double wanted, double minimum, double earliest = 0) {
  return {0, chip_days * 86400, wanted, minimum, earliest, 1, {{{1}, {1}}}};
}

Schedule schedule(const std::vector<Pool>& pools, const std::vector<Request>& runs, std::span<const double> days,
                  int horizon) {
  Scheduler scheduler(pools, days, horizon);
  for (const Request& run : runs) {
    // What is tried is what it then becomes, and changes nothing.
    const RunForecast tried = scheduler.tried(run);
    scheduler.add(run);
    EXPECT_EQ(tried.finish, scheduler.schedule().runs.back().finish);
    EXPECT_EQ(tried.done, scheduler.schedule().runs.back().done);
  }
  return scheduler.schedule();
}

TEST(Speed, IsStraightBetweenItsPointsAndFlatBeyond) {
  const Speed speed{{100, 200, 400}, {8, 6, 5}};
  EXPECT_EQ(speed.at(1), 8);
  EXPECT_EQ(speed.at(100), 8);
  EXPECT_DOUBLE_EQ(speed.at(150), (800 + 1200) / 2 / 150.0);
  EXPECT_DOUBLE_EQ(speed.at(300), (1200 + 2000) / 2 / 300.0);
  EXPECT_EQ(speed.working(300), 300);
  const Speed steps{{100, 199.9999, 200, 300}, {1, 0.5, 1, 0.667}, {100, 100, 200, 200}};
  EXPECT_EQ(steps.working(50), 50);
  EXPECT_EQ(steps.working(150), 100);
  EXPECT_EQ(steps.working(200), 200);
  EXPECT_EQ(steps.working(1000), 200);
  EXPECT_EQ(speed.at(1e6), 5);
  EXPECT_EQ((Speed{{512}, {3}}.at(7)), 3);
}

// Of 120 accelerators 20 stand ready where there is one spare for five.
TEST(Schedule, SparesAreHeldByNoRun) {
  const Curve usable = Curve::step(10, 120);
  const Schedule s = schedule({{&usable, {}, 0.2}}, {run_of(1000, 120, 100), run_of(1, 1, 1)}, months, 100);
  EXPECT_EQ(s.runs[0].start, 10);
  EXPECT_DOUBLE_EQ(s.runs[0].mean_chips, 100);
  EXPECT_EQ(s.runs[0].finish, 20);
  EXPECT_EQ(s.runs[1].start, 20);
  // A run that needs more than what the spares leave never starts.
  EXPECT_TRUE(std::isinf(schedule({{&usable, {}, 0.2}}, {run_of(1, 120, 101)}, months, 100).runs[0].start));
}

TEST(Schedule, LaterRunsTakeWhatEarlierOnesLeave) {
  const Curve usable = Curve::step(10, 100);
  const Schedule s =
      schedule({{&usable, {}}}, {run_of(700, 70, 70), run_of(300, 50, 30), run_of(1, 200, 200)}, months, 100);
  EXPECT_EQ(s.runs[0].start, 10);
  EXPECT_EQ(s.runs[0].finish, 20);
  EXPECT_EQ(s.runs[1].start, 10);
  EXPECT_EQ(s.runs[1].finish, 20);  // on 30
  EXPECT_EQ(s.runs[1].mean_chips, 30);
  EXPECT_TRUE(std::isinf(s.runs[2].start));
  EXPECT_DOUBLE_EQ(s.held[0][15], 100);
  EXPECT_DOUBLE_EQ(s.training[0], 1000 * 24);
}

TEST(Schedule, ARunIsAsFastAsTheAcceleratorsThatItHolds) {
  const Curve usable = Curve::step(0, 100) + Curve::step(5, 100);
  Request run = run_of(0, 200, 100);
  run.achieved = {{{100, 200}, {3, 2}}};
  run.compute = (5 * 100 * 3 + 2 * 200 * 2) * 86400;
  EXPECT_DOUBLE_EQ(schedule({{&usable, {}}}, {run}, months, 100).runs[0].finish, 7);
  // Of two kinds in the pool it has the mean.
  const std::vector<Curve> kinds = {Curve(50), Curve(150)};
  const Curve all(200);
  run.achieved = {{{1}, {5}}, {{1}, {1}}};
  run.compute = 3 * 200 * 2.0 * 86400;
  EXPECT_DOUBLE_EQ(schedule({{&all, kinds}}, {run}, months, 100).runs[0].finish, 3);
}

RC_GTEST_PROP(Schedule, NoAcceleratorIsGivenTwiceAndNoWorkIsLost, ()) {
  const Curve usable =
      Curve::ramp(*rc::gen::inRange(0, 20), 7, *rc::gen::inRange(1, 300)).until(*rc::gen::inRange(30, 120));
  std::vector<Request> runs;
  for (int i = 0; i < *rc::gen::inRange(1, 5); ++i) {
    const int wanted = *rc::gen::inRange(1, 200);
    runs.push_back(
        run_of(*rc::gen::inRange(1, 5000), wanted, *rc::gen::inRange(1, wanted + 1), *rc::gen::inRange(0, 50)));
  }
  const Schedule s = schedule({{&usable, {}}}, runs, months, 100);
  double held = 0, done = 0;
  for (size_t day = 0; day < 100; ++day) {
    RC_ASSERT(s.held[0][day] <= usable.at(static_cast<double>(day)) + 1e-6);
    held += s.held[0][day];
  }
  for (const RunForecast& r : s.runs) done += r.mean_chips * r.days_running;
  double trained = 0;
  for (const double hours : s.training) trained += hours / 24;
  RC_ASSERT(std::fabs(held - done) < 1e-6 * (1 + held) && std::fabs(held - trained) < 1e-6 * (1 + held));
  for (size_t i = 0; i < runs.size(); ++i)
    if (std::isfinite(s.runs[i].finish))
      RC_ASSERT(std::fabs(s.runs[i].mean_chips * s.runs[i].days_running * 86400 - runs[i].compute) <
                1e-6 * runs[i].compute);
}

}  // namespace
}  // namespace orrery::operations
