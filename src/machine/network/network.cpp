#include "machine/network/network.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"

namespace orrery::network {
namespace {

using catalog::Entry;
using Rails = ClosDescription::Rails;

std::uint32_t count(const Entry& e, std::string_view key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(e.number(key, fallback));
}
std::uint32_t round_up(std::uint32_t n, std::uint64_t unit) {
  return static_cast<std::uint32_t>((n + unit - 1) / unit * unit);
}

Clos make_clos(const Entry& e, std::uint32_t ranks, const Fabric& fabric) {
  ClosDescription d;
  d.nic = Bandwidth(e.number("bandwidth", 0));
  d.radix = count(e, "radix", 64);
  d.tiers = static_cast<int>(e.number("tiers", 0));
  d.planes = count(e, "planes", 1);
  d.taper = {e.number("taper_leaf", 1), e.number("taper_spine", 1), e.number("taper_core", 1), 1};
  d.hop = Time(e.number("hop", 1e-6));
  d.domain = static_cast<std::uint32_t>(fabric.domain);
  d.scale_up = Bandwidth(fabric.scale_up.bandwidth);
  const std::string rails = e.text("rails");
  if (rails == "optimised") d.rails = Rails::optimised;
  else if (rails == "only") d.rails = Rails::only;
  else if (!rails.empty() && rails != "none")
    throw Error(e.place, e.name + ".rails", "knows no " + in_quotes(rails), "none, optimised or only");
  d.hosts = round_up(ranks, d.domain);
  if (d.rails != Rails::optimised) return design(d);
  // Whole rail-optimised units, when more than one switch is needed.
  if (d.hosts > d.radix) d.hosts = round_up(d.hosts, static_cast<std::uint64_t>(d.radix / 2) * d.domain);
  return design(d);
}

/// What each tier leaves of a NIC's rate: up to the hosts below it the tiers underneath decide.
std::vector<Span> spans_of(const Clos& c, const FatTree* tree, const std::optional<Campus>& campus) {
  std::vector<Span> spans;
  double share = 1;
  const double line = c.bandwidth[1] * c.w[1];
  for (int l = 1; l <= c.tiers; ++l) {
    const auto t = static_cast<size_t>(l);
    if (l >= 1) {
      // Through tier l: the rate of the narrowest of its subtrees' links over that of the hosts below.
      const double hosts_below = static_cast<double>(c.below[t - 1]);
      double narrowest = static_cast<double>(c.above[t - 1]) * c.w[t] * c.p[t] * c.bandwidth[t];
      if (tree != nullptr)
        for (std::uint64_t i = tree->first[t]; i < tree->first[t + 1]; ++i)
          narrowest = std::min(narrowest, tree->capacity[i]);
      share = std::min(share, narrowest / (hosts_below * line));
    }
    // A leaf of rails joins as many whole domains; further up only rail-only trees stay one per rail.
    const bool per_rail = c.rails == Rails::only || (c.rails == Rails::optimised && l == 1);
    const double ranks = static_cast<double>(c.below[t]) * (per_rail ? c.domain : 1);
    spans.push_back({l == c.tiers ? 1e12 : ranks, share, 2 * (l - 1) * c.hop});
  }
  if (campus) spans.back().latency += propagation(campus->distance);
  return spans;
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

Network make_network(const catalog::Catalog& catalog, std::string_view name, std::uint32_t ranks) {
  const Entry& e = catalog.entry("networks", name);
  Network n;
  n.name = e.name;
  n.title = e.title;
  n.fabric = make_fabric(catalog, e.text("scale_up"), e.text("scale_out"));
  n.fabric.name = e.name;
  const Bandwidth link(e.number("bandwidth", 0));
  n.fabric.scale_out.bandwidth = link.value();
  if (ranks == 0) ranks = count(e, "hosts", 0);
  n.topology.name = e.name;
  const std::string shape = e.text("topology");
  const double hop = e.number("hop", 1e-6);
  if (shape == "clos") {
    if (ranks == 0) throw Error(e.place, e.name + ".hosts", "is not given", "give the number of ranks");
    const std::uint32_t buildings = count(e, "buildings", 1);
    if (buildings == 0) throw Error(e.place, e.name + ".buildings", "are none", "1 or more hold the accelerators");
    Clos c = make_clos(e, (ranks + buildings - 1) / buildings, n.fabric);
    if (buildings > 1) {
      n.campus =
          Campus{buildings, e.number("distance", 0), count(e, "dci_lines", 0), Bandwidth(e.number("dci_rate", 0)), c};
      c = join_buildings(*n.campus);
    }
    n.fabric.scale_out.spans = spans_of(c, nullptr, n.campus);
    n.has_parts = e.find("switch") != nullptr && e.find("nic") != nullptr;
    n.parts.switch_name = e.text("switch");
    n.parts.nic = e.text("nic");
    n.parts.ports_per_transceiver = e.number("ports_per_transceiver", 1);
    n.topology.shape = c;
  } else if (shape == "torus") {
    const auto s = parse_size(e.text("size"), e.name + ".size");
    const catalog::Figure* twisted = e.find("twisted");
    n.topology.shape = make_torus({static_cast<int>(s[0]), static_cast<int>(s[1]), static_cast<int>(s[2])},
                                  twisted != nullptr && twisted->boolean, link, Time(hop));
  } else if (shape == "hyperx") {
    HyperX x = make_hyperx(parse_size(e.text("size"), e.name + ".size"), count(e, "hosts_per_switch", 1), link,
                           count(e, "radix", 0));
    x.hop = hop;
    n.topology.shape = x;
  } else if (shape == "hammingmesh") {
    const std::string sizes = e.text("size");
    const size_t blank = std::min(sizes.find(' '), sizes.size());
    const auto board = parse_size(sizes.substr(0, blank), e.name + ".size");
    const auto boards = parse_size(blank < sizes.size() ? sizes.substr(blank + 1) : "1x1", e.name + ".size");
    HammingMesh h = make_hamming_mesh({board[0], board[1]}, {boards[0], boards[1]}, link);
    h.hop = hop;
    n.topology.shape = h;
  } else if (shape == "dragonfly") {
    n.topology.shape = make_dragonfly({.groups = count(e, "groups", 1),
                                       .routers = count(e, "routers", 1),
                                       .spines = count(e, "spines", 0),
                                       .hosts_per_router = count(e, "hosts_per_switch", 1),
                                       .global_per_router = count(e, "global_ports", 1),
                                       .bandwidth = link.value(),
                                       .hop = hop},
                                      count(e, "radix", 0));
  } else if (shape == "graph") {
    // Beside the file that names it.
    const std::filesystem::path named_in = e.at("file").place.file;
    const std::string file = (named_in.parent_path() / e.text("file")).string();
    n.topology.shape = read_graph(read_file(file), file);
  } else {
    throw Error(e.place, e.name + ".topology", "knows no " + in_quotes(shape),
                suggest(shape, {"clos", "torus", "hyperx", "hammingmesh", "dragonfly", "graph"},
                        "clos, torus, hyperx, hammingmesh, dragonfly or graph"));
  }
  n.ranks = ranks == 0 ? hosts(n.topology) : ranks;
  if (n.ranks > hosts(n.topology))
    throw Error(
        {}, "ranks",
        "of " + std::to_string(n.ranks) + " do not fit " + e.name + ", which has " + std::to_string(hosts(n.topology)),
        "ask for at most that many, or describe a larger one");
  return n;
}

Fabric with_failures(const Network& n, const Failures& failures) {
  Fabric f = n.fabric;
  if (const Clos* c = std::get_if<Clos>(&n.topology.shape)) {
    const FatTree tree = fat_tree(*c, &failures);
    f.scale_out.spans = spans_of(*c, &tree, n.campus);
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
