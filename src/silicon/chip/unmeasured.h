// A chip that nobody has measured: the constants of its kernels from its datasheet and its design, with what measured
// chips reach of theirs (catalog kind unmeasured-kernels) and the clock that its power limit leaves. After
// docs/chip.md: over chips that were measured, predicted so, products are off by some 20 %; the ranges say how far.
#pragma once
#include <string>
#include <vector>

#include "silicon/chip/accelerator.h"
#include "silicon/chip/design.h"
#include "silicon/chip/kernel_constants.h"

namespace orrery::silicon {

/// What kernels reach of a datasheet. Shares, and s.
struct UnmeasuredKernels {
  double rate = 0;    ///< of the peak, of 16-bit products in their main loop
  double rate_8 = 0;  ///< the same of 8-bit products
  double rate_4 = 0;  ///< and of 4-bit ones
  double memory_share = 0;
  double feed = 0;  ///< B/s that all cores load into their tiles from the cache, over the memory's
  double launch = 0, tile_fixed = 0, split_fixed = 0;
  double balance = 0;  ///< as in GemmConstants
  double overlap = 0;  ///< the same
  // Operands come in 16 bits and are cast. With one scale for a tensor its largest element is found first; with a scale
  // for each block one pass does both.
  double cast = 0;          ///< s, what such passes take at least with one scale
  double cast_block = 0;    ///< the same with scales for blocks
  double cast_share = 0;    ///< of the datasheet's bandwidth that they reach
  double exponentials = 0;  ///< a second, over the 16-bit peak
};

/// Its figures by the keys of the catalog.
NamedConstants constants_of(UnmeasuredKernels& k);
/// Those of an entry of unmeasured-kernels, at their medians.
UnmeasuredKernels unmeasured_kernels(const catalog::Entry& entry);

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
