#include "machine/network/collective.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"

namespace orrery::network {
namespace {

Fabric some_fabric() {
  return plain_fabric("plain", 8, Bandwidth(450e9), Bandwidth(50e9));
}

RC_GTEST_PROP(Collectives, NeverBeatTheBandwidthBound, ()) {
  Fabric f = some_fabric();
  if (*rc::gen::arbitrary<bool>()) f.scale_up.in_network_efficiency = 0.7;
  if (*rc::gen::arbitrary<bool>()) f.scale_out.in_network_efficiency = 0.9;
  const auto c = static_cast<Collective>(*rc::gen::inRange(0, collectives));
  const int local = *rc::gen::inRange(1, 9), domains = *rc::gen::inRange(1, 600);
  const Data bytes(std::exp2(*rc::gen::inRange(0, 36)));
  const Group g{local * domains, local, 1};
  RC_ASSERT(collective_time(f, c, bytes, g).value() >= collective_bound(f, c, bytes, g).value());
}

RC_GTEST_PROP(Collectives, GrowWithSizeAndWithSharing, ()) {
  const Fabric f = some_fabric();
  const auto c = static_cast<Collective>(*rc::gen::inRange(0, collectives));
  const Group g{8 * *rc::gen::inRange(1, 200), 8, 1};
  const double bytes = std::exp2(*rc::gen::inRange(0, 34));
  const double t = collective_time(f, c, Data(bytes), g).value();
  RC_ASSERT(collective_time(f, c, Data(2 * bytes), g).value() >= t);
  RC_ASSERT(collective_time(f, c, Data(bytes), {g.ranks, g.per_domain, 4}).value() >= t);
}

TEST(Collectives, LargeRingApproachesItsClosedForm) {
  Fabric f = some_fabric();
  f.scale_up.copy = 0;
  const double t = collective_time(f, Collective::all_gather, Data(1e12), {8, 8}).value();
  EXPECT_NEAR(t, 1e12 * 7 / 8 / (450e9 * 0.76), 1e-3 * t);
}

// Of three nodes the double binary tree's busiest sends a vector and a half, of more two (Sanders, Speck and Traeff).
TEST(Collectives, ThreeNodesOfADoubleTreeSendLess) {
  Fabric f = some_fabric();
  f.scale_out.efficiency = {1e-3, 1e-3, 1e-3};
  f.scale_out.tree_efficiency = 1;
  const auto wire = [&](int domains) {
    const Data s(1e12);
    f.scale_out.efficiency[2] = 1;
    f.scale_out.hop = {1, 1, 1};  // rings take steps of seconds
    f.scale_out.tree_hop = 0;
    return collective_time(f, Collective::all_reduce, s, {domains, 1}).value() * f.scale_out.bandwidth / s.value();
  };
  EXPECT_NEAR(wire(2), 1, 0.05);
  EXPECT_NEAR(wire(3), 1.5, 0.05);
  EXPECT_NEAR(wire(5), 2, 0.1);
}

TEST(Collectives, OversubscribedSpanSlowsAndIsNamed) {
  Fabric f = some_fabric();
  f.scale_out.spans = {{256, 1, 0}, {1e9, 0.25, 2e-6}};
  const Group pod{256, 8}, far{512, 8};
  EXPECT_EQ(estimate_collective(f, Collective::all_reduce, Data(1e9), pod).span, 0);
  const CollectiveEstimate e = estimate_collective(f, Collective::all_reduce, Data(1e9), far);
  EXPECT_TRUE(e.scale_out);
  EXPECT_EQ(e.span, 1);
  EXPECT_GT(e.time.value(), 3 * collective_time(f, Collective::all_reduce, Data(1e9), pod).value());
}

TEST(Collectives, RefusesGroupsThatCannotBe) {
  const Fabric f = some_fabric();
  EXPECT_THROW(collective_time(f, Collective::all_reduce, Data(1), {0, 1}), Error);
  EXPECT_THROW(collective_time(f, Collective::all_reduce, Data(1), {16, 16}), Error);
  EXPECT_THROW(collective_time(f, Collective::all_reduce, Data(-1), {8, 8}), Error);
  EXPECT_EQ(collective_time(f, Collective::all_reduce, Data(1), {1, 1}).value(), 0);
  EXPECT_EQ(parse_collective("AllReduce"), Collective::all_reduce);
  EXPECT_EQ(parse_collective("alltoall"), Collective::all_to_all);
  EXPECT_THROW(parse_collective("all-redcue"), Error);
}

}  // namespace
}  // namespace orrery::network
