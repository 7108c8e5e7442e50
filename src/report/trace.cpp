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
  // Each event is written as it comes: a tree of them all takes ten times their text.
  std::string out = R"({"displayTimeUnit":"ms","traceEvents":[)";
  bool first = true;
  auto add = [&](const ordered_json& event) {
    if (!first) out += ',';
    first = false;
    out += event.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  };
  int tid = 0;
  for (const Track& track : trace.tracks) {
    const int process = pid(track.process);
    ++tid;
    add({{"ph", "M"}, {"name", "process_name"}, {"pid", process}, {"tid", tid}, {"args", {{"name", track.process}}}});
    add({{"ph", "M"}, {"name", "thread_name"}, {"pid", process}, {"tid", tid}, {"args", {{"name", track.name}}}});
    for (const Slice& slice : track.slices) {
      ordered_json arguments = ordered_json::object();
      for (const auto& [key, cell] : slice.arguments) arguments[key] = argument(cell);
      add({{"ph", "X"},
           {"name", slice.name},
           {"pid", process},
           {"tid", tid},
           {"ts", slice.from},
           {"dur", slice.to - slice.from},
           {"args", std::move(arguments)}});
    }
  }
  for (const Sample& sample : trace.samples)
    add({{"ph", "C"},
         {"name", sample.counter},
         {"pid", pid(trace.counters)},
         {"ts", sample.time},
         {"args", {{sample.series, sample.value}}}});
  return out + "]}\n";
}

}  // namespace orrery::report
