// A study's trace in the JSON of Chrome and Perfetto.
#pragma once
#include <string>

#include "study/trace.h"

namespace orrery::report {

/// Trace events (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): slices "X", counters
/// "C", names of processes and threads "M".
std::string trace_json(const study::Trace& trace);

}  // namespace orrery::report
