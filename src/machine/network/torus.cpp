#include "machine/network/torus.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"

namespace orrery::network {
namespace {

int modulo(int a, int n) {
  return ((a % n) + n) % n;
}
int length(Vector3 v) {
  return std::abs(v[0]) + std::abs(v[1]) + std::abs(v[2]);
}

std::string size_text(Vector3 s) {
  std::string text = std::to_string(s[0]);
  for (size_t d = 1; d < 3; ++d)
    if (s[d] > 1) text += " x " + std::to_string(s[d]);
  return text;
}

}  // namespace

Torus make_torus(Vector3 size, bool twisted, Bandwidth link, Time hop) {
  for (int s : size)
    if (s < 1 || s > 4096)
      throw Error({}, "size", "of " + std::to_string(s) + " is no side of a torus", "sides from 1 to 4096 fit");
  if (!(link.value() > 0)) throw Error({}, "link", "has no bandwidth", "give the rate of a link, for example 50 GB/s");
  check_link_count(6.0 * size[0] * size[1] * size[2], "size");
  Torus t;
  t.size = size;
  t.twisted = twisted;
  t.bandwidth = link.value();
  t.hop = hop.value();
  t.period = {Vector3{size[0], 0, 0}, Vector3{0, size[1], 0}, Vector3{0, 0, size[2]}};
  if (!twisted) return t;
  std::sort(t.size.begin(), t.size.end());
  if (t.size[0] == 1) std::rotate(t.size.begin(), t.size.begin() + 1, t.size.end());
  const int k = t.size[0];
  const bool flat = t.size[2] == 1;
  // The long sides must be twice the short one: the wrap of a short side shifts by half a long one.
  if (flat && t.size[1] == 2 * k) {
    t.period = {Vector3{k, k, 0}, Vector3{0, 2 * k, 0}, Vector3{0, 0, 1}};
  } else if (!flat && t.size[1] == k && t.size[2] == 2 * k) {
    t.period = {Vector3{k, 0, k}, Vector3{0, k, k}, Vector3{0, 0, 2 * k}};
  } else if (!flat && t.size[1] == 2 * k && t.size[2] == 2 * k) {
    t.period = {Vector3{k, k, k}, Vector3{0, 2 * k, 0}, Vector3{0, 0, 2 * k}};
  } else {
    const int longest = std::max(t.size[1], t.size[2]);
    const int half = std::max(1, (longest + 1) / 2);
    const std::string h = std::to_string(half), l = std::to_string(2 * half);
    throw Error({}, "size",
                "of " + size_text(size) + " cannot be twisted: a long side must be twice the short one" +
                    (longest % 2 != 0 ? ", and " + std::to_string(longest) + " has no half" : ""),
                flat ? h + " x " + l + " would fit"
                     : h + " x " + h + " x " + l + " or " + h + " x " + l + " x " + l + " would fit");
  }
  return t;
}

Host Torus::node(Vector3 at) const {
  // A wrap in an early dimension shifts the later ones; each period is zero before its own dimension.
  for (size_t d = 0; d < 3; ++d) {
    const int wraps = (at[d] - modulo(at[d], size[d])) / size[d];
    for (size_t e = 0; e < 3; ++e) at[e] -= wraps * period[d][e];
  }
  return static_cast<Host>((at[2] * size[1] + at[1]) * size[0] + at[0]);
}

Vector3 Torus::coordinates(Host node) const {
  const int n = static_cast<int>(node);
  return {n % size[0], n / size[0] % size[1], n / (size[0] * size[1])};
}

Host Torus::neighbour(Host from, LinkId port) const {
  Vector3 at = coordinates(from);
  at[port / 2] += port % 2 == 0 ? 1 : -1;
  return node(at);
}

std::vector<Vector3> Torus::shortest(Host a, Host b) const {
  const Vector3 from = coordinates(a), to = coordinates(b);
  std::vector<Vector3> best;
  if (!twisted) {
    // Each dimension on its own: the short way round, or both where they tie.
    std::array<std::array<int, 2>, 3> ways;
    for (size_t d = 0; d < 3; ++d) {
      const int ahead = modulo(to[d] - from[d], size[d]), back = ahead - size[d];
      ways[d] = {ahead < -back ? ahead : back, ahead > -back ? back : ahead};
    }
    for (int x : ways[0])
      for (int y : ways[1])
        for (int z : ways[2]) {
          const Vector3 v{x, y, z};
          if (std::find(best.begin(), best.end(), v) == best.end()) best.push_back(v);
        }
    return best;
  }
  int least = 1 << 30;
  const int reach = twisted ? 2 : 1;
  for (int i = -1; i <= 1; ++i)
    for (int j = -reach; j <= reach; ++j)
      for (int l = -reach; l <= reach; ++l) {
        Vector3 v;
        for (size_t d = 0; d < 3; ++d) v[d] = to[d] - from[d] + i * period[0][d] + j * period[1][d] + l * period[2][d];
        // A side of 1 wraps onto itself: stepping along it goes nowhere.
        bool idle = false;
        for (size_t d = 0; d < 3; ++d) idle = idle || (size[d] == 1 && v[d] != 0);
        if (idle) continue;
        const int n = length(v);
        if (n > least) continue;
        if (n < least) best.clear();
        least = n;
        if (std::find(best.begin(), best.end(), v) == best.end()) best.push_back(v);
      }
  return best;
}

void Torus::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (a == b) return;
  const std::vector<Vector3> ways = shortest(a, b);
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  const Vector3 v = ways[pick.of(static_cast<std::uint32_t>(ways.size()))];
  std::array<size_t, 3> order{0, 1, 2};
  for (std::uint32_t turn = pick.of(6); turn > 0; --turn) std::next_permutation(order.begin(), order.end());
  Vector3 at = coordinates(a);
  for (size_t d : order) {
    const LinkId port = static_cast<LinkId>(2 * d + (v[d] < 0 ? 1 : 0));
    for (int step = 0; step < std::abs(v[d]); ++step) {
      path.push_back(6 * a + port);
      const int next = at[d] + (v[d] < 0 ? -1 : 1);
      if (next >= 0 && next < size[d]) {
        at[d] = next;
        a = static_cast<Host>((at[2] * size[1] + at[1]) * size[0] + at[0]);
      } else {  // around, and in a twisted torus aside
        a = neighbour(a, port);
        at = coordinates(a);
      }
    }
  }
}

