#include "machine/network/fabrics.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/facts.h"

namespace orrery::network {
namespace {

TEST(Fabrics, CatalogReadsAndRecognises) {
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA H100 80GB HBM3", "NVLink4 NVSwitch").name, "nvlink4 + ib-ndr");
  EXPECT_EQ(recognise_fabric(facts(), "GB200", "NVLink5 NVL72 single rack").domain, 72);
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA B200", "EFAv4 8x50GB/s per node").name, "nvlink5 + efa-v4");
  EXPECT_EQ(recognise_fabric(facts(), "A100-80GB (p4de.24xlarge)", "EFA 4x100Gb per node").name, "nvlink3 + efa-v1");
  EXPECT_THROW(recognise_fabric(facts(), "abacus", "string"), Error);
  EXPECT_EQ(recognise_fabric(facts(), "AMD MI300X", "Infinity Fabric").name, "xgmi + ib-ndr");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA H100 PCIe", "PCIe5").name, "nvlink4-bridge + ib-ndr");
  EXPECT_EQ(make_fabric(facts(), "nvlink5-nvl72").domain, 72);
  EXPECT_THROW(make_fabric(facts(), "nvlink9"), Error);
  const Fabric h100 = chip_fabric(facts(), "h100");
  EXPECT_EQ(h100.domain, 8);
  EXPECT_NEAR(h100.scale_out.bandwidth, 50e9, 1);
  EXPECT_EQ(chip_fabric(facts(), "maia-100").name, "maia-100");  // a chip that no entry names gets a plain fabric
}

// One datasheet: what a fabric states of bandwidth and domain is what the chips it joins have. Cards without NVLink,
// and those below bridges, reach the rest of a server over PCIe: their datasheet's domain is what one bridge joins.
TEST(Fabrics, BandwidthAndDomainAreTheDatasheets) {
  int compared = 0;
  for (const catalog::Entry& chip : facts().entries("chips")) {
    const catalog::Entry* up = scale_up_of(facts(), chip.name);
    if (up == nullptr) continue;
    ++compared;
    const catalog::Entry whole = whole_fabric(facts(), *up);
    const Fabric f = chip_fabric(facts(), chip.name);
    EXPECT_NEAR(f.scale_up.bandwidth / (chip.number("scaleup_bandwidth") / 2), 1, 1e-9) << chip.name << ' ' << up->name;
    double joined = f.domain;
    if (const catalog::Figure* over_host = whole.find("over_host"); over_host != nullptr && over_host->boolean) {
      joined = 1;
      if (chip.number("scaleup_domain") > 1)
        for (const Span& s : f.scale_up.spans)
          if (s.bandwidth_share == 1) joined = s.ranks;
    }
    EXPECT_EQ(joined, chip.number("scaleup_domain")) << chip.name << ' ' << up->name;
  }
  EXPECT_GT(compared, 40);
}

TEST(Fabrics, EveryAcceleratorThatTrainsHasAFabric) {
  for (const catalog::Entry& kernels : facts().entries("kernels")) {
    ASSERT_NE(scale_up_of(facts(), kernels.name), nullptr) << kernels.name;
    const Fabric f = chip_fabric(facts(), kernels.name);
    const int local = std::min(8, f.domain);
    // A long all-reduce takes between the least any method needs and eight times that, a short one under a millisecond.
    for (const Group& g : {Group{local, local, 1}, Group{2 * f.domain, f.domain, 1}}) {
      if (g.ranks < 2) continue;
      const Data bytes(4e9);
      const double over =
          collective_time(f, Collective::all_reduce, bytes, g) / collective_bound(f, Collective::all_reduce, bytes, g);
      EXPECT_GT(over, 1) << kernels.name;
      EXPECT_LT(over, 8) << kernels.name;
    }
    EXPECT_LT(collective_time(f, Collective::all_reduce, Data(1e3), {local, local, 1}).value(), 1e-3) << kernels.name;
  }
}

TEST(Fabrics, WhatAnEntryLeavesOutIsThatOfTheOneItIsLike) {
  const Fabric hdr = make_fabric(facts(), "nvlink3", "ib-hdr"), ndr = make_fabric(facts(), "nvlink3", "ib-ndr");
  EXPECT_EQ(hdr.scale_out.bandwidth * 2, ndr.scale_out.bandwidth);
  EXPECT_EQ(hdr.scale_out.tree_hop, ndr.scale_out.tree_hop);
  EXPECT_EQ(make_fabric(facts(), "ici-2d").scale_up.dimensions, 2);
  EXPECT_EQ(make_fabric(facts(), "ici-2d").scale_up.hop[2], make_fabric(facts(), "ici").scale_up.hop[2]);
  EXPECT_TRUE(make_fabric(facts(), "xgmi-mi200").scale_up.spans.empty());
}

// A pair of a full mesh has one link of seven; on a torus rings of the dimensions run one after another.
TEST(Fabrics, MeshesAndToriSeeTheirReach) {
  const Fabric mesh = chip_fabric(facts(), "mi300x");
  const auto busbw = [&](int ranks) {
    const double s = 4e9;
    return 2.0 * (ranks - 1) / ranks * s /
           collective_time(mesh, Collective::all_reduce, Data(s), {ranks, ranks}).value();
  };
  EXPECT_NEAR(busbw(2) / busbw(8), 1.0 / 7, 0.03);
  const Fabric torus = chip_fabric(facts(), "tpu-v4");
  const double latency = estimate_collective(torus, Collective::all_reduce, Data(1), {4096, 4096}).latency.value();
  EXPECT_NEAR(latency, torus.launch + 2 * 45 * 2e-6, 1e-6);
}

TEST(Fabrics, NamesOfChipsAreReadAsBenchmarksWriteThem) {
  EXPECT_EQ(recognise_fabric(facts(), "TPU v4", "ICI").name, "ici + tpu-dcn");
  EXPECT_EQ(recognise_fabric(facts(), "TPU7x Ironwood", "").name, "ici + tpu-dcn");
  EXPECT_EQ(recognise_fabric(facts(), "Gaudi 2", "").name, "gaudi + gaudi-ports");
  EXPECT_EQ(recognise_fabric(facts(), "trn2.48xlarge", "").name, "neuronlink-3 + efa");
  EXPECT_EQ(recognise_fabric(facts(), "MI250", "").name, "xgmi-mi200 + slingshot");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA A100-PCIE-40GB", "").name, "pcie4-peer + ib-hdr");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA A100-SXM4-40GB", "").name, "nvlink3 + ib-hdr");
  EXPECT_EQ(recognise_fabric(facts(), "GH200", "NVL32").name, "nvlink4-nvl32 + ib-ndr");
  EXPECT_THROW(recognise_fabric(facts(), "Cerebras WSE-3", ""), Error);  // no scale-up bandwidth is known
}

