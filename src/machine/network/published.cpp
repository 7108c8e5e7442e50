// Published collective bandwidths (network/collectives_published.csv) as rows to predict: bus bandwidths become times
// by nccl-tests' factors, the twisted torus is a ratio of its own, and what is no collective's bandwidth keeps its
// reason.
#include <charconv>

#include "machine/network/measured.h"

namespace orrery::network {
namespace {

/// A whole cell as a number; nothing for a text such as "large" or ">1".
std::optional<double> number(const std::string& cell) {
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, problem] = std::from_chars(cell.data(), end, value);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string why_not(const CsvTable& t, std::size_t i, const MeasuredCollective& r) {
  if (t.cell(i, "source").find("mis-behaving") != std::string::npos) return "its source reports a system at fault";
  if (r.twisted_torus) return r.measured > 0 ? "" : "gives no value";
  if (t.cell(i, "metric") != "busbw") return "gives no bus bandwidth of a collective";
  if (!(r.bytes > 0)) return "gives no size of a message";
  if (r.ranks < 2) return "does not say how many ranks";
  if (!(r.measured > 0)) return "gives no value";
  return "";
}

}  // namespace

std::vector<MeasuredCollective> read_published(const CsvTable& t) {
  t.require({"system", "n_nodes", "n_accel", "fabric", "operation", "payload_bytes", "metric", "value"},
            "give a table with the columns of network/collectives_published.csv");
  std::vector<MeasuredCollective> rows;
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    MeasuredCollective r;
    r.id = t.cell(i, "id");
    r.library = "published";
    r.collective = t.cell(i, "operation");
    r.gpu = t.cell(i, "system");
    r.fabric = t.cell(i, "fabric");
    r.bytes = number(t.cell(i, "payload_bytes")).value_or(0);
    r.ranks = static_cast<int>(std::min(1e8, number(t.cell(i, "n_accel")).value_or(0)));
    r.nodes = static_cast<int>(std::min(1e8, number(t.cell(i, "n_nodes")).value_or(1)));
    r.measured = number(t.cell(i, "value")).value_or(0);
    r.twisted_torus = t.cell(i, "metric").find("twisted") != std::string::npos;
    r.unpredicted = why_not(t, i, r);
    r.by_bandwidth = true;
    if (r.unpredicted.empty() && !r.twisted_torus) {
      r.measured *= 1e9;  // GB/s
      if (const double time = time_of_bus_bandwidth(r); time > 0)
        r.measured = time, r.by_bandwidth = false;
      else
        r.unpredicted = "is no collective that is modelled";
    }
    rows.push_back(std::move(r));
  }
  return rows;
}

}  // namespace orrery::network