std::string Torus::link_name(LinkId link) const {
  const Vector3 at = coordinates(link / 6);
  return "link " + std::string(link % 2 == 0 ? "+" : "-") + "xyz"[link % 6 / 2] + " of accelerator (" +
         std::to_string(at[0]) + ", " + std::to_string(at[1]) + ", " + std::to_string(at[2]) + ")";
}

namespace {

/// Hops along one direction of a ring of so many, from one of them to all: half of those at the far end of an even one.
double hops_one_way(double side) {
  const double reach = std::floor((side - 1) / 2);
  return reach * (reach + 1) / 2 + (std::fmod(side, 2) == 0 ? side / 4 : 0);
}

/// Hops from one node of a twisted torus to all. Its lattice is that of a cube of side 2k with more points, which flip
/// distances x to k - x: all of them (RTT, BCC) or any two (FCC). Distances from 0 to k stand for both signs.
double hops_twisted(const Torus& t) {
  const int k = t.size[0];
  const bool flat = t.size[2] == 1, centred = t.size[1] == 2 * k;  // RTT; BCC, else FCC
  const auto signs = [&](int x) { return x == 0 || x == k ? 1 : 2; };
  double sum = 0;
  for (int x = 0; x <= k; ++x)
    for (int y = 0; y <= x; ++y) {
      if (flat) {
        sum += 1.0 * signs(x) * signs(y) * (x == y ? 1 : 2) * std::min(x + y, 2 * k - x - y);
        continue;
      }
      for (int z = 0; z <= y; ++z) {
        const int orders = x == z ? 1 : x == y || y == z ? 3 : 6, straight = x + y + z;
        const int flipped = centred ? 3 * k - straight : straight + 2 * (k - x - y);
        sum += 1.0 * signs(x) * signs(y) * signs(z) * orders * std::min(straight, flipped);
      }
    }
  return sum / (flat || centred ? 2 : 4);  // points of the lattice in a cube
}

}  // namespace

Bandwidth all_to_all_rate(const Torus& t) {
  // Of the links of a node, for one unit from each node to each other: the busiest direction's.
  double worst = 0, sides = 0;
  for (int side : t.size) {
    if (side > 1) sides += 1;
    worst = std::max(worst, hops_one_way(side) * t.hosts() / side);
  }
  if (t.twisted) worst = hops_twisted(t) / (2 * sides);  // its symmetry makes all directions alike
  return Bandwidth(worst > 0 ? t.bandwidth / worst * (t.hosts() - 1) : 0);
}

namespace {

/// Passes over the vector: a scatter or a gather is one, an all-reduce both.
double passes(const Torus& torus, Collective collective, Data bytes) {
  if (!(bytes.value() >= 0)) throw Error({}, "bytes", "are below zero", "give the size of the vector");
  if (torus.twisted) throw Error({}, "twisted", "tori have no straight rings", "use the plain torus of the same size");
  if (collective == Collective::all_reduce) return 2;
  if (collective == Collective::all_gather || collective == Collective::reduce_scatter) return 1;
  throw Error({}, "collective", std::string(name(collective)) + " is not modelled on a torus",
              "all-reduce, all-gather or reduce-scatter is");
}

/// Sides that are longer than one accelerator.
std::vector<double> sides(const Torus& torus) {
  std::vector<double> sizes;
  for (int size : torus.size)
    if (size > 1) sizes.push_back(size);
  return sizes;
}

}  // namespace

CollectiveEstimate estimate_collective(const Torus& torus, Collective collective, Data bytes) {
  const double both = passes(torus, collective, bytes);
  const std::vector<double> sizes = sides(torus);
  const auto time = [&](double vector) {
    std::vector<double> part(sizes.size(), vector / (2 * static_cast<double>(sizes.size())));
    double sum = 0;
    for (std::size_t phase = 0; phase < sizes.size(); ++phase) {
      double slowest = 0;
      for (std::size_t c = 0; c < sizes.size(); ++c) {
        const double size = sizes[(c + phase) % sizes.size()];
        slowest = std::max(slowest, (size - 1) * (torus.hop + part[c] / size / torus.bandwidth));
        part[c] /= size;
      }
      sum += slowest;
    }
    return Time(both * sum);
  };
  CollectiveEstimate e;
  e.time = time(bytes.value());
  e.latency = time(0);
  e.transfer = e.time - e.latency;
  e.algorithm = Algorithm::torus_rings;
  return e;
}

Time collective_bound(const Torus& torus, Collective collective, Data bytes) {
  const double both = passes(torus, collective, bytes), n = torus.hosts();
  return Time(n > 1 ? both * bytes.value() * (n - 1) / n /
                          (2 * static_cast<double>(sides(torus).size()) * torus.bandwidth)
                    : 0);
}

}  // namespace orrery::network
