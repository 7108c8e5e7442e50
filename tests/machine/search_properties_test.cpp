// Properties of the search over jobs drawn at random on small clusters: nothing that it says it looks through is faster
// than its answer, and what makes a step shorter or a layout fit never makes the answer slower.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "machine/model/huggingface.h"
#include "machine/training/question.h"
#include "support/hardware.h"

using namespace orrery;
using namespace orrery::training;

namespace {

/// A job on a machine whose chip may be changed.
struct Asked {
  Job job;
  Accelerator chip;
  Machine machine;

  const Machine& on() {
    machine.accelerator = &chip;
    return machine;
  }
};

template <class T>
T one_of(std::vector<T> values) {
  return *rc::gen::elementOf(std::move(values));
}

Asked asked() {
  Asked a;
  const int heads = one_of<int>({8, 12, 32, 64});
  const bool mixture = one_of<int>({0, 0, 1}) == 1;
  const std::string kind = mixture ? fmt::format(R"("model_type":"mixtral","num_local_experts":{},)"
                                                 R"("num_experts_per_tok":2)",
                                                 one_of<int>({4, 8, 12}))
                                   : R"("model_type":"llama")";
  a.job.model = model::read_huggingface_config(
      fmt::format(R"({{"hidden_size":{},"num_attention_heads":{},"num_key_value_heads":{},"intermediate_size":{},)"
                  R"("vocab_size":32000,"num_hidden_layers":{},{}}})",
                  heads * 128, heads, heads / one_of<int>({1, 4}), heads * 448, one_of<int>({4, 6, 24, 32, 61}), kind),
      "config.json");
  a.job.sequence = one_of<double>({2048, 6144, 8192, 32768});
  a.job.global_batch = one_of<double>({1, 3, 6, 8, 24, 60, 64, 128});
  if (one_of<int>({0, 0, 0, 1}) == 1) a.job.task = Task::lora;
  if (mixture) a.job.expert_load = one_of<double>({1, 1.2, 4, 100});
  a.chip = hardware().accelerator(one_of<std::string>({"h100-sxm", "a100-sxm", "gb200", "mi300x", "tpu-v5p"}));
  a.machine.framework = &hardware().framework(
      one_of<std::string>({"", "megatron-bridge 26.06", "torchtitan", "deepspeed"}), a.chip.generation);
  a.machine.accelerators = one_of<double>({1, 2, 3, 6, 8, 12, 16, 32, 64});
  return a;
}

/// The step of the fastest layout; infinity where none fits. parts: what of it is what.
double fastest(Asked& a, Breakdown* parts = nullptr) {
  SearchSpace space = default_space(a.on());
  space.keep = 1, space.front = false;
  const SearchResult found = search(a.job, a.on(), space);
  if (found.best.empty()) return std::numeric_limits<double>::infinity();
  if (parts) *parts = found.best.front().estimate.breakdown;
  return found.best.front().estimate.step.value();
}

/// What is no longer than the answer was, but for rounding.
bool no_longer(double step, double was) {
  return step <= was * (1 + 1e-9);
}

std::vector<int> divisors_of(double n) {
  std::vector<int> out;
  for (const double d : divisors(n)) out.push_back(static_cast<int>(d));
  return out;
}

/// A layout of those that docs/training.md says a search looks through; it may be illegal.
Layout drawn_layout(Asked& a) {
  const Machine& m = a.on();
  const int domain = m.domain > 0 ? m.domain : m.accelerator->domain;
  Layout l;
  l.tp = one_of(divisors_of(std::min<double>(m.accelerators, domain)));
  l.pp = one_of(divisors_of(m.accelerators));
  l.vp = one_of<int>({1, 1, 2, 3, 4, 6, 8});
  l.cp = one_of<int>({1, 1, 2, 4, 8});
  if (l.cp > 1 && a.job.sequence / l.cp < 4096) l.cp = 1;
  if (a.job.model.mixture()) l.ep = one_of(divisors_of(m.accelerators));
  l.micro_batch = std::min(one_of(divisors_of(a.job.global_batch)), 64);
  l.sharding = one_of<Sharding>({Sharding::none, Sharding::optimizer, Sharding::full});
  if (l.sharding == Sharding::full) l.shard_group = one_of<int>({0, domain});
  if (l.shard_group == 1) l.shard_group = 0;
  l.recompute = one_of<Recompute>({Recompute::none, Recompute::selective, Recompute::full});
  if (l.recompute == Recompute::full) l.recompute_layers = one_of<int>({0, 1, 2, 3, 5, 8, 13});
  l.context = one_of<ContextExchange>({ContextExchange::ring, ContextExchange::all_gather, ContextExchange::ulysses});
  l.sequence_parallel = m.framework->memory.kept != Kept::eager || one_of<int>({0, 1}) == 1;
  l.offload_activations = one_of<int>({0, 0, 1}) == 1;
  l.offload_optimizer = a.job.task != Task::lora && one_of<int>({0, 0, 1}) == 1;
  return l;
}

}  // namespace