TEST(Fabrics, TheRateOfANicIsReadFromText) {
  const auto gbps = [](const char* text, int per_server = 8) { return nic_rate(text, per_server).value() * 8e-9; };
  EXPECT_NEAR(gbps("8x400Gb IB/RoCE"), 400, 1e-9);
  EXPECT_NEAR(gbps("EFAv2 3200Gb per node"), 400, 1e-9);
  EXPECT_NEAR(gbps("EFA 4x100Gb per node"), 50, 1e-9);
  EXPECT_NEAR(gbps("NVLink5 + EFAv4 8x50GB/s per node"), 400, 1e-9);
  EXPECT_NEAR(gbps("Slingshot 4x200Gb", 4), 200, 1e-9);
  EXPECT_NEAR(gbps("IB NDR 400Gb/GPU + SHARP"), 400, 1e-9);
  EXPECT_NEAR(gbps("RDMA (NVLink 160GB/s, CX7 400Gb)"), 400, 1e-9);
  EXPECT_NEAR(gbps("Spectrum-X 800GbE"), 800, 1e-9);
  EXPECT_NEAR(gbps("1.6 Tb/s"), 1600, 1e-9);
  EXPECT_EQ(gbps("NVLink4 450GB/s uni"), 0);
  EXPECT_EQ(gbps("NVLink5 NVL72, 4 GPUs"), 0);
  EXPECT_NEAR(recognise_fabric(facts(), "A100", "100Gb Ethernet").scale_out.bandwidth, 12.5e9, 1);
  EXPECT_NEAR(recognise_fabric(facts(), "B300", "").scale_out.bandwidth, 100e9, 1);  // its own NIC
}

TEST(Fabrics, CollectivesGoByManyNames) {
  const auto as = [](const char* text) { return parse_collective(text); };
  EXPECT_EQ(as("all_reduce_perf"), Collective::all_reduce);
  EXPECT_EQ(as("ncclAllGather"), Collective::all_gather);
  EXPECT_EQ(as("a2a"), Collective::all_to_all);
  EXPECT_EQ(as("reduce"), Collective::broadcast);
  EXPECT_EQ(as("sendrecv_perf"), Collective::send_recv);
  for (const char* none : {"", "perf", "nccl", "gather", "hypercube"}) EXPECT_THROW(as(none), Error) << none;
}

TEST(ExpertExchange, SkewAndDistanceCostTime) {
  const Fabric f = make_fabric(facts(), "nvlink4-h800");
  const ExpertExchange x = read_expert_exchange(facts().entry("fabrics", "deepep"));
  ExpertTraffic even, skewed;
  skewed.skew = 2;
  EXPECT_NEAR(low_latency_time(f, x, skewed, {64, 8}) / low_latency_time(f, x, even, {64, 8}), 2, 1e-12);
  EXPECT_GT(low_latency_time(f, x, even, {256, 8}).value(), low_latency_time(f, x, even, {8, 8}).value());
  EXPECT_GT(normal_bandwidth(f, x, {8, 8}).value(), normal_bandwidth(f, x, {16, 8}).value());
}

}  // namespace
}  // namespace orrery::network
