// Power caps and curtailment of a fleet: for so many days no more than a share of its nodes may be powered.
#pragma once
#include <vector>

#include "base/csv.h"
#include "machine/operations/fleet_jobs.h"

namespace orrery::operations {

struct Curtailment {
  double from = 0, to = 0;  ///< s on the clock of the jobs
  double share = 1;         ///< of the nodes, that may be powered; 0 to 1
};

inline constexpr std::size_t most_curtailments = 100'000;

/// Curtailments of a table with the columns start, end (days on the clock of the jobs) and share, rows in any order.
/// Throws Error with line and column for what is empty or no number, a time below 0 or above 73,000 days, an end not
/// after its start and a share outside 0 to 1; with the file for another column, no rows and more than 100,000.
std::vector<Curtailment> read_curtailments(const CsvTable& table);

/// Events of a fleet whose power is curtailed. Of curtailments that overlap the least share counts, rounded down to
/// whole nodes; outside all of them all nodes may be powered. serving: events that leave nodes to the jobs beside what
/// serving holds (as daily_capacity makes them, by time). Serving holds its nodes first: jobs get the powered ones less
/// those, at least 0. One event for each time at which what is left changes.
std::vector<CapacityEvent> curtailed_capacity(const FleetShape& shape, const std::vector<Curtailment>& curtailments,
                                              const std::vector<CapacityEvent>& serving = {});

}  // namespace orrery::operations
