#include "machine/operations/fault_trace.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

namespace orrery::operations {
namespace {

using Json = nlohmann::json;
constexpr double most_days = 3653, day = 86400;
constexpr std::size_t most_causes = 1000;  ///< by name

/// Names as numbers, in the order in which they come.
class Numbers {
 public:
  explicit Numbers(std::vector<std::string>& names) : names_(names) {}
  std::uint32_t of(const std::string& name) {
    const auto [at, fresh] = at_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (fresh) names_.push_back(name);
    return at->second;
  }
  bool knows(const std::string& name) const { return at_.contains(name); }

 private:
  std::vector<std::string>& names_;
  std::map<std::string, std::uint32_t> at_;
};

double checked_time(double days, const Place& place, const std::string& key) {
  if (!(days >= 0 && days <= most_days))
    throw Error(place, key, "is no time from 0 to 3,653 days", "give days from the start of the trace");
  return days;
}

/// A cause by its name; those beyond the first thousand are one.
std::uint32_t cause_number(Numbers& causes, const FaultTrace& trace, const std::string& name) {
  return causes.of(trace.causes.size() < most_causes || causes.knows(name) ? name : "other causes");
}

/// The cause in StepFun's words: "Hardware Failure: GPU".
std::string cause_of(const Json& event) {
  const auto type = event.find("fault_type");
  if (type == event.end() || !type->is_object()) return "not said";
  std::string out;
  for (const char* key : {"Level", "Class"})
    if (const auto word = type->find(key); word != type->end() && word->is_string())
      out += (out.empty() ? "" : ": ") + printable(word->get<std::string>());
  return out.empty() ? "not said" : out;
}

FaultTrace of_json(std::string_view text, const std::string& name) {
  check_json(text, name, {.depth = 8, .values = 400'000, .names = 400'000});
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& e) {
    throw Error({name, 0, 0}, "", "not JSON: it breaks at byte " + std::to_string(e.byte),
                "give the whole trace, a list of events");
  } catch (const Json::exception&) {
    throw Error({name, 0, 0}, "", "not JSON that can be read", "give a list of events as StepFun's trace has them");
  }
  if (!json.is_array()) throw Error({name, 0, 0}, "", "is no list of events", "give [{\"node_id\": ...}, ...]");
  FaultTrace out;
  Numbers hosts(out.hosts), causes(out.causes);
  std::map<std::uint32_t, std::vector<std::size_t>> open;
  double last = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Json& event = json[i];
    const std::string key = "event " + std::to_string(i + 1);
    const auto refuse = [&](const std::string& problem, const std::string& remedy) {
      throw Error({name, 0, 0}, key, problem, remedy);
    };
    if (!event.is_object()) refuse("is no event", "give {\"node_id\", \"event_time\", \"event_type\"}");
    for (const char* word : {"node_id", "event_type"})
      if (!event.contains(word) || !event[word].is_string())
        refuse(std::string("has no ") + word, "give each event its node_id, event_time and event_type");
    if (!event.contains("event_time") || !event["event_time"].is_number())
      refuse("has no event_time", "give each event its node_id, event_time and event_type");
    const double time = checked_time(event["event_time"].get<double>(), {name, 0, 0}, key);
    if (time < last) refuse("is before the event above it", "put events in order of time");
    last = time;
    const std::uint32_t host = hosts.of(printable(event["node_id"].get<std::string>()));
    const auto type = event["event_type"].get<std::string>();
    if (type == "fault_start") {
      open[host].push_back(out.spells.size());
      out.spells.push_back({host, cause_number(causes, out, cause_of(event)), time, infinity});
    } else if (type == "fault_end") {
      if (open[host].empty()) refuse("ends a fault that has not started", "add its fault_start, or leave it out");
      out.spells[open[host].front()].to = time;
      open[host].erase(open[host].begin());
    } else {
      refuse("is neither fault_start nor fault_end", "name one of them as its event_type");
    }
  }
  out.days = last;
  return out;
}

FaultTrace of_csv(std::string_view text, const std::string& name) {
  const CsvTable table = parse_csv(text, name);
  table.require({"host", "start", "end"}, "give the columns host, start, end and cause; times are days");
  FaultTrace out;
  Numbers hosts(out.hosts), causes(out.causes);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const Place place{name, table.line(row), 0};
    const std::string host = table.cell(row, "host"), cause = table.cell(row, "cause");
    if (host.empty()) throw Error(place, "host", "is empty", "name the host");
    if (table.cell(row, "start").empty()) throw Error(place, "start", "is empty", "give the day on which it failed");
    OutSpell spell{hosts.of(printable(host)), cause_number(causes, out, cause.empty() ? "not said" : printable(cause)),
                   0, infinity};
    spell.from = checked_time(table.number(row, "start", 0), place, "start");
    out.days = std::max(out.days, spell.from);
    if (!table.cell(row, "end").empty()) {
      spell.to = checked_time(table.number(row, "end", 0), place, "end");
      if (spell.to < spell.from) throw Error(place, "end", "is before its start", "give start, then end");
      out.days = std::max(out.days, spell.to);
    }
    out.spells.push_back(spell);
  }
  std::stable_sort(out.spells.begin(), out.spells.end(),
                   [](const OutSpell& a, const OutSpell& b) { return a.from < b.from; });
  return out;
}

}  // namespace

FaultTrace parse_fault_trace(std::string_view text, const std::string& name) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
  FaultTrace out = json ? of_json(text, name) : of_csv(text, name);
  if (out.spells.empty() || out.days <= 0)
    throw Error({name, 0, 0}, "", "holds no fault that lasts", "give at least one, with times above 0");
  for (const OutSpell& spell : out.spells) out.open += std::isinf(spell.to);
  return out;
}

std::vector<OutSpell> FaultTrace::merged(double until) const {
  std::vector<std::size_t> last(hosts.size(), static_cast<std::size_t>(-1));
  std::vector<OutSpell> out;
  for (OutSpell spell : spells) {
    if (spell.from >= until) break;
    spell.to = std::min(spell.to, until);
    std::size_t& before = last[spell.host];
    if (before < out.size() && spell.from <= out[before].to) {
      out[before].to = std::max(out[before].to, spell.to);
    } else {
      before = out.size();
      out.push_back(spell);
    }
  }
  return out;
}

std::vector<FaultEvent> events_of(const FaultTrace& trace, const HostFleet& fleet, double days) {
  if (trace.hosts.size() > fleet.hosts)
    throw Error(
        {}, "",
        "names " + std::to_string(trace.hosts.size()) + " hosts, more than the fleet's " + std::to_string(fleet.hosts),
        "take more accelerators, at least those of the hosts that it names");
  std::vector<FaultEvent> out;
  for (const OutSpell& spell : trace.merged(days)) {
    FaultEvent event;
    event.time = spell.from * day, event.fault = spell.cause, event.out = (spell.to - spell.from) * day;
    event.host = static_cast<std::uint32_t>(std::uint64_t{spell.host} * fleet.hosts / trace.hosts.size());
    out.push_back(event);
  }
  return out;
}

}  // namespace orrery::operations
