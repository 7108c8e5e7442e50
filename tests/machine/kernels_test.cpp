// Accelerators by the names that benchmarks print, and what the kernel model knows of releases and formats.
#include <gtest/gtest.h>

#include "machine/training/framework.h"
#include "support/facts.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

TEST(Kernels, DevicesAreKnownByTheWordsOfTheirNames) {
  const auto name = [](const std::string& printed) {
    const catalog::Entry* chip = silicon::recognise_chip(facts(), printed);
    return chip ? chip->name : "";
  };
  EXPECT_EQ(name("NVIDIA H200"), "h200-sxm");
  EXPECT_EQ(name("NVIDIA B300 SXM6 AC"), "b300-sxm");
  EXPECT_EQ(name("h200_sxm"), "h200-sxm");
  EXPECT_EQ(name("NVIDIA L40S"), "l40s");
  EXPECT_EQ(name("NVIDIA GH200 480GB"), "gh200");  // not an H200
  EXPECT_EQ(name("A100 40GB"), "a100-sxm-40gb");
  EXPECT_EQ(name("A100-SXM4-40GB"), "a100-sxm-40gb");
  EXPECT_EQ(name("A100-SXM-80GB"), "a100-sxm-80gb");
  EXPECT_EQ(name("NVIDIA H100 80GB PCIe"), "h100-pcie");  // the board tells more than the memory
  EXPECT_EQ(name("NVIDIA A100-PCIE-40GB"), "a100-pcie");
  EXPECT_EQ(name("Gaudi 2"), "gaudi2");
  EXPECT_EQ(name("Intel(R) Gaudi(R) 2 AI Accelerator"), "gaudi2");
  EXPECT_EQ(name("Trainium1 NeuronCore (trn1.32xlarge: 16 chips x 2 cores)"), "trainium1-core");
  EXPECT_EQ(name("trn2.48xlarge"), "trainium2");
  EXPECT_EQ(name("NVIDIA H999"), "");
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name(std::string(100000, '-')), "");
}

TEST(Kernels, DecodingKnowsKernelAndCache) {
  const silicon::AttentionConstants& c = hardware().accelerator("b200").attention;
  const auto time = [&](double heads, double kv_heads, const char* release) {
    return decode_attention_time(c, 64, 8192, heads, kv_heads, 128, 0, release);
  };
  // Query heads that share a block read the keys once; a release that gives each its own reads them for every one.
  EXPECT_LT(time(32, 2, "TRTLLM 1.3.0rc20"), 1.2 * time(2, 2, "TRTLLM 1.3.0rc20"));
  EXPECT_GT(time(32, 2, "TRTLLM 1.3.0rc10"), 4 * time(32, 2, "TRTLLM 1.3.0rc20"));
  EXPECT_GT(time(128, 2, "TRTLLM 1.3.0rc20"), 4 * time(32, 2, "TRTLLM 1.3.0rc20"));
  // Beyond a window no keys are read.
  EXPECT_LT(decode_attention_time(c, 64, 131072, 32, 2, 128, 128), 2 * decode_attention_time(c, 64, 128, 32, 2, 128));
  // Weights in 4 bits stream faster than in 8, large products cost what 16-bit ones do.
  const Accelerator& a = hardware().accelerator("a100");
  EXPECT_LT(gemm_time(a.weight_only[1], 8, 16384, 16384), gemm_time(a.weight_only[0], 8, 16384, 16384));
}
