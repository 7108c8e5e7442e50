#include "machine/network/direct.h"

#include <algorithm>

#include "base/error.h"

namespace orrery::network {
namespace {

std::string text(std::uint64_t n) {
  return std::to_string(n);
}

std::string host_link_name(LinkId link) {
  return std::string(link % 2 == 0 ? "up from" : "down to") + " host " + text(link / 2);
}

void check_link(double bandwidth) {
  if (!(bandwidth > 0)) throw Error({}, "link", "has no bandwidth", "give the rate of a cable, for example 400 Gb/s");
}

}  // namespace

HyperX make_hyperx(std::array<std::uint32_t, 3> size, std::uint32_t hosts_per_switch, Bandwidth cable,
                   std::uint32_t radix) {
  HyperX x{size, hosts_per_switch, cable.value()};
  check_link(x.bandwidth);
  const double switches = 1.0 * size[0] * size[1] * size[2];
  check_link_count(switches * (2.0 * hosts_per_switch + size[0] + size[1] + size[2]), "size");
  std::uint32_t ports = hosts_per_switch;
  for (size_t d = 0; d < 3; ++d) {
    if (size[d] < 1) throw Error({}, "size", "of a HyperX has an empty dimension", "1 switch is the least");
    ports += size[d] - 1;
  }
  if (hosts_per_switch < 1) throw Error({}, "hosts", "per switch are none", "give at least one");
  if (radix > 0 && ports > radix)
    throw Error({}, "radix", "of " + text(radix) + " has not the " + text(ports) + " ports this HyperX needs",
                ports - radix < hosts_per_switch
                    ? text(hosts_per_switch - (ports - radix)) + " hosts per switch would fit"
                    : "a radix of " + text(ports) + " or fewer switches along a dimension would fit");
  return x;
}

double HyperX::capacity(LinkId link) const {
  if (link < 2ull * hosts()) return bandwidth;
  const std::uint32_t row = size[0] + size[1] + size[2];
  std::uint32_t i = static_cast<std::uint32_t>((link - 2ull * hosts()) % row);
  std::uint64_t at = (link - 2ull * hosts()) / row;  // the switch, by what is left of its number in each dimension
  for (size_t d = 0; d < 3; ++d) {
    if (i < size[d]) return i == at % size[d] ? 0 : bandwidth;
    i -= size[d], at /= size[d];
  }
  return 0;
}

void HyperX::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (a == b) return;
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  std::array<size_t, 3> order{0, 1, 2};
  for (std::uint32_t turn = pick.of(6); turn > 0; --turn) std::next_permutation(order.begin(), order.end());
  const std::array<std::uint32_t, 3> stride{1, size[0], size[0] * size[1]};
  const std::array<std::uint32_t, 3> offset{0, size[0], size[0] + size[1]};
  const std::uint32_t row = size[0] + size[1] + size[2];
  std::uint32_t at = a / hosts_per_switch;
  const std::uint32_t to = b / hosts_per_switch;
  path.push_back(2 * a);
  for (size_t d : order) {
    const std::uint32_t mine = at / stride[d] % size[d], wanted = to / stride[d] % size[d];
    if (mine == wanted) continue;
    path.push_back(static_cast<LinkId>(2ull * hosts() + static_cast<std::uint64_t>(at) * row + offset[d] + wanted));
    at = at - mine * stride[d] + wanted * stride[d];
  }
  path.push_back(2 * b + 1);
}

std::string HyperX::link_name(LinkId link) const {
  if (link < 2ull * hosts()) return host_link_name(link);
  const std::uint32_t row = size[0] + size[1] + size[2];
  const std::uint64_t i = link - 2ull * hosts();
  return "switch " + text(i / row) + ", port " + text(i % row);
}

HammingMesh make_hamming_mesh(std::array<std::uint32_t, 2> board, std::array<std::uint32_t, 2> boards, Bandwidth link) {
  check_link_count(8.0 * board[0] * board[1] * boards[0] * boards[1], "size");
  HammingMesh h{board, boards, link.value()};
  check_link(h.bandwidth);
  if (h.hosts() == 0) throw Error({}, "board", "of a HammingMesh is empty", "1 x 1 boards of 1 x 1 are the least");
  return h;
}

