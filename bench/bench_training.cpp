// Speed of the training model, with its answers checked: one cold evaluation, the search, a million accelerators.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "machine/model/huggingface.h"
#include "machine/training/search.h"

using namespace orrery;
using namespace orrery::training;

namespace {

void demand(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bench_training: wrong answer: %s\n", what);
  std::exit(1);
}

const Hardware& hardware() {
  static const Hardware h = load_hardware(catalog::Catalog(ORRERY_SOURCE "/catalog"));
  return h;
}

model::Architecture llama_405b() {
  return model::read_huggingface_config(
      R"({"model_type":"llama","num_hidden_layers":126,"hidden_size":16384,"num_attention_heads":128,
      "num_key_value_heads":8,"intermediate_size":53248,"vocab_size":128256})",
      "config.json");
}

model::Architecture deepseek_v3() {
  return model::read_huggingface_config(
      R"({"model_type":"deepseek_v3","num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":128,
      "q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,
      "intermediate_size":18432,"vocab_size":129280,"n_routed_experts":256,"num_experts_per_tok":8,
      "moe_intermediate_size":2048,"n_shared_experts":1,"first_k_dense_replace":3,"num_nextn_predict_layers":1})",
      "config.json");
}

/// Megatron-1T as Calculon's examples have it: 128 layers of 25,600.
model::Architecture megatron_1t() {
  return model::read_huggingface_config(
      R"({"model_type":"gpt2","n_layer":128,"n_embd":25600,"n_head":160,"vocab_size":51200,"n_positions":2048})",
      "config.json");
}

Machine machine(const char* chip, const char* framework, double accelerators) {
  Machine m;
  m.accelerator = &hardware().accelerator(chip);
  m.framework = &hardware().framework(framework);
  m.accelerators = accelerators;
  return m;
}

void check_estimate(const StepEstimate& e) {
  demand(std::isfinite(e.step.value()) && e.step.value() > 0, "a step takes time");
  demand(std::abs(e.breakdown.sum() - e.step.value()) <= 1e-9 * e.step.value(), "the breakdown sums to the step");
}

void evaluate_dense(benchmark::State& state) {
  const Machine m = machine("h100-sxm", "nemo framework release 25", 2048);
  Job job{llama_405b(), Task::pretrain, Precision::fp8, 8192, 1152};
  Layout l;
  l.tp = 8, l.pp = 8, l.vp = 8, l.cp = 2;
  for (auto _ : state) {
    const StepEstimate e = evaluate(job, m, l);
    benchmark::DoNotOptimize(e);
    check_estimate(e);
  }
}
BENCHMARK(evaluate_dense)->Unit(benchmark::kMicrosecond);

void evaluate_mixture(benchmark::State& state) {
  const Machine m = machine("gb200", "megatron-bridge 26.06", 256);
  Job job{deepseek_v3(), Task::pretrain, Precision::fp8_block, 4096, 4096};
  Layout l;
  l.pp = 4, l.vp = 4, l.ep = 64;
  for (auto _ : state) {
    const StepEstimate e = evaluate(job, m, l);
    benchmark::DoNotOptimize(e);
    check_estimate(e);
  }
}
BENCHMARK(evaluate_mixture)->Unit(benchmark::kMicrosecond);

/// Layouts a second on one core, over a space that also holds the options Calculon varies.
void search_layouts(benchmark::State& state) {
  const Machine m = machine("h100-sxm", "megatron-bridge 26.06", 1024);
  Job job{llama_405b(), Task::pretrain, Precision::bf16, 8192, 1024};
  double layouts = 0, legal = 0;
  for (auto _ : state) {
    const SearchResult r = search(job, m, {});
    demand(!r.best.empty(), "something fits");
    layouts += r.layouts, legal += r.legal;
  }
  state.counters["legal/s"] = benchmark::Counter(legal, benchmark::Counter::kIsRate);
  state.counters["layouts/s"] = benchmark::Counter(layouts, benchmark::Counter::kIsRate);
}
BENCHMARK(search_layouts)->Unit(benchmark::kMillisecond);

/// Megatron-1T on 4,096 A100: every tp, pp, vp, micro-batch, recomputation, sharding, schedule, sequence parallelism
/// and offload, to the proven optimum on two threads.
void search_megatron_1t(benchmark::State& state) {
  const Machine m = machine("a100-sxm", "megatron-lm", 4096);
  Job job{megatron_1t(), Task::pretrain, Precision::bf16, 2048, 4096};
  SearchSpace space;
  space.sharding = {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::full};
  space.schedule = {Schedule::gpipe, Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dualpipe};
  space.sequence_parallel = {false, true};
  space.offload_activations = space.offload_optimizer = {false, true};
  space.threads = 2;
  for (auto _ : state) {
    const SearchResult r = search(job, m, space);
    demand(!r.best.empty(), "something fits");
    demand(r.layouts > 7276848, "the space is larger than Calculon's for the same job");
    state.counters["layouts"] = r.layouts;
    state.counters["fit"] = r.fit;
    state.counters["evaluated"] = r.evaluated;
    state.counters["best_s"] = r.best.front().estimate.step.value();
  }
}
BENCHMARK(search_megatron_1t)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

void evaluate_a_million(benchmark::State& state) {
  const Machine m = machine("gb200", "megatron-bridge 26.06", 1048576);
  Job job{llama_405b(), Task::pretrain, Precision::fp8, 8192, 65536};
  Layout l;
  l.tp = 8, l.pp = 16, l.cp = 2;
  for (auto _ : state) {
    const StepEstimate e = evaluate(job, m, l);
    check_estimate(e);
  }
}
BENCHMARK(evaluate_a_million)->Unit(benchmark::kMicrosecond);

void search_a_million(benchmark::State& state) {
  const Machine m = machine("gb200", "megatron-bridge 26.06", 1048576);
  Job job{deepseek_v3(), Task::pretrain, Precision::fp8_block, 4096, 1048576};
  SearchSpace space;
  space.threads = 2;
  for (auto _ : state) {
    const SearchResult r = search(job, m, space);
    demand(!r.best.empty(), "something fits");
    state.counters["layouts"] = r.layouts;
  }
}
BENCHMARK(search_a_million)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
