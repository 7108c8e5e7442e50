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
  EXPECT_EQ(recognise_fabric(facts(), "AMD MI300X", "Infinity Fabric").name, "mi300x");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA H100 PCIe", "PCIe5").name, "pcie5-peer + ib-ndr");
  EXPECT_EQ(make_fabric(facts(), "nvlink5-nvl72").domain, 72);
  EXPECT_THROW(make_fabric(facts(), "nvlink9"), Error);
  const Fabric h100 = chip_fabric(facts(), "h100");
  EXPECT_EQ(h100.domain, 8);
  EXPECT_NEAR(h100.scale_out.bandwidth, 50e9, 1);
  EXPECT_GT(chip_fabric(facts(), "mi300x").scale_up.bandwidth, 0);  // a chip nobody measured gets a plain fabric
}

TEST(Fabrics, NamesOfChipsAreReadAsBenchmarksWriteThem) {
  EXPECT_EQ(recognise_fabric(facts(), "TPU v4", "ICI").name, "tpu-v4");
  EXPECT_EQ(recognise_fabric(facts(), "TPU7x Ironwood", "").name, "tpu-v7");
  EXPECT_EQ(recognise_fabric(facts(), "Gaudi 2", "").name, "gaudi2");
  EXPECT_EQ(recognise_fabric(facts(), "trn2.48xlarge", "").name, "trainium2");
  EXPECT_EQ(recognise_fabric(facts(), "MI250", "").name, "mi250");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA A100-PCIE-40GB", "").name, "pcie4-peer + ib-hdr");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA A100-SXM4-40GB", "").name, "nvlink3 + ib-hdr");
  EXPECT_EQ(recognise_fabric(facts(), "GH200 NVL32", "").name, "nvlink4 + ib-ndr");
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