RC_GTEST_PROP(SearchProperties, NoLayoutOfThoseItLooksThroughIsFaster, ()) {
  Asked a = asked();
  const double answer = fastest(a);
  int compared = 0;
  for (int i = 0; i < 200; ++i) {
    const Layout l = drawn_layout(a);
    if (illegality(a.job, a.on(), l, false) || !(l.vp == 1 || even_chunks(a.job.model, l))) continue;
    const StepEstimate e = evaluate(a.job, a.on(), l);
    if (!e.fits) continue;
    ++compared;
    if (!no_longer(answer, e.step.value()))
      RC_FAIL(fmt::format("{} takes {} s, the answer {} s", layout_text(a.on(), l), e.step.value(), answer));
    RC_ASSERT(std::abs(e.tokens_per_second * e.step.value() / (a.job.global_batch * a.job.sequence) - 1) < 1e-9);
  }
  RC_CLASSIFY(compared > 0);
}

RC_GTEST_PROP(SearchProperties, FewerChoicesAreNeverFaster, ()) {
  Asked a = asked();
  const double answer = fastest(a);
  SearchSpace fewer = default_space(a.on());
  fewer.keep = 1, fewer.front = false;
  switch (one_of<int>({0, 1, 2, 3, 4, 5})) {
    case 0:
      fewer.sharding = {one_of<Sharding>({Sharding::none, Sharding::optimizer, Sharding::full})};
      break;
    case 1:
      fewer.micro_batch = {1, 2, 4, 8};
      break;
    case 2:
      fewer.recompute = {one_of<Recompute>({Recompute::none, Recompute::selective, Recompute::full})};
      break;
    case 3:
      fewer.relieve = false;
      break;
    case 4:
      fewer.context = {ContextExchange::ring}, fewer.shard_group = {0};
      break;
    default:
      fewer.tp = {1, 2}, fewer.vp = {1};
      break;
  }
  const SearchResult found = search(a.job, a.on(), fewer);
  if (!found.best.empty()) RC_ASSERT(no_longer(answer, found.best.front().estimate.step.value()));
}

RC_GTEST_PROP(SearchProperties, MoreOfAnythingIsNeverSlower, ()) {
  Asked a = asked();
  const double before = fastest(a);
  const double more = one_of<double>({1.1, 2, 10});
  const int what = one_of<int>({0, 1, 2, 3, 4, 5, 6});
  switch (what) {
    case 0:
      a.chip.memory *= more;
      break;
    case 1:
      a.chip.memory_bandwidth *= more, a.chip.attention.memory *= more;
      for (silicon::GemmConstants& gemm : a.chip.gemm) gemm.memory *= more;
      break;
    case 2:
      a.chip.network.scale_out.bandwidth *= more;
      break;
    case 3:
      a.chip.network.scale_up.bandwidth *= more;
      break;
    case 4:
      a.chip.host_capacity *= more;
      break;
    case 5:
      a.chip.attention.peak *= more;
      for (double& peak : a.chip.peak) peak *= more;
      for (silicon::GemmConstants& gemm : a.chip.gemm) gemm.peak *= more;
      break;
    default:
      a.chip.host_link *= more, a.chip.host_bandwidth *= more;
      break;
  }
  const double after = fastest(a);
  if (!no_longer(after, before)) RC_FAIL(fmt::format("{} x {}: {} s before, {} s after", what, more, before, after));
}

RC_GTEST_PROP(SearchProperties, MoreLoadIsNeverFaster, ()) {
  Asked a = asked();
  const double before = fastest(a);
  a.job.expert_load *= one_of<double>({1.1, 2, 1000});
  const double after = fastest(a);
  if (!no_longer(before, after)) RC_FAIL(fmt::format("{} s before, {} s after", before, after));
}

RC_GTEST_PROP(SearchProperties, TwiceTheBatchIsNeverFaster, ()) {
  Asked a = asked();
  // Half the ranks may have half the batch, and the rest of the accelerators nothing. Each then keeps and updates up to
  // twice as many parameters, where the optimizer is sharded among them, for which it and its host have the memory.
  // Where every two accelerators have a link, half of a group has less than half of its bandwidth: there the exchange
  // is not counted.
  const bool mesh = a.chip.name == "mi300x";
  // Twice as many microbatches may divide by the stages where so many do not, and so interleave: waits in the pipeline
  // are not counted of the half.
  Breakdown half, whole;
  const auto counted = [&](double step) { return step - half.bubble - (mesh ? half.data : 0); };
  double before = counted(fastest(a, &half));
  for (Asked part = a; std::fmod(part.machine.accelerators, 2) == 0;) {
    part.machine.accelerators /= 2, part.chip.memory *= 2, part.chip.host_capacity *= 2;
    const double step = fastest(part, &half);
    before = std::min(before, counted(step));
  }
  a.job.global_batch *= 2;
  const double after = fastest(a, &whole);
  if (!no_longer(before, after + whole.optimizer)) RC_FAIL(fmt::format("{} s before, {} s after", before, after));
}
