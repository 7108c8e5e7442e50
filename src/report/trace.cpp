#include "report/trace.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::report {
namespace {

using namespace study;
using nlohmann::ordered_json;

ordered_json argument(const Cell& cell) {
  if (const auto* x = std::get_if<double>(&cell.value)) return *x;
  if (const auto* x = std::get_if<std::string>(&cell.value)) return *x;
  return nullptr;
}

}  // namespace

std::string trace_json(const Trace& trace) {
  std::vector<std::string> processes;
  auto pid = [&](const std::string& name) {
    const auto it = std::find(processes.begin(), processes.end(), name);
    if (it != processes.end()) return static_cast<int>(it - processes.begin()) + 1;
    processes.push_back(name);
    return static_cast<int>(processes.size());
  };
  ordered_json events = ordered_json::array();
  int tid = 0;
  for (const Track& track : trace.tracks) {
    const int process = pid(track.process);
    ++tid;
    events.push_back(
        {{"ph", "M"}, {"name", "process_name"}, {"pid", process}, {"tid", tid}, {"args", {{"name", track.process}}}});
    events.push_back(
        {{"ph", "M"}, {"name", "thread_name"}, {"pid", process}, {"tid", tid}, {"args", {{"name", track.name}}}});
    for (const Slice& slice : track.slices) {
      ordered_json arguments = ordered_json::object();
      for (const auto& [key, cell] : slice.arguments) arguments[key] = argument(cell);
      events.push_back({{"ph", "X"},
                        {"name", slice.name},
                        {"pid", process},
                        {"tid", tid},
                        {"ts", slice.from},
                        {"dur", slice.to - slice.from},
                        {"args", std::move(arguments)}});
    }
  }
  for (const Sample& sample : trace.samples)
    events.push_back({{"ph", "C"},
                      {"name", sample.counter},
                      {"pid", pid(trace.counters)},
                      {"ts", sample.time},
                      {"args", {{sample.series, sample.value}}}});
  return ordered_json{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}}.dump(
             -1, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace orrery::report
