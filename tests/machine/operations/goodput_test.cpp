// Goodput by hand, at its limits, and where its time goes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "machine/operations/goodput.h"

namespace orrery::operations {
namespace {

constexpr double day = 86400;

/// Interruptions per 1,000 nodes of eight accelerators and day.
FailureRate rate_of(double per_1000_node_days) {
  return FailureRate(per_1000_node_days / 8000 / day);
}

Recovery whole_job() {
  Recovery r;
  r.detect = Time(60), r.replace = Time(88), r.replace_doubling = Time(30), r.communicators = Time(17);
  r.communicators_growth = 1.38, r.load = Time(94), r.warm_up = Time(108);
  return r;
}

Recovery replicas(double accelerators, double stall, double out) {
  Recovery r;
  r.detect = Time(stall), r.from_checkpoint = false, r.out = Time(out), r.domain = Chips(accelerators);
  return r;
}

Reliability some(int i) {
  Reliability r;
  r.failure_rate = rate_of(*rc::gen::inRange(0, 100000) / 100.0);
  r.recovery = i % 2 == 0 ? whole_job() : replicas(*rc::gen::inRange(1, 100000), *rc::gen::inRange(0, 3600), 600);
  r.write = Time(*rc::gen::inRange(0, 1000) / 10.0), r.other = *rc::gen::inRange(0, 100) / 100.0;
  if (*rc::gen::arbitrary<bool>()) r.interval = Time(*rc::gen::inRange(1, 100000));
  return r;
}

}  // namespace

// Kokolis et al., arXiv 2410.21680: 6.50 interruptions per 1,000 node-days are one in 1.80 h on 16,384 and in 0.23 h on
// 131,072.
TEST(Goodput, FailuresComeAsOftenAsTheFleetIsLarge) {
  Reliability r;
  r.failure_rate = rate_of(6.5);
  EXPECT_NEAR(mean_time_between_failures(Chips(16384), r).value() / 3600, 1.803, 0.001);
  EXPECT_NEAR(mean_time_between_failures(Chips(131072), r).value() / 3600, 0.2254, 0.0001);
}

// Of the whole job: 60 s of notice, 290 s, 30 s a doubling, communicators.
TEST(Goodput, TheStallHasItsPhases) {
  EXPECT_NEAR(stall(Chips(1024), whole_job()).total(), 60 + 290 + 17 * std::pow(1.0 / 16, 1.38), 1e-9);
  EXPECT_NEAR(stall(Chips(16384), whole_job()).total(), 60 + 290 + 120 + 17, 1e-9);
  EXPECT_NEAR(stall(Chips(98304), whole_job()).communicators, 201, 1);
  EXPECT_EQ(stall(Chips(1), whole_job()).replace, 0);  // never below nothing
  EXPECT_NEAR(stall(Chips(16384), scaled(whole_job(), 2)).total(), 2 * 487, 1e-9);
}

// The arithmetic of FT-HSDP (arXiv 2602.00277): a failure in 18 min, 3 min of stall, 7 min at 11 of 12 replicas.
TEST(Goodput, ReplicasThatGoOn) {
  Reliability r;
  r.failure_rate = rate_of(1000.0 * day / (18 * 60) / 12288);
  r.recovery = replicas(8192, 180, 420);
  const GoodputParts p = goodput_parts(Chips(98304), r);
  EXPECT_NEAR(p.progress, std::exp(-180.0 / 1080) / (1 + 420.0 / 1080 / 12), 1e-12);
  EXPECT_NEAR(p.progress, 0.80, 0.03);
  EXPECT_NEAR(p.stall.detect, 1 - std::exp(-180.0 / 1080), 1e-12);
}

// Failures that are injected into a job whose checkpoints cost nothing (0.93, 0.79, 0.47 were measured).
TEST(Goodput, FailuresHitRecoveriesToo) {
  Reliability r;
  r.recovery = replicas(0, 450, 0);
  for (const auto& [minutes, measured] : {std::pair{120, 0.93}, {30, 0.79}, {10, 0.47}}) {
    r.failure_rate = FailureRate(1 / (60.0 * minutes) / 96);
    EXPECT_NEAR(goodput(Chips(96), r), measured, 0.02);
  }
}

TEST(Goodput, AnIntervalOfOnesOwnWastesMore) {
  Reliability r;
  r.failure_rate = rate_of(4), r.recovery = whole_job(), r.write = Time(5);
  const double best = goodput(Chips(16384), r);
  const double optimum = checkpoint_interval(mean_time_between_failures(Chips(16384), r), r.write).value();
  r.interval = Time(optimum);
  EXPECT_NEAR(goodput(Chips(16384), r), best, 1e-12);
  for (const double other : {0.1, 0.5, 2.0, 10.0}) {
    r.interval = Time(other * optimum);
    EXPECT_LT(goodput(Chips(16384), r), best);
  }
  r.failure_rate = FailureRate(0), r.interval = Time(95);  // written all the same
  EXPECT_NEAR(goodput(Chips(16384), r), 0.95, 1e-12);
}

RC_GTEST_PROP(Goodput, ItsPartsAreAllOfTheTime, (int i)) {
  const Reliability r = some(std::abs(i % 2));
  const GoodputParts p = goodput_parts(Chips(*rc::gen::inRange(1, 2000000)), r);
  const double sum = p.progress + p.other + p.stall.total() + p.replay + p.checkpoints + p.out;
  RC_ASSERT(std::abs(sum - 1) < 1e-9);
  for (const double part : {p.progress, p.other, p.stall.total(), p.replay, p.checkpoints, p.out})
    RC_ASSERT(part >= -1e-12 && part <= 1 + 1e-12);
}

RC_GTEST_PROP(Goodput, MoreFailuresNeverHelp, (int i)) {
  Reliability r = some(std::abs(i % 2));
  const Chips n(*rc::gen::inRange(1, 2000000));
  const double before = goodput(n, r);
  r.failure_rate = r.failure_rate * (1 + *rc::gen::inRange(0, 100) / 10.0);
  RC_ASSERT(goodput(n, r) <= before * (1 + 1e-9));
}

// More accelerators than that make less progress, and fewer do too.
TEST(Goodput, SomeNumberMakesMostProgress) {
  Reliability r;
  r.failure_rate = rate_of(4), r.recovery = whole_job(), r.write = Time(5);
  const double most = largest_useful(r).value();
  const auto useful = [&](double n) { return n * goodput(Chips(n), r); };
  EXPECT_GT(useful(most), useful(0.9 * most));
  EXPECT_GT(useful(most), useful(1.1 * most));
  r.failure_rate = FailureRate(0);
  EXPECT_GT(largest_useful(r).value(), 0.99e9);
}

}  // namespace orrery::operations
