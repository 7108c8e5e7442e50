// A pipeline schedule played out event by event: every stage runs its own fixed order of forward and backward passes,
// and a pass starts when its input has arrived and the stage is free (GPipe, Huang et al. 2019; 1F1B and interleaved
// 1F1B, Narayanan et al. 2021, section 2.2; zero bubble and DualPipe in split_pipeline.cpp). Long runs of equal
// microbatches are folded: once the pipeline is full a further round of microbatches costs what the busiest stage
// costs.
#pragma once
#include <vector>

namespace orrery::training {

/// Times of one microbatch on each chunk, in the order data flows: chunk c of stage s stands at c * stages + s.
struct PipelineWork {
  int stages = 1, chunks = 1;             ///< chunks are the virtual stages of a stage
  std::vector<double> forward, backward;  ///< s, stages x chunks each
  double transfer = 0;                    ///< s to hand a microbatch to the next stage
  bool gpipe = false;                     ///< all forward passes, then all backward passes
  /// s of each backward pass that only the weights' gradients take, and that may wait; empty: nothing waits. Without
  /// chunks only.
  std::vector<double> weight;
  bool both_ways = false;  ///< DualPipe: stage s of the second direction stands on accelerator stages - 1 - s
};

/// One pass as it ran.
struct PipelineEvent {
  int stage = 0, chunk = 0, microbatch = 0;
  bool backward = false, weight = false;  ///< weight: the gradients of the weights alone
  double start = 0, end = 0;              ///< s
};

/// Seconds from the first pass to the last of so many microbatches. Interleaving needs microbatches to be a multiple of
/// the stages; other numbers are rounded up to one. events, when given, receives every pass (nothing is folded then).
double pipeline_time(const PipelineWork& work, int microbatches, std::vector<PipelineEvent>* events = nullptr);

/// The time of the busiest stage alone: the least any schedule can take.
double busiest_stage(const PipelineWork& work, int microbatches);

/// What no play takes less than: a stage begins when the first microbatch has come through the stages before it, does
/// all of its work, and its last backward pass still goes back through them. Where gradients of weights may wait, the
/// busiest stage.
double least_pipeline_time(const PipelineWork& work, int microbatches);

namespace detail {
/// As pipeline_time, for work whose weights' gradients may wait; nothing is folded.
double play_split(const PipelineWork& work, int microbatches, std::vector<PipelineEvent>* events);
}  // namespace detail

}  // namespace orrery::training
