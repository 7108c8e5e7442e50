// Networks and the accelerators that stand on them: a name never changes a scale-up domain or a card, and what is
// priced is what stands there.
#include "machine/network/fit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/network/network.h"
#include "machine/training/job_fabric.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

const catalog::Entry& network_of(std::string_view name) {
  return facts().entry("networks", name);
}
const catalog::Entry& chip_of(std::string_view name) {
  return facts().entry("chips", name);
}
bool fits(std::string_view network, std::string_view chip) {
  return misfit(facts(), network_of(network), chip_of(chip)).empty();
}

TEST(Fit, ANameNeverChangesTheScaleUpDomain) {
  int pairs = 0;
  for (const catalog::Entry& chip : facts().entries("chips"))
    for (const catalog::Entry& network : facts().entries("networks")) {
      const double domain = chip.number("scaleup_domain", 0);
      if (!(domain > 0) || network.find("buildings") != nullptr || !misfit(facts(), network, chip).empty()) continue;
      ++pairs;
      const auto ranks = static_cast<std::uint32_t>(2 * domain);
      EXPECT_EQ(make_network(facts(), network.name, ranks, 0, chip.name).fabric.domain, domain)
          << network.name << " " << chip.name;
      const training::JobFabric f =
          training::job_fabric(facts(), network.name, ranks, 0, 1, training::RingOrder::any, {.chip = chip.name});
      EXPECT_EQ(f.domain, domain) << network.name << " " << chip.name;
      if (const double card = chip.number("scaleout_nic", 0); card > 0) {
        EXPECT_LE(f.bandwidth, card * (1 + 1e-6)) << network.name << " " << chip.name;
      }
    }
  EXPECT_GT(pairs, 60);
}

TEST(Fit, PartsThatDoNotFitAreRefusedWithThoseThatDo) {
  EXPECT_TRUE(fits("ethernet-8-planes", "gb300"));
  EXPECT_EQ(make_network(facts(), "ethernet-8-planes", 7200, 0, "gb300").fabric.domain, 72);
  EXPECT_EQ(make_network(facts(), "ethernet-8-planes", 7200, 0, "b300-sxm").fabric.domain, 8);
  EXPECT_FALSE(fits("h100-infiniband", "gb200"));     // domains of 8
  EXPECT_FALSE(fits("h100-infiniband", "b300-sxm"));  // cards of 400 Gb/s
  EXPECT_FALSE(fits("ethernet-8-planes", "gb200"));   // cards of 800 Gb/s
  EXPECT_FALSE(fits("tpu-v4-slice", "tpu-v4"));       // its own domain
  try {
    require_fit(facts(), network_of("h100-infiniband"), chip_of("gb200"));
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.problem(), "h100-infiniband is laid out for scale-up domains of 8, and gb200 has domains of 72");
    EXPECT_EQ(e.remedy(), "take one that fits gb200: gb200-ethernet, gb200-nvl72");
  }
}

TEST(Fit, TheChipsOfTheScenariosHaveNetworks) {
  for (const char* chip : {"a100-sxm-80gb", "h100-sxm", "h200-sxm", "b200-sxm", "b300-sxm", "gb200", "gb300", "vr200",
                           "mi300x", "mi325x", "mi355x", "trainium2", "trainium3", "tpu-v4", "tpu-v5p", "tpu-v7"})
    EXPECT_FALSE(fitting(facts(), chip_of(chip)).empty()) << chip;
}

// Leaves and spines of NVIDIA's DGX SuperPOD with DGX B300 and two planes of Spectrum-X Ethernet, table "Larger DGX
// SuperPOD component counts" of its reference architecture.
TEST(Fit, PublishedCountsOfB300OnEthernet) {
  for (const auto& [ranks, leaves, spines] :
       {std::tuple{512u, 16., 8.}, {1024u, 32., 16.}, {2048u, 64., 32.}, {4096u, 128., 64.}, {8192u, 256., 128.}}) {
    const Bill b = bill_of(make_network(facts(), "b300-ethernet", ranks, 0, "b300-sxm"), facts());
    EXPECT_EQ(b.switches, (std::vector<double>{leaves, spines})) << ranks;
  }
}

