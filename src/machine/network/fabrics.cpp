#include "machine/network/fabrics.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"

namespace orrery::network {
namespace {

using catalog::Entry;

double value(const Entry& e, std::string_view key, double fallback) {
  const catalog::Figure* f = e.find(key);
  return f == nullptr ? fallback : f->amount.median();
}

std::string lower(std::string_view text) {
  std::string out;
  for (char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
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

/// Length of the longest of an entry's texts under key that stands in the wanted text; 0 when none does.
size_t longest_match(const Entry& e, std::string_view key, const std::string& wanted) {
  size_t longest = 0;
  if (const catalog::Figure* f = e.find(key))
    for (const std::string& text : f->texts)
      if (wanted.find(lower(text)) != std::string::npos) longest = std::max(longest, text.size());
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
  const Entry* e = best_entry(catalog, "scale-up", lower(gpu), lower(fabric));
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

Fabric recognise_fabric(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric) {
  const Entry* out = best_entry(catalog, "scale-out", lower(gpu), lower(fabric));
  if (best_entry(catalog, "scale-up", lower(gpu), lower(fabric)) == nullptr) {
    // Nobody measured its scale-up network: a plain one from the chip's own figures, if the catalog knows the chip.
    const Entry* chip = nullptr;
    size_t longest = 0;
    for (const Entry& e : catalog.entries("chips")) {
      const std::string model = e.name.substr(0, e.name.find('-'));
      if (model.size() > longest && lower(gpu).find(model) != std::string::npos) chip = &e, longest = model.size();
    }
    if (chip != nullptr) return chip_fabric(catalog, chip->name, out == nullptr ? "" : std::string_view(out->name));
  }
  return join(catalog, scale_up_of(catalog, gpu, fabric), out);
}

double recognise_issue(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric) {
  const Entry* e = best_entry(catalog, "scale-up", lower(gpu), lower(fabric));
  return e == nullptr ? 0 : value(*e, "issue", 0);
}

Fabric chip_fabric(const catalog::Catalog& catalog, std::string_view chip, std::string_view scale_out) {
  const Entry& c = catalog.entry("chips", chip);
  const Entry* out = scale_out.empty() ? nullptr : &catalog.entry("fabrics", scale_out);
  const Entry* up = best_entry(catalog, "scale-up", lower(c.name), "");
  Fabric f;
  if (up != nullptr) {
    f = join(catalog, *up, out);
  } else {
    f = plain_fabric(c.name, static_cast<int>(value(c, "scaleup_domain", 8)),
                     Bandwidth(value(c, "scaleup_bandwidth", 100e9) / 2), Bandwidth(value(c, "scaleout_nic", 50e9)));
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
