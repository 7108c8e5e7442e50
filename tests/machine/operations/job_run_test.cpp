// A job followed through faults: by hand on listed faults, against the closed form, at its limits, and what always
// holds.
#include "machine/operations/job_run.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

namespace orrery::operations {
namespace {

constexpr double day = 86400, hour = 3600;

FailureRate rate_of(double per_1000_node_days) {
  return FailureRate(per_1000_node_days / 8000 / day);
}

/// Ten hosts of eight, and spares; a stall of 100 s of which 40 s are the notice; state from peers.
JobRun small_job(std::uint32_t spares) {
  JobRun job;
  job.fleet.hosts = 10 + spares, job.fleet.size.fill(1);
  job.hosts = 10, job.accelerators = 80;
  job.recovery.detect = Time(40), job.recovery.warm_up = Time(60), job.recovery.from_checkpoint = false;
  job.tiers = {{"peers", 0, 0, 0, Domain::link}};
  job.length = 10000;
  return job;
}

Fault cause(Domain domain = Domain::host) {
  Fault fault;
  fault.domain = domain;
  return fault;
}

FaultEvent fault_at(double time, std::uint32_t host, double out, double found = 0) {
  FaultEvent event;
  event.time = time, event.host = host, event.out = out, event.found = found;
  return event;
}

Outcome replay(const JobRun& job, const std::vector<Fault>& faults, const std::vector<FaultEvent>& events) {
  ListedFaults source(events);
  return run_job(job, faults, Frailty(job.fleet.hosts, 0, 1), source);
}

double part(const Outcome& outcome, Part which) {
  return outcome.part[static_cast<std::size_t>(which)];
}

double sum(const Outcome& outcome) {
  return std::accumulate(outcome.part.begin(), outcome.part.end(), 0.0);
}

/// The mean goodput of so many runs at random.
double mean_goodput(const JobRun& job, const std::vector<Fault>& faults, int runs, double clustering = 0) {
  const Frailty frailty(job.fleet.hosts, clustering, 7);
  double total = 0;
  for (int i = 0; i < runs; ++i) {
    RandomFaults source(job.fleet, job.hosts, faults, frailty, {1, 0, job.length}, (i + 0.5) / runs);
    total += part(run_job(job, faults, frailty, source), Part::progress);
  }
  return total / runs;
}

}  // namespace

TEST(JobRun, ASpareTakesTheHostsPlace) {
  const Outcome o = replay(small_job(1), {cause()}, {fault_at(1000, 3, 5000)});
  EXPECT_NEAR(part(o, Part::noticed), 0.0040, 1e-12);
  EXPECT_NEAR(part(o, Part::warm_up), 0.0060, 1e-12);
  EXPECT_NEAR(part(o, Part::progress), 0.9900, 1e-12);
  EXPECT_NEAR(o.hosts_out, 5000.0 / 10000 / 11, 1e-12);
  EXPECT_NEAR(o.most_out, 1.0 / 11, 1e-12);
  EXPECT_EQ(o.interruptions.at(0), 1u);
  EXPECT_EQ(o.short_of_hosts, 0);
}

// Without one the job waits for the repair: noticed at 1,040, back at 6,000, 60 s of warm-up.
TEST(JobRun, WithoutASpareTheJobWaitsForTheRepair) {
  const Outcome o = replay(small_job(0), {cause()}, {fault_at(1000, 3, 5000)});
  EXPECT_NEAR(part(o, Part::noticed), 0.0040, 1e-12);
  EXPECT_NEAR(part(o, Part::waiting), 0.4960, 1e-12);
  EXPECT_NEAR(part(o, Part::warm_up), 0.0060, 1e-12);
  EXPECT_NEAR(part(o, Part::progress), 0.4940, 1e-12);
  EXPECT_NEAR(o.short_of_hosts, 0.5, 1e-12);
}

// A second fault 50 s into the stall begins it anew.
TEST(JobRun, AFaultWithinTheStallBeginsItAnew) {
  const Outcome o = replay(small_job(5), {cause()}, {fault_at(1000, 3, 5000), fault_at(1050, 4, 5000)});
  EXPECT_NEAR(1 - part(o, Part::progress), 0.0150, 1e-12);
  EXPECT_EQ(o.interruptions.at(0), 2u);
}

// A fault of software takes no host; one of a spare, or of a host that waits for the job's, stops nothing.
TEST(JobRun, OnlyWhatTheJobHasStopsIt) {
  const Outcome software = replay(small_job(0), {cause(Domain::job)}, {fault_at(1000, 3, 0)});
  EXPECT_NEAR(part(software, Part::progress), 0.99, 1e-12);
  EXPECT_EQ(software.hosts_out, 0);
  const Outcome spare = replay(small_job(1), {cause()}, {fault_at(1000, 10, 5000)});
  EXPECT_NEAR(part(spare, Part::progress), 1, 1e-12);
  EXPECT_EQ(spare.interruptions.at(0), 0u);
  EXPECT_EQ(spare.faults, 1u);
}

// Five domains of two hosts: all stand for 100 s, then four fifths run while the domain is out for 400 s.
TEST(JobRun, OtherDomainsGoOnWhileOneIsOut) {
  JobRun job = small_job(1);
  job.recovery.domain = Chips(16), job.recovery.out = Time(400);
  const Outcome o = replay(job, {cause()}, {fault_at(1000, 3, 5000)});
  EXPECT_NEAR(part(o, Part::out), 400 * 0.2 / 10000, 1e-12);
  EXPECT_NEAR(part(o, Part::progress), (10000 - 100 - 400 * 0.2) / 10000, 1e-12);
  // Without a spare it is out until its host is back, and 400 s more.
  job.fleet.hosts = 10;
  const Outcome without = replay(job, {cause()}, {fault_at(1000, 3, 5000)});
  EXPECT_NEAR(part(without, Part::out), (6400 - 1100) * 0.2 / 10000, 1e-12);
}

// Copies on storage every 900 s, each 100 s long: at 2,500 the one whole since 2,000 holds 1,800 s of work.
TEST(JobRun, WorkSinceTheLastCopyIsDoneAgain) {
  JobRun job = small_job(1);
  job.tiers = {{"storage", 900, 100, 0, Domain::hall}};
  const Outcome o = replay(job, {cause()}, {fault_at(2500, 3, 5000)});
  EXPECT_NEAR(part(o, Part::replay), 0.0500, 1e-12);
  // From 2,600 on seven rounds of 1,000 s and 400 s more.
  EXPECT_NEAR(part(o, Part::checkpoints), 0.0900, 1e-12);
  EXPECT_NEAR(part(o, Part::progress), (1800 + 7 * 900 + 400) / 10000.0, 1e-12);
  // A copy that takes 600 s to arrive is not whole at 2,500.
  job.tiers[0].lands = 600;
  EXPECT_NEAR(part(replay(job, {cause()}, {fault_at(2500, 3, 5000)}), Part::replay), 0.1400, 1e-12);
}

// A copy with peers outlives a host, not a rack; then storage has it.
TEST(JobRun, CopiesOutliveWhatTheirTierOutlives) {
  JobRun job = small_job(4);
  job.fleet.size[static_cast<std::size_t>(Domain::rack)] = 4;
  job.tiers = {{"peers", 100, 0, 0, Domain::link}, {"storage", 1000, 0, 0, Domain::hall}};
  EXPECT_NEAR(part(replay(job, {cause()}, {fault_at(2550, 3, 5000)}), Part::replay), 0.0050, 1e-12);
  const Outcome rack = replay(job, {cause(Domain::rack)}, {fault_at(2550, 3, 5000)});
  EXPECT_NEAR(part(rack, Part::replay), 0.0550, 1e-12);
  EXPECT_NEAR(rack.most_out, 4.0 / 14, 1e-12);
}

// A host 10 % slower from 1,000 to 3,000, when it is found and taken out: the job stands for all but the notice.
TEST(JobRun, ASlowHostSlowsTheJobUntilItIsFound) {
  Fault slow = cause();
  slow.effect = Effect::slow, slow.slower = 0.1;
  const Outcome o = replay(small_job(1), {slow}, {fault_at(1000, 3, 5000, 2000)});
  EXPECT_NEAR(part(o, Part::slow), 0.0200, 1e-12);
  EXPECT_NEAR(part(o, Part::noticed), 0, 1e-12);
  EXPECT_NEAR(part(o, Part::warm_up), 0.0060, 1e-12);
  // One that nobody finds slows it to the end.
  EXPECT_NEAR(part(replay(small_job(1), {slow}, {fault_at(1000, 3, 5000, infinity)}), Part::slow), 0.0900, 1e-12);
}

// Corrupted at 2,500, found at 6,000: back to the copy of 2,000.
TEST(JobRun, CorruptedWorkIsDoneAgainFromTheLastGoodCopy) {
  JobRun job = small_job(1);
  job.tiers = {{"storage", 1000, 0, 0, Domain::hall}};
  Fault corrupt = cause();
  corrupt.effect = Effect::corrupt;
  const Outcome o = replay(job, {corrupt}, {fault_at(2500, 3, 5000, 3500)});
  EXPECT_NEAR(part(o, Part::corrupt), 0.4000, 1e-12);
  EXPECT_NEAR(part(o, Part::progress), 1 - 0.4 - 0.0060, 1e-12);
  const Outcome missed = replay(job, {corrupt}, {fault_at(2500, 3, 5000, infinity)});
  EXPECT_EQ(missed.unnoticed, 1u);
  EXPECT_NEAR(part(missed, Part::progress), 1, 1e-12);
}

// The rarer tier does not hide the finer one, whose copies are kept too; of peers the newest alone is.
TEST(JobRun, CorruptedWorkIsTakenBackByWhicheverTierIsNearest) {
  JobRun job = small_job(1);
  Fault corrupt = cause();
  corrupt.effect = Effect::corrupt;
  const std::vector<FaultEvent> faults{fault_at(2550, 3, 5000, 3500)};
  job.tiers = {{"disk", 100, 0, 0, Domain::host}, {"storage", 1000, 0, 0, Domain::hall}};
  EXPECT_NEAR(part(replay(job, {corrupt}, faults), Part::corrupt), 0.3550, 1e-12);
  job.tiers[0].keeps = false;
  EXPECT_NEAR(part(replay(job, {corrupt}, faults), Part::corrupt), 0.4050, 1e-12);
  job.tiers = {{"storage", 0, 0, 0, Domain::hall}};
  EXPECT_NEAR(part(replay(job, {corrupt}, faults), Part::corrupt), 0.3500, 1e-12);
}

// The host that corrupted it is gone when it is found: the job goes back and stands all the same.
TEST(JobRun, CorruptionIsTakenBackAlsoOnceItsHostIsGone) {
  JobRun job = small_job(2);
  job.tiers = {{"storage", 1000, 0, 0, Domain::hall}};
  Fault corrupt = cause();
  corrupt.effect = Effect::corrupt;
  // Stopped at 3,000: 100 s, and the last copy is of 3,000. Found at 6,000 less 100 s of work: back to 2,000.
  FaultEvent stop = fault_at(3000, 3, 5000);
  stop.fault = 1;
  const Outcome o = replay(job, {corrupt, cause()}, {fault_at(2500, 3, 5000, 3500), stop});
  EXPECT_NEAR(part(o, Part::corrupt), 0.3900, 1e-12);
  EXPECT_NEAR(part(o, Part::warm_up), 0.0120, 1e-12);
  EXPECT_EQ(o.interruptions.at(0), 1u);
}

// While the job waits for hosts the loss of a rack takes the peers' copies: back to storage's of 1,000.
TEST(JobRun, CopiesAreLostAlsoWhileTheJobWaits) {
  JobRun job = small_job(0);
  job.fleet.size[static_cast<std::size_t>(Domain::rack)] = 10;
  job.tiers = {{"peers", 0, 0, 0, Domain::link, false}, {"storage", 1000, 0, 0, Domain::hall}};
  FaultEvent rack = fault_at(2000, 0, 100);
  rack.fault = 1;
  const Outcome o = replay(job, {cause(), cause(Domain::rack)}, {fault_at(1500, 3, 1000), rack});
  EXPECT_NEAR(part(o, Part::replay), 0.0500, 1e-12);
  EXPECT_EQ(o.interruptions.at(1), 0u);
}

// A copy of a finer tier that takes longer to arrive than has passed is of no use.
TEST(JobRun, AFinerTiersCopiesTakeTheirTimeToArrive) {
  JobRun job = small_job(1);
  job.tiers = {{"peers", 100, 0, 800, Domain::link}, {"storage", 5000, 0, 0, Domain::hall}};
  EXPECT_NEAR(part(replay(job, {cause()}, {fault_at(2550, 3, 5000)}), Part::replay), 0.0850, 1e-12);
}

// A hall that holds more than the fleet fails as a whole hall does; and of ten racks each as its own.
TEST(JobRun, DomainsFailAsOftenAsTheyAreMany) {
  for (const auto& [size, many] : {std::pair{1000u, 1}, {10u, 1}, {4u, 3}, {1u, 10}}) {
    HostFleet fleet;
    fleet.hosts = 10, fleet.size.fill(size);
    Fault fault = cause(Domain::rack);
    fault.rate = 100.0 * many / (10 * 8 * 1e6);
    const Frailty frailty(10, 0, 1);
    RandomFaults source(fleet, 10, {fault}, frailty, {1, 0, 1e6}, 0.4);
    std::map<std::uint32_t, int> hit;
    FaultEvent event;
    while (source.next(event)) ++hit[event.host];
    EXPECT_EQ(hit.size(), static_cast<std::size_t>(many));
    for (const auto& [host, faults] : hit) {
      EXPECT_EQ(host % size, 0u);
      EXPECT_NEAR(faults, 100, 40);
    }
  }
}

// Ready spares fail one by one: two hosts of which one is out fail half as often as two. With repairs as long as the
// time between faults of a host, half of the spares are out.
TEST(JobRun, OnlyHostsThatAreThereFail) {
  JobRun job = small_job(20);
  job.length = 1e6, job.recovery = {};
  Fault fault = cause();
  fault.rate = 1 / (8 * 1000.0), fault.out = Distribution::constant(1000);
  const Frailty frailty(30, 0, 1);
  RandomFaults source(job.fleet, job.hosts, {fault}, frailty, {1, 0, job.length}, 0.6);
  const Outcome o = run_job(job, {fault}, frailty, source);
  EXPECT_NEAR(o.hosts_out, 0.5, 0.01);
}

// One crew, busy for 1,000 s with each: of three hosts the second waits 900 s, the third 1,800 s.
TEST(JobRun, HostsWaitForACrew) {
  JobRun job = small_job(3);
  job.crews = 1, job.hands_on = 1000;
  const std::vector<FaultEvent> faults{fault_at(1000, 1, 1500), fault_at(1100, 2, 1500), fault_at(1200, 3, 1500)};
  const Outcome o = replay(job, {cause()}, faults);
  EXPECT_NEAR(o.waited_for_crews, (0 + 900 + 1800) / 3.0, 1e-9);
  EXPECT_EQ(o.longest_queue, 2);
  EXPECT_NEAR(o.hosts_out, (1500 + 2400 + 3300) / 10000.0 / 13, 1e-12);
}

// A host that has failed twice is sent back and stays away for the longer time.
TEST(JobRun, AHostThatFailsAgainIsSentBack) {
  JobRun job = small_job(2);
  job.renew_after = 2, job.renewal = 4000;
  const Outcome o = replay(job, {cause()}, {fault_at(1000, 10, 500), fault_at(2000, 10, 500)});
  EXPECT_EQ(o.renewed, 1u);
  EXPECT_NEAR(o.hosts_out, (500 + 4000) / 10000.0 / 12, 1e-12);
}

// Where the assumptions of the closed form hold both say the same, by every form of recovery.
TEST(JobRun, IsTheClosedFormWhereItsAssumptionsHold) {
  for (const double accelerators : {1024.0, 16384.0, 98304.0})
    for (const int form : {0, 1, 2}) {
      JobRun job;
      job.hosts = static_cast<std::uint32_t>(accelerators / 8), job.accelerators = accelerators;
      job.fleet.hosts = job.hosts + job.hosts / 10, job.fleet.size.fill(1);
      job.length = 30 * day;
      Reliability r;
      r.failure_rate = rate_of(form == 2 ? 6.5 : 4), r.write = Time(5), r.other = 0.03;
      r.recovery.detect = Time(60), r.recovery.warm_up = Time(form == 0 ? 400 : 120);
      r.recovery.from_checkpoint = form == 0;
      if (form == 2) r.recovery.domain = Chips(8192), r.recovery.out = Time(420);
      if (form == 0)
        job.tiers = {{"storage",
                      checkpoint_interval(mean_time_between_failures(Chips(accelerators), r), r.write).value(), 5, 0,
                      Domain::hall}};
      job.recovery = r.recovery, job.other = r.other;
      Fault fault = cause();
      fault.rate = r.failure_rate.value(), fault.out = Distribution::constant(2 * day);
      EXPECT_NEAR(mean_goodput(job, {fault}, 40, 0.93), goodput(Chips(accelerators), r), 0.005)
          << accelerators << ", form " << form;
    }
}

// Injected failures of a whole job: L = 7.5 min, 0.93, 0.79 and 0.47 at one in 120, 30 and 10 min (GEMINI-style
// checkpoints in the MoEvement study).
TEST(JobRun, InjectedFailuresAsMeasured) {
  JobRun job = small_job(2);
  job.hosts = 12, job.accelerators = 96, job.fleet.hosts = 14, job.length = 30 * day;
  job.recovery.detect = Time(60), job.recovery.warm_up = Time(390);
  for (const auto& [minutes, measured] : {std::pair{120.0, 0.93}, {30.0, 0.79}, {10.0, 0.47}}) {
    Fault fault = cause(Domain::job);
    fault.rate = 1 / (minutes * 60 * 96);
    EXPECT_NEAR(mean_goodput(job, {fault}, 40), measured, 0.02) << minutes;
  }
}

// Frail hosts have more of the faults: of 400 hosts at 1.46 faults each the worst 20 have 24 % (StepFun's trace), and
// some 231 have any.
TEST(JobRun, FaultsClusterByHost) {
  HostFleet fleet;
  fleet.hosts = 400, fleet.size.fill(1);
  const Frailty frailty(400, 0.93, 11);
  Fault fault = cause();
  fault.rate = 584.0 / (400 * 8 * 349 * day);
  double share = 0, hit = 0;
  constexpr int runs = 40;
  for (int run = 0; run < runs; ++run) {
    RandomFaults source(fleet, 400, {fault}, frailty, {1, 0, 349 * day}, (run + 0.5) / runs);
    std::vector<double> faults(400);
    FaultEvent event;
    double all = 0;
    while (source.next(event)) ++faults[event.host], ++all;
    std::sort(faults.rbegin(), faults.rend());
    share += std::accumulate(faults.begin(), faults.begin() + 20, 0.0) / all / runs;
    hit += double(std::count_if(faults.begin(), faults.end(), [](double n) { return n > 0; })) / runs;
  }
  EXPECT_NEAR(share, 0.24, 0.03);
  EXPECT_NEAR(hit, 231, 15);
}

// Young hosts fail more often: of shape 0.5 from new, half of the faults come in the first quarter of the time.
TEST(JobRun, YoungFleetsFailMoreOften) {
  HostFleet fleet;
  fleet.hosts = 1000, fleet.size.fill(1);
  Fault fault = cause();
  fault.rate = 1 / (8 * 30 * day);
  const Frailty frailty(1000, 0, 1);
  RandomFaults source(fleet, 1000, {fault}, frailty, {0.5, 0, 100 * day}, 0.3);
  FaultEvent event;
  double early = 0, all = 0, last = 0;
  while (source.next(event)) {
    EXPECT_GE(event.time, last);
    last = event.time, ++all, early += event.time < 25 * day;
  }
  EXPECT_NEAR(all, 100.0 / 30 * 1000, 4 * std::sqrt(100.0 / 30 * 1000));
  EXPECT_NEAR(early / all, 0.5, 0.03);
}

RC_GTEST_PROP(JobRunProperties, PartsAreAllOfTheTimeAndTheSameAgain, ()) {
  JobRun job;
  job.hosts = *rc::gen::inRange(1u, 60u), job.fleet.hosts = job.hosts + *rc::gen::inRange(0u, 10u);
  for (auto& size : job.fleet.size) size = *rc::gen::inRange(1u, 20u);
  job.accelerators = job.hosts * 8.0, job.length = *rc::gen::inRange(1, 400) * hour;
  job.other = *rc::gen::inRange(0, 100) / 100.0;
  job.recovery.detect = Time(*rc::gen::inRange(0, 600)), job.recovery.load = Time(*rc::gen::inRange(0, 600));
  job.recovery.from_checkpoint = *rc::gen::arbitrary<bool>();
  job.recovery.blocking = *rc::gen::inRange(0, 50) / 100.0;
  if (*rc::gen::arbitrary<bool>())
    job.recovery.domain = Chips(*rc::gen::inRange(1, 500)), job.recovery.out = Time(*rc::gen::inRange(0, 3000));
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    job.tiers.push_back({"", *rc::gen::inRange(0, 50) * 100.0, *rc::gen::inRange(0, 100) * 1.0,
                         *rc::gen::inRange(0, 1000) * 1.0, static_cast<Domain>(*rc::gen::inRange(0, 9))});
  job.crews = *rc::gen::inRange(0u, 3u), job.hands_on = *rc::gen::inRange(0, 7200);
  job.renew_after = *rc::gen::inRange(0u, 4u), job.renewal = *rc::gen::inRange(0, 100000);
  std::vector<Fault> faults;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    Fault fault;
    fault.domain = static_cast<Domain>(*rc::gen::inRange(0, 9));
    if (!takes_several(fault.domain)) fault.effect = static_cast<Effect>(*rc::gen::inRange(0, 3));
    fault.rate = *rc::gen::inRange(0, 100) / (1000.0 * 3600 * 8);
    fault.out = Distribution::constant(*rc::gen::inRange(0, 200000));
    fault.found = Distribution::constant(*rc::gen::inRange(0, 200000));
    fault.slower = *rc::gen::inRange(0, 100) / 100.0, fault.missed = *rc::gen::inRange(0, 100) / 100.0;
    faults.push_back(fault);
  }
  const Frailty frailty(job.fleet.hosts, *rc::gen::inRange(0, 30) / 10.0, 3);
  const double chance = *rc::gen::inRange(0, 1000000) / 1e6;
  const auto run = [&] {
    RandomFaults source(job.fleet, job.hosts, faults, frailty, {1, 0, job.length}, chance);
    return run_job(job, faults, frailty, source);
  };
  const Outcome o = run();
  RC_ASSERT(std::abs(sum(o) - 1) < 1e-9);
  for (const double share : o.part) RC_ASSERT(share >= -1e-12 && share <= 1 + 1e-9);
  RC_ASSERT(o.hosts_out >= 0 && o.hosts_out <= 1 && o.most_out <= 1 && o.short_of_hosts <= 1);
  RC_ASSERT(run().part == o.part);
}

}  // namespace orrery::operations
