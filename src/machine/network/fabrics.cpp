#include "machine/network/fabrics.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include "base/error.h"
#include "base/text.h"

namespace orrery::network {
namespace {

using catalog::Entry;

double value(const Entry& e, std::string_view key, double fallback) {
  const catalog::Figure* f = e.find(key);
  return f == nullptr ? fallback : f->amount.median();
}

std::string text_of(const Entry& e, std::string_view key) {
  const catalog::Figure* f = e.find(key);
  return f == nullptr ? std::string() : f->text;
}

Level read_level(const Entry& e) {
  Level l;
  l.bandwidth = e.at("bandwidth").amount.median();
  l.hop = {value(e, "hop_ll", 1e-6), value(e, "hop_ll128", 1e-6), value(e, "hop_simple", 2e-6)};
  l.efficiency = {value(e, "efficiency_ll", 0.2), value(e, "efficiency_ll128", 0.5),
                  value(e, "efficiency_simple", 0.8)};
  l.start = value(e, "start", 0);
  l.copy = value(e, "copy", 0);
  l.tree_hop = value(e, "tree_hop", l.hop[2]);
  l.tree_efficiency = value(e, "tree_efficiency", 0);
  l.in_network_efficiency = value(e, "in_network_efficiency", 0);
  l.in_network_latency = value(e, "in_network_latency", 0);
  l.exchange_latency = value(e, "exchange_latency", 0);
  l.exchange_peer = value(e, "exchange_peer", 0);
  l.exchange_efficiency = value(e, "exchange_efficiency", l.efficiency[2]);
  l.exchange_copy = value(e, "exchange_copy", 0);
  for (const Entry& part : e.parts)
    l.spans.push_back({part.at("ranks").amount.median(), value(part, "bandwidth_share", 1), value(part, "latency", 0)});
  std::sort(l.spans.begin(), l.spans.end(), [](const Span& a, const Span& b) { return a.ranks < b.ranks; });
  return l;
}

/// A chip's name as benchmarks write it, without its maker, its memory and its punctuation: "NVIDIA A100-PCIE-40GB" is
/// "a100pcie", "TPU v4" is "tpu4", "trn2" is "trainium2".
std::string chip_name(std::string_view text) {
  const std::string name = lower_case(text);
  std::string plain;
  for (size_t i = 0; i < name.size();) {
    size_t end = i;
    while (end < name.size() && std::isalnum(static_cast<unsigned char>(name[end]))) ++end;
    std::string word = name.substr(i, end - i);
    const size_t digits = word.find_first_not_of("0123456789");
    const bool memory =
        digits != std::string::npos && digits > 0 && (word.substr(digits) == "gb" || word.substr(digits) == "g");
    if (word == "trn1" || word == "trn2" || word == "trn3") word = "trainium" + word.substr(3);
    if (!memory && word != "nvidia" && word != "amd" && word != "tesla" && word != "instinct") plain += word;
    i = end + 1;
  }
  if (const size_t tpu = plain.find("tpuv"); tpu != std::string::npos) plain.erase(tpu + 3, 1);
  return plain;
}

/// The chip of the catalog that a benchmark's name means: the longest head of a chip's name, at least its model, that
/// stands in the text; or the first chip whose model goes on from it ("MI250" is the MI250X). nullptr if there is none.
const Entry* chip_called(const catalog::Catalog& catalog, std::string_view gpu) {
  const std::string wanted = chip_name(gpu);
  const Entry *best = nullptr, *longer = nullptr;
  size_t longest = 0;
  for (const Entry& e : catalog.entries("chips")) {
    std::string model = chip_name(e.name.substr(0, e.name.find('-')));
    if (model.find_first_of("0123456789") == std::string::npos) model = chip_name(e.name);
    const std::string full = chip_name(e.name);
    for (const std::string& head : {full, model})
      if (head.size() > longest && wanted.find(head) != std::string::npos) best = &e, longest = head.size();
    if (longer == nullptr && wanted.size() >= 4 && wanted.find_first_of("0123456789") != std::string::npos &&
        full.starts_with(wanted))
      longer = &e;
  }
  return best != nullptr ? best : longer;
}

/// Length of the longest of an entry's texts under key that stands in the wanted text; 0 when none does.
size_t longest_match(const Entry& e, std::string_view key, const std::string& wanted) {
  size_t longest = 0;
  if (const catalog::Figure* f = e.find(key))
    for (const std::string& text : f->texts) {
      const std::string plain = key == "chips" ? chip_name(text) : lower_case(text);
      if (wanted.find(plain) != std::string::npos) longest = std::max(longest, plain.size());
    }
  return longest;
}

const Entry* best_entry(const catalog::Catalog& catalog, std::string_view role, const std::string& gpu,
                        const std::string& fabric) {
  const Entry* best = nullptr;
  std::pair<size_t, size_t> score{0, 0};
  for (const Entry& e : catalog.entries("fabrics")) {
    if (text_of(e, "role") != role) continue;
    const std::pair<size_t, size_t> s{role == "scale-up" ? longest_match(e, "chips", gpu) : 1,
                                      longest_match(e, "matches", fabric)};
    if (s.first == 0 || (role != "scale-up" && s.second == 0)) continue;
    if (best == nullptr || s > score) best = &e, score = s;
  }
  return best;
}

const Entry& scale_up_of(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric) {
  const Entry* e = best_entry(catalog, "scale-up", chip_name(gpu), lower_case(fabric));
  if (e == nullptr)
    throw Error({}, "gpu", in_quotes(gpu) + " is in no fabric of the catalog",
                "add it to the chips of an entry of catalog/fabrics");
  return *e;
}

Fabric join(const catalog::Catalog& catalog, const Entry& up, const Entry* out) {
  const ScaleUp scale_up = read_scale_up(up);
  if (out == nullptr) out = &catalog.entry("fabrics", text_of(up, "scale_out"), up.place, up.name + ".scale_out");
  Fabric f;
  f.name = up.name + " + " + out->name;
  f.domain = scale_up.domain;
  f.launch = scale_up.launch;
  f.scale_up = scale_up.level;
  f.scale_out = read_scale_out(*out);
  return f;
}

void expect_role(const Entry& e, std::string_view role) {
  if (text_of(e, "role") != role)
    throw Error(e.place, e.name + ".role", "is " + in_quotes(text_of(e, "role")),
                "name a " + std::string(role) + " fabric");
}

}  // namespace

ScaleUp read_scale_up(const Entry& e) {
  expect_role(e, "scale-up");
  return {read_level(e), static_cast<int>(value(e, "domain", 8)), value(e, "launch", 5e-6), value(e, "issue", 0)};
}

Level read_scale_out(const Entry& e) {
  expect_role(e, "scale-out");
  return read_level(e);
}

CustomAllReduce read_custom(const Entry& e) {
  expect_role(e, "library");
  const catalog::Figure* host = e.find("issued_by_host");
  return {value(e, "launch_share", 0.5), value(e, "barrier", 1e-6), value(e, "one_shot", 0.3),
          value(e, "two_shot", 0.5),     value(e, "handover", 0),   host != nullptr && host->boolean};
}

ExpertExchange read_expert_exchange(const Entry& e) {
  expect_role(e, "library");
  ExpertExchange x;
  x.normal_scale_up = value(e, "normal_scale_up", x.normal_scale_up);
  x.normal_scale_out = value(e, "normal_scale_out", x.normal_scale_out);
  x.low_latency = value(e, "low_latency", x.low_latency);
  x.low_latency_spread = value(e, "low_latency_spread", x.low_latency_spread);
  return x;
}

Fabric make_fabric(const catalog::Catalog& catalog, std::string_view scale_up, std::string_view scale_out) {
  return join(catalog, catalog.entry("fabrics", scale_up),
              scale_out.empty() ? nullptr : &catalog.entry("fabrics", scale_out));
}

Bandwidth nic_rate(std::string_view fabric, int per_server) {
  // [count x] number unit, where the text before does not speak of the scale-up network.
  static const std::regex rate(R"((?:(\d+) ?x ?)?(\d+(?:\.\d+)?) ?(gbps|gb/s|gbit/s|gbe|gb|g|tbps|tb/s)(?![a-z]))");
  const std::string text(fabric), small = lower_case(fabric);
  for (auto m = std::sregex_iterator(small.begin(), small.end(), rate); m != std::sregex_iterator(); ++m) {
    const auto at = static_cast<size_t>(m->position());
    const std::string before = small.substr(at > 20 ? at - 20 : 0, std::min<size_t>(at, 20));
    const size_t comma = before.find_last_of(",;(+");
    const std::string near = comma == std::string::npos ? before : before.substr(comma + 1);
    if (near.find("nvl") != std::string::npos || near.find("xgmi") != std::string::npos ||
        near.find("pci") != std::string::npos)
      continue;
    double each = std::stod((*m)[2].str()) * 1e9 / 8;
    // "GB/s" counts bytes, "Gb/s" and all else bits.
    const std::string unit = text.substr(static_cast<size_t>(m->position(3)), static_cast<size_t>(m->length(3)));
    if (unit.size() > 1 && unit[1] == 'B') each *= 8;
    if (unit[0] == 'T' || unit[0] == 't') each *= 1000;
    const bool counted = (*m)[1].matched;
    const std::string after = small.substr(at + static_cast<size_t>(m->length()));
    const bool whole = after.starts_with(" per node") || after.starts_with("/node") || after.starts_with(" per server");
    if (counted) each *= std::stod((*m)[1].str());
    if ((counted || whole) && per_server > 0) each /= per_server;
    return Bandwidth(each);
  }
  return Bandwidth(0);
}

Fabric recognise_fabric(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric,
                        int per_server) {
  const Entry* up = best_entry(catalog, "scale-up", chip_name(gpu), lower_case(fabric));
  const Entry* out = best_entry(catalog, "scale-out", "", lower_case(fabric));
  const Entry* chip = chip_called(catalog, gpu);
  // Nobody measured its scale-up network: a plain one from the chip's own figures, if the catalog knows the chip.
  Fabric f = up == nullptr && chip != nullptr
                 ? chip_fabric(catalog, chip->name, out == nullptr ? "" : std::string_view(out->name))
                 : join(catalog, scale_up_of(catalog, gpu, fabric), out);
  // The rate that the text names, else the chip's usual one where the text names no network either.
  const double named = nic_rate(fabric, per_server).value();
  if (named > 0) f.scale_out.bandwidth = named;
  else if (out == nullptr && chip != nullptr)
    f.scale_out.bandwidth = value(*chip, "scaleout_nic", f.scale_out.bandwidth);
  return f;
}

double recognise_issue(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric) {
  const Entry* e = best_entry(catalog, "scale-up", chip_name(gpu), lower_case(fabric));
  return e == nullptr ? 0 : value(*e, "issue", 0);
}

Fabric chip_fabric(const catalog::Catalog& catalog, std::string_view chip, std::string_view scale_out) {
  const Entry& c = catalog.entry("chips", chip);
  const Entry* out = scale_out.empty() ? nullptr : &catalog.entry("fabrics", scale_out);
  const Entry* up = best_entry(catalog, "scale-up", chip_name(c.name), "");
  Fabric f;
  if (up != nullptr) {
    f = join(catalog, *up, out);
  } else {
    if (c.find("scaleup_bandwidth") == nullptr)
      throw Error(c.place, c.name + ".scaleup_bandwidth", "is not known",
                  "give both directions' bandwidth of its links");
    f = plain_fabric(c.name, static_cast<int>(value(c, "scaleup_domain", 8)),
                     Bandwidth(value(c, "scaleup_bandwidth", 0) / 2), Bandwidth(value(c, "scaleout_nic", 50e9)));
    if (out != nullptr) f.scale_out = read_scale_out(*out);
  }
  f.name = c.name;
  if (out == nullptr && c.find("scaleout_nic") != nullptr)
    f.scale_out.bandwidth = value(c, "scaleout_nic", f.scale_out.bandwidth);
  return f;
}

Time custom_all_reduce_time(const Fabric& fabric, const CustomAllReduce& custom, double issue, Data bytes, int ranks) {
  const int local = std::min(ranks, fabric.domain);
  const double n = local, s = bytes.value();
  const double start = fabric.launch * custom.launch;
  double bandwidth = fabric.scale_up.bandwidth;
  for (const Span& span : fabric.scale_up.spans)
    if (n <= span.ranks) {
      bandwidth *= span.bandwidth_share;
      break;
    }
  const double one = start + (n - 1) * s / (bandwidth * custom.one_shot);
  const double two = start + custom.barrier + 2 * (n - 1) / n * s / (bandwidth * custom.two_shot);
  const double nccl = collective_time(fabric, Collective::all_reduce, bytes, {ranks, local}).value() + custom.handover;
  const double best = std::min({one, two, nccl});
  return Time(custom.issued_by_host ? std::max(best, issue) : best);
}

}  // namespace orrery::network
