// How often the accelerators of a pool fail while some of them are new: closed forms, and what follows for the runs on
// it.
#include "machine/operations/failures_by_age.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "machine/operations/schedule.h"

namespace orrery::operations {
namespace {

TEST(FailuresByAge, OfThoseThatCameTogetherFallExponentially) {
  const std::vector<double> failures = failures_by_age(Curve::step(0, 1000), 3, 180, 700);
  for (int t = 0; t < 700; ++t) EXPECT_NEAR(failures[static_cast<size_t>(t)], 1 + 2 * std::exp(-t / 180.0), 1e-12);
}

// 300 on day 10 and 100 on day 30: on day 40 they are 30 and 10 days old.
TEST(FailuresByAge, AreTheMeanOverThoseOfEveryAge) {
  const std::vector<double> failures = failures_by_age(Curve::step(10, 300) + Curve::step(30, 100), 5, 20, 50);
  EXPECT_EQ(failures[0], 5);  // none but new ones can come
  EXPECT_EQ(failures[10], 5);
  EXPECT_NEAR(failures[40], 1 + 4 * (0.75 * std::exp(-1.5) + 0.25 * std::exp(-0.5)), 1e-12);
}

// What an outage takes away for a while is no younger when it is back.
TEST(FailuresByAge, AreNotMoreAfterAnOutage) {
  const Curve all = Curve::step(0, 1000), out = Curve::step(20, 900) - Curve::step(60, 900);
  EXPECT_EQ(failures_by_age(all - out, 3, 50, 100), failures_by_age(all, 3, 50, 100));
}

TEST(FailuresByAge, OfNoLifeAreThoseOfTheFirstDay) {
  const std::vector<double> failures = failures_by_age(Curve::step(0, 8), 3, 0, 3);
  EXPECT_EQ(failures, (std::vector<double>{3, 1, 1}));
}

Curve draw_usable() {
  Curve usable;
  for (int i = 0; i < *rc::gen::inRange(1, 5); ++i)
    usable = usable + Curve::ramp(*rc::gen::inRange(0, 60), *rc::gen::inRange(1, 400), *rc::gen::inRange(1, 3000));
  return usable;
}

RC_GTEST_PROP(FailuresByAge, LieBetweenThoseOfOldAndOfNewOnes, ()) {
  const double early = *rc::gen::inRange(1, 20), life = *rc::gen::inRange(1, 300);
  const std::vector<double> failures = failures_by_age(draw_usable(), early, life, 200);
  for (const double f : failures) RC_ASSERT(f >= 1 && f <= early);
  // Those of one third more life are no fewer.
  const std::vector<double> once = failures_by_age(Curve::step(3, 5), early, life, 200);
  const std::vector<double> longer = failures_by_age(Curve::step(3, 5), early, life * 4 / 3, 200);
  for (size_t day = 0; day < once.size(); ++day) RC_ASSERT(longer[day] >= once[day]);
}

/// A run on all of a pool whose accelerators fail as often more, by day; each of 1 FLOP/s, for so many
/// accelerator-days.
RunForecast run_on(const Curve& usable, std::span<const double> failures, double days, double wanted) {
  static const std::vector<double> months = {0, 200};
  const std::vector<Pool> pools = {{&usable, {}, 0, failures}};
  Reliability reliability;
  reliability.failure_rate = FailureRate(0.001 / 86400);
  reliability.recovery.replace = Time(900);
  reliability.write = Time(30);
  Scheduler scheduler(pools, months, 200);
  scheduler.add({0, days * 86400, wanted, std::ceil(wanted / 2), 0, 1, {{{1}, {1}}}, {}, reliability});
  return scheduler.schedule().runs.front();
}

RC_GTEST_PROP(FailuresByAge, MoreOfThemNeverFinishARunEarlier, ()) {
  const Curve usable = draw_usable();
  const double days = *rc::gen::inRange(1, 200000), wanted = *rc::gen::inRange(1, 3000);
  const double early = *rc::gen::inRange(2, 30), life = *rc::gen::inRange(1, 300);
  const RunForecast as_old = run_on(usable, {}, days, wanted);
  const RunForecast never_early = run_on(usable, failures_by_age(usable, 1, life, 200), days, wanted);
  const RunForecast some = run_on(usable, failures_by_age(usable, early, life, 200), days, wanted);
  const RunForecast more = run_on(usable, failures_by_age(usable, early * 2, life, 200), days, wanted);
  if (std::isfinite(as_old.finish)) RC_ASSERT(std::fabs(never_early.finish - as_old.finish) < 1e-9 * as_old.finish);
  else RC_ASSERT(std::isinf(never_early.finish));
  RC_ASSERT(some.start == as_old.start && more.start == as_old.start);
  RC_ASSERT(some.finish >= as_old.finish * (1 - 1e-12));
  RC_ASSERT(more.finish >= some.finish * (1 - 1e-12));
}

// By hand: a run on 1,000 accelerators that are new on day 0, on each day with the goodput of that day's rate.
TEST(FailuresByAge, ARunHasTheGoodputOfEachDay) {
  const Curve usable(1000);
  const std::vector<double> failures = failures_by_age(usable, 4, 10, 200);
  Reliability reliability;
  reliability.recovery.replace = Time(900);
  reliability.write = Time(30);
  double done = 0;
  for (int day = 0; day < 40; ++day) {
    reliability.failure_rate = FailureRate(0.001 / 86400 * (1 + 3 * std::exp(-day / 10.0)));
    done += 1000 * goodput(Chips(1000), reliability);
  }
  EXPECT_NEAR(run_on(usable, failures, done, 1000).finish, 40, 1e-6);
}

}  // namespace
}  // namespace orrery::operations