// Fairwater 2 Atlanta: 524,288 accelerators, 24,576 switches in two rail-only tiers (SemiAnalysis, row T031 of the
// published counts): the rails are the four of a tray.
TEST(Fit, PublishedCountsOfRacksOnEightPlanes) {
  const Network n = make_network(facts(), "ethernet-8-planes", 0, 0, "gb300");
  const Clos& c = std::get<Clos>(n.topology.shape);
  EXPECT_EQ(n.ranks, 7281u * 72);  // 524,288 but for the part of a rack
  EXPECT_EQ(c.tiers, 2);
  EXPECT_EQ(c.rail_count, 4u);
  EXPECT_EQ(c.domain, 72u);
  EXPECT_EQ(bill_of(n, facts()).switch_count, 24576);
}

// Whoever sends across rails crosses the tray's scale-up links and the tree of the other's rail; links are as numbered.
RC_GTEST_PROP(Fit, RailsOfTraysReachEveryone, ()) {
  const std::uint32_t racks = *rc::gen::inRange(2u, 40u);
  const Network n = make_network(facts(), "ethernet-8-planes", racks * 72, 0, "gb300");
  const Clos& c = std::get<Clos>(n.topology.shape);
  const Host a = *rc::gen::inRange(0u, racks * 72), b = *rc::gen::inRange(0u, racks * 72);
  RC_PRE(a != b);
  Path path;
  c.route(a, b, *rc::gen::arbitrary<std::uint32_t>(), path);
  const auto scale_up = std::count_if(path.begin(), path.end(), [&](LinkId l) { return l >= c.scale_up_first; });
  const bool same = a / 72 == b / 72;
  RC_ASSERT(scale_up == (same || a % 4 != b % 4 ? 2 : 0));
  const std::size_t in_tree = path.size() - static_cast<std::size_t>(scale_up);
  RC_ASSERT((same ? in_tree == 0 : in_tree == 2 || in_tree == 4));
  for (const LinkId l : path) RC_ASSERT(l < c.links());
}

// More accelerators never cost less in all; each has one card and no more.
RC_GTEST_PROP(Fit, BillsGrowWithTheAccelerators, ()) {
  std::vector<std::pair<std::string, std::string>> stand;
  for (const catalog::Entry& e : facts().entries("networks")) {
    if (e.find("nic") == nullptr || e.find("buildings") != nullptr) continue;
    stand.emplace_back(e.name, "");
    for (const char* chip : {"h100-sxm", "gb200", "gb300", "vr200"})
      if (misfit(facts(), e, chip_of(chip)).empty()) stand.emplace_back(e.name, chip);
  }
  const auto [network, chip] = *rc::gen::elementOf(stand);
  const std::uint32_t ranks = *rc::gen::inRange(1u, 100000u), more = *rc::gen::inRange(1u, 20000u);
  const Bill b = bill_of(make_network(facts(), network, ranks, 0, chip), facts());
  double cards = 0;
  for (const BillLine& line : b.lines)
    if (line.item == network_of(network).text("nic")) cards += line.count;
  RC_ASSERT(cards == ranks);
  RC_ASSERT(b.cost <= bill_of(make_network(facts(), network, ranks + more, 0, chip), facts()).cost);
}

TEST(Fit, AServersPriceHoldsItsCards) {
  const Bill b = bill_of(make_network(facts(), "h100-infiniband", 98304), facts());
  EXPECT_NEAR(price_per_accelerator(b, true).value() - price_per_accelerator(b, false).value(), 1500, 1e-6);
  EXPECT_NEAR(price_per_accelerator(b, true).value(), b.cost.value() / 98304 + b.storage.value(), 1e-6);
  EXPECT_GT(b.storage.value(), 0);
  EXPECT_NEAR((b.card_cost + b.switch_cost + b.link_cost).value(), b.cost.value(), 1);
}

}  // namespace
}  // namespace orrery::network
