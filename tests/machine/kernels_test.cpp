// Accelerators by the names that benchmarks print, and what the kernel model knows of releases and formats.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/csv.h"
#include "machine/network/collective.h"
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

// GPT-3's layer on four A100 as a framework launches it, operator by operator (LLMCompass's measurements): the
// operators that make up the time are met one by one, and their sum is the layer's.
TEST(Kernels, OperatorsOneByOneAddUpToALayer) {
  const Accelerator& a = hardware().accelerator("a100-sxm-80gb");
  const silicon::GemmConstants& g = a.dispatched_product;
  const CsvTable measured = read_csv(source_folder() + "/measurements/operators.csv");
  for (const bool decode : {false, true}) {
    const double width = 12288, heads = 8 * 24, rows = decode ? 8 : 8 * 2048, keys = decode ? 3072 : 2048,
                 queries = decode ? 1 : 2048;
    const auto each = [&](const char* name, double m, double n) {
      return elementwise_time(a.dispatched.at(name), a.memory_bandwidth, m, n);
    };
    const double summed =
        network::collective_time(a.network, network::Collective::all_reduce, Data(2 * rows * width), {4, 4}).value();
    // Queries, keys and values are three products; four accelerators share heads and columns.
    const std::map<std::string, double> predicted = {{"QKV", 3 * gemm_time(g, rows, width / 4, width)},
                                                     {"Q_mul_K", gemm_time(g, queries, keys, 128, heads)},
                                                     {"A_mul_V", gemm_time(g, queries, 128, keys, heads)},
                                                     {"Wo", gemm_time(g, rows, width, width / 4)},
                                                     {"W1", gemm_time(g, rows, width, width)},
                                                     {"W2", gemm_time(g, rows, width, width)},
                                                     {"softmax", each("softmax", heads * queries, keys)},
                                                     {"LN_MHA", each("layernorm", rows, width)},
                                                     {"LN_FFN", each("layernorm", rows, width)},
                                                     {"gelu", each("gelu", rows, width)},
                                                     {"allreduce_MHA", summed},
                                                     {"allreduce_FFN", summed}};
    double time = 0, seen = 0;
    std::size_t found = 0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
      if (measured.cell(i, "shape").find(decode ? "layer decode" : "layer prefill") == std::string::npos) continue;
      const std::string& op = measured.cell(i, "op");
      const double value = measured.number(i, "value", 0), error = predicted.at(op) / value - 1;
      time += predicted.at(op), seen += value, ++found;
      if (op == "QKV" || op == "Wo" || op == "W1" || op == "W2" || op == "gelu") {
        EXPECT_NEAR(error, 0, 0.06) << op;
      }
      // Rows of 12,288 lie between those that a core keeps and those that it does not.
      if (op.starts_with("LN_")) {
        EXPECT_NEAR(error, 0, 0.12) << op;
      }
    }
    EXPECT_EQ(found, predicted.size());
    EXPECT_NEAR(seen, decode ? 1.111e-3 : 66.75e-3, 1e-3 * seen);
    EXPECT_NEAR(time, seen, 0.05 * seen);
  }
}
