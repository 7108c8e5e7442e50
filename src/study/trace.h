// What happened when, as a profiler shows it: tracks of slices and counters, for Perfetto.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "study/document.h"

namespace orrery::study {

/// Something that lasted. Times are microseconds of the trace.
struct Slice {
  std::string name;
  double from = 0, to = 0;
  std::vector<std::pair<std::string, Cell>> arguments;
};

struct Track {
  std::string process, name;
  std::vector<Slice> slices;
};

/// A value from a time on.
struct Sample {
  std::string counter, series;
  double time = 0, value = 0;
};

struct Trace {
  std::vector<Track> tracks;
  std::string counters;  ///< the process that the samples stand under
  std::vector<Sample> samples;
};

}  // namespace orrery::study
