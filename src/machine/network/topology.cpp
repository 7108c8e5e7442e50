#include "machine/network/topology.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"

namespace orrery::network {

std::uint32_t hosts(const Topology& t) {
  return std::visit(
      [](const auto& s) -> std::uint32_t {
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, Clos>) return s.hosts;
        else return s.hosts();
      },
      t.shape);
}

std::uint64_t links(const Topology& t) {
  return std::visit([](const auto& s) { return s.links(); }, t.shape);
}

std::uint64_t present_links(const Topology& t) {
  return std::visit(
      [](const auto& s) {
        if constexpr (requires { s.present(); }) return s.present();
        else return s.links();
      },
      t.shape);
}

double capacity(const Topology& t, LinkId link) {
  return std::visit([&](const auto& s) { return s.capacity(link); }, t.shape);
}

std::vector<double> capacities(const Topology& t) {
  return std::visit(
      [](const auto& s) {
        std::vector<double> all(s.links());
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, Clos>) {
          for (size_t l = 1; l <= static_cast<size_t>(s.tiers); ++l) {
            if (is_given_up()) throw GivenUp();  // of the largest a tier takes a second
            std::fill_n(all.begin() + static_cast<std::ptrdiff_t>(s.first[l]), 2 * s.count[l], s.bandwidth[l]);
          }
          std::fill(all.begin() + static_cast<std::ptrdiff_t>(s.scale_up_first), all.end(), s.scale_up);
        } else {
          for (LinkId l = 0; l < all.size(); ++l) all[l] = s.capacity(l);
        }
        return all;
      },
      t.shape);
}

void route(const Topology& t, Host a, Host b, std::uint64_t choice, Path& path) {
  std::visit([&](const auto& s) { s.route(a, b, choice, path); }, t.shape);
}

std::string link_name(const Topology& t, LinkId link) {
  return std::visit([&](const auto& s) { return s.link_name(link); }, t.shape);
}

double path_latency(const Topology& t, const Path& path) {
  return std::visit(
      [&](const auto& s) {
        double sum = 0;
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, Graph>)
          for (LinkId l : path) sum += s.arcs[l].latency;
        else sum = static_cast<double>(path.size()) * s.hop;
        return sum;
      },
      t.shape);
}

std::uint64_t Failures::down(std::uint64_t first, std::uint64_t links) const {
  std::uint64_t found = 0;
  for (std::uint64_t end = first + links; !bits.empty() && first < end;) {
    const std::uint64_t n = std::min(64 - first % 64, end - first);
    const std::uint64_t word = bits[first / 64] >> first % 64;
    found += static_cast<std::uint64_t>(std::popcount(n < 64 ? word & ((1ull << n) - 1) : word));
    first += n;
  }
  return found;
}

void Failures::fail(LinkId link, std::uint64_t links) {
  if (bits.empty()) bits.assign((links + 63) / 64, 0);
  std::uint64_t& word = bits[link >> 6];
  const std::uint64_t bit = 1ull << (link & 63);
  if ((word & bit) == 0) ++count;
  word |= bit;
}

namespace {

/// Both directions of a cable of a tier.
void fail_cable(Failures& failures, const Clos& c, size_t tier, std::uint64_t cable) {
  failures.fail(static_cast<LinkId>(c.first[tier] + cable), c.links());
  failures.fail(static_cast<LinkId>(c.first[tier] + c.count[tier] + cable), c.links());
}

}  // namespace

