#include "silicon/chip/unmeasured.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "silicon/chip/assembly.h"
#include "silicon/chip/block_area.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/design_file.h"

namespace orrery::silicon {
namespace {

using catalog::Catalog;
using catalog::Entry;

/// Share of the peak that the power limit leaves in a large product; 1 where it is not known.
double share_at_limit(const Design& design) {
  const PowerFacts& f = design.power;
  if (!has_power(design)) return 1;
  return power_at_limit(design, die_areas(design)).sustained / f.peak;
}

/// Whether a format has a scale for each block of elements, or for each token (SmoothQuant, Xiao et al. 2023).
bool scaled_in_blocks(Precision p) {
  return p == Precision::fp8_block || p == Precision::nvfp4 || p == Precision::int8;
}

/// The day whose prices a design is read at, which no speed depends on.
const Date any_day = make_date(2026, 6, 1);

/// The design at its medians. Throws Error with the chip's place where it cannot be read or built.
Design checked_design(const Catalog& catalog, const Entry& chip) {
  try {
    Design design = design_of(catalog, chip, any_day);
    check_design(design, die_areas(design));
    return design;
  } catch (const Error& e) {
    if (e.place().line > 0) throw;
    throw Error(chip.place, chip.name + (e.key().empty() ? "" : "." + e.key()), e.problem(), e.remedy());
  }
}

}  // namespace

NamedConstants constants_of(UnmeasuredKernels& k) {
  return {{"rate", &k.rate},
          {"rate_8", &k.rate_8},
          {"rate_4", &k.rate_4},
          {"launch", &k.launch},
          {"tile_fixed", &k.tile_fixed},
          {"memory_share", &k.memory_share},
          {"cast", &k.cast},
          {"cast_block", &k.cast_block},
          {"cast_share", &k.cast_share},
          {"feed", &k.feed},
          {"split_fixed", &k.split_fixed},
          {"balance", &k.balance},
          {"overlap", &k.overlap},
          {"exponentials", &k.exponentials}};
}

UnmeasuredKernels unmeasured_kernels(const Entry& entry) {
  UnmeasuredKernels out;
  for (const auto& [key, into] : constants_of(out)) *into = entry.at(key).amount.median();
  return out;
}

const Entry& unmeasured_entry(const Catalog& catalog, const Design& design) {
  const bool systolic =
      std::any_of(design.dies.begin(), design.dies.end(), [](const Die& die) { return die.systolic; });
  return catalog.entry("unmeasured-kernels", systolic ? "systolic" : "tensor-core");
}

Accelerator unmeasured_accelerator(const Catalog& catalog, const Entry& chip, const Design& design,
                                   const UnmeasuredKernels& k, bool asynchronous) {
  Accelerator a = datasheet_of(catalog, chip);
  a.asynchronous = asynchronous;
  if (design.power.peak > 0 && a.peak[0] > 0)
    for (double& peak : a.peak) peak *= design.power.peak / chip.number("bf16_dense");
  if (design.memory.bandwidth > 0) a.memory_bandwidth = design.memory.bandwidth;
  double cores = 0;
  for (const Die& die : design.dies) cores += die.count * die.cores_used;
  a.cores = chip.number("cores", std::max(cores, 1.0));
  const double most = share_at_limit(design);
  for (std::size_t p = 0; p < precisions; ++p) {
    GemmConstants& g = a.gemm[p];
    const double bytes = operand_bytes[p];
    g.rate = std::min(bytes >= 2 ? k.rate : bytes >= 1 ? k.rate_8 : k.rate_4, most);
    g.memory_share = std::min(k.memory_share, 1.0);
    g.launch = k.launch, g.tile_fixed = k.tile_fixed;
    if (bytes < 2) {
      const bool in_blocks = scaled_in_blocks(static_cast<Precision>(p));
      // Of the operand in 16 bits: read once or twice, and written in its own.
      const double moved = (in_blocks ? 1 : 2) + bytes / 2;
      g.quantise_fixed = in_blocks ? k.cast_block : k.cast;
      g.quantise_passes = moved * g.memory_share / std::min(k.cast_share, 1.0);
    }
    g.core_memory = k.feed * a.memory_bandwidth / a.cores;
    g.split_fixed = k.split_fixed, g.balance = asynchronous ? k.balance : 0, g.overlap = k.overlap;
  }
  for (GemmConstants* g : {&a.weight_only[0], &a.weight_only[1], &a.dispatched_product}) *g = a.gemm[0];
  for (AttentionConstants* t : {&a.attention, &a.attention_kv8, &a.attention_fp8}) {
    t->rate = a.gemm[0].rate, t->memory_share = a.gemm[0].memory_share, t->launch = k.launch;
    t->exponentials = a.exponentials > 0 ? a.exponentials : a.peak[0] * k.exponentials;
  }
  put_on_datasheet(a);
  return a;
}

std::vector<UnmeasuredChip> read_unmeasured(const Catalog& catalog) {
  std::vector<UnmeasuredChip> out;
  for (const Entry& chip : catalog.entries("chips")) {
    const auto says = [&](const char* key) { return chip.number(key) > 0; };
    if (catalog.find("kernels", chip.name) || !has_design(chip) || !says("bf16_dense") || !says("hbm") ||
        !says("hbm_bandwidth") || !says("scaleup_bandwidth"))
      continue;
    const Design design = checked_design(catalog, chip);
    const Entry& entry = unmeasured_entry(catalog, design);
    const UnmeasuredKernels median = unmeasured_kernels(entry);
    UnmeasuredChip& made = out.emplace_back();
    made.median = unmeasured_accelerator(catalog, chip, design, median);
    UnmeasuredKernels kernels = median;
    Design other = design;
    // The chip at both ends of a figure, which stands in one of the two above and goes back to where it was.
    const auto add = [&](std::string_view key, const catalog::Figure* figure, double& into) {
      if (!figure || figure->amount.is_constant()) return;
      const double before = into;
      const auto at_quantile = [&](double q) {
        into = figure->amount.quantile(q);
        return unmeasured_accelerator(catalog, chip, other, kernels);
      };
      Accelerator low = at_quantile(0.1), high = at_quantile(0.9);
      made.ranges.push_back({std::string(key), std::move(low), std::move(high)});
      into = before;
    };
    for (const auto& [key, into] : constants_of(kernels)) add(key, entry.find(key), *into);
    // The peaks of all formats move as one.
    add("bf16_dense", chip.find("bf16_dense"), other.power.peak);
    add("hbm_bandwidth", chip.find("hbm_bandwidth"), other.memory.bandwidth);
    add("tdp", chip.find("tdp"), other.power.tdp);
  }
  return out;
}

}  // namespace orrery::silicon
