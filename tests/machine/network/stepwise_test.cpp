// Recursive halving and doubling, and rings along a torus, against their closed forms.
#include "machine/network/stepwise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/network/traffic.h"

namespace orrery::network {
namespace {

Level plain_level() {
  Level level;
  level.bandwidth = 50e9;
  level.hop = {1e-6, 1e-6, 5e-6};
  level.efficiency = {0.5, 0.9, 0.8};
  return level;
}

// 2 log2 n hops and 2 (n - 1) / n vectors: the least latency and the least bytes at once.
RC_GTEST_PROP(Recursive, IsTwoLogHopsAndTheLeastBytes, ()) {
  const Level level = plain_level();
  const int log = *rc::gen::inRange(0, 15), n = 1 << log;
  const double bytes = *rc::gen::inRange(0, 1000000000);
  const double expected = 2 * log * 5e-6 + 2 * bytes * (n - 1) / n / (50e9 * 0.8);
  const double time = recursive_time(level, Collective::all_reduce, Data(bytes), n).value();
  RC_ASSERT(std::abs(time - expected) <= 1e-12 + 1e-9 * expected);
  RC_ASSERT(std::abs(2 * recursive_time(level, Collective::all_gather, Data(bytes), n).value() - time) <= 1e-9 * time);
}

// Half the vector crosses the widest tier: its share costs once, the inner steps run at full rate.
TEST(Recursive, FarStepsPayForTheTierTheyCross) {
  Level level = plain_level();
  level.spans = {{32, 1, 0}, {1e12, 0.25, 2e-6}};
  const double time = recursive_time(level, Collective::reduce_scatter, Data(64e6), 64).value();
  const double rate = 50e9 * 0.8;
  EXPECT_NEAR(time, 6 * 5e-6 + 2e-6 + 32e6 / (rate / 4) + 31e6 / rate, 1e-12);
  // Ranks beyond a power of two hand over a whole vector.
  EXPECT_NEAR(recursive_time(plain_level(), Collective::reduce_scatter, Data(8e6), 5).value(),
              3 * 5e-6 + (6e6 + 8e6) / rate, 1e-12);
  EXPECT_THROW(recursive_time(level, Collective::broadcast, Data(1), 8), Error);
  EXPECT_THROW(recursive_time(level, Collective::all_reduce, Data(1), 0), Error);
}

// Equal sides: every link of every accelerator is busy, so the bytes take 2 (n - 1) / n vectors over 2 d links.
TEST(TorusRings, KeepEveryLinkBusy) {
  for (const Vector3 size : {Vector3{16, 1, 1}, Vector3{8, 8, 1}, Vector3{4, 4, 4}}) {
    const Torus t = make_torus(size, false, Bandwidth(50e9), Time(5e-7));
    double dimensions = 0, steps = 0;
    for (int s : size)
      if (s > 1) ++dimensions, steps += s - 1;
    const double n = t.hosts(), bytes = 1e9;
    EXPECT_NEAR(torus_time(t, Collective::all_reduce, Data(bytes)).value(),
                2 * steps * 5e-7 + 2 * bytes * (n - 1) / n / (2 * dimensions * 50e9), 1e-12);
    // Those rings at once are a neighbour exchange, whose max-min rate is that of a link.
    std::vector<Pair> pairs;
    for (Host h = 0; h < t.hosts(); ++h)
      for (Link port = 0; port < 6; ++port)
        if (t.capacity(port) > 0) pairs.push_back({h, t.neighbour(h, port)});
    const std::vector<double> rates = max_min_rates(route_spray(Topology{"torus", t}, pairs).problem);
    EXPECT_NEAR(*std::min_element(rates.begin(), rates.end()), 50e9, 1);
  }
  const Torus twisted = make_torus({4, 4, 8}, true, Bandwidth(50e9));
  EXPECT_THROW(torus_time(twisted, Collective::all_reduce, Data(1)), Error);
}

// Unequal sides wait for the longest, and are never below the bound of the links.
RC_GTEST_PROP(TorusRings, AreNeverBelowTheBoundOfTheLinks, ()) {
  const Vector3 size{*rc::gen::inRange(2, 9), *rc::gen::inRange(2, 9), *rc::gen::inRange(2, 9)};
  const Torus t = make_torus(size, false, Bandwidth(50e9), Time(0));
  const double n = t.hosts(), bytes = 1e9;
  RC_ASSERT(torus_time(t, Collective::all_reduce, Data(bytes)).value() >=
            2 * bytes * (n - 1) / n / (6 * 50e9) * (1 - 1e-12));
}

}  // namespace
}  // namespace orrery::network
