// The models against the published measurements of the shared data: the bars of docs/calibration.md hold.
#include "machine/training/validation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "machine/model/from_catalog.h"
#include "support/folders.h"

using namespace orrery;
using namespace orrery::training;

namespace {

const Hardware& hardware() {
  static const Hardware h = load_hardware(source_folder() + "/catalog/kernels");
  return h;
}

#define NEED_DATA(file)                                           \
  const std::string path = data_folder() + "/measurements/" file; \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there (see ORRERY_DATA)"

}  // namespace

TEST(Validation, TrainingRuns) {
  NEED_DATA("training.csv");
  const catalog::Catalog catalog(source_folder() + "/catalog");
  const CsvTable table = read_csv(path);
  const Score s = validate_training(table, hardware(), model::known_models(catalog));
  EXPECT_EQ(s.rows.size(), table.rows.size());
  EXPECT_LE(s.all.median_abs_error, 0.05);
  EXPECT_LE(s.all.p90_abs_error, 0.15);
  for (const GroupScore& g : s.groups)
    if (g.predicted >= 10) {
      EXPECT_LE(g.median_abs_error, 0.08) << g.group;
    }
  // Every row that carries a step time, a shape, a batch, a sequence and a known chip is predicted.
  for (const ScoredRow& row : s.rows)
    if (!row.skipped.empty()) {
      EXPECT_TRUE(row.skipped == "no step time" || row.skipped.find("not printed") != std::string::npos)
          << row.id << row.skipped;
    }
}

TEST(Validation, InferenceNeverLooksAtTheAnswer) {
  NEED_DATA("training.csv");
  CsvTable table = read_csv(path);
  const Score before = validate_training(table, hardware(), {});
  for (const char* column : {"step_time_s", "tflops_per_gpu", "mfu_pct", "hfu_pct", "tokens_per_s_per_gpu",
                             "time_to_train_min", "gpu_hours", "peak_mem_gb"}) {
    const int c = table.column(column);
    ASSERT_GE(c, 0);
    for (auto& row : table.rows)
      if (!row[c].empty()) row[c] = "123.5";
  }
  const Score after = validate_training(table, hardware(), {});
  for (std::size_t i = 0; i < before.rows.size(); ++i)
    EXPECT_EQ(before.rows[i].predicted, after.rows[i].predicted) << before.rows[i].id;
}

TEST(Validation, SingleNodes) {
  {
    NEED_DATA("vtrain_single_node.csv");
    const Score s = validate_vtrain(read_csv(path), hardware());
    EXPECT_EQ(s.all.predicted, 1440);
    EXPECT_LE(s.all.mean_abs_error, 0.08);
  }
  NEED_DATA("simumax_b200.csv");
  EXPECT_LE(validate_simumax(read_csv(path), hardware(), false).all.mean_abs_error, 0.06);
  EXPECT_LE(validate_simumax(read_csv(path), hardware(), true).all.mean_abs_error, 0.02);
}

TEST(Validation, Kernels) {
  NEED_DATA("kernels.csv");
  const CsvTable table = read_csv(path);
  const Score s = validate_kernels(table, hardware());
  double all[5] = {}, longer[5] = {};
  int n[5] = {}, n_longer[5] = {};
  for (std::size_t i = 0; i < s.rows.size(); ++i) {
    if (!s.rows[i].skipped.empty()) continue;
    const std::string kernel = table.cell(i, "kernel"), type = table.cell(i, "dtype");
    int k = -1;
    if (kernel == "gemm")
      k = type == "bfloat16" || type == "fp16"     ? 0
          : type == "fp8" || type == "fp8_static"  ? 1
          : type == "fp8_block" || type == "nvfp4" ? 2
                                                   : -1;
    if (kernel == "context_attention") k = 3;
    if (kernel == "generation_attention") k = 4;
    if (k < 0) continue;
    const double e = std::abs(s.rows[i].error());
    all[k] += e, ++n[k];
    if (s.rows[i].measured >= 50e-6) longer[k] += e, ++n_longer[k];
  }
  const double bar[5] = {0.10, 0.14, 0.15, 0.10, 0.11}, bar_longer[5] = {0.06, 0.10, 0.15, 0.10, 0.10};
  for (int k = 0; k < 5; ++k) {
    EXPECT_LE(all[k] / n[k], bar[k]) << k;
    EXPECT_LE(longer[k] / n_longer[k], bar_longer[k]) << k;
  }
}

TEST(Validation, Operators) {
  const std::string path = data_folder() + "/silicon/operator_measured.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there (see ORRERY_DATA)";
  const Score s = validate_kernels(read_csv(path), hardware());
  EXPECT_EQ(s.all.rows - s.all.predicted, 24);  // four accelerators at once, sizes not printed
  EXPECT_LE(s.all.mean_abs_error, 0.035);
}

TEST(Validation, DevicesAreKnownByTheWordsOfTheirNames) {
  const auto name = [](const char* printed) {
    const Accelerator* a = hardware().recognise_accelerator(printed);
    return a ? a->name : "";
  };
  EXPECT_EQ(name("NVIDIA H200"), "h200-sxm");
  EXPECT_EQ(name("NVIDIA B300 SXM6 AC"), "b300-sxm");
  EXPECT_EQ(name("h200_sxm"), "h200-sxm");
  EXPECT_EQ(name("NVIDIA L40S"), "l40s");
  EXPECT_EQ(name("NVIDIA GH200 480GB"), "gh200");  // not an H200
  EXPECT_EQ(name("NVIDIA H999"), "");
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name(std::string(100000, '-').c_str()), "");
}

TEST(Validation, DecodingKnowsKernelAndCache) {
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
