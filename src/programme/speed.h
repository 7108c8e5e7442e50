// How fast an accelerator trains: the one interface between the programme and the training model.
#pragma once
#include <string>

#include "catalog/catalog.h"
#include "scenario/reader.h"

namespace orrery::programme {

using scenario::Fallback;

/// What the programme asks the training model.
struct SpeedQuestion {
  const catalog::Entry* chip = nullptr;
  const catalog::Entry* model = nullptr;  ///< null when a run gives only its compute
  std::string precision = "bf16";         ///< or fp8
  double accelerators = 0;
  double sequence = 8192;  ///< tokens of a sequence
  double batch = 0;        ///< sequences of a step; 0: one for every eight accelerators, at least 256
  std::string network;     ///< of the catalog, between scale-up domains; empty: one that binds by its cards alone
};

/// A number of accelerators near the wanted one that layouts divide: blocks of 512, or a power of two below.
double laid_out_accelerators(double accelerators);

/// Achieved model FLOP/s per accelerator, counted as 6 x active parameters x tokens per second. Answered by the training
/// model in its fastest layout where the chip and the model's shape are known (machine/training), with the model's band
/// as the spread; its note names what binds, and on a network what a full one would bring. Else from the published runs that the catalog's training entries summarise: the chip's own figure, or
/// the MFU of unmeasured chips times its peak rate. Throws Error when neither the chip nor its peak rate is known, or the
/// network cannot carry the job.
Fallback achieved_speed(const catalog::Catalog& catalog, const SpeedQuestion& question);

}  // namespace orrery::programme
