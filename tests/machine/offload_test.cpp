// Options of a layout that trade time for memory: offload to the host, recomputation layer by layer, hybrid sharding,
// ways of context parallelism; packed documents.
#include <gtest/gtest.h>

#include "machine/model/huggingface.h"
#include "machine/training/layer_time.h"
#include "machine/training/search.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

struct Case {
  Job job;
  Machine machine;
  Layout layout;
  StepEstimate step() const { return evaluate(job, machine, layout); }
};

Case eight_billion() {
  Case c;
  c.job.model = model::read_huggingface_config(
      R"({"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"num_attention_heads":32,
      "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256})",
      "config.json");
  c.job.sequence = 8192, c.job.global_batch = 128;
  c.machine.accelerator = &hardware().accelerator("h100-sxm");
  c.machine.framework = &hardware().framework("megatron-bridge 26.06");
  c.machine.accelerators = 64;
  return c;
}

double parameters_of(const Case& c) {
  return model::parameters(c.job.model).total;
}

}  // namespace

TEST(Offload, OptimizerStatesLeaveTheAcceleratorAndTheHostsMemoryBoundsTheStep) {
  Case c = eight_billion();
  const StepEstimate before = c.step();
  c.layout.offload_optimizer = true;
  const StepEstimate after = c.step();
  EXPECT_EQ(after.memory.optimizer, 0);
  EXPECT_EQ(after.memory.host, before.memory.optimizer);
  EXPECT_DOUBLE_EQ(before.memory.allocated() - after.memory.allocated(), before.memory.optimizer);
  // 34 bytes a parameter at the host's memory bandwidth; gradients hide behind the last backward pass here.
  EXPECT_NEAR(after.breakdown.optimizer, 34 * parameters_of(c) / 64 / c.machine.accelerator->host_memory,
              1e-3 * after.breakdown.optimizer);
}

TEST(Offload, ActivationsCostNothingOverAFastLinkAndTheirTransferOverASlowOne) {
  Case c = eight_billion();
  const StepEstimate before = c.step();
  c.layout.offload_activations = true;
  Accelerator chip = *c.machine.accelerator;
  c.machine.accelerator = &chip;
  chip.host_link = 1e15;
  EXPECT_DOUBLE_EQ(c.step().step.value(), before.step.value());
  chip.host_link = 1e6;  // then only the link counts: every saved byte goes and comes back
  const double saved = saved_by_layer(c.job, c.machine, c.layout, c.job.model.kinds.front());
  const StepEstimate slow = c.step();
  EXPECT_NEAR(slow.breakdown.offload, 2 * 32 * 2 * saved / 1e6, 1e-3 * slow.breakdown.offload);
  EXPECT_EQ(slow.binding, "traffic to the host");
  EXPECT_LT(slow.memory.total(), before.memory.total());
  double last = slow.step.value();
  for (double link = 1e9; link < 1e13; link *= 3) {
    chip.host_link = link;
    const double now = c.step().step.value();
    EXPECT_LE(now, last * (1 + 1e-12));
    last = now;
  }
}

TEST(Recompute, LayerByLayerLiesBetweenAllAndNone) {
  Case c = eight_billion();
  const StepEstimate none = c.step();
  c.layout.recompute = Recompute::full;
  const StepEstimate all = c.step();
  double time = all.step.value(), memory = all.memory.total();
  for (int layers : {31, 24, 16, 8, 1}) {
    c.layout.recompute_layers = layers;
    const StepEstimate e = c.step();
    EXPECT_LT(e.step.value(), time);
    EXPECT_GT(e.memory.total(), memory);
    EXPECT_NEAR(e.breakdown.recompute, all.breakdown.recompute * layers / 32, 1e-9 * all.breakdown.recompute);
    time = e.step.value(), memory = e.memory.total();
  }
  EXPECT_GT(time, none.step.value());
  c.layout.recompute_layers = 32;
  EXPECT_DOUBLE_EQ(c.step().step.value(), all.step.value());
  EXPECT_DOUBLE_EQ(c.step().memory.total(), all.memory.total());
}

TEST(Sharding, AHybridGroupHoldsMoreAndIsAsTheWholeWhenItIsTheWhole) {
  Case c = eight_billion();
  c.layout.sharding = Sharding::full;
  const StepEstimate whole = c.step();
  c.layout.shard_group = 64;
  EXPECT_DOUBLE_EQ(c.step().step.value(), whole.step.value());
  EXPECT_DOUBLE_EQ(c.step().memory.total(), whole.memory.total());
  c.layout.shard_group = 8;
  const StepEstimate hybrid = c.step();
  EXPECT_NEAR(hybrid.memory.weights, 2 * parameters_of(c) / 8, 1e-5 * hybrid.memory.weights);
  EXPECT_NEAR(hybrid.memory.optimizer, 12 * parameters_of(c) / 8, 1e-5 * hybrid.memory.optimizer);
  // Of eight shards each step updates its own.
  EXPECT_NEAR(hybrid.breakdown.optimizer, 8 * whole.breakdown.optimizer, 1e-9);
  c.layout.shard_group = 7;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->remedy, "shard_group = 4 or 8 would");
}

TEST(Context, ARingIsNeverSlowerThanAGatherAndUlyssesMovesLessThanEither) {
  Case c = eight_billion();
  c.job.sequence = 65536, c.job.global_batch = 16;
  c.layout.cp = 8;
  const double ring = c.step().step.value();
  c.layout.context = ContextExchange::all_gather;
  const StepEstimate gather = c.step();
  EXPECT_GE(gather.step.value(), ring);
  c.layout.context = ContextExchange::ulysses;
  // Per rank and pass: gather 7/8 of 2 x 1,024 a token of eight ranks, Ulysses 7/8 of (4,096 x 2 + 2 x 1,024) of one.
  const double ratio = c.step().breakdown.context / gather.breakdown.context;
  EXPECT_LT(ratio, 1);
  c.layout.tp = 8;
  EXPECT_EQ(illegality(c.job, c.machine, c.layout)->remedy, "cp = 4 would");
}

TEST(Packing, AttentionStaysInsideDocuments) {
  Case c = eight_billion();
  const StepEstimate one = c.step();
  c.job.document = c.job.sequence;
  EXPECT_DOUBLE_EQ(c.step().step.value(), one.step.value());
  c.job.document = 1024;
  const StepEstimate packed = c.step();
  EXPECT_LT(packed.breakdown.attention, one.breakdown.attention / 3);
  EXPECT_DOUBLE_EQ(packed.breakdown.products, one.breakdown.products);
}

TEST(Lora, AFrozenBaseNeedsNoGradientsOfItsWeights) {
  for (const int tp : {1, 4})
    for (const Sharding sharding : {Sharding::optimizer, Sharding::full}) {
      Case c = eight_billion();
      c.layout.tp = tp, c.layout.sharding = sharding;
      const StepEstimate full = c.step();
      c.job.task = Task::lora;
      const StepEstimate lora = c.step();
      EXPECT_GT(lora.step.value(), full.step.value() * 2 / 3);
      EXPECT_LT(lora.step.value(), full.step.value());
      // Products: one forward and one backward of three; kernels of unlike shapes take unlike shares.
      EXPECT_NEAR(lora.breakdown.products / full.breakdown.products, 2.0 / 3, 0.03);
      EXPECT_LT(lora.memory.gradients + lora.memory.optimizer, 0.01 * (full.memory.gradients + full.memory.optimizer));
    }
}
