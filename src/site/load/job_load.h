// The electric load of accelerators by what they do: the phases of a training step, a job that runs or stands, serving
// through a day, burn-in. A synchronous job swings as one: all its accelerators compute, then wait, at the same time.
#pragma once
#include <array>

#include "site/load/storage.h"

namespace orrery::site {

/// What one accelerator and its share of a server draw.
struct AcceleratorLoad {
  Power computing;            ///< the accelerator while it computes: its TDP
  Power waiting;              ///< and while it waits for others within a step
  double psu_efficiency = 1;  ///< out over in of the server's power supplies
  Power rated;                ///< its share of its server's rating
  Power training;             ///< its share of the server's mean draw in training
  Power standing;             ///< and of that of a server whose job stands
};

/// What a number of them swing by, at the input of their servers' power supplies.
struct JobSwing {
  Power step;  ///< n (computing - waiting) / psu_efficiency
  Power job;   ///< n (training - standing)
};
JobSwing job_swing(const AcceleratorLoad& load, Chips accelerators);

/// Serving through a day: power by hour, between `trough` and `peak` as a cosine with its top at `peak_hour`.
std::array<Power, 24> serving_day(Power trough, Power peak, double peak_hour);

}  // namespace orrery::site
