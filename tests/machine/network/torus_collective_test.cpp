// Rings along all dimensions of a torus against their closed forms.
#include "machine/network/torus.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/network/traffic.h"

namespace orrery::network {
namespace {

// Equal sides: every link of every accelerator is busy, so the bytes take 2 (n - 1) / n vectors over 2 d links.
TEST(TorusRings, KeepEveryLinkBusy) {
  for (const Vector3 size : {Vector3{16, 1, 1}, Vector3{8, 8, 1}, Vector3{4, 4, 4}}) {
    const Torus t = make_torus(size, false, Bandwidth(50e9), Time(5e-7));
    double dimensions = 0, steps = 0;
    for (int s : size)
      if (s > 1) ++dimensions, steps += s - 1;
    const double n = t.hosts(), bytes = 1e9;
    EXPECT_NEAR(estimate_collective(t, Collective::all_reduce, Data(bytes)).time.value(),
                2 * steps * 5e-7 + 2 * bytes * (n - 1) / n / (2 * dimensions * 50e9), 1e-12);
    // Those rings at once are a neighbour exchange, whose max-min rate is that of a link.
    std::vector<Pair> pairs;
    for (Host h = 0; h < t.hosts(); ++h)
      for (LinkId port = 0; port < 6; ++port)
        if (t.capacity(port) > 0) pairs.push_back({h, t.neighbour(h, port)});
    const std::vector<double> rates = max_min_rates(route_spray(Topology{"torus", t}, pairs).problem);
    EXPECT_NEAR(*std::min_element(rates.begin(), rates.end()), 50e9, 1);
  }
  const Torus twisted = make_torus({4, 4, 8}, true, Bandwidth(50e9));
  EXPECT_THROW(estimate_collective(twisted, Collective::all_reduce, Data(1)), Error);
}

// Unequal sides wait for the longest, and are never below the bound of the links.
RC_GTEST_PROP(TorusRings, AreNeverBelowTheBoundOfTheLinks, ()) {
  const Vector3 size{*rc::gen::inRange(2, 9), *rc::gen::inRange(2, 9), *rc::gen::inRange(2, 9)};
  const Torus t = make_torus(size, false, Bandwidth(50e9), Time(0));
  const double n = t.hosts(), bytes = 1e9;
  const double bound = collective_bound(t, Collective::all_reduce, Data(bytes)).value();
  RC_ASSERT(std::abs(bound - 2 * bytes * (n - 1) / n / (6 * 50e9)) <= 1e-12);
  RC_ASSERT(estimate_collective(t, Collective::all_reduce, Data(bytes)).time.value() >= bound * (1 - 1e-12));
}

}  // namespace
}  // namespace orrery::network