Failures random_failures(const Topology& t, double share, std::uint64_t seed) {
  if (!(share >= 0 && share < 1))
    throw Error({}, "fail", "is not a share of the links", "give 0 to below 1, for example 0.01");
  Failures failures;
  const std::uint64_t all = links(t);
  failures.bits.assign((all + 63) / 64, 0);
  const auto limit = static_cast<std::uint64_t>(share * 0x1p64);
  const std::uint64_t key = mix(seed ^ stream_of("link failure"));
  auto draw = [&](std::uint64_t cable) { return mix(key ^ cable) < limit; };
  if (const Clos* c = std::get_if<Clos>(&t.shape)) {
    for (size_t l = 2; l <= static_cast<size_t>(c->tiers); ++l)
      for (std::uint64_t i = 0; i < c->count[l]; ++i)
        if (draw(c->first[l] + i)) fail_cable(failures, *c, l, i);
    return failures;
  }
  if (const Torus* torus = std::get_if<Torus>(&t.shape)) {
    for (Host n = 0; n < torus->hosts(); ++n)
      for (LinkId port = 0; port < 6; port += 2)
        if (torus->capacity(6 * n + port) > 0 && draw(6ull * n + port)) {
          failures.fail(6 * n + port, all);
          failures.fail(6 * torus->neighbour(n, port) + port + 1, all);
        }
    return failures;
  }
  if (const Graph* graph = std::get_if<Graph>(&t.shape)) {
    for (LinkId l = 0; l < all; l += 2)
      if (graph->arcs[l].from >= graph->host_count && graph->arcs[l].to >= graph->host_count && draw(l)) {
        failures.fail(l, all);
        failures.fail(l + 1, all);
      }
    return failures;
  }
  // The others: each direction on its own, host links apart.
  const std::uint64_t first = std::holds_alternative<HammingMesh>(t.shape) ? 0 : 2ull * hosts(t);
  for (std::uint64_t l = first; l < all; ++l)
    if (draw(l) && capacity(t, static_cast<LinkId>(l)) > 0) failures.fail(static_cast<LinkId>(l), all);
  return failures;
}

void fail_switch(Failures& failures, const Clos& c, int tier, std::uint64_t index) {
  const auto l = static_cast<size_t>(tier);
  if (tier < 1 || tier > c.tiers || index >= c.switches(tier))
    throw Error({}, "fail_switch", "names no switch " + std::to_string(index) + " of tier " + std::to_string(tier),
                "tiers 1 to " + std::to_string(c.tiers) + " have switches");
  const std::uint64_t subtree = index / c.above[l], upper = index % c.above[l];
  const std::uint64_t ports = static_cast<std::uint64_t>(c.w[l]) * c.p[l];
  // Down: the children of this switch share its upper digits but the last, which names their port.
  for (std::uint64_t child = subtree * c.m[l]; child < std::min((subtree + 1) * c.m[l], c.subtrees(tier - 1)); ++child)
    for (std::uint32_t lane = 0; lane < c.p[l]; ++lane)
      fail_cable(failures, c, l, (child * c.above[l - 1] + upper / c.w[l]) * ports + upper % c.w[l] * c.p[l] + lane);
  if (tier == c.tiers) return;
  const std::uint64_t up_ports = static_cast<std::uint64_t>(c.w[l + 1]) * c.p[l + 1];
  for (std::uint64_t port = 0; port < up_ports; ++port) fail_cable(failures, c, l + 1, index * up_ports + port);
}

void fail_planes(Failures& failures, const Clos& c, std::uint32_t planes) {
  if (planes >= c.w[1])
    throw Error({}, "fail_planes", "of " + std::to_string(planes) + " leave none of " + std::to_string(c.w[1]),
                c.w[1] > 1 ? "at most " + std::to_string(c.w[1] - 1) + " may fail" : "name a network of several");
  const std::uint64_t ports = static_cast<std::uint64_t>(c.w[1]) * c.p[1];
  for (std::uint64_t host = 0; host < c.subtrees(0); ++host)
    for (std::uint64_t port = 0; port < static_cast<std::uint64_t>(planes) * c.p[1]; ++port)
      fail_cable(failures, c, 1, host * ports + port);
}

bool route_around(const Topology& t, const Failures& failures, Host a, Host b, std::uint64_t choice, Path& path,
                  double* drawn) {
  const size_t start = path.size();
  for (std::uint64_t attempt = 0; attempt < 256; ++attempt) {
    route(t, a, b, attempt == 0 ? choice : mix(choice + attempt), path);
    bool up = true;
    for (size_t i = start; i < path.size() && up; ++i) up = !failures.down(path[i]);
    if (up) return true;
    if (drawn != nullptr) *drawn += path_work + static_cast<double>(path.size() - start);
    path.resize(start);
  }
  return false;
}

}  // namespace orrery::network
