#include "validation/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/folders.h"
#include "validation/single_nodes.h"

namespace orrery::validation {
namespace {

const Facts& facts() {
  static const Facts all = load_facts(catalog::Catalog(source_folder() + "/catalog"), make_date(2026, 8, 3));
  return all;
}

TEST(Kernels, EachKindWithinItsBar) {
  const CsvTable table = read_csv(source_folder() + "/measurements/kernels.csv");
  const Score s = validate_kernels(table, facts());
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

TEST(SingleNodes, ACaseOfAnotherModelIsNotPredicted) {
  const Score score = validate_simumax(parse_csv("case,real_ms\ngpt9_l4_tp1_pp1_mbc4,300\n", "simumax.csv"), facts());
  EXPECT_EQ(score.rows[0].skipped, "the model is not one of SimuMax's");
}

TEST(SingleNodes, VtrainsSweep) {
  const std::optional<std::string> path = data_file("measurements/vtrain_single_node.csv");
  if (!path) GTEST_SKIP() << no_data;
  Score score = validate_vtrain(read_csv(*path), facts());
  summarise(score);
  EXPECT_EQ(score.all.predicted, 1440);
  EXPECT_LE(score.all.mean, 0.08);
}

}  // namespace
}  // namespace orrery::validation
