// Peak memory against counts by hand.
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <cmath>

#include "base/error.h"
#include "machine/model/huggingface.h"
#include "machine/training/search.h"
#include "support/facts.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

constexpr double gibibyte = 1073741824;

/// Llama 2 7B on so many accelerators under a framework.
struct Seven {
  Job job;
  Machine machine;
  Layout layout;

  Seven(const char* framework, const char* chip, double accelerators, double sequence) {
    job.model = model::read_huggingface_config(
        R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
            "intermediate_size":11008,"vocab_size":32000})",
        "config.json");
    job.sequence = sequence, job.global_batch = accelerators;
    machine.accelerator = &hardware().accelerator(chip);
    machine.framework = &hardware().framework(framework, machine.accelerator->generation);
    machine.accelerators = accelerators;
  }
  MemoryUse use() const { return memory_use(job, machine, layout); }
};

constexpr double seven = 6738415616, h = 4096, f = 11008, vocab = 32000, layers = 32;

}  // namespace

TEST(Memory, OfMegatronWithASharedOptimizerByHand) {
  Seven c("Megatron-LM core", "h100-sxm", 8, 2048);
  const MemoryUse m = c.use();
  EXPECT_DOUBLE_EQ(m.weights, 2 * seven);
  EXPECT_DOUBLE_EQ(m.gradients, 4 * seven);
  EXPECT_DOUBLE_EQ(m.optimizer, 12 * seven / 8);
  // A layer keeps 8 h, queries, keys, values and the result of attention, and three widths of the gated MLP.
  EXPECT_DOUBLE_EQ(m.activations, layers * 2048 * (8 * h + 8 * h + 6 * f));
  EXPECT_NEAR(m.fragmentation, 0.1 * m.allocated(), 1);
  EXPECT_DOUBLE_EQ(m.framework, 0.5 * gibibyte + 0.67 * gibibyte);
  c.job.precision = Precision::fp8;  // products' inputs: twice h before attention and the MLP, and the MLP's middle
  EXPECT_DOUBLE_EQ(c.use().activations, layers * 2048 * (8 * h + 8 * h + 6 * f - 2 * h - f));
}

TEST(Memory, OfFullShardingIsSixteenBytesAParameterOverAllRanks) {
  Seven c("torchtitan", "h100-sxm", 8, 2048);
  c.layout.sharding = Sharding::full;
  const MemoryUse m = c.use();
  EXPECT_DOUBLE_EQ(m.weights + m.gradients + m.optimizer, 16 * seven / 8);
  const double layer = 4 * h * h + 3 * h * f + 2 * h;
  EXPECT_DOUBLE_EQ(m.buffers, 14 * std::max(layer, 0.0) + 10 * std::max(vocab * h - layer, 0.0));
  c.layout.recompute = Recompute::selective;
  // Its input, queries, values, the first product and the result of attention; compiled layers need no last result.
  EXPECT_DOUBLE_EQ(c.use().activations, layers * 2048 * (2 * h + 2 * (h + h + h) + 2 * f));
  c.machine.framework = &hardware().framework("torchtitan eager");
  EXPECT_DOUBLE_EQ(c.use().activations, layers * 2048 * (2 * h + 2 * (h + h + h) + 2 * f + 2 * h));
  EXPECT_DOUBLE_EQ(c.use().head, 2048 * vocab * 14);
}

TEST(Memory, OfDeepSpeedIsMostWhileItsOptimizerSteps) {
  Seven c("DeepSpeed ZeRO-2", "v100-sxm2-32gb", 8, 64);
  c.job.optimizer = read_optimizer(catalog::Catalog(source_folder() + "/catalog"), "torch-adamw");
  c.layout.sharding = Sharding::gradients;
  const MemoryUse m = c.use();
  EXPECT_STREQ(m.peak(), "optimizer");
  // Whole weights; master weight, moments, an fp32 gradient and Adam's temporaries of an eighth; two buckets.
  EXPECT_NEAR(m.at_update(), 2 * seven + (4 + 8 + 4 + 8) * seven / 8 + 2e9, 1);
}

