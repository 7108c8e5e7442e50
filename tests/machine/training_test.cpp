// Steps: sums, limits known in closed form, monotonicity, legality and its messages, the catalog's constants.
#include "machine/training/step.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "machine/model/huggingface.h"
#include "machine/training/communication.h"
#include "machine/training/layer_time.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

model::Architecture llama(int layers = 32) {
  return model::read_huggingface_config(
      R"({"model_type":"llama","num_hidden_layers":)" + std::to_string(layers) +
          R"(,"hidden_size":4096,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,
          "vocab_size":128256})",
      "config.json");
}

model::Architecture mixture() {
  return model::read_huggingface_config(
      R"({"model_type":"mixtral","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
      "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32000,"num_local_experts":8,
      "num_experts_per_tok":2})",
      "config.json");
}

struct Case {
  Job job;
  Machine machine;
  Layout layout;
};

Case small(double accelerators = 64) {
  Case c;
  c.job.model = llama();
  c.job.sequence = 4096;
  c.job.global_batch = 256;
  c.machine.accelerator = &hardware().accelerator("h100-sxm");
  c.machine.framework = &hardware().framework("megatron-bridge 26.06");
  c.machine.accelerators = accelerators;
  return c;
}

/// A legal case drawn at random.
Case any_case() {
  Case c = small();
  if (*rc::gen::arbitrary<bool>()) c.job.model = mixture();
  c.layout.tp = 1 << *rc::gen::inRange(0, 4);
  c.layout.pp = 1 << *rc::gen::inRange(0, 3);
  if (c.layout.pp > 1) c.layout.vp = 1 << *rc::gen::inRange(0, 3);
  c.layout.cp = 1 << *rc::gen::inRange(0, 2);
  if (c.job.model.mixture()) c.layout.ep = 1 << *rc::gen::inRange(0, 4);
  c.layout.micro_batch = 1 << *rc::gen::inRange(0, 2);
  c.layout.sharding = static_cast<Sharding>(*rc::gen::inRange(0, 4));
  c.layout.recompute = static_cast<Recompute>(*rc::gen::inRange(0, 3));
  RC_PRE(!illegality(c.job, c.machine, c.layout));
  return c;
}

}  // namespace

RC_GTEST_PROP(Step, BreakdownAddsUpToTheStep, ()) {
  const Case c = any_case();
  const StepEstimate e = evaluate(c.job, c.machine, c.layout);
  RC_ASSERT(std::abs(e.breakdown.sum() - e.step.value()) <= 1e-9 * e.step.value());
  const Breakdown& b = e.breakdown;
  for (double part : {b.products, b.attention, b.elementwise, b.recompute, b.head, b.tensor, b.context, b.expert,
                      b.host, b.bubble, b.data, b.optimizer, b.fixed, b.stragglers})
    RC_ASSERT(part >= 0);
  RC_ASSERT(e.average_power.value() <= c.machine.accelerator->tdp);
  RC_ASSERT(e.hardware_flops >= e.model_flops);
}

RC_GTEST_PROP(Step, MoreBandwidthIsNeverSlower, ()) {
  const Case c = any_case();
  Accelerator faster = *c.machine.accelerator;
  const int which = *rc::gen::inRange(0, 3);
  if (which == 0) faster.network.scale_up.bandwidth *= 2;
  if (which == 1) faster.network.scale_out.bandwidth *= 2;
  if (which == 2) {
    faster.memory_bandwidth *= 2;
    for (silicon::GemmConstants& g : faster.gemm) g.memory *= 2;
    faster.attention.memory *= 2;
  }
  Machine machine = c.machine;
  machine.accelerator = &faster;
  RC_ASSERT(evaluate(c.job, machine, c.layout).step.value() <=
            evaluate(c.job, c.machine, c.layout).step.value() * (1 + 1e-12));
}

TEST(Step, OneAcceleratorTalksToNobody) {
  Case c = small(1);
  c.job.global_batch = 8;
  const Breakdown b = evaluate(c.job, c.machine, c.layout).breakdown;
  EXPECT_EQ(b.tensor + b.context + b.expert + b.bubble + b.data + b.stragglers, 0);
}

TEST(Step, FullShardingMovesThreeTimesTheParameters) {
  // ZeRO-3 gathers parameters twice and scatters gradients once (Rajbhandari et al. 2020, section 7): with 2-byte
  // gradients in the open, 3 x 2 bytes of every parameter at the network's rate.
  Case c = small(512);
  c.job.global_batch = 512;
  Accelerator chip = *c.machine.accelerator;
  network::Level &up = chip.network.scale_up, &out = chip.network.scale_out;
  up.bandwidth = 1e18, up.hop = {}, out.hop = {}, out.start = 0, out.bandwidth = 1e9, chip.network.launch = 0;
  out.efficiency = {1, 1, 1};
  chip.domain = 1;
  Framework framework = *c.machine.framework;
  framework.gradient_bytes = 2, framework.dp_exposed = 1, framework.network_share = 1;
  c.machine.accelerator = &chip, c.machine.framework = &framework;
  c.layout.sharding = Sharding::full;
  const double parameters = model::parameters(c.job.model).total - 4096.0;  // the final norm stays
  const double traffic = evaluate(c.job, c.machine, c.layout).breakdown.data * 1e9;
  EXPECT_NEAR(traffic / (3 * 2 * parameters * 511 / 512), 1, 1e-3);
}

