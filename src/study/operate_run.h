// The part of [operate] that follows a job event by event (machine/operations/job_run): its keys, what is read of them,
// one run, and what the answer shows of many.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "machine/operations/fault_facts.h"
#include "machine/operations/fault_trace.h"
#include "machine/operations/job_run.h"
#include "scenario/reader.h"
#include "scenario/section.h"
#include "study/document.h"
#include "study/kind.h"
#include "study/trace.h"
#include "study/trials.h"

namespace orrery::study {

/// Keys of [operate] about a job that is followed; the sections [fault.*] and [tier.*].
std::vector<scenario::Key> followed_keys();
std::vector<scenario::Section> followed_sections();

/// A job that is followed through its faults.
struct Followed {
  /// What a run gives beside the parts of its time and the interruptions by cause, which follow.
  enum {
    goodput,
    interruptions,
    faulted,
    hosts_out,
    most_out,
    short_of_hosts,
    queue,
    waited,
    renewed,
    unnoticed,
    numbers
  };

  double days = 0;
  Place asked_at;  ///< where the days are given
  Date first_day;
  double spares = 0;                      ///< hosts per host of the job
  operations::JobRun job;                 ///< its fleet, hosts and repairs; the rest is drawn
  std::vector<operations::Cause> causes;  ///< of a trace, in its order
  std::vector<operations::Tier> tiers;    ///< a scenario's own; none: those of the mechanism
  bool own_causes = false;                ///< a scenario's own are among the causes
  double clustering = 0;
  operations::Ageing ageing;
  std::shared_ptr<const operations::Frailty> frailty;
  std::shared_ptr<const operations::FaultTrace> trace;  ///< null: faults at random
  std::vector<operations::FaultEvent> listed;           ///< those of the trace
  std::optional<double> goal;                           ///< goodput that spares are sought for
  int chance = -1;                                      ///< the input that faults are drawn by

  std::size_t outputs() const { return numbers + operations::part_names.size() + causes.size(); }
  /// Runs that an answer takes where nobody says how many: fewer of jobs with many faults.
  int usual_runs(const operations::Reliability& reliability) const;
  /// Faults that a run expects, and what it takes to follow one, in faults.
  double expected_faults(const operations::Reliability& reliability) const;
  double effort(const operations::Reliability& reliability) const;
  /// Faults of the trace per accelerator of its fleet and second.
  double rate_of_trace() const;
  /// With another number of spares.
  Followed with_spares(std::uint32_t hosts) const;
  /// The number that a draw's faults hang on; in the middle without draws.
  double chance_in(Draws draws) const {
    return draws.empty() || chance < 0 ? 0.5 : draws[static_cast<std::size_t>(chance)];
  }
  /// One run.
  operations::Outcome run(const operations::Reliability& reliability, double chance,
                          operations::Watch* watch = nullptr) const;
  /// One run as numbers, as many as outputs().
  void numbers_of(const operations::Outcome& outcome, std::span<double> out) const;

 private:
  std::vector<operations::Fault> faults_at(operations::FailureRate rate) const;
  std::vector<operations::Tier> tiers_of(const operations::Reliability& reliability,
                                         const std::vector<operations::Fault>& faults) const;
};

/// What [operate] says of it; nothing where it asks for the closed form alone. Throws Error.
std::optional<Followed> read_followed(scenario::Reader& reader, double accelerators, const std::string& chip);

/// The file of faults that the section names. Throws Error.
operations::FaultTrace read_fault_trace(scenario::Reader& reader, const scenario::View& view);

/// Names of its outputs.
std::vector<Output> outputs_of(const Followed& followed);

/// Adds to an answer what runs came to: values[output][run], `from` the first output of the job followed; reliability:
/// at the medians.
void add_followed(Document& out, const Followed& followed, const Trials& trials, std::size_t from,
                  const operations::Reliability& reliability);

/// What runs on the same faults come to in the mean.
struct OnCommonFaults {
  double goodput = 0, short_of_hosts = 0;
};

/// These ways to fail and go on, inputs at their medians, each on the same faults: those of a seed.
std::vector<OnCommonFaults> on_common_faults(const Followed& followed, const std::vector<operations::Reliability>& each,
                                             std::uint64_t seed, int threads);

/// A run at the medians, for Perfetto: interruptions, repairs, hosts out and spares.
Trace trace_of(const Followed& followed, const operations::Reliability& reliability);

/// Figures of the tables that add_followed adds.
std::vector<Figure> followed_figures();

}  // namespace orrery::study
