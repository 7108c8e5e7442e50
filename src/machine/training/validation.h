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
/// kernel, precision and whether the kernel runs 50 us or longer.
Score validate_kernels(const CsvTable& table, const Hardware& hardware);

}  // namespace orrery::training
