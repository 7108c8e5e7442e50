#include "validation/collectives.h"
#include "validation/columns.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <regex>
#include <tuple>

#include "base/error.h"
#include "machine/network/torus.h"

namespace orrery::validation {

using namespace network;

namespace {

constexpr double mebibyte = 1048576;

/// The number before a word in free text: "128 tokens/batch" by "tokens" is 128.
double number_before(const std::string& text, const std::string& word, double fallback) {
  const size_t at = text.find(word);
  if (at == std::string::npos) return fallback;
  size_t end = at;
  while (end > 0 && text[end - 1] == ' ') --end;
  size_t start = end;
  while (start > 0 && std::isdigit(static_cast<unsigned char>(text[start - 1]))) --start;
  return start < end ? size_at(text, start) : fallback;
}
double number_after(const std::string& text, const std::string& word, double fallback) {
  const size_t at = text.find(word);
  if (at == std::string::npos) return fallback;
  size_t start = at + word.size();
  while (start < text.size() && (text[start] == ' ' || text[start] == '-')) ++start;
  size_t end = start;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return start < end ? size_at(text, start) : fallback;
}

/// A whole cell as a number; nothing for a text such as "large" or ">1".
std::optional<double> whole_number(const std::string& cell) {
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, problem] = std::from_chars(cell.data(), end, value);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// Dispatch and combine of experts, however the row calls them.
bool expert_exchange(const MeasuredCollective& r) {
  return r.collective.find("dispatch") != std::string::npos || r.collective.find("combine") != std::string::npos;
}
bool low_latency(const MeasuredCollective& r) {
  return r.collective.find("lowlatency") != std::string::npos ||
         r.collective.find("low_latency") != std::string::npos || r.collective.find("low-latency") != std::string::npos;
}

/// The collective of a row; what stands behind its name ("all_reduce (NVLS)") says how it ran.
Collective collective_of(const MeasuredCollective& r) {
  try {
    return parse_collective(r.collective);
  } catch (const Error&) {
    const size_t end = r.collective.find_first_of(" (,;");
    if (end == std::string::npos || end == 0) throw;
    return parse_collective(std::string_view(r.collective).substr(0, end));
  }
}

/// The gain of an all-to-all by the twist of the torus that the text names, for example "4x4x8" (Jouppi et al. 2023).
double gain_by_twist(const std::string& text) {
  static const std::regex sizes(R"((\d{1,4})x(\d{1,4})x(\d{1,4}))");
  std::smatch m;
  if (!std::regex_search(text, m, sizes)) throw Error({}, "collective", "names no torus", "give for example 4x4x8");
  const Vector3 size{std::stoi(m[1].str()), std::stoi(m[2].str()), std::stoi(m[3].str())};
  return all_to_all_rate(make_torus(size, true, Bandwidth(1))) / all_to_all_rate(make_torus(size, false, Bandwidth(1)));
}

/// The fabric without reduction in its switches, which a row can rule out: "all_reduce (Ring, NVLS off)".
Fabric as_run(Fabric fabric, const std::string& collective) {
  for (const char* none : {"Ring", "ring", "NVLS off", "no SHARP", "no NVLS"})
    if (collective.find(none) != std::string::npos)
      fabric.scale_up.in_network_efficiency = fabric.scale_out.in_network_efficiency = 0;
  return fabric;
}

/// The time behind a row's bus bandwidth, B/s, by nccl-tests' own factors; 0 where the collective has none.
double time_of_bus_bandwidth(const MeasuredCollective& r) {
  try {
    const Collective c = collective_of(r);
    const double n = r.ranks;
    const double factor = c == Collective::all_reduce                                ? 2 * (n - 1) / n
                          : c == Collective::broadcast || c == Collective::send_recv ? 1
                                                                                     : (n - 1) / n;
    return r.bytes * factor / r.row.measured;
  } catch (const Error&) {
    return 0;
  }
}

/// Why a published row says nothing of a collective's time; empty when it does.
std::string why_not(const CsvTable& t, std::size_t i, const MeasuredCollective& r) {
  if (t.cell(i, "source").find("mis-behaving") != std::string::npos) return "its source reports a system at fault";
  if (r.twisted_torus) return r.row.measured > 0 ? "" : "gives no value";
  if (t.cell(i, "metric") != "busbw") return "gives no bus bandwidth of a collective";
  if (!(r.bytes > 0)) return "gives no size of a message";
  if (r.ranks < 2) return "does not say how many ranks";
  if (!(r.row.measured > 0)) return "gives no value";
  return "";
}

/// A row of collectives_published.csv: a bus bandwidth becomes a time, the twisted torus is a ratio of its own.
MeasuredCollective published_row(const CsvTable& t, std::size_t i) {
  MeasuredCollective r;
  r.row.id = t.cell(i, "id");
  r.library = "published";
  r.collective = t.cell(i, "operation");
  r.gpu = t.cell(i, "system");
  r.fabric = t.cell(i, "fabric");
  r.bytes = whole_number(t.cell(i, "payload_bytes")).value_or(0);
  r.ranks = static_cast<int>(std::min(1e8, whole_number(t.cell(i, "n_accel")).value_or(0)));
  r.nodes = static_cast<int>(std::min(1e8, whole_number(t.cell(i, "n_nodes")).value_or(1)));
  r.row.measured = whole_number(t.cell(i, "value")).value_or(0);
  r.twisted_torus = t.cell(i, "metric").find("twisted") != std::string::npos;
  r.row.skipped = why_not(t, i, r);
  r.row.rate = true;
  if (r.row.skipped.empty() && !r.twisted_torus) {
    r.row.measured *= 1e9;  // GB/s
    if (const double time = time_of_bus_bandwidth(r); time > 0) r.row.measured = time, r.row.rate = false;
    else r.row.skipped = "is no collective that is modelled";
  }
  return r;
}

/// A row of collectives.csv.
MeasuredCollective timed_row(const CsvTable& t, std::size_t i) {
  MeasuredCollective r;
  r.row.id = t.cell(i, "id");
  r.library = t.cell(i, "library");
  r.collective = t.cell(i, "collective");
  r.gpu = t.cell(i, "gpu_type");
  r.fabric = t.cell(i, "fabric");
  if (t.column("version") >= 0) r.version = t.cell(i, "version");
  r.bytes = t.number(i, "message_bytes", 0);
  r.ranks = static_cast<int>(std::clamp(t.number(i, "n_gpus", 0), 0.0, 1e8));
  r.nodes = static_cast<int>(std::clamp(t.number(i, "n_nodes", 1), 0.0, 1e8));
  r.row.measured = t.number(i, "time_us", 0) * 1e-6;
  if (!(r.row.measured > 0)) {
    r.row.rate = true;
    r.row.measured = t.number(i, "busbw_gbs", 0) * 1e9;
  }
  if (expert_exchange(r)) {
    // The exchange's shape stands in the free text; what is not there is DeepEP's own test.
    const std::string& extra = t.cell(i, "extra");
    ExpertTraffic x;
    x.tokens = number_before(extra, "tokens", low_latency(r) ? 128 : 4096);
    x.hidden = number_after(extra, "hidden", 7168);
    x.top_k = number_after(extra, "top", 8);
    if (const size_t last = extra.rfind("top-"); last != std::string::npos)
      x.top_k = number_after(extra.substr(last), "top-", 8);
    x.bytes = r.collective.find("combine") != std::string::npos ? 2 : 1;
    r.bytes = low_latency_bytes(x).value();
  } else if (r.row.rate && r.row.measured > 0 && r.bytes > 0 && r.ranks > 1)
    r.row.measured = time_of_bus_bandwidth(r), r.row.rate = false;
  return r;
}

/// The groups a row counts in.
void name_groups(MeasuredCollective& r) {
  const std::string ranks = std::to_string(r.ranks);
  r.row.group = r.library + ", " + r.collective + ", " + r.gpu + ", " + ranks;
  r.row.wider = {"library " + r.library};
  if (r.nodes > 1) r.row.wider.push_back("multi-node");
  if (r.library.starts_with("NCCL"))
    for (const std::string& what : {std::string("all"), r.collective, r.gpu, ranks + " ranks"})
      r.row.wider.push_back("NCCL, " + what);
}

}  // namespace

std::vector<MeasuredCollective> read_measured(const CsvTable& t) {
  const bool published = t.column("payload_bytes") >= 0;
  if (published)
    t.require({"system", "n_nodes", "n_accel", "fabric", "operation", "payload_bytes", "metric", "value"},
              "give a table with the columns of network/collectives_published.csv");
  else
    t.require({"collective", "library", "message_bytes", "n_gpus", "n_nodes", "gpu_type", "fabric", "time_us"},
              "give a table with the columns of measurements/collectives.csv");
  std::vector<MeasuredCollective> rows;
  rows.reserve(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) {
    rows.push_back(published ? published_row(t, i) : timed_row(t, i));
    rows.back().row.part = rows.back().bytes > 0 && rows.back().bytes < mebibyte ? 0 : 1;
    name_groups(rows.back());
  }
  return rows;
}

Group group_of(const MeasuredCollective& row, const Fabric& fabric) {
  Group g;
  g.ranks = row.ranks;
  // Several trays of one rack are one domain: servers count only where their accelerators fill no domain together.
  const int per_node = std::max(1, row.ranks / std::max(1, row.nodes));
  g.per_domain = std::min({row.ranks, fabric.domain, row.nodes > 1 && fabric.domain <= 16 ? per_node : fabric.domain});
  return g;
}

void predict(MeasuredCollective& m, const Fabric& fabric, double issue, const catalog::Catalog& catalog) {
  Row& row = m.row;
  if (!m.twisted_torus && m.ranks < 2) {
    row.skipped = "fewer than two ranks";
    return;
  }
  if (!m.twisted_torus && !(row.measured > 0)) {
    row.skipped = "neither time nor bandwidth";
    return;
  }
  const Group g = group_of(m, fabric);
  try {
    const catalog::BandRule rule = read_collective_band(catalog);
    if (m.twisted_torus) {
      row.predicted = gain_by_twist(m.collective);
    } else if (expert_exchange(m)) {
      const ExpertExchange x = read_expert_exchange(whole_fabric(catalog, catalog.entry("fabrics", "deepep")));
      // read_measured counted the bytes.
      ExpertTraffic t;
      t.tokens = m.bytes / (t.top_k * t.hidden * 2);
      t.bytes = 2;
      row.predicted = row.rate ? normal_bandwidth(fabric, x, g).value() : low_latency_time(fabric, x, t, g).value();
      row.band = within_band(
          rule, terms_of(catalog.entry("fabrics", "deepep"), 0, row.predicted, g.ranks > g.per_domain), row.predicted);
    } else if (m.library.find("custom") != std::string::npos) {
      const catalog::Entry* library = library_called(catalog, m.library, m.version, m.gpu);
      if (library == nullptr)
        throw Error({}, "library", in_quotes(m.library) + " is not in the catalog", "add it to fabrics");
      const catalog::Entry whole = whole_fabric(catalog, *library);
      const CustomAllReduce custom = read_custom(whole);
      row.predicted = custom_all_reduce_time(fabric, custom, issue, Data(m.bytes), m.ranks).value();
      const double least = custom_all_reduce_time(fabric, custom, issue, Data(1), m.ranks).value();
      row.band = within_band(rule, terms_of(whole, least, row.predicted, false), row.predicted);
    } else {
      const Fabric run = as_run(fabric, m.collective);
      const CollectiveEstimate e = estimate_collective(run, collective_of(m), Data(m.bytes), g);
      row.predicted = e.time.value();
      row.band = within_band(rule, terms_of(run, e, g), row.predicted);
    }
  } catch (const Error& error) {
    row.skipped = error.problem();
  }
}

Score validate_collectives(const CsvTable& table, const Facts& facts) {
  struct Recognised {
    std::optional<Fabric> fabric;
    double issue = 0;
    std::string problem;
  };
  std::map<std::tuple<std::string, std::string, int>, Recognised> known;
  Score score;
  score.parts = {{"below_1MiB", "below 1 MiB"}, {"from_1MiB", "1 MiB and above"}};
  for (MeasuredCollective& m : read_measured(table)) {
    // A server has eight accelerators where the row does not show more or tells of one only.
    const int per_server = m.nodes > 1 ? std::max(1, m.ranks / m.nodes) : 8;
    Recognised& found = known[{m.gpu, m.fabric, per_server}];
    if (m.row.skipped.empty() && !found.fabric && found.problem.empty()) try {
        found.fabric = recognise_fabric(facts.catalog, m.gpu, m.fabric, per_server);
        found.issue = recognise_issue(facts.catalog, m.gpu, m.fabric);
      } catch (const Error& error) {
        found.problem = error.problem();
      }
    if (m.row.skipped.empty()) m.row.skipped = found.problem;
    if (m.row.skipped.empty()) predict(m, *found.fabric, found.issue, facts.catalog);
    score.rows.push_back(std::move(m.row));
  }
  return score;
}

}  // namespace orrery::validation
