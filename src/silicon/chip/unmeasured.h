// A chip that nobody has measured: the constants of its kernels from its datasheet and its design, with what measured
// chips reach of theirs (catalog kind unmeasured-kernels) and the clock that its power limit leaves. After
// docs/chip.md: over chips that were measured, predicted so, products are off by some 20 %; the ranges say how far.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "silicon/chip/accelerator.h"
#include "silicon/chip/design.h"

namespace orrery::silicon {

/// What kernels reach of a datasheet. Shares, and s.
struct UnmeasuredKernels {
  double rate = 0.75;    ///< of the peak, of 16-bit products in their main loop
  double rate_8 = 0.57;  ///< the same of 8-bit products
  double rate_4 = 0.43;  ///< and of 4-bit ones
  double memory_share = 0.78;
  double feed = 3.5;  ///< B/s that all cores load into their tiles from the cache, over the memory's
  double launch = 2.5e-6, tile_fixed = 0.6e-6, split_fixed = 3e-6;
  double balance = 0.9;  ///< as in GemmConstants
  double overlap = 2.5;  ///< the same
  // Operands come in 16 bits and are cast. With one scale for a tensor its largest element is found first; with a scale
  // for each block one pass does both.
  double cast = 8e-6;           ///< s, what such passes take at least with one scale
  double cast_block = 3e-6;     ///< the same with scales for blocks
  double cast_share = 0.5;      ///< of the datasheet's bandwidth that they reach
  double exponentials = 0.004;  ///< a second, over the 16-bit peak
};

/// Its figures by the keys of the catalog.
std::vector<std::pair<std::string_view, double*>> constants_of(UnmeasuredKernels& k);

/// What the catalog has for a design's sort of matrix unit. Throws Error where it has none.
const catalog::Entry& unmeasured_entry(const catalog::Catalog& catalog, const Design& design);

/// The datasheet's accelerator with such kernels, at the peak, the bandwidth and the cores of the design; a peak of 0
/// where it has none. Products are held to what the design's power limit sustains, where that is known. Where matrix
/// units do not run beside the cores (before Hopper) kernels are not persistent: the last wave costs a whole one.
Accelerator unmeasured_accelerator(const catalog::Catalog& catalog, const catalog::Entry& chip, const Design& design,
                                   const UnmeasuredKernels& kernels, bool asynchronous = true);

/// A figure that decides the speed of such a chip, at its P10 and P90 with all others at their medians.
struct ChipRange {
  std::string figure;  ///< "bf16_dense", "rate"
  Accelerator low, high;
};

/// A chip that says how it is built (its design in the catalog), with all figures at their medians.
struct UnmeasuredChip {
  Accelerator median;
  std::vector<ChipRange> ranges;  ///< of those figures that are not certain
};

/// The chips of a catalog that say how they are built and what they reach (bf16_dense, hbm, hbm_bandwidth,
/// scaleup_bandwidth), and that have no kernels of their own or of a relative. Throws Error for a design that cannot be
/// read or built.
std::vector<UnmeasuredChip> read_unmeasured(const catalog::Catalog& catalog);

}  // namespace orrery::silicon
