// The time of one training step: kernels of a layer, traffic between accelerators, the pipeline played out, gradients,
// optimizer, what is fixed and who is late. docs/training.md has the equations.
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/amount.h"
#include "machine/training/layout.h"
#include "machine/training/pipeline.h"

namespace orrery::training {

/// Seconds of a step by what they are spent on; they add up to the step. Times of the busiest pipeline stage; what it
/// waits for the others is the bubble.
struct Breakdown {
  double products = 0;     ///< matrix products of the layers
  double attention = 0;    ///< attention cores
  double elementwise = 0;  ///< norms, activations, residuals, rotary, routing
  double recompute = 0;    ///< forward passes done again
  double head = 0;         ///< output head and loss, embedding
  double tensor = 0;       ///< tensor and sequence parallel traffic in the open
  double context = 0;      ///< context parallel traffic in the open
  double expert = 0;       ///< expert traffic in the open
  double host = 0;         ///< launches and fixed costs of layers
  double offload = 0;      ///< waiting for activations on their way to or from the host
  double bubble = 0;       ///< waiting for other stages, handing on included
  double data = 0;         ///< gradients and sharded parameters in the open
  double optimizer = 0;
  double fixed = 0;       ///< of a step
  double stragglers = 0;  ///< waiting for the slowest of many
  double sum() const {
    return products + attention + elementwise + recompute + head + tensor + context + expert + host + offload + bubble +
           data + optimizer + fixed + stragglers;
  }
};
/// The parts in their order, as people read them.
inline constexpr std::pair<const char*, double Breakdown::*> breakdown_parts[] = {
    {"matrix products", &Breakdown::products}, {"attention", &Breakdown::attention},
    {"elementwise", &Breakdown::elementwise},  {"recomputation", &Breakdown::recompute},
    {"head and loss", &Breakdown::head},       {"tensor parallel", &Breakdown::tensor},
    {"context parallel", &Breakdown::context}, {"experts' traffic", &Breakdown::expert},
    {"kernel launches", &Breakdown::host},     {"traffic to the host", &Breakdown::offload},
    {"pipeline bubble", &Breakdown::bubble},   {"data parallel", &Breakdown::data},
    {"optimizer", &Breakdown::optimizer},      {"fixed", &Breakdown::fixed},
    {"stragglers", &Breakdown::stragglers}};

/// Peak memory of the fullest pipeline stage, bytes of one accelerator, by what it holds.
struct MemoryUse {
  double weights = 0, gradients = 0, optimizer = 0, buffers = 0;  ///< all through a step
  double activations = 0;                                         ///< of the microbatches in flight
  double head = 0;           ///< logits and what becomes of them while the loss is computed
  double backward = 0;       ///< a layer computed again, and its gradients, while it runs backwards
  double update = 0;         ///< beside the states while the optimizer steps, when no activations are left
  double fragmentation = 0;  ///< held by the allocator and not given out
  double framework = 0;      ///< outside the allocator: driver, communicators
  double host = 0;           ///< in the host's memory, not part of the total

  /// The most that is given out in each part of a step.
  double at_loss() const { return resident() + activations + head; }
  double at_backward() const { return resident() + activations + backward; }
  double at_update() const { return resident() + update; }
  double allocated() const { return std::max({at_loss(), at_backward(), at_update()}); }
  double reserved() const { return allocated() + fragmentation; }
  double total() const { return reserved() + framework; }
  /// The part of a step that takes the most: "loss", "backward" or "optimizer".
  const char* peak() const;
  /// What is held at the peak, as people read it; adds up to the total.
  std::vector<std::pair<const char*, double>> parts() const;

 private:
  double resident() const { return weights + gradients + optimizer + buffers; }
};

/// What one evaluation says.
struct StepEstimate {
  Time step;
  Breakdown breakdown;  ///< sums to step
  MemoryUse memory;     ///< of the fullest stage
  bool fits = true;     ///< memory within the accelerator's
  double tokens_per_second = 0;
  double model_flops = 0;           ///< FLOP/s per accelerator without recomputation (causal half of attention)
  double hardware_flops = 0;        ///< with recomputation, attention counted in full
  double mfu = 0;                   ///< model_flops over the peak of the precision
  double mfu_bf16 = 0;              ///< model_flops over the bf16 peak
  Power average_power, peak_power;  ///< of one accelerator
  Power low_power;                  ///< of one accelerator while it waits for others: the least within a step
  double waiting = 0;               ///< share of the step at low_power
  Energy energy_per_token;
  std::string binding;  ///< the largest part of the breakdown besides products
};

/// Evaluates a job on a machine in a layout. Neither legality nor memory is enforced: fits says whether it would.
/// Throws Error when the accelerator lacks the precision.
StepEstimate evaluate(const Job&, const Machine&, const Layout&);
/// The same from layer times and memory that are known already. limit: a step that takes longer may come back as
/// infinite, without the rest.
struct LayerTimes;
StepEstimate evaluate(const Job&, const Machine&, const Layout&, const LayerTimes&, const MemoryUse&,
                      double limit = std::numeric_limits<double>::infinity());

/// The pipeline of a layout as evaluate() plays it, for a trace of one step.
PipelineWork pipeline_of(const Job&, const Machine&, const Layout&);

/// What a kind of layer holds, bytes of one accelerator and microbatch, and its parameters there.
struct LayerMemory {
  double kept = 0;               ///< from its forward to its backward pass
  double again = 0;              ///< more, while it is computed again
  double whole = 0;              ///< kept where nothing is computed again
  double transient = 0;          ///< gradients beside it while it runs backwards
  double dense = 0, expert = 0;  ///< parameters
};
/// The same of every kind of layer. They depend on what layer times depend on.
struct LayerMemories {
  std::vector<LayerMemory> kinds;
  model::ParameterCount parameters;
};
LayerMemories layer_memories(const Job&, const Machine&, const Layout&);

/// Peak memory of the fullest stage alone.
MemoryUse memory_use(const Job&, const Machine&, const Layout&);
MemoryUse memory_use(const Job&, const Machine&, const Layout&, const LayerMemories&);

/// Layers of each chunk in the order data flows. Even where the layers divide; else embedding and head count as a layer
/// each where that divides; else the last chunk gives up as many layers as the head weighs, and the middle takes the
/// rest.
std::vector<int> layers_of_chunks(const model::Architecture& model, int chunks);

}  // namespace orrery::training
