#include "validation/training.h"

#include <gtest/gtest.h>

#include "support/folders.h"
#include "validation/shipped_facts.h"

namespace orrery::validation {
namespace {

const CsvTable& published() {
  static const CsvTable table = read_csv(source_folder() + "/measurements/training.csv");
  return table;
}

TEST(Training, WhatIsPrintedIsPredicted) {
  const Score score = validate_training(published(), facts());
  EXPECT_EQ(score.rows.size(), published().rows.size());
  // Every row that carries a step time, a shape, a batch, a sequence and a known chip is predicted.
  for (const Row& row : score.rows)
    if (!row.skipped.empty()) {
      EXPECT_TRUE(row.skipped == "no step time" || row.skipped.find("not printed") != std::string::npos)
          << row.id << row.skipped;
    }
}

TEST(Training, InferenceNeverLooksAtTheAnswer) {
  CsvTable table = published();
  const Score before = validate_training(table, facts());
  for (const char* column : {"step_time_s", "tflops_per_gpu", "mfu_pct", "hfu_pct", "tokens_per_s_per_gpu",
                             "time_to_train_min", "gpu_hours", "peak_mem_gb"}) {
    const int c = table.column(column);
    ASSERT_GE(c, 0);
    for (auto& row : table.rows)
      if (!row[c].empty()) row[c] = "123.5";
  }
  const Score after = validate_training(table, facts());
  for (std::size_t i = 0; i < before.rows.size(); ++i)
    EXPECT_EQ(before.rows[i].predicted, after.rows[i].predicted) << before.rows[i].id;
}

}  // namespace
}  // namespace orrery::validation
