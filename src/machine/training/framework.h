// What the training model knows of a framework generation: the few constants fitted on measured runs (catalog kind
// frameworks); and all that it knows of hardware and software together.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "machine/network/collective.h"
#include "machine/training/memory_rules.h"
#include "silicon/chip/unmeasured.h"

namespace orrery::training {

using silicon::Precision;

/// An accelerator in the machine it is sold in.
struct Accelerator : silicon::Accelerator {
  network::Fabric network;  ///< its scale-up level and usual scale-out level
  Runtime runtime;
  std::vector<silicon::ChipRange> ranges;  ///< of one that nobody measured: what its constants may be
};

/// A generation of a training framework: what it fuses and overlaps. Fitted per generation, not per row.
struct Framework {
  std::string name;
  bool fitted = true;                 ///< on runs of its own
  std::vector<std::string> matches;   ///< parts of the names under which results are published, lower case
  std::vector<std::string> families;  ///< accelerator families it alone serves; empty: any
  std::vector<std::string>
      only_on;                   ///< families its names mean it on; on others later software goes by them; empty: any
  double elementwise = 1.3;      ///< memory traffic of norms, activations and residuals over the fully fused least
  double eager = 1;              ///< of operators run one by one over compiled ones, the same
  double slowdown = 1;           ///< of all matrix products, for what the kernel benchmark does not see
  double attention = 1;          ///< time of fused attention over the accelerator's best kernel
  double attention_young = 1;    ///< the same again on chips with asynchronous matrix units (Hopper and later)
  double scan = 4;               ///< time of a state's scan over its products at peak and its traffic
  double moe_fixed = 100e-6;     ///< s of a mixture layer and pass: routing, sorting and their launches
  double expert_slowdown = 1.2;  ///< of the experts' products over one large product of the same work
  double expert_traffic = 1;     ///< memory traffic of dispatch, activation and combination over the fused least
  double network_share = 1;      ///< share of the scale-out bandwidth that sharded parameters reach
  double layer_fixed = 30e-6;    ///< s of a layer and pass in which no kernel runs
  double layer_host = 0;     ///< s the host needs to launch a layer's pass: kernels wait for it where they are shorter
  double step_fixed = 0.02;  ///< s of a step
  double tp_exposed = 0.8;   ///< share of tensor-parallel traffic that compute does not hide
  double dp_exposed = 0.3;   ///< share of gradient and parameter traffic that compute does not hide, where it could
  double ep_exposed = 0.9;   ///< share of expert traffic that compute does not hide
  bool fused_attention = true;
  bool fused_biased_experts = false;  ///< one kernel for biases, clamps and activation of experts that have them
  bool interleaves = true;            ///< runs virtual pipeline stages unless told otherwise
  bool sequence_parallel = true;
  MemoryRules memory;
  double selective_products = 0;  ///< share of the forward products done again under selective recomputation
  double gradient_bytes = 4;      ///< of a reduced gradient element
  double release = 1;             ///< time of a whole step over what the other constants say, of a later release
  double ageing = 0;              ///< share a year by which steps get shorter with later releases, for a year at most
  double jitter = 0.004;          ///< relative spread of an accelerator's step time (one standard deviation)
};

/// A generation's software so much later than the releases it was fitted on: steps shorten by exp(-ageing x years),
/// over one year at most (docs/calibration.md). No run was fitted on it.
Framework aged(const Framework& framework, Time later);

/// The accelerators and frameworks of a catalog, read once: cheap to ask.
struct Hardware {
  std::vector<Accelerator> accelerators;
  std::vector<Framework> frameworks;
  std::vector<std::string> unfitted;  ///< chips of the catalog without constants, and their aliases

  /// By name or alias, however punctuated. Throws Error with the nearest names and how to bring one's own; for a chip
  /// without constants, how to give it a relative's.
  const Accelerator& accelerator(std::string_view name) const;
  /// The same; null where none has the name.
  const Accelerator* find_accelerator(std::string_view name) const;
  /// The generation under which a published name falls on accelerators of a family: the longest match among those that
  /// serve the family, all of which it is where only one does; the one called "default" otherwise.
  const Framework& framework(std::string_view published, std::string_view family = "") const;
};

/// What the catalog's chips, kernels, hosts and frameworks say. Throws Error as reading them does, for a like that is
/// no entry or leads in a circle, and where no framework is called default.
Hardware load_hardware(const catalog::Catalog& catalog);

}  // namespace orrery::training
