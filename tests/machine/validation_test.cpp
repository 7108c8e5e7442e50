// The models against the published measurements of the shared data: the bars of docs/calibration.md hold.
#include "machine/training/validation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "machine/model/from_catalog.h"

using namespace orrery;
using namespace orrery::training;

namespace {

std::string data_folder() {
  const char* given = std::getenv("ORRERY_DATA");
  return given ? given : std::string(ORRERY_SOURCE) + "/../shared/data";
}

const Hardware& hardware() {
  static const Hardware h = load_hardware(std::string(ORRERY_SOURCE) + "/catalog/kernels");
  return h;
}

#define NEED_DATA(file)                                           \
  const std::string path = data_folder() + "/measurements/" file; \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there (see ORRERY_DATA)"

}  // namespace

TEST(Validation, TrainingRuns) {
  NEED_DATA("training.csv");
  const catalog::Catalog catalog(std::string(ORRERY_SOURCE) + "/catalog");
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
  double all[4] = {}, longer[4] = {};
  int n[4] = {}, n_longer[4] = {};
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
    if (k < 0) continue;
    const double e = std::abs(s.rows[i].error());
    all[k] += e, ++n[k];
    if (s.rows[i].measured >= 50e-6) longer[k] += e, ++n_longer[k];
  }
  const double bar[4] = {0.10, 0.14, 0.15, 0.10}, bar_longer[4] = {0.06, 0.10, 0.15, 0.10};
  for (int k = 0; k < 4; ++k) {
    EXPECT_LE(all[k] / n[k], bar[k]) << k;
    EXPECT_LE(longer[k] / n_longer[k], bar_longer[k]) << k;
  }
}