double HammingMesh::capacity(LinkId link) const {
  const std::uint64_t out = 4ull * hosts();
  if (link < out) return bandwidth;
  // Only an accelerator at a board's edge hears from a row or column network.
  const std::uint32_t node = static_cast<std::uint32_t>((link - out) / 4),
                      side = static_cast<std::uint32_t>((link - out) % 4);
  const std::uint32_t width = board[0] * boards[0];
  const std::uint32_t x = node % width % board[0], y = node / width % board[1];
  const bool edge = side == 0 ? x == board[0] - 1 : side == 1 ? x == 0 : side == 2 ? y == board[1] - 1 : y == 0;
  return edge ? bandwidth : 0;
}

void HammingMesh::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (a == b) return;
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  const std::uint32_t width = board[0] * boards[0];
  std::array<std::uint32_t, 2> at{a % width, a / width};
  const std::array<std::uint32_t, 2> to{b % width, b / width};
  auto node = [&] { return at[1] * width + at[0]; };
  const LinkId back = 4 * hosts();
  const size_t first = pick.of(2);
  for (size_t turn = 0; turn < 2; ++turn) {
    const size_t d = turn == 0 ? first : 1 - first;
    const std::uint32_t n = board[d], mine = at[d] % n, wanted = to[d] % n;
    const LinkId plus = static_cast<LinkId>(2 * d), minus = plus + 1;
    if (at[d] == to[d]) continue;
    const bool same_board = at[d] / n == to[d] / n;
    const std::uint32_t along = mine > wanted ? mine - wanted : wanted - mine;
    const std::uint32_t leave_plus = n - mine, leave_minus = mine + 1;      // hops to the row network
    const std::uint32_t enter_plus = n - wanted, enter_minus = wanted + 1;  // hops from it
    const std::uint32_t outside = std::min(leave_plus, leave_minus) + std::min(enter_plus, enter_minus);
    if (same_board && along <= outside) {
      while (at[d] != to[d]) {
        const bool up = at[d] < to[d];
        path.push_back(4 * node() + (up ? plus : minus));
        at[d] += up ? 1 : static_cast<std::uint32_t>(-1);
      }
      continue;
    }
    const bool out_plus = leave_plus != leave_minus ? leave_plus < leave_minus : pick.of(2) == 0;
    const bool in_plus = enter_plus != enter_minus ? enter_plus < enter_minus : pick.of(2) == 0;
    for (std::uint32_t step = 0; step < (out_plus ? leave_plus : leave_minus); ++step) {
      path.push_back(4 * node() + (out_plus ? plus : minus));
      if (step + 1 < (out_plus ? leave_plus : leave_minus)) at[d] += out_plus ? 1 : static_cast<std::uint32_t>(-1);
    }
    at[d] = to[d] / n * n + (in_plus ? n - 1 : 0);
    path.push_back(back + 4 * node() + (in_plus ? plus : minus));
    while (at[d] != to[d]) {
      path.push_back(4 * node() + (in_plus ? minus : plus));
      at[d] += in_plus ? static_cast<std::uint32_t>(-1) : 1;
    }
  }
}

std::string HammingMesh::link_name(LinkId link) const {
  constexpr const char* sides[] = {"east", "west", "north", "south"};
  const bool back = link >= 4ull * hosts();
  const LinkId i = back ? link - 4 * hosts() : link;
  return std::string(sides[i % 4]) + (back ? " network to accelerator " : " link of accelerator ") + text(i / 4);
}

Dragonfly make_dragonfly(Dragonfly d, std::uint32_t radix) {
  check_link(d.bandwidth);
  const std::string kind = d.spines > 0 ? "dragonfly+" : "dragonfly";
  if (d.groups < 1 || d.routers < 1 || d.hosts_per_router < 1)
    throw Error({}, "groups", "of a " + kind + " are empty", "1 group, 1 router and 1 host are the least");
  const double routers = 1.0 * d.groups * d.routers;
  check_link_count(routers * 2.0 * d.hosts_per_router + routers * (d.spines > 0 ? 2.0 * d.spines : d.routers) +
                       1.0 * d.groups * d.gateways() * d.global_per_router,
                   "groups");
  const std::uint32_t ports = d.gateways() * d.global_per_router;
  if (d.groups > 1 && d.parallel() < 1)
    throw Error({}, "groups", text(d.groups) + " are more than " + text(ports) + " global ports of a group reach",
                text(ports + 1) + " groups would fit, or " + text((d.groups - 1 + d.gateways() - 1) / d.gateways()) +
                    " global ports per " + (d.spines > 0 ? "spine" : "router"));
  if (radix > 0) {
    const std::uint32_t router = d.hosts_per_router + (d.spines > 0 ? d.spines : d.routers - 1 + d.global_per_router);
    const std::uint32_t spine = d.spines > 0 ? d.routers + d.global_per_router : 0;
    if (std::max(router, spine) > radix)
      throw Error(
          {}, "radix",
          "of " + text(radix) + " has not the " + text(std::max(router, spine)) + " ports this " + kind + " needs",
          "a balanced one has twice as many routers as hosts or global ports per router, 4h - 1 = " +
              text((radix + 1) / 4 * 4 - 1) + " ports with h = " + text((radix + 1) / 4));
  }
  return d;
}

