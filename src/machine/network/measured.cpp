#include "machine/network/measured.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <tuple>

#include "base/error.h"
#include "machine/network/torus.h"

namespace orrery::network {
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
  return start < end ? std::stod(text.substr(start, end - start)) : fallback;
}
double number_after(const std::string& text, const std::string& word, double fallback) {
  const size_t at = text.find(word);
  if (at == std::string::npos) return fallback;
  size_t start = at + word.size();
  while (start < text.size() && (text[start] == ' ' || text[start] == '-')) ++start;
  size_t end = start;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return start < end ? std::stod(text.substr(start, end - start)) : fallback;
}

bool starts_with(const std::string& text, std::string_view head) {
  return text.compare(0, head.size(), head) == 0;
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

CollectiveScore score_group(const std::string& group, const std::vector<const MeasuredCollective*>& rows) {
  CollectiveScore s;
  s.group = group;
  std::vector<double> all, small, large, signed_errors;
  for (const MeasuredCollective* row : rows) {
    ++s.rows;
    if (!row->predicted) {
      ++s.unpredicted;
      continue;
    }
    all.push_back(std::abs(row->error));
    signed_errors.push_back(row->error);
    (row->bytes > 0 && row->bytes < mebibyte ? small : large).push_back(std::abs(row->error));
  }
  s.median = quantile(all, 0.5);
  for (double e : all) s.mean += e / static_cast<double>(all.size());
  s.p90 = quantile(all, 0.9);
  s.bias = quantile(signed_errors, 0.5);
  s.rows_small = small.size();
  s.rows_large = large.size();
  s.median_small = quantile(small, 0.5);
  s.median_large = quantile(large, 0.5);
  return s;
}

}  // namespace

double time_of_bus_bandwidth(const MeasuredCollective& r) {
  try {
    const Collective c = collective_of(r);
    const double n = r.ranks;
    const double factor = c == Collective::all_reduce                                ? 2 * (n - 1) / n
                          : c == Collective::broadcast || c == Collective::send_recv ? 1
                                                                                     : (n - 1) / n;
    return r.bytes * factor / r.measured;
  } catch (const Error&) {
    return 0;
  }
}

double quantile(std::vector<double> v, double p) {
  if (v.empty()) return 0;
  std::sort(v.begin(), v.end());
  const double at = p * static_cast<double>(v.size() - 1);
  const auto i = static_cast<std::size_t>(at);
  return i + 1 < v.size() ? v[i] + (at - static_cast<double>(i)) * (v[i + 1] - v[i]) : v[i];
}

