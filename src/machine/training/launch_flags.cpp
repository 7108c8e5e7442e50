#include "machine/training/launch_flags.h"

#include <fmt/format.h>

#include <algorithm>

namespace orrery::training {
namespace {

/// Transformer Engine's recipes as Megatron-LM's flags.
std::string megatron_precision(const Job& j, const Machine& m) {
  switch (j.precision) {
    case Precision::bf16:
    case Precision::int8:
      return " --bf16";
    case Precision::tf32:
    case Precision::fp32:
      return "";
    case Precision::fp8:
      return " --bf16 --fp8-format hybrid --fp8-recipe tensorwise";
    case Precision::fp8_block:
      return m.accelerator->peak[3] > 0 ? " --bf16 --fp8-format e4m3 --fp8-recipe mxfp8"
                                        : " --bf16 --fp8-format e4m3 --fp8-recipe blockwise";
    case Precision::nvfp4:
      break;
  }
  return " --bf16 --fp4-format e2m1 --fp4-recipe nvfp4";
}

/// The same as Megatron-Bridge's presets.
std::string bridge_precision(const Job& j, const Machine& m) {
  switch (j.precision) {
    case Precision::bf16:
    case Precision::int8:
      return "bf16_mixed";
    case Precision::tf32:
    case Precision::fp32:
      return "fp32";
    case Precision::fp8:
      return "bf16_with_fp8_current_scaling_mixed";
    case Precision::fp8_block:
      return m.accelerator->peak[3] > 0 ? "bf16_with_mxfp8_mixed" : "bf16_with_fp8_subchannel_scaling_mixed";
    case Precision::nvfp4:
      break;
  }
  return "bf16_with_nvfp4_mixed";
}

const char* exchange(const Layout& l) {
  return l.context == ContextExchange::ring ? "p2p" : l.context == ContextExchange::all_gather ? "all_gather" : "a2a";
}

/// Replicas of a fully sharded model.
double replicas(const Machine& m, const Layout& l) {
  return l.shard_group > 0 ? data_parallel(m, l) * l.cp / l.shard_group : 1;
}

bool sharded_optimizer(const Layout& l) {
  return l.sharding == Sharding::optimizer || l.sharding == Sharding::gradients;
}

std::string megatron(const Job& j, const Machine& m, const Layout& l) {
  std::string out = fmt::format(
      "--tensor-model-parallel-size {} --pipeline-model-parallel-size {} --context-parallel-size {} "
      "--micro-batch-size {:g} --global-batch-size {:.0f} --seq-length {:.0f}",
      l.tp, l.pp, l.cp, l.micro_batch, j.global_batch, j.sequence);
  if (l.vp > 1) out += fmt::format(" --num-virtual-stages-per-pipeline-rank {}", l.vp);
  if (l.tp > 1 && l.sequence_parallel) out += " --sequence-parallel";
  if (l.cp > 1) out += fmt::format(" --cp-comm-type {}", exchange(l));
  if (l.ep > 1 || l.etp > 1)
    out += fmt::format(" --expert-model-parallel-size {} --expert-tensor-parallel-size {}", l.ep, l.etp);
  if (j.model.capacity_factor > 0)
    out +=
        fmt::format(" --moe-expert-capacity-factor {:g} --moe-pad-expert-input-to-capacity", j.model.capacity_factor);
  if (sharded_optimizer(l)) out += " --use-distributed-optimizer --overlap-grad-reduce --overlap-param-gather";
  if (l.sharding == Sharding::full)
    out +=
        " --use-megatron-fsdp --data-parallel-sharding-strategy optim_grads_params --use-distributed-optimizer "
        "--ckpt-format fsdp_dtensor";
  if (replicas(m, l) > 1) out += fmt::format(" --num-distributed-optimizer-instances {:.0f}", replicas(m, l));
  if (l.recompute == Recompute::full)
    out += l.recompute_layers > 0
               ? fmt::format(" --recompute-granularity full --recompute-method block --recompute-num-layers {}",
                             l.recompute_layers)
               : " --recompute-granularity full --recompute-method uniform --recompute-num-layers 1";
  if (l.recompute == Recompute::selective)
    out += fmt::format(" --recompute-granularity selective --recompute-modules core_attn layernorm{}",
                       j.model.mixture() ? " moe_act" : "");
  if (l.offload_activations)
    out +=
        fmt::format(" --fine-grained-activation-offloading --offload-modules core_attn attn_proj attn_norm mlp_norm{}",
                    j.model.mixture() ? " expert_fc1 moe_act" : "");
  if (l.offload_optimizer) out += " --optimizer-cpu-offload --use-precision-aware-optimizer";
  return out + megatron_precision(j, m);
}

std::string bridge(const Job& j, const Machine& m, const Layout& l) {
  std::string out = fmt::format(
      "model.tensor_model_parallel_size={} model.pipeline_model_parallel_size={} model.context_parallel_size={} "
      "model.sequence_parallel={} train.micro_batch_size={:g} train.global_batch_size={:.0f} "
      "dataset.sequence_length={:.0f} "
      "model.seq_length={:.0f} mixed_precision={}",
      l.tp, l.pp, l.cp, l.tp > 1 && l.sequence_parallel ? "true" : "false", l.micro_batch, j.global_batch, j.sequence,
      j.sequence, bridge_precision(j, m));
  if (l.vp > 1) out += fmt::format(" model.virtual_pipeline_model_parallel_size={}", l.vp);
  if (l.cp > 1) out += fmt::format(" model.cp_comm_type={}", exchange(l));
  if (l.ep > 1 || l.etp > 1)
    out += fmt::format(" model.expert_model_parallel_size={} model.expert_tensor_parallel_size={}", l.ep, l.etp);
  if (j.model.capacity_factor > 0)
    out += fmt::format(" model.moe_expert_capacity_factor={:g} model.moe_pad_expert_input_to_capacity=true",
                       j.model.capacity_factor);
  if (sharded_optimizer(l))
    out += " ddp.use_distributed_optimizer=true ddp.overlap_grad_reduce=true ddp.overlap_param_gather=true";
  if (l.sharding == Sharding::full)
    out += " ddp.use_megatron_fsdp=true ddp.data_parallel_sharding_strategy=optim_grads_params";
  if (replicas(m, l) > 1) out += fmt::format(" ddp.num_distributed_optimizer_instances={:.0f}", replicas(m, l));
  if (l.recompute == Recompute::full)
    out += fmt::format(" model.recompute_granularity=full model.recompute_method={} model.recompute_num_layers={}",
                       l.recompute_layers > 0 ? "block" : "uniform", std::max(l.recompute_layers, 1));
  if (l.recompute == Recompute::selective)
    out += fmt::format(" model.recompute_granularity=selective model.recompute_modules=[core_attn,layernorm{}]",
                       j.model.mixture() ? ",moe_act" : "");
  if (l.offload_activations)
    out +=
        " model.fine_grained_activation_offloading=true model.offload_modules=[core_attn,attn_proj,attn_norm,mlp_norm]";
  if (l.offload_optimizer) out += " optimizer.optimizer_cpu_offload=true";
  return out;
}

/// NeMo 2: overrides of a recipe, as `nemo llm pretrain --factory RECIPE` takes them.
std::string nemo(const Job& j, const Machine& m, const Layout& l) {
  const int devices = std::min(8, m.domain > 0 ? m.domain : m.accelerator->domain);
  std::string out = fmt::format(
      "trainer.num_nodes={:.0f} trainer.devices={} trainer.strategy.tensor_model_parallel_size={} "
      "trainer.strategy.pipeline_model_parallel_size={} trainer.strategy.context_parallel_size={} "
      "trainer.strategy.sequence_parallel={} data.micro_batch_size={:g} data.global_batch_size={:.0f} "
      "data.seq_length={:.0f}",
      std::max(m.accelerators / devices, 1.0), static_cast<int>(std::min<double>(devices, m.accelerators)), l.tp, l.pp,
      l.cp, l.tp > 1 && l.sequence_parallel ? "True" : "False", l.micro_batch, j.global_batch, j.sequence);
  if (l.vp > 1) out += fmt::format(" trainer.strategy.virtual_pipeline_model_parallel_size={}", l.vp);
  if (l.ep > 1 || l.etp > 1)
    out += fmt::format(
        " trainer.strategy.expert_model_parallel_size={} trainer.strategy.expert_tensor_parallel_size={}", l.ep, l.etp);
  if (l.cp > 1) out += fmt::format(" model.config.cp_comm_type={}", exchange(l));
  if (j.model.capacity_factor > 0)
    out +=
        fmt::format(" model.config.moe_expert_capacity_factor={:g} model.config.moe_pad_expert_input_to_capacity=True",
                    j.model.capacity_factor);
  if (sharded_optimizer(l)) out += " trainer.strategy.ddp.use_distributed_optimizer=True";
  if (l.recompute == Recompute::full)
    out += fmt::format(
        " model.config.recompute_granularity=full model.config.recompute_method={} "
        "model.config.recompute_num_layers={}",
        l.recompute_layers > 0 ? "block" : "uniform", std::max(l.recompute_layers, 1));
  if (l.recompute == Recompute::selective) out += " model.config.recompute_granularity=selective";
  if (l.offload_optimizer) out += " optim.config.optimizer_cpu_offload=True";
  if (j.precision != Precision::bf16) out += " trainer.plugins.fp8=hybrid";
  return out;
}

/// torchtitan 0.2: flags over a training file.
std::string torchtitan(const Job& j, const Machine& m, const Layout& l) {
  const double dp = data_parallel(m, l);
  const bool full = l.sharding == Sharding::full;
  const double replicate = !full ? dp : l.shard_group > 0 ? std::max(dp / l.shard_group, 1.0) : 1;
  std::string out = fmt::format(
      "--parallelism.tensor_parallel_degree {} --parallelism.pipeline_parallel_degree {} "
      "--parallelism.context_parallel_degree {} "
      "--parallelism.data_parallel_shard_degree {:.0f} --parallelism.data_parallel_replicate_degree {:.0f} "
      "--parallelism.expert_parallel_degree {} --activation_checkpoint.mode {} --training.local_batch_size {:g} "
      "--training.global_batch_size {:.0f} --training.seq_len {:.0f}",
      l.tp, l.pp, l.cp, dp / replicate, replicate, l.ep, recompute_name(l.recompute),
      l.pp > 1 ? l.micro_batch * microbatches(j, m, l) : l.micro_batch, j.global_batch, j.sequence);
  if (l.pp > 1)
    out +=
        fmt::format(" --parallelism.pipeline_parallel_schedule {} --parallelism.pipeline_parallel_microbatch_size {:g}",
                    l.vp > 1                              ? "Interleaved1F1B"
                    : l.schedule == Schedule::gpipe       ? "GPipe"
                    : l.schedule == Schedule::one_f_one_b ? "1F1B"
                                                          : "ZBVZeroBubble",
                    l.micro_batch);
  if (l.vp > 1)
    out += fmt::format(" --parallelism.pipeline_parallel_layers_per_stage {}",
                       (j.model.layers + l.pp * l.vp - 1) / (l.pp * l.vp));
  if (l.cp > 1)
    out += fmt::format(" --parallelism.context_parallel_rotate_method {}",
                       l.context == ContextExchange::all_gather ? "allgather" : "alltoall");
  if (l.recompute == Recompute::selective) out += " --activation_checkpoint.selective_ac_option op";
  return out;
}

std::string deepspeed(const Job& j, const Machine& m, const Layout& l) {
  const int stage = l.sharding == Sharding::none        ? 0
                    : l.sharding == Sharding::optimizer ? 1
                    : l.sharding == Sharding::gradients ? 2
                                                        : 3;
  std::string zero = fmt::format(R"("stage": {}, "overlap_comm": true)", stage);
  if (l.shard_group > 0) zero += fmt::format(R"(, "zero_hpz_partition_size": {})", l.shard_group);
  if (l.offload_optimizer) zero += R"(, "offload_optimizer": {"device": "cpu", "pin_memory": true})";
  std::string out =
      fmt::format(R"({{"train_batch_size": {:.0f}, "train_micro_batch_size_per_gpu": {:g}, )"
                  R"("gradient_accumulation_steps": {:.0f}, "bf16": {{"enabled": true}}, "zero_optimization": {{{}}})",
                  j.global_batch, l.micro_batch, microbatches(j, m, l), zero);
  if (l.tp > 1) out += fmt::format(R"(, "tensor_parallel": {{"autotp_size": {}}})", l.tp);
  if (l.offload_activations) out += R"(, "activation_checkpointing": {"cpu_checkpointing": true})";
  return out + "}";
}

}  // namespace

std::vector<LaunchFlags> launch_flags(const Job& j, const Machine& m, const Layout& l) {
  std::vector<LaunchFlags> all = {{"Megatron-LM", megatron(j, m, l), {}},
                                  {"Megatron-Bridge", bridge(j, m, l), {}},
                                  {"NeMo", nemo(j, m, l), {}},
                                  {"torchtitan", torchtitan(j, m, l), {}},
                                  {"DeepSpeed", deepspeed(j, m, l), {}}};
  const auto without = [&](const char* framework, const std::string& what) {
    for (LaunchFlags& f : all)
      if (f.framework == framework) f.left_out.push_back(what);
  };
  if (l.schedule != Schedule::one_f_one_b)
    for (const char* framework : {"Megatron-LM", "Megatron-Bridge", "NeMo", "DeepSpeed"})
      without(framework, "the " + schedule_name(l.schedule) + " schedule");
  if (l.schedule == Schedule::zero_bubble)
    without("torchtitan", "ZB-H1 itself: ZBVZeroBubble is its kin with two chunks on each stage");
  if (l.schedule == Schedule::dualpipe) without("torchtitan", "DualPipe itself: ZBVZeroBubble is the nearest");
  if (l.offload_activations) {
    for (const char* framework : {"Megatron-LM", "Megatron-Bridge"})
      without(framework, "offload of all activations: modules are named, and a dense MLP is none of them");
    for (const char* framework : {"NeMo", "torchtitan"}) without(framework, "offload of activations");
  }
  if (l.offload_optimizer) without("torchtitan", "offload of the optimizer");
  if (l.recompute_layers > 0) without("torchtitan", "recomputation of some layers in full");
  if (l.sharding == Sharding::full) without("NeMo", "full sharding, which FSDPStrategy sets up");
  if (sharded_optimizer(l)) without("torchtitan", "a sharded optimizer without sharded parameters");
  if (j.precision == Precision::nvfp4 || j.precision == Precision::fp8_block) without("NeMo", "block-scaled formats");
  if (j.precision != Precision::bf16) {
    without("torchtitan", "narrow formats, which a model converter sets up");
    without("DeepSpeed", "narrow formats");
  }
  if (j.precision == Precision::int8)
    for (const char* framework : {"Megatron-LM", "Megatron-Bridge"}) without(framework, "int8 products");
  if (j.model.capacity_factor > 0)
    for (const char* framework : {"torchtitan", "DeepSpeed"}) without(framework, "a capacity factor");
  if (l.pp > 1) without("DeepSpeed", "the pipeline, which PipelineModule sets up, and only up to stage 1");
  if (l.cp > 1) without("DeepSpeed", "context parallelism");
  if (l.ep > 1) without("DeepSpeed", "expert parallelism, which deepspeed.moe.layer.MoE sets up");
  if (l.recompute != Recompute::none) without("DeepSpeed", "recomputation, which the model's code sets up");
  return all;
}

}  // namespace orrery::training
