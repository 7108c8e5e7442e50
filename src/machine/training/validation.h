// Scores the training and kernel models on measured data in the files' own columns.
#pragma once
#include "base/csv.h"
#include "machine/training/measured_run.h"
#include "machine/training/score.h"

namespace orrery::training {

/// Predicts the step time of every row of a table with the columns of measurements/training.csv.
Score validate_training(const CsvTable& table, const Hardware& hardware,
                        const std::vector<model::Architecture>& models);

/// Predicts the latency of every row of a table with the columns of measurements/kernels.csv; groups name the chip,
/// kernel, precision and whether the kernel runs 50 us or longer. A table with the columns of
/// silicon/operator_measured.csv (device, op, shape, value, unit) is known by its header.
Score validate_kernels(const CsvTable& table, const Hardware& hardware);

/// Predicts the iteration times of vTrain's single-node table (Bang et al. 2024; columns as in its data folder): GPT with
/// 51,200 words in mixed precision on A100, Megatron-DeepSpeed, no recomputation.
Score validate_vtrain(const CsvTable& table, const Hardware& hardware);

/// Predicts SimuMax's published runs on one B200 node from their names ("llama3_70b_l12_tp1_pp2_dp4_mbc4_cef"): time in
/// seconds, or the memory its allocator gave out in bytes (without what the runtime holds) when memory is true.
Score validate_simumax(const CsvTable& table, const Hardware& hardware, bool memory);

}  // namespace orrery::training