TEST(Step, DoublingTheBatchDoublesTheWorkButNotTheFixedParts) {
  Case c = small();
  const StepEstimate once = evaluate(c.job, c.machine, c.layout);
  c.job.global_batch *= 2;
  const StepEstimate twice = evaluate(c.job, c.machine, c.layout);
  EXPECT_NEAR(twice.breakdown.products, 2 * once.breakdown.products, 1e-9 * twice.breakdown.products);
  EXPECT_EQ(twice.breakdown.optimizer, once.breakdown.optimizer);
  EXPECT_LT(twice.step.value(), 2 * once.step.value());
}

TEST(Step, RecomputationCostsOneForwardPassOfTheLayers) {
  Case c = small();
  const StepEstimate none = evaluate(c.job, c.machine, c.layout);
  c.layout.recompute = Recompute::full;
  const StepEstimate full = evaluate(c.job, c.machine, c.layout);
  const LayerTime t = layer_time(c.job, c.machine, c.layout, c.job.model.kinds.front());
  EXPECT_EQ(none.breakdown.recompute, 0);
  EXPECT_NEAR(full.breakdown.recompute, 4 * 32 * t.forward.total(), 1e-9 * full.breakdown.recompute);
  EXPECT_LT(full.memory.total(), none.memory.total());
}

TEST(Step, LoraLearnsFasterThanPretraining) {
  Case c = small();
  const double pretrain = evaluate(c.job, c.machine, c.layout).step.value();
  c.job.task = Task::lora;
  const StepEstimate lora = evaluate(c.job, c.machine, c.layout);
  EXPECT_LT(lora.step.value(), pretrain);
  EXPECT_EQ(lora.breakdown.optimizer, 0);
}

TEST(Step, AMissingPrecisionIsRefusedByName) {
  Case c = small();
  c.machine.accelerator = &hardware().accelerator("a100");
  c.job.precision = Precision::fp8;
  EXPECT_THROW(evaluate(c.job, c.machine, c.layout), Error);
}

TEST(Layout, SaysWhichNumberDoesNotDivideAndWhatWould) {
  Case c = small();
  c.layout.tp = 3;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->problem, "32 heads do not divide by tp = 3");
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->remedy, "tp = 2 or 4 would");
  c.layout.tp = 1;
  c.job.global_batch = 100;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->key, "batch");
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->remedy, "a batch of 64 or 128 would");
  c.job.global_batch = 256;
  c.layout.pp = 5;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->key, "tp x pp x cp");
  c.layout.pp = 64;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->key, "pp");
  c.layout.pp = 1, c.layout.ep = 8;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->key, "ep");
  EXPECT_THROW(check(c.job, c.machine, c.layout), Error);
}

TEST(Layout, ChunksHoldEveryLayerOnce) {
  for (int layers : {32, 61, 94, 105, 126})
    for (int chunks : {1, 2, 4, 8, 16, 24}) {
      int sum = 0;
      for (int n : layers_of_chunks(llama(layers), chunks)) {
        EXPECT_GE(n, 0);
        sum += n;
      }
      EXPECT_EQ(sum, layers) << layers << " in " << chunks;
    }
}

TEST(Hardware, EveryAcceleratorIsWholeAndKnownByItsAliases) {
  for (const Accelerator& a : hardware().accelerators) {
    EXPECT_GT(a.network.scale_up.bandwidth, 0) << a.name;
    EXPECT_GT(a.tdp, 0) << a.name;
    for (const std::string& alias : a.aliases) EXPECT_EQ(hardware().accelerator(alias).name, a.name);
  }
  EXPECT_THROW(hardware().accelerator("h1000"), Error);
  EXPECT_EQ(hardware().framework("MaxText", "google-tpu").name, "maxtext");
  EXPECT_EQ(hardware().framework("anything", "aws-trainium").name, "neuronx");
  EXPECT_EQ(hardware().framework("something new").name, "default");
}

TEST(Hardware, AChipWithoutConstantsIsRefusedWithARemedy) {
  try {
    hardware().accelerator("wse-3");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(e.remedy().find("[wse-3] with like"), std::string::npos) << e.message();
  }
}

TEST(Gemm, AProductSmallerThanAnyTileTakesAboutALaunch) {
  for (const Accelerator& a : hardware().accelerators)
    for (const double m : {1.0, 7.0, 31.0}) {
      EXPECT_LT(gemm_time(a.gemm[0], m, 8, 4096), 1e-3) << a.name;
      EXPECT_LE(gemm_time(a.gemm[0], m, 8, 4096), gemm_time(a.gemm[0], 512, 512, 4096)) << a.name;
    }
}

RC_GTEST_PROP(Gemm, BiggerIsNeverFaster, ()) {
  const silicon::GemmConstants& g = hardware().accelerator("h100-sxm").gemm[0];
  const double m = 64 * *rc::gen::inRange(1, 100), n = 64 * *rc::gen::inRange(1, 100),
               k = 64 * *rc::gen::inRange(1, 100);
  RC_ASSERT(gemm_time(g, m, n, k) > 0);
  RC_ASSERT(2 * m * n * k / gemm_time(g, m, n, k) <= g.peak);
  RC_ASSERT(gemm_time(g, 4 * m, n, k) >= gemm_time(g, m, n, k) * (1 - 1e-9));
}