std::vector<MeasuredCollective> read_measured(const CsvTable& t) {
  if (t.column("payload_bytes") >= 0) return read_published(t);
  t.require({"collective", "library", "message_bytes", "n_gpus", "n_nodes", "gpu_type", "fabric", "time_us"},
            "give a table with the columns of measurements/collectives.csv");
  std::vector<MeasuredCollective> rows;
  rows.reserve(t.rows.size());
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    MeasuredCollective r;
    r.id = t.cell(i, "id");
    r.library = t.cell(i, "library");
    r.collective = t.cell(i, "collective");
    r.gpu = t.cell(i, "gpu_type");
    r.fabric = t.cell(i, "fabric");
    r.bytes = t.number(i, "message_bytes", 0);
    r.ranks = static_cast<int>(t.number(i, "n_gpus", 0));
    r.nodes = static_cast<int>(t.number(i, "n_nodes", 1));
    r.measured = t.number(i, "time_us", 0) * 1e-6;
    if (!(r.measured > 0)) {
      r.by_bandwidth = true;
      r.measured = t.number(i, "busbw_gbs", 0) * 1e9;
    }
    if (expert_exchange(r)) {
      // The exchange's shape stands in the free text; what is not there is DeepEP's own test.
      const std::string& extra = t.cell(i, "extra");
      const bool low = low_latency(r);
      ExpertTraffic x;
      x.tokens = number_before(extra, "tokens", low ? 128 : 4096);
      x.hidden = number_after(extra, "hidden", 7168);
      x.top_k = number_after(extra, "top", 8);
      if (const size_t last = extra.rfind("top-"); last != std::string::npos)
        x.top_k = number_after(extra.substr(last), "top-", 8);
      x.bytes = r.collective.find("combine") != std::string::npos ? 2 : 1;
      r.bytes = low_latency_bytes(x).value();
    } else if (r.by_bandwidth && r.measured > 0 && r.bytes > 0 && r.ranks > 1)
      r.measured = time_of_bus_bandwidth(r), r.by_bandwidth = false;
    rows.push_back(std::move(r));
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

void predict(MeasuredCollective& row, const Fabric& fabric, double issue, const catalog::Catalog& catalog) {
  row.predicted.reset();
  row.unpredicted.clear();
  if (row.twisted_torus) {
    try {
      row.predicted = gain_by_twist(row.collective);
      row.error = row.measured / *row.predicted - 1;
    } catch (const Error& error) {
      row.unpredicted = error.problem();
    }
    return;
  }
  if (row.ranks < 2) {
    row.unpredicted = "fewer than two ranks";
    return;
  }
  if (!(row.measured > 0)) {
    row.unpredicted = "neither time nor bandwidth";
    return;
  }
  const Group g = group_of(row, fabric);
  if (expert_exchange(row)) {
    const ExpertExchange x = read_expert_exchange(catalog.entry("fabrics", "deepep"));
    if (row.by_bandwidth) {
      row.predicted = normal_bandwidth(fabric, x, g).value();
    } else {
      // read_measured counted the bytes.
      ExpertTraffic t;
      t.tokens = row.bytes / (t.top_k * t.hidden * 2);
      t.bytes = 2;
      row.predicted = low_latency_time(fabric, x, t, g).value();
    }
  } else if (row.library.find("custom") != std::string::npos) {
    const std::string which =
        row.library.find("TRT") != std::string::npos || row.library.find("trt") != std::string::npos
            ? "trtllm-all-reduce"
        : row.library.find("eager") != std::string::npos ? "vllm-all-reduce-eager"
                                                         : "vllm-all-reduce-graph";
    row.predicted =
        custom_all_reduce_time(fabric, read_custom(catalog.entry("fabrics", which)), issue, Data(row.bytes), row.ranks)
            .value();
  } else {
    try {
      row.predicted = collective_time(as_run(fabric, row.collective), collective_of(row), Data(row.bytes), g).value();
    } catch (const Error& error) {
      row.unpredicted = error.problem();
      return;
    }
  }
  row.error = row.by_bandwidth ? row.measured / *row.predicted - 1 : *row.predicted / row.measured - 1;
}

CollectiveValidation validate_collectives(const CsvTable& table, const catalog::Catalog& catalog) {
  std::vector<MeasuredCollective> rows = read_measured(table);
  struct Recognised {
    std::optional<Fabric> fabric;
    double issue = 0;
    std::string problem;
  };
  std::map<std::tuple<std::string, std::string, int>, Recognised> known;
  for (MeasuredCollective& row : rows) {
    if (!row.unpredicted.empty()) continue;
    // A server has eight accelerators where the row does not show more or tells of one only.
    const int per_server = row.nodes > 1 ? std::max(1, row.ranks / row.nodes) : 8;
    const auto [it, fresh] = known.try_emplace({row.gpu, row.fabric, per_server});
    if (fresh) try {
        it->second.fabric = recognise_fabric(catalog, row.gpu, row.fabric, per_server);
        it->second.issue = recognise_issue(catalog, row.gpu, row.fabric);
      } catch (const Error& error) {
        it->second.problem = error.problem();
      }
    if (it->second.fabric)
      predict(row, *it->second.fabric, it->second.issue, catalog);
    else
      row.unpredicted = it->second.problem;
  }
  return score(std::move(rows));
}

CollectiveValidation score(std::vector<MeasuredCollective> rows) {
  CollectiveValidation v;
  v.rows = std::move(rows);
  using Rows = std::vector<const MeasuredCollective*>;
  std::map<std::tuple<std::string, std::string, std::string, int, bool>, Rows> groups;
  std::map<std::string, Rows> summary;
  for (const MeasuredCollective& r : v.rows) {
    const bool nccl = starts_with(r.library, "NCCL");
    groups[{r.library, r.collective, r.gpu, r.ranks, r.nodes > 1}].push_back(&r);
    summary["library " + r.library].push_back(&r);
    if (r.nodes > 1) summary["multi-node"].push_back(&r);
    if (!nccl) continue;
    summary["NCCL, all"].push_back(&r);
    summary["NCCL, " + r.collective].push_back(&r);
    summary["NCCL, " + r.gpu].push_back(&r);
    summary["NCCL, " + std::to_string(r.ranks) + " ranks"].push_back(&r);
  }
  for (const auto& [key, members] : groups) {
    const auto& [library, collective, gpu, ranks, multi] = key;
    CollectiveScore s = score_group(library + ", " + collective + ", " + gpu + ", " + std::to_string(ranks), members);
    s.library = library;
    s.collective = collective;
    s.gpu = gpu;
    s.ranks = ranks;
    s.multi_node = multi;
    v.groups.push_back(std::move(s));
  }
  Rows every;
  for (const MeasuredCollective& r : v.rows) every.push_back(&r);
  v.all = score_group("all", every);
  for (const auto& [name, members] : summary) v.summary.push_back(score_group(name, members));
  return v;
}

}  // namespace orrery::network
