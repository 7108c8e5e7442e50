#include "machine/network/measured.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "machine/network/calibration.h"
#include "support/folders.h"

namespace orrery::network {
namespace {

const catalog::Catalog& facts() {
  static const catalog::Catalog catalog(source_folder() + "/catalog");
  return catalog;
}
#define NEED(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << (path) << " is not here; ORRERY_DATA names its folder"

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
  EXPECT_EQ(recognise_fabric(facts(), "MI250", "").name, "mi250x");
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

TEST(Measured, CollectivesGoByManyNames) {
  const auto as = [](const char* text) { return parse_collective(text); };
  EXPECT_EQ(as("all_reduce_perf"), Collective::all_reduce);
  EXPECT_EQ(as("ncclAllGather"), Collective::all_gather);
  EXPECT_EQ(as("a2a"), Collective::all_to_all);
  EXPECT_EQ(as("reduce"), Collective::broadcast);
  EXPECT_EQ(as("sendrecv_perf"), Collective::send_recv);
  for (const char* none : {"", "perf", "nccl", "gather", "hypercube"}) EXPECT_THROW(as(none), Error) << none;
}

TEST(Measured, PublishedRowsLieWithinTheirBars) {
  const std::string path = data_folder() + "/measurements/collectives.csv";
  NEED(path);
  const CollectiveValidation v = validate_collectives(read_csv(path), facts());
  std::size_t nccl_groups = 0;
  for (const CollectiveScore& s : v.summary) {
    EXPECT_EQ(s.unpredicted, 0u) << s.group;
    if (s.group == "multi-node") {
      EXPECT_LT(s.median, 0.20);
    }
    for (const char* collective : {"all_reduce", "all_gather", "reduce_scatter", "alltoall"})
      if (s.group == std::string("NCCL, ") + collective) {
        ++nccl_groups;
        EXPECT_LT(s.median_large, 0.10) << s.group;
        EXPECT_LT(s.median_small, 0.12) << s.group;
      }
    if (s.group == "NCCL, NVIDIA L40S") {
      EXPECT_LT(s.median_large, 0.20);
      EXPECT_LT(s.median_small, 0.20);
    }
    if (s.group == "library DeepEP V1") {
      EXPECT_LT(s.median, 0.15);
    }
  }
  EXPECT_EQ(nccl_groups, 4u);
  for (const MeasuredCollective& r : v.rows)
    if (r.nodes > 1) {
      EXPECT_LT(std::abs(r.error), 0.20) << r.id;
    }
}

TEST(Measured, PublishedBandwidthsAreScoredOrSayWhyNot) {
  const std::string path = data_folder() + "/network/collectives_published.csv";
  NEED(path);
  const CollectiveValidation v = validate_collectives(read_csv(path), facts());
  int four_nodes = 0, twisted = 0;
  for (const MeasuredCollective& r : v.rows) {
    EXPECT_NE(r.predicted.has_value(), !r.unpredicted.empty()) << r.id;
    if (r.gpu == "AWS P6-B200" && r.nodes == 4 && r.bytes >= 1073741824) {
      ++four_nodes;
      EXPECT_LT(std::abs(r.error), 0.08) << r.id;
    }
    if (r.twisted_torus) {
      ++twisted;
      EXPECT_LT(std::abs(r.error), 0.08) << r.id;
    }
  }
  EXPECT_EQ(four_nodes, 5);
  EXPECT_EQ(twisted, 2);
  EXPECT_EQ(v.all.rows, 176u);
  EXPECT_LT(v.all.median_large, 0.08);
  for (const CollectiveScore& s : v.summary)
    if (s.group == "multi-node") {
      EXPECT_LT(s.median_large, 0.20);
    }
}

TEST(Measured, PublishedRowsOfStrangeShape) {
  const CsvTable t = parse_csv(
      "id,system,n_nodes,n_accel,fabric,operation,payload_bytes,metric,value,unit\n"
      "a,H100,1,8,NVLink4,all_reduce,large,busbw,480,GB/s\n"
      "b,H100,1,8,NVLink4,hypercube,1048576,busbw,480,GB/s\n"
      "c,H100,>1,,NVLink4,all_reduce,1048576,busbw,480,GB/s\n"
      "d,TPU v4,,,ICI,all-to-all 3x5x7,,twisted / untwisted torus throughput,1.6,x\n"
      "e,abacus,1,8,string,all_reduce,1048576,busbw,480,GB/s\n",
      "strange.csv");
  const CollectiveValidation v = validate_collectives(t, facts());
  ASSERT_EQ(v.rows.size(), 5u);
  for (const MeasuredCollective& r : v.rows) {
    EXPECT_FALSE(r.predicted) << r.id;
    EXPECT_FALSE(r.unpredicted.empty()) << r.id;
  }
}

TEST(Calibration, FindsConstantsThatMadeTheData) {
  // Times made by known constants: the fit predicts them again, and groups it never saw.
  Fabric truth = plain_fabric("truth", 8, Bandwidth(450e9), Bandwidth(50e9));
  truth.launch = 7e-6;
  truth.scale_up.hop = {1.1e-6, 1.3e-6, 2.4e-6};
  truth.scale_up.efficiency = {0.08, 0.33, 0.81};
  std::vector<Observation> rows;
  for (Collective c : {Collective::all_reduce, Collective::all_gather, Collective::all_to_all})
    for (int n : {2, 4, 8})
      for (double bytes = 1024; bytes < 1e9; bytes *= 4)
        rows.push_back({c, bytes, {n, n}, collective_time(truth, c, Data(bytes), {n, n}).value(), 1});
  const Fabric start = plain_fabric("start", 8, Bandwidth(450e9), Bandwidth(50e9));
  EXPECT_LT(misfit(calibrate(start, rows, scale_up_knobs, 6000), rows), 0.02);
  EXPECT_LT(misfit(calibrate(start, rows, scale_up_knobs, 6000), rows), misfit(start, rows) / 3);
  for (const LeftOut& l : leave_one_group_out(start, rows, scale_up_knobs, 1500)) {
    EXPECT_LT(l.median_large, 0.15) << name(l.collective) << " " << l.ranks;
  }
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
