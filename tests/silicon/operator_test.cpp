#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "silicon/chip/grouped_products.h"
#include "silicon/chip/kernel_band.h"
#include "silicon/chip/latent_attention.h"
#include "silicon/chip/linear_attention.h"
#include "support/folders.h"

namespace orrery::silicon {
namespace {

/// A chip of round numbers.
OperatorChip round_chip() {
  OperatorChip chip;
  chip.peak = chip.peak_16 = 1e15, chip.peak_8 = 2e15, chip.memory = 4e12, chip.cores = 100;
  return chip;
}

const catalog::Catalog& shipped() {
  static const catalog::Catalog catalog(source_folder() + "/catalog");
  return catalog;
}

const Accelerator& shipped_chip(const std::string& name) {
  static const std::vector<Accelerator> all = read_accelerators(shipped());
  for (const Accelerator& a : all)
    if (a.name == name) return a;
  throw Error({}, name, "is no accelerator", "name another");
}

double sum(const std::vector<double>& loads) {
  return std::accumulate(loads.begin(), loads.end(), 0.0);
}

RC_GTEST_PROP(OperatorTime, IsNeverBelowTheRooflineNorBelowItsLaunch, ()) {
  OperatorConstants c;
  c.launch = *rc::gen::inRange(0, 100) * 1e-6;
  c.overlap = 1 + *rc::gen::inRange(0, 60) / 10.0;
  OperatorWork work;
  for (PartConstants& part : c.parts)
    part = {1 + *rc::gen::inRange(0, 30) / 10.0, 1 + *rc::gen::inRange(0, 30) / 10.0, 1e-7};
  for (PartWork& part : work.parts)
    part = {*rc::gen::inRange(0, 1000) * 1e-6, *rc::gen::inRange(0, 1000) * 1e-6, double(*rc::gen::inRange(0, 1000))};
  RC_ASSERT(operator_time(c, work) >= c.launch + work.bound() * (1 - 1e-12));
  // More work takes no less time, and no overlap is worse than adding up.
  OperatorWork more = work;
  for (PartWork& part : more.parts) part.compute *= 1.5, part.memory *= 1.2;
  RC_ASSERT(operator_time(c, more) >= operator_time(c, work) * (1 - 1e-12));
  double all = c.launch;
  for (std::size_t i = 0; i < operator_parts; ++i)
    all += work.parts[i].compute * c.parts[i].compute + work.parts[i].memory * c.parts[i].memory +
           work.parts[i].steps * c.parts[i].step;
  RC_ASSERT(operator_time(c, work) <= all * (1 + 1e-9));
}

TEST(OperatorTime, OnePartAloneIsItsLargestLimit) {
  OperatorConstants c;
  c.launch = 5e-6, c.overlap = 4;
  c.parts[0] = {2, 1, 1e-7};
  OperatorWork work;
  work[OperatorPart::products].compute = 1e-3;
  EXPECT_NEAR(operator_time(c, work), 5e-6 + 2e-3, 1e-12);
  work[OperatorPart::products].memory = 2e-3;  // as long as the arithmetic
  EXPECT_NEAR(operator_time(c, work), 5e-6 + 2e-3 * std::pow(2, 0.25), 1e-12);
}

RC_GTEST_PROP(GroupedProducts, EveryPairOfTokenAndExpertIsSomewhere, ()) {
  MixtureShape s;
  s.tokens = *rc::gen::inRange(64, 4096), s.hidden = 1024, s.inter = 512;
  s.experts = *rc::gen::element(8, 64, 256), s.top_k = *rc::gen::inRange(1, 9);
  s.ranks = *rc::gen::element(1, 2, 8);
  RC_ASSERT(std::abs(sum(expert_loads(s)) / (s.tokens * s.top_k / s.ranks) - 1) < 1e-9);
  // The busiest rank has at least its share, and never more tokens than there are; what rounds to no token is not its.
  RC_PRE(s.tokens * s.top_k >= 8 * s.experts);
  s.skew = *rc::gen::element(1.0, 1.01, 1.2);
  const double busiest = sum(expert_loads(s)), pairs = s.tokens * s.top_k;
  RC_ASSERT(busiest >= 0.8 * pairs / s.ranks);
  RC_ASSERT(busiest <= 1.1 * pairs + s.experts);
  RC_ASSERT(expert_loads(s).size() <= std::size_t(s.experts / s.ranks));
}

RC_GTEST_PROP(GroupedProducts, WeightsOfTouchedExpertsAndNoOthersAreRead, ()) {
  MixtureShape s;
  s.hidden = 2048, s.inter = 1024, s.experts = 128, s.top_k = 4;
  s.tokens = *rc::gen::inRange(1, 64);
  const OperatorChip chip = round_chip();
  const double touched = std::min(s.experts, s.tokens * s.top_k);
  const PartWork products = grouped_products(s, chip)[OperatorPart::products];
  RC_ASSERT(std::abs(products.memory / (touched * 3 * 2048 * 1024 * 2 / chip.memory) - 1) < 1e-9);
  // Arithmetic of whole tiles is at least that of the tokens.
  RC_ASSERT(products.compute >= 2 * s.tokens * s.top_k * 3 * 2048 * 1024 / chip.peak * (1 - 1e-9));
}

TEST(GroupedProducts, ManyTokensRunAtPeakAndSkewAndGatesCostWhatTheyAre) {
  MixtureShape s;
  s.tokens = 1 << 20, s.hidden = 4096, s.inter = 2048, s.experts = 64, s.top_k = 4;
  const OperatorChip chip = round_chip();
  const double peak = 2 * s.tokens * s.top_k * 3 * 4096 * 2048 / chip.peak;
  EXPECT_NEAR(grouped_products(s, chip)[OperatorPart::products].compute / peak, 1, 0.01);
  MixtureShape plain = s;
  plain.gated = false;
  EXPECT_NEAR(grouped_products(plain, chip)[OperatorPart::products].compute / peak, 2.0 / 3, 0.01);
  MixtureShape shared = s;
  shared.ranks = 8, shared.skew = 1.2;
  EXPECT_GT(grouped_products(shared, chip)[OperatorPart::products].compute, 1.5 * peak / 8);
  shared.slots = 72;  // popular experts stand twice: the ranks are level
  EXPECT_NEAR(grouped_products(shared, chip)[OperatorPart::products].compute, peak / 8, 0.05 * peak / 8);
}

TEST(LatentAttention, PairsOfAWindowFollowTheClosedForm) {
  EXPECT_EQ(causal_pairs(4, 0, 0), 10);     // 1 + 2 + 3 + 4
  EXPECT_EQ(causal_pairs(4, 10, 0), 50);    // 11 + 12 + 13 + 14
  EXPECT_EQ(causal_pairs(4, 0, 2), 7);      // 1 + 2 + 2 + 2
  EXPECT_EQ(causal_pairs(4, 100, 16), 64);  // all see 16
  EXPECT_EQ(causal_pairs(1, 4095, 2048), 2048);
}

RC_GTEST_PROP(LatentAttention, MoreOfAnythingTakesNoLess, ()) {
  AttentionLayer l;
  l.hidden = 7168, l.heads = *rc::gen::element(8, 16, 128), l.q_rank = 1536, l.kv_rank = 512;
  l.rope = 64, l.nope = 128, l.value = 128, l.index_heads = 64, l.index_width = 128, l.index_keys = 2048;
  AttentionPass p;
  p.batch = *rc::gen::inRange(1, 64), p.queries = *rc::gen::inRange(1, 2048), p.past = *rc::gen::inRange(0, 8192);
  AttentionPass longer = p;
  longer.past = p.past + *rc::gen::inRange(1, 8192);
  const OperatorChip chip = round_chip();
  const OperatorConstants c;
  ModuleForm sparse;
  sparse.indexed = true;
  const double tolerance = 1 - 1e-9;
  RC_ASSERT(operator_time(c, latent_context(l, longer, chip)) >=
            tolerance * operator_time(c, latent_context(l, p, chip)));
  RC_ASSERT(operator_time(c, latent_module(l, longer, sparse, chip)) >=
            tolerance * operator_time(c, latent_module(l, p, sparse, chip)));
  // Beyond the keys that it picks, only the choice grows.
  AttentionPass far = p, farther = p;
  far.past = 4096, farther.past = 65536;
  EXPECT_DOUBLE_EQ(latent_module(l, far, sparse, chip)[OperatorPart::attention].compute,
                   latent_module(l, farther, sparse, chip)[OperatorPart::attention].compute);
  AttentionPass one = p;
  one.queries = 1;
  AttentionPass narrow = one;
  narrow.kv_bytes = 1;
  RC_ASSERT(operator_time(c, latent_decode(l, narrow, chip)) <= operator_time(c, latent_decode(l, one, chip)));
}

TEST(LinearAttention, StatesAreReadAndWrittenOnceAStep) {
  StateLayer l;
  l.heads = 32, l.key_heads = 16;
  const OperatorChip chip = round_chip();
  const double state = 32 * 128 * 128 * 4.0;
  EXPECT_NEAR(recurrent_step(l, 64, chip)[OperatorPart::traffic].memory, 64 * 2 * state / chip.memory,
              0.01 * 64 * 2 * state / chip.memory);
  // A scan is linear in the length once chunks are whole.
  EXPECT_NEAR(chunked_scan(l, 4, 8192, chip)[OperatorPart::attention].compute /
                  chunked_scan(l, 4, 4096, chip)[OperatorPart::attention].compute,
              2, 1e-9);
  EXPECT_GT(hyper_connection(true, 256, 4096, 4, 20, chip)[OperatorPart::products].compute, 0);
  EXPECT_EQ(hyper_connection(false, 256, 4096, 4, 20, chip)[OperatorPart::products].compute, 0);
}

TEST(OperatorKernels, WhatWasNeverMeasuredHasTheConstantsAroundIt) {
  const OperatorKernels kernels(shipped());
  const Accelerator &h100 = shipped_chip("h100-sxm"), &h200 = shipped_chip("h200-sxm");
  const KernelName flash{"sglang", "flash_attention", "bfloat16", "0.5.14"};
  const KnownKernel own = kernels.find("latent-decode", flash, h100);
  EXPECT_TRUE(own.kernel_known && own.chip_measured);
  // A chip that is like another has its kernels, on its own datasheet.
  const KnownKernel like = kernels.find("latent-decode", flash, h200);
  EXPECT_TRUE(like.kernel_known && like.relative_measured && !like.chip_measured);
  EXPECT_DOUBLE_EQ(like.constants.launch, own.constants.launch);
  EXPECT_GT(like.constants.parts[1].memory, own.constants.parts[1].memory);  // its memory gains less than it has more
  // An unknown kernel of known software, and unknown software.
  const KnownKernel other = kernels.find("latent-decode", {"sglang", "another", "", ""}, h100);
  EXPECT_TRUE(other.engine_known && !other.kernel_known && !other.chip_measured);
  const KnownKernel none = kernels.find("latent-decode", {}, h100);
  EXPECT_FALSE(none.engine_known || none.kernel_known);
  EXPECT_GT(none.constants.launch, 0);
  EXPECT_THROW(kernels.find("latent-decod", flash, h100), Error);
}

TEST(OperatorChip, FormatsSayPeakAndBytes) {
  const Accelerator &b200 = shipped_chip("b200-sxm"), &a100 = shipped_chip("a100-sxm-80gb");
  EXPECT_EQ(operator_chip(b200, "nvfp4")->peak, b200.peak[3]);
  EXPECT_EQ(operator_chip(b200, "fp8_block")->weight_bytes, 1);
  EXPECT_EQ(operator_chip(b200, "int4_wo")->peak, b200.peak[0]);  // weights are widened
  EXPECT_EQ(operator_chip(a100, "fp8")->peak, a100.peak[0]);      // the chip has no 8-bit floats
  EXPECT_FALSE(operator_chip(a100, "fp3"));
}

TEST(KernelBand, IsWiderWhereLessIsKnown) {
  const KernelBandRule rule = read_kernel_band(shipped());
  KernelCertainty known;
  known.spread = 0.05;
  KernelCertainty relative = known, unseen = known, scattered = known;
  relative.chip_measured = false;
  unseen.chip_measured = unseen.relative_measured = unseen.kernel_known = false;
  scattered.spread = 0.5;
  const auto width = [&](const KernelCertainty& c) {
    const catalog::Band band = rule.band(kernel_band_terms(c));
    EXPECT_LT(band.p10, 1);
    EXPECT_GT(band.p90, 1);
    return std::log(band.p90 / band.p10);
  };
  EXPECT_LT(width(known), width(relative));
  EXPECT_LT(width(relative), width(unseen));
  EXPECT_LT(width(known), width(scattered));
  const KernelBandTerms terms = kernel_band_terms(KernelCertainty{});
  for (std::size_t i = 0; i < terms.size(); ++i) EXPECT_NEAR(terms[i], 0, 1e-12) << kernel_band_keys[i];
}

}  // namespace
}  // namespace orrery::silicon
