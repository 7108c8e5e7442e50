// Chips that nobody has measured: constants from a design and what measured chips reach.
#include "silicon/chip/unmeasured.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "silicon/chip/block_area.h"
#include "silicon/chip/chip_power.h"
#include "silicon/chip/design_file.h"
#include "support/facts.h"

namespace orrery::silicon {
namespace {

const UnmeasuredChip& jalapeno() {
  static const std::vector<UnmeasuredChip> all = read_unmeasured(facts());
  const auto found =
      std::find_if(all.begin(), all.end(), [](const UnmeasuredChip& c) { return c.median.name == "jalapeno"; });
  if (found == all.end()) throw Error({}, "jalapeno", "is not among the chips that nobody measured", "see the catalog");
  return *found;
}

double large(const Accelerator& a, Precision p = Precision::bf16) {
  return gemm_time(a.gemm[static_cast<std::size_t>(p)], 8192, 8192, 8192);
}

TEST(Unmeasured, EveryRangeHasTheMedianWithin) {
  EXPECT_EQ(jalapeno().median.cores, 15);
  const auto of = [&](const std::string& figure) {
    for (const ChipRange& r : jalapeno().ranges)
      if (r.figure == figure) return r;
    ADD_FAILURE() << figure;
    return ChipRange{};
  };
  const double median = large(jalapeno().median);
  for (const char* figure : {"rate", "bf16_dense"}) {
    EXPECT_GT(large(of(figure).low), 1.1 * median) << figure;
    EXPECT_LT(large(of(figure).high), median) << figure;
  }
  const auto stream = [](const Accelerator& a) { return gemm_time(a.gemm[0], 16, 32768, 32768); };
  for (const char* figure : {"memory_share", "hbm_bandwidth"})
    EXPECT_GT(stream(of(figure).low), 1.1 * stream(of(figure).high)) << figure;
  EXPECT_GT(large(of("tdp").low), large(of("tdp").high));
}

TEST(Unmeasured, ProductsKeepToThePowerLimit) {
  Design design = design_of(facts(), facts().entry("chips", "jalapeno"), make_date(2026, 6, 1));
  UnmeasuredKernels kernels = unmeasured_kernels(unmeasured_entry(facts(), design));
  kernels.rate = 0.9;
  for (const double watts : {400.0, 600.0, 3000.0}) {
    design.power.tdp = watts;
    const Accelerator a = unmeasured_accelerator(facts(), facts().entry("chips", "jalapeno"), design, kernels);
    const double sustained = power_at_limit(design, die_areas(design)).sustained;
    EXPECT_DOUBLE_EQ(a.gemm[0].peak * a.gemm[0].rate, std::min(0.9 * design.power.peak, sustained)) << watts;
  }
}

// Casting with one scale for a tensor takes two launches and reads twice, with scales by block once.
TEST(Unmeasured, CastingByHand) {
  const Accelerator& a = jalapeno().median;
  const GemmConstants &one = a.gemm[1], &blocks = a.gemm[2];
  const double bytes = 4096.0 * 16384;  // elements of the first operand
  const auto cast = [&](const GemmConstants& g) {
    return gemm_time(g, 4096, 1024, 16384) - gemm_time(g, 4096, 1024, 16384, 1, false);
  };
  const catalog::Entry& e = facts().entry("unmeasured-kernels", "systolic");
  const double rate = a.memory_bandwidth * e.number("cast_share");
  EXPECT_NEAR(cast(one), e.number("cast") + bytes * (2 + 2 + 1) / rate, 1e-9);
  EXPECT_NEAR(cast(blocks), e.number("cast_block") + bytes * (2 + 1.03) / rate, 1e-9);
  EXPECT_EQ(a.gemm[0].quantise_passes, 0);
}

TEST(Unmeasured, AMeasuredChipIsNone) {
  std::vector<std::string> names;
  for (const UnmeasuredChip& chip : read_unmeasured(facts())) {
    names.push_back(chip.median.name);
    EXPECT_FALSE(facts().find("kernels", chip.median.name)) << chip.median.name;
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"jalapeno", "maia-100"}));
}

}  // namespace
}  // namespace orrery::silicon
