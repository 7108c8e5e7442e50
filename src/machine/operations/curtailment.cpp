#include "machine/operations/curtailment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"

namespace orrery::operations {

std::vector<Curtailment> read_curtailments(const CsvTable& table) {
  constexpr double day = 86400, most_days = 73000;
  const std::vector<std::string> columns{"start", "end", "share"};
  for (const std::string& name : table.header)
    if (std::find(columns.begin(), columns.end(), name) == columns.end())
      throw Error({table.name, 1, 0}, name, "is no column of curtailments", suggest(name, columns, "leave it out"));
  table.require(columns, "give start and end in days, and the share of the nodes that may be powered");
  if (table.size() > most_curtailments)
    throw Error({table.name, table.line(most_curtailments), 0}, "", fmt::format("holds {} curtailments", table.size()),
                "give at most 100,000");
  std::vector<Curtailment> out;
  out.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto number = [&](const char* column, double most, const char* remedy) {
      const Place place{table.name, table.line(row), table.column(column) + 1};
      const std::string said = table.cell(row, column);
      if (said.empty()) throw Error(place, column, "is empty", remedy);
      double value = 0;
      try {
        value = table.number(row, column, 0);
      } catch (const Error& e) {  // which knows the line alone
        throw Error(place, column, e.problem(), remedy);
      }
      if (!(value >= 0 && value <= most)) throw Error(place, column, "is " + said, remedy);
      return value;
    };
    const double from = day * number("start", most_days, "give days from 0 to 73,000"),
                 to = day * number("end", most_days, "give days from 0 to 73,000");
    if (to <= from)
      throw Error({table.name, table.line(row), table.column("end") + 1}, "end",
                  fmt::format("{} is not after its start at {}", table.cell(row, "end"), table.cell(row, "start")),
                  "give start, then end");
    out.push_back({from, to, number("share", 1, "give a share of the nodes from 0 to 1")});
  }
  return out;
}

std::vector<CapacityEvent> curtailed_capacity(const FleetShape& shape, const std::vector<Curtailment>& curtailments,
                                              const std::vector<CapacityEvent>& serving) {
  struct Edge {
    double time, share;
    bool begins;
  };
  std::vector<Edge> edges;
  for (const Curtailment& c : curtailments)
    edges.push_back({c.from, c.share, true}), edges.push_back({c.to, c.share, false});
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.time < b.time; });
  std::vector<CapacityEvent> out;
  std::multiset<double> shares;  // of the curtailments that hold
  int served = 0, left = shape.nodes;
  for (std::size_t edge = 0, change = 0; edge < edges.size() || change < serving.size();) {
    const double time = std::min(edge < edges.size() ? edges[edge].time : infinity,
                                 change < serving.size() ? serving[change].time : infinity);
    for (; edge < edges.size() && edges[edge].time == time; ++edge)
      if (edges[edge].begins) shares.insert(edges[edge].share);
      else shares.erase(shares.find(edges[edge].share));
    for (; change < serving.size() && serving[change].time == time; ++change)
      served = shape.nodes - serving[change].nodes;
    const double share = shares.empty() ? 1 : *shares.begin();
    const int powered = static_cast<int>(std::floor(shape.nodes * share + 1e-9));
    if (const int now = std::max(powered - served, 0); std::exchange(left, now) != now) out.push_back({time, now});
  }
  return out;
}

}  // namespace orrery::operations
