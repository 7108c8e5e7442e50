// Single-node tables in their own columns: vTrain's GPT sweep on A100 and SimuMax's runs on B200, beside the training
// model.
#pragma once
#include "base/csv.h"
#include "validation/facts.h"
#include "validation/score.h"

namespace orrery::validation {

/// Predicts the iteration times of vTrain's single-node table (Bang et al. 2024; columns as in its data folder), s: GPT
/// with 51,200 words in mixed precision on A100, Megatron-DeepSpeed, no recomputation. Throws Error for a missing
/// column or a cell that is no number.
Score validate_vtrain(const CsvTable& table, const Facts& facts);

/// Predicts SimuMax's published runs on one B200 node from their names ("llama3_70b_l12_tp1_pp2_dp4_mbc4_cef"): the
/// step in s, and the memory that the allocator gave out in B (without what the runtime holds). Throws Error as above.
Score validate_simumax(const CsvTable& table, const Facts& facts);
Score validate_simumax_memory(const CsvTable& table, const Facts& facts);

}  // namespace orrery::validation
