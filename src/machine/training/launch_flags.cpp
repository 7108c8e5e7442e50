#include "machine/training/launch_flags.h"

#include <fmt/format.h>

namespace orrery::training {
namespace {

std::string megatron(const Job& j, const Machine& m, const Layout& l) {
  std::string out = fmt::format(
      "--tensor-model-parallel-size {} --pipeline-model-parallel-size {} --context-parallel-size {} "
      "--micro-batch-size {:g} --global-batch-size {:.0f} --seq-length {:.0f}",
      l.tp, l.pp, l.cp, l.micro_batch, j.global_batch, j.sequence);
  if (l.vp > 1) out += fmt::format(" --num-virtual-stages-per-pipeline-rank {}", l.vp);
  if (l.tp > 1 && l.sequence_parallel) out += " --sequence-parallel";
  if (l.ep > 1) out += fmt::format(" --expert-model-parallel-size {} --expert-tensor-parallel-size 1", l.ep);
  if (l.sharding == Sharding::optimizer || l.sharding == Sharding::gradients)
    out += " --use-distributed-optimizer --overlap-grad-reduce --overlap-param-gather";
  if (l.sharding == Sharding::full) out += " --use-custom-fsdp --data-parallel-sharding-strategy optim_grads_params";
  if (l.recompute == Recompute::full)
    out += " --recompute-granularity full --recompute-method uniform --recompute-num-layers 1";
  if (l.recompute == Recompute::selective) out += " --recompute-granularity selective";
  out += j.precision == Precision::bf16 ? " --bf16" : " --bf16 --fp8-format hybrid";
  if (j.precision == Precision::fp8_block)
    out += m.accelerator->peak[3] > 0 ? " --fp8-recipe mxfp8" : " --fp8-recipe blockwise";
  return out;
}

std::string nemo(const Job& j, const Machine& m, const Layout& l) {
  return fmt::format(
      "trainer.num_nodes={:.0f} trainer.devices={} model.tensor_model_parallel_size={} "
      "model.pipeline_model_parallel_size={} "
      "model.virtual_pipeline_model_parallel_size={} model.context_parallel_size={} "
      "model.expert_model_parallel_size={} "
      "model.sequence_parallel={} model.micro_batch_size={:g} model.global_batch_size={:.0f} "
      "model.activations_checkpoint_granularity={} model.fp8={}",
      m.accelerators / std::min(8, m.domain > 0 ? m.domain : m.accelerator->domain), std::min(8, m.accelerator->domain),
      l.tp, l.pp, l.vp > 1 ? std::to_string(l.vp) : "null", l.cp, l.ep,
      l.tp > 1 && l.sequence_parallel ? "True" : "False", l.micro_batch, j.global_batch,
      l.recompute == Recompute::none ? "null" : recompute_name(l.recompute),
      j.precision == Precision::bf16 ? "False" : "True");
}

std::string torchtitan(const Job& j, const Machine& m, const Layout& l) {
  const double dp = data_parallel(m, l);
  const bool full = l.sharding == Sharding::full;
  return fmt::format(
      "--parallelism.tensor_parallel_degree {} --parallelism.pipeline_parallel_degree {} "
      "--parallelism.pipeline_parallel_schedule {} --parallelism.context_parallel_degree {} "
      "--parallelism.data_parallel_shard_degree {:.0f} --parallelism.data_parallel_replicate_degree {:.0f} "
      "--parallelism.expert_parallel_degree {} --activation_checkpoint.mode {} --training.local_batch_size {:g} "
      "--training.global_batch_size {:.0f} --training.seq_len {:.0f}",
      l.tp, l.pp,
      l.vp > 1                              ? "Interleaved1F1B"
      : l.schedule == Schedule::gpipe       ? "GPipe"
      : l.schedule == Schedule::one_f_one_b ? "1F1B"
                                            : "ZBVZeroBubble",
      l.cp, full ? dp : 1, full ? 1 : dp, l.ep, recompute_name(l.recompute), l.micro_batch, j.global_batch, j.sequence);
}

std::string deepspeed(const Job& j, const Machine&, const Layout& l) {
  const int stage = l.sharding == Sharding::none        ? 0
                    : l.sharding == Sharding::optimizer ? 1
                    : l.sharding == Sharding::gradients ? 2
                                                        : 3;
  return fmt::format(
      R"({{"train_batch_size": {:.0f}, "train_micro_batch_size_per_gpu": {:g}, "bf16": {{"enabled": true}}, "zero_optimization": {{"stage": {}, "overlap_comm": true}}}})",
      j.global_batch, l.micro_batch, stage);
}

}  // namespace

std::vector<LaunchFlags> launch_flags(const Job& j, const Machine& m, const Layout& l) {
  std::vector<LaunchFlags> all = {{"Megatron-LM", megatron(j, m, l), {}},
                                  {"NeMo", nemo(j, m, l), {}},
                                  {"torchtitan", torchtitan(j, m, l), {}},
                                  {"DeepSpeed", deepspeed(j, m, l), {}}};
  if (l.schedule != Schedule::one_f_one_b)
    for (const std::size_t i : {0, 1, 3}) all[i].left_out.push_back("the " + schedule_name(l.schedule) + " schedule");
  if (l.schedule == Schedule::zero_bubble)
    all[2].left_out.push_back("ZB-H1 itself: ZBVZeroBubble is its kin with two chunks on each stage");
  if (l.schedule == Schedule::dualpipe) all[2].left_out.push_back("DualPipe itself: ZBVZeroBubble is the nearest");
  if (l.vp > 1) all[2].left_out.push_back("the number of virtual stages, which follows from the layers per stage");
  if (l.sharding == Sharding::optimizer || l.sharding == Sharding::gradients)
    all[2].left_out.push_back("a sharded optimizer without sharded parameters");
  if (l.tp > 1) all[3].left_out.push_back("tensor parallelism, which the model's code sets up");
  if (l.pp > 1) all[3].left_out.push_back("the pipeline, which PipelineModule sets up");
  if (l.cp > 1) all[3].left_out.push_back("context parallelism");
  if (l.recompute != Recompute::none) all[3].left_out.push_back("recomputation, which the model's code sets up");
  return all;
}

}  // namespace orrery::training
