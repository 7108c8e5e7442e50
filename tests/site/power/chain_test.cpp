// The electrical chain: blocks by redundancy, losses, what a failure takes, against counts by hand and all states
// tried.
#include "site/power/chain.h"

#include "base/error.h"

namespace orrery::site {
namespace {

Stage stage(const char* redundancy, bool bus = false, double availability = 0.99) {
  return {"ups", Power(1e6), redundancy_of(redundancy), bus, 0.01, 0.01, 0.02, availability};
}

TEST(ElectricalChain, CountsBlocksByRedundancy) {
  const auto blocks = [](const char* redundancy) {
    return chain_at({stage(redundancy)}, Power(5.5e6)).stages[0].blocks;
  };
  EXPECT_EQ(blocks("n"), 6);
  EXPECT_EQ(blocks("n+1"), 7);
  EXPECT_EQ(blocks("2n"), 12);
  EXPECT_EQ(blocks("catcher"), 7);
  EXPECT_EQ(blocks("4-to-3"), 8);  // two groups of four
  EXPECT_THROW(redundancy_of("4-to-2"), Error);
  EXPECT_THROW(redundancy_of("n+0"), Error);
  EXPECT_THROW(redundancy_of(""), Error);
}

TEST(ElectricalChain, OneFailureTakesWhatNobodyTakesOver) {
  const auto left = [](const char* redundancy, bool bus) {
    return chain_at({stage(redundancy, bus)}, Power(5.5e6)).stages[0].left_by_one;
  };
  EXPECT_DOUBLE_EQ(left("n", false), 5.0 / 6);
  EXPECT_DOUBLE_EQ(left("n", true), 5 / 5.5);  // the others take what they can
  for (const char* r : {"n+1", "2n", "catcher", "4-to-3"}) EXPECT_DOUBLE_EQ(left(r, false), 1) << r;
}

TEST(ElectricalChain, LosesByItsLoad) {
  const ChainState s = chain_at({stage("2n"), stage("n")}, Power(4e6));
  // n: 4 MW at x = 1: 4 % of 4 MW; 2n of 5 blocks: 10 MW at x = 0.416.
  EXPECT_NEAR(s.stages[1].lost.value(), 0.16e6, 1e-6);
  EXPECT_NEAR(s.stages[0].lost.value(), 10e6 * (0.01 + 0.01 * 0.416 + 0.02 * 0.416 * 0.416), 1e-6);
  EXPECT_NEAR(s.drawn.value(), 4.16e6 + s.stages[0].lost.value(), 1e-6);
  EXPECT_NEAR(s.efficiency, 4e6 / s.drawn.value(), 1e-12);
}

TEST(ElectricalChain, MeansAreThoseOfAllStates) {
  // Three blocks of which two are needed, on their own loads: 1 with none or one down, 1/2 with two, 0 with three.
  const double u = 0.9, d = 0.1, all = u * u * u + 3 * u * u * d;
  const StageState s = chain_at({stage("n+1", false, u)}, Power(2e6)).stages[0];
  EXPECT_NEAR(s.all_fed, all, 1e-12);
  EXPECT_NEAR(s.mean_fed, all + 3 * u * d * d / 2, 1e-12);
  EXPECT_NEAR(chain_at({stage("n", false, u)}, Power(5e6)).mean_fed, u, 1e-12);
  EXPECT_NEAR(chain_at({stage("2n", false, u)}, Power(5e6)).mean_fed, 0.99, 1e-12);
  EXPECT_NEAR(chain_at({stage("4-to-3", false, u)}, Power(6e6)).stages[0].all_fed,
              std::pow(std::pow(u, 4) + 4 * std::pow(u, 3) * d, 2), 1e-12);
}

RC_GTEST_PROP(ElectricalChain, SparesFeedMoreAndShareOfPowerIsAShare, ()) {
  const Power it(*rc::gen::inRange(1, 3000) * 1e5);
  const bool bus = *rc::gen::arbitrary<bool>();
  const double up = *rc::gen::inRange(500, 1000) / 1000.0;
  const auto mean = [&](const char* r) { return chain_at({stage(r, bus, up)}, it).mean_fed; };
  RC_ASSERT(mean("n") <= mean("n+1") + 1e-9 && mean("n+1") <= mean("n+2") + 1e-9);
  RC_ASSERT(mean("n") <= mean("2n") + 1e-9 && mean("4-to-3") <= 1 + 1e-9 && mean("n") >= up - 1e-9);
}

TEST(ElectricalChain, RacksRunWhole) {
  EXPECT_DOUBLE_EQ(usable_accelerators(24576, 32, 1), 24576);
  EXPECT_DOUBLE_EQ(usable_accelerators(24576, 32, 0.5), 12288);
  EXPECT_DOUBLE_EQ(usable_accelerators(100, 72, 0.99), 72);  // two racks, one of them in part
  EXPECT_DOUBLE_EQ(usable_accelerators(100, 72, 1), 100);
}

}  // namespace
}  // namespace orrery::site
