// What a command that takes long is at, and for how long, as a line on the terminal: "12 s: 45 % of the trials".
#pragma once
#include <string>
#include <string_view>

namespace orrery::app {

/// While it lives and standard error is a terminal, a line is shown and kept up to date from two seconds on. One at a
/// time. Where no thread is to be had, none is shown.
class ProgressLine {
 public:
  /// what: the command.
  explicit ProgressLine(std::string what);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();
};

/// Which pass the command is at, and what share of it is done; from one thread.
void tell_progress(std::string_view pass, double share);

/// Takes the line away for good: before anything else is written to the terminal.
void end_progress();

}  // namespace orrery::app
