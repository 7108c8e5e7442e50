#include "machine/network/bill.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/csv.h"
#include "base/error.h"
#include "support/facts.h"
#include "support/folders.h"

namespace orrery::network {
namespace {

Clos clos_of(std::uint32_t hosts, std::uint32_t radix, double gigabits = 400) {
  ClosDescription d;
  d.hosts = hosts;
  d.radix = radix;
  d.nic = Bandwidth(gigabits * 1e9 / 8);
  return design(d);
}

double switches(const Clos& c) {
  double sum = 0;
  for (int l = 1; l <= c.tiers; ++l) sum += static_cast<double>(c.switches(l));
  return sum;
}

TEST(Bill, PublishedCounts) {
  const std::optional<std::string> path = data_file("network/topology_cost_published.csv");
  if (!path) GTEST_SKIP() << no_data;
  const CsvTable t = read_csv(*path);
  int fat_trees = 0, sheets = 0, disagreeing = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const std::string cluster = t.cell(i, "cluster"), value = t.cell(i, "value"), notes = t.cell(i, "notes");
    unsigned k = 0, tiers = 0;
    if (std::sscanf(cluster.c_str(), "fat-tree k=%u %u-tier", &k, &tiers) == 2) {
      // hosts; switches; switch-switch links
      double hosts = 0, boxes = 0, cables = 0;
      ASSERT_EQ(std::sscanf(value.c_str(), "%lf; %lf; %lf", &hosts, &boxes, &cables), 3);
      EXPECT_EQ(static_cast<double>(most_hosts(k, static_cast<int>(tiers), {1, 1, 1, 1})), hosts);
      const Clos c = clos_of(static_cast<std::uint32_t>(hosts), k, 800);
      EXPECT_EQ(c.tiers, static_cast<int>(tiers));
      EXPECT_EQ(switches(c), boxes);
      double links = 0;
      for (size_t l = 2; l <= tiers; ++l) links += static_cast<double>(c.count[l]);
      EXPECT_EQ(links, cables);
      ++fat_trees;
    }
    unsigned gpus = 0;
    double boxes = 0, box_cost = 0;
    if (std::sscanf(cluster.c_str(), "%u H100 IB NDR", &gpus) == 1 &&
        std::sscanf(value.c_str(), "%lf; %lf", &boxes, &box_cost) == 2) {
      const Bill b = bill_of_materials(clos_of(gpus, 64), {}, facts());
      const bool flagged = notes.find("DISAGREES") != std::string::npos;
      EXPECT_EQ(b.switch_count == boxes, !flagged) << cluster << ": " << b.switch_count << " against " << boxes;
      if (!flagged) {
        double cost = 0;
        for (const BillLine& l : b.lines)
          if (l.item == "quantum-2") cost += l.cost().value();
        EXPECT_NEAR(cost, box_cost, 1);
      }
      ++sheets;
      disagreeing += flagged;
    }
  }
  EXPECT_EQ(fat_trees, 12);
  EXPECT_EQ(sheets, 8);
  EXPECT_EQ(disagreeing, 4);
}

TEST(Bill, NamedExactCounts) {
  EXPECT_EQ(most_hosts(64, 3, {1, 1, 1, 1}), 65536u);
  EXPECT_EQ(clos_of(131072, 64).tiers, 4);
  EXPECT_EQ(switches(clos_of(131072, 64)), 14336);
  EXPECT_EQ(most_hosts(512, 2, {1, 1, 1, 1}), 131072u);
  EXPECT_EQ(most_hosts(144, 2, {1, 1, 1, 1}), 10368u);
  // 98,304 GPUs in four pods of 24,576: one transceiver per NIC; twin-port ones halve them.
  const Clos rail = clos_of(4 * 24576, 64);
  EXPECT_EQ(static_cast<double>(rail.hosts) * rail.w[1], 98304);
  EXPECT_EQ(std::ceil(rail.hosts * rail.w[1] / 2.0), 49152);
}

TEST(Bill, AddsUp) {
  const Clos c = clos_of(1024, 64);
  const Bill b = bill_of_materials(c, {}, facts());
  EXPECT_EQ(b.switch_count, 48);
  EXPECT_EQ(b.cables, 2048);
  EXPECT_EQ(b.ports_left, 0);
  EXPECT_DOUBLE_EQ(b.oversubscription, 1);
  EXPECT_DOUBLE_EQ(b.bisection.value(), 512 * 50e9);
  double cost = 0, power = 0;
  for (const BillLine& l : b.lines) cost += l.cost().value(), power += l.load().value();
  EXPECT_DOUBLE_EQ(b.cost.value(), cost);
  EXPECT_DOUBLE_EQ(b.power.value(), power);
  EXPECT_NE(b.tiers_note.find("1 would reach 64"), std::string::npos) << b.tiers_note;
  ClosDescription d;
  d.hosts = 1536;
  d.radix = 64;
  d.nic = Bandwidth(50e9);
  d.taper = {3, 1, 1, 1};
  EXPECT_DOUBLE_EQ(bill_of_materials(design(d), {}, facts()).oversubscription, 3);
}

TEST(Bill, MillionEndpoints) {
  // Each rail of 131,072 NICs: Ethernet of 800 Gb/s split over eight planes needs two tiers, InfiniBand three.
  ClosDescription d;
  d.hosts = 1 << 20;
  d.domain = 8;
  d.scale_up = Bandwidth(450e9);
  d.rails = ClosDescription::Rails::only;
  d.nic = Bandwidth(100e9);
  d.planes = 8;
  d.radix = 512;
  Parts ethernet;
  ethernet.switch_name = "tomahawk-5";
  ethernet.nic = "connectx-8";
  const Clos planes = design(d);
  EXPECT_EQ(planes.tiers, 2);
  const Bill a = bill_of_materials(planes, ethernet, facts());
  d.planes = 1;
  d.radix = 144;
  Parts infiniband = ethernet;
  infiniband.switch_name = "quantum-x800";
  const Clos three = design(d);
  EXPECT_EQ(three.tiers, 3);
  const Bill b = bill_of_materials(three, infiniband, facts());
  EXPECT_EQ(a.switch_count, 8 * 8 * 768);  // 8 rails x 8 planes x 3k/2
  EXPECT_LT(a.power.value(), b.power.value());
  EXPECT_GT(a.cables, b.cables);
  EXPECT_TRUE(a.single_points.empty());
  EXPECT_FALSE(b.single_points.empty());
}

TEST(Bill, PricesAreLowOrHighTogether) {
  ClosDescription d;
  d.hosts = 4096;
  d.radix = 144;
  d.nic = Bandwidth(100e9);
  Parts parts;
  parts.switch_name = "quantum-x800";
  parts.nic = "connectx-8";
  const Bill usual = bill_of_materials(design(d), parts, facts());
  parts.prices_at = 0.1;
  const Bill cheap = bill_of_materials(design(d), parts, facts());
  // Quantum-X800 costs 90 to 180 k$, evenly: 99 at P10; cards and optics have one price.
  EXPECT_NEAR(cheap.switch_cost.value(), 99e3 * cheap.switch_count, 1);
  EXPECT_EQ(cheap.link_cost, usual.link_cost);
  EXPECT_LT(price_per_accelerator(cheap, false), price_per_accelerator(usual, false));
}

TEST(Bill, RefusesPartsThatDoNotFit) {
  Parts parts;
  parts.switch_name = "quantum-3";
  EXPECT_THROW(bill_of_materials(clos_of(64, 64), parts, facts()), Error);
  EXPECT_THROW(bill_of_materials(clos_of(64, 128), {}, facts()), Error);
  EXPECT_THROW(bill_of_materials(clos_of(64, 64, 800), {}, facts()), Error);
  Parts copper;
  copper.cables = {"dac-400"};
  EXPECT_THROW(bill_of_materials(clos_of(65536, 64), copper, facts()), Error);
}

}  // namespace
}  // namespace orrery::network
