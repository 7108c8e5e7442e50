// What the training model knows of an accelerator and of a framework generation: the datasheet, and the few constants
// fitted on measurements. Read from catalog/kernels/*.toml, where every table states its basis, source and date.
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "machine/training/attention.h"
#include "machine/training/gemm.h"

namespace orrery::training {

/// How the matrix products of a step are computed. fp16 runs as bf16. fp8_block is every block-scaled fp8 (128 x 128,
/// MX); quantise passes belong to the precision.
enum class Precision { bf16, fp8, fp8_block, nvfp4, int8 };
inline constexpr int precisions = 5;
std::string_view precision_name(Precision);
/// Reads "bf16", "fp8", "mxfp8", "nvfp4", ... Throws Error with the nearest names.
Precision parse_precision(std::string_view text);

/// How one level of the network carries collectives: time = hop x steps + bytes / (bandwidth x efficiency).
struct Link {
  double bandwidth = 0;  ///< B/s per accelerator and direction
  double efficiency = 0.8;
  double hop = 5e-6;  ///< s a step of a ring or tree
};

/// How a software release's products differ from the constants.
struct GemmRelease {
  std::string name;   ///< part of the printed framework
  double factor = 1;  ///< time over the constants'
  double row = 0;     ///< s more for each row of the first operand, where its quantise pass is slow
};

/// An elementwise or row operator (softmax, layer norm, GELU) launched on its own by a framework, 2-byte elements.
struct ElementwiseConstants {
  double dispatch = 10e-6;  ///< s until its kernel starts: the framework's and the driver's
  double least = 2e-6;      ///< s the kernel takes however small
  double share = 0.8;       ///< of the datasheet's bandwidth; each element is read and written once
  double row = 0;           ///< s of the whole chip for a row
  double medium = 1;        ///< memory traffic over the least where a row is longer than medium_row elements
  double medium_row = 1024;
  double wide = 1;  ///< the same factor again beyond wide_row elements, which a core does not keep
  double wide_row = 8192;
};

/// Seconds of an elementwise operator over rows of so many elements each.
double elementwise_time(const ElementwiseConstants& c, double memory_bandwidth, double rows, double elements);

/// One accelerator as sold, with its fitted constants. Plain SI units.
struct Accelerator {
  std::string name, title, family;
  std::vector<std::string> aliases;
  std::array<double, precisions> peak{};  ///< FLOP/s dense by precision; 0: the chip lacks it
  double memory_bandwidth = 0, memory = 0, cache = 50e6, cores = 100, tdp = 0;
  int domain = 8;  ///< accelerators of one scale-up domain
  Link scale_up, scale_out;
  std::array<GemmConstants, precisions> gemm{};
  std::array<std::vector<GemmRelease>, precisions> gemm_releases;
  std::array<GemmConstants, 2> weight_only;  ///< 16-bit products of weights kept in 8 and 4 bits
  /// Operators launched one by one from a framework, as layer benchmarks measure them: products, and others by name.
  GemmConstants dispatched_product;
  std::map<std::string, ElementwiseConstants, std::less<>> dispatched;
  AttentionConstants attention;      ///< bf16
  AttentionConstants attention_kv8;  ///< bf16 queries on fp8 keys and values
  AttentionConstants attention_fp8;
  double attention_backward = 2.6;  ///< backward over forward time of fused attention
  double sustained = 1;             ///< speed of bf16 products in a long run over that in a kernel benchmark
  bool asynchronous = false;        ///< matrix units that run beside the cores: old attention kernels waste them
  double unaligned = 1.3;           ///< time of a product whose width or depth is no multiple of 64, over one that is
  double sustained_low = 1;         ///< the same of narrower formats, scaling and casting included
  double host_link = 32e9;    ///< B/s and direction to the host's memory
  double host_memory = 50e9;  ///< B/s of the host's memory, per accelerator
  double host_bandwidth = 0;        ///< B/s to the host's memory, where it is fast enough to keep activations there
  double idle_share = 0.15;         ///< of TDP when nothing runs
  double reserved = 2e9;            ///< B the driver, the communication library and the runtime hold
  double host = 1;                  ///< launches and host work of a layer over an accelerator on an ordinary server's
  double band = 0.1;                ///< relative uncertainty of predicted times (one standard deviation)
  std::string basis;                ///< of the constants: "derived" when measured, "projected" from the family
};

/// A generation of a training framework: what it fuses and overlaps. Fitted per generation, not per row.
struct Framework {
  std::string name;
  std::vector<std::string> matches;   ///< parts of the names under which results are published, lower case
  std::vector<std::string> families;  ///< accelerator families it alone serves; empty: any
  std::vector<std::string> only_on;   ///< families its names mean it on; on others later software goes by them; empty: any
  double elementwise = 1.3;           ///< memory traffic of norms, activations and residuals over the fully fused least
  double slowdown = 1;                ///< of all matrix products, for what the kernel benchmark does not see
  double attention = 1;               ///< time of fused attention over the accelerator's best kernel
  double attention_young = 1;         ///< the same again on chips with asynchronous matrix units (Hopper and later)
  double moe_fixed = 100e-6;          ///< s of a mixture layer and pass: routing, sorting and their launches
  double expert_slowdown = 1.2;       ///< of the experts' products over one large product of the same work
  double expert_traffic = 1;          ///< memory traffic of dispatch, activation and combination over the fused least
  double network_share = 1;           ///< share of the scale-out bandwidth that sharded parameters reach
  double layer_fixed = 30e-6;         ///< s of a layer and pass in which no kernel runs
  double layer_host = 0;     ///< s the host needs to launch a layer's pass: kernels wait for it where they are shorter
  double step_fixed = 0.02;  ///< s of a step
  double tp_exposed = 0.8;   ///< share of tensor-parallel traffic that compute does not hide
  double dp_exposed = 0.3;   ///< share of gradient and parameter traffic that compute does not hide, where it could
  double ep_exposed = 0.9;   ///< share of expert traffic that compute does not hide
  bool fused_attention = true;
  bool interleaves = true;  ///< runs virtual pipeline stages unless told otherwise
  bool sequence_parallel = true;
  double logit_bytes = 6;         ///< of a logit kept for the backward pass: 2 where the loss is fused with its head
  double selective_products = 0;  ///< share of the forward products done again under selective recomputation
  double gradient_bytes = 4;      ///< of a reduced gradient element
  double jitter = 0.004;          ///< relative spread of an accelerator's step time (one standard deviation)
};

/// What stands behind the accelerators of a family: the way to the host's memory, and that memory.
struct Host {
  std::string family;
  double link = 0, memory = 0;  ///< B/s per accelerator
};

/// All that catalog/kernels holds.
struct Hardware {
  std::vector<Host> hosts;
  std::vector<Accelerator> accelerators;
  std::vector<Framework> frameworks;

  /// By name or alias, however punctuated. Throws Error with the nearest names.
  const Accelerator& accelerator(std::string_view name) const;
  const Accelerator* find_accelerator(std::string_view name) const;
  /// The same, or else the chip whose name is the longest run of words of a printed device ("NVIDIA B300 SXM6 AC").
  const Accelerator* recognise_accelerator(std::string_view printed) const;
  /// The generation under which a published name falls on accelerators of a family: the longest match among those that
  /// serve the family, all of which it is where only one does; the one called "default" otherwise.
  const Framework& framework(std::string_view published, std::string_view family = "") const;
};

/// Reads the documents of catalog/kernels. Throws Error for unknown keys, missing datasheet figures and wrong units.
void read_hardware(const Node& document, Hardware& into);
/// Reads every file of the folder. Throws Error when it is missing.
Hardware load_hardware(const std::string& folder);

}  // namespace orrery::training
