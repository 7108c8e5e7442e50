// Traces of jobs: read from CSV, or drawn from a few figures.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "machine/operations/fleet_jobs.h"

namespace orrery::operations {

/// Jobs as a file has them, in its order; times are s since a midnight where it has dates.
struct JobTrace {
  std::string name;  ///< of the file
  std::vector<FleetJob> jobs;
  std::vector<int> lines;           ///< of the file, by job
  std::vector<std::string> queues;  ///< names, in the order that the file first names them
  std::optional<Date> first_day;    ///< of a file with dates: time 0 is the midnight before its first submission
};

/// Jobs of a table, rows in any order. Its columns are known by its header:
///
/// - `submit` (s), `duration` (s), `accelerators`; if wanted `queue`, `priority`, `least`, `spot` (yes, no, true,
/// false,
///   1, 0), `lease` (s), `start` (s), `checkpoint` (s), `restart` (s). An empty cell is the default of FleetJob.
/// - `timestamp` ("2017-10-09 07:01:55"), `duration` (s), `num_gpus`, `cluster`: the form in which Sia (Jayaram
/// Subramanya
///   et al., SOSP 2023) keeps Microsoft's Philly trace (Jeon et al., USENIX ATC 2019). Other columns are left alone.
///
/// Throws Error with line and column for what is no number or date, times below 0, durations of 0, accelerators below 1
/// or no whole number, a least number above them, a start before the submission, and a table without rows.
JobTrace read_jobs(const CsvTable& table);
/// Of a file, which may be compressed by gzip, up to 32 MiB uncompressed.
JobTrace read_jobs(const std::string& path);

/// Checks jobs against a fleet and its queues, which are those of the trace. Throws Error with the line of the first
/// that can never run.
void check_jobs(const JobTrace& trace, const FleetRules& rules);

/// Jobs that come at random.
struct JobMix {
  int jobs = 1000;
  double arrivals = 1;          ///< per s, a Poisson process
  double mean_duration = 3600;  ///< s
  /// Standard deviation of a duration's logarithm, lognormal; 0: all the same; below 0: exponential.
  double spread = -1;
  std::vector<std::pair<int, double>> sizes = {{1, 1}};  ///< accelerators, and their share of jobs
  int queues = 1;                                        ///< with equal shares of jobs
  int priorities = 1;                                    ///< 0 to one less, with equal shares of jobs
};

/// Draws the jobs of a mix: the same for the same seed. Each job's numbers are its own (base/random.h), whatever the
/// others are. Throws Error for figures that cannot be.
std::vector<FleetJob> draw_jobs(const JobMix& mix, std::uint64_t seed);

}  // namespace orrery::operations
