#include "machine/network/measured.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "machine/network/calibration.h"

namespace orrery::network {
namespace {

std::string data_folder() {
  const char* given = std::getenv("ORRERY_DATA");
  return given != nullptr ? given : ORRERY_SOURCE "/../shared/data";
}
const catalog::Catalog& facts() {
  static const catalog::Catalog catalog(ORRERY_SOURCE "/catalog");
  return catalog;
}
#define NEED(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << (path) << " is not here; ORRERY_DATA names its folder"

TEST(Fabrics, CatalogReadsAndRecognises) {
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA H100 80GB HBM3", "NVLink4 NVSwitch").name, "nvlink4 + ib-ndr");
  EXPECT_EQ(recognise_fabric(facts(), "GB200", "NVLink5 NVL72 single rack").domain, 72);
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA B200", "EFAv4 8x50GB/s per node").name, "nvlink5 + efa");
  EXPECT_EQ(recognise_fabric(facts(), "A100-80GB (p4de.24xlarge)", "EFA 4x100Gb per node").name, "nvlink3 + efa-v1");
  EXPECT_THROW(recognise_fabric(facts(), "abacus", "string"), Error);
  EXPECT_EQ(recognise_fabric(facts(), "AMD MI300X", "Infinity Fabric").name, "mi300x");
  EXPECT_EQ(recognise_fabric(facts(), "NVIDIA H100 PCIe", "PCIe5").name, "pcie4 + ib-hdr");
  EXPECT_EQ(make_fabric(facts(), "nvlink5-nvl72").domain, 72);
  EXPECT_THROW(make_fabric(facts(), "nvlink9"), Error);
  const Fabric h100 = chip_fabric(facts(), "h100");
  EXPECT_EQ(h100.domain, 8);
  EXPECT_NEAR(h100.scale_out.bandwidth, 50e9, 1);
  EXPECT_GT(chip_fabric(facts(), "mi300x").scale_up.bandwidth, 0);  // a chip nobody measured gets a plain fabric
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

TEST(Measured, FourNodeB200AllReduce) {
  const std::string path = data_folder() + "/network/collectives_published.csv";
  NEED(path);
  const CsvTable t = read_csv(path);
  const Fabric f = recognise_fabric(facts(), "B200", "EFAv4 8x50GB/s per node");
  int rows = 0;
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    if (t.cell(i, "system") != "AWS P6-B200" || t.cell(i, "n_nodes") != "4") continue;
    const double bytes = t.number(i, "payload_bytes", 0);
    if (bytes < 1073741824) continue;
    const double time = collective_time(f, Collective::all_reduce, Data(bytes), {32, 8}).value();
    EXPECT_NEAR(bytes * 2 * 31 / 32 / time / (t.number(i, "value", 0) * 1e9), 1, 0.08) << bytes;
    ++rows;
  }
  EXPECT_EQ(rows, 5);
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
