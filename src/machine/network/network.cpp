#include "machine/network/network.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "machine/network/fit.h"

namespace orrery::network {
namespace {

using catalog::Entry;
using Rails = ClosDescription::Rails;

std::uint32_t count(const Entry& e, std::string_view key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(e.number(key, fallback));
}
/// n accelerators as whole units. Throws Error where they are more than can be numbered.
std::uint32_t round_up(std::uint32_t n, std::uint64_t unit) {
  const std::uint64_t rounded = (n + unit - 1) / unit * unit;
  if (rounded > 0xffffffffull)
    throw Error({}, "hosts", "of whole units of " + std::to_string(unit) + " are more than can be numbered",
                "give a smaller radix or scale-up domain, or fewer hosts");
  return static_cast<std::uint32_t>(rounded);
}
/// What a topology says of a figure, by the key and at the place where the entry gives it.
template <typename Function>
auto placed(const Entry& e, bool ranks_given, Function&& function) {
  try {
    return function();
  } catch (const Error& error) {
    if (!error.place().file.empty() || (ranks_given && error.key() == "hosts")) throw;
    const auto candidates = [&]() -> std::vector<std::string_view> {
      if (error.key() == "nic" || error.key() == "link") return {"bandwidth"};
      if (error.key() == "domain") return {"scale_up"};
      if (error.key() == "taper") return {"taper_leaf", "taper_spine", "taper_core", "radix"};
      if (error.key() == "dci_lines") return {"dci_lines", "dci_rate", "buildings"};
      if (error.key() == "board") return {"size"};
      return {error.key()};
    }();
    for (const std::string_view key : candidates)
      if (const catalog::Figure* figure = e.find(key))
        throw Error(figure->place, e.name + '.' + std::string(key), error.problem(), error.remedy());
    throw Error(e.place, e.name + '.' + error.key(), error.problem(), error.remedy());
  }
}

Clos make_clos(const Entry& e, std::uint32_t ranks, const Fabric& fabric, std::uint32_t rail_count) {
  ClosDescription d;
  d.nic = Bandwidth(e.number("bandwidth", 0));
  d.radix = count(e, "radix", 64);
  d.tiers = static_cast<int>(e.number("tiers", 0));
  d.planes = count(e, "planes", 1);
  d.taper = {e.number("taper_leaf", 1), e.number("taper_spine", 1), e.number("taper_core", 1), 1};
  d.hop = Time(e.number("hop", 1e-6));
  d.domain = static_cast<std::uint32_t>(fabric.domain);
  d.rail_count = rail_count;
  d.scale_up = Bandwidth(fabric.scale_up.bandwidth);
  const std::string rails = e.text("rails");
  if (rails == "optimised") d.rails = Rails::optimised;
  else if (rails == "only") d.rails = Rails::only;
  else if (!rails.empty() && rails != "none")
    throw Error(e.at("rails").place, e.name + ".rails", "knows no " + in_quotes(rails), "none, optimised or only");
  d.hosts = round_up(ranks, d.domain);
  return design(d);
}

/// What each tier leaves of a NIC's rate: up to the hosts below it the tiers underneath decide.
std::vector<Span> spans_of(const Clos& c, const Failures* failures, const std::optional<Campus>& campus) {
  std::vector<Span> spans;
  double share = 1;
  const double line = c.bandwidth[1] * c.w[1];
  for (int l = 1; l <= c.tiers; ++l) {
    const auto t = static_cast<size_t>(l);
    if (l >= 1) {
      // Through tier l: the rate of the narrowest of its subtrees' links over that of the hosts below.
      const double hosts_below = static_cast<double>(c.below[t - 1]);
      double narrowest = static_cast<double>(c.above[t - 1]) * c.w[t] * c.p[t] * c.bandwidth[t];
      if (failures != nullptr) narrowest = std::min(narrowest, narrowest_capacity(c, l, *failures));
      share = std::min(share, narrowest / (hosts_below * line));
    }
    // A leaf of rails joins as many whole domains; further up only rail-only trees stay one per rail.
    const bool per_rail = c.rails == Rails::only || (c.rails == Rails::optimised && l == 1);
    const double ranks = static_cast<double>(c.below[t]) * (per_rail ? c.rail_count : 1);
    spans.push_back({l == c.tiers ? 1e12 : ranks, share, 2 * (l - 1) * c.hop});
  }
  if (campus) spans.back().latency += propagation(campus->distance);
  return spans;
}

/// A direct network of fixed size.
decltype(Topology::shape) make_direct(const Entry& e, const std::string& shape) {
  const Bandwidth link(e.number("bandwidth", 0));
  const double hop = e.number("hop", 1e-6);
  if (shape == "torus") {
    const auto s = parse_size(e.text("size"), "size");
    const catalog::Figure* twisted = e.find("twisted");
    return make_torus({static_cast<int>(s[0]), static_cast<int>(s[1]), static_cast<int>(s[2])},
                      twisted != nullptr && twisted->boolean, link, Time(hop));
  }
  if (shape == "hyperx") {
    HyperX x =
        make_hyperx(parse_size(e.text("size"), "size"), count(e, "hosts_per_switch", 1), link, count(e, "radix", 0));
    x.hop = hop;
    return x;
  }
  if (shape == "hammingmesh") {
    const std::string sizes = e.text("size");
    const size_t blank = std::min(sizes.find(' '), sizes.size());
    const auto board = parse_size(sizes.substr(0, blank), "size");
    const auto boards = parse_size(blank < sizes.size() ? sizes.substr(blank + 1) : "1x1", "size");
    if (board[2] != 1 || boards[2] != 1)
      throw Error({}, "size", "of " + in_quotes(sizes) + " has three sides, but boards are flat",
                  "write the sides of a board and how many boards, for example 2x2 16x16");
    HammingMesh h = make_hamming_mesh({board[0], board[1]}, {boards[0], boards[1]}, link);
    h.hop = hop;
    return h;
  }
  return make_dragonfly({.groups = count(e, "groups", 1),
                         .routers = count(e, "routers", 1),
                         .spines = count(e, "spines", 0),
                         .hosts_per_router = count(e, "hosts_per_switch", 1),
                         .global_per_router = count(e, "global_ports", 1),
                         .bandwidth = link.value(),
                         .hop = hop},
                        count(e, "radix", 0));
}

/// Throws Error for a figure that says nothing of a network of this shape.
void check_keys(const Entry& e, const std::string& shape) {
  struct Rule {
    std::vector<std::string_view> keys, shapes;
  };
  static const Rule rules[] = {{{"tiers", "taper_leaf", "taper_spine", "taper_core", "buildings", "distance",
                                 "dci_lines", "dci_rate", "planes", "rails", "switch", "nic", "ports_per_transceiver"},
                                {"clos"}},
                               {{"radix"}, {"clos", "hyperx", "dragonfly"}},
                               {{"size"}, {"torus", "hyperx", "hammingmesh"}},
                               {{"twisted"}, {"torus"}},
                               {{"hosts_per_switch"}, {"hyperx", "dragonfly"}},
                               {{"groups", "routers", "spines", "global_ports"}, {"dragonfly"}},
                               {{"hop"}, {"clos", "torus", "hyperx", "hammingmesh", "dragonfly"}},
                               {{"file"}, {"graph"}}};
  for (const Rule& rule : rules) {
    if (std::find(rule.shapes.begin(), rule.shapes.end(), shape) != rule.shapes.end()) continue;
    std::string shapes;
    for (const std::string_view of : rule.shapes) shapes += (shapes.empty() ? "" : ", ") + std::string(of);
    for (const std::string_view key : rule.keys)
      if (const catalog::Figure* figure = e.find(key))
        throw Error(figure->place, e.name + '.' + std::string(key), "says nothing of the topology " + shape,
                    "it goes with " + shapes + "; leave it out");
  }
  const double buildings = e.number("buildings", 1);
  for (const std::string_view key : {"distance", "dci_lines", "dci_rate"})
    if (const catalog::Figure* figure = e.find(key); figure != nullptr && buildings < 2)
      throw Error(figure->place, e.name + '.' + std::string(key), "says nothing of one building",
                  "it goes with buildings = 2 or more; leave it out");
}

/// The rails of a network that accelerators of a chip stand on: as many as a server or tray of theirs has, where a
/// domain is of several; 0: as many as a domain has.
std::uint32_t rails_of(const catalog::Catalog& catalog, const Entry& chip, int domain) {
  const Entry* server = chip.find("server") != nullptr ? catalog.find("servers", chip.text("server")) : nullptr;
  const auto tray = server == nullptr ? 0u : count(*server, "chips_per_server", 0);
  return tray > 1 && tray < static_cast<std::uint32_t>(domain) && domain % static_cast<int>(tray) == 0 ? tray : 0;
}

/// The fabric of accelerators that bring their own scale-up domain to the network.
Fabric stand_on(const Entry& e, const Fabric& laid_out, const catalog::Catalog& catalog, const Entry& chip) {
  require_fit(catalog, e, chip);
  const catalog::Figure* domain = chip.find("scaleup_domain");
  if (domain == nullptr) return laid_out;
  Fabric f =
      chip.find("scaleup_bandwidth") != nullptr ? chip_fabric(catalog, chip.name, e.text("scale_out")) : laid_out;
  f.name = e.name;
  f.domain = static_cast<int>(domain->amount.median());
  return f;
}

}  // namespace

std::array<std::uint32_t, 3> parse_size(std::string_view given, const std::string& key) {
  std::array<std::uint32_t, 3> size{1, 1, 1};
  size_t d = 0;
  const char *at = given.data(), *end = given.data() + given.size();
  while (at < end) {
    const auto [stop, error] =
        d < 3 ? std::from_chars(at, end, size[d]) : std::from_chars_result{at, std::errc::invalid_argument};
    if (error != std::errc{} || size[d] < 1 || size[d] > 65536 || (stop < end && *stop != 'x') || stop + 1 == end)
      throw Error({}, key, in_quotes(given) + " is not a size", "write up to three whole numbers, for example 4x4x8");
    ++d;
    at = stop < end ? stop + 1 : end;
  }
  if (d == 0) throw Error({}, key, "is empty", "write up to three whole numbers, for example 4x4x8");
  return size;
}

Network make_network(const catalog::Catalog& catalog, std::string_view name, std::uint32_t ranks,
                     std::uint32_t per_domain, std::string_view chip) {
  const Entry& e = catalog.entry("networks", name);
  Network n;
  n.name = e.name;
  n.title = e.title;
  for (const char* level : {"scale_up", "scale_out"})
    catalog.entry("fabrics", e.text(level), e.at(level).place, e.name + '.' + level);
  n.fabric = make_fabric(catalog, e.text("scale_up"), e.text("scale_out"));
  n.fabric.name = e.name;
  std::string of = e.text("scale_up");
  std::uint32_t own_number = count(e, "hosts", 0), rail_count = 0;
  if (!chip.empty()) {
    const Entry& c = catalog.entry("chips", chip);
    const auto laid_out_for = static_cast<std::uint32_t>(n.fabric.domain);
    n.fabric = stand_on(e, n.fabric, catalog, c);
    of = c.name;
    const auto domain = static_cast<std::uint32_t>(n.fabric.domain);
    if (per_domain == 0) rail_count = rails_of(catalog, c, n.fabric.domain);
    // Trees of one rail each hold as many servers, whatever their number.
    if (e.text("rails") == "only") own_number = own_number / laid_out_for * (rail_count > 0 ? rail_count : domain);
    own_number = std::max(own_number / domain * domain, std::min(own_number, domain));
  }
  if (per_domain > static_cast<std::uint32_t>(n.fabric.domain))
    throw Error({}, "per_domain",
                "of " + std::to_string(per_domain) + " is more than the " + std::to_string(n.fabric.domain) + " of a " +
                    of + " domain",
                "at most " + std::to_string(n.fabric.domain) + " share one");
  if (per_domain > 0 && e.text("topology") != "clos")
    throw Error({}, "per_domain", "is modelled on switched trees", "leave it out on " + e.name);
  if (per_domain > 0) n.fabric.domain = static_cast<int>(per_domain);
  const Bandwidth link(e.number("bandwidth", 0));
  n.fabric.scale_out.bandwidth = link.value();
  const bool given = ranks != 0;
  if (!given) ranks = own_number;
  n.topology.name = e.name;
  const std::string shape = e.text("topology");
  if (shape == "clos") {
    if (ranks == 0) throw Error(e.place, e.name + ".hosts", "is not given", "give the number of ranks");
    const std::uint32_t buildings = count(e, "buildings", 1);
    if (buildings == 0) throw Error(e.place, e.name + ".buildings", "are none", "1 or more hold the accelerators");
    Clos c = placed(e, given, [&] {
      const Clos one = make_clos(e, ranks / buildings + (ranks % buildings != 0 ? 1 : 0), n.fabric, rail_count);
      if (buildings < 2) return one;
      n.campus =
          Campus{buildings, e.number("distance", 0), count(e, "dci_lines", 0), Bandwidth(e.number("dci_rate", 0)), one};
      return join_buildings(*n.campus);
    });
    n.fabric.scale_out.spans = spans_of(c, nullptr, n.campus);
    n.has_parts = e.find("switch") != nullptr && e.find("nic") != nullptr;
    n.parts.switch_name = e.text("switch");
    n.parts.nic = e.text("nic");
    n.parts.ports_per_transceiver = e.number("ports_per_transceiver", 1);
    n.topology.shape = c;
  } else if (shape == "torus" || shape == "hyperx" || shape == "hammingmesh" || shape == "dragonfly") {
    n.topology.shape = placed(e, given, [&] { return make_direct(e, shape); });
  } else if (shape == "graph") {
    // Beside the file that names it.
    const std::filesystem::path named_in = e.at("file").place.file;
    const std::string file = (named_in.parent_path() / e.text("file")).string();
    n.topology.shape = read_graph(read_file(file), file);
  } else {
    throw Error(e.at("topology").place, e.name + ".topology", "knows no " + in_quotes(shape),
                suggest(shape, {"clos", "torus", "hyperx", "hammingmesh", "dragonfly", "graph"},
                        "clos, torus, hyperx, hammingmesh, dragonfly or graph"));
  }
  check_keys(e, shape);
  n.ranks = ranks == 0 ? hosts(n.topology) : ranks;
  if (n.ranks > hosts(n.topology))
    throw Error(
        {}, "ranks",
        "of " + std::to_string(n.ranks) + " do not fit " + e.name + ", which has " + std::to_string(hosts(n.topology)),
        "ask for at most that many, or describe a larger one");
  return n;
}

Bill bill_of(const Network& n, const catalog::Catalog& catalog) {
  const Clos* clos = std::get_if<Clos>(&n.topology.shape);
  if (clos == nullptr || !n.has_parts)
    throw Error({}, "network", "only switched trees with named parts are priced", "");
  return n.campus ? campus_bill(*n.campus, n.parts, catalog) : bill_of_materials(*clos, n.parts, catalog, n.ranks);
}

Fabric with_failures(const Network& n, const Failures& failures) {
  Fabric f = n.fabric;
  if (const Clos* c = std::get_if<Clos>(&n.topology.shape)) {
    f.scale_out.spans = spans_of(*c, &failures, n.campus);
    for (const Span& s : f.scale_out.spans)
      if (!(s.bandwidth_share > 0))
        throw Error({}, "fail", "leaves part of " + n.name + " without a way up", "fail fewer links");
  }
  return f;
}

Group packed_group(const Fabric& fabric, std::uint32_t ranks) {
  return {static_cast<int>(ranks), std::min(static_cast<int>(ranks), fabric.domain), 1};
}

}  // namespace orrery::network
