// What failed in a fleet, host by host, from a file: StepFun's JSON of events (InfiniteHBD-Trace), or CSV with the
// columns host, start, end and cause. Times are days.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "machine/operations/faults.h"

namespace orrery::operations {

/// A host out of service.
struct OutSpell {
  std::uint32_t host = 0, cause = 0;  ///< by number, in the order in which the file names them
  double from = 0, to = 0;            ///< days
};

struct FaultTrace {
  std::vector<std::string> hosts, causes;
  std::vector<OutSpell> spells;  ///< as the file has them, by their start
  double days = 0;               ///< up to the last time that it names
  std::size_t open = 0;          ///< spells that it does not end: they last for ever, to infinity

  /// Hosts out of service from so many days on: spells of one host that touch are one. What begins later is left out,
  /// what ends later is cut. By time.
  std::vector<OutSpell> merged(double days) const;
};

/// Reads the text of a trace, which is JSON where it starts with a bracket; name stands for the file in messages.
/// Throws Error with the line, or the event, for a time that is below 0 or no number or before that of the event above,
/// an end without a start or before it, an unknown kind of event, and for a trace without faults.
FaultTrace parse_fault_trace(std::string_view text, const std::string& name);

/// The trace as faults of a fleet, its hosts spread over the numbers of the fleet's. Throws Error where it names more
/// hosts than the fleet has.
std::vector<FaultEvent> events_of(const FaultTrace& trace, const HostFleet& fleet, double days);

}  // namespace orrery::operations
