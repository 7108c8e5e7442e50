#include "validation/training.h"

#include <gtest/gtest.h>

#include <set>

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
  EXPECT_EQ(score.rows.size(), published().size());
  // Every row that carries a step time, a shape, a batch, a sequence and a known chip is predicted.
  for (const Row& row : score.rows)
    if (!row.skipped.empty()) {
      EXPECT_TRUE(row.skipped == "no step time" || row.skipped.find("not printed") != std::string::npos)
          << row.id << row.skipped;
    }
}

TEST(Training, InferenceNeverLooksAtTheAnswer) {
  const CsvTable& table = published();
  const Score before = validate_training(table, facts());
  const std::set<std::string> answers = {"step_time_s",          "tflops_per_gpu",    "mfu_pct",   "hfu_pct",
                                         "tokens_per_s_per_gpu", "time_to_train_min", "gpu_hours", "peak_mem_gb"};
  CsvTable changed;
  changed.name = table.name, changed.header = table.header;
  for (const std::string& column : answers) ASSERT_GE(table.column(column), 0);
  for (std::size_t r = 0; r < table.size(); ++r) {
    std::vector<std::string_view> cells;
    for (std::size_t c = 0; c < table.header.size(); ++c)
      cells.push_back(answers.count(table.header[c]) && !table.at(r, c).empty() ? "123.5" : table.at(r, c));
    changed.add(cells, table.line(r));
  }
  const Score after = validate_training(changed, facts());
  for (std::size_t i = 0; i < before.rows.size(); ++i)
    EXPECT_EQ(before.rows[i].predicted, after.rows[i].predicted) << before.rows[i].id;
}

}  // namespace
}  // namespace orrery::validation
