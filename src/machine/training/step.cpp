#include "machine/training/step.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "machine/training/layer_time.h"

namespace orrery::training {

std::vector<int> layers_of_chunks(const model::Architecture& model, int chunks) {
  std::vector<int> sizes(static_cast<std::size_t>(chunks));
  const auto n = static_cast<int>(model.layers);
  if (n % chunks == 0) {
    for (int& size : sizes) size = n / chunks;
    return sizes;
  }
  if (chunks > 2 && (n + 2) % chunks == 0) {
    for (int& size : sizes) size = (n + 2) / chunks;
    --sizes.front();
    --sizes.back();
    return sizes;
  }
  const model::ParameterCount c = model::parameters(model);
  const double layer = model::layer_parameters(model, model.layer(model.layers - 1)).active;
  const double modules = static_cast<double>(model.mtp_layers);
  const double weight = (1 + modules) * c.embedding / layer + modules;
  const int head = std::min(static_cast<int>(std::lround(weight)), (n + chunks - 1) / chunks);
  const int rest = (n + head) % chunks, start = (chunks - rest) / 2;
  for (int i = 0; i < chunks; ++i)
    sizes[static_cast<std::size_t>(i)] = (n + head) / chunks + (i >= start && i < start + rest ? 1 : 0);
  int owed = head;
  for (int i = chunks - 1; owed > 0 && i >= 0; --i) {
    const int given = std::min(owed, sizes[static_cast<std::size_t>(i)]);
    sizes[static_cast<std::size_t>(i)] -= given;
    owed -= given;
  }
  return sizes;
}

namespace {

/// Everything a step is made of before it is put together.
struct Parts {
  PipelineWork work;
  std::vector<LayerTime> stage;  ///< of one microbatch, by pipeline stage, layers only
  std::vector<double>
      heads;  ///< heads that a stage runs for each microbatch: the last one's, with those of its modules
  LayerTime head;
  double dense_parameters = 0, expert_parameters = 0;  ///< of the fullest stage, one accelerator
  double layers = 0;                                   ///< of the fullest stage
};

/// The two directions of DualPipe overlap a forward with a backward pass: expert traffic shows only where it takes
/// longer than what the other pass computes.
void hide_experts(LayerTime& t, double exposed) {
  if (t.forward.expert <= 0 || exposed <= 0) return;
  const double forward = t.forward.total() - t.forward.expert, backward = t.backward.total() - t.backward.expert;
  t.forward.expert = std::min(t.forward.expert, std::max(t.forward.expert / exposed - backward, 0.0));
  t.backward.expert = std::min(t.backward.expert, std::max(t.backward.expert / exposed - forward, 0.0));
}

Parts parts_of(const Job& job, const Machine& machine, const Layout& layout, const LayerTimes& times) {
  const model::Architecture& a = job.model;
  Parts parts;
  const bool both_ways = layout.schedule == Schedule::dualpipe && layout.pp > 1;
  std::vector<LayerTime> overlapped;
  if (both_ways) {
    overlapped = times.kinds;
    for (LayerTime& t : overlapped) hide_experts(t, machine.framework->ep_exposed);
  }
  const std::vector<LayerTime>& kinds = both_ways ? overlapped : times.kinds;
  parts.head = times.head;
  const int chunks = layout.pp * layout.vp;
  const std::vector<int> sizes = layers_of_chunks(a, chunks);
  parts.stage.assign(static_cast<std::size_t>(layout.pp), {});
  parts.heads.assign(static_cast<std::size_t>(layout.pp), 0.0);
  parts.heads.back() = 1 + static_cast<double>(a.mtp_layers);
  const bool splits = both_ways || (layout.schedule == Schedule::zero_bubble && layout.pp > 1);
  PipelineWork& w = parts.work;
  w.stages = layout.pp, w.chunks = layout.vp, w.gpipe = layout.schedule == Schedule::gpipe;
  std::vector<double> held_dense(static_cast<std::size_t>(layout.pp)), held_expert(held_dense), held_layers(held_dense);
  const model::ParameterCount c = model::parameters(a);
  std::vector<model::LayerShare> shares;
  for (const model::Layer& kind : a.kinds)
    shares.push_back(model::layer_share(a, kind, layout.tp, layout.ep, layout.etp));
  std::int64_t layer = 0;
  for (int g = 0; g < chunks; ++g) {
    const auto stage = static_cast<std::size_t>(g % layout.pp);
    double forward = 0, backward = 0, weight = 0;
    const auto add = [&](const LayerTime& t) {
      forward += t.forward.total();
      backward += t.backward.total();
      weight += t.weight;
      parts.stage[stage].forward += t.forward;
      parts.stage[stage].backward += t.backward;
    };
    for (int i = 0; i < sizes[static_cast<std::size_t>(g)]; ++i, ++layer) {
      const std::size_t kind = a.kind_of(layer);
      if (layout.recompute_layers > 0 && i >= layout.recompute_layers) {
        LayerTime kept = kinds[kind];
        kept.backward.again = 0;
        kept.forward.offload = kept.forward_offload_whole, kept.backward.offload = kept.backward_offload_whole;
        add(kept);
      } else {
        add(kinds[kind]);
      }
      held_dense[stage] += shares[kind].dense;
      held_expert[stage] += shares[kind].expert;
      held_layers[stage] += 1;
    }
    if (g == chunks - 1) {
      forward += parts.head.forward.total();
      backward += parts.head.backward.total();
      weight += parts.heads.back() * parts.head.weight;
      for (std::int64_t i = 0; i < a.mtp_layers; ++i) {
        for (const std::uint8_t kind : a.mtp_kinds()) add(kinds[kind]);
        forward += parts.head.forward.total();
        backward += parts.head.backward.total();
      }
    }
    w.forward.push_back(forward);
    w.backward.push_back(backward);
    if (splits) w.weight.push_back(weight);
  }
  if (both_ways) {
    // An accelerator runs a stage of each direction, each for half of the microbatches.
    w.both_ways = true;
    const std::vector<LayerTime> one = parts.stage;
    const std::vector<double> heads = parts.heads;
    for (std::size_t s = 0; s < one.size(); ++s) {
      const std::size_t other = one.size() - 1 - s;
      parts.stage[s].forward = one[s].forward.times(0.5), parts.stage[s].forward += one[other].forward.times(0.5);
      parts.stage[s].backward = one[s].backward.times(0.5), parts.stage[s].backward += one[other].backward.times(0.5);
      parts.heads[s] = (heads[s] + heads[other]) / 2;
    }
  }
  held_dense.front() += (c.embedding + c.positions) / layout.tp;
  held_dense.back() += c.head / layout.tp;
  std::size_t fullest = 0;
  for (std::size_t s = 1; s < held_dense.size(); ++s)
    if (held_dense[s] + held_expert[s] > held_dense[fullest] + held_expert[fullest]) fullest = s;
  parts.dense_parameters = held_dense[fullest];
  parts.expert_parameters = held_expert[fullest];
  parts.layers = held_layers[fullest];
  if (layout.pp > 1) {
    const double tokens = layout.micro_batch * job.sequence / layout.cp / (layout.sequence_parallel ? layout.tp : 1);
    w.transfer = send_time(machine, layout.pp, machine.accelerators / layout.pp,
                           tokens * static_cast<double>(a.hidden) * (silicon::is_wide(job.precision) ? 4 : 2));
  }
  return parts;
}

/// Gradients and sharded parameters: what does not hide behind compute.
double data_traffic(const Job& job, const Machine& machine, const Layout& layout, const Parts& parts, double micro,
                    double forward, double backward) {
  if (job.task == Task::lora && layout.sharding != Sharding::full) return 0;
  const double dp = data_parallel(machine, layout) * layout.cp;
  const double expert_dp = expert_data_parallel(machine, layout);
  const Framework& f = *machine.framework;
  const double element = silicon::is_wide(job.precision) ? 4 : 2;
  const double share = layout.sharding == Sharding::full ? f.network_share : 1;
  const RankGroup group = rank_group(machine, dp, layout.tp, share);
  const RankGroup expert_group = rank_group(machine, expert_dp, layout.ep * layout.etp, share);
  const double dense = parts.dense_parameters, expert = parts.expert_parameters;
  const double learns = job.task == Task::lora ? 0 : 1;
  if (layout.sharding != Sharding::full) {
    // Without sharding an all-reduce: the gather of its second half is of gradients.
    const double kept = layout.sharding == Sharding::none ? f.gradient_bytes : element;
    const double reduce = reduce_scatter_time(machine, group, dense * f.gradient_bytes) +
                          reduce_scatter_time(machine, expert_group, expert * f.gradient_bytes);
    const double gather =
        all_gather_time(machine, group, dense * kept) + all_gather_time(machine, expert_group, expert * kept);
    // Gradients hide behind the last microbatch's backward pass, parameters behind the first one's forward pass.
    return std::max(f.dp_exposed * reduce, reduce - backward) + std::max(f.dp_exposed * gather, gather - forward);
  }
  RankGroup shard = group, rest;
  if (layout.shard_group > 0 && layout.shard_group < dp) {
    shard = rank_group(machine, layout.shard_group, layout.tp, share);
    rest = rank_group(machine, dp / layout.shard_group, static_cast<double>(layout.tp) * layout.shard_group, share);
  }
  const double layers = std::max(parts.layers, 1.0);
  const double gather = layers * (all_gather_time(machine, shard, dense * element / layers) +
                                  all_gather_time(machine, expert_group, expert * element / layers));
  const double reduce = layers * (reduce_scatter_time(machine, shard, dense * f.gradient_bytes / layers) +
                                  reduce_scatter_time(machine, expert_group, expert * f.gradient_bytes / layers));
  const double forward_open = std::max(f.dp_exposed * gather, gather - forward);
  const double backward_traffic = gather + learns * reduce;
  const double backward_open = std::max(f.dp_exposed * backward_traffic, backward_traffic - backward);
  return micro * (forward_open + backward_open) +
         f.dp_exposed * all_reduce_time(machine, rest, dense * f.gradient_bytes / shard.ring.ranks);
}

/// backward is the time of the last microbatch's backward pass.
double optimizer_time(const Job& job, const Machine& machine, const Layout& layout, const Parts& parts,
                      double backward) {
  if (job.task == Task::lora) return 0;
  const double dp = data_parallel(machine, layout) * layout.cp;
  const double expert_dp = expert_data_parallel(machine, layout);
  const bool sharded = layout.sharding != Sharding::none;
  double owners = sharded ? dp : 1, expert_owners = sharded ? expert_dp : 1;
  if (layout.shard_group > 0) owners = layout.shard_group, expert_owners = std::min(owners, expert_dp);
  const double owned = parts.dense_parameters / owners + parts.expert_parameters / expert_owners;
  // Master weight and states (Adam: both moments, fp32) are read and written, the gradient read, the 2-byte weight
  // written; the gradient is read once more for its norm.
  const double kept = (job.optimizer.master ? 4 : 0) + job.optimizer.states;
  const double bytes = owned * (2 * kept + 4 + 2 + 4);
  if (layout.offload_optimizer) {
    // Gradients come down behind the last backward pass; new weights go up tile by tile while the host works on.
    const Accelerator& chip = *machine.accelerator;
    const double link = chip.host_bandwidth > 0 ? chip.host_bandwidth : chip.host_link;
    return std::max(owned * machine.framework->gradient_bytes / link - backward, 0.0) +
           std::max(bytes / chip.host_memory, owned * 2 / link);
  }
  return bytes / (machine.accelerator->memory_bandwidth * machine.accelerator->gemm[0].memory_share);
}

}  // namespace

PipelineWork pipeline_of(const Job& job, const Machine& machine, const Layout& layout) {
  return parts_of(job, machine, layout, layer_times(job, machine, layout)).work;
}

StepEstimate evaluate(const Job& job, const Machine& machine, const Layout& layout) {
  return evaluate(job, machine, layout, layer_times(job, machine, layout), memory_use(job, machine, layout));
}

StepEstimate evaluate(const Job& job, const Machine& machine, const Layout& layout, const LayerTimes& times,
                      const MemoryUse& memory, double limit) {
  const Accelerator& chip = *machine.accelerator;
  silicon::require_precision(chip, job.precision);
  const Parts parts = parts_of(job, machine, layout, times);
  const double micro = std::max(microbatches(job, machine, layout), 1.0);
  StepEstimate e;
  Breakdown& b = e.breakdown;

  // The busiest stage, with the head where it stands.
  std::size_t busiest = 0;
  double most = 0;
  for (std::size_t s = 0; s < parts.stage.size(); ++s) {
    double one = parts.stage[s].forward.total() + parts.stage[s].backward.total();
    one += parts.heads[s] * (parts.head.forward.total() + parts.head.backward.total());
    if (one > most) most = one, busiest = s;
  }
  const PassTime& f = parts.stage[busiest].forward;
  const PassTime& g = parts.stage[busiest].backward;
  b.products = micro * (f.products + g.products);
  b.attention = micro * (f.attention + g.attention);
  b.elementwise = micro * (f.elementwise + g.elementwise);
  b.recompute = micro * g.again;
  b.tensor = micro * (f.tensor + g.tensor);
  b.context = micro * (f.context + g.context);
  b.expert = micro * (f.expert + g.expert);
  b.host = micro * (f.host + g.host);
  b.offload = micro * (f.offload + g.offload);
  b.head = micro * parts.heads[busiest] * (parts.head.forward.total() + parts.head.backward.total());
  const double busy = micro * most;
  // Batches that do not divide evenly take the time of their share of microbatches.
  const int whole = static_cast<int>(std::ceil(micro - 1e-9));
  b.optimizer = optimizer_time(job, machine, layout, parts, g.total());
  b.fixed = machine.framework->step_fixed;
  // Interleaved chunks finish one after another over the last round of microbatches (and start so over the first).
  const double rounds = layout.vp > 1 ? std::min(micro, static_cast<double>(layout.pp)) : 1;
  const double shown = (1 + (rounds - 1) * (layout.vp - 1)) / layout.vp;
  const double window = layout.sharding == Sharding::full ? 1 : std::max(1.0, shown);
  // The expected maximum of n normal deviates grows as sqrt(2 ln n).
  const double late = machine.accelerators > 1 ? std::sqrt(2 * std::log(machine.accelerators)) : 0;
  // The step with a pipeline of so many seconds: it grows with them, as no more traffic hides than the bubble grows.
  const auto step_with = [&](double pipeline) {
    if (micro < whole) pipeline -= (whole - micro) * busiest_stage(parts.work, 1);
    b.bubble = layout.pp > 1 ? std::max(pipeline - busy, 0.0) : 0;
    // Traffic of a whole step also hides in the bubble; what is gathered for every microbatch does not.
    const double idle = layout.sharding == Sharding::full ? 0 : b.bubble / 2;
    b.data = data_traffic(job, machine, layout, parts, micro, window * f.total() + idle, window * g.total() + idle);
    b.stragglers = 0;
    b.stragglers = machine.framework->jitter * late * b.sum();
    return machine.framework->release * b.sum();
  };
  if (layout.pp > 1 && std::isfinite(limit) && step_with(least_pipeline_time(parts.work, whole)) > limit * (1 + 1e-9)) {
    e.step = Time(std::numeric_limits<double>::infinity());
    return e;
  }
  step_with(pipeline_time(parts.work, whole));
  for (const auto& [name, part] : breakdown_parts) b.*part *= machine.framework->release;
  const double step = b.sum();
  e.step = Time(step);

  e.memory = memory;
  e.fits = e.memory.total() <= chip.memory && e.memory.host <= chip.host_capacity;
  const double tokens = job.global_batch * job.sequence;
  e.tokens_per_second = tokens / step;
  const double passes = job.task == Task::lora ? 2 : 3;
  double again = layout.recompute == Recompute::full ? 1 : 0;
  if (layout.recompute_layers > 0) {
    again = 0;
    for (const int size : layers_of_chunks(job.model, layout.pp * layout.vp))
      again += std::min(size, layout.recompute_layers) / static_cast<double>(job.model.layers);
  }
  e.model_flops =
      passes * model::forward_flops_per_token(job.model, job.attended()) * tokens / step / machine.accelerators;
  e.hardware_flops = (passes + again) * model::forward_flops_per_token(job.model, job.attended(), true) * tokens /
                     step / machine.accelerators;
  e.mfu = e.model_flops / chip.peak[static_cast<std::size_t>(job.precision)];
  e.mfu_bf16 = e.model_flops / chip.peak[0];
  // Matrix products draw what the chip may; streaming kernels about two thirds of it; waiting what the chip says.
  const double idle_power = chip.tdp * chip.idle_share, low = waiting_power(chip);
  const double hard = b.products + b.attention + b.head + b.recompute, stream = b.elementwise + b.optimizer + b.data;
  const double average = (idle_power * (hard + stream) + (chip.tdp - idle_power) * (0.97 * hard + 0.6 * stream) +
                          low * (step - hard - stream)) /
                         step;
  e.average_power = Power(average);
  e.peak_power = Power(chip.tdp);
  e.low_power = Power(low);
  e.waiting = (step - hard - stream) / step;
  e.energy_per_token = Energy(average * machine.accelerators * step / tokens);
  const std::array<std::pair<const char*, double>, 13> limits = {
      {{"attention", b.attention},
       {"memory bandwidth", b.elementwise},
       {"recomputation", b.recompute},
       {"head", b.head},
       {"tensor-parallel traffic", b.tensor},
       {"context-parallel traffic", b.context},
       {"expert traffic", b.expert},
       {"kernel launches", b.host},
       {"traffic to the host", b.offload},
       {"pipeline bubble", b.bubble},
       {"data-parallel traffic", b.data},
       {"optimizer", b.optimizer},
       {"fixed costs and stragglers", b.fixed + b.stragglers}}};
  e.binding = std::max_element(limits.begin(), limits.end(), [](const auto& x, const auto& y) {
                return x.second < y.second;
              })->first;
  if (b.products > 0.75 * step) e.binding = "matrix products";
  return e;
}

}  // namespace orrery::training
