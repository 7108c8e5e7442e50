// What is known of an accelerator's speed: its datasheet (catalog kind chips), the few constants of its kernels that
// were fitted on measurements (kernels), and what stands behind it (hosts). Shared by everything that runs on chips.
#pragma once
#include <array>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "silicon/chip/attention.h"
#include "silicon/chip/elementwise.h"
#include "silicon/chip/gemm.h"
#include "silicon/chip/precision.h"

namespace orrery::silicon {

/// One accelerator as sold, with its fitted constants. Plain SI units.
struct Accelerator {
  std::string name, title, generation;
  std::vector<std::string> aliases;
  std::array<double, precisions> peak{};  ///< FLOP/s dense by precision; 0: the chip lacks it
  double memory_bandwidth = 0, cores = 100, tdp = 0;
  double memory = 0;        ///< B that programs are offered
  double exponentials = 0;  ///< of its special function units a second; 0: not known
  int domain = 8;           ///< accelerators of one scale-up domain
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
  double refresh = 0;               ///< exponent of the ratio of powers in the pace of a refresh of this chip
  double pace = 1;            ///< speed of all device work in a training step over what the kernels' constants say
  double sustained_low = 1;   ///< the same of narrower formats, scaling and casting included
  double host_link = 32e9;    ///< B/s and direction to the host's memory
  double host_memory = 50e9;  ///< B/s of the host's memory, per accelerator
  double host_capacity = std::numeric_limits<double>::infinity();  ///< B of the host's memory, per accelerator
  double host_bandwidth = 0;  ///< B/s to the host's memory, where it is fast enough to keep activations there
  double idle_share = 0.15;   ///< of TDP when nothing runs
  double waiting_power = 0;   ///< W while it waits for others in a step; 0: by rule (waiting_power())
  double host = 1;            ///< launches and host work of a layer over an accelerator on an ordinary server's
  double band = 0;            ///< relative error of predicted step times, one standard deviation; 0: by rule
  bool trained = false;       ///< constants were fitted on training runs of this chip
  bool measured = false;      ///< its own kernels were; otherwise the constants are a relative's
};

/// Every chip that has constants: its own in kernels, over those of the entry it is like, on its own datasheet. What
/// one core does scales with its size; what a wave costs once, with how many waves there are. Throws Error for
/// constants of no chip, a chip without bf16_dense, hbm or hbm_bandwidth, a like that is no entry or leads in a circle.
std::vector<Accelerator> read_accelerators(const catalog::Catalog& catalog);

/// A chip's datasheet and host, with no constants of its kernels. What the datasheet does not say is 0.
Accelerator datasheet_of(const catalog::Catalog& catalog, const catalog::Entry& chip);
/// Puts the kernels' constants on the peaks, cores and bandwidth of the accelerator that has them.
void put_on_datasheet(Accelerator& a);

/// Throws Error (key precision) with the formats that the chip has where it lacks this one.
void require_precision(const Accelerator& chip, Precision precision);

/// What a chip draws in a training step while it waits for others, W: as its datasheet says, else a quarter of the way
/// from idle to its TDP (assumed).
double waiting_power(const Accelerator& chip);
double waiting_power(double tdp, double idle_share);

/// The pace of a chip by its parent's: a refresh, the same generation and cores at the same peak (within 2 %) under
/// more power, does all device work faster, by the ratio of the powers to the parent's exponent; 1 for all else
/// (docs/calibration.md).
double pace_of_refresh(const Accelerator& parent, const Accelerator& chip);

/// The constants of one accelerator on the datasheet of another, as if nothing of that one had been measured.
Accelerator as_relative(const Accelerator& of, const Accelerator& chip);

/// The words of a printed name: its runs of letters and digits, in lower case.
std::vector<std::string> words_of(std::string_view printed);
/// How much of printed words a name accounts for: letters without those that only state a memory ("80gb"), then all.
/// Zeros where the name is neither a run of the words nor made of them in another order ("h100-pcie", H100 80GB PCIe).
std::pair<std::size_t, std::size_t> match_name(std::string_view name, const std::vector<std::string>& printed);
/// The chip that a printed device means ("NVIDIA B300 SXM6 AC"): the one whose name or alias accounts for most of it;
/// null where none does.
const catalog::Entry* recognise_chip(const catalog::Catalog& catalog, std::string_view printed);

}  // namespace orrery::silicon
