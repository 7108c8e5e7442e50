// Constants of products and attention are found again from times that they made, the same on any number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "silicon/chip/kernel_constants.h"
#include "support/folders.h"
#include "validation/calibrate/products.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

using namespace silicon;

/// Products of one part in two releases, of many sizes, timed by a chip's constants.
std::vector<MeasuredKernel> timed(const Accelerator& chip, const std::string& name, const Accelerator& truth) {
  std::vector<MeasuredKernel> out;
  for (const char* framework : {"TRTLLM 1.2.0rc5", "TRTLLM 1.3.0rc20"})
    for (const double m : {1.0, 48.0, 700.0, 4096.0})
      for (const double n : {256.0, 3072.0, 14336.0})
        for (const double k : {512.0, 7168.0}) {
          MeasuredKernel& kernel = out.emplace_back();
          kernel.chip = &chip, kernel.part = {KernelPart::Group::gemm, name}, kernel.framework = framework;
          kernel.m = m, kernel.n = n, kernel.k = k;
          kernel.row.id = std::to_string(out.size());
          kernel.row.measured = kernel_time(kernel, truth);
        }
  return out;
}

double mean_error(const std::vector<MeasuredKernel>& kernels, const Accelerator& chip) {
  double sum = 0;
  for (const MeasuredKernel& k : kernels) sum += std::abs(std::log(kernel_time(k, chip) / k.row.measured));
  return sum / static_cast<double>(kernels.size());
}

TEST(CalibrateProducts, FindsConstantsThatMadeTheTimes) {
  const Accelerator& chip = *facts().hardware.find_accelerator("h100-sxm");
  Accelerator truth = chip;
  GemmConstants& fp8 = *products_called(truth, "fp8").first;
  fp8.rate *= 0.8, fp8.launch *= 1.4, fp8.memory_share *= 0.9;
  for (GemmRelease& r : *products_called(truth, "fp8").second)
    if (r.factor != 1) r.factor = 1.2;
  const std::vector<MeasuredKernel> kernels = timed(chip, "fp8", truth);
  const std::vector<ProductPart> parts = parts_of(facts(), kernels);
  ASSERT_EQ(parts.size(), 1u);
  ASSERT_EQ(parts[0].rows.size(), kernels.size());
  const Accelerator fitted = fit_part(parts[0], chip, parts[0].rows);
  EXPECT_GT(mean_error(kernels, chip), 0.1);
  EXPECT_LT(mean_error(kernels, fitted), 0.015);
  EXPECT_NEAR(products_called(fitted, "fp8").first->rate / fp8.rate, 1, 0.03);

  const std::vector<Constant> constants = constants_of_part(parts[0], fitted);
  const auto of = [&](const std::string& part, const std::string& key) {
    return std::find_if(constants.begin(), constants.end(),
                        [&](const Constant& c) { return c.part == part && c.key == key; });
  };
  const auto release = of("gemm.fp8|release.1.3.0rc20", "factor"), base = of("gemm.fp8|release.1.2.0rc5", "factor");
  ASSERT_NE(release, constants.end());
  ASSERT_NE(base, constants.end());
  EXPECT_NEAR(release->after, 1.2, 0.03);
  EXPECT_EQ(base->after, 1);  // the others are told by it
  // No row ran under it: its factor stays, as what counts does.
  const auto unseen = of("gemm.fp8|release.1.3.0rc10", "factor");
  ASSERT_NE(unseen, constants.end());
  EXPECT_EQ(unseen->after, unseen->before);
}

TEST(CalibrateProducts, WhatAlreadyFitsStays) {
  const Accelerator& chip = *facts().hardware.find_accelerator("b200-sxm");
  const std::vector<MeasuredKernel> kernels = timed(chip, "nvfp4", chip);
  const std::vector<ProductPart> parts = parts_of(facts(), kernels);
  ASSERT_EQ(parts.size(), 1u);
  const Accelerator fitted = fit_part(parts[0], chip, parts[0].rows);
  EXPECT_LT(mean_error(kernels, fitted), 1e-3);
  EXPECT_EQ(products_called(fitted, "nvfp4").first->most_splits, 1);
  for (const Constant& c : constants_of_part(parts[0], fitted)) {
    EXPECT_TRUE(std::isfinite(c.after)) << c.key;
    if (c.key == "balance" || c.key == "rate" || c.key == "memory_share") {
      EXPECT_GE(c.after, 0);
      EXPECT_LE(c.after, 1);
    }
  }
}

TEST(CalibrateProducts, IsTheSameOnAnyNumberOfThreads) {
  // Two parts of two chips: their constants, and the document with what was held out.
  const std::string folder = testing::TempDir() + "/orrery_products";
  std::filesystem::create_directories(folder);
  std::string kernels = "id,kernel,gpu_type,dtype,m,n,k,batch,seq,heads,kv_heads,head_dim,latency_ms,framework\n";
  int id = 0;
  for (const char* gpu : {"NVIDIA B200", "NVIDIA GB200"})
    for (const int m : {1, 64, 1024, 8192})
      for (const int n : {512, 4096, 8192})
        kernels += std::to_string(++id) + ",gemm," + gpu + ",bfloat16," + std::to_string(m) + ',' + std::to_string(n) +
                   ",4096,,,,,," + std::to_string(0.006 + 1e-9 * m * n) + ",TRTLLM 1.3.0rc10\n";
  std::ofstream(folder + "/kernels.csv") << kernels;
  std::ofstream(folder + "/operators.csv") << "device,op,shape,value,unit\nA100,gelu_fp16,M=1 N=65536,0.00005,s\n";
  CalibrateOptions options;
  options.measurements = folder, options.threads = 1;
  const Calibrated one = calibrate_products(facts(), options);
  options.threads = 2;
  const Calibrated two = calibrate_products(facts(), options);
  ASSERT_FALSE(one.constants.empty());
  ASSERT_EQ(one.constants.size(), two.constants.size());
  for (std::size_t i = 0; i < one.constants.size(); ++i)
    EXPECT_EQ(one.constants[i].after, two.constants[i].after) << one.constants[i].part << ' ' << one.constants[i].key;
  options.leave_out = "table";
  EXPECT_THROW(calibrate_products(facts(), options), Error);
}

TEST(CalibrateProducts, KinIsOfTheGenerationElseSlower) {
  std::vector<MeasuredKernel> kernels;
  for (const char* name : {"a100-sxm-80gb", "h100-sxm", "b200-sxm", "gb200"}) {
    const Accelerator& chip = *facts().hardware.find_accelerator(name);
    const auto more = timed(chip, "bf16", chip);
    kernels.insert(kernels.end(), more.begin(), more.end());
  }
  const std::vector<ProductPart> parts = parts_of(facts(), kernels);
  ASSERT_EQ(parts.size(), 4u);
  for (const ProductPart& part : parts) {
    const std::string &chip = part.chip->name, &kin = kin_of(part, parts)->name;
    EXPECT_EQ(kin, chip == "b200-sxm"   ? "gb200"
                   : chip == "gb200"    ? "b200-sxm"
                   : chip == "h100-sxm" ? "a100-sxm-80gb"
                                        : "h100-sxm");
  }
}

}  // namespace
}  // namespace orrery::validation
