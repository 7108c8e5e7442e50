// The constants of the kernel model by the keys under which the catalog's kernels state them: for reading them, and for
// fitting them again.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "silicon/chip/accelerator.h"

namespace orrery::silicon {

/// Keys of a part of the catalog, and where their figures stand. Plain SI units.
using NamedConstants = std::vector<std::pair<std::string_view, double*>>;

NamedConstants constants_of(GemmConstants& g);
NamedConstants constants_of(GemmRelease& r);
/// Of prefill; those of decoding are its kernels' and releases'.
NamedConstants constants_of(AttentionConstants& a);
NamedConstants constants_of(DecodeKernel& k);
NamedConstants constants_of(DecodeRelease& r);
NamedConstants constants_of(ElementwiseConstants& e);

/// The constants of a part [CHIP.gemm.NAME] ("bf16", "int8-weights", "dispatched") and its releases, null where it can
/// have none. Throws Error for another name.
std::pair<GemmConstants*, std::vector<GemmRelease>*> products_called(Accelerator& a, std::string_view name);
std::pair<const GemmConstants*, const std::vector<GemmRelease>*> products_called(const Accelerator& a,
                                                                                 std::string_view name);
/// The constants of a part [CHIP.attention.NAME] or [CHIP.decode.NAME]; null where there is no such attention.
AttentionConstants* attention_called(Accelerator& a, std::string_view name);
/// Of a part [CHIP.decode.NAME.kernel.NAME], "shared" or "single"; null for another name.
DecodeKernel* decode_kernel_called(AttentionConstants& a, std::string_view name);

}  // namespace orrery::silicon
