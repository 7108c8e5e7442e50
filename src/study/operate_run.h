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

/// What the closed form of the same job has been read to, for one mechanism and one draw of what is uncertain.
using ReliabilityOf = std::function<operations::Reliability(Draws draws, const operations::Recovery& by)>;

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
  Date first_day;
  double spares = 0;                      ///< hosts per host of the job
  operations::JobRun job;                 ///< its fleet, hosts and repairs; the rest is drawn
  std::vector<operations::Cause> causes;  ///< of a trace, in its order
  std::vector<operations::Tier> tiers;    ///< a scenario's own; none: those of the mechanism
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
  /// Faults of the trace per accelerator of its fleet and second.
  double rate_of_trace() const;
  /// With another number of spares.
  Followed with_spares(std::uint32_t hosts) const;
  /// One run.
  operations::Outcome run(const operations::Reliability& reliability, Draws draws,
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

/// Names of its outputs.
std::vector<Output> outputs_of(const Followed& followed);

/// One mechanism by name, for a comparison.
struct Mechanism {
  std::string name;
  operations::Recovery recovery;
};

/// Adds to an answer what runs came to: values[output][run], `from` the first output of the job followed.
void add_followed(Document& out, const Followed& followed, const Trials& trials, std::size_t from,
                  const ReliabilityOf& reliability, const operations::Recovery& by);

/// Goodput of each mechanism that half of the first runs of these trials reach, all on the same faults.
std::vector<double> on_common_faults(const Followed& followed, const Trials& trials, const ReliabilityOf& reliability,
                                     const std::vector<operations::Recovery>& mechanisms);

/// A run at the medians, for Perfetto: interruptions, repairs, hosts out and spares.
Trace trace_of(const Followed& followed, const operations::Reliability& reliability);

/// Figures of the tables that add_followed adds.
std::vector<Figure> followed_figures();

}  // namespace orrery::study