TEST(Memory, NamesOfOptimizersAndLossesAreTheCatalogs) {
  const catalog::Catalog catalog(source_folder() + "/catalog");
  EXPECT_EQ(read_optimizer(catalog, "adam-8bit").states, 2.03);
  EXPECT_FALSE(read_optimizer(catalog, "adamw-bf16").master);
  EXPECT_THROW(read_optimizer(catalog, "adamv"), Error);
  MemoryRules rules;
  take_loss(rules, catalog, "loss-parallel");
  EXPECT_EQ(rules.logit, 18);
  EXPECT_THROW(take_loss(rules, catalog, "none"), Error);
}

TEST(Memory, WithoutMasterWeightsAParameterHasFewerBytesAndInFp32More) {
  Seven c("Megatron-LM core", "a100-sxm", 1, 2048);
  c.layout.sharding = Sharding::none;
  const MemoryUse usual = c.use();
  c.job.optimizer.master = false, c.job.optimizer.states = 4;
  const MemoryUse narrow = c.use();
  EXPECT_DOUBLE_EQ(narrow.weights + narrow.gradients + narrow.optimizer, (2 + 2 + 4) * seven);
  c.job.optimizer = {};
  c.job.precision = Precision::fp32;
  const MemoryUse wide = c.use();
  EXPECT_DOUBLE_EQ(wide.weights + wide.gradients + wide.optimizer, (4 + 4 + 8) * seven);
  EXPECT_DOUBLE_EQ(wide.activations, 2 * usual.activations);
}

TEST(Memory, PartsAddUpAndNoPhaseIsAboveThePeak) {
  rc::check([] {
    Seven c(*rc::gen::element("Megatron-LM core", "torchtitan", "torchtitan eager", "DeepSpeed ZeRO-2", "MaxText"),
            *rc::gen::element("h100-sxm", "a100-sxm", "mi300x"), 64, 1 << *rc::gen::inRange(8, 15));
    c.job.global_batch = 4096;
    Layout& l = c.layout;
    l.tp = 1 << *rc::gen::inRange(0, 4), l.pp = 1 << *rc::gen::inRange(0, 3), l.vp = l.pp > 1 ? 2 : 1;
    l.micro_batch = 1 << *rc::gen::inRange(0, 3);
    l.sharding = *rc::gen::element(Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::full);
    l.recompute = *rc::gen::element(Recompute::none, Recompute::selective, Recompute::full);
    RC_PRE(!illegality(c.job, c.machine, l));
    const MemoryUse m = c.use();
    double sum = 0;
    for (const auto& [name, bytes] : m.parts()) {
      RC_ASSERT(std::isfinite(bytes));
      sum += bytes;
    }
    RC_ASSERT(std::abs(sum - m.total()) <= 1e-9 * m.total());
    RC_ASSERT(m.at_loss() <= m.allocated() && m.at_backward() <= m.allocated() && m.at_update() <= m.allocated());
    // More recomputation never holds more between the passes.
    Layout none = l, full = l;
    none.recompute = Recompute::none, full.recompute = Recompute::full;
    RC_ASSERT(memory_use(c.job, c.machine, full).activations <= m.activations * (1 + 1e-12));
    RC_ASSERT(m.activations <= memory_use(c.job, c.machine, none).activations * (1 + 1e-12));
  });
}

TEST(Memory, CapacityIsWhatTheDriverOffers) {
  EXPECT_DOUBLE_EQ(hardware().accelerator("h100-sxm").memory, 79.10 * gibibyte);
  EXPECT_DOUBLE_EQ(hardware().accelerator("b200-sxm").memory, 178.35 * gibibyte);
  EXPECT_DOUBLE_EQ(hardware().accelerator("gaudi2").memory, 96e9);  // nobody reported it
}
