// Many jobs on one fleet as a document: waiting, utilisation and what stops cost, by queue, by size and by policy.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "machine/operations/job_trace.h"
#include "scenario/reader.h"
#include "scenario/section.h"
#include "study/document.h"

namespace orrery::study {

/// What is asked, its values read and its file checked for what each line says.
struct JobsQuestion {
  operations::JobTrace trace;
  operations::FleetShape shape;
  std::string policy;                                  ///< empty: all shipped, the first tables by backfill
  std::optional<operations::Topology> topology;        ///< in place of the policy's
  std::optional<double> quota;                         ///< accelerators of each queue without one of its own
  std::vector<std::pair<std::string, double>> quotas;  ///< by queue
  std::vector<operations::CapacityEvent> capacity;
  Date first_day = {};  ///< of the first submission, in pictures
};

/// Keys of [operate] about many jobs.
std::vector<scenario::Key> jobs_keys();
/// What [operate] asks of many jobs; nothing where it gives none. others: the section's other keys, of which it refuses
/// those of one job. Throws Error.
std::optional<JobsQuestion> read_jobs_question(scenario::Reader& reader, const std::vector<scenario::Key>& others);

/// The answer. Scalars of the policy; tables `queues` and `sizes` of it, `policies` where none was named, and `series`,
/// which only data has. Throws Error with the line of a job that can never run, key `quota` for a queue that the file
/// does not have, key `policy` for one that is not shipped. threads: for policies side by side; 0: one for each core.
Document jobs_document(const JobsQuestion& question, int threads = 0);

}  // namespace orrery::study
