// What is known of an accelerator's speed: its datasheet, and the few constants of its kernels that were fitted on
// measurements. Shared by everything that runs on chips.
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "silicon/chip/attention.h"
#include "silicon/chip/elementwise.h"
#include "silicon/chip/gemm.h"
#include "silicon/chip/precision.h"

namespace orrery::silicon {

/// How one level of the network carries collectives: time = hop x steps + bytes / (bandwidth x efficiency).
struct Link {
  double bandwidth = 0;  ///< B/s per accelerator and direction
  double efficiency = 0.8;
  double hop = 5e-6;  ///< s a step of a ring or tree
};

/// One accelerator as sold, with its fitted constants. Plain SI units.
struct Accelerator {
  std::string name, title, family;
  std::vector<std::string> aliases;
  std::array<double, precisions> peak{};  ///< FLOP/s dense by precision; 0: the chip lacks it
  double memory_bandwidth = 0, memory = 0, cores = 100, tdp = 0;
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
  double host_link = 32e9;          ///< B/s and direction to the host's memory
  double host_memory = 50e9;        ///< B/s of the host's memory, per accelerator
  double host_bandwidth = 0;        ///< B/s to the host's memory, where it is fast enough to keep activations there
  double idle_share = 0.15;         ///< of TDP when nothing runs
  double reserved = 2e9;            ///< B the driver, the communication library and the runtime hold
  double host = 1;                  ///< launches and host work of a layer over an accelerator on an ordinary server's
  double band = 0.1;                ///< relative uncertainty of predicted times (one standard deviation)
  std::string basis;                ///< of the constants: "derived" when measured, "projected" from the family
};

/// The accelerator of a name or alias, however punctuated; null where none has it.
const Accelerator* find_accelerator(const std::vector<Accelerator>& all, std::string_view name);
/// The same, or else the chip whose name is the longest run of words of a printed device ("NVIDIA B300 SXM6 AC").
const Accelerator* recognise_accelerator(const std::vector<Accelerator>& all, std::string_view printed);

}  // namespace orrery::silicon
