#include "machine/network/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "machine/network/study.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

TEST(Networks, EveryOneOfTheCatalogIsBuiltAndCarriesARing) {
  std::size_t built = 0;
  for (const catalog::Entry& e : facts().entries("networks")) {
    Question q;
    q.traffic = "ring";
    const Study s = study(facts(), e.name, q);
    EXPECT_GE(hosts(s.network.topology), s.network.ranks) << e.name;
    EXPECT_TRUE(s.traffic->certificate.holds) << e.name;
    EXPECT_GT(s.traffic->least, 0) << e.name;
    ++built;
  }
  EXPECT_GE(built, 9u);
}

TEST(Networks, TaperAndFailuresSlowCollectivesAndAreNamed) {
  Question q;
  q.collective = Collective::all_reduce;
  q.bytes = 1e9;
  const Study far = study(facts(), "h100-tapered", q);
  q.ranks = 1024;
  const Study near = study(facts(), "h100-tapered", q);
  EXPECT_GT(far.collective->time.value(), 2 * near.collective->time.value());
  EXPECT_EQ(far.bound_by, "scale-out, tier 3");
  q.ranks = 2048;
  const double whole = study(facts(), "h100-infiniband", q).collective->time.value();
  q.fail = 0.1;
  const Study broken = study(facts(), "h100-infiniband", q);
  EXPECT_GT(broken.failed, 0u);
  EXPECT_GT(broken.collective->time.value(), 1.05 * whole);
  EXPECT_GE(broken.collective->time.value(), broken.collective_bound.value());
}

TEST(Networks, AllToAllOfAMillionIsFolded) {
  Question q;
  q.traffic = "all-to-all";
  const Study s = study(facts(), "ethernet-8-planes", q);
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
  Question q;
  q.traffic = "permutations";
  EXPECT_THROW(study(facts(), "dragonfly-1k", q), Error);
}

}  // namespace
}  // namespace orrery::network
