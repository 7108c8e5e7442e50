#include "machine/network/fabrics.h"

#include <algorithm>
#include <regex>

#include "base/error.h"
#include "base/text.h"
#include "silicon/chip/accelerator.h"

namespace orrery::network {
namespace {

using catalog::Entry;

Level read_level(const Entry& e) {
  Level l;
  l.bandwidth = e.at("bandwidth").amount.median();
  l.hop = {e.number("hop_ll", 1e-6), e.number("hop_ll128", 1e-6), e.number("hop_simple", 2e-6)};
  l.efficiency = {e.number("efficiency_ll", 0.2), e.number("efficiency_ll128", 0.5),
                  e.number("efficiency_simple", 0.8)};
  l.start = e.number("start", 0);
  l.copy = e.number("copy", 0);
  l.tree_hop = e.number("tree_hop", l.hop[2]);
  l.tree_efficiency = e.number("tree_efficiency", 0);
  l.in_network_efficiency = e.number("in_network_efficiency", 0);
  l.in_network_latency = e.number("in_network_latency", 0);
  l.exchange_latency = e.number("exchange_latency", 0);
  l.exchange_peer = e.number("exchange_peer", 0);
  l.exchange_efficiency = e.number("exchange_efficiency", l.efficiency[2]);
  l.exchange_copy = e.number("exchange_copy", 0);
  for (const Entry& part : e.parts)
    l.spans.push_back({part.at("ranks").amount.median(), part.number("bandwidth_share", 1), part.number("latency", 0)});
  l.dimensions = static_cast<int>(e.number("dimensions", 0));
  std::sort(l.spans.begin(), l.spans.end(), [](const Span& a, const Span& b) { return a.ranks < b.ranks; });
  return l;
}

/// The entry of a role that goes best with a device (scale-up), then with the words of a fabric; null where none does.
const Entry* best_entry(const catalog::Catalog& catalog, std::string_view role, const std::vector<std::string>& device,
                        std::string_view fabric) {
  using Score = std::pair<std::pair<size_t, size_t>, size_t>;
  const bool up = role == "scale-up";
  const Entry* best = nullptr;
  Score most{};
  for (const Entry& e : catalog.entries("fabrics")) {
    if (e.text("role") != role) continue;
    Score score{};
    if (const catalog::Figure* chips = e.find("chips"); chips && up)
      for (const std::string& name : chips->texts)
        score.first = std::max(score.first, silicon::match_name(name, device));
    score.second = longest_match(e, fabric);
    if (up ? score.first.second == 0 : score.second == 0) continue;
    if (best == nullptr || score > most) best = &e, most = score;
  }
  return best;
}

/// A figure under another key, as an entry's own.
void take(Entry& e, const Entry& from, std::string_view key, std::string_view as, double share) {
  const catalog::Figure* figure = e.find(as) == nullptr ? from.find(key) : nullptr;
  if (figure == nullptr) return;
  catalog::Figure own = *figure;
  own.key = as;
  own.amount = Distribution::constant(figure->amount.median() * share);
  e.figures.push_back(std::move(own));
}

/// What the entry says, then what the chip's datasheet says, then what those say that it is like.
Entry completed(const catalog::Catalog& catalog, const Entry& entry, const Entry* chip) {
  Entry e = entry;
  if (const catalog::Figure* chips = e.find("chips"); chip == nullptr && chips != nullptr && !chips->texts.empty())
    chip = silicon::recognise_chip(catalog, chips->texts.front());
  if (chip != nullptr && e.text("role") == "scale-up") {
    take(e, *chip, "scaleup_bandwidth", "bandwidth", 0.5);  // a datasheet adds up both directions
    take(e, *chip, "scaleup_domain", "domain", 1);
  }
  std::vector<std::string> way{e.name};
  for (const catalog::Figure* like = entry.find("like"); like != nullptr;) {
    const Entry& other = catalog.entry("fabrics", like->text, like->place, way.back() + ".like");
    if (std::find(way.begin(), way.end(), other.name) != way.end())
      throw Error(other.place, other.name + ".like", "leads back to itself", "take one like out of the circle");
    way.push_back(other.name);
    for (const catalog::Figure& f : other.figures)
      if (f.key != "chips" && f.key != "matches" && f.key != "like" && f.key != "spread" && e.find(f.key) == nullptr)
        e.figures.push_back(f);
    if (e.parts.empty()) e.parts = other.parts;
    like = other.find("like");
  }
  return e;
}

Fabric join(const catalog::Catalog& catalog, const Entry& named, const Entry* out, const Entry* chip = nullptr) {
  const Entry up = completed(catalog, named, chip);
  const ScaleUp scale_up = read_scale_up(up);
  if (out == nullptr) out = &catalog.entry("fabrics", up.text("scale_out"), up.place, up.name + ".scale_out");
  Fabric f;
  f.name = up.name + " + " + out->name;
  f.domain = scale_up.domain;
  f.launch = scale_up.launch;
  f.scale_up = scale_up.level;
  f.scale_out = read_scale_out(completed(catalog, *out, nullptr));
  f.scale_up_spread = up.number("spread", 0);
  f.scale_out_spread = out->number("spread", 0);
  return f;
}

void expect_role(const Entry& e, std::string_view role) {
  if (e.text("role") != role)
    throw Error(e.place, e.name + ".role", "is " + in_quotes(e.text("role")),
                "name a " + std::string(role) + " fabric");
}

}  // namespace

std::vector<std::string> device_words(const catalog::Catalog& catalog, std::string_view gpu) {
  std::vector<std::string> words = silicon::words_of(gpu);
  if (const Entry* chip = silicon::recognise_chip(catalog, gpu))
    for (std::string& word : silicon::words_of(chip->name)) words.push_back(std::move(word));
  return words;
}

std::size_t longest_match(const Entry& entry, std::string_view text) {
  const std::string wanted = lower_case(text);
  std::size_t longest = 0;
  if (const catalog::Figure* matches = entry.find("matches"))
    for (const std::string& match : matches->texts)
      if (wanted.find(lower_case(match)) != std::string::npos) longest = std::max(longest, match.size());
  return longest;
}

Entry whole_fabric(const catalog::Catalog& catalog, const Entry& entry) {
  return completed(catalog, entry, nullptr);
}

ScaleUp read_scale_up(const Entry& e) {
  expect_role(e, "scale-up");
  return {read_level(e), static_cast<int>(e.number("domain", 8)), e.number("launch", 5e-6), e.number("issue", 0)};
}

Level read_scale_out(const Entry& e) {
  expect_role(e, "scale-out");
  return read_level(e);
}

ExpertExchange read_expert_exchange(const Entry& e) {
  expect_role(e, "library");
  ExpertExchange x;
  x.normal_scale_up = e.number("normal_scale_up", x.normal_scale_up);
  x.normal_scale_out = e.number("normal_scale_out", x.normal_scale_out);
  x.low_latency = e.number("low_latency", x.low_latency);
  x.low_latency_spread = e.number("low_latency_spread", x.low_latency_spread);
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
  const Entry* chip = silicon::recognise_chip(catalog, gpu);
  const Entry* up = best_entry(catalog, "scale-up", device_words(catalog, gpu), fabric);
  const Entry* out = best_entry(catalog, "scale-out", {}, fabric);
  if (!up && !chip)
    throw Error({}, "gpu", in_quotes(gpu) + " is in no fabric of the catalog",
                "add it to the chips of an entry of fabrics, in a file given by --catalog");
  // Where nobody measured its scale-up network: a plain one from the chip's own figures.
  Fabric f =
      up ? join(catalog, *up, out, chip) : chip_fabric(catalog, chip->name, out ? std::string_view(out->name) : "");
  // The rate that the text names, else the chip's usual one where the text names no network either.
  const double named = nic_rate(fabric, per_server).value();
  if (named > 0) f.scale_out.bandwidth = named;
  else if (out == nullptr && chip != nullptr)
    f.scale_out.bandwidth = chip->number("scaleout_nic", f.scale_out.bandwidth);
  return f;
}

double recognise_issue(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric) {
  const Entry* chip = silicon::recognise_chip(catalog, gpu);
  const Entry* e = best_entry(catalog, "scale-up", device_words(catalog, gpu), fabric);
  return e == nullptr ? 0 : completed(catalog, *e, chip).number("issue", 0);
}

const Entry* scale_up_of(const catalog::Catalog& catalog, std::string_view chip) {
  return best_entry(catalog, "scale-up", silicon::words_of(catalog.entry("chips", chip).name), "");
}

Fabric chip_fabric(const catalog::Catalog& catalog, std::string_view chip, std::string_view scale_out) {
  const Entry& c = catalog.entry("chips", chip);
  const Entry* out = scale_out.empty() ? nullptr : &catalog.entry("fabrics", scale_out);
  const Entry* up = scale_up_of(catalog, c.name);
  Fabric f;
  if (up != nullptr) {
    f = join(catalog, *up, out, &c);
  } else {
    if (c.find("scaleup_bandwidth") == nullptr)
      throw Error(c.place, c.name + ".scaleup_bandwidth", "is not known",
                  "give both directions' bandwidth of its links");
    f = plain_fabric(c.name, static_cast<int>(c.number("scaleup_domain", 8)),
                     Bandwidth(c.number("scaleup_bandwidth", 0) / 2), Bandwidth(c.number("scaleout_nic", 50e9)));
    if (out != nullptr) {
      f.scale_out = read_scale_out(completed(catalog, *out, nullptr));
      f.scale_out_spread = out->number("spread", 0);
    }
  }
  f.name = c.name;
  if (out == nullptr && c.find("scaleout_nic") != nullptr)
    f.scale_out.bandwidth = c.number("scaleout_nic", f.scale_out.bandwidth);
  return f;
}

}  // namespace orrery::network
