// What training software keeps in an accelerator's memory: bytes a parameter, what of a layer waits for the backward
// pass, the logits of the loss, what the allocator rounds up, and what lies outside it (docs/memory.md). Figures stand
// in the catalog: frameworks, losses, optimizers, runtimes.
#pragma once
#include <string>
#include <string_view>

#include "catalog/band.h"
#include "catalog/catalog.h"

namespace orrery::training {

/// What of a layer is kept for its backward pass. fused: as Transformer Engine's modules keep it. eager, compiled: as
/// PyTorch's autograd does, operator by operator or after torch.compile.
enum class Kept { fused, eager, compiled };

/// What an optimizer holds, bytes a parameter.
struct Optimizer {
  std::string name = "adamw";
  double states = 8;     ///< its moments
  double temporary = 0;  ///< beside them while it steps
  bool master = true;    ///< keeps fp32 weights where the model's are narrower
  bool operator==(const Optimizer&) const = default;
};

/// Throws Error (without a place) with the nearest names for an optimizer that the catalog does not have.
Optimizer read_optimizer(const catalog::Catalog& catalog, std::string_view name);

/// What PyTorch's allocator holds over what it gave out: with segments of fixed size, and with ones that grow where
/// operators run one by one; compiled ones with growing segments leave nothing (docs/memory.md).
inline constexpr double segmented = 1.10, growing = 1.04;

/// Rules of a framework. Bytes are of one parameter unless said otherwise.
struct MemoryRules {
  Kept kept = Kept::fused;
  double weight = 2;            ///< of the weights that products take, or of the ones that are gathered
  double gradient = 4;          ///< as gradients are accumulated
  double gradient_copy = 0;     ///< of another one, sharded as the optimizer
  double master = 4;            ///< of the optimizer's own weights
  double update = 0;            ///< of an fp32 gradient made for the optimizer's step, in place of the accumulated one
  double bucket = 0;            ///< bytes of an accelerator, in which gradients are gathered up and sent
  double reserved = segmented;  ///< what the allocator holds over what is allocated
  double spread = 0.06;         ///< of that, one standard deviation of its logarithm
  double context = 0;           ///< bytes of an accelerator that its driver takes more than today's
  double logit = 6;             ///< of a logit while the loss is computed
  bool keeps_outputs = false;   ///< a stage keeps its result for every microbatch in flight (Megatron-DeepSpeed)
  bool keeps_last = false;      ///< a compiled layer keeps the result of its last product, which nothing needs
  bool gathers_late = false;    ///< FSDP2: gathered parameters are copied out, gradients reduced in fp32
};

/// Reads "fused", "eager" or "compiled". Throws Error with the nearest.
Kept parse_kept(std::string_view text);
/// Has the loss of that name computed (catalog kind losses). Throws Error (without a place) with the nearest names.
void take_loss(MemoryRules& rules, const catalog::Catalog& catalog, std::string_view loss);

/// P10 and P90 of a peak that these rules predict.
catalog::Band memory_band(const MemoryRules& rules);

/// Has layers compiled, or run one operator after the other; nothing where software keeps what Transformer Engine does.
void compile(MemoryRules& rules, bool compiled);

/// What lies outside the allocator, bytes of one accelerator (catalog kind runtimes, by vendor).
struct Runtime {
  double context = 0;       ///< of the driver
  double communicator = 0;  ///< of each communicator of more than two ranks
  double exchange = 0;      ///< of the first all-to-all between accelerators of one server
};
Runtime runtime_of(const catalog::Catalog& catalog, std::string_view chip);

}  // namespace orrery::training
