#include "machine/network/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "machine/network/answer.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

TEST(Networks, EveryOneOfTheCatalogIsBuiltAndCarriesARing) {
  std::size_t built = 0;
  for (const catalog::Entry& e : facts().entries("networks")) {
    NetworkQuestion q;
    q.traffic = "ring";
    const NetworkAnswer s = answer(facts(), e.name, q);
    EXPECT_GE(hosts(s.network.topology), s.network.ranks) << e.name;
    EXPECT_TRUE(s.traffic->certificate.holds) << e.name;
    EXPECT_GT(s.traffic->least, 0) << e.name;
    ++built;
  }
  EXPECT_GE(built, 9u);
}

TEST(Networks, TaperAndFailuresSlowCollectivesAndAreNamed) {
  NetworkQuestion q;
  q.collective = Collective::all_reduce;
  q.bytes = 1e9;
  const NetworkAnswer far = answer(facts(), "h100-tapered", q);
  q.ranks = 1024;
  const NetworkAnswer near = answer(facts(), "h100-tapered", q);
  EXPECT_GT(far.collective->time.value(), 2 * near.collective->time.value());
  EXPECT_EQ(far.bound_by, "scale-out, tier 3");
  q.ranks = 2048;
  const double whole = answer(facts(), "h100-infiniband", q).collective->time.value();
  q.fail = 0.1;
  const NetworkAnswer broken = answer(facts(), "h100-infiniband", q);
  EXPECT_GT(broken.failed, 0u);
  EXPECT_GT(broken.collective->time.value(), 1.05 * whole);
  EXPECT_GE(broken.collective->time.value(), broken.collective_bound.value());
}

TEST(Networks, OneSwitchOrPlaneDownCostsItsShare) {
  NetworkQuestion q;
  q.traffic = "ring";
  q.fail_planes = 2;
  const NetworkAnswer planes = answer(facts(), "ethernet-8-planes", q);
  EXPECT_EQ(planes.failed, 2u * 2 * 1048576);
  EXPECT_NEAR(planes.traffic->least, 0.75 * planes.traffic->line, 1);
  q = {};
  q.collective = Collective::all_reduce;
  const double up = answer(facts(), "h100-infiniband", q).collective->transfer.value();
  q.fail_switch = 2;  // one of 32 switches above the leaves
  EXPECT_NEAR(answer(facts(), "h100-infiniband", q).collective->transfer.value() / up, 32.0 / 31, 0.01);
  EXPECT_THROW(answer(facts(), "hyperx-1k", q), Error);
}

TEST(Networks, ADetourEvensOutADragonflysWorstTraffic) {
  // Every group to the next: minimal routes share the few links between the two.
  NetworkQuestion q;
  q.traffic_file = "next group";
  for (int host = 0; host < 1056; ++host)
    q.traffic += std::to_string(host) + " " + std::to_string((host + 32) % 1056) + "\n";
  const double direct = answer(facts(), "dragonfly-1k", q).traffic->mean;
  q.detour = true;
  EXPECT_GT(answer(facts(), "dragonfly-1k", q).traffic->mean, 3 * direct);
  EXPECT_THROW(answer(facts(), "h100-infiniband", q), Error);
}

TEST(Networks, BothLevelsAnswerTheSameMessages) {
  NetworkQuestion q;
  q.ranks = 256;
  q.traffic = "permutation";
  q.bytes = 1e6;
  q.packet_level = true;
  const TrafficAnswer both = *answer(facts(), "h100-infiniband", q).traffic;
  EXPECT_NEAR(both.completion->mean / both.packets->mean, 1, 0.1);
  q.flow_level = false;
  EXPECT_FALSE(answer(facts(), "h100-infiniband", q).traffic->completion);
}

TEST(Networks, AllToAllOfAMillionIsFolded) {
  NetworkQuestion q;
  q.traffic = "all-to-all";
  const NetworkAnswer s = answer(facts(), "ethernet-8-planes", q);
  EXPECT_TRUE(s.traffic->folded);
  EXPECT_TRUE(s.traffic->certificate.holds);
  EXPECT_EQ(s.traffic->flows, 1048576.0 * 1048575.0);
}

TEST(Networks, RefuseWhatIsNotThere) {
  EXPECT_THROW(make_network(facts(), "h100-infinband"), Error);
  EXPECT_THROW(make_network(facts(), "dragonfly-1k", 5000), Error);
  EXPECT_THROW(parse_size("4x", "size"), Error);
  EXPECT_THROW(parse_size("4x4x4x4", "size"), Error);
  EXPECT_THROW(parse_size("", "size"), Error);
  EXPECT_EQ(parse_size("4x8", "size")[1], 8u);
  NetworkQuestion q;
  q.traffic = "permutations";
  EXPECT_THROW(answer(facts(), "dragonfly-1k", q), Error);
}

}  // namespace
}  // namespace orrery::network
