#include "machine/network/clos.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace orrery::network {
namespace {

using Rails = ClosDescription::Rails;

/// Ports down of a switch below the top, for one port up times taper, both whole. 0 when there are none.
std::uint32_t ports_down(std::uint32_t radix, double taper) {
  return static_cast<std::uint32_t>(std::floor(radix * taper / (1 + taper) + 1e-9));
}

std::string count_text(std::uint64_t n) {
  return std::to_string(n);
}

/// A count that may be beyond 64 bits.
std::string in_digits(double n) {
  return n < 1e15 ? count_text(static_cast<std::uint64_t>(n)) : "over 1e15";
}

[[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) {
  throw Error({}, key, problem, remedy);
}

void check(const ClosDescription& d) {
  if (d.hosts < 1) refuse("hosts", "is none", "give at least one");
  if (d.radix < 2) refuse("radix", "of " + count_text(d.radix) + " joins nothing", "a switch needs 2 ports or more");
  if (d.radix > most_radix)
    refuse("radix", "of " + count_text(d.radix) + " is no switch's", "at most " + count_text(most_radix) + " fit");
  if (d.tiers < 0 || d.tiers > most_tiers)
    refuse("tiers", "of " + std::to_string(d.tiers) + " is not modelled", "1 to 4 tiers fit, 0 chooses");
  if (d.planes < 1) refuse("planes", "of 0 leaves a plane without switches", "1 plane is the plain network");
  if (!(d.nic.value() > 0)) refuse("nic", "has no bandwidth", "give the rate of a NIC, for example 400 Gb/s");
  if (d.domain < 1) refuse("domain", "of 0 holds no accelerator", "1 is none, 8 an 8-GPU server, 72 an NVL72 rack");
  if (d.domain > 1 && !(d.scale_up.value() > 0))
    refuse("scale_up", "has no bandwidth", "give the rate per accelerator and direction, for example 450 GB/s");
  for (double taper : d.taper)
    if (!(taper > 0)) refuse("taper", "must be above zero", "1 is non-blocking, 2 is 2:1");
  if (d.rails != Rails::none) {
    if (d.domain < 2)
      refuse("rails", "need a scale-up domain of two or more", "set domain to the accelerators of a server");
    if (d.hosts % d.domain != 0)
      refuse("hosts", count_text(d.hosts) + " are not whole domains of " + count_text(d.domain),
             count_text(d.hosts / d.domain * d.domain) + " or " + count_text((d.hosts / d.domain + 1) * d.domain) +
                 " would fit");
    if (d.rail_count > 0 && d.domain % d.rail_count != 0)
      refuse("rails",
             "of " + count_text(d.rail_count) + " accelerators do not divide a domain of " + count_text(d.domain),
             "a divisor would");
  }
}

/// a * b, or the largest number where that is more.
std::uint64_t saturated(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t largest = ~0ull;
  return b != 0 && a > largest / b ? largest : a * b;
}

/// Links are numbered in 32 bits, scale-up links included. Throws Error where a tree has more.
void check_links(const Clos& c) {
  double links = c.domain > 1 ? 2.0 * c.hosts : 0, below = 1, above = 1;
  const auto positions = static_cast<double>(c.positions());
  for (size_t l = 1; l <= static_cast<size_t>(c.tiers); ++l) {
    links += 2 * std::ceil(positions / below) * above * c.w[l] * c.p[l];
    below *= c.m[l];
    above *= c.w[l];
  }
  if (links > 0xffffffffull)
    refuse("hosts", "make more links than can be numbered (" + in_digits(links) + ")",
           "at most 4.29 billion links fit");
}

/// Radix and taper of each tier below the top must leave ports down and up.
void check_tapers(const ClosDescription& d, int tiers) {
  for (int l = 1; l < tiers; ++l) {
    const double taper = d.taper[static_cast<size_t>(l - 1)];
    const std::uint32_t down = ports_down(d.radix, taper);
    if (taper == 1 && d.radix % 2 != 0)
      refuse("radix", "of " + count_text(d.radix) + " is odd: a non-blocking tier has as many ports up as down",
             "a radix of " + count_text(d.radix - 1) + " or " + count_text(d.radix + 1) +
                 " would fit, or a single tier of " + count_text(d.radix) + " hosts");
    if (down == 0 || down >= d.radix)
      refuse("taper",
             "leaves tier " + std::to_string(l) + " of radix " + count_text(d.radix) + " without ports " +
                 (down == 0 ? "down" : "up"),
             "a taper up to " + count_text(d.radix - 1) + " leaves one");
  }
}

/// Of the lanes of a bundle those that so many hosts of a full switch's need, one at least.
std::uint32_t lanes_needed(std::uint32_t lanes, std::uint64_t hosts, std::uint64_t of) {
  return hosts >= of ? lanes : static_cast<std::uint32_t>((lanes * hosts + of - 1) / of);
}

std::uint32_t largest_parallel(std::uint32_t uplinks, std::uint64_t children, std::uint32_t radix) {
  std::uint32_t best = 1;
  for (std::uint32_t parallel = 1; parallel <= uplinks; ++parallel)
    if (uplinks % parallel == 0 && children * parallel <= radix) best = parallel;
  return best;
}

}  // namespace

std::uint64_t most_hosts(std::uint32_t radix, int tiers, const std::array<double, most_tiers>& taper) {
  std::uint64_t hosts = radix;
  for (int l = 1; l < tiers; ++l) hosts = saturated(hosts, ports_down(radix, taper[static_cast<size_t>(l - 1)]));
  return hosts;
}

void number(Clos& c) {
  // Rail-only positions need the trees' size first.
  c.below[0] = 1;
  for (size_t l = 1; l <= static_cast<size_t>(c.tiers); ++l) c.below[l] = c.below[l - 1] * c.m[l];
  check_links(c);
  c.below[0] = c.above[0] = 1;
  for (size_t l = 1; l <= static_cast<size_t>(c.tiers); ++l) {
    c.below[l] = c.below[l - 1] * c.m[l];
    c.above[l] = c.above[l - 1] * c.w[l];
  }
  std::uint64_t next = 0;
  for (size_t l = 1; l <= static_cast<size_t>(c.tiers); ++l) {
    c.first[l] = next;
    c.count[l] = c.subtrees(static_cast<int>(l) - 1) * c.above[l - 1] * c.w[l] * c.p[l];
    next += 2 * c.count[l];
  }
  c.scale_up_first = next;
}

Clos design(const ClosDescription& d) {
  check(d);
  // A rail-only network is one tree per rail, each over the servers.
  // Leaf r of a rail-optimised unit serves rail r of its servers: every unit has as many leaves, the last one free
  // ports.
  const std::uint32_t rails = d.rails == Rails::none || d.rail_count == 0 ? std::max(1u, d.domain) : d.rail_count;
  const bool in_units = d.rails == Rails::optimised && (d.tiers > 1 || (d.tiers == 0 && d.hosts > d.radix));
  const std::uint32_t of_unit = in_units ? std::min(d.hosts / rails, std::max(1u, ports_down(d.radix, d.taper[0]))) : 1;
  const std::uint64_t servers = d.hosts / rails;
  const std::uint64_t reach = d.rails == Rails::only ? servers
                              : in_units             ? (servers + of_unit - 1) / of_unit * of_unit * rails
                                                     : d.hosts;
  int tiers = d.tiers;
  if (tiers == 0) {
    tiers = 1;
    while (tiers < most_tiers && most_hosts(d.radix, tiers, d.taper) < reach) ++tiers;
  }
  check_tapers(d, tiers);
  const std::uint64_t limit = most_hosts(d.radix, tiers, d.taper);
  if (limit < reach) {
    std::string remedy;
    for (int more = tiers + 1; more <= most_tiers && remedy.empty(); ++more)
      if (most_hosts(d.radix, more, d.taper) >= reach)
        remedy = std::to_string(more) + " tiers reach " + count_text(most_hosts(d.radix, more, d.taper)) + ", or ";
    std::uint32_t radix = d.radix;
    while (radix <= most_radix && most_hosts(radix, tiers, d.taper) < reach) radix += 2;
    if (radix <= most_radix) remedy += "a radix of " + count_text(radix) + " would fit, or ";
    refuse("hosts",
           count_text(reach) + " are over the " + count_text(limit) + " that " + std::to_string(tiers) +
               (tiers == 1 ? " tier" : " tiers") + " of radix " + count_text(d.radix) + " reach",
           remedy + count_text(limit) + " hosts" + (remedy.empty() ? " would fit" : ""));
  }

  Clos c;
  c.tiers = tiers;
  c.hosts = d.hosts;
  c.radix = d.radix;
  c.planes = d.planes;
  c.rails = d.rails;
  c.domain = d.domain;
  c.rail_count = rails;
  c.scale_up = d.scale_up.value();
  c.hop = d.hop.value();
  std::uint64_t groups = reach;  // subtrees of the level below
  for (size_t l = 1; l <= static_cast<size_t>(tiers); ++l) {
    const bool top = l == static_cast<size_t>(tiers);
    const std::uint32_t full = l == 1 ? 1 : ports_down(d.radix, d.taper[l - 2]);
    const std::uint32_t uplinks = l == 1 ? 1 : d.radix - full;
    c.m[l] = top                  ? static_cast<std::uint32_t>(groups)
             : l == 1 && in_units ? of_unit
                                  : ports_down(d.radix, d.taper[l - 1]);
    c.p[l] = top && l > 1 ? largest_parallel(uplinks, groups, d.radix) : 1;
    c.w[l] = uplinks / c.p[l];
    // Leaves that are not full have as many lanes of each bundle as their hosts need.
    if (l > 1) c.p[l] = lanes_needed(c.p[l], c.m[l - 1], full);
    groups = (groups + c.m[l] - 1) / c.m[l];
    c.bandwidth[l] = d.nic.value() / d.planes;
  }
  c.w[1] = d.planes;
  if (d.rails == Rails::optimised && tiers > 1) {
    if (c.m[2] < rails && tiers > 2)
      refuse("rails", count_text(rails) + " rails do not fit below one group of " + count_text(c.m[2]) + " leaves",
             "at most " + count_text(c.m[2]) + " rails would");
  }
  number(c);
  return c;
}

std::uint64_t Clos::positions() const {
  if (rails == Rails::only) return below[tiers] * rail_count;
  if (rails == Rails::none || tiers == 1) return hosts;
  const std::uint64_t servers = hosts / rail_count;
  return (servers + m[1] - 1) / m[1] * m[1] * rail_count;
}

std::uint64_t Clos::cables(int tier) const {
  const auto t = static_cast<size_t>(tier);
  if (tier == 1) return static_cast<std::uint64_t>(hosts) * w[1] * p[1];
  const std::uint64_t left = rails == Rails::optimised ? hosts / rail_count % m[1] : 0;
  if (tier > 2 || left == 0) return count[t];
  return count[t] - rail_count * above[1] * w[2] * (p[2] - lanes_needed(p[2], left, m[1]));
}

std::uint64_t Clos::position(Host host) const {
  if (rails == Rails::none) return host;
  const std::uint64_t server = host / rail_count, rail = host % rail_count;
  if (rails == Rails::only) return rail * below[tiers] + server;
  if (tiers == 1) return host;
  return (server / m[1] * rail_count + rail) * m[1] + server % m[1];
}

double Clos::capacity(LinkId link) const {
  if (link >= scale_up_first) return scale_up;
  size_t l = 1;
  while (l < static_cast<size_t>(tiers) && link >= first[l + 1]) ++l;
  return bandwidth[l];
}

bool Clos::route_in_domain(Host& a, Host b, std::uint64_t scale_up_links, Path& path) const {
  if (a == b || domain <= 1) return a == b;
  const auto cross = [&](Host from, Host to) {
    path.push_back(static_cast<LinkId>(scale_up_links + 2ull * from));
    path.push_back(static_cast<LinkId>(scale_up_links + 2ull * to + 1));
  };
  if (a / domain == b / domain) {
    cross(a, b);
    return true;
  }
  if (rails == Rails::only && a % rail_count != b % rail_count) {
    const Host relay = a / rail_count * rail_count + b % rail_count;
    cross(a, relay);
    a = relay;
  }
  return false;
}

void Clos::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (route_in_domain(a, b, scale_up_first, path)) return;
  const std::uint64_t from = position(a), to = position(b);
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  std::array<std::uint64_t, most_tiers + 1> down{};
  std::uint64_t x = from, y = to, upper = 0;  // upper: the w digits chosen so far
  size_t l = 0;
  while (x != y) {
    ++l;
    const std::uint32_t parent = pick.of(w[l]);
    const std::uint64_t ports = static_cast<std::uint64_t>(w[l]) * p[l];
    path.push_back(static_cast<LinkId>(first[l] + (x * above[l - 1] + upper) * ports + parent * p[l] + pick.of(p[l])));
    down[l] = first[l] + count[l] + (y * above[l - 1] + upper) * ports + parent * p[l] + pick.of(p[l]);
    upper = upper * w[l] + parent;
    x /= m[l];
    y /= m[l];
  }
  for (; l >= 1; --l) path.push_back(static_cast<LinkId>(down[l]));
}

std::string Clos::link_name(LinkId link) const {
  if (link >= scale_up_first) {
    const std::uint64_t i = link - scale_up_first;
    return "scale-up link of host " + count_text(i / 2) + (i % 2 == 0 ? ", out" : ", in");
  }
  size_t l = 1;
  while (l < static_cast<size_t>(tiers) && link >= first[l + 1]) ++l;
  std::uint64_t i = link - first[l];
  const bool down = i >= count[l];
  if (down) i -= count[l];
  const std::uint64_t ports = static_cast<std::uint64_t>(w[l]) * p[l];
  return "tier " + count_text(l) + (down ? " down to " : " up from ") + (l == 1 ? "position " : "switch ") +
         count_text(i / ports) + ", port " + count_text(i % ports);
}

}  // namespace orrery::network