double Dragonfly::capacity(LinkId link) const {
  if (link >= global_first()) {
    const std::uint64_t ports = static_cast<std::uint64_t>(gateways()) * global_per_router;
    return (link - global_first()) % ports < static_cast<std::uint64_t>(groups - 1) * parallel() ? bandwidth : 0;
  }
  const bool to_itself = spines == 0 && link >= local_first() &&
                         (link - local_first()) / routers % routers == (link - local_first()) % routers;
  return to_itself ? 0 : bandwidth;
}

void Dragonfly::route(Host a, Host b, std::uint64_t choice, Path& path) const {
  if (a == b) return;
  Choice pick(mix(choice ^ (static_cast<std::uint64_t>(a) << 32 | b)));
  const std::uint32_t start = a / hosts_per_router, end = b / hosts_per_router;
  std::uint32_t group = start / routers;
  const std::uint32_t last = end / routers;
  path.push_back(2 * a);
  // Where the packet stands in its group: at a router (or leaf), or at a spine of a dragonfly+.
  std::uint32_t at = start % routers;
  bool at_spine = false;
  const std::uint64_t leaves = static_cast<std::uint64_t>(groups) * routers;
  auto up = [&](std::uint32_t leaf, std::uint32_t spine) {
    path.push_back(
        static_cast<LinkId>(local_first() + (static_cast<std::uint64_t>(group) * routers + leaf) * spines + spine));
  };
  auto down = [&](std::uint32_t spine, std::uint32_t leaf) {
    path.push_back(static_cast<LinkId>(local_first() + leaves * spines +
                                       (static_cast<std::uint64_t>(group) * routers + leaf) * spines + spine));
  };
  auto move_to = [&](std::uint32_t goal, bool spine) {
    if (spines == 0) {
      if (at != goal)
        path.push_back(
            static_cast<LinkId>(local_first() + (static_cast<std::uint64_t>(group) * routers + at) * routers + goal));
    } else if (!at_spine && spine) {
      up(at, goal);
    } else if (at_spine && !spine) {
      down(at, goal);
    } else if (at != goal) {
      if (at_spine) {  // spine to spine by way of a leaf
        const std::uint32_t leaf = pick.of(routers);
        down(at, leaf);
        up(leaf, goal);
      } else {
        const std::uint32_t middle = pick.of(spines);
        up(at, middle);
        down(middle, goal);
      }
    }
    at = goal;
    at_spine = spines > 0 && spine;
  };
  auto cross_to = [&](std::uint32_t next) {
    const std::uint32_t lane = pick.of(parallel());
    const std::uint32_t out = ((next + groups - group - 1) % groups) * parallel() + lane;
    const std::uint32_t in = ((group + groups - next - 1) % groups) * parallel() + lane;
    move_to(out / global_per_router, true);
    path.push_back(
        static_cast<LinkId>(global_first() + static_cast<std::uint64_t>(group) * gateways() * global_per_router + out));
    group = next;
    at = in / global_per_router;
    at_spine = spines > 0;
  };
  if (group != last) {
    if (detour && groups > 2) {
      const std::uint32_t third = pick.of(groups);
      if (third != group && third != last) cross_to(third);
    }
    cross_to(last);
  }
  move_to(end % routers, false);
  path.push_back(2 * b + 1);
}

std::string Dragonfly::link_name(LinkId link) const {
  if (link < local_first()) return host_link_name(link);
  if (link < global_first()) return "local link " + text(link - local_first());
  const std::uint64_t i = link - global_first(), ports = static_cast<std::uint64_t>(gateways()) * global_per_router;
  return "global link " + text(i % ports) + " of group " + text(i / ports);
}

}  // namespace orrery::network
